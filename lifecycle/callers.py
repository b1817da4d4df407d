"""Who is calling: the calls that ring or go on, with their clients as the person who looks may see them; the calls of a day.

`ringing` reads the calls of all branches once for everybody; what is shown of them each screen reads with its own rights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import days, overview, rights, store
from lifecycle.billing import contracts_of
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.overview import StandingRow
from lifecycle.placement import STAGES
from lifecycle.reasons import reasons
from lifecycle.store.branches import BranchRow
from lifecycle.store.calls import CallRow
from lifecycle.store.cards import CardRow
from lifecycle.telephony import ENDED

#: A call that has ended is still known to screens for so long.
TRACE: Final = timedelta(minutes=10)
#: Nobody talks longer; what began before was forgotten by its exchange.
LONGEST: Final = timedelta(hours=4)
#: People who share a number and are offered to choose from.
FAMILY_MOST: Final = 5
_HISTORY: Final = 60


@dataclass(frozen=True, slots=True)
class Words:
    """What was said last: when, by whom, what."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Caller:
    """One call with who it is. `client` is None where nobody is known, or nobody of the person's branches (`elsewhere`).

    `debt` is what they owe now, in minor units.
    """

    call: CallRow
    branch: BranchRow
    client: StandingRow | None
    reasons: Mapping[str, Any]
    others: tuple[StandingRow, ...] = ()
    last: Words | None = None
    card: CardRow | None = None
    elsewhere: bool = False
    since: datetime | None = None
    debt: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the calls of a day. `name` is empty where nobody is known that the person may see.

    `settled` says that somebody talked with that number later.
    """

    call: CallRow
    branch: BranchRow
    name: str = ""
    stage: str | None = None
    settled: bool = False

    @property
    def missed(self) -> bool:
        """Nobody talked with whoever called."""
        return self.call.state == ENDED and self.call.direction != "out" and not self.call.detail.get("answered")


def ringing(conn: Connection, now: datetime) -> list[CallRow]:
    """The calls of all branches that screens may show, the first begun first."""
    ids = [branch.id for branch in store.branches.every(conn)]
    return store.calls.on_screens(conn, ids, began_after=now - LONGEST, ended_after=now - TRACE)


def of(conn: Connection, desk: Desk, now: datetime, calls: Sequence[CallRow]) -> list[Caller]:
    """Who is behind these calls, as far as the person may see calls of their branch, and clients of theirs."""
    branches = store.branches.by_id(conn)
    return [_caller(conn, desk, now, call, branches[call.branch_id]) for call in calls if rights.allows(desk, "see_calls", call.branch_id)]


def of_day(conn: Connection, desk: Desk, now: datetime, *, ago: int = 0) -> list[Line]:
    """The calls of a day in the person's branches (`ago` days before today), the latest first. Raises Refused."""
    rights.check(desk, "see_calls")
    lines = _named(conn, desk, _lines(conn, desk, now, ago))
    return sorted(lines, key=lambda line: (line.call.began_at, line.call.id), reverse=True)


def _caller(conn: Connection, desk: Desk, now: datetime, call: CallRow, branch: BranchRow) -> Caller:
    if call.client_id is None:
        return Caller(call, branch, None, {})
    known = [call.client_id, *(store.clients.with_number(conn, [call.e164], desk) if call.e164 else [])]
    ids = list(dict.fromkeys(known))[: FAMILY_MOST + 1]
    rows = {row.client.id: row for row in overview.standing_rows(conn, desk, now, ids)}
    client = rows.pop(call.client_id, None)
    if client is None:
        return Caller(call, branch, None, {}, tuple(rows.values()), elsewhere=True)
    facts, policies = store.facts.of_client(conn, client.client.id), store.policies.all_versions(conn)
    return Caller(
        call,
        branch,
        client,
        reasons(facts, policies, client.today),
        tuple(rows.values()),
        _last_words(conn, desk, call, client),
        _card(conn, desk, client.client.id),
        since=facts[0].at if facts else None,
        debt=sum(one.debt for one in contracts_of(facts, policies, client.today, now)),
    )


def _last_words(conn: Connection, desk: Desk, call: CallRow, client: StandingRow) -> Words | None:
    """The last thing anybody wrote down after talking, but for what is written of this very call."""
    history = store.facts.history(conn, client.client.id, limit=_HISTORY)
    void = {fact.fields["fact"] for fact in history if fact.type == "voided"}
    said = [
        Words(fact.at, fact.by, str(fact.fields["comment"]))
        for fact in history
        if fact.fields.get("comment") and fact.id not in void and fact.id != call.fact_id
    ]
    if rights.allows(desk, "see_cards", client.client.branch_id):
        events = store.cards.events_of_client(conn, client.client.id, limit=_HISTORY)
        said += [Words(event.at, event.by, event.text) for event in events if event.what == "comment" and event.text]
    return max(said, key=lambda words: words.at, default=None)


def _card(conn: Connection, desk: Desk, client_id: int) -> CardRow | None:
    """The open card that is due first, of those the person may see."""
    open_ones = [card.id for card in store.cards.open_of_client(conn, client_id)]
    seen = store.cards.several(conn, desk, open_ones) if open_ones and rights.allows(desk, "see_cards") else {}
    return min(seen.values(), key=lambda card: (card.ends_at is None, card.ends_at or card.created_at, card.id), default=None)


def tally(conn: Connection, desk: Desk, now: datetime) -> tuple[int, int]:
    """How many calls there were today, and how many of them nobody has answered yet."""
    lines = _lines(conn, desk, now, 0)
    talked = _talked_last(lines)
    return len(lines), sum(line.missed and line.call.e164 is not None and not _settled(line.call, talked) for line in lines)


def _lines(conn: Connection, desk: Desk, now: datetime, ago: int) -> list[Line]:
    lines: list[Line] = []
    for branch in store.branches.within_reach(conn, desk):
        day: Day = days.day_of(now, branch.zone) - ago
        since, until = days.day_start(day, branch.zone), days.day_start(day + 1, branch.zone)
        lines += [Line(call, branch) for call in store.calls.of_days(conn, [branch.id], since, until)]
    return lines


def _named(conn: Connection, desk: Desk, lines: Sequence[Line]) -> list[Line]:
    ids = list(dict.fromkeys(line.call.client_id for line in lines if line.call.client_id is not None))
    names = {client.id: client.name for client in store.clients.several(conn, ids, desk)}
    stages = {client_id: STAGES[row.stage] for client_id, row in store.standings.of(conn, list(names)).items()}
    talked = _talked_last(lines)
    return [
        Line(line.call, line.branch, names.get(client, ""), stages.get(client), _settled(line.call, talked))
        for line in lines
        for client in (line.call.client_id or 0,)
    ]


def _talked_last(lines: Sequence[Line]) -> dict[str, datetime]:
    """With which number somebody last talked, and when."""
    talked: dict[str, datetime] = {}
    for call in (line.call for line in lines):
        if call.e164 and call.detail.get("answered"):
            talked[call.e164] = max(call.began_at, talked.get(call.e164, call.began_at))
    return talked


def _settled(call: CallRow, talked: Mapping[str, datetime]) -> bool:
    return talked.get(call.e164 or "", call.began_at) > call.began_at
