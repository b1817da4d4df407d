"""Queries for the board: what stands in each column now, how many, and what comes next by keyset.

A column is a stretch of the order (due day, its end, priority, age) in each branch, whose days begin at that
branch's own midnight; counts and pages read one index and nothing else. `cards.column` says the same of one card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    true,
    tuple_,
    type_coerce,
    union_all,
)

from lifecycle import cards
from lifecycle.cards import COLUMNS
from lifecycle.days import OPEN, Day, day_of
from lifecycle.desk import Desk
from lifecycle.names import norm
from lifecycle.store.branches import BranchRow
from lifecycle.store.cards import card_table, seen_by
from lifecycle.store.prepared import Among, Prepared
from lifecycle.tables import Client, Instant

_card = card_table
_client: Any = Client.__table__  # type: ignore[attr-defined]
_OPEN = _card.c.closed_at.is_(None)
#: How many branches one statement speaks of: it has up to seven parts for each, and SQLite takes 500 in all.
_BRANCHES: Final = 60

#: A status that stands for having none.
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Sought:
    """What narrows the board: a contact status, a person (or nobody), a cause, clients found by a search."""

    status: str | None = None
    responsible: int | None = None
    nobody: bool = False
    cause: str | None = None
    clients: Sequence[int] | None = None


class Place(NamedTuple):
    """Where a card stands in its column: by day, timed ones by their time before those of the whole day, then by
    priority, then by age. Those without a due come last, with OPEN and 0. A page goes on after a place.
    """

    due_on: Day
    ends_at: int
    priority: int
    id: int


def counts(
    conn: Connection, desk: Desk, branches: Sequence[BranchRow], now: datetime, sought: Sought
) -> dict[str, int]:
    """How many cards stand in each column, in one statement."""
    found = dict.fromkeys(COLUMNS, 0)
    shape, given = _narrowing(desk, sought)
    for some in _some(branches):
        statement = _counting(len(some), shape)
        for place, count in statement.rows(conn, **given, **_days(some, now)):
            found[COLUMNS[place]] += int(count)
    return found


def windows(
    conn: Connection, desk: Desk, branches: Sequence[BranchRow], now: datetime, sought: Sought, limit: int
) -> dict[str, list[Place]]:
    """The first cards of every column in its order, over all these branches."""
    return _windows(conn, desk, branches, COLUMNS, now, sought, None, limit)


def window(
    conn: Connection,
    desk: Desk,
    branches: Sequence[BranchRow],
    code: str,
    now: datetime,
    sought: Sought,
    *,
    after: Place | None = None,
    limit: int = 50,
) -> list[Place]:
    """The next cards of a column in its order, over all these branches, after a place."""
    return _windows(conn, desk, branches, (code,), now, sought, after, limit)[code]


def late(conn: Connection, desk: Desk, branches: Sequence[BranchRow], now: datetime) -> int:
    """How many open cards are overdue by their due, whatever their column."""
    here = _card.c.branch_id.in_([one.id for one in branches])
    query = seen_by(select(func.count()).where(_OPEN, _card.c.ends_at <= now, here), desk)
    return int(conn.execute(query).scalar_one())


def late_by_person(conn: Connection, desk: Desk, branches: Sequence[BranchRow], now: datetime) -> dict[int | None, int]:
    """How many open cards each person (None: nobody) is late with, whatever their column."""
    here = _card.c.branch_id.in_([one.id for one in branches])
    query = select(_card.c.responsible_id, func.count()).where(_OPEN, _card.c.ends_at <= now, here)
    return {row[0]: int(row[1]) for row in conn.execute(seen_by(query, desk).group_by(_card.c.responsible_id))}


def late_of(conn: Connection, desk: Desk, branches: Sequence[BranchRow], now: datetime, staff_id: int, limit: int) -> list[int]:
    """The open cards of a person that are overdue, those that have waited longest first."""
    here = _card.c.branch_id.in_([one.id for one in branches])
    query = select(_card.c.id).where(_OPEN, _card.c.responsible_id == staff_id, _card.c.ends_at <= now, here)
    return [row[0] for row in conn.execute(seen_by(query, desk).order_by(_card.c.ends_at, _card.c.id).limit(limit))]


def raised(conn: Connection, desk: Desk, branches: Sequence[BranchRow], now: datetime, limit: int) -> tuple[int, list[int]]:
    """How many open cards were shown to the manager about their present due, and those of them that have waited longest."""
    here = _card.c.branch_id.in_([one.id for one in branches])
    shown = (_OPEN, _card.c.ends_at <= now, _card.c.shown_at >= _card.c.ends_at, _card.c.gone_at.is_(None), here)
    count = int(conn.execute(seen_by(select(func.count()).where(*shown), desk)).scalar_one())
    query = seen_by(select(_card.c.id).where(*shown), desk).order_by(_card.c.ends_at, _card.c.id).limit(limit)
    return count, [row[0] for row in conn.execute(query)] if count else []


def own_clients_named(conn: Connection, desk: Desk, q: str) -> list[int]:
    """Clients of the person's own open cards whose names have each of these fragments."""
    query = (
        select(_client.c.id)
        .join(_card, _card.c.client_id == _client.c.id)
        .where(_OPEN, _card.c.responsible_id == desk.staff_id)
        .distinct()
    )
    for fragment in norm(q).split():
        query = query.where(_client.c.name_norm.contains(fragment, autoescape=True))
    return [row[0] for row in conn.execute(query)]


def _windows(
    conn: Connection,
    desk: Desk,
    branches: Sequence[BranchRow],
    codes: tuple[str, ...],
    now: datetime,
    sought: Sought,
    after: Place | None,
    limit: int,
) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {code: [] for code in codes}
    shape, given = _narrowing(desk, sought)
    given |= {"limit": limit, **_after(after)}
    for some in _some(branches):
        statement = _paging(len(some), codes, shape, _goes_on(after))
        for number, *place in statement.rows(conn, **given, **_days(some, now)):
            found[COLUMNS[number]].append(Place(*place))
    return {code: sorted(places)[:limit] for code, places in found.items()}


# --- the statements, by their shape -----------------------------------------------------------------

#: Which of the narrowings a statement has; their values are given when it runs.
_Shape = frozenset[str]


@lru_cache(maxsize=64)
def _counting(branches: int, shape: _Shape) -> Prepared:
    return Prepared.among(
        lambda among: union_all(
            *(
                select(literal(place, Integer).label("place"), func.count()).where(*_stretch(code, number), *_narrowed(shape, among))
                for number in range(branches)
                for place, code in enumerate(COLUMNS)
            )
        )
    )


@lru_cache(maxsize=256)
def _paging(branches: int, codes: tuple[str, ...], shape: _Shape, after: str) -> Prepared:
    return Prepared.among(
        lambda among: union_all(
            *(
                part.subquery().select()
                for number in range(branches)
                for code in codes
                for part in _pages(code, and_(*_stretch(code, number), *_narrowed(shape, among)), after)
            )
        )
    )


def _pages(code: str, condition: ColumnElement[bool], after: str) -> Iterator[Select[Any]]:
    """One branch's part of a column: those with a due by it, then, where unsorted, those without."""
    column, most = literal(COLUMNS.index(code), Integer).label("column"), bindparam("limit", type_=Integer)
    if after != "without":
        place = (_card.c.due_on, _card.c.ends_at, _card.c.priority, _card.c.id)
        beyond = tuple_(*place) > tuple_(*map(_given, place)) if after else true()
        query: Any = select(column, *(type_coerce(one, BigInteger) for one in place)).where(condition, _card.c.due_on.is_not(None), beyond)
        yield query.order_by(*place).limit(most)
    if code == "unsorted":
        rest = (_card.c.priority, _card.c.id)
        beyond = tuple_(*rest) > tuple_(*map(_given, rest)) if after == "without" else true()
        query = select(column, literal(OPEN, Integer), literal(0, BigInteger), *rest)
        alone = (_card.c.due_on.is_(None), _card.c.ends_at.is_(None))
        yield query.where(condition, *alone, beyond).order_by(*rest).limit(most)


def _given(column: Any) -> Any:
    return bindparam(f"after_{column.name}", type_=BigInteger)


def _stretch(code: str, number: int) -> list[ColumnElement[bool]]:
    """Where a column lies in the order of the branch of this number, by its own day."""
    here = [_card.c.branch_id == _day("branch", number), _OPEN]
    if code == "unsorted":
        return [*here, _card.c.placed == 0]
    due, end, now = _card.c.due_on, _card.c.ends_at, bindparam("now", type_=Instant())
    by_day: Mapping[str, list[ColumnElement[bool]]] = {
        "overdue": [tuple_(due, end) <= tuple_(_day("today", number), now)],
        "today": [due == _day("today", number), end > now],
        "tomorrow": [due == _day("tomorrow", number)],
        "this_week": [due > _day("tomorrow", number), due <= _day("week", number)],
        "later": [due > _day("week", number)],
    }
    return [*here, _card.c.placed == 1, *by_day[code]]


def _day(name: str, number: int) -> Any:
    return bindparam(f"{name}_{number}", type_=Integer)


def _narrowed(shape: _Shape, among: Among) -> list[ColumnElement[bool]]:
    """What this person may see, and what they ask for."""
    asked: Mapping[str, ColumnElement[bool]] = {
        "own": _card.c.responsible_id == bindparam("own"),
        "without_status": _card.c.status.is_(None),
        "status": _card.c.status == bindparam("status"),
        "nobody": _card.c.responsible_id.is_(None),
        "responsible": _card.c.responsible_id == bindparam("responsible"),
        "cause": _card.c.rule == bindparam("cause"),
        "clients": among(_card.c.client_id),
    }
    return [condition for name, condition in asked.items() if name in shape]


# --- what they are given ----------------------------------------------------------------------------


def _narrowing(desk: Desk, sought: Sought) -> tuple[_Shape, dict[str, Any]]:
    """Which narrowings, and with which values."""
    given: dict[str, Any] = {}
    if desk.own_cards_only:
        given["own"] = desk.staff_id
    if sought.status is not None:
        given["without_status" if sought.status == NONE else "status"] = sought.status
    if sought.nobody:
        given["nobody"] = True
    elif sought.responsible is not None:
        given["responsible"] = sought.responsible
    if sought.cause is not None:
        given["cause"] = sought.cause
    if sought.clients is not None:
        given["clients"] = True
    shape = frozenset(given)
    return shape, given if sought.clients is None else {**given, "ids": sought.clients}


def _days(branches: Sequence[BranchRow], now: datetime) -> dict[str, Any]:
    """Each branch with its own today, tomorrow, and the last day that is still this week or tomorrow."""
    given: dict[str, Any] = {"now": now}
    for number, branch in enumerate(branches):
        today = day_of(now, branch.zone)
        week = max(cards.sunday_of(today), today + 1)
        told = {"branch": branch.id, "today": today, "tomorrow": today + 1, "week": week}
        given |= {f"{name}_{number}": value for name, value in told.items()}
    return given


def _goes_on(after: Place | None) -> str:
    """Behind which kind of place a page goes on: with a due, without one, or none."""
    if after is None:
        return ""
    return "with" if after.due_on < OPEN else "without"


def _after(after: Place | None) -> dict[str, Any]:
    if after is None:
        return {}
    return {f"after_{name}": value for name, value in after._asdict().items()}


def _some(branches: Sequence[BranchRow]) -> Iterator[Sequence[BranchRow]]:
    for start in range(0, len(branches), _BRANCHES):
        yield branches[start : start + _BRANCHES]
