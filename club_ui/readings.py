"""What many pages show alike is read once: the first to ask reads, the others wait for the same.

A reading is known by its key: what is read, for which rights and branches, in which language and on which day
(`Here.sight`). It holds until a tick touches those whom it concerns, and no longer than `FRESH` seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from club_ui.hub import Hub, hub
from lifecycle.club import Club
from lifecycle.touched import Touched

#: No reading is shown longer than this: what no tick tells of is seen with the next beat of a page.
FRESH: Final = 10.0
#: A reading nobody asked for in so long is forgotten, and what comes after it is no change under anybody's eyes.
WATCHED: Final = 30.0
#: So many are kept at most.
MOST: Final = 1_000

Value = TypeVar("Value")


@dataclass
class _Reading:
    version: int
    began: float
    asked: float
    task: asyncio.Task[Any]
    before: Any
    #: The version of the hub up to which nobody whom it concerns was touched.
    untouched: int

    def given(self) -> Any:
        """What it gave; None where it has not ended or has failed."""
        done = self.task.done() and not self.task.cancelled() and self.task.exception() is None
        return self.task.result() if done else None


class Readings:
    """One per process."""

    def __init__(self, ticks: Hub) -> None:
        self._hub = ticks
        self._club: Club | None = None
        self._kept: dict[Hashable, _Reading] = {}

    async def share(
        self, club: Club, key: Hashable, concerns: Touched, read: Callable[[Any], Value]
    ) -> Value:
        """What `read` gave in a thread since the last tick that concerns it, shared by all who ask with this key.

        `read` is handed what it gave the time before, where somebody still watches, else None. It gives
        something, which depends on nothing but the key; what it raises is raised to all who wait for it.
        """
        if club is not self._club:
            self._club, self._kept = club, {}
        now, known = time.monotonic(), self._kept.get(key)
        if known is None or not self._holds(known, concerns, now):
            known = self._kept[key] = self._begin(known, read, now)
            self._sweep(now)
        known.asked = now
        # A page that is left must not take the reading of the others with it.
        return await asyncio.shield(known.task)

    def _holds(self, known: _Reading, concerns: Touched, now: float) -> bool:
        if now - known.began > FRESH or not self._untouched(known, concerns):
            return False
        if not known.task.done():
            return known.task.get_loop() is asyncio.get_running_loop()
        return known.given() is not None

    def _untouched(self, known: _Reading, concerns: Touched) -> bool:
        """Whether no tick since it began concerns it: asked once after each tick, however many pages ask for the reading."""
        version = self._hub.version
        if known.untouched != version:
            if self._hub.last(concerns) > known.version:
                return False
            known.untouched = version
        return True

    def _begin(self, known: _Reading | None, read: Callable[[Any], Any], now: float) -> _Reading:
        watched = known is not None and now - known.asked < WATCHED
        # What is still under way when the next begins has been seen by nobody yet.
        before = None
        if known is not None and watched:
            before = known.before if known.given() is None else known.given()
        # The version is taken before anything is read: what is committed meanwhile makes the next reading.
        version = self._hub.version
        return _Reading(version, now, now, asyncio.create_task(asyncio.to_thread(read, before)), before, version)

    def _sweep(self, now: float) -> None:
        if len(self._kept) > MOST:
            self._kept = {key: one for key, one in self._kept.items() if now - one.asked < WATCHED}
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]


readings = Readings(hub)
