"""The way of every delivery: checked, stored raw, then done through the doors and answered.

It is stored before anything is done with it, so that a crash loses nothing: what was stored and not worked
off is finished by the clock (`finish_waiting`). The same delivery twice has one effect and the same answer.
What the club refuses stands in the inbox as failed and can be taken again from there (`replay`); so it is
taken again when the source itself repeats it. Nothing of a delivery is ever logged but its number. Of whoever does
not sign nothing is stored but when it was and why they were refused, for whoever sets the source up.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lifecycle import rights, store
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Busy, ClubError, NotFound
from lifecycle.intake.adapter import Adapter, Answer, Away, Incoming, OnlyPosted, Stale, Unsigned
from lifecycle.intake.adapters import ADAPTERS
from lifecycle.intake.keeping import from_json, keep
from lifecycle.store.deliveries import DeliveryRow
from lifecycle.store.sources import SourceRow

log = logging.getLogger(__name__)

#: What was stored this long ago and is still not worked off has lost whoever was at it.
LEFT_ALONE: Final = timedelta(seconds=5)
#: How often a fault of ours is tried again by the clock before it waits for a person.
TRIES: Final = 5
#: Deliveries finished in one look of the clock.
AT_ONCE: Final = 50
#: How long the body of what was worked off is kept, and how many are emptied in one go.
KEPT: Final = timedelta(days=30)
FORGOTTEN_AT_ONCE: Final = 5_000
_HEARD_EVERY: Final = timedelta(minutes=1)
_DELIVERY_LONGEST: Final = 255
#: The same delivery twice at once waits here, not in the middle of the first.
_LINES: Final = tuple(threading.Lock() for _ in range(64))


class NotYet(Busy):
    """It is stored and will be done, but not now: a fault of ours stood in its way."""

    def __init__(self) -> None:
        super().__init__("not_yet")


def receive(
    club: Club, code: str, incoming: Incoming, *, known: Callable[[SourceRow], None] = lambda _source: None
) -> Answer:
    """Take one request that came to an address. Raises Unsigned, Stale or OnlyPosted (nothing is stored then), or what the door refused.

    Adapters may give a refusal the form their provider reads; it is then an answer like any other. `known` is told
    whose address it is before anything is done, and may raise.
    """
    source = source_of(club, code)
    known(source)
    adapter = ADAPTERS[source.kind]
    try:
        return _receive(club, source, adapter, incoming)
    except ClubError as error:
        if isinstance(error, Unsigned | Stale):
            _note_refused(club, source, error.code)
        own = adapter.refused(error)
        if own is None:
            raise
        return own


def source_of(club: Club, code: str) -> SourceRow:
    """The source of an address. Raises Unsigned where there is none that holds."""
    if not (code.isascii() and code.isalnum()):
        raise Unsigned
    with club.reading() as conn:
        source = store.sources.by_code(conn, code)
    if source is None or source.kind not in ADAPTERS:
        raise Unsigned
    return source


def desk_of(source: SourceRow) -> Desk:
    """Who acts when a source reports: the club itself under the source's name, in the source's branch."""
    own = None if source.branch_id is None else frozenset({source.branch_id})
    return Desk(staff_id=None, name=source.name, role="club", branches=own, via="intake")


def finish_waiting(club: Club, *, still_leading: Callable[[Connection], bool] = lambda _conn: True) -> int:
    """Work off what was stored and left alone; gives how many. Called by the clock."""
    with club.reading() as conn:
        before = club.clock.now() - LEFT_ALONE
        left = store.deliveries.waiting(conn, before, AT_ONCE)
    if left and not _leads(club, still_leading):
        return 0
    for delivery_id in left:
        try:
            _again(club, delivery_id)
        except Busy:
            log.warning("delivery_put_off delivery=%d", delivery_id)
        except ClubError as error:
            log.info("delivery_failed delivery=%d code=%s", delivery_id, error.code)
    return len(left)


def _leads(club: Club, still_leading: Callable[[Connection], bool]) -> bool:
    # The lead is held for a moment, which a reader cannot.
    with club.writing(announce=False) as conn:
        return still_leading(conn)


def forget_old(club: Club) -> None:
    """Empty what was worked off long ago: names and numbers of clients are kept where they belong, not twice."""
    before = club.clock.now() - KEPT
    with club.writing(announce=False) as conn:
        store.deliveries.forget_bodies(conn, before, FORGOTTEN_AT_ONCE)
        store.out_hooks.forget(conn, before)


def replay(club: Club, desk: Desk, delivery_id: int) -> None:
    """Take a stored delivery again, as a person asks. Raises Refused, NotFound, or what the door refuses this time."""
    with club.writing(announce=False) as conn:
        _answered_for(club, conn, desk, delivery_id, "replay_delivery")
    _again(club, delivery_id)


def set_aside(club: Club, desk: Desk, delivery_id: int) -> None:
    """Let a failed delivery be, as a person decides: it waits for nobody any more. Raises Refused, NotFound."""
    with club.writing(announce=False) as conn:
        row = _answered_for(club, conn, desk, delivery_id, "set_aside_delivery")
        if row.state == "failed":
            store.deliveries.change(conn, delivery_id, state="aside", done_at=club.clock.now())


def _answered_for(club: Club, conn: Connection, desk: Desk, delivery_id: int, deed: str) -> DeliveryRow:
    """A delivery that is this person's to see to; that they did is audited."""
    row = store.deliveries.get(conn, delivery_id)
    source = store.sources.by_id(conn, row.source_id) if row else None
    if row is None or source is None or not sees(conn, desk, source):
        raise NotFound("no_such_delivery")
    rights.check(desk, "replay_delivery", source.branch_id)
    audit.append(conn, desk, deed, at=club.clock.now(), branch_id=source.branch_id, detail={"delivery": delivery_id})
    return row


def opened(club: Club, desk: Desk, delivery_id: int) -> DeliveryRow:
    """One delivery with what was sent, for who may manage sources; audited. Raises Refused, NotFound."""
    rights.check(desk, "manage_sources")
    with club.writing(announce=False) as conn:
        row = store.deliveries.get(conn, delivery_id)
        if row is None:
            raise NotFound("no_such_delivery")
        audit.append(conn, desk, "open_delivery", at=club.clock.now(), client_id=row.client_id, detail={"delivery": delivery_id})
        return row


def sees(conn: Connection, desk: Desk, source: SourceRow) -> bool:
    """Whether what a source sends is somebody's: it speaks for a branch of theirs, or for all, and so are theirs."""
    branches = store.branches.reach(conn, desk)
    return branches is None or source.branch_id in branches


def _receive(club: Club, source: SourceRow, adapter: Adapter, incoming: Incoming) -> Answer:
    probe = adapter.probe(incoming, source)
    if probe is not None:
        return probe
    now = club.clock.now()
    adapter.check(incoming, source, now)
    if incoming.method != "POST":
        raise OnlyPosted
    name = adapter.delivery(dataclasses.replace(incoming, at=now))[:_DELIVERY_LONGEST]
    with _LINES[hash((source.id, name)) % len(_LINES)]:
        row = _stored(club, source, adapter, incoming, name, now)
        if row.state == "done":
            return from_json(row.answer)
        return _take(club, source, adapter, row)


def _note_refused(club: Club, source: SourceRow, why: str) -> None:
    """Note, now and then, that somebody was refused: a flood of them is one line and one write a minute."""
    now = club.clock.now()
    if source.refused_at is not None and source.refused_why == why and abs(now - source.refused_at) < _HEARD_EVERY:
        return
    log.warning("hook_refused source=%d code=%s", source.id, why)
    with suppress(Busy), club.writing(announce=False, waits=False) as conn:
        store.sources.refuse(conn, source.id, now, why)


def _again(club: Club, delivery_id: int) -> None:
    """Take a stored delivery, unless somebody has done so meanwhile."""
    with club.reading() as conn:
        row = store.deliveries.get(conn, delivery_id)
        source = store.sources.by_id(conn, row.source_id) if row else None
    if row is None or source is None or source.kind not in ADAPTERS:
        return
    with _LINES[hash((row.source_id, row.delivery)) % len(_LINES)]:
        with club.reading() as conn:
            row = store.deliveries.get(conn, delivery_id)
        if row is not None and (row.state not in ("done", "aside") or row.body):
            _take(club, source, ADAPTERS[source.kind], row)


def _stored(
    club: Club, source: SourceRow, adapter: Adapter, incoming: Incoming, name: str, now: datetime
) -> DeliveryRow:
    """The stored delivery: new, or the one of the same name. A failed one that is sent again is what was sent last."""
    sent: dict[str, Any] = {
        "content_type": incoming.content_type[:200],
        "envelope": _envelope(adapter, incoming),
        "body": incoming.body,
    }
    # Nobody is answered before what came of it is on the disk, and this with it.
    with club.writing(announce=False, waits=False) as conn:
        if source.heard_at is None or now - source.heard_at > _HEARD_EVERY:
            store.sources.hear(conn, source.id, now)
        values: dict[str, Any] = {"source_id": source.id, "delivery": name, "received_at": now, **sent}
        if (new := store.deliveries.add(conn, values)) is not None:
            return DeliveryRow(id=new, state="received", attempts=0, done_at=None, answer={}, error={}, client_id=None, **values)
        row = store.deliveries.named(conn, source.id, name)
        assert row is not None
        if row.state == "done":
            return row
        store.deliveries.change(conn, row.id, state="received", **sent)
        return dataclasses.replace(row, state="received", **sent)


def _envelope(adapter: Adapter, incoming: Incoming) -> dict[str, Any]:
    """What a replay needs besides the body; the secret is not in it."""
    query = {name: incoming.query[name] for name in adapter.keeps if name in incoming.query}
    return {"method": incoming.method, "tail": incoming.tail, "query": query}


def _take(club: Club, source: SourceRow, adapter: Adapter, row: DeliveryRow) -> Answer:
    """Do what a stored delivery says and store what came of it. Raises what the door refused, or NotYet."""
    incoming = Incoming(
        content_type=row.content_type, body=row.body, delivery_id=row.id, **_opened(row.envelope)
    )
    try:
        answer = _taken(club, source, adapter, incoming, row.received_at)
    except Away as error:
        _fail(club, row, error_as_json(error), state=_again_or_not(row))
        raise
    except Busy:
        raise
    except ClubError as error:
        _fail(club, row, error_as_json(error), state="failed")
        raise
    except Exception as error:
        log.exception("delivery_broke delivery=%d", row.id)
        _fail(club, row, {"code": "internal"}, state=_again_or_not(row))
        raise NotYet from error
    if not answer.kept:
        with club.writing(announce=False) as conn:
            keep(conn, incoming, answer, club.clock.now())
    return answer


def _taken(club: Club, source: SourceRow, adapter: Adapter, incoming: Incoming, at: datetime) -> Answer:
    """Once more where another server did the same at the same moment: the keys then tell that it is done."""
    try:
        return adapter.take(club, desk_of(source), source, incoming, at)
    except IntegrityError:
        return adapter.take(club, desk_of(source), source, incoming, at)


def _again_or_not(row: DeliveryRow) -> str:
    """What went wrong by no fault of what was sent is tried again by itself, but not for ever."""
    return "received" if row.attempts + 1 < TRIES else "failed"


def _opened(envelope: Mapping[str, Any]) -> dict[str, Any]:
    return {name: envelope[name] for name in ("method", "tail", "query") if name in envelope}


def _fail(club: Club, row: DeliveryRow, error: dict[str, Any], *, state: str) -> None:
    with club.writing(announce=False) as conn:
        store.deliveries.change(conn, row.id, state=state, attempts=row.attempts + 1, error=error)


def error_as_json(error: ClubError) -> dict[str, Any]:
    """A refusal as it is stored, to be told in words later."""
    told: dict[str, Any] = {"code": error.code, "values": _plain(error.values)}
    if isinstance(error, BadInput):
        told["errors"] = [
            {"field": each.field, "code": each.code, "values": _plain(each.values)} for each in error.errors
        ]
    return told


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | str) else [str(each) for each in value] if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }
