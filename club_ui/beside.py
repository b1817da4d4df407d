"""What runs beside the pages in each worker: the club's commits heard by the hub, ticks from other processes.

The scheduler is started by every worker too; only the one that leads does anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from club_ui import process
from club_ui.hub import hub
from lifecycle import store
from lifecycle.club import Club
from lifecycle.errors import ClubError
from lifecycle.scheduler import Scheduler

log = logging.getLogger(__name__)

#: How often the change table is looked at: an import or a command in another process is seen by then.
LOOK: Final = 0.5


@asynccontextmanager
async def beside() -> AsyncIterator[None]:
    """While a worker serves: everything that is not an answer to somebody."""
    club = await asyncio.to_thread(process.club)
    others = Others(club)
    club.listeners[:0] = [others.note_own]
    if hub.tick not in club.listeners:
        club.listeners.append(hub.tick)
    scheduler = await asyncio.to_thread(Scheduler(club).start)
    url = process.settings().redis_url
    tasks = [asyncio.create_task(work) for work in (others.watch(), *([hub.relay(url)] if url else []))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(scheduler.stop)
        club.close()


class Others:
    """Sees what other processes write. The change table is the truth, a tick only the quick way."""

    def __init__(self, club: Club) -> None:
        self.club = club
        self.known = -1

    def note_own(self) -> None:
        """After a commit of this process: its own tick tells the pages, so this need not."""
        self.known = max(self.known, self._latest())

    async def watch(self) -> None:
        """Ring the hub whenever the table holds more than this process knows of; runs until cancelled."""
        while True:
            try:
                latest = await asyncio.to_thread(self._latest)
            except ClubError:
                log.warning("changes_not_read")
            else:
                if latest > self.known:
                    self.known = latest
                    hub.ring()
            await asyncio.sleep(LOOK)

    def _latest(self) -> int:
        with self.club.reading() as conn:
            return store.changes.latest(conn)
