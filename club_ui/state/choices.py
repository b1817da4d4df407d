"""The lists that a club edits: contact statuses, why clients leave, why they refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import reflex as rx

from club_ui.state.base import Here, LivePage, the_club
from lifecycle import rights, store
from lifecycle.actions import choices
from lifecycle.choices import KINDS, Line
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import NotFound


@dataclass
class ChoiceRow:
    """A line of a list in the reader's language."""

    kind: str
    code: str
    word: str
    active: bool
    first: bool
    last: bool


class ChoicesState(LivePage, rx.State):
    """What the page of the lists shows, and the open form."""

    rows: list[ChoiceRow] = []
    may_change: bool = False
    open_kind: str = ""
    open_code: str = ""
    given: dict[str, str] = {}
    _lines: dict[str, tuple[Line, ...]] = {}

    async def _load(self, here: Here) -> None:
        rights.check(here.desk, "see_playbooks")
        self._lines = await asyncio.to_thread(_read, the_club())
        rows = [_row(here.language, one, lines) for lines in self._lines.values() for one in lines]
        self._show(rows=rows, may_change=rights.allows(here.desk, "edit_choices"))

    def _line(self, kind: str, code: str) -> Line | None:
        return next((one for one in self._lines.get(kind, ()) if one.code == code), None)

    @rx.event
    async def begin(self, kind: str, code: str) -> None:
        """Open the form of a line, or with no code that of a new one."""
        line = self._line(kind, code)
        if kind not in KINDS or (code and line is None):
            return
        self._new_key()
        self._show(
            open_kind=kind,
            open_code=code,
            errors={},
            given={language: line.names.get(language, "") if line else "" for language in choices.LANGUAGES},
        )

    @rx.event
    async def stop(self) -> None:
        """Close the form."""
        self.open_kind = self.open_code = ""

    @rx.event
    async def send(self, typed: dict[str, str]) -> None:
        """Add the line or rename it; where it is refused the form stays as it is."""
        kind, code = self.open_kind, self.open_code
        if kind not in KINDS:
            return
        names = {language: typed.get(language, "") for language in choices.LANGUAGES}
        if await self._do(_save, kind, self._line(kind, code), names, done="change_choice") is not None:
            self.open_kind = self.open_code = ""
            await self._load_again()

    @rx.event
    async def switch(self, kind: str, code: str) -> None:
        """Shut a line, so that it is chosen no more, or open it again."""
        await self._do(_switch, self._line(kind, code), done="change_choice")

    @rx.event
    async def move(self, kind: str, code: str, by: int) -> None:
        """Put a line one place up or down."""
        if by in (-1, 1) and self._line(kind, code):
            await self._do(_move, kind, code, by)


def _read(club: Club) -> dict[str, tuple[Line, ...]]:
    with club.reading() as conn:
        return {kind: store.choices.of_kind(conn, kind) for kind in KINDS}


def _row(language: str, one: Line, lines: tuple[Line, ...]) -> ChoiceRow:
    return ChoiceRow(one.kind, one.code, one.name(language), one.active, one is lines[0], one is lines[-1])


def _save(club: Club, desk: Desk, kind: str, line: Line | None, names: Mapping[str, str]) -> Line:
    if line is None:
        return choices.add(club, desk, kind, names=names)
    return choices.rename(club, desk, kind, line.code, version=line.version, names=names)


def _switch(club: Club, desk: Desk, line: Line | None) -> Line:
    if line is None:
        raise NotFound("no_such_line")
    return choices.set_active(club, desk, line.kind, line.code, version=line.version, active=not line.active)


def _move(club: Club, desk: Desk, kind: str, code: str, by: int) -> bool:
    with club.reading() as conn:
        codes = [one.code for one in store.choices.of_kind(conn, kind)]
    place = codes.index(code)
    if 0 <= place + by < len(codes):
        codes[place], codes[place + by] = codes[place + by], codes[place]
        choices.reorder(club, desk, kind, codes)
    return True
