"""Queries for contracts as they stand: found by name, by what is open, by when time changes them next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from lifecycle.intake_tables import ContractRow

_contract = ContractRow.__table__  # type: ignore[attr-defined]
_COLUMNS = [column.name for column in _contract.columns]
_OF = select(_contract).where(_contract.c.client_id.in_(bindparam("clients", expanding=True)))
_NEXT = select(func.min(_contract.c.next_at))
_NEXT_OF = _NEXT.where(_contract.c.client_id == bindparam("client"))


def of_clients(conn: Connection, client_ids: Iterable[int]) -> dict[int, dict[str, dict[str, Any]]]:
    """The stored contracts of each client, by name."""
    found: dict[int, dict[str, dict[str, Any]]] = {client_id: {} for client_id in client_ids}
    for row in conn.execute(_OF, {"clients": list(found)}):
        found[row.client_id][row.name] = dict(row._mapping)
    return found


def put(conn: Connection, client_id: int, rows: Sequence[Mapping[str, Any]], stored: Mapping[str, Any]) -> None:
    """Keep these as all the contracts of a client; `stored` are those there now. Writes what differs."""
    wanted = {row["name"]: dict(row) for row in rows}
    gone = [name for name, row in stored.items() if wanted.get(name) != row]
    if gone:
        conn.execute(delete(_contract).where(_contract.c.client_id == client_id, _contract.c.name.in_(gone)))
    fresh = [row for name, row in wanted.items() if stored.get(name) != row]
    if fresh:
        conn.execute(insert(_contract), fresh)


def clients_of_name(conn: Connection, name: str, limit: int = 2) -> list[int]:
    """The clients with a contract of this name; names are unique only within a client."""
    query = select(_contract.c.client_id).where(_contract.c.name == name).order_by(_contract.c.client_id).limit(limit)
    return [row.client_id for row in conn.execute(query)]


def next_at(conn: Connection) -> datetime | None:
    """The earliest instant at which time changes a contract of the club."""
    return conn.execute(_NEXT).scalar()


def next_of(conn: Connection, client_id: int) -> datetime | None:
    """The earliest instant at which time changes a contract of this client."""
    return conn.execute(_NEXT_OF, {"client": client_id}).scalar()


def due(conn: Connection, at: datetime, limit: int) -> list[int]:
    """Clients with a contract that time changes at this instant or before."""
    query = select(_contract.c.client_id).where(_contract.c.next_at <= at).distinct()
    return [row.client_id for row in conn.execute(query.order_by(_contract.c.client_id).limit(limit))]


def put_off(conn: Connection, client_id: int, at: datetime, until: datetime) -> None:
    """Leave a client's contracts that time changes at this instant or before alone until then."""
    conn.execute(update(_contract).where(_contract.c.client_id == client_id, _contract.c.next_at <= at).values(next_at=until))
