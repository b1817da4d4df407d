"""Queries over every table alike: for backups, and for beginning anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, inspect, select, text
from sqlmodel import SQLModel

from lifecycle import tables as declared
from lifecycle.store import branches, changes, search

_AT_ONCE = 1000
_SEARCH = "client_search"
_METADATA = SQLModel.metadata

assert declared.standing is not None


def names() -> list[str]:
    """Every table, those others refer to first; the search index last."""
    return [*(table.name for table in _METADATA.sorted_tables), _SEARCH]


def rows(conn: Connection, name: str) -> Iterator[tuple[Any, ...]]:
    """All rows of a table in the order of its key, some at a time, alike on every database."""
    if name == _SEARCH:
        yield from sorted(search.indexed(conn).items())
        return
    table = _METADATA.tables[name]
    found = conn.execute(select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE))
    for row in found:
        yield tuple(row)


def stored_rows(conn: Connection, name: str) -> Iterator[tuple[Any, ...]]:
    """As `rows`, but as SQLite itself holds them: ten times as fast, comparable between SQLite files only."""
    key = ["rowid"] if name == _SEARCH else [column.name for column in _METADATA.tables[name].primary_key]
    columns = ["rowid", "tokens"] if name == _SEARCH else [column.name for column in _METADATA.tables[name].c]
    quoted = [", ".join(f'"{column}"' for column in some) for some in (columns, key)]
    driver: Any = conn.connection.driver_connection
    yield from driver.execute(f'SELECT {quoted[0]} FROM "{name}" ORDER BY {quoted[1]}')  # noqa: S608 - our own names


def replace_all(conn: Connection, source: Connection, *, but: Collection[str] = ()) -> None:
    """Every row of this database gives way to those of the source, which has the same tables."""
    wipe(conn, but=but)
    for table in _METADATA.sorted_tables:
        if table.name not in but:
            columns = [column.name for column in table.c]
            found = (dict(zip(columns, row, strict=True)) for row in rows(source, table.name))
            while some := list(islice(found, _AT_ONCE)):
                conn.execute(table.insert(), some)
    indexed = iter(search.indexed(source).items())
    while some_indexed := list(islice(indexed, _AT_ONCE)):
        search.put(conn, some_indexed)
    _number_on(conn)


def wipe(conn: Connection, *, but: Collection[str] = ()) -> None:
    """Take every row away."""
    search.clear(conn)
    for table in reversed(_METADATA.sorted_tables):
        if table.name not in but:
            conn.execute(table.delete())


def begin_anew(conn: Connection, at: datetime) -> None:
    """As the first migration left it: no row but the one branch, and one change more, so that no cursor runs back."""
    latest = changes.latest(conn)
    wipe(conn, but={"leader"})
    branches.add(conn, code="main", name="main", timezone="Europe/Moscow", country="RU")
    row: dict[str, Any] = {"at": at, "recorded_at": at, "day": at.toordinal(), "what": "club", "reason": "begun_anew"}
    if latest and conn.dialect.name == "sqlite":
        row["id"] = latest + 1
    none = dict.fromkeys(("client_id", "branch_id", "fact_id"))
    conn.execute(_METADATA.tables["change"].insert(), [{**row, **none, "by": "club", "before": {}, "after": {}}])


def is_club(conn: Connection) -> bool:
    """Whether this database has the tables of a club."""
    return {"alembic_version", "client", "fact", "standing"} <= set(inspect(conn).get_table_names())


def inhabited(conn: Connection) -> bool:
    """Whether anybody works here or is known here."""
    return any(conn.execute(select(_METADATA.tables[name]).limit(1)).first() is not None for name in ("staff", "client"))


def _number_on(conn: Connection) -> None:
    """New rows get numbers above those that were brought; SQLite sees to it by itself."""
    if conn.dialect.name != "postgresql":
        return
    for table in _METADATA.sorted_tables:
        for column in table.primary_key:
            found = {"table": f'"{table.name}"', "column": column.name}
            owned = conn.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), found).scalar()
            if owned:
                highest = f'SELECT max("{column.name}") FROM "{table.name}"'  # noqa: S608 - our own names
                conn.execute(text(f"SELECT setval(:owned, coalesce(({highest}), 1))"), {"owned": owned})
