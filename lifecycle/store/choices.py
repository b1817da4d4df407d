"""Queries for the lists that a club edits. A list that nobody touched is the one that ships."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from lifecycle.board_tables import Choice
from lifecycle.choices import DEFAULTS, Line

_choice: Any = Choice.__table__  # type: ignore[attr-defined]
_COLUMNS = [_choice.c[name] for name in Line.__dataclass_fields__]


def of_kind(conn: Connection, kind: str) -> tuple[Line, ...]:
    """All lines of a list in their order, those that are shut too."""
    query = select(*_COLUMNS).where(_choice.c.kind == kind).order_by(_choice.c.position, _choice.c.code)
    return tuple(Line(**row._mapping) for row in conn.execute(query)) or DEFAULTS[kind]


def active(conn: Connection, kind: str) -> tuple[Line, ...]:
    """The lines that may be chosen now, in their order."""
    return tuple(line for line in of_kind(conn, kind) if line.active)


def own(conn: Connection, kind: str) -> None:
    """From here on the list is the club's own: what ships is written down, so that lines can be changed."""
    if conn.execute(select(_choice.c.code).where(_choice.c.kind == kind).limit(1)).first() is None:
        conn.execute(insert(_choice), [_values(line) for line in DEFAULTS[kind]])


def add(conn: Connection, line: Line) -> None:
    """One line more."""
    conn.execute(insert(_choice).values(_values(line)))


def change(conn: Connection, line: Line, **values: Any) -> bool:
    """Write changed fields if the line is still as it was read; False where somebody was faster."""
    done = conn.execute(
        update(_choice)
        .where(_choice.c.kind == line.kind, _choice.c.code == line.code, _choice.c.version == line.version)
        .values(**values, version=line.version + 1)
    )
    return done.rowcount == 1


def _values(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in Line.__dataclass_fields__} | {"names": dict(line.names)}
