"""What happened to a client's cards, as lines of their history: for the profile and the opened card alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

from club_ui.card_rows import Said, event_line, reason_words
from club_ui.history_rows import Told, shows
from lifecycle import store
from lifecycle.choices import KINDS, Line
from lifecycle.days import Day
from lifecycle.store.cards import EventRow

#: What is part of the talks with a client.
SAID: Final = ("comment", "no_answer", "closed")


@dataclass
class CardsPast:
    """Events, and what their sentences need: the causes of the cards, people, the lists of the club."""

    events: Sequence[EventRow] = ()
    rules: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Line]] = field(default_factory=dict)


def past(conn: Any, events: Sequence[EventRow]) -> CardsPast:
    """These events with what tells them."""
    if not events:
        return CardsPast()
    rules = {card: rule for card, (rule, _) in store.cards.rules_of(conn, [one.card_id for one in events]).items()}
    return CardsPast(events, rules, store.staff.names(conn), {kind: store.choices.of_kind(conn, kind) for kind in KINDS})


def told(language: str, known: CardsPast, zone: tzinfo, today: Day, show: str = "all") -> list[Told]:
    """A line of each event that a choice of the filter shows, with its place in a history: after the fact that caused it."""
    statuses, *reasons = (known.lists.get(kind, ()) for kind in ("contact_status", "refusing", "leaving"))
    said = Said(
        statuses={line.code: line.name(language) for line in statuses},
        reasons=reason_words(language, *reasons),
        people=known.people,
        rules=known.rules,
        zone=zone,
        today=today,
    )
    shown = [one for one in known.events if shows(show, "card") or (shows(show, "said") and one.what in SAID)]
    return [(event.at, 2, event.id, event_line(language, event, said)) for event in shown]
