"""The audit: who did, saw or was refused what, when and from where (spec: access).

Each row carries the hash of the row before it, and the end of the chain is noted apart, so that
a row edited, put in, moved or taken away is found by `verify`. `detail` holds codes, ids and
counts: never a name, a phone, a password or anything else that would have to be erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from lifecycle import rights
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.store import audit as rows
from lifecycle.store import changes
from lifecycle.store.audit import AuditRow

DONE = "done"
REFUSED = "refused"

#: Who acts before anybody signed in.
STRANGER = Desk(staff_id=None, name="stranger", role="stranger", branches=frozenset())


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Whether the chain holds; if not, the first row that does not fit (None: rows are missing at the end)."""

    holds: bool
    rows: int
    broken_at: int | None = None


def append(
    conn: Connection,
    desk: Desk,
    deed: str,
    outcome: str = DONE,
    *,
    at: datetime,
    client_id: int | None = None,
    branch_id: int | None = None,
    address: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Write one row at the end of the chain, in the caller's transaction; gives its id.

    `outcome` is `done`, `refused` or another word of the deed; `at` is now, by the club's clock.
    """
    changes.stand_last_in_line(conn)
    count, previous = rows.end(conn)
    values: dict[str, Any] = {
        "at": at.astimezone(UTC),
        "staff_id": desk.staff_id,
        "by": desk.name,
        "via": desk.via,
        "deed": deed,
        "outcome": outcome,
        "client_id": client_id,
        "branch_id": branch_id,
        "address": address[:64],
        "detail": json.loads(json.dumps(dict(detail or {}))),
    }
    hash_ = _hash(values, previous)
    row_id = rows.add(conn, **values, previous_hash=previous, hash=hash_)
    rows.set_end(conn, count + 1, hash_)
    return row_id


def refusal(club: Club, desk: Desk | None, deed: str, *, address: str = "", detail: Mapping[str, Any] | None = None) -> None:
    """Note, in a transaction of its own, that somebody (None: a stranger) was refused something."""
    with club.writing(announce=False) as conn:
        append(conn, desk or STRANGER, deed, REFUSED, at=club.clock.now(), address=address, detail=detail)


def page(
    club: Club, desk: Desk, *, before: int | None = None, limit: int = 50, **where: Any
) -> list[AuditRow]:
    """The latest rows, those before an id for the next page; `where`: staff_id, deed, outcome, client_id.

    Raises Refused without the right `see_audit`.
    """
    rights.check(desk, "see_audit")
    with club.reading() as conn:
        return rows.page(conn, before=before, limit=min(limit, 500), where=where)


def verify(conn: Connection) -> ChainCheck:
    """Walk the whole chain and say where it breaks first."""
    previous, count = "", 0
    for row in rows.walk(conn):
        values = {name: getattr(row, name) for name in _HASHED}
        if row.previous_hash != previous or row.hash != _hash(values, previous):
            return ChainCheck(holds=False, rows=count, broken_at=row.id)
        previous, count = row.hash, count + 1
    return ChainCheck(holds=rows.end(conn) == (count, previous), rows=count)


_HASHED = ("at", "staff_id", "by", "via", "deed", "outcome", "client_id", "branch_id", "address", "detail")


def _hash(values: Mapping[str, Any], previous: str) -> str:
    """The SHA-256 of a row's contents and of the hash before it."""
    told = [previous, *(values[name].isoformat() if name == "at" else values[name] for name in _HASHED)]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
