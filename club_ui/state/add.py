"""A new client by phone: what was typed is kept, the same number is shown before anybody is made twice."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from club_ui import access, i18n
from club_ui.rows import Chip, chip, initials, phone_of
from club_ui.state.base import Here, LivePage, the_club
from club_ui.state.deeds import Option
from club_ui.state.shell import Shell
from lifecycle import overview, phones, rights, store
from lifecycle.actions import clients, drafts
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import ClubError
from lifecycle.overview import StandingRow

PLACE = "add"
FIELDS = ("phone", "name", "kind", "tax_id", "source", "branch", "comment")


@dataclass
class SameLine:
    """Somebody who has this number already."""

    id: str
    who: str
    letters: str
    phone: str
    stage: Chip
    folder: Chip


class AddState(LivePage, rx.State):
    """The form of a new client."""

    given: dict[str, str] = {}
    branches: list[Option] = []
    same: list[SameLine] = []
    kind: str = "person"

    async def _arrive(self, here: Here) -> None:
        rights.check(here.desk, "add_client")
        typed = self._asked("q")
        if typed or not self.given:
            # The form is made anew by its key: else it would go on showing what it began with.
            self._new_key()
        draft = await asyncio.to_thread(drafts.draft_at, the_club(), here.desk, PLACE)
        begin = {"source": "call", "kind": "person", "branch": here.branch or ""}
        if typed:
            begin["phone" if any(letter.isdigit() for letter in typed) else "name"] = typed
        self.given = {**draft, **begin} if typed else {**begin, **draft}
        self.kind = self.given["kind"]
        self.errors, self.same = {}, []

    async def _load(self, here: Here) -> None:
        shell = await self.get_state(Shell)
        self._show(branches=[Option(one.code, one.name) for one in shell.branches])

    @rx.event
    async def keep(self, typed: dict[str, str]) -> None:
        """Keep what is being typed, and look who has this number already."""
        desk = await access.desk_of(self)
        if desk is None or not isinstance(typed, dict):
            return
        text = {name: str(typed.get(name, "")) for name in FIELDS}
        # So that a reload of this very tab begins with it, too.
        self.given = text
        self.kind = "company" if text["kind"] == "company" else "person"
        try:
            await asyncio.to_thread(drafts.keep_draft, the_club(), desk, PLACE, text)
            found = await asyncio.to_thread(_same, the_club(), desk, text["phone"], text["branch"])
        except ClubError:
            return
        language = (await self.get_state(Shell))._words()
        self._show(same=[_line(language, desk, row) for row in found])

    @rx.event
    async def send(self, typed: dict[str, str]) -> Any:
        """Make the client known and open the profile."""
        if not isinstance(typed, dict):
            return None
        text = {name: str(typed.get(name, "")).strip() for name in FIELDS}
        language, key = (await self.get_state(Shell))._words(), self._key(typed)

        def door(club: Club, desk: Desk) -> Any:
            return clients.add_client(
                club, desk, key=key, name=text["name"] or i18n.text(language, "add.nameless"), phone=text["phone"] or None,
                branch=text["branch"] or None, source=text["source"] or "walk_in", kind=text["kind"] or "person",
                tax_id=text["tax_id"] or None, comment=text["comment"],
            )

        added = await self._do(door, done="add_client")
        if added is None:
            return None
        desk = await access.desk_of(self)
        if desk is not None:
            await asyncio.to_thread(drafts.drop_draft, the_club(), desk, PLACE)
        self.given, self.ready = {}, False
        return rx.redirect(f"/client/{added.client_id}")


def _same(club: Club, desk: Desk, typed: str, branch: str) -> list[StandingRow]:
    if not typed.strip():
        return []
    with club.reading() as conn:
        home = store.branches.by_code(conn, desk, branch or None)
        numbers = [one.e164 for one in phones.several(typed, home.country) if one.e164]
        known = store.clients.with_number(conn, numbers, desk) if numbers else []
        return overview.standing_rows(conn, desk, club.clock.now(), known[:5])


def _line(language: str, desk: Desk, row: StandingRow) -> SameLine:
    return SameLine(
        id=str(row.client.id),
        who=row.client.name,
        letters=initials(row.client.name),
        phone=phone_of(row.client, row.branch.country, masked=desk.role == "front_desk"),
        stage=chip(language, "stage", row.placement.stage),
        folder=chip(language, "folder", row.placement.folders[0]),
    )
