"""Queries for the board: what stands in each column now, how many, and what comes next by keyset.

A column is a stretch of the order (due day, its end, priority, age) in each branch, whose days begin at that
branch's own midnight; counts and pages read one index and nothing else. `cards.column` says the same of one card.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from lifecycle import cards
from lifecycle.cards import COLUMNS
from lifecycle.days import OPEN, Day, day_of
from lifecycle.desk import Desk
from lifecycle.names import norm
from lifecycle.store.branches import BranchRow
from lifecycle.store.cards import card_table, seen_by
from lifecycle.tables import Client

_card = card_table
_client: Any = Client.__table__  # type: ignore[attr-defined]
_OPEN = _card.c.closed_at.is_(None)
#: How many parts one statement may have: SQLite takes 500.
_PARTS = 100

#: A status or a person that stands for having none.
NONE = "none"


@dataclass(frozen=True, slots=True)
class Sought:
    """What narrows the board: a contact status, a person (or nobody), a cause, clients found by a search."""

    status: str | None = None
    responsible: int | None = None
    nobody: bool = False
    cause: str | None = None
    clients: Sequence[int] | None = None


class Place(NamedTuple):
    """Where a card stands in its column; those without a due come last. A page goes on after one."""

    due_on: Day
    ends_at: datetime | None
    priority: int
    id: int


def counts(
    conn: Connection, desk: Desk, branches: Sequence[BranchRow], now: datetime, sought: Sought
) -> dict[str, int]:
    """How many cards stand in each column, in one statement."""
    found = dict.fromkeys(COLUMNS, 0)
    kind = conn.dialect.name
    zones = groupby(sorted(branches, key=lambda one: one.timezone), key=lambda one: one.timezone)
    parts: list[Any] = []
    for _, some in zones:
        own = list(some)
        condition = and_(_card.c.branch_id.in_([one.id for one in own]), _OPEN, *_narrowed(desk, sought, kind))
        parts += [
            select(literal(place, Integer), func.count()).where(condition, *_stretch(code, own[0], now))
            for place, code in enumerate(COLUMNS)
        ]
    for some_parts in _some(parts):
        for place, count in conn.execute(union_all(*some_parts)):
            found[COLUMNS[place]] += int(count)
    return found


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
    parts = [
        part.subquery().select()
        for branch in branches
        for part in _pages(desk, branch, code, now, sought, after, limit, conn.dialect.name)
    ]
    found = [Place(row[0], row[1], row[2], row[3]) for some in _some(parts) for row in conn.execute(union_all(*some))]
    return sorted(found, key=order)[:limit]


def order(place: Place) -> tuple[Day, float, int, int]:
    """By day, timed ones by their time before those of the whole day, then by priority, then by age."""
    ends = 0.0 if place.ends_at is None else place.ends_at.timestamp()
    return place.due_on, ends, place.priority, place.id


def late(conn: Connection, desk: Desk, branches: Sequence[BranchRow], now: datetime) -> int:
    """How many open cards are overdue by their due, whatever their column."""
    here = _card.c.branch_id.in_([one.id for one in branches])
    query = seen_by(select(func.count()).where(_OPEN, _card.c.ends_at <= now, here), desk)
    return int(conn.execute(query).scalar_one())


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


def _pages(
    desk: Desk,
    branch: BranchRow,
    code: str,
    now: datetime,
    sought: Sought,
    after: Place | None,
    limit: int,
    kind: str,
) -> Iterator[Select[Any]]:
    """One branch's part of a column: those with a due by it, then, where unsorted, those without."""
    condition = and_(_card.c.branch_id == branch.id, _OPEN, *_narrowed(desk, sought, kind), *_stretch(code, branch, now))
    if after is None or after.due_on < OPEN:
        place = (_card.c.due_on, _card.c.ends_at, _card.c.priority, _card.c.id)
        query = select(*place).where(condition, _card.c.due_on.is_not(None))
        if after is not None:
            query = query.where(tuple_(*place) > tuple_(*(literal(one, column.type) for one, column in zip(after, place, strict=True))))
        yield query.order_by(*place).limit(limit)
    if code == "unsorted":
        without = (_card.c.priority, _card.c.id)
        query = select(literal(OPEN, Integer), _card.c.ends_at, *without).where(
            condition, _card.c.due_on.is_(None), _card.c.ends_at.is_(None)
        )
        if after is not None and after.due_on >= OPEN:
            query = query.where(tuple_(*without) > tuple_(literal(after.priority), literal(after.id)))
        yield query.order_by(*without).limit(limit)


def _stretch(code: str, branch: BranchRow, now: datetime) -> list[ColumnElement[bool]]:
    """Where a column lies in the order, by this branch's own day."""
    today = day_of(now, branch.zone)
    sunday = cards.sunday_of(today)
    if code == "unsorted":
        return [_card.c.placed == 0]
    due = _card.c.due_on
    by_day: Mapping[str, list[ColumnElement[bool]]] = {
        "overdue": [tuple_(due, _card.c.ends_at) <= tuple_(literal(today), literal(now, _card.c.ends_at.type))],
        "today": [due == today, _card.c.ends_at > now],
        "tomorrow": [due == today + 1],
        "this_week": [due > today + 1, due <= sunday],
        "later": [due > max(sunday, today + 1)],
    }
    return [_card.c.placed == 1, *by_day[code]]


def _narrowed(desk: Desk, sought: Sought, kind: str) -> list[ColumnElement[bool]]:
    """What this person may see, and what they ask for."""
    found: list[ColumnElement[bool]] = []
    if desk.own_cards_only:
        found.append(_card.c.responsible_id == desk.staff_id)
    if sought.status is not None:
        found.append(_card.c.status.is_(None) if sought.status == NONE else _card.c.status == sought.status)
    if sought.nobody:
        found.append(_card.c.responsible_id.is_(None))
    elif sought.responsible is not None:
        found.append(_card.c.responsible_id == sought.responsible)
    if sought.cause is not None:
        found.append(_card.c.rule == sought.cause)
    if sought.clients is not None:
        found.append(_card.c.client_id.in_(_listed(sought.clients, kind)))
    return found


def _listed(ids: Sequence[int], kind: str) -> Select[Any]:
    """Any number of ids as one value, where a list of thousands would be too long for a statement."""
    if kind == "sqlite":
        return select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value)
    return select(func.unnest(literal(list(ids), ARRAY(BigInteger))).column_valued())


def _some(parts: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(parts), _PARTS):
        yield parts[start : start + _PARTS]
