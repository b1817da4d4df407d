"""Queries for the change log: what changed, in order. Its id is everybody's cursor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from lifecycle.desk import Desk
from lifecycle.store.prepared import Prepared
from lifecycle.tables import Change
from lifecycle.touched import EVERYONE, MOST, Touched, touched

_change = Change.__table__  # type: ignore[attr-defined]
_LAST_IN_LINE = 7_240_001
_ADD = Prepared(insert(_change), [name for name in _change.c.keys() if name != "id"])  # noqa: SIM118 - a collection of columns
_LATEST = select(func.coalesce(func.max(_change.c.id), 0))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change: of whom, when it truly happened, what it was, before and after."""

    id: int
    client_id: int | None
    branch_id: int | None
    at: datetime
    recorded_at: datetime
    day: int
    what: str
    reason: str
    fact_id: int | None
    by: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def stand_last_in_line(conn: Connection) -> None:
    """From here to the commit writers go one by one, so that changes become seen in the order of their ids.

    Without it a reader on PostgreSQL could pass an id whose transaction commits later, and never see it.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LAST_IN_LINE})


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write changes down, in their order."""
    _ADD.many(conn, rows)
    if rows:
        touch(conn, _whose((row["client_id"], row["branch_id"]) for row in rows))


def touch(conn: Connection, more: Touched) -> None:
    """Note whom this transaction concerns, besides those its changes name: they are told after the commit."""
    touching = conn.get_execution_options().get("touching")
    if touching is not None:
        touching.add(more)


def latest(conn: Connection) -> int:
    """The id of the newest change; 0 where there is none."""
    return int(conn.execute(_LATEST).scalar_one())


def after(conn: Connection, cursor: int, *, desk: Desk, limit: int = 100) -> list[ChangeRow]:
    """The changes after a cursor, the oldest first, of the person's own branches."""
    query = select(_change).where(_change.c.id > cursor).order_by(_change.c.id).limit(limit)
    if desk.branches is not None:
        query = query.where(_change.c.branch_id.in_(desk.branches))
    return [ChangeRow(**row._mapping) for row in conn.execute(query)]


def since(conn: Connection, cursor: int) -> tuple[int, Touched]:
    """Whom the changes after a cursor concern, and the new cursor; of very many, everyone."""
    query = select(_change.c.id, _change.c.client_id, _change.c.branch_id).where(_change.c.id > cursor)
    rows = conn.execute(query.order_by(_change.c.id).limit(MOST + 1)).all()
    if len(rows) > MOST:
        return latest(conn), EVERYONE
    return (rows[-1].id if rows else cursor), _whose((row.client_id, row.branch_id) for row in rows)


def _whose(rows: Iterable[tuple[int | None, int | None]]) -> Touched:
    """A change of nobody's own concerns everyone."""
    named = list(rows)
    if any(client_id is None for client_id, _ in named):
        return EVERYONE
    clients = frozenset(client_id for client_id, _ in named if client_id is not None)
    return touched(clients, frozenset(branch_id for _, branch_id in named if branch_id is not None))


def of_client(conn: Connection, client_id: int, limit: int = 200, *, what: str | None = None) -> list[ChangeRow]:
    """What changed about a client, the latest first; of every kind, or with `what` of one (`placement`: where they moved)."""
    query = select(_change).where(_change.c.client_id == client_id)
    if what is not None:
        query = query.where(_change.c.what == what)
    return [ChangeRow(**row._mapping) for row in conn.execute(query.order_by(_change.c.id.desc()).limit(limit))]


def moves_of_day(conn: Connection, desk: Desk, days: Sequence[int], limit: int = 200) -> list[ChangeRow]:
    """The latest moves between folders on these days, in the person's branches."""
    query = select(_change).where(_change.c.day.in_(days), _change.c.what == "placement")
    if desk.branches is not None:
        query = query.where(_change.c.branch_id.in_(desk.branches))
    return [
        ChangeRow(**row._mapping) for row in conn.execute(query.order_by(_change.c.id.desc()).limit(limit))
    ]
