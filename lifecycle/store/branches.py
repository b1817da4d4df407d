"""Queries for branches: one club of the chain each, with its time zone and country."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.tables import Branch

_branch = Branch.__table__  # type: ignore[attr-defined]
_EVERY = select(_branch).order_by(_branch.c.id)


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch as the rules need it."""

    id: int
    code: str
    name: str
    timezone: str
    country: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone its days are counted in."""
        return ZoneInfo(self.timezone)


def every(conn: Connection) -> list[BranchRow]:
    """All branches, the first made first."""
    return [BranchRow(**row._mapping) for row in conn.execute(_EVERY)]


def by_id(conn: Connection) -> dict[int, BranchRow]:
    """All branches by their id."""
    return {branch.id: branch for branch in every(conn)}


def within_reach(conn: Connection, desk: Desk) -> list[BranchRow]:
    """The branches this person works in."""
    return [branch for branch in every(conn) if desk.reaches(branch.id)]


def reach(conn: Connection, desk: Desk) -> frozenset[int] | None:
    """The branches this person works in; None where these are all there are: what speaks for no branch is theirs, too."""
    own = frozenset(branch.id for branch in within_reach(conn, desk))
    return None if len(own) == len(every(conn)) else own


def by_code(conn: Connection, desk: Desk, code: str | None) -> BranchRow:
    """The branch of this code among the person's own; the first of them where none is named.

    Raises BadInput for a code that is none of theirs, whether or not it exists.
    """
    for branch in within_reach(conn, desk):
        if code is None or branch.code == code:
            return branch
    raise BadInput.of("branch", "unknown_branch", given=code or "")


def add(conn: Connection, *, code: str, name: str, timezone: str, country: str) -> int:
    """A new branch; gives its id."""
    values = {"code": code, "name": name, "timezone": timezone, "country": country}
    return int(conn.execute(insert(_branch).values(values).returning(_branch.c.id)).scalar_one())


def change(conn: Connection, branch_id: int, **values: str) -> None:
    """Rename a branch or set its zone or country; facts already recorded keep their days."""
    conn.execute(update(_branch).where(_branch.c.id == branch_id).values(values))
