"""Goal 7: one fact through the door, durable: judged, placed, counted, logged, in one transaction.

In turn with the same door on PostgreSQL, which waits for its disk at every commit too, and with objects and
COUNT(*).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from lifecycle import days, store
from lifecycle.actions.recording import record
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.facts import Fact
from lifecycle.placement import SALES
from lifecycle.tables import standing
from tests.bench import naive
from tests.bench.club_of import NOW
from tests.bench.rounds import Times, every, quantile
from tests.bench.run import Run
from tests.bench.table import Row, rate, seconds

A_ROUND = 200
ORM_A_ROUND = 20
OWNER = Desk(None, "Olga", "owner")


def rows(run: Run) -> Iterator[Row]:
    """Facts in turn on each database."""
    ours, server, plain = run.clubs.copy(run.size), run.clubs.copy(run.size, "postgresql"), run.clubs.copy(run.size)
    here, there, objects = Days(ours), Days(server), Objects(plain)
    spent: list[float] = []
    times = Times(sqlite=[], postgres=[], orm=[])
    here.work(20), there.work(20), objects.work(2)  # the first of everything is nobody's figure
    for _ in range(run.rounds):
        one = here.work(A_ROUND)
        spent += one
        times["sqlite"].append(sum(one) / len(one))
        other = there.work(A_ROUND)
        times["postgres"].append(sum(other) / len(other))
        third = objects.work(ORM_A_ROUND)
        times["orm"].append(sum(third) / len(third))
    fits = run.size >= 1_000_000
    for figure, value, most in (
        ("a fact, durable, p50", quantile(spent, 0.5), 0.6),
        ("a fact, durable, p99", quantile(spent, 0.99), 2),
        ("a fact, durable, the slowest", max(spent), 20),
    ):
        yield Row(7, f"{figure} of {len(spent):,}", seconds(value), value=value * 1000, most=most, unit="ms", fits=fits)
    yield Row(7, "facts one after another", rate(times.of("sqlite"), "facts"), "the same door on PostgreSQL, sync commit",
              rate(times.of("postgres"), "facts"), value=times.ratio("postgres", "sqlite"), least=1.5, fits=fits)  # fmt: skip
    yield Row(7, "a fact, and the counts read", rate(times.of("sqlite"), "facts"), "objects, then COUNT(*) a folder",
              rate(times.of("orm"), "facts"), value=times.ratio("orm", "sqlite"))  # fmt: skip
    objects.close()


class Days:
    """Ordinary deeds on a club: visits, talks, purchases, here and there."""

    def __init__(self, club: Club, seed: int = 7) -> None:
        self.club, self.chance, self.keys = club, Random(seed), itertools.count()
        with club.reading() as conn:
            self.clients = [tuple(row) for row in conn.execute(select(standing.c.client_id, standing.c.sale).limit(200_000))]

    def work(self, count: int) -> list[float]:
        """So many deeds; the seconds of each."""
        return every([self._deed() for _ in range(count)])

    def _deed(self) -> Any:
        client_id, sale = self.chance.choice(self.clients)
        fact, key = self._fact(sale), f"bench-{next(self.keys)}"
        return lambda: record(self.club, OWNER, client_id, [fact], key=key)

    def _fact(self, sale: int) -> dict[str, Any]:
        die = self.chance.random()
        if die < 0.4:
            return {"type": "visit", "kind": "membership"}
        if die < 0.7 and SALES[sale] == "allowed":
            return {"type": "purchase", "amount": 9900, "what": "вода"}
        outcome = "wont_buy" if die > 0.9 else "thinking"
        return {"type": "contact", "direction": "out", "kind": "sell_to_potential", "outcome": outcome, "reason": "думает"}


class Objects:
    """The same done with objects and COUNT(*)."""

    def __init__(self, club: Club) -> None:
        self.engine, self.chance, self.keys = naive.engine_for(club.engine), Random(7), itertools.count()
        with club.reading() as conn:
            self.policies = store.policies.all_versions(conn)
            self.day = days.day_of(NOW, store.branches.every(conn)[0].zone)
            self.clients = conn.execute(select(standing.c.client_id).limit(200_000)).scalars().all()

    def work(self, count: int) -> list[float]:
        """So many purchases; the seconds of each."""
        return every([self._deed() for _ in range(count)])

    def _deed(self) -> Any:
        number = next(self.keys)
        fact = Fact(None, NOW + timedelta(seconds=number), self.day, "purchase", {"amount": 9900, "what": "вода"})
        client_id = self.chance.choice(self.clients)
        return lambda: naive.record(self.engine, client_id, fact, f"orm-{number}", self.policies, self.day)

    def close(self) -> None:
        self.engine.dispose()
