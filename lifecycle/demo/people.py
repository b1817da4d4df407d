"""Who works at the demo club: one sign-in for each role, shown on the sign-in page with the one password."""

from __future__ import annotations

from typing import Final, NamedTuple

from lifecycle.actions import staff
from lifecycle.club import Club
from lifecycle.desk import CLUB, Desk

#: Known on purpose: demo accounts get in only where a demo is served, on this machine.
PASSWORD: Final = "demo-club"


class Person(NamedTuple):
    """Somebody who works here; `branches` are codes, empty for all."""

    login: str
    name: str
    role: str
    branches: tuple[str, ...]
    language: str


PEOPLE: Final = (
    Person("owner", "Елена Ткач", "owner", (), "ru"),
    Person("manager", "Мила Степанец", "manager", ("main",), "ru"),
    Person("manager.park", "Олег Кравчук", "manager", ("park",), "uk"),
    Person("desk", "Лиза Панова", "front_desk", ("main",), "ru"),
    Person("desk.park", "Зоряна Дзюба", "front_desk", ("park",), "uk"),
    Person("trainer", "Марат Юсупов", "trainer", ("main", "park"), "ru"),
    Person("auditor", "Helen Marsh", "auditor", ("main", "park"), "en"),
)


def take_on(club: Club, branches: dict[str, int]) -> dict[str, Desk]:
    """Take everybody on; gives each one's desk by their login."""
    desks = {}
    for one in PEOPLE:
        own = frozenset(branches[code] for code in one.branches) or None
        staff_id = staff.add(
            club, CLUB, login=one.login, name=one.name, role=one.role, password=PASSWORD,
            branches=own, language=one.language, demo=True,
        )  # fmt: skip
        desks[one.login] = Desk(staff_id, one.name, one.role, own, one.language)
    return desks
