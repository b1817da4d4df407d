"""Making a card by hand: a fragment of a number or name, then whom it is about, then what is to be done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

import reflex as rx

from club_ui import access, i18n
from club_ui.board_rows import Choice
from club_ui.rows import Chip, chip, phone_of
from club_ui.state.base import the_club
from club_ui.state.card_work import WorksOnCards
from club_ui.state.search import SHORTEST, cut
from lifecycle import overview, phones, store
from lifecycle.actions import cards as doors
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, ClubError
from lifecycle.overview import StandingRow

MOST: Final = 8
#: Digits that make a number worth beginning a client with.
_WHOLE: Final = 7


@dataclass
class Known:
    """A client who may be meant."""

    id: str
    name: list[list[str]]
    phone: list[list[str]]
    plain: str
    stage: Chip
    exact: bool = False


@dataclass
class _Found:
    rows: list[StandingRow] = field(default_factory=list)
    same: set[int] = field(default_factory=set)
    number: str = ""


class AddsCards(WorksOnCards, mixin=True):
    """The window in which a card is made."""

    adding: bool = False
    typed: str = ""
    known: list[Known] = []
    shared: bool = False
    new_number: str = ""
    about: str = ""
    about_name: str = ""
    nobody_found: bool = False
    new_people: list[Choice] = []
    new_branches: list[Choice] = []

    #: The branches that the board shows, and the one of them that is in view.
    _branches: list[tuple[str, str]] = []
    _in_view: str = ""

    @rx.event
    async def add_card(self) -> None:
        """Open the window, empty."""
        self._new_key()
        self._show(adding=True, typed="", known=[], shared=False, new_number="", about="", about_name="", nobody_found=False, errors={}, given={"kind": "call"})

    @rx.event
    async def add_no_more(self) -> None:
        """Close the window."""
        self._show(adding=False, known=[], given={})

    @rx.event
    async def look_up(self, typed: str) -> None:
        """Offer who has what has been typed so far in the name or number."""
        self.typed = typed[:80]
        desk = await access.desk_of(self)
        if desk is None or len(self.typed.strip()) < SHORTEST:
            self._show(known=[], new_number="", shared=False, nobody_found=False)
            return
        found = await asyncio.to_thread(_find, the_club(), desk, self.typed, self._in_view)
        masked, language = desk.role == "front_desk", await self._language()
        self._show(
            known=[_known(language, row, self.typed, masked=masked, exact=row.client.id in found.same) for row in found.rows],
            shared=len(found.same) > 1,
            new_number="" if found.same else found.number,
            nobody_found=not found.rows and not found.number,
        )

    @rx.event
    async def choose(self, client: str, name: str) -> None:
        """The card will be about this client; with none, about whoever has the number typed."""
        branches = [Choice(code, word) for code, word in self._branches] if len(self._branches) > 1 else []
        if client and branches:
            branches.insert(0, Choice("", i18n.text(await self._language(), "new_card.own_branch")))
        begins = "" if client or not branches else self._in_view or branches[0].value
        self._show(about=client or "new", about_name=name[:200], errors={}, new_branches=branches, given={**self.given, "branch": begins})

    @rx.event
    async def choose_again(self) -> None:
        """It was somebody else."""
        self._show(about="", about_name="", errors={})

    @rx.event
    async def make(self, typed: dict[str, str]) -> None:
        """Make the card. Refused, the window stays as it is, with what is wrong."""
        self.errors, self.turn = {}, self.turn + 1
        language = await self._language()
        desk = await access.desk_of(self)
        if desk is None or not self.about:
            return
        try:
            await asyncio.to_thread(_make, the_club(), desk, self.about, self.typed, self._key(typed), dict(typed))
        except BadInput as error:
            fields = {"due": "day", "comment": "words", "step": "kind"}
            self.errors = {fields.get(one.field, one.field): i18n.sentence(language, one.code, **one.values) for one in error.errors}
            return
        except doors.SeveralClients as error:
            self.errors = {"words": i18n.sentence(language, error.code, **error.values)}
            self.about = ""
            return
        except ClubError as error:
            await self._tell(error=error)
            return
        await self._tell("done.card_made")
        self._show(adding=False, known=[], given={})


def _find(club: Club, desk: Desk, typed: str, branch: str) -> _Found:
    """Who is known by it, those first who have this very number; and the number, where it is a whole one."""
    with club.reading() as conn:
        home = store.branches.by_code(conn, desk, branch or None)
        digits = phones.digits_of(typed)
        numbers = phones.several(typed, home.country) if len(digits) >= _WHOLE else []
        same = store.clients.with_number(conn, [one.e164 for one in numbers if one.e164], desk) if numbers else []
        rows = overview.search(conn, desk, club.clock.now(), typed, limit=MOST)
        if same:
            first = overview.standing_rows(conn, desk, club.clock.now(), same[:MOST])
            rows = [*first, *(row for row in rows if row.client.id not in same)][: max(MOST, len(first))]
        shown = phones.shown(numbers[0].e164, numbers[0].typed, home.country) if numbers else ""
        return _Found(rows, set(same), shown)


def _known(language: str, row: StandingRow, typed: str, *, masked: bool, exact: bool) -> Known:
    shown = phone_of(row.client, row.branch.country, masked=masked and not exact)
    return Known(
        id=str(row.client.id), name=cut(row.client.name, typed), phone=cut(shown, typed, digits=True),
        plain=row.client.name, stage=chip(language, "stage", row.placement.stage), exact=exact,
    )


def _make(club: Club, desk: Desk, about: str, phone: str, key: str, typed: dict[str, str]) -> Any:
    day, time, status = typed.get("day", "").strip(), typed.get("time", "").strip(), typed.get("status") or None
    due = f"{day}T{time}" if day and time else day or None
    if due and status is None:
        # With a due alone it would wait unsorted; whoever names a day wants it to stand there.
        with club.reading() as conn:
            status = store.choices.active(conn, "contact_status")[0].code
    who: dict[str, Any] = {"client_id": int(about)} if about.isdigit() else {
        "phone": phone, "name": typed.get("name", ""), "source": typed.get("source") or doors.BY_NUMBER,
    }
    person = typed.get("responsible", "")
    return doors.make(
        club, desk, key=key, comment=typed.get("words", ""), step=typed.get("kind") or None, due=due, status=status,
        branch=typed.get("branch") or None, responsible_id=int(person) if person.isascii() and person.isdigit() and len(person) < 10 else None, **who,
    )  # fmt: skip
