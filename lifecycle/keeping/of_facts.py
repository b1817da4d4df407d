"""The rules at work when something happens: a fact is recorded, a person works a card, a client is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import automation, store
from lifecycle.automation import Life
from lifecycle.facts import Fact
from lifecycle.keeping.reading import Rules, life_of, rules, tunings
from lifecycle.keeping.writing import CLUB, Kept, write
from lifecycle.policy import Policies
from lifecycle.store.agenda import WHENEVER, Subject
from lifecycle.store.branches import BranchRow
from lifecycle.store.cards import CardRow

BY_CARD: Final = "card"
BY_CLIENT: Final = "client_changed"


def catch_up(conn: Connection, client_id: int, now: datetime) -> Subject:
    """Before anything new is judged: what the rules do by time and the clock has not yet done.

    Gives the client as the rules know them then. The caller holds the client.
    """
    subject = store.agenda.subjects(conn, [client_id])[client_id]
    if subject.next_at is None or subject.next_at > now:
        return subject
    facts, known = store.facts.of_client(conn, client_id), rules(conn)
    while subject.next_at is not None and subject.next_at <= now:
        write(conn, [at_moment(subject, facts, subject.next_at, known, now)])
        subject = store.agenda.subjects(conn, [client_id])[client_id]
    return subject


def at_moment(subject: Subject, facts: Sequence[Fact], at: datetime, known: Rules, now: datetime) -> Kept:
    """What one moment of time brings; where a quiet look was asked for, only what is no longer true."""
    life = life_of(subject, facts, now if at <= WHENEVER else at, known)
    if subject.quiet:
        return Kept(subject, life, automation.difference(life, life, quietly=True), "quiet", counts=True)
    return Kept(subject, life, automation.difference(life.just_before(), life), "time")


def look(
    conn: Connection,
    subject: Subject,
    facts: Sequence[Fact],
    policies: Policies,
    branch: BranchRow,
    now: datetime,
    because: str,
    new_ids: Sequence[int],
) -> Kept:
    """What new facts bring: those of `new_ids` among the client's. What they void is void before, too: undoing makes none."""
    known, new = Rules(policies, {branch.id: branch}, tunings(conn)), frozenset(new_ids)
    undone = {fact.fields["fact"] for fact in facts if fact.type == "voided" and fact.id in new}
    stood = [fact for fact in facts if fact.id not in new or fact.type == "voided"]
    life = life_of(subject, facts, now, known)
    found = automation.difference(life_of(subject, stood, now, known), life)
    if undone:
        found.moved = True
        found.reopen += [card for card in _wanted_closed(life) if card not in found.reopen and _closed_by(conn, card, undone)]
    return Kept(subject, life, found, because, tuple(new_ids), counts=bool(undone))


def _wanted_closed(life: Life) -> list[Any]:
    """Cards that hold true again, and that the rules had closed."""
    cards = (life.card(key) for key in automation.wanted(life))
    return [card for card in cards if card is not None and card.closed_at is not None and card.result == "not_needed"]


def _closed_by(conn: Connection, card: CardRow, undone: set[Any]) -> bool:
    """Whether it was one of these facts that withdrew a card."""
    if card.closed_by != CLUB:
        return False
    closed = [event for event in store.cards.events(conn, card.id) if event.what == "closed"]
    return bool(closed) and not undone.isdisjoint(closed[-1].detail.get("facts", ()))


def after_card(conn: Connection, before: CardRow, now: datetime) -> CardRow | None:
    """A person did something to a card, which was so `before`: what follows by the rules, in the same transaction.

    Gives the card that follows it, where the rules made one.
    """
    if not automation.is_of_a_rule(before.key):
        return None
    subject, facts, known = _read(conn, before.client_id)
    life = life_of(subject, facts, now, known)
    was = life.with_cards([before if card.id == before.id else card for card in subject.cards])
    found = automation.difference(was, life)
    write(conn, [Kept(subject, life, found, BY_CARD)])
    follower = next((one.wanted.key for one in found.make if one.wanted.after == before.key), None)
    return store.cards.by_key(conn, follower) if follower else None


def client_changed(conn: Connection, client_id: int, now: datetime, before: Subject | None = None) -> None:
    """Something about the client changed that is no fact; `before` is how the rules knew them, where that is news."""
    subject, facts, known = _read(conn, client_id)
    life = life_of(subject, facts, now, known)
    was = life if before is None else life_of(before, facts, now, known)
    write(conn, [Kept(subject, life, automation.difference(was, life, quietly=before is None), BY_CLIENT, counts=before is None)])


def look_quietly(conn: Connection, client_ids: Collection[int], now: datetime) -> None:
    """Ask the clock for a quiet look at these clients: what holds now is nobody's news."""
    store.agenda.look_quietly(conn, client_ids, now)


def _read(conn: Connection, client_id: int) -> tuple[Subject, list[Fact], Rules]:
    subject = store.agenda.subjects(conn, [client_id])[client_id]
    return subject, store.facts.of_client(conn, client_id), rules(conn)
