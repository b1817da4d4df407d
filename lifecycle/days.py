"""Local days: the only arithmetic of time the rules know (spec: lifecycle, section 2).

A day is the calendar date of an instant in a branch's time zone, kept as a plain number
(`date.toordinal()`), so that counting is subtraction and summer time cannot take part in it.
Nothing here reads a clock.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from lifecycle.errors import BadInput, shown

Day = int

# Both fit a 32-bit column together with any day and any number of the policy added to them.
NEVER: Final[Day] = -(2**30)
OPEN: Final[Day] = 2**30

LAST_DAY: Final[Day] = date.max.toordinal()

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day_of(at: datetime, zone: tzinfo) -> Day:
    """The local day of an aware instant. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(zone).toordinal()


@lru_cache(maxsize=4096)
def day_start(day: Day, zone: tzinfo) -> datetime:
    """The first instant of that local day, in UTC; also where the clocks skip midnight."""
    midnight = datetime.fromordinal(day)
    start = midnight.replace(tzinfo=zone).astimezone(UTC)
    before = start - timedelta(microseconds=1)
    if before.astimezone(zone).toordinal() < day:
        return start
    return _first_instant(day, zone, start - timedelta(days=1), start)


def _first_instant(day: Day, zone: tzinfo, early: datetime, late: datetime) -> datetime:
    """Where the clocks jump over midnight the day begins at the jump: look for it by halves."""
    while late - early > timedelta(microseconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).toordinal() < day:
            early = middle
        else:
            late = middle
    return late


def parse_day(text: str) -> Day:
    """`"2026-01-05"` as a day. Raises ValueError for anything else."""
    if not _ISO_DAY.fullmatch(text):
        raise ValueError(f"not a date: {text!r}")
    return date.fromisoformat(text).toordinal()


def iso(day: Day) -> str:
    """The day as `2026-01-05`."""
    return date.fromordinal(day).isoformat()


def as_date(day: Day) -> date:
    """A day of the rules as a date; what lies beyond the last date there is shown as that."""
    return date.fromordinal(min(day, LAST_DAY))


def zone_of(name: object) -> ZoneInfo:
    """The time zone of that name. Raises BadInput for one nobody knows."""
    if not isinstance(name, str) or not name:
        raise BadInput.of("timezone", "unknown_timezone", timezone=shown(name))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # A folder of zones ("Europe") or a path is an OSError or a ValueError, not a missing key.
        raise BadInput.of("timezone", "unknown_timezone", timezone=shown(name)) from None
