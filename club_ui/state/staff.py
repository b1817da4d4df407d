"""The people who work here: the owner takes on, changes and switches off."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from club_ui import i18n
from club_ui.rows import initials
from club_ui.state.base import Here, LivePage, the_club
from club_ui.state.deeds import Option
from lifecycle import rights, store
from lifecycle.actions import staff
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.store.branches import BranchRow
from lifecycle.store.staff import StaffRow


@dataclass
class PersonLine:
    """Somebody who works here."""

    key: str
    who: str
    letters: str
    login: str
    role: str
    role_word: str
    branches: str
    active: bool
    me: bool
    version: int


class StaffState(LivePage, rx.State):
    """Everybody who may sign in; the owner takes on, changes and switches off."""

    may_see: bool = False
    may_change: bool = False
    people: list[PersonLine] = []
    open: str = ""
    given: dict[str, str] = {}
    branches: list[Option] = []
    chosen: list[str] = []

    async def _arrive(self, here: Here) -> None:
        self.open = self._asked("open") if rights.allows(here.desk, "manage_staff") else ""
        self._new_key()
        self.errors = {}

    async def _load(self, here: Here) -> None:
        self.may_see = rights.allows(here.desk, "see_staff")
        if not self.may_see:
            return
        people, branches = await asyncio.to_thread(_read_staff, the_club(), here.desk)
        names = {one.id: one.name for one in branches}
        self._show(
            may_change=rights.allows(here.desk, "manage_staff"),
            people=[_person(here, one, names) for one in people],
            branches=[Option(str(one.id), one.name) for one in branches],
        )
        person = next((one for one in people if str(one.id) == self.open), None)
        if person is not None:
            self._show(
                given={"name": person.name, "login": person.login, "role": person.role},
                chosen=[str(one) for one in sorted(person.branches or ())],
            )
        elif self.open == "new":
            self._show(given={"role": "front_desk"}, chosen=[str(branches[0].id)] if branches else [])

    @rx.event
    async def send(self, typed: dict[str, str]) -> Any:
        """Take somebody on, or change whom the form is about."""
        if not isinstance(typed, dict):
            return None
        text = {name: str(typed.get(name, "")) for name in ("name", "login", "role", "password", "branches")}
        chosen = [int(one) for one in text["branches"].split(",") if one.isascii() and one.isdigit()]
        if self.open == "new":
            done = await self._do(
                staff.add, login=text["login"], name=text["name"], role=text["role"], password=text["password"],
                branches=chosen or None, done="add_staff",
            )
            return None if done is None else rx.redirect("/settings/staff", replace=True)
        person = next((one for one in self.people if one.key == self.open), None)
        if person is None:
            return None

        def door(club: Club, desk: Desk) -> bool:
            staff.change(club, desk, int(person.key), version=person.version, name=text["name"], role=text["role"], branches=chosen)
            if text["password"]:
                staff.set_password(club, desk, int(person.key), text["password"])
            return True

        done = await self._do(door, done="change_staff")
        return None if done is None else rx.redirect("/settings/staff", replace=True)

    @rx.event
    async def switch(self, key: str, on: bool) -> None:  # noqa: FBT001 - it comes from a switch
        """Let somebody sign in again, or no more; their open screens close at once."""
        person = next((one for one in self.people if one.key == str(key)), None)
        if person is None:
            return
        change = staff.activate if on is True else staff.deactivate

        def door(club: Club, desk: Desk) -> bool:
            change(club, desk, int(person.key), version=person.version)
            return True

        await self._do(door, done="change_staff")


def _read_staff(club: Club, desk: Desk) -> tuple[list[StaffRow], list[BranchRow]]:
    people = staff.everybody(club, desk)
    with club.reading() as conn:
        return people, store.branches.every(conn)


def _person(here: Here, one: StaffRow, names: dict[int, str]) -> PersonLine:
    known = i18n.text(here.language, "staff.all_branches") if one.branches is None else ", ".join(names.get(each, "") for each in sorted(one.branches))
    return PersonLine(
        key=str(one.id), who=one.name, letters=initials(one.name), login=one.login, role=one.role,
        role_word=i18n.text(here.language, f"role.{one.role}"), branches=known, active=one.active,
        me=one.id == here.desk.staff_id, version=one.version,
    )
