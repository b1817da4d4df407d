"""The parts of an opened card besides the general one: contracts, services, payment, privacy, history.

A part is read only while it is open. To add to one: what it reads in `read`, what it shows in `shown`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from club_ui.board_rows import Choice
from club_ui.card_rows import Said, event_line, reason_words
from club_ui.history_rows import SHOWS as FACTS_OF
from club_ui.history_rows import HistoryLine, Names, history_lines
from club_ui.i18n import text
from club_ui.money_rows import MoneyRow, money_row
from club_ui.profile_rows import membership_lines
from club_ui.state.base import Here
from lifecycle import days, phones, store
from lifecycle.accounts import Account, account
from lifecycle.board import Opened
from lifecycle.profile import Profile
from lifecycle.store.cards import EventRow
from lifecycle.store.changes import ChangeRow
from lifecycle.store.facts import Recorded

#: So much of a history is shown in the sheet; the client's own page goes further back.
MOST: Final = 100
#: So many of the card's own events stand under its plan.
TALKS: Final = 20
SHOWS: Final = (*FACTS_OF, "cards")

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
    events: list[EventRow] = field(default_factory=list)
    rules: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    said: tuple[dict[str, Any], ...] = ()
    account: Account | None = None
    show: str = "all"
    part: str = ""


def read(conn: Any, here: Here, opened: Opened, person: Profile | None, part: str, show: str) -> Parts:
    """What the open part needs. Whoever may not see the client is told of this card alone."""
    client_id = opened.face.card.client_id
    found = Parts(show=show, part=part, people=store.staff.names(conn))
    found.said = tuple({line.code: line for line in store.choices.of_kind(conn, kind)} for kind in ("contact_status", "refusing", "leaving"))
    if part in _OF_MONEY and person is not None:
        found.account = account(conn, here.desk, client_id, here.now, person.facts)
    if part == "history" and person is not None:
        found.events = store.cards.events_of_client(conn, client_id, limit=MOST)
        found.facts = store.facts.history(conn, client_id, limit=MOST)
        found.moves = [one for one in store.changes.of_client(conn, client_id, limit=MOST) if one.what == "placement"]
    elif part in _OF_PART and person is not None:
        wanted = _OF_PART[part]
        found.facts = [one for one in store.facts.history(conn, client_id, limit=500) if one.type in wanted][:MOST]
    else:
        found.events = list(reversed(opened.events))
    found.rules = {card: rule for card, (rule, _) in store.cards.rules_of(conn, [one.card_id for one in found.events]).items()}
    return found


def shown(language: str, here: Here, opened: Opened, person: Profile | None, parts: Parts) -> dict[str, Any]:
    """The vars of the sheet that come of it."""
    zone = opened.face.branch.zone
    today = days.day_of(here.now, zone)
    statuses, *reasons = parts.said
    said = Said(
        statuses={code: line.name(language) for code, line in statuses.items()},
        reasons=reason_words(language, *(list(lines.values()) for lines in reasons)),
        people=parts.people,
        rules=parts.rules,
        zone=zone,
        today=today,
    )
    lines = _facts(language, here, person, parts, today)
    told = [(event.at, event_line(language, event, said)) for event in parts.events]
    merged = sorted([*lines, *(told if parts.show in ("all", "cards", "talks") else [])], key=lambda one: one[0], reverse=True)
    is_history = parts.part == "history"
    return {
        "talks": [] if is_history else [line for _, line in told][:TALKS],
        "history": [line for _, line in merged][:MOST] if is_history else [],
        "memberships": membership_lines(language, person, here.currency) if person is not None and parts.part == "contracts" else [],
        "money": _money(language, here, person, parts),
        "services": [line for _, line in lines] if parts.part == "services" else [],
        "payments": [line for _, line in lines] if parts.part == "payment" else [],
        "privacy": _privacy(language, person) if parts.part == "privacy" else [],
    }


def _money(language: str, here: Here, person: Profile | None, parts: Parts) -> MoneyRow:
    """The client's account, for the parts that show it."""
    if person is None or parts.account is None:
        return MoneyRow()
    return money_row(language, parts.account, here.desk, here.currency, person.memberships, sale=person.placement.sale)


def _facts(language: str, here: Here, person: Profile | None, parts: Parts, today: int) -> list[tuple[Any, HistoryLine]]:
    """The facts and moves with their moments, so that cards can be told among them."""
    if person is None or (parts.part == "history" and parts.show == "cards"):
        return []
    names = Names(language, person.memberships, person.facts)
    show = parts.show if parts.part == "history" else "all"
    lines = history_lines(
        language, parts.facts, parts.moves, names=names, voided=person.voided, zone=person.branch.zone,
        today=today, currency=here.currency, show=show, may_void=lambda _: False,
    )
    at = {f"f{fact.id}": fact.at for fact in parts.facts} | {f"m{move.id}": move.at for move in parts.moves}
    return [(at[line.key], line) for line in lines]


def _privacy(language: str, person: Profile | None) -> list[Choice]:
    """How the client may be reached, and whether they want to be."""
    if person is None:
        return []
    client, country = person.client, person.branch.country
    asked = getattr(client, "no_contact_at", None) is not None
    numbers = ", ".join(phones.shown(one.e164, one.typed, country) for one in client.phones)
    return [
        Choice("contact", text(language, "card.no_contact" if asked else "card.contact_allowed"), on=asked),
        *([Choice("phones", text(language, "card.phones"), href=numbers)] if numbers else []),
        *([Choice("email", text(language, "card.email"), href=client.email)] if client.email else []),
    ]
