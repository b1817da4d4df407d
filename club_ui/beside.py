"""What runs beside the pages in each worker: the club's commits heard by the hub, ticks from other processes.

The scheduler is started by every worker too; only the one that leads does anything.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from club_ui import process
from club_ui.hub import hub
from lifecycle import store
from lifecycle.club import Club
from lifecycle.errors import ClubError
from lifecycle.scheduler import Scheduler
from lifecycle.touched import NOBODY, Touched

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
        self._known = -1
        self._looking = threading.Lock()

    def note_own(self, own: Touched) -> None:
        """After a commit of this process: its own tick tells its pages, and only what stands beside it is told here."""
        found = self._look()
        if found.everyone or (found | own) != own:
            hub.ring(found)

    async def watch(self) -> None:
        """Ring the hub for those whom the table names and this process does not know of; runs until cancelled."""
        while True:
            try:
                found = await asyncio.to_thread(self._look)
            except ClubError:
                log.warning("changes_not_read")
            else:
                if found != NOBODY:
                    hub.ring(found)
            await asyncio.sleep(LOOK)

    def _look(self) -> Touched:
        """Whom the changes since the last look concern; at the first look nobody is shown anything old yet."""
        with self._looking, self.club.reading() as conn:
            if self._known < 0:
                self._known = store.changes.latest(conn)
                return NOBODY
            self._known, found = store.changes.since(conn, self._known)
            return found
