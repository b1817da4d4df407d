"""What the database itself says of its soundness."""

from __future__ import annotations

from sqlalchemy import Connection, text


def complaints(conn: Connection) -> list[str]:
    """Lines of complaint of SQLite about pages and references; PostgreSQL keeps both by itself."""
    if conn.dialect.name != "sqlite":
        return []
    pages = [row[0] for row in conn.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    references = [str(tuple(row)) for row in conn.execute(text("PRAGMA foreign_key_check"))]
    return pages + references
