"""Queries for where clients stand: the stored placement, folder rows, counters and flows.

All of it is computed from facts and only kept here; `recompute` alone writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.store import folders
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


# Statements of the way of a fact are made once: making them costs more than running them.
_clients: Any = bindparam("clients", expanding=True)
_STAY = (_folder.c.client_id == bindparam("c"), _folder.c.folder == bindparam("f"))
_OF = select(standing).where(standing.c.client_id.in_(_clients))
_PUT = _upsert(standing, ["client_id"])
_COUNT = _upsert(_counter, ["branch_id", "what"], adding=("count",))
_FLOW = _upsert(_flow, ["day", "branch_id", "folder"], adding=("entered", "departed"))
_NEXT_DUE = select(func.min(standing.c.next_change_at))
_DUE = (
    select(standing.c.client_id)
    .where(standing.c.next_change_at <= bindparam("now"))
    .order_by(standing.c.next_change_at)
    .limit(bindparam("most"))
)
_LEAVE = delete(_folder).where(*_STAY)
_ENTER = insert(_folder)
_RESORT = (
    update(_folder)
    .where(*_STAY)
    .values(sort_on=bindparam("s"), branch_id=bindparam("b"))
)
_STAYS = select(_folder).where(_folder.c.client_id.in_(_clients))


def of(conn: Connection, client_ids: Sequence[int]) -> dict[int, Any]:
    """The stored standing of each of these clients; those never placed are absent."""
    return {row.client_id: row for row in conn.execute(_OF, {"clients": list(client_ids)})}


def put(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write standings, new or changed, each whole."""
    if rows:
        conn.execute(_PUT[conn.dialect.name], [dict(row) for row in rows])


def due(conn: Connection, now: datetime, limit: int) -> list[int]:
    """Clients whose next change is here, the longest due first."""
    return [row[0] for row in conn.execute(_DUE, {"now": now, "most": limit})]


def next_due_at(conn: Connection) -> datetime | None:
    """The instant of the earliest next change of all; None where nobody moves by time."""
    found: datetime | None = conn.execute(_NEXT_DUE).scalar()
    return found


def leave_folders(conn: Connection, rows: Iterable[tuple[int, int]]) -> None:
    """Take (client, folder) stays away."""
    gone = [{"c": client_id, "f": folder} for client_id, folder in rows]
    if gone:
        conn.execute(_LEAVE, gone)


def enter_folders(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add stays."""
    if rows:
        conn.execute(_ENTER, [dict(row) for row in rows])


def resort_folders(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give stays that go on their new place in the order: by day, in their branch."""
    if rows:
        conn.execute(_RESORT, [dict(row) for row in rows])


def stays(conn: Connection, client_ids: Sequence[int]) -> dict[int, dict[int, Any]]:
    """The stored folder rows of each client, by folder."""
    found: dict[int, dict[int, Any]] = {}
    for row in conn.execute(_STAYS, {"clients": list(client_ids)}):
        found.setdefault(row.client_id, {})[row.folder] = row
    return found


def count(conn: Connection, deltas: Mapping[tuple[int, str], int]) -> None:
    """Add to counters by (branch, what), always in the same order so that writers never wait crosswise."""
    rows = [
        {"branch_id": branch_id, "what": what, "count": delta}
        for (branch_id, what), delta in sorted(deltas.items())
        if delta
    ]
    if rows:
        conn.execute(_COUNT[conn.dialect.name], rows)


def flow(conn: Connection, deltas: Mapping[tuple[int, int, int], tuple[int, int]]) -> None:
    """Add to the flows by (day, branch, folder): (came in, went out)."""
    rows = [
        {"day": day, "branch_id": branch_id, "folder": folder, "entered": entered, "departed": departed}
        for (day, branch_id, folder), (entered, departed) in sorted(deltas.items())
    ]
    if rows:
        conn.execute(_FLOW[conn.dialect.name], rows)


def summary_of(row: Any) -> Summary:
    """The summary of a stored standing: what the rules need for any later day until a new fact."""
    return Summary.of([getattr(row, f"summary_{name}") for name in SUMMARY_COLUMNS])


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
