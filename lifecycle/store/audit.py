"""Queries for the audit: rows are only added and read; nothing here changes or deletes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lifecycle.tables import Audit, Setting

_audit = Audit.__table__  # type: ignore[attr-defined]
_setting = Setting.__table__  # type: ignore[attr-defined]

#: Where the end of the chain is noted, so that cutting rows off its end shows.
_END = "audit_end"
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did, saw or was refused what, when and from where, with its place in the chain."""

    id: int
    at: datetime
    staff_id: int | None
    by: str
    via: str
    deed: str
    outcome: str
    client_id: int | None
    branch_id: int | None
    address: str
    detail: Mapping[str, Any]
    previous_hash: str
    hash: str


def add(conn: Connection, **values: Any) -> int:
    """A row at the end of the chain; gives its id."""
    return int(conn.execute(insert(_audit).values(values).returning(_audit.c.id)).scalar_one())


def end(conn: Connection) -> tuple[int, str]:
    """How many rows there are to be and the hash of the last; zero and nothing before the first."""
    value = conn.execute(select(_setting.c.value).where(_setting.c.name == _END)).scalar_one_or_none()
    return (int(value["rows"]), str(value["hash"])) if value else (0, "")


def set_end(conn: Connection, rows: int, hash_: str) -> None:
    """Note the new end of the chain."""
    value = {"rows": rows, "hash": hash_}
    if not conn.execute(update(_setting).where(_setting.c.name == _END).values(value=value)).rowcount:
        conn.execute(insert(_setting).values(name=_END, value=value))


def walk(conn: Connection) -> Iterator[AuditRow]:
    """Every row in the order of the chain, some at a time."""
    seen = 0
    while rows := conn.execute(select(_audit).where(_audit.c.id > seen).order_by(_audit.c.id).limit(_AT_ONCE)).all():
        for row in rows:
            yield AuditRow(**row._mapping)
        seen = rows[-1].id


def page(conn: Connection, *, before: int | None, limit: int, where: Mapping[str, Any]) -> list[AuditRow]:
    """The latest rows, those before an id where one is given; `where` names columns and their values."""
    query = select(_audit).where(*(_audit.c[name] == value for name, value in where.items()))
    if before is not None:
        query = query.where(_audit.c.id < before)
    return [AuditRow(**row._mapping) for row in conn.execute(query.order_by(_audit.c.id.desc()).limit(limit))]


def clients_of(
    conn: Connection, staff_id: int | None, deed: str, outcome: str, *, since: datetime, by: str = ""
) -> set[int]:
    """The different clients with whom a person did this since then; a program is told by its name."""
    query = select(_audit.c.client_id).where(
        _audit.c.staff_id == staff_id, _audit.c.deed == deed, _audit.c.at >= since, _audit.c.outcome == outcome
    )
    if staff_id is None:
        query = query.where(_audit.c.by == by)
    return {row[0] for row in conn.execute(query.distinct()) if row[0] is not None}
