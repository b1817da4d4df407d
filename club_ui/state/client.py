"""One client whole: where they stand and why, what may be done, what they hold, what happened."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from club_ui import access, i18n
from club_ui.card_history import CardsPast, past, told
from club_ui.contact_rows import consent_lines
from club_ui.history_rows import SHOWS, HistoryLine, Names, history_lines, shows
from club_ui.money_rows import MoneyRow, money_row
from club_ui.process_rows import ProcessRow, process_rows
from club_ui.profile_rows import (
    LifeFact,
    LifeRow,
    MembershipLine,
    PlaceLine,
    life_facts,
    life_row,
    membership_lines,
    next_line,
    places,
    profile_ruler,
)
from club_ui.rows import Chip, chip, initials
from club_ui.rulers import RulerRow
from club_ui.state.base import Here, the_club
from club_ui.state.contact import Contact, KeepsContact, read_contact
from club_ui.state.deeds import Step, _client_id, steps
from club_ui.state.playbooks import PlaybookRow, playbook_row
from lifecycle import accounts, overview, phones, profile, rights, store
from lifecycle.actions import deeds, looking
from lifecycle.club import Club
from lifecycle.days import as_date
from lifecycle.errors import NotFound, Refused
from lifecycle.overview import StandingRow
from lifecycle.playbooks import Playbook
from lifecycle.profile import Profile
from lifecycle.store import staff as staff_rows
from lifecycle.store.changes import ChangeRow
from lifecycle.store.facts import Recorded
from lifecycle.touched import Touched

PAGE = 30
MOST_PAGES = 20


@dataclass
class PhoneLine:
    """A number of the client; `odd` where it could not be read."""

    shown: str
    tel: str
    odd: bool


@dataclass
class _Read:
    row: StandingRow
    profile: Profile
    account: accounts.Account
    history: list[Recorded]
    moves: list[ChangeRow]
    cards: CardsPast
    contact: Contact
    same: list[Any]
    responsible: str
    playbook: Playbook


class ClientState(KeepsContact, rx.State):
    """What the profile shows."""

    number: str = ""
    title: str = ""
    letters: str = ""
    sub: str = ""
    stage: Chip = Chip()
    status: Chip = Chip()
    relation: Chip = Chip()
    warmth: Chip = Chip()
    folder_codes: str = ""
    phones: list[PhoneLine] = []
    places: list[PlaceLine] = []
    absent: list[PlaceLine] = []
    ruler: RulerRow = RulerRow()
    next_says: str = ""
    next_chips: list[Chip] = []
    sale: str = ""
    main_steps: list[Step] = []
    more_steps: list[Step] = []
    memberships: list[MembershipLine] = []
    money: MoneyRow = MoneyRow()
    life: LifeRow = LifeRow()
    life_facts: list[LifeFact] = []
    as_table: bool = False
    history: list[HistoryLine] = []
    show: str = "all"
    older: str = ""
    branch_name: str = ""
    source: str = ""
    responsible: str = ""
    email: str = ""
    comment: str = ""
    since: str = ""
    company: bool = False
    playbook: PlaybookRow = PlaybookRow()
    processes: list[ProcessRow] = []
    same_phone: list[PhoneLine] = []

    _noted: str = ""
    _same: list[int] = []
    _barred: str = ""

    async def _arrive(self, here: Here) -> None:
        self._barred = ""
        number = self._part("client")
        if number != self.number:
            self.ready, self.history, self.title = False, [], ""
        self.number = number
        self.show = self._asked("show") if self._asked("show") in SHOWS else "all"
        self.as_table = self._asked("life") == "table"
        await super()._arrive(here)

    def _concerns(self, here: Here) -> Touched:
        """The client and those who share a number with them; the frame around the page hears of all the others."""
        if self.missing:
            return here.concerns
        return replace(here.own, clients=frozenset({_client_id(self.number), *self._same}))

    async def _load(self, here: Here) -> None:
        pages = self._asked("pages", 3)
        limit = PAGE * min(MOST_PAGES, int(pages)) if pages.isascii() and pages.isdigit() and int(pages) else PAGE
        try:
            read = await asyncio.to_thread(_read, the_club(), here, self.number, self.show, limit)
        except NotFound:
            self.missing = True
            return
        self.missing, self._same = False, [one.id for one in read.same]
        await self._note_seen(here, read)
        self._show_who(here, read)
        self._show_place(here, read)
        self._show_past(here, read, limit)
        self._show_contact(here, read.profile, read.contact)

    def _number(self) -> str:
        return self.number

    def _has_seen(self, client: str) -> bool:
        return self._noted == client or super()._has_seen(client)

    async def _note_seen(self, here: Here, read: _Read) -> None:
        """Opening a client is audited, once a visit to the page."""
        if self._barred == self.number:
            raise Refused("too_many_opened", count=looking.OPENED_MOST)
        if self._noted != self.number:
            client, address = read.profile.client, access.address_of(self)
            try:
                await asyncio.to_thread(looking.note_opened, the_club(), here.desk, client, address=address)
            except Refused:
                # Not asked again with every change of the club: only when the page is opened anew.
                self._barred = self.number
                raise
            self._noted = self.number

    def _show_who(self, here: Here, read: _Read) -> None:
        client, stands, language = read.profile.client, read.profile.placement, here.language
        country = read.profile.branch.country
        born = None if client.birthday_on is None else as_date(client.birthday_on)
        self._show(
            title=client.name,
            letters=initials(client.name),
            company=client.kind == "company",
            stage=chip(language, "stage", stands.stage),
            status=replace(chip(language, "status", stands.status), word=i18n.text(language, f"status_one.{stands.status}")),
            relation=chip(language, "relation", stands.relation),
            warmth=chip(language, "warmth", stands.warmth) if stands.warmth else Chip(),
            sub="" if born is None else f"{i18n.long_day(language, born)}, {i18n.text(language, 'count.years', count=_age(born, here))}",
            phones=[PhoneLine(phones.shown(one.e164, one.typed, country), f"tel:{one.e164}" if one.e164 else "", one.e164 is None) for one in client.phones],
            branch_name=read.profile.branch.name,
            source=i18n.text(language, f"source.{client.source}"),
            responsible=read.responsible,
            email=client.email or "",
            comment=client.comment,
            since=i18n.text(language, "client.since", day=i18n.long_day(language, here.local(client.created_at).date(), today=here.date)),
            same_phone=[PhoneLine(one.name, f"/client/{one.id}", odd=False) for one in read.same],
        )

    def _show_place(self, here: Here, read: _Read) -> None:
        language, names = here.language, Names(here.language, read.profile.memberships)
        says, chips = next_line(language, read.profile)
        main_steps, more_steps = steps(language, here.desk, read.row)
        self._show(
            folder_codes=" ".join(read.profile.placement.folders),
            places=places(language, read.profile, read.row.summary, names, inside=True),
            absent=places(language, read.profile, read.row.summary, names, inside=False),
            ruler=profile_ruler(language, read.profile, read.row.summary),
            next_says=says,
            next_chips=chips,
            sale=i18n.text(language, f"sale.{read.profile.placement.sale}"),
            main_steps=main_steps,
            more_steps=more_steps,
            playbook=playbook_row(language, read.playbook),
            processes=process_rows(language, read.profile),
            memberships=membership_lines(language, read.profile, here.currency),
            money=money_row(
                language, read.account, here.desk, here.currency, read.profile.memberships, sale=read.profile.placement.sale
            ),
            life=life_row(language, read.profile, names),
            life_facts=life_facts(language, read.profile) if self.as_table else [],
        )

    def _show_past(self, here: Here, read: _Read, limit: int) -> None:
        language, zone, today = here.language, read.profile.branch.zone, read.profile.today
        besides = told(language, read.cards, zone, today, self.show)
        if shows(self.show, "consent"):
            besides += consent_lines(language, read.contact.consents, zone, today)
        lines = history_lines(
            language, read.history, read.moves, names=Names(language, read.profile.memberships, read.profile.facts), voided=read.profile.voided,
            zone=zone, today=today, currency=here.currency, show=self.show, may_void=lambda fact: _may_void(here, read, fact), besides=besides,
        )
        # Of each kind one more than the page shows was read.
        more = len(lines) > limit or any(len(rows) > limit for rows in (read.history, read.moves, read.cards.events))
        self._show(history=lines[:limit], older=self._address(pages=str(limit // PAGE + 1)) if more else "")

    @rx.event
    async def take_back(self, fact: str) -> None:
        """Take one record back, from today on."""
        digits = str(fact).removeprefix("f")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            return
        number = self.number

        def door(club: Club, desk: Any) -> Any:
            return deeds.void(club, desk, _client_id(number), key=f"void:{digits}", fact_ids=[int(digits)])

        if await self._do(door) is not None:
            await self._said("done.undo")

    async def _said(self, key: str) -> None:
        from club_ui.state.shell import Shell

        shell = await self.get_state(Shell)
        shell._say(i18n.text(shell._words(), key))


def _read(club: Club, here: Here, number: str, show: str, limit: int) -> _Read:
    client_id = _client_id(number)
    with club.reading() as conn:
        found = profile.profile(conn, here.desk, client_id, here.now)
        row = overview.standing_rows(conn, here.desk, here.now, [client_id])[0]
        numbers = [one.e164 for one in found.client.phones if one.e164]
        others = [other for other in store.clients.with_number(conn, numbers, here.desk) if other != client_id] if numbers else []
        person = staff_rows.by_id(conn, found.client.responsible_id) if found.client.responsible_id else None
        return _Read(
            row=row,
            profile=found,
            account=accounts.account(conn, here.desk, client_id, here.now, found.facts),
            history=store.facts.history(conn, client_id, types=SHOWS[show], limit=limit + 1),
            moves=store.changes.of_client(conn, client_id, limit=limit + 1, what="placement") if shows(show, "move") else [],
            cards=past(conn, store.cards.events_of_client(conn, client_id, limit=limit + 1)),
            contact=read_contact(conn, here, client_id),
            same=store.clients.several(conn, others[:5], here.desk),
            responsible=person.name if person else "",
            playbook=store.playbooks.of(conn, found.placement.relation),
        )


def _may_void(here: Here, read: _Read, fact: Recorded) -> bool:
    own = fact.staff_id is not None and fact.staff_id == here.desk.staff_id and fact.day == read.profile.today
    return rights.allows(here.desk, "void_own" if own else "void_any", read.profile.client.branch_id)


def _age(born: Any, here: Here) -> int:
    today = here.date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
