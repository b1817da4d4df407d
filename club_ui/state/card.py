"""The opened card: read with the board, worked on in place, closed with a result.

Which card is open, which part of it and which form stand in the address; what is typed is kept as a draft.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import reflex as rx

from club_ui import access, card_parts, i18n
from club_ui.board_rows import Choice
from club_ui.card_rows import Clash, Sheet, Standing, sheet, standing, step_words, typed_step
from club_ui.contact_rows import Privacy
from club_ui.history_rows import HistoryLine, Names
from club_ui.money_rows import MoneyRow
from club_ui.profile_rows import MembershipLine
from club_ui.state.base import Here, LivePage, the_club
from club_ui.state.playbooks import PlaybookRow, playbook_row
from lifecycle import board, days, overview, profile, rights, store
from lifecycle.actions import drafts, looking
from lifecycle.board import Opened
from lifecycle.choices import Line
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import ClubError, NotFound, Refused
from lifecycle.overview import StandingRow
from lifecycle.playbooks import Playbook
from lifecycle.profile import Profile
from lifecycle.store.staff import StaffRow
from lifecycle.store.staff import every as everybody

PARTS: Final = ("general", "contracts", "services", "payment", "privacy", "history")
#: The forms a sheet can open.
FORMS: Final = ("step", "then", "done", "refuse")
#: What a person types in them: what a draft may hold.
TYPED: Final = ("kind", "day", "time", "words", "reason", "comment")

@dataclass
class _CardRead:
    opened: Opened
    person: Profile | None
    row: StandingRow | None
    people: list[StaffRow]
    lists: dict[str, tuple[Line, ...]]
    parts: card_parts.Parts
    playbook: Playbook | None
    quiet: bool


class OpenedCard(LivePage, mixin=True):
    """The sheet over the board."""

    card: str = ""
    part: str = ""
    doing: str = ""
    card_ready: bool = False
    card_missing: bool = False
    sheet: Sheet = Sheet()
    standing: Standing = Standing()
    playbook: PlaybookRow = PlaybookRow()
    talks: list[HistoryLine] = []
    history: list[HistoryLine] = []
    show: str = "all"
    memberships: list[MembershipLine] = []
    money: MoneyRow = MoneyRow()
    services: list[HistoryLine] = []
    payments: list[HistoryLine] = []
    privacy: Privacy = Privacy()
    statuses: list[Choice] = []
    reasons: list[Choice] = []
    people: list[Choice] = []
    days_ahead: list[Choice] = []
    given: dict[str, str] = {}
    clash: Clash = Clash()
    may_hand: bool = False

    _version: int = 0
    _mine: dict[str, str] = {}
    _seen_card: str = ""
    _barred_card: str = ""
    _form_of: tuple[str, str] = ("", "")
    _began: tuple[Any, ...] = ()

    # --- reading ----------------------------------------------------------------------------------

    async def _arrive_at_card(self, here: Here) -> None:
        """Take from the address which card is open, which part and which form."""
        card = self._asked("card", 19)
        if card != self.card:
            self.card_ready = self.card_missing = False
            self.sheet, self.clash, self._mine, self._barred_card, self.errors = Sheet(), Clash(), {}, "", {}
        self.card = card if card.isascii() and card.isdigit() else ""
        self.part = self._asked("part") if self._asked("part") in PARTS else "general"
        self.show = self._asked("show") if self._asked("show") in card_parts.SHOWS else "all"
        doing = self._asked("do") if self._asked("do") in FORMS else ""
        if (self.card, doing) != self._form_of:
            self._form_of, self.given, self.clash, self._mine = (self.card, doing), {}, Clash(), {}
            self._new_key()
        self.doing = doing

    async def _load_card(self, here: Here) -> None:
        if not self.card:
            return
        try:
            read = await asyncio.to_thread(_read_card, the_club(), here, int(self.card), self.part, self.show)
            await self._note_card_seen(here, read)
        except (NotFound, Refused) as error:
            self._show(card_missing=True, card_ready=True, trouble=await self._refusal(error) if isinstance(error, Refused) else "")
            return
        self._show_card(here, read)
        if not self.given:
            await self._begin_form(here, read)

    async def _note_card_seen(self, here: Here, read: _CardRead) -> None:
        """Opening a card opens its client: that is audited, and beyond the limit the sheet stays shut."""
        if read.person is None or self._seen_card == self.card:
            return
        if self._barred_card == self.card:
            raise Refused("too_many_opened", count=looking.OPENED_MOST)
        try:
            address = access.address_of(self)
            await asyncio.to_thread(looking.note_opened, the_club(), here.desk, read.person.client, address=address)
        except Refused:
            self._barred_card = self.card
            raise
        self._seen_card = self.card

    def _show_card(self, here: Here, read: _CardRead) -> None:
        language, face = here.language, read.opened.face
        today = days.day_of(here.now, face.branch.zone)
        words = {line.code: line.name(language) for line in read.lists["contact_status"]}
        whole = read.person is not None
        place = Standing()
        if read.person is not None and read.row is not None:
            place = standing(language, read.person, read.row, Names(language, read.person.memberships))
        self._version = face.card.version
        self._show(
            card_missing=False,
            card_ready=True,
            sheet=sheet(language, face, today, words, whole=whole, currency=here.currency, quiet=read.quiet),
            standing=place,
            playbook=playbook_row(language, read.playbook) if read.playbook else PlaybookRow(),
            statuses=[
                Choice("", i18n.text(language, "card.no_status"), on=face.card.status is None),
                *(Choice(line.code, line.name(language), on=line.code == face.card.status)
                  for line in read.lists["contact_status"] if line.active or line.code == face.card.status),
            ],
            reasons=_reasons(language, read, self.doing),
            people=[
                Choice("", i18n.text(language, "card.nobody"), on=face.card.responsible_id is None),
                *(Choice(str(one.id), one.name, on=one.id == face.card.responsible_id)
                  for one in read.people if works_cards(one, face.card.branch_id)),
            ],
            days_ahead=days_ahead(language, today),
            may_hand=rights.allows(here.desk, "hand_card", face.card.branch_id),
            **card_parts.shown(language, here, read.opened, read.person, read.parts),
        )
        self._notice_clash(here, read)

    def _notice_clash(self, here: Here, read: _CardRead) -> None:
        """While the form of the next step is open, somebody else may have planned otherwise."""
        card, zone = read.opened.face.card, read.opened.face.branch.zone
        planned = (card.step, card.due_on, card.due_at)
        if self.doing != "step" or not self._began or self._began == planned or self.clash.field:
            return
        theirs = step_words(here.language, card, zone, days.day_of(here.now, zone))
        self.clash = Clash("step", i18n.text(here.language, "card.step"), theirs, typed_step(here.language, self.given))

    async def _begin_form(self, here: Here, read: _CardRead) -> None:
        """What the open form and the comment begin with: what was typed, else what is likely."""
        card, zone = read.opened.face.card, read.opened.face.branch.zone
        draft: dict[str, str] = {}
        for form in ("talk", *([self.doing] if self.doing else [])):
            draft |= await asyncio.to_thread(drafts.draft_at, the_club(), here.desk, self._card_place(form))
        today = days.day_of(here.now, zone)
        if self.doing == "then":
            likely = {"kind": card.step or "call", "day": days.iso(today + 1), "time": "", "words": ""}
        else:
            due_at = "" if card.due_at is None else i18n.clock(card.due_at.astimezone(zone))
            likely = {"kind": card.step or "call", "day": "" if card.due_on is None else days.iso(card.due_on), "time": due_at}
        self._began = (card.step, card.due_on, card.due_at)
        self.given = dict.fromkeys(TYPED, "") | likely | {name: draft[name] for name in draft if name in TYPED}

    def _card_place(self, form: str) -> str:
        return f"card:{form}:{self.card}"[:100]

    # --- addresses --------------------------------------------------------------------------------

    def _card_address(self, **more: str) -> str:
        """The address of the board with this card, and what else is named."""
        asked = self.router.url.query_parameters
        left = {name: str(value) for name, value in asked.items() if name not in ("card", "part", "do", "show")}
        given = {**left, **{name: value for name, value in more.items() if value}}
        return f"/board?{urlencode(given)}" if given else "/board"

    # --- doors ------------------------------------------------------------------------------------

    async def _door(self, door: Callable[..., Any], card: str, **values: Any) -> Any:
        """Do a deed with a card in a thread. Raises what the door raises."""
        desk = await access.desk_of(self)
        if desk is None:
            raise ClubError("signed_out")
        if not (card.isascii() and card.isdigit() and len(card) < 19):
            raise NotFound("card_not_found")
        return await asyncio.to_thread(door, the_club(), desk, int(card), **values)

    async def _refusal(self, error: ClubError) -> str:
        """The sentence of a refusal; what nobody had a right to is audited."""
        if isinstance(error, Refused):
            desk = await access.desk_of(self)
            if desk is not None:
                await access.note_refusal(desk, str(error.values.get("deed", error.code)), access.address_of(self))
        return i18n.sentence(await self._language(), error.code, **error.values)

    async def _language(self) -> str:
        from club_ui.state.shell import Shell

        return (await self.get_state(Shell))._words()

    async def _tell(self, key: str = "", *, error: ClubError | None = None) -> None:
        """Say how a deed went."""
        from club_ui.state.shell import Shell

        shell = await self.get_state(Shell)
        shell._say(i18n.text(shell._words(), key) if error is None else await self._refusal(error), bad=error is not None)
    async def _drop_draft(self, form: str) -> None:
        desk = await access.desk_of(self)
        if desk is not None:
            await asyncio.to_thread(drafts.drop_draft, the_club(), desk, self._card_place(form))
        self.given = {}

    @rx.event
    async def shut(self) -> Any:
        """Close the sheet; what was typed stays as a draft."""
        return rx.redirect(self._card_address(), replace=True)

    @rx.event
    async def keep(self, typed: dict[str, str]) -> None:
        """Keep what is being typed."""
        desk = await access.desk_of(self)
        if desk is None or not self.card:
            return
        told = {name: value for name, value in typed.items() if name in TYPED}
        self.given = {**self.given, **told}
        place = self._card_place("talk") if "comment" in told else self._card_place(self.doing)
        try:
            await asyncio.to_thread(drafts.keep_draft, the_club(), desk, place, told)
        except ClubError:
            # A draft that cannot be kept is no reason to disturb who is typing.
            return


def works_cards(person: StaffRow, branch_id: int) -> bool:
    """Whether somebody works there now and may work on cards."""
    theirs = Desk(person.id, person.name, person.role, person.branches)
    return person.active and rights.allows(theirs, "work_card", branch_id)


def days_ahead(language: str, today: int) -> list[Choice]:
    """Days that are chosen most: today, tomorrow, in three days, next Monday."""
    monday = today + 7 - (today - 1) % 7
    words = {
        today: i18n.text(language, "day.today"),
        today + 1: i18n.text(language, "day.tomorrow"),
        today + 3: i18n.text(language, "card.in_days", count=3),
        monday: i18n.text(language, "card.monday"),
    }
    return [Choice(days.iso(day), word) for day, word in sorted(words.items())]


def _reasons(language: str, read: _CardRead, doing: str) -> list[Choice]:
    """What may be chosen as the reason in that form; none is chosen by itself."""
    lines, none = ("refusing", "card.reason_choose") if doing == "refuse" else ("leaving", "card.why_unknown")
    return [Choice("", i18n.text(language, none)), *(Choice(line.code, line.name(language)) for line in read.lists[lines] if line.active)]


def _read_card(club: Club, here: Here, card_id: int, part: str, show: str) -> _CardRead:
    with club.reading() as conn:
        opened = board.opened(conn, here.desk, here.now, card_id)
        client_id = opened.face.card.client_id
        person: Profile | None = None
        if rights.allows(here.desk, "see_client"):
            try:
                person = profile.profile(conn, here.desk, client_id, here.now)
            except NotFound:
                person = None
        row = next(iter(overview.standing_rows(conn, here.desk, here.now, [client_id])), None) if person else None
        return _CardRead(
            opened=opened,
            person=person,
            row=row,
            people=everybody(conn),
            lists={kind: store.choices.of_kind(conn, kind) for kind in ("contact_status", "refusing", "leaving")},
            parts=card_parts.read(conn, here, opened, person, part, show),
            playbook=store.playbooks.of(conn, opened.face.relation) if person else None,
            quiet=bool(store.consents.not_to_contact(conn, [client_id]) or store.consents.contact_withdrawn(conn, [client_id])),
        )


