"""Days that pass at once: the due pass is stepped from midnight to midnight, as the clock would (spec: intake).

The rules of cards step by themselves from moment to moment, each at its true time.

Afterwards the club's clock goes on from there, for every process on the folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    own, stepped = club.clock, FixedClock(club.clock.now())
    start, moved = stepped.now(), 0
    club.clock = stepped
    try:
        for at in _midnights(club, start, days):
            stepped.at = at
            moved += move_due(club)
            settle_due(club)
            keeping.keep_due(club)
    finally:
        club.clock = own
    own.move_on(stepped.now() - start)
    return Passed(moved, own.now())


def _midnights(club: Club, start: datetime, days: int) -> list[datetime]:
    with club.reading() as conn:
        zones = {branch.zone for branch in store.branches.every(conn)}
    return sorted({day_start(day_of(start, zone) + number, zone) for zone in zones for number in range(1, days + 1)})
