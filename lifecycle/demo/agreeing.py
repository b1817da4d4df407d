"""What the people of the demo agreed to when they came to the desk, and the bracelets by which the turnstile knows members."""

from __future__ import annotations

from typing import Final

from lifecycle.actions import access_cards, consents, sources
from lifecycle.club import Club
from lifecycle.desk import Desk

#: The words on the club's form of consent.
WORDS: Final = "2024-09"
#: Purposes and ways, one row for one in four.
_GIVEN: Final = (
    (("processing", "any"), ("contact", "any"), ("marketing", "any")),
    (("processing", "any"), ("contact", "call"), ("contact", "messenger")),
    (("processing", "any"), ("contact", "any"), ("marketing", "email"), ("photo", "any")),
    (("processing", "any"), ("contact", "any")),
)
#: What else the demo has connected besides its telephone.
_CONNECTED: Final = (("site", "Форма на сайте"), ("turnstile", "Турникет у входа"))


def agree(club: Club, desk: Desk, client_id: int, who: int, *, member: bool) -> None:
    """Somebody signs the form at the desk, and gets a bracelet where they become a member."""
    with club.writing(announce=False) as conn:
        for purpose, channel in _GIVEN[who % len(_GIVEN)]:
            consents.give_within(club, desk, conn, client_id, purpose=purpose, channel=channel, text_version=WORDS, how="paper")
    if member:
        access_cards.give(club, desk, client_id, f"{4_100_000 + 7 * who:010}")


def connect(club: Club, owner: Desk) -> None:
    """The site and the turnstile of the demo report, once somebody gives them their secrets."""
    for kind, name in _CONNECTED:
        sources.create(club, owner, kind=kind, name=name)
