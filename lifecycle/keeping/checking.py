"""Proves the rules' cards: none is open or counted without its cause unless somebody spoke of it, and everybody's next moment is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from lifecycle import automation, store
from lifecycle.automation import JUST, Life
from lifecycle.facts import Fact
from lifecycle.keeping.placing import place_in_day
from lifecycle.keeping.reading import life_of, rules


class Fault(NamedTuple):
    """One thing about a client's cards that is otherwise than the rules say."""

    what: str
    client_id: int
    stored: object
    meant: object


def faults(conn: Connection, histories: Mapping[int, Sequence[Fact]], now: datetime) -> Iterator[Fault]:
    """What is wrong with the cards of these clients. Whose moment is here and not yet done is late, not wrong."""
    known, places, counted = rules(conn), store.playbooks.priorities(conn), store.counted.of_clients(conn, list(histories))
    for client_id, subject in store.agenda.subjects(conn, list(histories)).items():
        if subject.seen_at is None:
            yield Fault("agenda", client_id, None, "one")
        elif not subject.quiet:
            late = subject.next_at is not None and subject.next_at <= now
            at = max(subject.seen_at, subject.next_at - JUST) if late and subject.next_at is not None else max(now, subject.seen_at)
            life = life_of(subject, histories[client_id], at, known)
            yield from _cards(life, places)
            if not late:
                yield from _counted(life, counted.get(client_id, {}))
            if not late and (meant := automation.next_moment(life)) != subject.next_at:
                yield Fault("next moment of the rules", client_id, subject.next_at, meant)


def _counted(life: Life, stored: Mapping[str, str]) -> Iterator[Fault]:
    """What is counted is called for still, by the same rule."""
    meant = {one.key: one.rule for one in automation.called_for(life)} if stored else {}
    for key, rule in stored.items():
        if meant.get(key) != rule:
            yield Fault(f"counted card {key}", life.client_id, rule, meant.get(key, "none"))


def _cards(life: Life, places: Mapping[str, int]) -> Iterator[Fault]:
    place = place_in_day(life, places)
    for card in life.cards:
        if card.closed_at is None and card.priority != place:
            yield Fault(f"place of card {card.key} in its day", life.client_id, card.priority, place)
    found = automation.difference(life, life, quietly=True)
    for card in found.withdraw:
        yield Fault(f"card {card.key}", life.client_id, "open", "without its cause")
    for card in (*found.gone, *found.back):
        yield Fault(f"cause of card {card.key}", life.client_id, card.gone_at, "none" if card.gone_at else "gone")
    for key in sorted({card.key for card in life.cards if not automation.is_of_a_rule(card.key)}):
        yield Fault(f"card {key}", life.client_id, "of a rule", "of one that there is")
