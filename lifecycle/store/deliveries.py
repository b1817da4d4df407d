"""Queries for what outside systems sent: stored once by (source, delivery), then worked off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.intake_tables import Delivery, Source

_delivery = Delivery.__table__  # type: ignore[attr-defined]
_source = Source.__table__  # type: ignore[attr-defined]

#: What a delivery may be: stored and not yet worked off, worked off, refused by the club's rules or by a fault, set aside by a person.
STATES: Final = ("received", "done", "failed", "aside")


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery as it is stored."""

    id: int
    source_id: int
    delivery: str
    received_at: datetime
    content_type: str
    envelope: Mapping[str, Any]
    body: bytes
    state: str
    attempts: int
    done_at: datetime | None
    answer: Mapping[str, Any]
    error: Mapping[str, Any]
    client_id: int | None


def add(conn: Connection, values: Mapping[str, Any]) -> int | None:
    """Store a new delivery; gives its id, None where the source has sent it before."""
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    made = dialect.insert(_delivery).values(**_EMPTY | dict(values))
    new = made.on_conflict_do_nothing(index_elements=["source_id", "delivery"]).returning(_delivery.c.id)
    return conn.execute(new).scalar()


_EMPTY: Final[dict[str, Any]] = {"state": "received", "attempts": 0, "answer": {}, "error": {}}


def get(conn: Connection, delivery_id: int) -> DeliveryRow | None:
    """One delivery whole."""
    row = conn.execute(select(_delivery).where(_delivery.c.id == delivery_id)).first()
    return None if row is None else DeliveryRow(**row._mapping)


def named(conn: Connection, source_id: int, delivery: str) -> DeliveryRow | None:
    """The delivery a source calls by this name."""
    query = select(_delivery).where(_delivery.c.source_id == source_id, _delivery.c.delivery == delivery)
    row = conn.execute(query).first()
    return None if row is None else DeliveryRow(**row._mapping)


def change(conn: Connection, delivery_id: int, **values: Any) -> None:
    """Write what became of a delivery."""
    conn.execute(update(_delivery).where(_delivery.c.id == delivery_id).values(**values))


def wake(conn: Connection, source_id: int, code: str, limit: int = 200) -> None:
    """What a source sent lately and what was refused by this code is to be worked off anew."""
    failed = select(_delivery.c.id, _delivery.c.error).where(_delivery.c.state == "failed", _delivery.c.source_id == source_id)
    rows = conn.execute(failed.order_by(_delivery.c.id.desc()).limit(limit))
    ids = [row.id for row in rows if any(each["code"] == code for each in row.error.get("errors", ()))]
    if ids:
        conn.execute(update(_delivery).where(_delivery.c.id.in_(ids)).values(state="received", error={}))


def waiting(conn: Connection, before: datetime, limit: int) -> list[int]:
    """Deliveries stored before a moment and not yet worked off, in the order they came."""
    query = (
        select(_delivery.c.id)
        .where(_delivery.c.state == "received", _delivery.c.received_at < before)
        .order_by(_delivery.c.id)
        .limit(limit)
    )
    return [row.id for row in conn.execute(query)]


@dataclass(frozen=True, slots=True)
class Listed:
    """One delivery as the inbox lists it: without what was sent."""

    id: int
    source_id: int
    source_name: str
    kind: str
    branch_id: int | None
    delivery: str
    received_at: datetime
    state: str
    attempts: int
    error: Mapping[str, Any]
    client_id: int | None


def page(
    conn: Connection,
    branches: frozenset[int] | None,
    *,
    state: str | None = None,
    source_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Listed]:
    """The latest deliveries, those before an id for the next page; of sources of these branches (None: of all)."""
    plain = {"source_name", "kind", "branch_id"}
    shown = [_delivery.c[name] for name in Listed.__dataclass_fields__ if name not in plain]
    query = select(*shown, _source.c.name.label("source_name"), _source.c.kind, _source.c.branch_id).join(
        _source, _source.c.id == _delivery.c.source_id
    )
    for column, value in ((_delivery.c.state, state), (_delivery.c.source_id, source_id)):
        query = query if value is None else query.where(column == value)
    if before is not None:
        query = query.where(_delivery.c.id < before)
    if branches is not None:
        query = query.where(_source.c.branch_id.in_(branches))
    rows = conn.execute(query.order_by(_delivery.c.id.desc()).limit(limit))
    return [Listed(**row._mapping) for row in rows]


def answers_of_client(conn: Connection, client_id: int, *, since: datetime) -> list[Any]:
    """The bodies of the answers to what came about a client since a moment."""
    query = select(_delivery.c.answer).where(_delivery.c.client_id == client_id, _delivery.c.done_at >= since)
    return [row.answer.get("body") for row in conn.execute(query)]


def counts(conn: Connection) -> dict[tuple[int, str], int]:
    """How many deliveries each source has in each state but done."""
    query = (
        select(_delivery.c.source_id, _delivery.c.state, func.count())
        .where(_delivery.c.state != "done")
        .group_by(_delivery.c.source_id, _delivery.c.state)
    )
    return {(row[0], row[1]): row[2] for row in conn.execute(query)}


def failed(conn: Connection, branches: frozenset[int] | None) -> int:
    """How many deliveries wait for a person, of sources of these branches (None: of all)."""
    query = select(func.count()).select_from(_delivery).where(_delivery.c.state == "failed")
    if branches is not None:
        query = query.join(_source, _source.c.id == _delivery.c.source_id).where(_source.c.branch_id.in_(branches))
    return int(conn.execute(query).scalar_one())


def forget_bodies(conn: Connection, before: datetime, limit: int) -> int:
    """Empty the bodies of deliveries worked off or set aside before a moment; they stay known by name. Gives how many."""
    old = (
        select(_delivery.c.id)
        .where(_delivery.c.state.in_(("done", "aside")), _delivery.c.done_at < before, func.length(_delivery.c.body) > 0)
        .limit(limit)
    )
    return conn.execute(update(_delivery).where(_delivery.c.id.in_(old)).values(body=b"", envelope={})).rowcount
