"""The palette: clients by fragments of name or phone, pages and folders by their words, from anywhere."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import reflex as rx

from club_ui import access, i18n, theme
from club_ui.rows import Chip, chip, initials, phone_of
from club_ui.state.base import the_club
from club_ui.state.shell import Shell
from lifecycle import overview
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import ClubError
from lifecycle.names import norm
from lifecycle.overview import StandingRow

SHORTEST = 2
LONGEST = 80
MOST = 12


@dataclass
class Hit:
    """A client found: the name and the phone cut where they match."""

    id: str
    name: list[list[str]]
    phone: list[list[str]]
    initials: str
    stage: Chip
    folder: Chip


@dataclass
class Place:
    """A page or folder whose word matches."""

    href: str
    word: str
    icon: str
    hint: str = ""


@dataclass
class _Found:
    hits: list[Hit] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


class SearchState(rx.State):
    """What the palette shows."""

    shown: bool = False
    help_shown: bool = False
    query: str = ""
    hits: list[Hit] = []
    places: list[Place] = []
    asked: bool = False
    trouble: str = ""

    @rx.event
    async def show(self) -> None:
        """Open the palette, empty."""
        self.shown, self.query, self.hits, self.asked = True, "", [], False
        shell = await self.get_state(Shell)
        self.places = _places(shell._words(), shell.sees, "")

    @rx.event
    async def shut(self) -> None:
        """Close the palette, and with it what it found."""
        self.shown, self.hits, self.places = False, [], []

    @rx.event
    async def show_help(self) -> None:
        """Open the list of shortcuts."""
        self.help_shown = True

    @rx.event
    async def shut_help(self) -> None:
        """Close it."""
        self.help_shown = False

    @rx.event
    async def seek(self, query: str) -> None:
        """Look for what has been typed so far."""
        self.query = str(query)[:LONGEST]
        shell = await self.get_state(Shell)
        language, desk = shell._words(), await access.desk_of(self)
        self.places = _places(language, shell.sees, self.query)
        self.trouble = ""
        if desk is None or len(self.query.strip()) < SHORTEST:
            self.hits, self.asked = [], False
            return
        own = shell.branch if any(one.code == shell.branch for one in shell.branches) else ""
        try:
            found = await asyncio.to_thread(_find, the_club(), desk, self.query, own)
        except ClubError as error:
            self.hits, self.trouble = [], i18n.sentence(language, error.code, **error.values)
            return
        self.hits = [_hit(language, row, self.query, masked=desk.role == "front_desk") for row in found]
        self.asked = True


def _find(club: Club, desk: Desk, query: str, branch: str) -> list[StandingRow]:
    with club.reading() as conn:
        if branch:
            chosen = overview.chosen_branches(conn, desk, branch)
            desk = replace(desk, branches=frozenset(one.id for one in chosen))
        return overview.search(conn, desk, club.clock.now(), query, limit=MOST)


def _hit(language: str, row: StandingRow, query: str, *, masked: bool) -> Hit:
    stands = row.placement
    # Where several folders hold, the one that a desk acts on stands last in the table of words.
    shown = next((code for code in ("to_renew", "not_renewed", "not_activated", "churn", "deal_lost") if code in stands.folders), stands.folders[0])
    return Hit(
        id=str(row.client.id),
        name=cut(row.client.name, query),
        phone=cut(phone_of(row.client, row.branch.country, masked=masked), query, digits=True),
        initials=initials(row.client.name),
        stage=chip(language, "stage", stands.stage),
        folder=chip(language, "folder", shown),
    )


def cut(shown: str, query: str, *, digits: bool = False) -> list[list[str]]:
    """A text cut into [piece, "1" where it matches]: fragments of words, or of the digits of a phone."""
    hot = [False] * len(shown)
    if digits:
        places = [place for place, letter in enumerate(shown) if letter.isdigit()]
        plain, wanted = "".join(shown[place] for place in places), ["".join(one for one in query if one.isdigit())]
    else:
        places, plain = list(range(len(shown))), "".join(norm(letter)[:1] or letter for letter in shown)
        wanted = norm(query).split()
    for word in wanted:
        at = plain.find(word) if word else -1
        if at >= 0:
            for place in range(places[at], places[at + len(word) - 1] + 1):
                hot[place] = True
    pieces: list[list[str]] = []
    for letter, mark in zip(shown, hot, strict=True):
        flag = "1" if mark else ""
        if pieces and pieces[-1][1] == flag:
            pieces[-1][0] += letter
        else:
            pieces.append([letter, flag])
    return pieces


def _places(language: str, sees: list[str], query: str) -> list[Place]:
    from club_ui.page import PAGES

    wanted = norm(query)
    pages = [Place(page.route, i18n.text(language, page.word), page.icon or "sliders-horizontal") for page in PAGES if page.code in sees and (page.order or (wanted and page.under == "settings"))]
    folders = [
        Place(f"/folder/{code}", i18n.text(language, f"folder.{code}"), look.icon, i18n.text(language, "nav.folder"))
        for code, look in theme.FOLDER.items()
    ] if "folders" in sees and wanted else []
    return [one for one in (*pages, *folders) if wanted in norm(one.word)][:8]
