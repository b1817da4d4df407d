"""Queries for what holds for the whole club, by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.tables import Setting

_setting = Setting.__table__  # type: ignore[attr-defined]


def get(conn: Connection, name: str) -> Any:
    """The value of this name; None where there is none."""
    return conn.execute(select(_setting.c.value).where(_setting.c.name == name)).scalar()


def put(conn: Connection, name: str, value: Any) -> None:
    """Keep this value under this name."""
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    query = dialect.insert(_setting).values(name=name, value=value)
    conn.execute(query.on_conflict_do_update(index_elements=["name"], set_={"value": query.excluded.value}))


def remove(conn: Connection, name: str) -> None:
    """Keep nothing under this name."""
    conn.execute(delete(_setting).where(_setting.c.name == name))
