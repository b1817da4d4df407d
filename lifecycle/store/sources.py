"""Queries for the outside systems that may report. Their secrets are read only to check a signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lifecycle.intake_tables import OutsideName, Source

_source = Source.__table__  # type: ignore[attr-defined]
_name = OutsideName.__table__  # type: ignore[attr-defined]
_BY_CODE = select(_source)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One outside system. `branch_id` is None where it speaks for every branch."""

    id: int
    code: str
    kind: str
    name: str
    branch_id: int | None
    secret: str
    previous_secret: str | None
    previous_until: datetime | None
    options: Mapping[str, Any]
    created_at: datetime
    created_by: str
    heard_at: datetime | None
    refused_at: datetime | None
    refused_why: str | None
    revoked_at: datetime | None
    version: int

    @property
    def refused_lately(self) -> bool:
        """Whether the last who posted to its address was refused."""
        return self.refused_at is not None and (self.heard_at is None or self.heard_at < self.refused_at)

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The secrets that hold at a moment: its own, and the one before while both do."""
        before = self.previous_secret
        if before and self.previous_until is not None and now < self.previous_until:
            return self.secret, before
        return (self.secret,)


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    """A new source; gives its id."""
    return int(conn.execute(insert(_source).values(**values).returning(_source.c.id)).scalar_one())


def every(conn: Connection) -> list[SourceRow]:
    """All sources, revoked ones too, the first made first."""
    return [SourceRow(**row._mapping) for row in conn.execute(select(_source).order_by(_source.c.id))]


def by_id(conn: Connection, source_id: int) -> SourceRow | None:
    """One source, revoked or not."""
    row = conn.execute(_BY_CODE.where(_source.c.id == source_id)).first()
    return None if row is None else SourceRow(**row._mapping)


def by_code(conn: Connection, code: str) -> SourceRow | None:
    """The source of this address while it holds."""
    row = conn.execute(_BY_CODE.where(_source.c.code == code, _source.c.revoked_at.is_(None))).first()
    return None if row is None else SourceRow(**row._mapping)


def change(conn: Connection, source: SourceRow, values: Mapping[str, Any]) -> bool:
    """Write changed columns if the source is still as it was read; False where somebody was faster."""
    query = update(_source).where(_source.c.id == source.id, _source.c.version == source.version)
    return conn.execute(query.values(**values, version=source.version + 1)).rowcount == 1


def hear(conn: Connection, source_id: int, now: datetime) -> None:
    """Note that the source was heard."""
    conn.execute(update(_source).where(_source.c.id == source_id).values(heard_at=now))


def refuse(conn: Connection, source_id: int, now: datetime, why: str) -> None:
    """Note that somebody posted to the source's address and was refused."""
    conn.execute(update(_source).where(_source.c.id == source_id).values(refused_at=now, refused_why=why))


def outside_name(conn: Connection, source_id: int, name: str) -> tuple[int, str] | None:
    """The client and the contract that this source calls by a name of its own."""
    query = select(_name.c.client_id, _name.c.contract).where(_name.c.source_id == source_id, _name.c.name == name)
    row = conn.execute(query).first()
    return None if row is None else (row.client_id, row.contract)


def names_of(conn: Connection, source_id: int, client_id: int, contract: str, begin: str) -> list[str]:
    """What this source calls a contract, as far as it begins so."""
    own = (_name.c.source_id == source_id, _name.c.client_id == client_id, _name.c.contract == contract)
    query = select(_name.c.name).where(*own, _name.c.name.startswith(begin, autoescape=True))
    return [row.name for row in conn.execute(query.order_by(_name.c.name))]


def learn_name(conn: Connection, source_id: int, name: str, client_id: int, contract: str) -> bool:
    """From here on the source means this contract by that name. True where nothing was known by it."""
    values = {"client_id": client_id, "contract": contract}
    known = update(_name).where(_name.c.source_id == source_id, _name.c.name == name).values(**values)
    if conn.execute(known).rowcount:
        return False
    conn.execute(insert(_name).values(source_id=source_id, name=name, **values))
    return True
