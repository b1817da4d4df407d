"""Queries for sign-ins: the browsers that are signed in, and the tries that failed.

Tokens are kept as their hashes only; accounts of failed tries too, for people type passwords into
the wrong field.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from lifecycle.tables import Attempt, SignIn

_sign_in = SignIn.__table__  # type: ignore[attr-defined]
_attempt = Attempt.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One signed-in browser, without what would let anybody in."""

    id: int
    staff_id: int
    created_at: datetime
    seen_at: datetime
    revoked_at: datetime | None
    address: str
    agent: str


_SHOWN = [_sign_in.c[name] for name in SignInRow.__dataclass_fields__]


def add(conn: Connection, **values: Any) -> int:
    """A browser that signed in just now; gives the id."""
    return int(conn.execute(insert(_sign_in).values(values).returning(_sign_in.c.id)).scalar_one())


def by_token(conn: Connection, token_hash: str) -> SignInRow | None:
    """The sign-in of a token, revoked ones too."""
    row = conn.execute(select(*_SHOWN).where(_sign_in.c.token_hash == token_hash)).first()
    return None if row is None else SignInRow(**row._mapping)


def by_tokens(conn: Connection, token_hashes: Collection[str]) -> dict[str, SignInRow]:
    """The sign-ins of these tokens, by the token's hash, revoked ones too."""
    query = select(_sign_in.c.token_hash, *_SHOWN).where(_sign_in.c.token_hash.in_(token_hashes))
    return {hash_: SignInRow(*shown) for hash_, *shown in conn.execute(query)}


def by_id(conn: Connection, sign_in_id: int) -> SignInRow | None:
    """One sign-in, revoked or not."""
    row = conn.execute(select(*_SHOWN).where(_sign_in.c.id == sign_in_id)).first()
    return None if row is None else SignInRow(**row._mapping)


def open_ones(conn: Connection, staff_id: int | None, *, seen_after: datetime, made_after: datetime) -> list[SignInRow]:
    """The sign-ins that still hold, of one person or of all, the last seen first."""
    query = select(*_SHOWN).where(
        _sign_in.c.revoked_at.is_(None), _sign_in.c.seen_at > seen_after, _sign_in.c.created_at > made_after
    )
    if staff_id is not None:
        query = query.where(_sign_in.c.staff_id == staff_id)
    rows = conn.execute(query.order_by(_sign_in.c.seen_at.desc()))
    return [SignInRow(**row._mapping) for row in rows]


def touch(conn: Connection, sign_in_id: int, now: datetime) -> None:
    """Note that the browser was seen."""
    conn.execute(update(_sign_in).where(_sign_in.c.id == sign_in_id).values(seen_at=now))


def revoke(conn: Connection, sign_in_id: int, now: datetime) -> bool:
    """End one sign-in; False where it had ended before."""
    query = update(_sign_in).where(_sign_in.c.id == sign_in_id, _sign_in.c.revoked_at.is_(None))
    return conn.execute(query.values(revoked_at=now)).rowcount == 1


def revoke_all(conn: Connection, staff_id: int, now: datetime, *, but: int | None = None) -> int:
    """End every sign-in of a person, but for one where it is named; gives how many ended."""
    query = update(_sign_in).where(_sign_in.c.staff_id == staff_id, _sign_in.c.revoked_at.is_(None))
    if but is not None:
        query = query.where(_sign_in.c.id != but)
    return conn.execute(query.values(revoked_at=now)).rowcount


def one_at_a_time(conn: Connection, account: str) -> None:
    """From here to the commit tries on this account go one by one, so that none is counted too late.

    SQLite has one writer anyway.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(account, 0))))


def add_attempt(conn: Connection, account: str, address: str, now: datetime) -> int:
    """Note a try; gives its id."""
    query = insert(_attempt).values(account=account, address=address, at=now).returning(_attempt.c.id)
    return int(conn.execute(query).scalar_one())


def forget_attempts(conn: Connection, account: str, address: str) -> None:
    """Forget the tries on an account from an address where the right password came in the end."""
    conn.execute(delete(_attempt).where(_attempt.c.account == account, _attempt.c.address == address))


def sweep_attempts(conn: Connection, before: datetime) -> None:
    """Forget tries too old to count."""
    conn.execute(delete(_attempt).where(_attempt.c.at < before))


def attempts(conn: Connection, since: datetime, account: str, address: str) -> list[datetime]:
    """When there were tries on an account from an address since then, the oldest first."""
    query = select(_attempt.c.at).where(
        _attempt.c.at > since, _attempt.c.account == account, _attempt.c.address == address
    )
    return list(conn.execute(query.order_by(_attempt.c.at)).scalars())


def attempts_from_elsewhere(conn: Connection, since: datetime, account: str, known: set[str]) -> list[datetime]:
    """When there were tries on an account since then from other addresses than the known ones."""
    query = select(_attempt.c.at).where(
        _attempt.c.at > since, _attempt.c.account == account, _attempt.c.address.not_in(known)
    )
    return list(conn.execute(query.order_by(_attempt.c.at)).scalars())


def addresses_of(conn: Connection, staff_id: int, since: datetime) -> set[str]:
    """The addresses a person signed in from since then."""
    query = select(_sign_in.c.address).where(_sign_in.c.staff_id == staff_id, _sign_in.c.created_at > since)
    return set(conn.execute(query.distinct()).scalars())


def accounts_tried_from(conn: Connection, since: datetime, address: str, but: str) -> int:
    """How many other accounts somebody at this address tried in vain since then."""
    query = select(func.count(func.distinct(_attempt.c.account))).where(
        _attempt.c.at > since, _attempt.c.address == address, _attempt.c.account != but
    )
    return int(conn.execute(query).scalar_one())
