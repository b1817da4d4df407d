"""Queries for the cards and bracelets that readers know clients by. A number belongs to one client at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.intake_tables import AccessCard

_card = AccessCard.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class AccessCardRow:
    """One card: whose it is, or was until `gone_at`; by whom it was given and blocked."""

    number: str
    client_id: int
    given_at: datetime
    gone_at: datetime | None
    given_by: str | None
    gone_by: str | None


def get(conn: Connection, number: str) -> AccessCardRow | None:
    """The card of this number, given or taken back."""
    row = conn.execute(select(_card).where(_card.c.number == number)).first()
    return None if row is None else AccessCardRow(**row._mapping)


def of_client(conn: Connection, client_id: int) -> list[AccessCardRow]:
    """The cards a client holds, the first given first."""
    query = select(_card).where(_card.c.client_id == client_id, _card.c.gone_at.is_(None))
    return [AccessCardRow(**row._mapping) for row in conn.execute(query.order_by(_card.c.given_at, _card.c.number))]


def ever_of_client(conn: Connection, client_id: int) -> list[AccessCardRow]:
    """The cards a client holds, then those they held and nobody else has since, the latest blocked first."""
    query = select(_card).where(_card.c.client_id == client_id)
    rows = [AccessCardRow(**row._mapping) for row in conn.execute(query.order_by(_card.c.given_at, _card.c.number))]
    gone = sorted((row for row in rows if row.gone_at is not None), key=lambda row: row.gone_at or row.given_at, reverse=True)
    return [*(row for row in rows if row.gone_at is None), *gone]


def give(conn: Connection, number: str, client_id: int, now: datetime, by: str) -> bool:
    """Make this client the holder; False where somebody else holds the card."""
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    values = {"number": number, "client_id": client_id, "given_at": now, "gone_at": None, "given_by": by, "gone_by": None}
    query = dialect.insert(_card).values(**values)
    given = query.on_conflict_do_update(
        index_elements=["number"], set_=values, where=_card.c.gone_at.is_not(None)
    ).returning(_card.c.number)
    return conn.execute(given).first() is not None


def take_back(conn: Connection, number: str, client_id: int, now: datetime, by: str) -> bool:
    """End it; False where this client does not hold it."""
    held = (_card.c.number == number, _card.c.client_id == client_id, _card.c.gone_at.is_(None))
    return conn.execute(update(_card).where(*held).values(gone_at=now, gone_by=by)).rowcount == 1
