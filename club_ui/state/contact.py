"""What a profile shows and does about reaching the client: open cards, consents, do-not-contact, the cards of readers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import reflex as rx

from club_ui.contact_rows import (
    AccessLine,
    OpenCardLine,
    Privacy,
    access_line,
    open_card_line,
    privacy,
)
from club_ui.state.base import Here, the_club
from club_ui.state.deeds import WorksWithClients, _client_id
from lifecycle import board, rights, store
from lifecycle.actions import access_cards, consents
from lifecycle.board import Face
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import NotFound
from lifecycle.profile import Profile
from lifecycle.store.access_cards import AccessCardRow
from lifecycle.store.consents import ConsentRow


@dataclass
class Contact:
    """What the boxes are told from; `turns_at` is when a card of the client becomes overdue by itself."""

    consents: list[ConsentRow] = field(default_factory=list)
    access: list[AccessCardRow] = field(default_factory=list)
    cards: list[Face] = field(default_factory=list)
    turns_at: datetime | None = None


def read_contact(conn: Any, here: Here, client_id: int) -> Contact:
    """All of it, as far as the person may see it."""
    sees = rights.allows(here.desk, "see_cards")
    cards = board.of_client(conn, here.desk, here.now, client_id) if sees else []
    turns = [one.card.ends_at for one in cards if one.card.ends_at is not None and one.card.ends_at > here.now]
    return Contact(
        consents=store.consents.of_client(conn, client_id),
        access=store.access_cards.ever_of_client(conn, client_id),
        cards=cards,
        turns_at=min(turns, default=None),
    )


class KeepsContact(WorksWithClients, mixin=True):
    """The boxes of a profile about reaching the client."""

    open_cards: list[OpenCardLine] = []
    privacy: Privacy = Privacy()
    access: list[AccessLine] = []
    may_make_card: bool = False
    may_keep_consent: bool = False
    may_give_access: bool = False

    _turn: datetime | None = None

    def _turns_at(self, here: Here) -> datetime | None:
        return self._turn

    def _show_contact(self, here: Here, person: Profile, read: Contact) -> None:
        language, zone, branch_id = here.language, person.branch.zone, person.client.branch_id
        self._turn = read.turns_at
        self._show(
            open_cards=[open_card_line(language, one, here.now, here.currency) for one in read.cards],
            privacy=privacy(language, person.client, person.branch, read.consents, person.today),
            access=[access_line(language, one, zone, person.today) for one in read.access],
            may_make_card=rights.allows(here.desk, "make_card", branch_id),
            may_keep_consent=rights.allows(here.desk, "keep_consent", branch_id),
            may_give_access=rights.allows(here.desk, "give_access_card", branch_id),
        )

    async def _known_besides(self, deed: str) -> dict[str, str]:
        """A consent is most likely given to the words that the last one was given to."""
        if deed != "give_consent":
            return {}
        return {"text_version": await asyncio.to_thread(_latest_words, the_club())}

    def _number(self) -> str:
        """The client of this profile."""
        raise NotImplementedError

    @rx.event
    async def withdraw_consent(self, consent: str) -> None:
        """The client takes a consent back."""
        await self._do(_withdraw, self._number(), str(consent), done="withdraw_consent")

    @rx.event
    async def contact_again(self) -> None:
        """The client may be contacted again."""
        await self._do(_contact_again, self._number(), done="contact_again")

    @rx.event
    async def block_access(self, number: str) -> None:
        """A card is lost or brought back: no reader knows it any more."""
        await self._do(_block, self._number(), str(number), done="block_access_card")

    @rx.event
    async def give_access_again(self, number: str) -> None:
        """A blocked card is given back to the client."""
        await self._do(_give_again, self._number(), str(number), done="give_access_card")


def _latest_words(club: Club) -> str:
    with club.reading() as conn:
        return store.consents.latest_version(conn)


def _withdraw(club: Club, desk: Desk, client: str, consent: str) -> bool:
    if not (consent.isascii() and consent.isdigit() and len(consent) < 19):
        raise NotFound("no_such_consent")
    consents.withdraw(club, desk, _client_id(client), int(consent))
    return True


def _contact_again(club: Club, desk: Desk, client: str) -> bool:
    consents.do_not_contact(club, desk, _client_id(client), on=False)
    return True


def _block(club: Club, desk: Desk, client: str, number: str) -> bool:
    access_cards.take_back(club, desk, _client_id(client), number)
    return True


def _give_again(club: Club, desk: Desk, client: str, number: str) -> bool:
    access_cards.give(club, desk, _client_id(client), number)
    return True
