"""What an import finds in the club before it reads a row: branches by their spellings, the home of who names none, staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from lifecycle import rights, store
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.importing.mapping import Mapping as Told
from lifecycle.importing.people import name_key
from lifecycle.importing.table import Here
from lifecycle.importing.vocabulary import plain
from lifecycle.store.branches import BranchRow


def here_of(club: Club, desk: Desk, told: Told, branch: str | None, *, make: bool) -> Here:
    """What rows are read against; with `make` the branches that the mapping names are made first.

    Raises Refused for whoever may make none, BadInput for a home that is not there.
    """
    with club.reading() as conn:
        missing = _missing_branches(conn, desk, told)
    if missing and make:
        with club.writing() as conn:
            for row in _missing_branches(conn, desk, told):
                store.branches.add(conn, code=row.code, name=row.name, timezone=row.timezone, country=row.country)
    with club.reading() as conn:
        known = store.branches.every(conn)
        branches = known if make else [*known, *missing]
        return Here(
            now=club.clock.now(),
            branches=_by_spelling(branches, told),
            home=_home(branches, desk, branch),
            reach=desk.branches,
            staff=_staff(conn),
            told=told,
        )


def _missing_branches(conn: Connection, desk: Desk, told: Told) -> list[BranchRow]:
    """Branches the mapping names and the club has not; only who may make branches brings new ones."""
    known = store.branches.every(conn)
    codes = {branch.code for branch in known}
    new = [one for one in told.branches if one.code not in codes]
    if new:
        rights.check(desk, "manage_branches")
    usual = known[0]
    return [
        BranchRow(
            id=-place,
            code=one.code,
            name=one.name,
            timezone=one.timezone or told.timezone or usual.timezone,
            country=one.country or told.country or usual.country,
        )
        for place, one in enumerate(new, 1)
    ]


def _by_spelling(branches: Iterable[BranchRow], told: Told) -> dict[str, BranchRow]:
    found: dict[str, BranchRow] = {}
    by_code = {branch.code: branch for branch in branches}
    for branch in by_code.values():
        found |= {plain(branch.name): branch, plain(branch.code): branch}
    for one in told.branches:
        found |= {plain(spelling): by_code[one.code] for spelling in one.spellings}
    return found


def _home(branches: Sequence[BranchRow], desk: Desk, code: str | None) -> BranchRow:
    """The branch of clients whose row names none: the one asked for, else the first the person works in."""
    for branch in branches:
        if (code is None or branch.code == code) and (desk.branches is None or branch.id in desk.branches):
            return branch
    raise BadInput.of("branch", "unknown_branch", given=code or "")


def _staff(conn: Connection) -> dict[str, int]:
    from lifecycle.store import staff

    return {name_key(words): one.id for one in staff.every(conn) for words in (one.login, one.name)}
