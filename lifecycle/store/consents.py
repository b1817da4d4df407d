"""Queries for consents: given and withdrawn by purpose and channel, each a record of its own; and who is not to be contacted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from lifecycle.board_tables import Consent
from lifecycle.tables import Client

_consent = Consent.__table__  # type: ignore[attr-defined]
_client = Client.__table__  # type: ignore[attr-defined]

#: What a consent may be for: keeping personal data at all, being contacted about one's own affairs, advertising, pictures.
PURPOSES: Final = ("processing", "contact", "marketing", "photo")
#: By which way; `any` stands for all of them.
CHANNELS: Final = ("any", "call", "sms", "email", "messenger")


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One consent: to which words it was given, how and by whom it was taken, when it was withdrawn."""

    id: int
    client_id: int
    purpose: str
    channel: str
    text_version: str
    how: str
    given_at: datetime
    given_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None


def of_client(conn: Connection, client_id: int) -> list[ConsentRow]:
    """Everything a client has consented to, withdrawn ones too, the latest first."""
    query = select(_consent).where(_consent.c.client_id == client_id).order_by(_consent.c.id.desc())
    return [ConsentRow(**row._mapping) for row in conn.execute(query)]


def get(conn: Connection, consent_id: int) -> ConsentRow | None:
    """One consent."""
    row = conn.execute(select(_consent).where(_consent.c.id == consent_id)).first()
    return None if row is None else ConsentRow(**row._mapping)


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    """A new consent; gives its id."""
    return int(conn.execute(insert(_consent).values(**values).returning(_consent.c.id)).scalar_one())


def withdraw(conn: Connection, consent_id: int, *, at: datetime, by: str) -> bool:
    """End a consent; False where it was withdrawn before."""
    held = (_consent.c.id == consent_id, _consent.c.withdrawn_at.is_(None))
    return conn.execute(update(_consent).where(*held).values(withdrawn_at=at, withdrawn_by=by)).rowcount == 1


def holds(conn: Connection, client_id: int, purpose: str, channel: str) -> bool:
    """Whether a client has consented to this purpose by this channel, and has not withdrawn it."""
    query = select(_consent.c.id).where(
        _consent.c.client_id == client_id,
        _consent.c.purpose == purpose,
        _consent.c.channel.in_((channel, "any")),
        _consent.c.withdrawn_at.is_(None),
    )
    return conn.execute(query.limit(1)).first() is not None


def contact_withdrawn(conn: Connection, client_ids: Sequence[int]) -> set[int]:
    """Of these clients, those who once agreed to be contacted and have withdrawn it by every channel."""
    query = select(_consent.c.client_id, _consent.c.withdrawn_at).where(
        _consent.c.client_id.in_(client_ids), _consent.c.purpose == "contact"
    )
    rows = conn.execute(query).all()
    return {row.client_id for row in rows} - {row.client_id for row in rows if row.withdrawn_at is None}


def not_to_contact(conn: Connection, client_ids: Sequence[int]) -> set[int]:
    """Of these clients, those nobody is to contact of the club's own accord."""
    query = select(_client.c.id).where(_client.c.id.in_(client_ids), _client.c.no_contact_at.is_not(None))
    return {row.id for row in conn.execute(query)}


def set_no_contact(conn: Connection, client_id: int, at: datetime | None, *, by: str = "", why: str = "") -> None:
    """Note since when a client is not to be contacted, who said so and why; None takes it back."""
    values = {"no_contact_at": at, "no_contact_by": None if at is None else by, "no_contact_why": (None if at is None else why) or None}
    conn.execute(update(_client).where(_client.c.id == client_id).values(values))


def latest_version(conn: Connection) -> str:
    """The version of the words that a consent was given to last; empty where none ever was."""
    query = select(_consent.c.text_version).order_by(_consent.c.id.desc()).limit(1)
    return conn.execute(query).scalar() or ""
