"""The forms about reaching a client: a card, a consent, do-not-contact, a card for the readers; and what each begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from club_ui.fields import Deed, Field, pick
from lifecycle import store
from lifecycle.actions import access_cards, cards, consents
from lifecycle.cards import STEPS
from lifecycle.club import Club
from lifecycle.days import iso
from lifecycle.desk import Desk
from lifecycle.overview import StandingRow
from lifecycle.store.consents import CHANNELS, PURPOSES

#: How a consent was taken, as the form offers it.
HOWS: Final = ("paper", "screen", "spoken")


def _make_card(club: Club, desk: Desk, client_id: int, *, key: str, due: str = "", time: str = "", **values: Any) -> cards.Made:
    """A card about this client. Whoever names a due wants it to stand there: it takes the first contact status."""
    when = f"{due}T{time}" if due and time else due or None
    return cards.make(club, desk, key=key, client_id=client_id, due=when, status=_first_status(club) if when else None, **values)


def _first_status(club: Club) -> str:
    with club.reading() as conn:
        return store.choices.active(conn, "contact_status")[0].code


def _give_consent(club: Club, desk: Desk, client_id: int, *, key: str, purpose: str, channel: str, text_version: str, how: str = "") -> int:
    return consents.give(club, desk, client_id, purpose=purpose, channel=channel, text_version=text_version, how=how)


def _do_not_contact(club: Club, desk: Desk, client_id: int, *, key: str, why: str) -> bool:
    consents.do_not_contact(club, desk, client_id, on=True, why=why)
    return True


def _give_access_card(club: Club, desk: Desk, client_id: int, *, key: str, number: str) -> str:
    return access_cards.give(club, desk, client_id, number)


CONTACT_DEEDS: Final[dict[str, Deed]] = {
    "make_card": Deed(
        _make_card,
        (
            Field("comment", "area", word="card_words"),
            pick("step", "step", STEPS, none="card.no_step"),
            Field("due", "day", half=True),
            Field("time", "time", half=True),
            Field("responsible", "person", to="responsible_id"),
        ),
    ),
    "give_consent": Deed(
        _give_consent,
        (
            pick("purpose", "consent_purpose", PURPOSES),
            pick("channel", "consent_channel", CHANNELS),
            pick("how", "consent_how", HOWS),
            Field("text_version"),
        ),
    ),
    "do_not_contact": Deed(_do_not_contact, (Field("why", "area"),)),
    "give_access_card": Deed(_give_access_card, (Field("number", word="access_number"),)),
}

CONTACT_LIKELY: Final[dict[str, Callable[[StandingRow], dict[str, str]]]] = {
    "make_card": lambda row: {"step": "call", "due": iso(row.today), "responsible": str(row.client.responsible_id or "")},
    "give_consent": lambda _row: {"purpose": PURPOSES[0], "channel": CHANNELS[0], "how": HOWS[0]},
}
