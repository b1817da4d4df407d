"""Winning back: why clients left and said no, which attempt brought them back, and whose work it was (spec: board, section 8).

A return is credited to the person of the last card of its episode, and to that card's attempt, and counts on the day
the client returned, whenever the card was closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import days, overview, rights, store
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.store.card_results import ClosedCard

#: By what reasons are told apart.
BY: Final = ("source", "branch", "person")
#: The list that a reason is of, by the result of its card.
LISTS: Final = {"done": "leaving", "refused": "refusing"}
SPAN_MOST: Final = 3660


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of a list: how often it was given, and by what was asked: (code or id, count), the most first."""

    list: str
    code: str
    count: int
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The n-th card of the episodes: how many were closed, how many clients returned by it, how many refused."""

    number: int
    closed: int
    returned: int
    refused: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's work at it: cards closed, returns credited. `staff_id` None is nobody, or the rules themselves."""

    staff_id: int | None
    closed: int
    returned: int


@dataclass(frozen=True, slots=True)
class WinBack:
    """The whole report of a span of days, both ends included."""

    since: Day
    until: Day
    reasons: tuple[Reason, ...]
    attempts: tuple[Attempt, ...]
    people: tuple[Person, ...]
    returned: int


def win_back(
    conn: Connection, desk: Desk, now: datetime, *, since: Day, until: Day, by: str = "source", branch: str | None = None
) -> WinBack:
    """The report of these days. Raises Refused without `see_reports`, BadInput for a span or a `by` that is none."""
    rights.check(desk, "see_reports")
    if by not in BY:
        raise BadInput.of("by", "bad_choice", value=by[:20], choices=BY)
    if not 0 <= until - since <= SPAN_MOST:
        raise BadInput.of("until", "ends_before_start", start=days.iso(since), end=days.iso(until))
    rows: list[ClosedCard] = []
    returned: list[ClosedCard] = []
    for one in overview.chosen_branches(conn, desk, branch):
        # Each branch by its own midnights.
        span = days.day_start(since, one.zone), days.day_start(until + 1, one.zone)
        rows += store.card_results.closed_between(conn, [one.id], *span)
        credited = store.card_results.returned_since(conn, [one.id], span[0])
        returned += [row for row in credited if since <= days.parse_day(row.cause["returned"]) <= until]
    chain = [row for row in rows if row.rule == "win_back"]
    return WinBack(since, until, _reasons(rows, by), _attempts(chain, returned), _people(chain, returned), len(returned))


def _reasons(rows: Iterable[ClosedCard], by: str) -> tuple[Reason, ...]:
    counted: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        if row.reason is not None and row.result in LISTS:
            parts = counted.setdefault((LISTS[row.result], row.reason), Counter())
            parts[_PART[by](row)] += 1
    made = [Reason(name, code, sum(parts.values()), tuple(parts.most_common())) for (name, code), parts in counted.items()]
    return tuple(sorted(made, key=lambda one: (one.list, -one.count, one.code)))


_PART: Final[Mapping[str, Callable[[ClosedCard], str]]] = {
    "source": lambda row: row.source,
    "branch": lambda row: str(row.branch_id),
    "person": lambda row: str(row.staff_id or ""),
}


def _attempts(chain: Iterable[ClosedCard], returned: Iterable[ClosedCard]) -> tuple[Attempt, ...]:
    made: dict[int, Counter[str]] = {}
    for row in returned:
        made.setdefault(row.number, Counter())["returned"] += 1
    for row in chain:
        sums = made.setdefault(row.number, Counter())
        if row.result in LISTS:
            sums["closed"] += 1
            sums["refused"] += row.result == "refused"
    return tuple(Attempt(number, sums["closed"], sums["returned"], sums["refused"]) for number, sums in sorted(made.items()))


def _people(chain: Iterable[ClosedCard], returned: Iterable[ClosedCard]) -> tuple[Person, ...]:
    closed = Counter(row.staff_id for row in chain if row.result in LISTS)
    credited = Counter(_credited(row) for row in returned)
    people = [Person(one, closed[one], credited[one]) for one in {*closed, *credited}]
    return tuple(sorted(people, key=lambda one: (-one.returned, -one.closed, one.staff_id or 0)))


def _credited(row: ClosedCard) -> int | None:
    found: Any = row.cause.get("credited")
    return found if isinstance(found, int) else row.responsible_id
