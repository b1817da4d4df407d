"""Playbooks in settings: what a relation means, where its clients should go, what to do and to ask."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.rows import Chip, chip
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import playbooks, rights, store
from lifecycle.actions.playbooks import change_playbook
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.playbooks import Playbook
from lifecycle.touched import Touched


@dataclass
class PlaybookRow:
    """One relation's page in the reader's language."""

    relation: str = ""
    chip: Chip = field(default_factory=Chip)
    means: str = ""
    aim: str = ""
    goal: Chip = field(default_factory=Chip)
    has_goal: bool = False
    stays: bool = False
    priority: str = ""
    steps: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def playbook_row(language: str, page: Playbook) -> PlaybookRow:
    """The page as profile, card and settings show it."""
    words = page.words[language]
    return PlaybookRow(
        relation=page.relation,
        chip=chip(language, "relation", page.relation),
        means=words.means,
        aim=words.aim,
        goal=chip(language, "relation", page.goal) if page.goal else Chip(),
        has_goal=page.goal is not None and page.goal != page.relation,
        stays=page.goal == page.relation,
        priority=str(page.priority),
        steps=list(words.steps),
        questions=list(words.questions),
    )


class PlaybooksState(LivePage, rx.State):
    """What the page of the playbooks shows, and the open form."""

    pages: list[PlaybookRow] = []
    may_change: bool = False
    open_form: str = ""
    form_title: str = ""
    given: dict[str, str] = {}
    _versions: dict[str, int] = {}

    def _concerns(self, here: Here) -> Touched:
        return here.own

    async def _load(self, here: Here) -> None:
        rights.check(here.desk, "see_playbooks")
        pages = await asyncio.to_thread(_read, the_club())
        if not self.open_form:
            # The form that is open goes on from what it was opened with: a save of a colleague is told then.
            self._versions = {name: page.version for name, page in pages.items()}
        self._show(
            pages=[playbook_row(here.language, page) for page in pages.values()],
            may_change=rights.allows(here.desk, "change_playbooks"),
        )

    @rx.event
    async def begin(self, relation: str) -> None:
        """Open the form of a relation."""
        row = next((one for one in self.pages if one.relation == relation), None)
        if row is None:
            return
        self._new_key()
        self._show(
            open_form=relation,
            form_title=row.chip.word,
            errors={},
            given={
                "means": row.means,
                "aim": row.aim,
                "steps": "\n".join(row.steps),
                "questions": "\n".join(row.questions),
                "goal": relation if row.stays else row.goal.code,
                "priority": row.priority,
            },
        )

    @rx.event
    async def stop(self) -> None:
        """Close the form."""
        self.open_form = ""

    @rx.event
    async def send(self, typed: dict[str, str]) -> None:
        """Save the page; where it is refused the form stays as it is."""
        relation = self.open_form
        if relation not in theme.RELATION:
            return
        language = await self._language()
        if await self._do(_change, relation, language, self._versions.get(relation, 0), typed, done="change_playbook") is not None:
            self.open_form = ""
            await self._load_again()

    async def _language(self) -> str:
        from club_ui.state.shell import Shell

        return (await self.get_state(Shell))._words()


def _read(club: Club) -> dict[str, Playbook]:
    with club.reading() as conn:
        return store.playbooks.every(conn)


def _change(club: Club, desk: Desk, relation: str, language: str, version: int, typed: Mapping[str, Any]) -> int:
    priority = str(typed.get("priority", ""))
    texts = {name: str(typed.get(name, "")) for name in ("means", "aim", "steps", "questions")}
    return change_playbook(
        club, desk, relation, language=language, texts=texts, goal=str(typed.get("goal", "")) or None,
        priority=int(priority) if priority in _PLACES else playbooks.MIDDLE, version=version,
    )  # fmt: skip


_PLACES = tuple(str(place) for place in range(playbooks.FIRST, playbooks.LAST + 1))
