"""Queries for telephone calls: one row each, found by its source's own name, by branch and day, or open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.desk import Desk
from lifecycle.errors import NotFound
from lifecycle.intake_tables import Call

_call = Call.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as it is stored: see `intake_tables.Call`."""

    id: int
    source_id: int
    outside: str
    branch_id: int
    direction: str
    typed: str
    e164: str | None
    line: str
    extension: str
    client_id: int | None
    state: str
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    last_seq: int
    fact_id: int | None
    detail: Mapping[str, Any]


_COLUMNS = [_call.c[name] for name in CallRow.__dataclass_fields__]


def hold(conn: Connection, source_id: int, outside: str, first: Mapping[str, Any]) -> CallRow:
    """The call of this name, which nobody else changes until the transaction ends; made of `first` where it is new."""
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    new = dialect.insert(_call).values(source_id=source_id, outside=outside, **first)
    conn.execute(new.on_conflict_do_nothing(index_elements=["source_id", "outside"]))
    query = select(*_COLUMNS).where(_call.c.source_id == source_id, _call.c.outside == outside)
    return _row(conn.execute(_held(conn, query)).one())


def hold_seen(conn: Connection, desk: Desk, call_id: int) -> CallRow:
    """A call of the person's branches, which nobody else changes until the transaction ends. Raises NotFound."""
    found = conn.execute(_held(conn, select(*_COLUMNS).where(_call.c.id == call_id))).first()
    if found is None or not desk.reaches(found.branch_id):
        raise NotFound("call_not_found")
    return _row(found)


def change(conn: Connection, call_id: int, values: Mapping[str, Any]) -> None:
    """Write what became of a call."""
    conn.execute(update(_call).where(_call.c.id == call_id).values(**values))


def on_screens(
    conn: Connection, branch_ids: Collection[int], *, began_after: datetime, ended_after: datetime
) -> list[CallRow]:
    """The calls of these branches that go on or have just ended, the first begun first."""
    query = select(*_COLUMNS).where(
        _call.c.branch_id.in_(branch_ids),
        _call.c.began_at > began_after,
        or_(_call.c.ended_at.is_(None), _call.c.ended_at > ended_after),
    )
    return [_row(found) for found in conn.execute(query.order_by(_call.c.began_at, _call.c.id))]


def of_days(
    conn: Connection, branch_ids: Collection[int], since: datetime, until: datetime, limit: int = 500
) -> list[CallRow]:
    """The calls of these branches that began in this time, the latest first."""
    query = select(*_COLUMNS).where(
        _call.c.branch_id.in_(branch_ids), _call.c.began_at >= since, _call.c.began_at < until
    )
    return [_row(found) for found in conn.execute(query.order_by(_call.c.began_at.desc(), _call.c.id.desc()).limit(limit))]


def unended(conn: Connection, began_before: datetime, limit: int = 100) -> list[CallRow]:
    """Calls of all branches begun before a moment whose end nobody reported, the first begun first."""
    query = select(*_COLUMNS).where(_call.c.ended_at.is_(None), _call.c.began_at < began_before)
    return [_row(found) for found in conn.execute(query.order_by(_call.c.began_at).limit(limit))]


def _held(conn: Connection, query: Any) -> Any:
    return query.with_for_update() if conn.dialect.name == "postgresql" else query


def _row(found: Any) -> CallRow:
    return CallRow(**found._mapping)
