"""The pass that tells other systems: messages made of the changes, sent in order, tried again ever more rarely.

Who cannot be reached holds up the queue to it, so that it hears everything in order once it is back; what it
refuses (an answer of 400 to 499) is given up at once and can be sent again by hand. A message may come twice,
where the server ended between sending and noting it: its number tells.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from lifecycle import store
from lifecycle.club import Club
from lifecycle.errors import ClubError
from lifecycle.outbox import message, wire
from lifecycle.outbox.wire import Answered, NotSent
from lifecycle.store.changes import ChangeRow
from lifecycle.store.out_hooks import HookRow, SentRow

log = logging.getLogger(__name__)

#: How long after each failed try the next one comes; after the last the message is given up.
AGAIN_AFTER: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
)
#: Whether messages may go to private addresses: a setting of the club.
PRIVATE: Final = "private_hooks"
#: Answers below 500 that only mean "later".
_LATER: Final = frozenset({408, 425, 429})
#: Changes made into messages, and messages sent to one system, in one pass.
_AT_ONCE: Final = 500
_IN_A_PASS: Final = 100
_SIDE_BY_SIDE: Final = 4

Leading = Callable[[Connection], bool]


def run(club: Club, *, still_leading: Leading = lambda _conn: True) -> int:
    """Make messages and send what is due; gives how many were taken. Called by the clock."""
    with club.reading() as conn:
        hooks = [hook for hook in store.out_hooks.every(conn) if hook.active]
        private = store.settings.get(conn, PRIVATE) is True
        codes = {branch.id: branch.code for branch in store.branches.every(conn)}
    if not hooks:
        return 0

    def tell(hook: HookRow) -> int:
        return _tell(club, hook, codes, still_leading, private=private)

    with ThreadPoolExecutor(min(_SIDE_BY_SIDE, len(hooks)), "outbox") as threads:
        return sum(threads.map(tell, hooks))


def _tell(club: Club, hook: HookRow, codes: dict[int, str], still_leading: Leading, *, private: bool) -> int:
    """All that one system is to hear now; stops where it does not listen."""
    try:
        _queue(club, hook, still_leading)
        taken = 0
        while taken < _IN_A_PASS and _send_one(club, hook, codes, still_leading, private=private):
            taken += 1
        return taken
    except ClubError as error:
        log.warning("outbox_put_off hook=%d code=%s", hook.id, error.code)
        return 0


def _queue(club: Club, hook: HookRow, still_leading: Leading) -> None:
    with club.reading() as conn:
        if store.changes.latest(conn) <= hook.cursor:
            return
    with club.writing(announce=False) as conn:
        if not still_leading(conn):
            return
        found, cursor = store.out_hooks.untold(conn, hook, _AT_ONCE)
        store.out_hooks.queue(conn, hook.id, found, club.clock.now())
        store.out_hooks.advance(conn, hook.id, cursor)


def _send_one(club: Club, hook: HookRow, codes: dict[int, str], still_leading: Leading, *, private: bool) -> bool:
    """Send the first message that waits, where its time has come. True where the next one may follow at once."""
    with club.reading() as conn:
        waiting = store.out_hooks.head(conn, hook.id)
        present = store.out_hooks.get(conn, hook.id)
    now = club.clock.now()
    if waiting is None or present is None or not present.active or (waiting[0].next_at or now) > now:
        return False
    sent, change = waiting
    answered = _post(present, sent, change, codes, now, private=private)
    with club.writing(announce=False) as conn:
        return still_leading(conn) and _note(conn, present, sent, answered, club.clock.now())


def _post(
    hook: HookRow, sent: SentRow, change: ChangeRow, codes: dict[int, str], now: datetime, *, private: bool
) -> Answered | NotSent:
    body = message.body(change, codes)
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Club",
        "X-Club-Event": change.what,
        "X-Club-Delivery": str(sent.id),
        "X-Club-Timestamp": stamp,
        "X-Club-Signature": message.signature(hook.secret, stamp, body),
    }
    try:
        return wire.send(hook.url, body, headers, private=private)
    except NotSent as error:
        return error


def _note(conn: Connection, hook: HookRow, sent: SentRow, answered: Answered | NotSent, now: datetime) -> bool:
    """Write down what came of it; True where the other side listens."""
    told = {"answered": None, "excerpt": answered.code} if isinstance(answered, NotSent) else {
        "answered": answered.status, "excerpt": answered.excerpt
    }  # fmt: skip
    attempts = sent.attempts + 1
    if isinstance(answered, Answered) and answered.status < 300:
        store.out_hooks.note(conn, sent.id, state="done", attempts=attempts, next_at=None, done_at=now, **told)
        if hook.failing_since is not None:
            store.out_hooks.note_failing(conn, hook.id, None)
        return True
    refused = isinstance(answered, Answered) and answered.status < 500 and answered.status not in _LATER
    given_up = refused or attempts > len(AGAIN_AFTER)
    later = None if given_up else now + AGAIN_AFTER[attempts - 1]
    store.out_hooks.note(
        conn, sent.id, state="failed" if given_up else "waiting", attempts=attempts, next_at=later, **told
    )
    if hook.failing_since is None:
        store.out_hooks.note_failing(conn, hook.id, now)
    return refused
