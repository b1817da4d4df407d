"""What is counted and not made, and what somebody ordered of it.

A quiet look makes nothing: it counts the cards that the client's present state calls for. A person chooses which
of them to make and over how many days; then they are made under the same keys, so that no card is made twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from lifecycle import aside, automation, store
from lifecycle.automation import Difference, Life, ToMake
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.keeping.by_time import look_now
from lifecycle.keeping.of_facts import catch_up
from lifecycle.keeping.reading import life_of, rules
from lifecycle.keeping.writing import Kept, write
from lifecycle.store.agenda import Subject

#: Cards of an order that are made in one transaction: few enough that nobody else's write waits long.
CHUNK: Final = 25


def count(club: Club, *, everybody: bool = False) -> Counter[str]:
    """Do the quiet looks that were asked for, with `everybody` all of them, and count by rule what is called for."""
    if everybody:
        with club.writing() as conn:
            store.changes.stand_last_in_line(conn)
            store.agenda.look_quietly_at_everybody(conn, club.clock.now())
    look_now(club)
    with club.reading() as conn:
        return store.counted.by_rule(conn)


def make_ordered(club: Club, *, still_leading: Callable[[Connection], bool] = lambda _conn: True) -> int:
    """Make what was ordered, the oldest order first, a chunk a transaction; gives how many cards were made.

    What is called for no more is left out. Cut off, it goes on where it stopped. About whom none can be made, theirs
    are counted as before, and stop nobody's.
    """
    made = 0
    while True:
        with club.reading() as conn:
            if not store.counted.is_ordered(conn):
                return made
        with club.writing() as conn:
            if not still_leading(conn):
                return made
            made += _one_chunk(conn, club)


def _one_chunk(conn: Connection, club: Club) -> int:
    # Before anything is judged: a fact recorded meanwhile may have ended what was ordered.
    held = sorted(store.counted.ordered(conn, CHUNK))
    store.clients.lock(conn, held)
    ordered = {client_id: due for client_id, due in store.counted.ordered(conn, CHUNK).items() if client_id in held}

    def do(some: Sequence[int]) -> int:
        return _make(conn, club, {one: ordered[one] for one in some})

    return sum(aside.each(conn, list(ordered), do, lambda one: store.counted.give_back(conn, one)))


def _make(conn: Connection, club: Club, ordered: Mapping[int, Mapping[str, tuple[int, Day]]]) -> int:
    known, now = rules(conn), club.clock.now()
    histories = store.facts.of_clients(conn, list(ordered))
    subjects = {client_id: catch_up(conn, client_id, now) for client_id in ordered}
    kept = [
        _chosen(life_of(subjects[one], histories[one], now, known), subjects[one], {key: day for key, (_, day) in due.items()})
        for one, due in ordered.items()
    ]
    write(conn, kept)
    orders = {key: order for due in ordered.values() for key, (order, _) in due.items()}
    made = [one.wanted.key for each in kept for one in each.found.make]
    store.counted.settle(conn, orders.keys(), Counter(orders[key] for key in made))
    return len(made)


def _chosen(life: Life, subject: Subject, due: dict[str, Day]) -> Kept:
    """One client's cards of an order, as far as they are still called for."""
    make = [ToMake(one, one.stages) for one in automation.called_for(life) if one.key in due]
    return Kept(subject, life, Difference(make=make), "ordered", spread=due)
