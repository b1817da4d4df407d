"""Queries for the one scheduler at work on a PostgreSQL club: who leads, and since which number.

The lock ends with its connection, however that ends. The fencing number grows with every leader, so
that one who was cut off and does not know it yet can write nothing more.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, text, update

from lifecycle.tables import Leader

_leader = Leader.__table__  # type: ignore[attr-defined]
_AT_WORK = 7_240_002


def try_lead(conn: Connection) -> bool:
    """Take the lock for as long as this connection lives; False where another scheduler has it."""
    return bool(conn.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _AT_WORK}).scalar_one())


def let_go(conn: Connection) -> None:
    """Give the lock back at once, not only when the server notices that the connection ended."""
    conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _AT_WORK})


def begin(conn: Connection, holder: str, at: datetime) -> int:
    """A new leader begins; gives its fencing number. Waits for a chunk that the last leader is still writing."""
    values = {"holder": holder, "beat_at": at}
    changed = update(_leader).values(**values, fencing=_leader.c.fencing + 1).returning(_leader.c.fencing)
    fencing = conn.execute(changed).scalar()
    if fencing is None:
        fencing = conn.execute(insert(_leader).values(id=1, fencing=1, **values).returning(_leader.c.fencing)).scalar_one()
    return int(fencing)


def holds(conn: Connection, fencing: int) -> bool:
    """Whether this number still leads; nobody else begins until the transaction ends."""
    return conn.execute(select(_leader.c.fencing).with_for_update(read=True)).scalar() == fencing
