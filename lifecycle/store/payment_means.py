"""Queries for how clients pay: brand, last four digits, expiry and the provider's token, nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from lifecycle.intake_tables import PaymentMeans

_means = PaymentMeans.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class MeansRow:
    """One card or wallet of a client, masked; the token stays in the table."""

    id: int
    client_id: int
    contract: str | None
    provider: str
    brand: str
    last4: str
    expires: str
    recurring: bool
    created_at: datetime
    gone_at: datetime | None


_COLUMNS = [_means.c[name] for name in MeansRow.__dataclass_fields__]


def of_client(conn: Connection, client_id: int) -> list[MeansRow]:
    """The client's means that are in use, the latest first."""
    query = select(*_COLUMNS).where(_means.c.client_id == client_id, _means.c.gone_at.is_(None))
    rows = [MeansRow(**row._mapping) for row in conn.execute(query)]
    return sorted(rows, key=lambda one: (one.created_at, one.id), reverse=True)


def note(
    conn: Connection,
    client_id: int,
    *,
    contract: str,
    provider: str,
    brand: str,
    last4: str,
    expires: str,
    recurring: bool,
    token: str,
    at: datetime,
) -> None:
    """Remember how a contract is paid. The same card of the same contract is one row, seen first when it was."""
    same = (
        _means.c.client_id == client_id,
        _means.c.contract == contract,
        _means.c.provider == provider,
        _means.c.brand == brand,
        _means.c.last4 == last4,
        _means.c.expires == expires,
    )
    known = conn.execute(select(_means.c.id, _means.c.created_at, _means.c.recurring, _means.c.token).where(*same)).first()
    if known is None:
        values = {"brand": brand, "last4": last4, "expires": expires, "recurring": recurring, "token": token}
        conn.execute(
            insert(_means).values(client_id=client_id, contract=contract, provider=provider, created_at=at, **values)
        )
        return
    values = {"recurring": known.recurring or recurring, "token": token or known.token}
    conn.execute(update(_means).where(_means.c.id == known.id).values(created_at=min(at, known.created_at), **values))


def forget(conn: Connection, client_id: int, means_id: int, at: datetime) -> bool:
    """Take a client's means away, the token too; False where there is none."""
    query = update(_means).where(_means.c.id == means_id, _means.c.client_id == client_id, _means.c.gone_at.is_(None))
    return conn.execute(query.values(gone_at=at, token="")).rowcount == 1
