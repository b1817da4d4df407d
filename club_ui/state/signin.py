"""Signing in, before anybody is known: what was refused, where to go on, and in a demo who can press."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from club_ui import access, i18n, process
from club_ui.http import whence
from club_ui.http.sign_in import DEMO_PASSWORD
from club_ui.rows import initials
from club_ui.state.base import the_club
from club_ui.state.shell import Shell
from lifecycle.actions import staff


@dataclass
class DemoPerson:
    """A person of a demo club who can sign in by one touch."""

    login: str
    name: str
    initials: str
    role: str
    hint: str


class SigninState(rx.State):
    """The sign-in page."""

    onward: str = "/"
    said: str = ""
    people: list[DemoPerson] = []
    demo_password: str = ""
    today: str = ""

    @rx.event
    async def load(self) -> Any:
        """Choose the language of the browser; who is signed in already goes on."""
        asked = self.router.url.query_parameters
        self.onward = whence.safe_next(str(asked.get("next", "")))
        if await access.desk_of(self) is not None:
            return rx.redirect(self.onward)
        shell = await self.get_state(Shell)
        shell.language = shell._words() if str(shell.wish) not in i18n.LANGUAGES else str(shell.wish)
        club = the_club()
        self.today = i18n.long_day(shell.language, club.clock.now().date())
        self.said = _said(shell.language, asked)
        self.people, self.demo_password = [], ""
        if process.settings().demo and whence.is_loopback(access.address_of(self)):
            known = await asyncio.to_thread(staff.demo_people, club)
            self.people = [_person(shell.language, one.login, one.name, one.role) for one in known]
            self.demo_password = DEMO_PASSWORD
        return None


class SetupState(rx.State):
    """The page behind the one-time link that makes the first owner."""

    token: str = ""
    said: str = ""
    errors: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Take the token of the link, and what was refused last time."""
        asked = self.router.url.query_parameters
        shell = await self.get_state(Shell)
        shell.language = shell._words()
        self.token = str(asked.get("token", ""))[:100]
        said, field = _said(shell.language, asked), str(asked.get("field", ""))
        self.errors = {field: said} if field in ("name", "login", "password") else {}
        self.said = "" if self.errors else said


def _said(language: str, asked: Any) -> str:
    """The sentence that the server asked the page to show: a code of the catalogue with its values."""
    code = str(asked.get("said", ""))
    if not code:
        return ""
    values = {name: str(value)[:60] for name, value in asked.items() if name not in ("said", "next", "token", "code", "count")}
    return i18n.sentence(language, code, **values)


def _person(language: str, login: str, name: str, role: str) -> DemoPerson:
    hint = f"{i18n.text(language, f'role.{role}')} · {i18n.text(language, f'role_hint.{role}')}"
    return DemoPerson(login, name, initials(name), role, hint)
