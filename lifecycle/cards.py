"""Where a card stands and what dropping it means (spec: board, sections 2 and 3).

Both are functions of the card, an instant and the time zone of its branch: nobody stores a column, so
that cards move by themselves when time passes. A day is local; weeks are ISO weeks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from lifecycle.days import Day, day_of, day_start
from lifecycle.errors import BadInput, ColumnClosed, shown

COLUMNS: Final = ("unsorted", "overdue", "today", "tomorrow", "this_week", "later")
STEPS: Final = ("call", "message", "email", "meeting", "other")
RESULTS: Final = ("done", "refused", "not_needed")

_FRIDAY, _SUNDAY = 4, 6


class Placing(NamedTuple):
    """What decides about a column: the contact status, the day due, and the instant where a time was set."""

    status: str | None
    due_on: Day | None
    due_at: datetime | None


def column(
    status: str | None, due_on: Day | None, due_at: datetime | None, now: datetime, zone: tzinfo
) -> str:
    """The one column a card stands in at this instant: the first that holds."""
    if status is None or due_on is None:
        return "unsorted"
    today = day_of(now, zone)
    day = due_on if due_at is None else day_of(due_at, zone)
    if day < today or (due_at is not None and due_at <= now):
        return "overdue"
    if day - today <= 1:
        return ("today", "tomorrow")[day - today]
    return "this_week" if day <= sunday_of(today) else "later"


def sunday_of(day: Day) -> Day:
    """The last day of its ISO week."""
    return day + _SUNDAY - weekday(day)


def weekday(day: Day) -> int:
    """0 for a Monday to 6 for a Sunday."""
    return (day - 1) % 7


def ends_at(due_on: Day | None, due_at: datetime | None, zone: tzinfo) -> datetime | None:
    """The instant from which a card is overdue: its time, or the end of its day; None without a due."""
    if due_at is not None or due_on is None:
        return due_at
    return day_start(due_on + 1, zone)


def dropped(
    to: str,
    *,
    status: str | None,
    due_on: Day | None,
    due_at: datetime | None,
    now: datetime,
    zone: tzinfo,
    first_status: str,
) -> Placing:
    """What a card becomes when it is dropped on a column; on its own column it stays as it is.

    Raises ColumnClosed with `cannot_be_overdue`, or `column_closed` for the rest of a week that has none,
    BadInput for a column that nobody knows.
    """
    if to not in COLUMNS:
        raise BadInput.of("to", "bad_choice", value=shown(to), choices=COLUMNS)
    if to == column(status, due_on, due_at, now, zone):
        return Placing(status, due_on, due_at)
    if to == "overdue":
        raise ColumnClosed("cannot_be_overdue")
    if to == "unsorted":
        return Placing(None, None, None)
    today = day_of(now, zone)
    day = _DAYS[to](today)
    kept = _time_kept(day, due_on, due_at, zone)
    if day == today and kept is not None and kept <= now:
        kept = None
    return Placing(status or first_status, day, kept)


def closed_now(to: str, now: datetime, zone: tzinfo) -> str | None:
    """Why nothing can be dropped on this column now: the code of the sentence; None where it is open."""
    if to == "overdue":
        return "cannot_be_overdue"
    return "column_closed" if to == "this_week" and weekday(day_of(now, zone)) > _FRIDAY else None


def _in_this_week(today: Day) -> Day:
    """Friday while there are days between it and tomorrow, then Sunday, then none."""
    place = weekday(today)
    if place > _FRIDAY:
        raise ColumnClosed("column_closed")
    return today + (_FRIDAY if place < _FRIDAY - 1 else _SUNDAY) - place


def _later(today: Day) -> Day:
    """Monday of next week; on a Sunday that is tomorrow, and later begins on Tuesday."""
    monday = sunday_of(today) + 1
    return monday + 1 if monday == today + 1 else monday


_DAYS: Final[dict[str, Callable[[Day], Day]]] = {
    "today": lambda today: today,
    "tomorrow": lambda today: today + 1,
    "this_week": _in_this_week,
    "later": _later,
}


def _time_kept(day: Day, due_on: Day | None, due_at: datetime | None, zone: tzinfo) -> datetime | None:
    """The same time of day on that day; None where there was none, or where the day has no such time left."""
    if due_at is None or day == due_on:
        return due_at
    time = due_at.astimezone(zone).time().replace(fold=0)
    # Where the clocks are put forward over that time, it is as much later as they were put.
    moved = datetime.combine(datetime.fromordinal(day), time, zone).astimezone(UTC)
    return moved if day_of(moved, zone) == day else None
