"""A card's place inside its day: that of the playbook of where the client stands, as soon as they stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from lifecycle import automation, playbooks, store
from lifecycle.automation import Life
from lifecycle.keeping.reading import life_of, rules


def place_of(conn: Connection, client_id: int, now: datetime) -> int:
    """The place of a client's cards, 1 first."""
    subject = store.agenda.subjects(conn, [client_id])[client_id]
    life = life_of(subject, store.facts.of_client(conn, client_id), now, rules(conn))
    return place_in_day(life, store.playbooks.priorities(conn))


def place_in_day(life: Life, places: Mapping[str, int]) -> int:
    """The same, of a life: a company that is wound up is urgent where it trained here, and else comes last."""
    if life.relation == "liquidated" and not automation.holds(life, "company_liquidated"):
        return playbooks.LAST
    return places[life.relation]


def place_anew(conn: Connection, lives: Sequence[Life]) -> None:
    """Give the open cards of these clients their place, those of people too."""
    places = store.playbooks.priorities(conn) if lives else {}
    store.playbooks.place(conn, {life.client_id: place_in_day(life, places) for life in lives})
