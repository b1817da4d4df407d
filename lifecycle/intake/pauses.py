"""A subscription that its provider has paused stands still here: the membership is frozen for as long.

What a provider says of pauses is remembered mark by mark, and the freezes follow from all marks, whatever the order
in which they came: those that would not follow any more are taken back. People's own freezes are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import days, store
from lifecycle.actions.recording import Request, open_request, record_within
from lifecycle.billing import contracts_of
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.facts import Fact
from lifecycle.store.sources import SourceRow

#: A pause without an end lasts so many days, unless its end is told of before.
OPEN_DAYS: Final = 5 * 365
_MARK: Final = "pause:"

#: When, whether it was paused or went on, and until when it is paused (0: nobody said); in seconds since 1970.
Mark = tuple[int, bool, int]


def note(
    conn: Connection, source: SourceRow, client_id: int, contract: str, at: datetime, *, paused: bool, until: datetime | None
) -> None:
    """Remember that the provider paused or resumed a contract at an instant."""
    end = 0 if until is None else int(until.timestamp())
    name = f"{_MARK}{contract[:100]}:{int(at.timestamp())}:{int(paused)}:{end}"
    store.sources.learn_name(conn, source.id, name, client_id, contract)


def keep(club: Club, desk: Desk, conn: Connection, source: SourceRow, client_id: int, contract: str, key: str) -> None:
    """Make the freezes of a contract those that follow from what was remembered."""
    marks = _marks(conn, source, client_id, contract)
    if not marks:
        return
    request = open_request(club, desk, conn, client_id, key, happened=True)
    known = contracts_of(request.history, request.policies, request.today, request.now)
    membership = next((one.membership for one in known if one.name == contract), None)
    if membership is None:
        return
    wanted = set(spans(marks, lambda at: days.day_of(at, request.branch.zone)))
    own = _own(request, source, membership)
    gone = [fact for fact in own if (fact.fields["from"], fact.fields["to"]) not in wanted]
    there = {(fact.fields["from"], fact.fields["to"]) for fact in own}
    facts = [{"type": "voided", "fact": fact.id, "key": f"pause:{source.id}:void:{fact.id}"} for fact in gone]
    facts += [_freeze(request, source, membership, first, last) for first, last in sorted(wanted - there)]
    if facts:
        record_within(request, facts)


def spans(marks: Iterable[Mark], day_of: Callable[[datetime], Day]) -> list[tuple[Day, Day]]:
    """First and last frozen day of each pause: the day on which it goes on is none."""
    found: list[tuple[Day, Day]] = []
    began, until = None, 0
    for at, paused, end in [*sorted(marks, key=lambda mark: (mark[0], not mark[1])), (2**62, False, 0)]:
        if began is not None and until and until <= at:
            found.append((began, _day(day_of, until) - 1))
            began = None
        if paused:
            began, until = _day(day_of, at) if began is None else began, end
        elif began is not None:
            found.append((began, _day(day_of, at) - 1 if at < 2**62 else began + OPEN_DAYS))
            began = None
    return [(first, last) for first, last in found if first <= last]


def _day(day_of: Callable[[datetime], Day], seconds: int) -> Day:
    return day_of(datetime.fromtimestamp(seconds, UTC))


def _marks(conn: Connection, source: SourceRow, client_id: int, contract: str) -> list[Mark]:
    names = store.sources.names_of(conn, source.id, client_id, contract, _MARK)
    parts = [name.rsplit(":", 3)[1:] for name in names]
    return [(int(at), paused == "1", int(end)) for at, paused, end in parts]


def _own(request: Request, source: SourceRow, membership: str) -> list[Fact]:
    """The freezes of a membership that this source made and nobody took back."""
    void = {fact.fields["fact"] for fact in request.history if fact.type == "voided"}
    frozen = [
        fact for fact in request.history
        if fact.type == "membership_frozen" and fact.fields["membership"] == membership and fact.id not in void
    ]  # fmt: skip
    stored = [(fact, store.facts.one(request.conn, request.client.id, int(str(fact.id)))) for fact in frozen]
    return [fact for fact, row in stored if row is not None and (row.via, row.by) == ("intake", source.name)]


def _freeze(request: Request, source: SourceRow, membership: str, first: Day, last: Day) -> dict[str, Any]:
    turn = sum(fact.type == "membership_frozen" and (fact.fields["from"], fact.fields["to"]) == (first, last) for fact in request.history)
    return {
        "type": "membership_frozen", "membership": membership, "from": days.iso(first), "to": days.iso(last),
        "key": f"pause:{source.id}:{membership}:{first}:{last}:{turn}"[:200],
    }  # fmt: skip
