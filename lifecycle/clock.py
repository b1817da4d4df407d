"""The only place that reads the time.

With `CLUB_CLOCK_START` the clock begins at that instant and runs on at normal speed. The
real instant of the first start is kept in the data folder, so that every process on the
folder, and every restart, goes on from it (spec: intake, the clock in tests and demos).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_ANCHOR = "clock-started-at"
_AHEAD = "clock-ahead"


class Clock:
    """Tells now, as an aware instant in UTC."""

    def __init__(self, starts_at: datetime | None = None, data: Path | None = None) -> None:
        self.starts_at = starts_at
        self._data = data
        self._ahead = _ahead(data)
        self._shift = self._ahead
        if starts_at is not None:
            self._shift += starts_at.astimezone(UTC) - _anchored(data)

    @property
    def shifted(self) -> bool:
        """Whether this clock was set to begin at another instant; screens show a banner then."""
        return self.starts_at is not None or bool(self._ahead)

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC) + self._shift

    def machine(self, at: datetime) -> datetime:
        """When it will be `at` here by the machine's own clock; timers of the system are set by that one."""
        return datetime.now(UTC) + (at - self.now())

    def move_on(self, by: timedelta) -> None:
        """Go on so much later from now on, also in every process that opens the folder after this one."""
        self._ahead += by
        self._shift += by
        if self._data is not None:
            (self._data / _AHEAD).write_text(repr(self._ahead.total_seconds()))


class FixedClock(Clock):
    """A clock that somebody else moves: simulations step it from midnight to midnight."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        """The instant it was last put to."""
        return self.at.astimezone(UTC)

    def move_on(self, by: timedelta) -> None:
        """Stand so much later."""
        self.at += by


def _ahead(data: Path | None) -> timedelta:
    """How far simulated days have brought the folder's clock forward."""
    written = data / _AHEAD if data is not None else None
    return timedelta(seconds=float(written.read_text())) if written and written.exists() else timedelta(0)


def _anchored(data: Path | None) -> datetime:
    """The real instant at which the folder's clock began; written by the first process to ask."""
    now = datetime.now(UTC)
    if data is None:
        return now
    data.mkdir(parents=True, exist_ok=True)
    own = data / f"{_ANCHOR}.{os.getpid()}"
    own.write_text(now.isoformat())
    try:
        # A link appears whole or not at all, so that no other process reads half an instant.
        os.link(own, data / _ANCHOR)
    except FileExistsError:
        return datetime.fromisoformat((data / _ANCHOR).read_text())
    finally:
        own.unlink()
    return now
