"""One's own: the browsers one is signed in with, and how one reads the club."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import reflex as rx

from club_ui import i18n
from club_ui.state.base import Here, LivePage, the_club
from lifecycle.actions import signing_in
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.store.sign_ins import SignInRow


@dataclass
class SessionLine:
    """A browser that is signed in."""

    key: str
    where: str
    address: str
    since: str
    seen: str
    this: bool


class MineState(LivePage, rx.State):
    """One's own sign-ins and wishes."""

    sessions: list[SessionLine] = []
    said: str = ""
    said_bad: bool = False

    async def _arrive(self, here: Here) -> None:
        code = self._asked("said")
        values = {name: str(value)[:60] for name, value in self.router.url.query_parameters.items() if name not in ("said", "code", "count")}
        good = code == "password_changed"
        self.said = "" if not code else i18n.text(here.language, "done.password") if good else i18n.sentence(here.language, code, **values)
        self.said_bad = bool(code) and not good

    async def _load(self, here: Here) -> None:
        found = await asyncio.to_thread(signing_in.sign_ins, the_club(), here.desk)
        self._show(sessions=[_session(here, one) for one in found])

    @rx.event
    async def end(self, key: str) -> None:
        """End one of one's own sign-ins."""
        digits = str(key)
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            return

        def door(club: Club, desk: Desk) -> bool:
            signing_in.revoke(club, desk, int(digits))
            return True

        await self._do(door, done="revoke")


def _session(here: Here, one: SignInRow) -> SessionLine:
    return SessionLine(
        key=str(one.id),
        where=browser(one.agent) or i18n.text(here.language, "sessions.unknown"),
        address=one.address,
        since=i18n.text(here.language, "sessions.since", time=i18n.moment(here.language, here.local(one.created_at), today=here.date)),
        seen=i18n.text(here.language, "sessions.seen", time=i18n.moment(here.language, here.local(one.seen_at), today=here.date)),
        this=one.id == here.desk.session_id,
    )


def browser(agent: str) -> str:
    """What a browser says it is, in two words; empty where it says nothing known."""
    names = (("Edg", "Edge"), ("OPR", "Opera"), ("YaBrowser", "Yandex"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    places = (("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))
    name = next((word for mark, word in names if mark in agent), "")
    place = next((word for mark, word in places if mark in agent), "")
    return ", ".join(word for word in (name, place) if word)
