"""The board: six columns live, what narrows them, and carrying a card from one to another."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import reflex as rx

from club_ui import i18n, theme
from club_ui.board_rows import CardLine, Choice, Head, Picks, card_line, head
from club_ui.board_window import Window
from club_ui.state.base import Here, the_club
from club_ui.state.card import days_ahead, works_cards
from club_ui.state.new_card import AddsCards
from lifecycle import board, days, rights, store
from lifecycle.actions import cards as doors
from lifecycle.actions import drafts
from lifecycle.actions.card_writing import CardChanged
from lifecycle.board import Column, Face, Filters
from lifecycle.cards import COLUMNS
from lifecycle.choices import Line
from lifecycle.club import Club
from lifecycle.errors import ClubError
from lifecycle.store.branches import BranchRow
from lifecycle.store.staff import StaffRow
from lifecycle.store.staff import every as everybody

#: The filters, by their name in the address.
FIELDS: Final = ("who", "status", "cause", "branch", "q")
#: Where a person's filters are kept.
_KEPT: Final = "board:filters"
#: So many changes by others are said one by one.
_SAID: Final = 2


@dataclass(frozen=True)
class _Sign:
    """How a card last read: what differs from it has changed under one's eyes."""

    column: str
    version: int
    changed_at: datetime
    late: bool
    name: str
    due: tuple[Any, ...]
    changed: str = ""


@dataclass
class _Read:
    columns: dict[str, Column]
    statuses: tuple[Line, ...]
    people: list[tuple[int, str]]
    gone: list[tuple[int, str]]
    branches: list[tuple[str, str]]
    turns_at: datetime | None


class BoardState(AddsCards, rx.State):
    """What the board shows."""

    heads: dict[str, Head] = {}
    cards_unsorted: list[CardLine] = []
    cards_overdue: list[CardLine] = []
    cards_today: list[CardLine] = []
    cards_tomorrow: list[CardLine] = []
    cards_this_week: list[CardLine] = []
    cards_later: list[CardLine] = []
    total: str = ""
    sought: str = ""
    who: str = ""
    whose: dict[str, str] = {}
    all_statuses: list[Choice] = []
    narrowed: bool = False
    chosen: dict[str, str] = {}
    picks: Picks = Picks()
    query: str = ""
    answer: dict[str, str] = {}
    said: str = ""
    may_work: bool = False
    may_make: bool = False

    _windows: dict[str, Window] = {}
    _signs: dict[str, _Sign] = {}
    _looked: tuple[datetime, str] | None = None
    _filters: Filters = Filters()
    _turn: datetime | None = None

    async def _arrive(self, here: Here) -> str | None:
        given = {name: self._asked(name) for name in FIELDS if self._asked(name)}
        kept = await asyncio.to_thread(drafts.draft_at, the_club(), here.desk, _KEPT)
        if not given and kept:
            return self._board_address(**kept, **self._beyond_filters())
        wanted = {} if set(given) <= {"who"} and given.get("who") == "all" else given
        if wanted != kept:
            await asyncio.to_thread(drafts.keep_draft, the_club(), here.desk, _KEPT, wanted)
        filters = _filters(given)
        if filters != self._filters or not self.ready:
            self._filters, self._windows, self._signs, self._looked = filters, {}, {}, None
        self.query = f"{urlencode(given)}&" if given else ""
        self.said = ""
        await self._arrive_at_card(here)
        return None

    def _turns_at(self, here: Here) -> datetime | None:
        return self._turn

    async def _load(self, here: Here) -> None:
        filters = Filters(self._filters.branch or here.branch or "", *_rest(self._filters))
        windows = {code: Window(list(one.after), one.first, one.pages) for code, one in self._windows.items()}
        read = await asyncio.to_thread(_read, the_club(), here, filters, windows)
        self._windows = windows
        self._turn = read.turns_at
        self._show_columns(here, read)
        self._show_filters(here, read)
        self._show(may_work=rights.allows(here.desk, "work_card"), may_make=rights.allows(here.desk, "make_card"))
        await self._load_card(here)

    # --- what is shown ----------------------------------------------------------------------------

    def _show_columns(self, here: Here, read: _Read) -> None:
        language, stamp = here.language, here.now.isoformat()
        masked = here.desk.role == "front_desk"
        signs: dict[str, _Sign] = {}
        told: list[str] = []
        for code, column in read.columns.items():
            lines = []
            for face in column.cards:
                line = card_line(language, face, here.now, masked=masked, currency=here.currency)
                sign = self._sign(face, stamp)
                if sign.changed == stamp and sign.changed != "":
                    told.append(i18n.text(language, "board.moved", name=face.client, column=i18n.text(language, f"column.{code}")))
                signs[line.id], line.changed = sign, sign.changed
                lines.append(line)
            self._show(**{f"cards_{code}": lines})
        total = sum(column.count for column in read.columns.values())
        self._show(
            heads={code: self._head(here, column) for code, column in read.columns.items()},
            total=i18n.text(language, "board.open", count=total),
        )
        if told and self._looked is not None:
            self._show(said=". ".join(told) if len(told) <= _SAID else i18n.text(language, "board.many", count=len(told)))
        self._signs, self._looked = signs, (here.now, language)

    def _head(self, here: Here, column: Column) -> Head:
        window = self._windows.get(column.code, Window())
        return head(here.language, column, here.now, here.zone, more=column.next is not None, back=window.first > 0)

    def _sign(self, face: Face, stamp: str) -> _Sign:
        """How the card reads now, with the moment of its last change where that was under one's eyes."""
        card, looked = face.card, self._looked
        sign = _Sign(
            face.column, card.version, card.changed_at, face.late, face.client, (card.status, card.due_on, card.due_at)
        )
        was = self._signs.get(str(card.id))
        if was is None:
            fresh = looked is not None and card.changed_at >= looked[0]
            return _marked(sign, stamp if fresh else "")
        return _marked(sign, was.changed if _marked(was, "") == sign else stamp)

    def _show_filters(self, here: Here, read: _Read) -> None:
        language, filters = here.language, self._filters
        self._branches, self._in_view = read.branches, filters.branch or here.branch or ""
        words = {
            "who": {
                **{str(number): name for number, name in read.people},
                **{str(number): i18n.text(language, "board.gone_person", name=name) for number, name in read.gone},
            },
            "status": {"none": i18n.text(language, "board.no_status"), **{one.code: one.name(language) for one in read.statuses}},
            "cause": {code: i18n.text(language, f"cause.{code}") for code in theme.CAUSE},
            "branch": dict(read.branches) if here.branch is None and len(read.branches) > 1 else {},
        }
        chosen = {"who": filters.responsible, "status": filters.status, "cause": filters.cause, "branch": filters.branch}
        held = {name: "" if value in ("me", "nobody", "all") else value for name, value in chosen.items()}
        picks = {name: self._choices(language, name, words[name], held[name]) if words[name] else [] for name in words}
        self._show(
            picks=Picks(picks["status"], picks["cause"], picks["who"], picks["branch"]),
            chosen={name: words[name].get(value, value) if value else "" for name, value in held.items()},
            sought=filters.q,
            who=filters.responsible or "all",
            whose={code: self._with(who=code) for code in ("me", "all", "nobody")},
            all_statuses=[Choice("", i18n.text(language, "card.no_status")), *(Choice(one.code, one.name(language)) for one in read.statuses)],
            new_people=[Choice("", i18n.text(language, "card.nobody")), *(Choice(str(number), name) for number, name in read.people)],
            days_ahead=days_ahead(language, here.today),
            narrowed=any(value not in ("", "all") for value in (*chosen.values(), filters.q)),
        )

    def _choices(self, language: str, name: str, words: dict[str, str], held: str) -> list[Choice]:
        """The lines of a filter's menu, any of them first."""
        lines = [Choice(code, word, self._with(**{name: code}), code == held) for code, word in words.items()]
        return [Choice("", i18n.text(language, "board.any"), self._without(name), not held), *lines]

    # --- addresses --------------------------------------------------------------------------------

    def _given(self) -> dict[str, str]:
        filters = self._filters
        pairs = zip(FIELDS, (filters.responsible, filters.status, filters.cause, filters.branch, filters.q), strict=True)
        return {name: value for name, value in pairs if value}

    def _with(self, **more: str) -> str:
        """The address of the board narrowed besides."""
        return self._board_address(**{**self._given(), **more})

    def _without(self, name: str) -> str:
        left = {key: value for key, value in self._given().items() if key != name}
        return self._board_address(**(left or {"who": "all"}))

    def _board_address(self, **given: str) -> str:
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/board?{query}" if query else "/board"

    def _beyond_filters(self) -> dict[str, str]:
        return {name: self._asked(name) for name in ("card", "part", "show", "do") if self._asked(name)}

    # --- handlers ---------------------------------------------------------------------------------

    @rx.event
    async def seek(self, typed: str) -> Any:
        """Narrow the board by a fragment of a name or number."""
        q = typed.strip()[:80]
        if q == self._filters.q:
            return None
        return rx.redirect(self._with(q=q) if q else self._without("q"), replace=True)

    @rx.event
    async def scroll(self, column: str, way: str) -> None:
        """Show the next cards of a long column, or those before."""
        if column not in COLUMNS or not self.ready:
            return
        windows = {code: Window(list(one.after), one.first, one.pages) for code, one in self._windows.items()}
        window = windows.setdefault(column, Window())
        if way == "more" and self.heads[column].more:
            window.further()
        elif way == "back":
            window.nearer()
        self._windows = windows
        await self._load_again()

    @rx.event
    async def move(self, card: str, to: str, version: int, key: str) -> None:
        """Carry a card to a column; what the club answers is shown in the slot where it was dropped."""
        reason = ""
        try:
            await self._move(card, to, version, key)
        except ClubError as error:
            reason = await self._refusal(error)
        self.answer = {"card": card, "key": key, "reason": reason}
        if reason:
            await self._say_back(card, reason)

    async def _move(self, card: str, to: str, version: int, key: str) -> None:
        try:
            await self._door(doors.move, card, to=to, version=version, key=f"screen:{key[:60]}")
        except CardChanged as error:
            # What somebody else changed may be something else than where it stands: then nothing speaks against it.
            was, now = self._signs.get(card), error.card
            if was is None or was.due != (now.status, now.due_on, now.due_at) or now.closed_at is not None:
                raise
            await self._door(doors.move, card, to=to, version=now.version, key=f"screen:{key[:60]}")

    async def _say_back(self, card: str, reason: str) -> None:
        sign = self._signs.get(card)
        if sign is not None:
            language = await self._language()
            column = i18n.text(language, f"column.{sign.column}")
            self.said = i18n.text(language, "board.moved_back", name=sign.name, column=column, reason=reason)

    @rx.event
    async def act(self, card: str, what: str) -> Any:
        """What the menu of a card offers besides moving: again tomorrow, or its sheet at the end of it."""
        if what == "again":
            await self._do_again(card)
            return None
        return rx.redirect(f"/board?{self.query}card={card[:19]}") if card.isdigit() else None


def _marked(sign: _Sign, changed: str) -> _Sign:
    return _Sign(sign.column, sign.version, sign.changed_at, sign.late, sign.name, sign.due, changed)


def _filters(given: dict[str, str]) -> Filters:
    who = given.get("who", "")
    return Filters(
        branch=given.get("branch", ""),
        status=given.get("status", ""),
        responsible=who if who in ("me", "nobody", "all") or who.isdigit() else "",
        cause=given.get("cause", "") if given.get("cause") in theme.CAUSE else "",
        q=given.get("q", ""),
    )


def _rest(filters: Filters) -> tuple[str, str, str, str]:
    return filters.status, filters.responsible, filters.cause, filters.q


def _read(club: Club, here: Here, filters: Filters, windows: dict[str, Window]) -> _Read:
    with club.reading() as conn:
        columns = {one.code: one for one in board.read(conn, here.desk, here.now, filters)}
        for code, window in windows.items():
            columns[code] = _windowed(conn, here, filters, columns[code], window)
        branches = store.branches.within_reach(conn, here.desk)
        turns = [days.day_start(days.day_of(here.now, one.zone) + 1, one.zone) for one in branches]
        turn = store.cards.next_turn(conn, here.now)
        people = everybody(conn)
        return _Read(
            columns=columns,
            statuses=store.choices.active(conn, "contact_status"),
            people=_people(people, branches),
            gone=_gone(conn, people),
            branches=[(one.code, one.name) for one in branches],
            turns_at=min([*turns, *([turn] if turn else [])], default=None),
        )


def _people(people: list[StaffRow], branches: list[BranchRow]) -> list[tuple[int, str]]:
    """Whoever may work on cards somewhere here."""
    return [(one.id, one.name) for one in people if any(works_cards(one, branch.id) for branch in branches)]


def _gone(conn: Any, people: list[StaffRow]) -> list[tuple[int, str]]:
    """Whoever works here no more and has open cards: somebody must take them over."""
    names = {one.id: one.name for one in people if not one.active}
    loads = store.agenda.loads(conn, names) if names else {}
    return [(staff_id, names[staff_id]) for staff_id, count in loads.items() if count]


def _windowed(conn: Any, here: Here, filters: Filters, begins: Column, window: Window) -> Column:
    """The pages of a column that its window shows."""
    window.begins(1, begins.next)
    window.first = min(window.first, len(window.after) - 1)
    found = list(begins.cards) if window.first == 0 else []
    column, place = begins, max(1, window.first)
    while place < min(window.first + window.pages, len(window.after)):
        column = board.more(conn, here.desk, here.now, begins.code, str(window.after[place]), filters)
        found += column.cards
        place += 1
        window.begins(place, column.next)
    return Column(begins.code, begins.count, tuple(found), column.next)


