"""The parts of an opened card besides the general one: contracts, services, payment, privacy, history.

A part is read only while it is open. To add to one: what it reads in `read`, what it shows in `shown`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from club_ui.card_history import CardsPast, past, told
from club_ui.contact_rows import Privacy, consent_lines, privacy
from club_ui.history_rows import SHOWS as FACTS_OF
from club_ui.history_rows import HistoryLine, Names, Told, history_lines, shows
from club_ui.money_rows import MoneyRow, money_row
from club_ui.profile_rows import membership_lines
from club_ui.state.base import Here
from lifecycle import days, store
from lifecycle.accounts import Account, account
from lifecycle.board import Opened
from lifecycle.profile import Profile
from lifecycle.store.changes import ChangeRow
from lifecycle.store.consents import ConsentRow
from lifecycle.store.facts import Recorded

#: So much of a history is shown in the sheet; the client's own page goes further back.
MOST: Final = 100
#: So many of the card's own events stand under its plan.
TALKS: Final = 20
SHOWS: Final = tuple(FACTS_OF)

#: Types of facts that a part tells of.
_OF_MONEY: Final = ("contracts", "services", "payment")
_OF_PART: Final = {
    "services": ("service_used",),
    "payment": ("payment", "contract_started", "membership_sold", "purchase"),
}


@dataclass
class Parts:
    """What the open part is told from."""

    facts: list[Recorded] = field(default_factory=list)
    moves: list[ChangeRow] = field(default_factory=list)
    cards: CardsPast = field(default_factory=CardsPast)
    consents: list[ConsentRow] = field(default_factory=list)
    account: Account | None = None
    show: str = "all"
    part: str = ""


def read(conn: Any, here: Here, opened: Opened, person: Profile | None, part: str, show: str) -> Parts:
    """What the open part needs. Whoever may not see the client is told of this card alone."""
    client_id = opened.face.card.client_id
    found = Parts(show=show, part=part)
    if part in _OF_MONEY and person is not None:
        found.account = account(conn, here.desk, client_id, here.now, person.facts)
    if person is not None and part in ("history", "privacy"):
        found.consents = store.consents.of_client(conn, client_id)
    if part == "history" and person is not None:
        found.facts = store.facts.history(conn, client_id, types=FACTS_OF[show], limit=MOST)
        found.moves = store.changes.of_client(conn, client_id, limit=MOST, what="placement") if shows(show, "move") else []
        found.cards = past(conn, store.cards.events_of_client(conn, client_id, limit=MOST))
    elif part in _OF_PART and person is not None:
        found.facts = store.facts.history(conn, client_id, types=_OF_PART[part], limit=MOST)
    else:
        found.cards = past(conn, opened.events[::-1])
    return found


def shown(language: str, here: Here, opened: Opened, person: Profile | None, parts: Parts) -> dict[str, Any]:
    """The vars of the sheet that come of it."""
    zone = opened.face.branch.zone
    today = days.day_of(here.now, zone)
    cards = told(language, parts.cards, zone, today, parts.show if parts.part == "history" else "all")
    part, lines = parts.part, _lines(language, here, person, parts, today, cards)
    return {
        "talks": [] if part == "history" else [line for *_, line in cards][:TALKS],
        "history": lines if part == "history" else [],
        "memberships": membership_lines(language, person, here.currency) if person is not None and part == "contracts" else [],
        "money": _money(language, here, person, parts),
        "services": lines if part == "services" else [],
        "payments": lines if part == "payment" else [],
        "privacy": privacy(language, person.client, person.branch, parts.consents, today) if person is not None and part == "privacy" else Privacy(),
    }


def _money(language: str, here: Here, person: Profile | None, parts: Parts) -> MoneyRow:
    """The client's account, for the parts that show it."""
    if person is None or parts.account is None:
        return MoneyRow()
    return money_row(language, parts.account, here.desk, here.currency, person.memberships, sale=person.placement.sale)


def _lines(language: str, here: Here, person: Profile | None, parts: Parts, today: int, cards: list[Told]) -> list[HistoryLine]:
    """The facts of the part; its history tells of cards and consents among them."""
    is_history = parts.part == "history"
    besides = cards if is_history else []
    if person is None:
        return [line for *_, line in besides]
    if is_history and shows(parts.show, "consent"):
        besides = besides + consent_lines(language, parts.consents, person.branch.zone, today)
    return history_lines(
        language, parts.facts, parts.moves, names=Names(language, person.memberships, person.facts), voided=person.voided, zone=person.branch.zone,
        today=today, currency=here.currency, show=parts.show if is_history else "all", may_void=lambda _: False, besides=besides,
    )[:MOST]
