"""A member's own rhythm: how often they usually come, and when they break it (spec: owner, section 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from lifecycle.automation.life import Life
from lifecycle.automation.wanted import Stage, Wanted, card
from lifecycle.days import Day, iso

#: So many days with visits make a habit, so many of the latest are looked at.
HABIT_LEAST: Final = 6
HABIT_MOST: Final = 24
#: A pause is one's own pattern broken beyond so many times the usual interval (in tenths), and never sooner than so many days.
TIMES: Final = 25
PAUSE_LEAST: Final = 7


class Rhythm(NamedTuple):
    """Usually a visit every so many days (in tenths); the last one; the first day on which the pattern is broken."""

    every_tenths: int
    last_on: Day
    breaks_on: Day


def usual(days: Sequence[Day], rested_until: Day, *, times: int = TIMES) -> Rhythm | None:
    """The rhythm of these days with visits, ascending; None where there are too few. Rest until a day is no pause."""
    latest = sorted(set(days))[-HABIT_MOST:]
    if len(latest) < HABIT_LEAST:
        return None
    gaps = [after - before for before, after in pairwise(latest)]
    every = round(10 * median(gaps))
    pause = max(PAUSE_LEAST, -(-every * times // 100))
    return Rhythm(every, latest[-1], max(latest[-1], rested_until) + pause + 1)


def rhythm(life: Life) -> Iterator[Wanted]:
    """A member who is covered and stays away longer than they ever do."""
    tuned = life.tuning("rhythm")
    if not (tuned and tuned.on) and not life.of_family("rhythm"):
        return
    if life.archived or not life.terms.covered:
        return
    found = usual(_came_on(life), _rested_until(life), times=(tuned.numbers if tuned else {}).get("times_tenths", TIMES))
    if found is None or not life.reached(found.breaks_on):
        return
    told = {"every": found.every_tenths, "last": iso(found.last_on)}
    yield card(life, "rhythm", iso(found.last_on), [Stage("rhythm", "rhythm", life.day, values=told)])


def _came_on(life: Life) -> list[Day]:
    return [fact.day for fact in life.of_type("visit")]


def _rested_until(life: Life) -> Day:
    """The last day of the latest freeze that began; a membership of the future covers, and nobody is expected yet."""
    freezes = [last for one in life.memberships for first, last in one.frozen if life.reached(first)]
    starts = [one.starts_on for one in life.memberships if one.starts_on is not None and not one.void]
    return max((*freezes, *starts), default=0)
