"""Proves that what is stored equals what the facts say. A difference is a bug: reported, never mended silently."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from lifecycle import cards, days, keeping, ledger, store
from lifecycle.actions import audit, policy
from lifecycle.club import Club
from lifecycle.facts import Fact
from lifecycle.known import next_fact_on
from lifecycle.placement import FOLDERS, STATUSES, next_change, place
from lifecycle.policy import Policies
from lifecycle.store.cards import CardRow
from lifecycle.summary import SUMMARY_COLUMNS, summarise

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is stored otherwise than the facts say."""

    what: str
    client_id: int | None
    stored: object
    computed: object

    def __str__(self) -> str:
        whose = "" if self.client_id is None else f" of client {self.client_id}"
        return f"{self.what}{whose}: stored {self.stored}, the facts say {self.computed}"


def check(club: Club) -> list[Difference]:
    """Recompute everything from facts and compare: standings, folder rows, counters, search index, cards, audit chain.

    Standings are judged on the day they were placed on, or today where their next change is due:
    a due client that nobody moved yet is late, not wrong, unless the clock is at work. So is one who still stands
    by the policy before the last one, while everybody is being placed anew.
    """
    with club.reading() as conn:
        counted: Tally[tuple[int, str]] = Tally()
        found = list(_clients(conn, counted, club.clock.now()))
        found += _counters(conn, counted)
        found += _cards(conn)
        found += _audit_chain(conn)
        found += [Difference("database", None, line, "sound") for line in store.integrity.complaints(conn)]
    return found


def _audit_chain(conn: Connection) -> list[Difference]:
    chain = audit.verify(conn)
    return (
        []
        if chain.holds
        else [Difference("audit chain", None, f"broken at row {chain.broken_at}", "unbroken")]
    )


def _clients(conn: Connection, counted: Tally[tuple[int, str]], now: datetime) -> Iterator[Difference]:
    policies, branches = store.policies.all_versions(conn), store.branches.by_id(conn)
    indexed = store.search.indexed(conn)
    replaced_up_to = policy.replaced_up_to(conn)
    last = 0
    while ids := store.clients.ids(conn, after=last, limit=CHUNK):
        last = ids[-1]
        homes = store.clients.branches(conn, ids)
        histories, stored = store.facts.of_clients(conn, ids), store.standings.of(conn, ids)
        stays, contracts = store.standings.stays(conn, ids), store.contracts.of_clients(conn, ids)
        for client_id in ids:
            branch = branches[homes[client_id]]
            row = stored.get(client_id)
            if row is None:
                yield Difference("standing", client_id, None, "one")
                continue
            if replaced_up_to is None or client_id <= replaced_up_to:
                try:
                    yield from _standing(client_id, row, histories[client_id], policies, branch.zone)
                    meant = ledger.rows_of(client_id, branch, histories[client_id], policies, now)
                    yield from _contracts(client_id, contracts[client_id], meant, now)
                except Exception as error:
                    yield Difference("standing", client_id, "one", f"none, the rules stop with {type(error).__name__}")
                    del histories[client_id]
            yield from _folders(client_id, row, set(stays.get(client_id, {})))
            counted[branch.id, "clients"] += 1
            if not row.mask >> FOLDERS.index("archive") & 1:
                counted[branch.id, f"status:{STATUSES[row.status]}"] += 1
            for bit, code in enumerate(FOLDERS):
                counted[branch.id, f"folder:{code}"] += row.mask >> bit & 1
        placed = {one: facts for one, facts in histories.items() if replaced_up_to is None or one <= replaced_up_to}
        yield from (Difference(*fault) for fault in keeping.faults(conn, placed, now))
        for client in store.clients.for_index(conn, ids):
            if indexed.get(client[0]) != client[1]:
                yield Difference("search index", client[0], indexed.get(client[0]), client[1])


def _standing(
    client_id: int, row: Any, facts: list[Fact], policies: Policies, zone: tzinfo
) -> Iterator[Difference]:
    day = row.placed_on
    summary = summarise(facts, policies, day)
    placed = place(summary, policies.on(day), day)
    for name in store.standings.PLACED:
        if getattr(row, name) != getattr(placed, name):
            yield Difference(name, client_id, getattr(row, name), getattr(placed, name))
    for name, value in zip(SUMMARY_COLUMNS, summary.row(), strict=True):
        if getattr(row, f"summary_{name}") != value:
            yield Difference(f"summary {name}", client_id, getattr(row, f"summary_{name}"), value)
    later = next_change(summary, policies, day)
    next_on, fact_on = later[0] if later else None, next_fact_on(facts, day)
    if row.next_change_on != next_on:
        yield Difference("next change", client_id, row.next_change_on, next_on)
    if row.next_fact_on != fact_on:
        yield Difference("next fact", client_id, row.next_fact_on, fact_on)
    wakes_on = min((one for one in (next_on, fact_on) if one is not None), default=None)
    wakes_at = None if wakes_on is None else days.day_start(wakes_on, zone)
    if row.next_change_at != wakes_at:
        yield Difference("next change instant", client_id, row.next_change_at, wakes_at)


def _contracts(client_id: int, stored: Any, meant: list[dict[str, Any]], now: datetime) -> Iterator[Difference]:
    """One that time has changed and nobody has yet looked at is late, not wrong."""
    late = {name for name, row in stored.items() if row["next_at"] is not None and row["next_at"] <= now}
    wanted = {row["name"]: row for row in meant}
    for name in sorted({*stored, *wanted} - late):
        if stored.get(name) != wanted.get(name):
            yield Difference(f"contract {name}", client_id, stored.get(name), wanted.get(name))


def _folders(client_id: int, row: Any, stays: set[int]) -> Iterator[Difference]:
    meant = {bit for bit in range(len(FOLDERS)) if row.mask >> bit & 1}
    if stays != meant:
        yield Difference("folder rows", client_id, sorted(stays), sorted(meant))


def _counters(conn: Connection, counted: Tally[tuple[int, str]]) -> Iterator[Difference]:
    stored = store.standings.counters(conn)
    for key in sorted({*stored, *counted}):
        if stored.get(key, 0) != counted.get(key, 0):
            yield Difference(
                f"counter {key[1]} of branch {key[0]}", None, stored.get(key, 0), counted.get(key, 0)
            )


def _cards(conn: Connection) -> Iterator[Difference]:
    """What follows from a card's due, status, result and comments; a card is of somebody."""
    zones = {branch.id: branch.zone for branch in store.branches.every(conn)}
    last = 0
    while rows := store.cards.page(conn, after=last, limit=CHUNK):
        last = rows[-1].id
        comments = store.cards.comments_of(conn, [card.id for card in rows])
        clients = store.clients.branches(conn, sorted({card.client_id for card in rows}))
        for card in rows:
            meant = _meant(card, zones[card.branch_id])
            meant["comments"] = comments.get(card.id, 0)
            for name, value in meant.items():
                if getattr(card, name) != value:
                    yield Difference(f"{name} of card {card.id}", card.client_id, getattr(card, name), value)
            if card.client_id not in clients:
                yield Difference(f"client of card {card.id}", card.client_id, "nobody", "a client")
            if (card.closed_at is None, card.closed_by is None) != (card.result is None,) * 2:
                yield Difference(f"result of card {card.id}", card.client_id, card.result, "one, if it is closed")


def _meant(card: CardRow, zone: tzinfo) -> dict[str, object]:
    due_on = card.due_on if card.due_at is None else days.day_of(card.due_at, zone)
    return {
        "due_on": due_on,
        "ends_at": cards.ends_at(due_on, card.due_at, zone),
        "placed": int(card.status is not None and due_on is not None),
    }
