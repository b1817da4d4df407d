"""Who works at the club: roles, branches, who may sign in; and where one is signed in oneself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import reflex as rx

from club_ui import i18n
from club_ui.rows import initials
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import rights, store
from lifecycle.actions import signing_in, staff
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound
from lifecycle.store.branches import BranchRow
from lifecycle.store.sign_ins import SignInRow
from lifecycle.store.staff import StaffRow
from lifecycle.touched import Touched


@dataclass
class Person:
    """One person as a row."""

    id: str
    name: str
    login: str
    initials: str
    role: str
    where: str
    active: bool
    me: bool


@dataclass
class BranchPick:
    """A branch that may be one's own."""

    id: str
    name: str
    checked: bool


class StaffState(LivePage, rx.State):
    """What the page of the staff shows."""

    people: list[Person] = []
    may_change: bool = False
    open_form: str = ""
    form_name: str = ""
    form_login: str = ""
    form_role: str = ""
    form_active: bool = True
    form_version: int = 0
    picks: list[BranchPick] = []
    _rows: list[StaffRow] = []
    _branches: list[BranchRow] = []

    def _concerns(self, here: Here) -> Touched:
        return here.own

    async def _load(self, here: Here) -> None:
        self._rows, self._branches = await asyncio.to_thread(_read, the_club(), here)
        names = {branch.id: branch.name for branch in self._branches}
        self._show(
            people=[_person(here, one, names) for one in self._rows],
            may_change=rights.allows(here.desk, "manage_staff"),
        )

    @rx.event
    async def begin(self, person: str) -> None:
        """Open the form of a person, or with nothing that of a new one."""
        row = next((one for one in self._rows if str(one.id) == str(person)), None)
        own = row.branches if row is not None and row.branches is not None else frozenset()
        self._new_key()
        self._show(
            open_form="new" if row is None else str(row.id),
            form_name=row.name if row else "",
            form_login=row.login if row else "",
            form_role=row.role if row else "front_desk",
            form_active=row.active if row else True,
            form_version=row.version if row else 0,
            picks=[BranchPick(str(one.id), one.name, one.id in own or len(self._branches) == 1) for one in self._branches],
            errors={},
        )

    @rx.event
    async def stop(self) -> None:
        """Close the form."""
        self.open_form = ""

    @rx.event
    async def send(self, typed: dict[str, str]) -> None:
        """Add the person, or save what was changed; where it is refused the form stays as it is."""
        if not self.open_form or not isinstance(typed, dict):
            return
        door, word = (_add, "add_staff") if self.open_form == "new" else (_change, "change_staff")
        if await self._do(door, self.open_form, self.form_version, typed, done=word) is not None:
            self.open_form = ""
            await self._load_again()

    @rx.event
    async def switch(self, on: bool) -> None:  # noqa: FBT001 - the framework names no arguments
        """Let the person of the open form in again, or no more."""
        if await self._do(_switch, self.open_form, on=on is True, done="change_staff") is not None:
            self.open_form = ""


def _read(club: Club, here: Here) -> tuple[list[StaffRow], list[BranchRow]]:
    people = staff.everybody(club, here.desk)
    with club.reading() as conn:
        return people, store.branches.every(conn)


def _person(here: Here, one: StaffRow, names: Mapping[int, str]) -> Person:
    where = i18n.text(here.language, "staff.all_branches") if one.branches is None else ", ".join(names.get(each, "") for each in sorted(one.branches))
    return Person(
        id=str(one.id), name=one.name, login=one.login, initials=initials(one.name), role=one.role, where=where,
        active=one.active, me=one.id == here.desk.staff_id,
    )


def _ids(typed: Mapping[str, str]) -> list[int]:
    chosen = [part for part in str(typed.get("branches", "")).split(",") if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in chosen):
        raise BadInput.of("branches", "unknown_branch", given="")
    return [int(part) for part in chosen]


def _number(person: str) -> int:
    if not (person.isascii() and person.isdigit() and len(person) < 10):
        raise NotFound("not_found")
    return int(person)


def _add(club: Club, desk: Desk, _person: str, _version: int, typed: Mapping[str, str]) -> int:
    login, name, role, password = (str(typed.get(field, "")) for field in ("login", "name", "role", "password"))
    return staff.add(club, desk, login=login, name=name, role=role, password=password, branches=_ids(typed) or None)


def _change(club: Club, desk: Desk, person: str, version: int, typed: Mapping[str, str]) -> bool:
    staff.change(
        club, desk, _number(person), version=version, name=str(typed.get("name", "")), role=str(typed.get("role", "")),
        branches=_ids(typed), password=str(typed["password"]) if typed.get("password") else None,
    )
    return True


def _switch(club: Club, desk: Desk, person: str, *, on: bool) -> bool:
    (staff.activate if on else staff.deactivate)(club, desk, _number(person))
    return True


@dataclass
class SessionRow:
    """One browser in which one is signed in."""

    id: str
    where: str
    since: str
    seen: str
    this: bool
    end_name: str


class SessionsState(LivePage, rx.State):
    """Where one is signed in."""

    sessions: list[SessionRow] = []
    said: str = ""
    changed: bool = False

    async def _arrive(self, here: Here) -> None:
        """What came of a new password stands in the address: the form is a native one."""
        code = self._asked("said")
        self.changed = code == "password_changed"
        known = code if i18n.known(f"error.{code}") else "unknown"
        words = {name: self._asked(name, 20) for name in ("shortest", "longest")}
        self.said = "" if self.changed or not code else i18n.sentence(here.language, known, **words)

    def _concerns(self, here: Here) -> Touched:
        return here.own

    async def _load(self, here: Here) -> None:
        rows = await asyncio.to_thread(signing_in.sign_ins, the_club(), here.desk)
        self._show(sessions=[_session(here, one) for one in rows])

    @rx.event
    async def end(self, session: str) -> None:
        """End one of one's own sign-ins; open screens lose it within a second."""
        await self._do(_revoke, str(session), done="revoke")


def _revoke(club: Club, desk: Desk, session: str) -> bool:
    signing_in.revoke(club, desk, _number(session))
    # Nobody else's screen changes by it, so no tick goes out; this page reads anew.
    club.announce()
    return True


def _session(here: Here, one: SignInRow) -> SessionRow:
    where = f"{_browser(here.language, one.agent)}, {one.address}" if one.address else _browser(here.language, one.agent)
    return SessionRow(
        id=str(one.id),
        where=where,
        since=i18n.text(here.language, "sessions.since", time=i18n.moment(here.language, here.local(one.created_at), today=here.date)),
        seen=i18n.text(here.language, "sessions.seen", time=i18n.moment(here.language, here.local(one.seen_at), today=here.date)),
        this=one.id == here.desk.session_id,
        end_name=i18n.text(here.language, "sessions.end_name", where=where),
    )


_BROWSERS = (("Edg/", "Edge"), ("YaBrowser/", "Yandex"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_DEVICES = (("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def _browser(language: str, agent: str) -> str:
    """`Chrome, Windows` from what the browser says of itself."""
    found = [next((word for sign, word in signs if sign in agent), "") for signs in (_BROWSERS, _DEVICES)]
    return ", ".join(part for part in found if part) or i18n.text(language, "sessions.unknown")


