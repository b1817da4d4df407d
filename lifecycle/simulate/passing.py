"""Days that pass at once: the due pass is stepped from midnight to midnight, as the clock would (spec: intake).

The rules of cards step by themselves from moment to moment, each at its true time.

Afterwards the club's clock goes on from there, for every process on the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event

from lifecycle import keeping, store
from lifecycle.actions.contract_clock import settle_due
from lifecycle.clock import FixedClock
from lifecycle.club import Club
from lifecycle.days import day_of, day_start
from lifecycle.recompute import move_due


@dataclass(frozen=True, slots=True)
class Passed:
    """How many moves the days brought, and what time it is now."""

    moved: int
    now: datetime


def let_days_pass(club: Club, days: int) -> Passed:
    """Go through so many days, every branch by its own midnights. Nobody else may be at work on the club."""
    moved = 0
    with stepped(club) as clock:
        for at in _midnights(club, clock.now(), days):
            clock.at = at
            moved += pass_time(club)
    return Passed(moved, club.clock.now())


def pass_time(club: Club) -> int:
    """All that time does up to now, as the scheduler does it; gives how many clients moved."""
    if not _is_due(club):
        return 0
    moved = move_due(club)
    settle_due(club)
    keeping.keep_due(club)
    return moved


def _is_due(club: Club) -> bool:
    """Whether time has anything to do; looking costs nothing beside writing."""
    with club.reading() as conn:
        nexts = store.standings.next_due_at(conn), store.contracts.next_at(conn), store.agenda.earliest(conn)
    return any(at is not None and at <= club.clock.now() for at in nexts)


@contextmanager
def stepped(club: Club) -> Iterator[FixedClock]:
    """The club by a clock that is put from moment to moment; at the end its own goes on from the last one."""
    own, clock = club.clock, FixedClock(club.clock.now())
    start = clock.now()
    club.clock = clock
    try:
        yield clock
    finally:
        club.clock = own
    own.move_on(clock.now() - start)


@contextmanager
def in_haste(club: Club) -> Iterator[None]:
    """Without waiting for the disk at each commit: for what would be made anew, were the power cut. A kill spoils nothing."""
    if not club.on_sqlite:
        yield
        return

    def hurry(connection: Any, *_others: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(club.engine, "checkout", hurry)
    try:
        yield
    finally:
        event.remove(club.engine, "checkout", hurry)
        # The next connections are opened as always.
        club.engine.dispose()


def _midnights(club: Club, start: datetime, days: int) -> list[datetime]:
    with club.reading() as conn:
        zones = {branch.zone for branch in store.branches.every(conn)}
    return sorted({day_start(day_of(start, zone) + number, zone) for zone in zones for number in range(1, days + 1)})
