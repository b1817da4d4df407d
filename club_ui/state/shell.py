"""What every screen shows around its page: the person, the language, the branch, the last word to them.

It is filled by the page's own loading (`base.LivePage`) and holds nothing about clients but their number.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import reflex as rx

from club_ui import i18n
from club_ui.hub import hub
from lifecycle.touched import Touched

log = logging.getLogger(__name__)

THEMES = ("light", "dark", "system")
TOASTS = 3
UNDO_SECONDS = 10


@dataclass
class BranchChoice:
    """A branch that the person may look at."""

    code: str
    name: str


@dataclass
class Toast:
    """What a deed answered: done, with a way back, or refused, with the sentence."""

    id: str
    text: str
    bad: bool
    undo: bool
    seconds: int


class Shell(rx.State):
    """The frame of every page."""

    language: str = ""
    theme: str = ""
    name: str = ""
    initials: str = ""
    role: str = ""
    sees: list[str] = []
    branches: list[BranchChoice] = []
    branch: str = rx.SessionStorage("", name="club_branch")
    wish: str = rx.Cookie("", name="club_language", path="/", max_age=365 * 24 * 3600)
    branch_name: str = ""
    clients: str = ""
    overdue: str = ""
    demo: bool = False
    clock_moved: bool = False
    beat: str = ""
    toasts: list[Toast] = []

    # What each toast can take back: (client, facts). It lives as long as the toast.
    _undos: dict[str, tuple[int, tuple[int, ...]]] = {}

    def _say(self, text: str, *, bad: bool = False, undo: tuple[int, tuple[int, ...]] | None = None) -> None:
        """Show a sentence for a while; with `undo` (client, facts) a button takes it back."""
        toast = Toast(token_hex(4), text, bad, undo is not None, UNDO_SECONDS)
        if undo is not None:
            self._undos = {**self._undos, toast.id: undo}
        self.toasts = [*self.toasts, toast][-TOASTS:]

    def _words(self) -> str:
        """The language to write in now."""
        if self.language in i18n.LANGUAGES:
            return self.language
        wish = str(self.wish)
        return wish if wish in i18n.LANGUAGES else i18n.language_of(self.router.headers.accept_language)

    def _forget(self) -> None:
        """Nobody is signed in here any more: show nothing of the person."""
        self.name = self.initials = self.role = self.branch_name = self.clients = self.overdue = ""
        self.sees, self.branches, self.toasts, self._undos = [], [], [], {}

    @rx.event
    async def choose_language(self, language: str) -> None:
        """Read the club in another language; kept with the person, and in the browser for the sign-in page."""
        if language not in i18n.LANGUAGES:
            return
        self.language = self.wish = language
        await self._prefer(language=language)

    @rx.event
    async def choose_theme(self, theme: str) -> None:
        """Light, dark, or as the device says; kept with the person."""
        if theme not in THEMES:
            return
        self.theme = theme
        await self._prefer(theme=theme)

    async def _prefer(self, **wishes: Any) -> None:
        """Keep a wish with the person, where somebody is signed in."""
        from club_ui import access, process
        from lifecycle.actions import staff
        from lifecycle.errors import ClubError

        desk = await access.desk_of(self)
        if desk is None or desk.staff_id is None:
            return
        try:
            await asyncio.to_thread(staff.prefer, process.club(), desk, **wishes)
        except ClubError as error:
            self._say(i18n.sentence(self._words(), error.code, **error.values), bad=True)
        # What pages write in Python is written anew, in the new language, on every screen of the person.
        hub.tick(Touched(staff=frozenset({desk.staff_id})))

    @rx.event
    async def choose_branch(self, code: str) -> None:
        """Look at one branch, or with an empty code at all of one's own."""
        from club_ui import access

        known = {branch.code for branch in self.branches}
        self.branch = code if code in known else ""
        desk = await access.desk_of(self)
        if desk is not None and desk.staff_id is not None:
            hub.ring(Touched(staff=frozenset({desk.staff_id})))

    @rx.event
    async def dismiss(self, toast_id: str) -> None:
        """The message has been read or its time is over."""
        self._drop(toast_id)

    def _drop(self, toast_id: str) -> None:
        self.toasts = [toast for toast in self.toasts if toast.id != toast_id]
        self._undos = {key: undo for key, undo in self._undos.items() if key != toast_id}

    @rx.event
    async def undo(self, toast_id: str) -> None:
        """Take the deed of this message back."""
        from club_ui import access, process
        from lifecycle.actions import deeds
        from lifecycle.errors import ClubError, Refused

        undo = self._undos.get(str(toast_id))
        await Shell.dismiss.fn(self, toast_id)  # type: ignore[attr-defined]
        desk = await access.desk_of(self)
        if undo is None or desk is None:
            return
        client_id, fact_ids = undo
        language = self._words()
        try:
            await asyncio.to_thread(
                deeds.void, process.club(), desk, client_id, key=f"undo-{toast_id}-{fact_ids[0]}", fact_ids=fact_ids
            )
            self._say(i18n.text(language, "done.undo"))
        except ClubError as error:
            if isinstance(error, Refused):
                await access.note_refusal(desk, str(error.values.get("deed", error.code)), access.address_of(self))
            self._say(i18n.sentence(language, error.code, **error.values), bad=True)
