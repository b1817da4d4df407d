"""The club that the simulated people come to: two branches with their own midnights, who works there, what reports to it.

Asked again it is the same: what is there already is not made twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lifecycle import store
from lifecycle.actions import sources, staff
from lifecycle.club import Club
from lifecycle.desk import CLUB, Desk
from lifecycle.store import staff as staff_rows
from lifecycle.store.branches import BranchRow
from lifecycle.store.sources import SourceRow
from lifecycle.store.staff import StaffRow

_SECOND: Final = {"code": "park", "name": "Park", "timezone": "Asia/Yekaterinburg", "country": "RU"}
#: Login, role, branch; more at the bigger one, so that cards are given in turn.
_STAFF: Final = (
    ("desk", "front_desk", "main"), ("desk.two", "front_desk", "main"), ("manager", "manager", "main"),
    ("desk.park", "front_desk", "park"), ("manager.park", "manager", "park"),
)  # fmt: skip
_SOURCES: Final = ("site", "telephony", "payments", "turnstile", "till")
#: The number that people call, of each branch.
LINES: Final = {"main": "+74950000001", "park": "+73430000001"}
#: A rule that a club has to switch on.
_SWITCHED_ON: Final = "rhythm"


@dataclass(frozen=True)
class Place:
    """The club as its deeds need it: branches and desks by code, sources by kind."""

    branches: dict[str, BranchRow]
    desks: dict[str, list[Desk]]
    managers: dict[str, Desk]
    sources: dict[str, SourceRow]

    def desk(self, home: str, number: int = 0) -> Desk:
        """Somebody at the desk of a branch."""
        there = self.desks[home]
        return there[number % len(there)]


def settle(club: Club) -> Place:
    """Make the club ready, once; gives it."""
    _branches(club)
    _people(club)
    _connect(club)
    _switch_on(club)
    return found(club)


def found(club: Club) -> Place:
    """The club as it was made ready."""
    with club.reading() as conn:
        branches = {one.code: one for one in store.branches.every(conn)}
        known = {one.login: one for one in staff_rows.every(conn)}
        connected = {one.kind: one for one in store.sources.every(conn)}
    desks: dict[str, list[Desk]] = {code: [] for code in branches}
    managers = {}
    for login, role, code in _STAFF:
        desk = desk_of(known[login])
        desks[code].append(desk)
        if role == "manager":
            managers[code] = desk
    return Place(branches, desks, managers, connected)


def desk_of(one: StaffRow) -> Desk:
    """Somebody's desk."""
    return Desk(one.id, one.name, one.role, one.branches)


def _branches(club: Club) -> None:
    with club.writing(announce=False) as conn:
        if not any(branch.code == _SECOND["code"] for branch in store.branches.every(conn)):
            store.branches.add(conn, **_SECOND)


def _people(club: Club) -> None:
    with club.reading() as conn:
        known = {one.login for one in staff_rows.every(conn)}
        ids = {one.code: one.id for one in store.branches.every(conn)}
    for login, role, code in _STAFF:
        if login not in known:
            name = login.replace(".", " ").title()
            staff.add(club, CLUB, login=login, name=name, role=role, password=f"{login} of a simulated club", branches=[ids[code]])


def _connect(club: Club) -> None:
    with club.reading() as conn:
        known = {one.kind for one in store.sources.every(conn)}
    for kind in _SOURCES:
        if kind not in known:
            lines = {"lines": "; ".join(f"{line} = {code}" for code, line in LINES.items())} if kind == "telephony" else {}
            sources.create(club, CLUB, kind=kind, name=f"Simulated {kind}", options=lines)


def _switch_on(club: Club) -> None:
    with club.writing(announce=False) as conn:
        if _SWITCHED_ON not in store.rule_settings.every(conn):
            tuned: dict[str, Any] = {"on": True, "status": None, "numbers": {}}
            tuned |= {"changed_by": CLUB.name, "changed_at": club.clock.now()}
            store.rule_settings.put(conn, _SWITCHED_ON, tuned, 0)
