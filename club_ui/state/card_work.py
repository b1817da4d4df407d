"""Working on the opened card: what is said, planned and changed in place, and how it ends.

Where two people change the same field, both values are shown and one of them chooses; where they change
different fields, both are saved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

import reflex as rx

from club_ui import i18n
from club_ui.card_rows import Clash, step_words, typed_step
from club_ui.state.base import the_club
from club_ui.state.card import TYPED, OpenedCard
from lifecycle import days, store
from lifecycle.actions import cards as doors
from lifecycle.actions.card_writing import CardChanged
from lifecycle.choices import OTHER
from lifecycle.club import Club
from lifecycle.errors import BadInput, ClubError


class WorksOnCards(OpenedCard, mixin=True):
    """What is done with the open card."""

    async def _edit(self, wanted: Mapping[str, str]) -> bool:
        """Save what is planned. Where somebody else changed the same meanwhile, both are shown and nothing is lost."""
        self.errors, self.turn = {}, self.turn + 1
        values = _planned(wanted)
        before = self._before(values)
        try:
            try:
                await self._door(doors.edit, self.card, version=self._version, **values)
            except CardChanged as error:
                if before != {name: _plain(error.card, name) for name in before} and error.card.closed_at is None:
                    await self._show_clash(error, wanted)
                    return False
                await self._door(doors.edit, self.card, version=error.card.version, **values)
        except BadInput as error:
            language = await self._language()
            self.errors = {_FIELDS.get(one.field, one.field): i18n.sentence(language, one.code, **one.values) for one in error.errors}
            return False
        except ClubError as error:
            await self._tell(error=error)
            return False
        return True

    def _before(self, values: Mapping[str, Any]) -> dict[str, str]:
        """How those fields read here when the change began."""
        shown = {"status": self.sheet.status, "responsible_id": self.sheet.who, "step": self.sheet.step, "due": self.given.get("due", "")}
        if "due" in values and self._began:
            step, due_on, due_at = self._began
            shown |= {"step": step or "", "due": f"{due_on}|{due_at}"}
        return {name: shown[name] for name in values}

    async def _show_clash(self, error: CardChanged, wanted: Mapping[str, str]) -> None:
        """Their value beside mine."""
        language = await self._language()
        name = next(iter(wanted))
        words = await asyncio.to_thread(_words_of, the_club(), language, error.card)
        field = {"status": "status", "who": "responsible"}.get(name, "step")
        lists = {"status": self.statuses, "who": self.people}
        mine = next((one.word for one in lists.get(name, []) if one.value == wanted[name]), "")
        if field == "step":
            mine = typed_step(language, wanted)
        self._mine, self._version = dict(wanted), error.card.version
        self.clash = Clash(field, i18n.text(language, f"card.{field}"), words[field], mine)

    @rx.event
    async def comment(self, typed: dict[str, str]) -> None:
        """Say something about the open card."""
        self.errors, self.turn = {}, self.turn + 1
        try:
            await self._door(doors.comment, self.card, text=typed.get("comment", ""), key=self._key(typed))
        except ClubError as error:
            await self._tell(error=error)
            return
        await self._drop_draft("talk")
        self._new_key()

    @rx.event
    async def put_status(self, code: str) -> None:
        """Choose the contact status of the open card."""
        await self._edit({"status": code})

    @rx.event
    async def put_who(self, person: str) -> None:
        """Make somebody responsible for the open card."""
        await self._edit({"who": person})

    @rx.event
    async def plan(self, typed: dict[str, str]) -> Any:
        """Save the next step."""
        wanted = {"kind": typed.get("kind", ""), "day": typed.get("day", ""), "time": typed.get("time", "")}
        self.given = {**self.given, **wanted}
        if not await self._edit(wanted):
            return None
        await self._drop_draft(self.doing)
        return rx.redirect(self._card_address(card=self.card, part=self.part), replace=True)

    @rx.event
    async def take_mine(self) -> Any:
        """Of two values mine is the one that stays."""
        wanted, self.clash, self._mine = self._mine, Clash(), {}
        if not wanted:
            # Noticed while typing: the form is still open, and saves over what is there now.
            self._began = ()
            return None
        if await self._edit(wanted) and self.doing == "step":
            await self._drop_draft(self.doing)
            return rx.redirect(self._card_address(card=self.card, part=self.part), replace=True)
        return None

    @rx.event
    async def take_theirs(self) -> Any:
        """Of two values theirs is the one that stays."""
        self.clash, self._mine = Clash(), {}
        if self.doing != "step":
            return None
        await self._drop_draft(self.doing)
        return rx.redirect(self._card_address(card=self.card, part=self.part), replace=True)

    @rx.event
    async def again(self) -> None:
        """Nobody answered: once more tomorrow."""
        await self._do_again(self.card)

    async def _do_again(self, card: str) -> None:
        version = self._version if card == self.card else None
        try:
            await self._retried(doors.no_answer_again_tomorrow, card, version)
        except ClubError as error:
            await self._tell(error=error)
            return
        await self._tell("done.card_again")

    @rx.event
    async def close(self, result: str) -> Any:
        """Close the open card where a press is enough."""
        return await self._finish(self._key({}), result=result)

    @rx.event
    async def finish(self, typed: dict[str, str]) -> Any:
        """Close the open card with what the form says: refused or done for a reason, or done with a next step."""
        self.given = {**self.given, **{name: value for name, value in typed.items() if name in TYPED}}
        words, reason = typed.get("words", ""), typed.get("reason") or None
        if self.doing != "then":
            return await self._finish(self._key(typed), result="refused" if self.doing == "refuse" else "done", reason=reason, text=words)
        # A reason without a name of its own is told by the words; else they are for who goes on with it.
        told = {"text": words} if reason == OTHER else {}
        then = {"step": typed.get("kind") or None, "due": _due(typed), "comment": "" if told else words}
        return await self._finish(self._key(typed), result="done", reason=reason, then=then, **told)

    async def _finish(self, key: str, **values: Any) -> Any:
        self.errors, self.turn = {}, self.turn + 1
        try:
            _, follower = await self._retried(doors.finish, self.card, self._version, key=key, **values)
        except BadInput as error:
            language = await self._language()
            self.errors = {_FIELDS.get(one.field, one.field): i18n.sentence(language, one.code, **one.values) for one in error.errors}
            return None
        except ClubError as error:
            await self._tell(error=error)
            return None
        await self._drop_draft(self.doing)
        await self._tell("done.card_then" if follower is not None else "done.card_finished")
        return rx.redirect(self._card_address(), replace=True)

    async def _retried(self, door: Callable[..., Any], card: str, version: int | None, **values: Any) -> Any:
        """Do it with the version one saw; what others changed besides does not stand in the way of these deeds."""
        try:
            return await self._door(door, card, version=version if version is not None else 0, **values)
        except CardChanged as error:
            if error.card.closed_at is not None:
                raise
            return await self._door(door, card, version=error.card.version, **values)


#: The door's names for what the form calls otherwise.
_FIELDS: Final = {"due": "day", "text": "words", "step": "kind"}


def _due(typed: Mapping[str, str]) -> str | None:
    day, time = typed.get("day", "").strip(), typed.get("time", "").strip()
    return f"{day}T{time}" if day and time else day or None


def _planned(wanted: Mapping[str, str]) -> dict[str, Any]:
    """What the door is asked, from what the sheet was told."""
    if "status" in wanted:
        return {"status": wanted["status"] or None}
    if "who" in wanted:
        who = wanted["who"]
        return {"responsible_id": int(who) if who.isascii() and who.isdigit() and len(who) < 10 else None}
    return {"step": wanted.get("kind") or None, "due": _due(wanted)}


def _plain(card: Any, name: str) -> str:
    """A field of a card as `_before` compares it."""
    if name == "due":
        return f"{card.due_on}|{card.due_at}"
    value = getattr(card, name)
    return "" if value is None else str(value)

def _words_of(club: Club, language: str, card: Any) -> dict[str, str]:
    """What a card says now of each field that is edited."""
    with club.reading() as conn:
        zone = store.branches.by_id(conn)[card.branch_id].zone
        statuses = {line.code: line.name(language) for line in store.choices.of_kind(conn, "contact_status")}
        names = store.staff.names(conn)
    today = days.day_of(club.clock.now(), zone)
    return {
        "status": statuses.get(card.status, i18n.text(language, "card.no_status")),
        "responsible": names.get(card.responsible_id, i18n.text(language, "card.nobody")),
        "step": step_words(language, card, zone, today),
    }
