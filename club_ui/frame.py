"""What stands around every page: the branches, the person's own wishes, the live counts of the menu.

Each part is read once for all pages that show it alike, and anew only when those are touched whom it concerns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from club_ui import products
from club_ui.readings import readings
from lifecycle import rights, store
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import ClubError
from lifecycle.store import staff as staff_rows
from lifecycle.store.branches import BranchRow
from lifecycle.touched import NOBODY, Touched


@dataclass(frozen=True)
class Frame:
    """As this person is shown it. `branch` is the one looked at, None for all of `reach`."""

    language: str | None
    theme: str
    reach: Sequence[BranchRow]
    branch: BranchRow | None
    clients: int
    overdue: int
    currency: str
    demo: bool
    #: Whose changes can be seen from here: those of the branches in view, and one's own.
    concerns: Touched


@dataclass(frozen=True)
class _House:
    branches: list[BranchRow]
    currency: str
    demo: bool


@dataclass(frozen=True)
class _Own:
    language: str | None = None
    theme: str = "system"


@dataclass(frozen=True)
class _Counts:
    clients: int
    overdue: int


async def frame_of(club: Club, desk: Desk, code: str) -> Frame:
    """The frame of a person who looks at the branch of this code. Raises ClubError for whoever has no branch."""
    house = await readings.share(club, "house", NOBODY, lambda _: _read_house(club))
    oneself = Touched(staff=frozenset(() if desk.staff_id is None else (desk.staff_id,)))
    own = await readings.share(club, ("own", desk.staff_id), oneself, lambda _: _read_own(club, desk.staff_id))
    reach = [one for one in house.branches if desk.reaches(one.id)]
    if not reach:
        raise ClubError("no_branch")
    branch = next((one for one in reach if one.code == code), None)
    shown = [branch] if branch else reach
    concerns = oneself | Touched(branches=frozenset(one.id for one in shown))
    key = "counts", desk.role, concerns.branches, desk.staff_id if desk.own_cards_only else None
    counts = await readings.share(club, key, concerns, lambda _: _count(club, desk, shown))
    return Frame(
        language=own.language,
        theme=own.theme,
        reach=reach,
        branch=branch,
        clients=counts.clients,
        overdue=counts.overdue,
        currency=house.currency,
        demo=house.demo,
        concerns=concerns,
    )


def _read_house(club: Club) -> _House:
    with club.reading() as conn:
        currency = str(store.settings.get(conn, "currency") or "RUB")
        products.know(store.products.every(conn))
        return _House(store.branches.every(conn), currency, store.settings.get(conn, "demo") is True)


def _read_own(club: Club, staff_id: int | None) -> _Own:
    with club.reading() as conn:
        row = None if staff_id is None else staff_rows.by_id(conn, staff_id)
    return _Own(row.language, row.theme) if row else _Own()


def _count(club: Club, desk: Desk, branches: Sequence[BranchRow]) -> _Counts:
    with club.reading() as conn:
        counts = store.folders.counts(conn, [one.id for one in branches]) if rights.allows(desk, "see_folders") else {}
        overdue = store.board.late(conn, desk, branches, club.clock.now()) if rights.allows(desk, "see_cards") else 0
    return _Counts(counts.get("clients", 0), overdue)
