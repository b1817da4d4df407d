"""Goal 14: all ways to know where a client stands agree, with no difference at all.

Columns against the stored next change on a hundred coming days, each move made on its day as the clock
makes it: so no placement changes strictly between two next changes either. One client's numbers against
columns. Facts from scratch against both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from lifecycle import days, store
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.desk import CLUB
from lifecycle.placement import CHUNK, next_change, place
from lifecycle.policy import Policies
from lifecycle.summary import SUMMARY_COLUMNS, Columns, Summary, summarise
from lifecycle.tables import standing
from tests.bench.club_of import NOW
from tests.bench.run import Run
from tests.bench.table import Row

DAYS = 100
NO_DAY = 2**31 - 1
AT_ONCE = 2_000

Placements = npt.NDArray[np.int16]  # one row a client, six numbers each


def rows(run: Run) -> Iterator[Row]:
    """Each way of knowing against another; the number judged is that of the differences."""
    club = run.clubs.kept(run.size)
    everybody = Everybody(club)
    moves, differences = everybody.walk()
    yield _row(f"next change against columns, {run.size:,} clients, {DAYS} days", moves, "moves", differences)
    tenth = everybody.sample(run.tenth())
    yield _row(f"one by one against columns, {len(tenth):,} clients, {DAYS} days", *everybody.one_by_one(tenth))
    everyone = range(run.size)
    yield _row(f"from facts against both, {run.size:,} clients, 1 day", *everybody.from_facts(everyone, [37]))
    hundredth = everybody.sample(run.tenth(100))
    on = range(1, DAYS + 1)
    yield _row(f"from facts against both, {len(hundredth):,} clients, {DAYS} days", *everybody.from_facts(hundredth, on))


def _row(figure: str, compared: int, what: str, differences: int) -> Row:
    return Row(14, figure, f"{compared:,} {what}", value=differences, most=0, unit="different")


class Everybody:
    """All clients of a club as columns, and the day it was made on."""

    def __init__(self, club: Club) -> None:
        self.club = club
        with club.reading() as conn:
            self.policies: Policies = store.policies.all_versions(conn)
            self.everybody = store.columns.load(conn, CLUB)
            self.today = days.day_of(NOW, store.branches.every(conn)[0].zone)
            names = (*store.standings.PLACED, "next_change_on")
            query = select(*(standing.c[name] for name in names)).order_by(standing.c.client_id)
            found = [(*row[:-1], NO_DAY if row[-1] is None else row[-1]) for row in conn.execute(query)]
        table = np.array(found, dtype=np.int32).reshape(-1, len(names))
        self.stored, self.nexts = table[:, :-1].astype(np.int16), table[:, -1]

    @property
    def columns(self) -> Columns:
        return self.everybody.summaries

    def sample(self, size: int) -> Sequence[int]:
        """So many places, evenly spread."""
        return range(0, len(self.everybody), max(1, len(self.everybody) // size))

    def placed(self, day: Day) -> Placements:
        """Everybody on that day, by columns."""
        policy, table = self.policies.on(day), np.empty((len(self.everybody), 6), np.int16)
        for start in range(0, len(table), CHUNK):
            part = place(self.columns.part(start, start + CHUNK), policy, day)
            table[start : start + CHUNK] = np.stack([np.asarray(one) for one in part], axis=1)
        return table

    def summary(self, place: int) -> Summary:
        """One client's numbers out of the columns."""
        return Summary.of([int(getattr(self.columns, name)[place]) for name in SUMMARY_COLUMNS])

    def walk(self) -> tuple[int, int]:
        """Day by day: who is due moves, and everybody else must stand still. Gives moves and differences."""
        stands, nexts = self.stored.copy(), self.nexts.copy()
        moves, differences = 0, int((self.placed(self.today) != stands).any(axis=1).sum())
        for day in range(self.today + 1, self.today + 1 + DAYS):
            due = np.flatnonzero(nexts <= day)
            for client in due:
                moved, nexts[client] = self._moved(int(client), day)
                differences += int((moved == stands[client]).all())
                stands[client] = moved
            moves += len(due)
            differences += int((self.placed(day) != stands).any(axis=1).sum())
        return moves, differences

    def _moved(self, client: int, day: Day) -> tuple[Placements, int]:
        summary = self.summary(client)
        later = next_change(summary, self.policies, day)
        return np.array(place(summary, self.policies.on(day), day), np.int16), later[0] if later else NO_DAY

    def one_by_one(self, clients: Sequence[int]) -> tuple[int, str, int]:
        """The same rules with one client's numbers on each day."""
        summaries, differences = [self.summary(client) for client in clients], 0
        for day in range(self.today, self.today + DAYS):
            policy = self.policies.on(day)
            scalar = np.array([place(summary, policy, day) for summary in summaries], np.int16)
            differences += int((scalar != self.placed(day)[clients]).any(axis=1).sum())
        return len(clients) * DAYS, "placements", differences

    def from_facts(self, clients: Sequence[int], ahead: Sequence[int]) -> tuple[int, str, int]:
        """The facts of each read and folded anew for each day, against one by one and against columns."""
        by_day = [(self.today + number, self.placed(self.today + number)) for number in ahead]
        differences = 0
        with self.club.reading() as conn:
            for start in range(0, len(clients), AT_ONCE):
                part = clients[start : start + AT_ONCE]
                ids = [int(self.everybody.ids[client]) for client in part]
                histories = store.facts.of_clients(conn, ids)
                for client, client_id in zip(part, ids, strict=True):
                    differences += sum(self._differs(histories[client_id], client, *on) for on in by_day)
        return len(clients) * len(by_day), "placements", differences

    def _differs(self, facts: list[Any], client: int, day: Day, columns: Placements) -> bool:
        policy, summary = self.policies.on(day), summarise(facts, self.policies, day)
        scratch, stored = place(summary, policy, day), place(self.summary(client), policy, day)
        return scratch != stored or tuple(columns[client].tolist()) != tuple(scratch)
