"""Queries for where clients stand: the stored placement, folder rows, counters and flows.

All of it is computed from facts and only kept here; `recompute` alone writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.store import folders
from lifecycle.store.prepared import Prepared
from lifecycle.summary import SUMMARY_COLUMNS, Summary
from lifecycle.tables import Client, ClientFolder, Counter, Flow, standing

_client = Client.__table__  # type: ignore[attr-defined]
_folder = ClientFolder.__table__  # type: ignore[attr-defined]
_counter = Counter.__table__  # type: ignore[attr-defined]
_flow = Flow.__table__  # type: ignore[attr-defined]

#: What a placement is made of, as it is stored: bit mask of folders and indexes into the lists of words.
PLACED = ("mask", "status", "stage", "relation", "warmth", "sale")


_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}


def _upsert(table: Any, key: list[str], *, adding: tuple[str, ...] = ()) -> dict[str, Any]:
    """Insert, or where the key is known replace the rest; with `adding`, add these to what is there."""
    made = {}
    for name, dialect in _DIALECTS.items():
        query = dialect.insert(table)
        kept = {
            column.name: query.excluded[column.name]
            for column in table.c
            if not adding and column.name not in key
        }
        sums = {column: table.c[column] + query.excluded[column] for column in adding}
        made[name] = query.on_conflict_do_update(index_elements=key, set_=kept | sums)
    return made


_STAY = (_folder.c.client_id == bindparam("c"), _folder.c.folder == bindparam("f"))
_MOVED = ("placed_on", *PLACED, "next_change_on", "next_fact_on", "next_change_at")
_OF = Prepared.among(lambda among: select(standing).where(among(standing.c.client_id)))
_PUT = Prepared(_upsert(standing, ["client_id"]), standing.c.keys())
_MOVE = Prepared(
    update(standing)
    .where(standing.c.client_id == bindparam("c"))
    .values({name: bindparam(name) for name in _MOVED})
)
_PUT_OFF = (
    update(standing).where(standing.c.client_id == bindparam("c")).values(next_change_at=bindparam("until"))
)
_COUNT = Prepared(_upsert(_counter, ["branch_id", "what"], adding=("count",)), _counter.c.keys())
_FLOW = Prepared(
    _upsert(_flow, ["day", "branch_id", "folder"], adding=("entered", "departed")), _flow.c.keys()
)
_NEXT_DUE = select(func.min(standing.c.next_change_at))
_DUE = Prepared(
    select(standing.c.client_id)
    .where(standing.c.next_change_at <= bindparam("now"))
    .order_by(standing.c.next_change_at)
    .limit(bindparam("most"))
)
_LEAVE = Prepared(delete(_folder).where(*_STAY))
_ENTER = Prepared(insert(_folder), _folder.c.keys())
_RESORT = Prepared(
    update(_folder).where(*_STAY).values(sort_on=bindparam("s"), branch_id=bindparam("b"))
)
_STAYS = Prepared.among(lambda among: select(_folder).where(among(_folder.c.client_id)))


def of(conn: Connection, client_ids: Sequence[int]) -> dict[int, Any]:
    """The stored standing of each of these clients; those never placed are absent."""
    return {row.client_id: row for row in _OF.rows(conn, ids=client_ids)}


def put(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write standings, new or changed, each whole."""
    _PUT.many(conn, rows)


def move(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write where clients stand whose summary is as it was: the placement of today and the next change; the client as `c`."""
    _MOVE.many(conn, rows)


def put_off(conn: Connection, client_id: int, until: datetime) -> None:
    """Leave a due client alone until then."""
    conn.execute(_PUT_OFF, {"c": client_id, "until": until})


def due(conn: Connection, now: datetime, limit: int) -> list[int]:
    """Clients whose next change is here, the longest due first."""
    return [row[0] for row in _DUE.rows(conn, now=now, most=limit)]


def next_due_at(conn: Connection) -> datetime | None:
    """The instant of the earliest next change of all; None where nobody moves by time."""
    found: datetime | None = conn.execute(_NEXT_DUE).scalar()
    return found


def leave_folders(conn: Connection, rows: Iterable[tuple[int, int]]) -> None:
    """Take (client, folder) stays away."""
    _LEAVE.many(conn, [{"c": client_id, "f": folder} for client_id, folder in rows])


def enter_folders(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add stays."""
    _ENTER.many(conn, rows)


def resort_folders(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give stays that go on their new place in the order: by day, in their branch."""
    _RESORT.many(conn, rows)


def stays(conn: Connection, client_ids: Sequence[int]) -> dict[int, dict[int, Any]]:
    """The stored folder rows of each client, by folder."""
    found: dict[int, dict[int, Any]] = {}
    for row in _STAYS.rows(conn, ids=client_ids):
        found.setdefault(row.client_id, {})[row.folder] = row
    return found


def count(conn: Connection, deltas: Mapping[tuple[int, str], int]) -> None:
    """Add to counters by (branch, what), always in the same order so that writers never wait crosswise."""
    rows = [
        {"branch_id": branch_id, "what": what, "count": delta}
        for (branch_id, what), delta in sorted(deltas.items())
        if delta
    ]
    _COUNT.many(conn, rows)


def flow(conn: Connection, deltas: Mapping[tuple[int, int, int], tuple[int, int]]) -> None:
    """Add to the flows by (day, branch, folder): (came in, went out)."""
    rows = [
        {"day": day, "branch_id": branch_id, "folder": folder, "entered": entered, "departed": departed}
        for (day, branch_id, folder), (entered, departed) in sorted(deltas.items())
    ]
    _FLOW.many(conn, rows)


_summary = attrgetter(*(f"summary_{name}" for name in SUMMARY_COLUMNS))


def summary_of(row: Any) -> Summary:
    """The summary of a stored standing: what the rules need for any later day until a new fact."""
    return Summary.of(_summary(row))


def counters(conn: Connection) -> dict[tuple[int, str], int]:
    """Every counter by (branch, what)."""
    rows = conn.execute(select(_counter.c.branch_id, _counter.c.what, _counter.c.count))
    return {(branch_id, what): count for branch_id, what, count in rows}


def tallies(conn: Connection, whose: int | None = None) -> list[tuple[int, int, int, int]]:
    """How many clients stand alike: (branch, folder mask, status, count), counted one by one; `whose` as in `folders`."""
    alike = (standing.c.branch_id, standing.c.mask, standing.c.status)
    query = select(*alike, func.count()).group_by(*alike)
    if whose is not None:
        query = query.join(_client, _client.c.id == standing.c.client_id).where(folders.in_hands_of(whose))
    rows = conn.execute(query)
    return [(branch_id, mask, status, count) for branch_id, mask, status, count in rows]


def set_counters(conn: Connection, counts: Mapping[tuple[int, str], int]) -> None:
    """Put counters to these numbers; those not named are gone."""
    conn.execute(delete(_counter))
    rows = [
        {"branch_id": branch_id, "what": what, "count": count} for (branch_id, what), count in counts.items()
    ]
    if rows:
        conn.execute(insert(_counter), rows)
