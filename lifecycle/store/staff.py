"""Queries for staff: who works at the club, with which role, in which branches."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from lifecycle.tables import SetupLink, Staff, StaffBranch

_staff = Staff.__table__  # type: ignore[attr-defined]
_own = StaffBranch.__table__  # type: ignore[attr-defined]
_link = SetupLink.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person as the doors need them. `branches` is None where the role reaches all."""

    id: int
    login: str
    name: str
    role: str
    language: str | None
    theme: str
    active: bool
    demo: bool
    created_at: datetime
    version: int
    branches: frozenset[int] | None


_SHOWN = [_staff.c[name] for name in StaffRow.__dataclass_fields__ if name != "branches"]


def anybody(conn: Connection) -> bool:
    """Whether anyone was ever set up; an empty club shows its set-up link."""
    return conn.execute(select(_staff.c.id).limit(1)).first() is not None


def every(conn: Connection) -> list[StaffRow]:
    """Everybody who works or worked here, the first made first."""
    own: dict[int, set[int]] = {}
    for staff_id, branch_id in conn.execute(select(_own.c.staff_id, _own.c.branch_id)):
        own.setdefault(staff_id, set()).add(branch_id)
    rows = conn.execute(select(*_SHOWN).order_by(_staff.c.id)).mappings()
    return [_row(row, own.get(row["id"], set())) for row in rows]


def at_work(conn: Connection, branch_id: int) -> list[StaffRow]:
    """Who works in a branch now, by name: the people a client or a card can be given to."""
    near = [one for one in every(conn) if one.active and (one.branches is None or branch_id in one.branches)]
    return sorted(near, key=lambda one: one.name)


def names(conn: Connection) -> dict[int, str]:
    """What everybody is called, by their id."""
    return {row[0]: row[1] for row in conn.execute(select(_staff.c.id, _staff.c.name))}


def by_id(conn: Connection, staff_id: int) -> StaffRow | None:
    """One person, whether active or not."""
    return several(conn, [staff_id]).get(staff_id)


def several(conn: Connection, staff_ids: Collection[int]) -> dict[int, StaffRow]:
    """These people by their ids, whether active or not."""
    own: dict[int, set[int]] = {}
    for staff_id, branch_id in conn.execute(select(_own.c.staff_id, _own.c.branch_id).where(_own.c.staff_id.in_(staff_ids))):
        own.setdefault(staff_id, set()).add(branch_id)
    found = conn.execute(select(*_SHOWN).where(_staff.c.id.in_(staff_ids))).mappings()
    return {row["id"]: _row(row, own.get(row["id"], set())) for row in found}


def by_login(conn: Connection, login: str) -> StaffRow | None:
    """The person of a login, compared in its normal form."""
    staff_id = conn.execute(select(_staff.c.id).where(_staff.c.login == login)).scalar_one_or_none()
    return None if staff_id is None else by_id(conn, staff_id)


def password_hash(conn: Connection, staff_id: int) -> str:
    """What a password is compared with. It goes nowhere else."""
    return str(conn.execute(select(_staff.c.password_hash).where(_staff.c.id == staff_id)).scalar_one())


def branches_of(conn: Connection, staff_id: int) -> frozenset[int]:
    """The ids of a person's own branches."""
    return frozenset(conn.execute(select(_own.c.branch_id).where(_own.c.staff_id == staff_id)).scalars())


def active_owners(conn: Connection) -> int:
    """How many could still let somebody in."""
    query = select(func.count()).select_from(_staff).where(_staff.c.role == "owner", _staff.c.active)
    return int(conn.execute(query).scalar_one())


def add(conn: Connection, values: dict[str, Any], branches: Iterable[int]) -> int:
    """A new person with their branches; gives the id."""
    staff_id = int(conn.execute(insert(_staff).values(values).returning(_staff.c.id)).scalar_one())
    set_branches(conn, staff_id, branches)
    return staff_id


def change(conn: Connection, staff_id: int, *, version: int | None = None, **values: Any) -> bool:
    """Change a person; False, and nothing is written, where somebody else changed the row meanwhile."""
    query = update(_staff).where(_staff.c.id == staff_id)
    if version is not None:
        query = query.where(_staff.c.version == version)
    return conn.execute(query.values(**values, version=_staff.c.version + 1)).rowcount == 1


def set_branches(conn: Connection, staff_id: int, branches: Iterable[int]) -> None:
    """Make exactly these branches the person's own."""
    conn.execute(delete(_own).where(_own.c.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "branch_id": branch_id} for branch_id in sorted(set(branches))]
    if rows:
        conn.execute(insert(_own), rows)


def offer_setup(conn: Connection, token_hash: str, expires_at: datetime) -> None:
    """Keep a new set-up link; those offered before end, so that only the last printed one opens."""
    conn.execute(delete(_link))
    conn.execute(insert(_link).values(token_hash=token_hash, expires_at=expires_at))


def setup_opens(conn: Connection, token_hash: str, now: datetime) -> bool:
    """Whether a set-up link would open now."""
    query = select(_link.c.token_hash).where(
        _link.c.token_hash == token_hash, _link.c.used_at.is_(None), _link.c.expires_at > now
    )
    return conn.execute(query).first() is not None


def use_setup(conn: Connection, token_hash: str, now: datetime) -> bool:
    """Use up a set-up link; False where there is none, or it was used, or its time is over."""
    query = (
        update(_link)
        .where(_link.c.token_hash == token_hash, _link.c.used_at.is_(None), _link.c.expires_at > now)
        .values(used_at=now)
    )
    return conn.execute(query).rowcount == 1


def _row(row: RowMapping, own: Iterable[int]) -> StaffRow:
    return StaffRow(**row, branches=None if row["role"] == "owner" else frozenset(own))
