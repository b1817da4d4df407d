"""Goal 4: the pass at midnight costs what is due, not what there is.

The same number of due clients in clubs of three sizes, and in turn with them a pass over everybody.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from lifecycle import recompute, store
from lifecycle.club import Club
from lifecycle.desk import CLUB
from lifecycle.placement import place_mask_status
from lifecycle.tables import standing
from tests.bench.rounds import each, rounds
from tests.bench.run import Run
from tests.bench.table import Row, seconds

DUE = 500


def rows(run: Run) -> Iterator[Row]:
    """One chunk of the pass, on clubs of three sizes in turn."""
    sizes = [run.size, run.tenth(), run.tenth(100)]
    # So many must be due again and again, in the smallest club too.
    due = min(DUE, sizes[-1] // 20)
    whole, tenth, hundredth = (Pass(run.clubs.copy(size), due) for size in sizes)
    full = Pass(run.clubs.copy(run.size), min(DUE, run.size // 20))
    times = rounds(
        max(run.rounds, 5),
        whole=whole.timed,
        tenth=tenth.timed,
        hundredth=hundredth.timed,
        chunk=full.timed,
        everybody=each(lambda: _everybody(full.club)),
    )
    thought = {name: one.thought() for name, one in (("whole", whole), ("hundredth", hundredth))}
    fits = run.size >= 1_000_000
    chunk = times.of("chunk")
    yield Row(4, f"midnight pass, durable, per client, {full.due} due", seconds(chunk / full.due),
              value=chunk / full.due * 1e6, most=40, unit="us", fits=fits)  # fmt: skip
    yield Row(4, f"midnight pass of {due} due, {run.size:,} clients", seconds(times.of("whole")), f"{sizes[1]:,} clients",
              seconds(times.of("tenth")), value=times.ratio("whole", "tenth"), most=1.5, fits=fits)  # fmt: skip
    yield Row(4, f"the same, judged and not yet written, {run.size:,} clients", seconds(thought["whole"]), f"{sizes[2]:,} clients",
              seconds(thought["hundredth"]), value=thought["whole"] / thought["hundredth"], most=1.3, fits=fits)  # fmt: skip
    yield Row(4, f"midnight pass of {full.due} due", seconds(chunk), "everybody, from disk by columns",
              seconds(times.of("everybody")), value=times.ratio("everybody", "chunk"), least=100, fits=fits)  # fmt: skip


class Pass:
    """One chunk of the pass on a club of its own; each time the next to be due."""

    def __init__(self, club: Club, due: int) -> None:
        self.club, self.due = club, due
        self.thinking: list[float] = []

    def timed(self) -> float:
        """Let the days go by until so many are due, and move those; the seconds of the move."""
        self.club.clock.at = self._when_due()  # type: ignore[attr-defined]  # a clock that stands
        asked = itertools.count()
        with _chunks_of(self.due), _noted(self.thinking):
            start = time.perf_counter()
            moved = recompute.move_due(self.club, still_leading=lambda _conn: next(asked) == 0)
            spent = time.perf_counter() - start
        assert moved == self.due, f"{moved} of {self.due} were due"
        return spent

    def thought(self) -> float:
        """Median seconds before anything was written."""
        return sorted(self.thinking)[len(self.thinking) // 2]

    def _when_due(self) -> Any:
        query = select(standing.c.next_change_at).where(standing.c.next_change_at.is_not(None))
        with self.club.reading() as conn:
            return conn.execute(query.order_by(standing.c.next_change_at).offset(self.due - 1).limit(1)).scalar_one()


@contextmanager
def _chunks_of(size: int) -> Iterator[None]:
    """The pass takes so many in one transaction."""
    usual, recompute.CHUNK = recompute.CHUNK, size
    try:
        yield
    finally:
        recompute.CHUNK = usual


@contextmanager
def _noted(seconds_before_writing: list[float]) -> Iterator[None]:
    """Note how long reading and judging take, up to the first write."""
    usual, start = recompute._write, time.perf_counter()

    def write(*arguments: Any) -> None:
        seconds_before_writing.append(time.perf_counter() - start)
        usual(*arguments)

    recompute._write = write
    try:
        yield
    finally:
        recompute._write = usual


def _everybody(club: Club) -> None:
    """The least a pass over everybody does: read all, judge all, compare."""
    with club.reading() as conn:
        everybody = store.columns.load(conn, CLUB)
        masks, _statuses = place_mask_status(everybody.summaries, store.policies.all_versions(conn).on(1), 1)
        assert len(masks) == len(everybody)
