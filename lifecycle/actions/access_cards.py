"""Doors for the cards and bracelets that readers know clients by: given, taken back."""

from __future__ import annotations

import unicodedata
from typing import Final

from sqlalchemy import Connection

from lifecycle import recompute, rights, store
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, NotFound

NUMBER_MOST: Final = 64


def normal(number: str) -> str:
    """A card's number as it is kept: without blanks, in capitals. Empty where it cannot be one."""
    plain = unicodedata.normalize("NFKC", "".join(number.split())).upper()
    return plain if len(plain) <= NUMBER_MOST and plain.isascii() and plain.isprintable() else ""


def give(club: Club, desk: Desk, client_id: int, number: str) -> str:
    """Give a client a card; gives its number as kept. Giving it again to whoever holds it changes nothing.

    Raises Refused, NotFound, BadInput, Conflict where another client holds it.
    """
    kept = normal(number)
    if not kept:
        raise BadInput.of("number", "bad_card_number", most=NUMBER_MOST)
    with club.writing() as conn:
        held = store.access_cards.get(conn, kept)
        if held is not None and held.gone_at is None and held.client_id == client_id:
            store.clients.hold(conn, desk, client_id)
            return kept
        _permit(conn, desk, client_id)
        if not store.access_cards.give(conn, kept, client_id, club.clock.now(), desk.name):
            raise Conflict("card_of_another")
        _note(club, conn, desk, client_id, "give_access_card")
    return kept


def take_back(club: Club, desk: Desk, client_id: int, number: str) -> None:
    """Take a card back: readers no longer know it. Raises Refused, NotFound where this client does not hold it."""
    with club.writing() as conn:
        _permit(conn, desk, client_id)
        if not store.access_cards.take_back(conn, normal(number), client_id, club.clock.now(), desk.name):
            raise NotFound("no_such_card")
        _note(club, conn, desk, client_id, "take_access_card_back")


def _permit(conn: Connection, desk: Desk, client_id: int) -> None:
    client = store.clients.hold(conn, desk, client_id)
    rights.check(desk, "give_access_card", client.branch_id)


def _note(club: Club, conn: Connection, desk: Desk, client_id: int, deed: str) -> None:
    """Tell the screens, and the audit."""
    now = club.clock.now()
    branch_id = store.clients.branches(conn, [client_id])[client_id]
    recompute.refresh(conn, [client_id], now, because="client_changed", by=desk.name)
    audit.append(conn, desk, deed, at=now, client_id=client_id, branch_id=branch_id)
