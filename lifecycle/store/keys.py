"""Queries for the keys of other programs. A key is kept as its hash only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lifecycle.tables import ApiKey

_key = ApiKey.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key, without what would let anybody in. `branch_id` is None where it reaches all branches."""

    id: int
    name: str
    role: str
    branch_id: int | None
    created_at: datetime
    revoked_at: datetime | None


_SHOWN = [_key.c[name] for name in KeyRow.__dataclass_fields__]


def add(conn: Connection, **values: Any) -> int:
    """A new key; gives its id."""
    return int(conn.execute(insert(_key).values(values).returning(_key.c.id)).scalar_one())


def every(conn: Connection) -> list[KeyRow]:
    """All keys, revoked ones too, the first made first."""
    return [KeyRow(**row._mapping) for row in conn.execute(select(*_SHOWN).order_by(_key.c.id))]


def by_hash(conn: Connection, key_hash: str) -> KeyRow | None:
    """The key of this hash while it holds."""
    query = select(*_SHOWN).where(_key.c.key_hash == key_hash, _key.c.revoked_at.is_(None))
    row = conn.execute(query).first()
    return None if row is None else KeyRow(**row._mapping)


def revoke(conn: Connection, key_id: int, now: datetime) -> bool:
    """End a key; False where it had ended or never was."""
    query = update(_key).where(_key.c.id == key_id, _key.c.revoked_at.is_(None)).values(revoked_at=now)
    return conn.execute(query).rowcount == 1
