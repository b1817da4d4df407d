"""Queries for the folders: counts and flows by look-up, lists by keyset, never by counting or skipping rows."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.tables import Client, ClientFolder, Counter, Flow

_folder = ClientFolder.__table__  # type: ignore[attr-defined]
_counter = Counter.__table__  # type: ignore[attr-defined]
_flow = Flow.__table__  # type: ignore[attr-defined]
_client = Client.__table__  # type: ignore[attr-defined]

#: As `whose`: the clients for whom nobody is responsible. A number is that person's, None everybody's.
NOBODYS: Final = 0


@dataclass(frozen=True, slots=True)
class Stay:
    """A client's place in a folder's list."""

    client_id: int
    branch_id: int
    entered_on: Day
    sort_on: Day

    @property
    def place(self) -> tuple[int, int]:
        """Where the list goes on after this one."""
        return self.sort_on, self.client_id


def counts(conn: Connection, branch_ids: Sequence[int]) -> dict[str, int]:
    """Counters of these branches added up: `clients`, `status:…`, `folder:…`."""
    query = (
        select(_counter.c.what, func.sum(_counter.c.count))
        .where(_counter.c.branch_id.in_(branch_ids))
        .group_by(_counter.c.what)
    )
    return {what: int(count) for what, count in conn.execute(query)}


def flows(conn: Connection, branch_id: int, since: Day, until: Day) -> dict[tuple[Day, int], tuple[int, int]]:
    """How many came in and went out of each folder on each day from `since` to `until`: (day, folder bit) → (in, out)."""
    query = select(_flow).where(_flow.c.branch_id == branch_id, _flow.c.day.between(since, until))
    return {(row.day, row.folder): (row.entered, row.departed) for row in conn.execute(query)}


def by_day(
    conn: Connection, folder: int, branch_ids: Sequence[int], first: Day, last: Day, whose: int | None = None
) -> dict[Day, int]:
    """How many of a folder's stays are sorted by each day of a span; the bars above a list."""
    query = (
        select(_folder.c.sort_on, func.count())
        .where(_folder.c.folder == folder, _folder.c.branch_id.in_(branch_ids), _folder.c.sort_on.between(first, last))
        .group_by(_folder.c.sort_on)
    )
    if whose is not None:
        query = query.join(_client, _client.c.id == _folder.c.client_id).where(in_hands_of(whose))
    return {int(day): int(count) for day, count in conn.execute(query)}


def page(
    conn: Connection,
    desk: Desk,
    folder: int,
    branch_ids: Sequence[int],
    *,
    after: tuple[int, int] | None = None,
    limit: int = 50,
    whose: int | None = None,
) -> list[Stay]:
    """The next stays of a folder in the order of its list, after a place, of the person's branches among these.

    `whose` leaves those for whom this person is responsible.
    """
    own = [branch_id for branch_id in branch_ids if desk.reaches(branch_id)]
    lists = [_of_branch(conn, folder, branch_id, after, limit, whose) for branch_id in own]
    return list(islice(heapq.merge(*lists, key=lambda stay: stay.place), limit))


def _of_branch(
    conn: Connection, folder: int, branch_id: int, after: tuple[int, int] | None, limit: int, whose: int | None
) -> Iterator[Stay]:
    """One branch at a time, so that the index gives the rows in their order."""
    columns: Any = (_folder.c.client_id, _folder.c.branch_id, _folder.c.entered_on, _folder.c.sort_on)
    query = select(*columns).where(_folder.c.folder == folder, _folder.c.branch_id == branch_id)
    if whose is not None:
        query = query.join(_client, _client.c.id == _folder.c.client_id).where(in_hands_of(whose))
    if after is not None:
        query = query.where(tuple_(_folder.c.sort_on, _folder.c.client_id) > tuple_(*after))
    for row in conn.execute(query.order_by(_folder.c.sort_on, _folder.c.client_id).limit(limit)):
        yield Stay(*row)


def in_hands_of(whose: int) -> ColumnElement[bool]:
    """That this person, or for `NOBODYS` nobody, is responsible for a client."""
    column: ColumnElement[Any] = _client.c.responsible_id
    return column.is_(None) if whose == NOBODYS else column == whose


def stays_of(
    conn: Connection, desk: Desk, folder: int, client_ids: Sequence[int], whose: int | None = None
) -> list[Stay]:
    """Which of these clients stand in the folder, in the order of its list."""
    columns: Any = (_folder.c.client_id, _folder.c.branch_id, _folder.c.entered_on, _folder.c.sort_on)
    query = select(*columns).where(_folder.c.folder == folder, _folder.c.client_id.in_(client_ids))
    if whose is not None:
        query = query.join(_client, _client.c.id == _folder.c.client_id).where(in_hands_of(whose))
    found = [Stay(*row) for row in conn.execute(query)]
    return sorted((stay for stay in found if desk.reaches(stay.branch_id)), key=lambda stay: stay.place)
