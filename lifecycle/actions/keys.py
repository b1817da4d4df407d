"""Doors for the keys of other programs: made, shown once, revoked (spec: intake, the API)."""

from __future__ import annotations

from typing import Final

from lifecycle import passwords, rights
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound
from lifecycle.store import branches
from lifecycle.store import keys as rows
from lifecycle.store.keys import KeyRow

#: The roles a program may have.
ROLES: Final = ("owner", "manager", "front_desk")
#: What every key begins with, so that one left lying about is known for what it is.
PREFIX: Final = "club_"

_NAME_LENGTH = 100


def create(club: Club, desk: Desk, *, name: str, role: str, branch_id: int | None = None) -> str:
    """Make a key and give it, this once; only its hash is kept. Without a branch it reaches all of them.

    Raises Refused without the right `manage_keys`, BadInput for an odd name, an unknown role or branch.
    """
    rights.check(desk, "manage_keys")
    name = " ".join(name.split())
    if not 0 < len(name) <= _NAME_LENGTH or not name.isprintable():
        raise BadInput.of("name", "name_odd")
    if role not in ROLES:
        raise BadInput.of("role", "unknown_role", given=role)
    key = PREFIX + passwords.new_token()
    now = club.clock.now()
    with club.writing() as conn:
        if branch_id is not None and branch_id not in branches.by_id(conn):
            raise BadInput.of("branch", "unknown_branch", given=branch_id)
        hash_ = passwords.token_hash(key)
        key_id = rows.add(conn, name=name, key_hash=hash_, role=role, branch_id=branch_id, created_at=now)
        audit.append(conn, desk, "add_key", at=now, branch_id=branch_id, detail={"key": key_id, "role": role})
    return key


def every(club: Club, desk: Desk) -> list[KeyRow]:
    """All keys, without what would let anybody in. Raises Refused without the right `manage_keys`."""
    rights.check(desk, "manage_keys")
    with club.reading() as conn:
        return rows.every(conn)


def revoke(club: Club, desk: Desk, key_id: int) -> None:
    """End a key; the next call with it is refused. Raises Refused, NotFound for one that is not there or ended."""
    rights.check(desk, "manage_keys")
    now = club.clock.now()
    with club.writing() as conn:
        if not rows.revoke(conn, key_id, now):
            raise NotFound("no_such_key")
        audit.append(conn, desk, "revoke_key", at=now, detail={"key": key_id})


def desk_of(club: Club, key: str | None) -> Desk | None:
    """The desk of the program that holds this key; None for a key that is unknown or revoked."""
    if not key or not key.startswith(PREFIX):
        return None
    with club.reading() as conn:
        row = rows.by_hash(conn, passwords.token_hash(key))
    if row is None:
        return None
    own = None if row.branch_id is None else frozenset({row.branch_id})
    return Desk(staff_id=None, name=row.name, role=row.role, branches=own, via="api")
