"""Queries for facts: added once by their key, read in their order, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.facts import Fact
from lifecycle.store.prepared import Prepared
from lifecycle.tables import FactRow

_fact = FactRow.__table__  # type: ignore[attr-defined]
_ORDER = (_fact.c.client_id, _fact.c.at, _fact.c.id)
_RECORDED = select(
    _fact.c.id,
    _fact.c.key,
    _fact.c.at,
    _fact.c.day,
    _fact.c.type,
    _fact.c.fields,
    _fact.c.staff_id,
    _fact.c.by,
    _fact.c.via,
    _fact.c.recorded_at,
)
_OF_CLIENTS = Prepared.among(
    lambda among: (
        select(_fact.c.client_id, _fact.c.id, _fact.c.at, _fact.c.day, _fact.c.type, _fact.c.fields)
        .where(among(_fact.c.client_id))
        .order_by(*_ORDER)
    )
)
_KEYS = select(_fact.c.key, _fact.c.client_id, _fact.c.id).where(
    _fact.c.key.in_(bindparam("keys", expanding=True))
)
_ADD = insert(_fact).returning(_fact.c.id)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it stands in the history: with who recorded it, when, and through which door."""

    id: int
    key: str
    at: datetime
    day: int
    type: str
    fields: Mapping[str, Any]
    staff_id: int | None
    by: str
    via: str
    recorded_at: datetime


def of_clients(conn: Connection, client_ids: Sequence[int]) -> dict[int, list[Fact]]:
    """The facts of each client in the order of the spec (section 2): by instant, then as given."""
    found: dict[int, list[Fact]] = {client_id: [] for client_id in client_ids}
    for row in _OF_CLIENTS.rows(conn, ids=client_ids):
        found[row[0]].append(Fact._make(row[1:]))
    return found


def of_client(conn: Connection, client_id: int) -> list[Fact]:
    """One client's facts in their order."""
    return of_clients(conn, [client_id])[client_id]


def history(
    conn: Connection,
    client_id: int,
    *,
    types: Sequence[str] | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Recorded]:
    """A page of a client's history, the latest first, of all `types` or of these; `before` is the (at, id) of the last row shown."""
    query = _RECORDED.where(_fact.c.client_id == client_id)
    if types is not None:
        query = query.where(_fact.c.type.in_(types))
    if before is not None:
        query = query.where(tuple_(_fact.c.at, _fact.c.id) < tuple_(*before))
    query = query.order_by(_fact.c.at.desc(), _fact.c.id.desc()).limit(limit)
    return [Recorded(**row._mapping) for row in conn.execute(query)]


def one(conn: Connection, client_id: int, fact_id: int) -> Recorded | None:
    """One fact of this client, or None."""
    row = conn.execute(_RECORDED.where(_fact.c.client_id == client_id, _fact.c.id == fact_id)).first()
    return Recorded(**row._mapping) if row else None


def owners_of_keys(conn: Connection, keys: Iterable[str]) -> dict[str, tuple[int, int]]:
    """For each key seen before: the client and the id of its fact."""
    rows = conn.execute(_KEYS, {"keys": list(keys)})
    return {key: (client_id, fact_id) for key, client_id, fact_id in rows}


def add(conn: Connection, row: Mapping[str, Any]) -> int:
    """Add one fact; gives its id. The caller has looked for its key in the same transaction."""
    return int(conn.execute(_ADD, dict(row)).scalar_one())


def add_new(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many facts at once, leaving out those whose key is known (imports)."""
    if not rows:
        return
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    conn.execute(
        dialect.insert(_fact).on_conflict_do_nothing(index_elements=["key"]), [dict(row) for row in rows]
    )
