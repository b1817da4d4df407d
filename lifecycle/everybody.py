"""Passes over the whole club, a chunk a transaction, so that nobody's write waits longer than that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from lifecycle import recompute, store
from lifecycle.club import Club


def refresh_all(
    club: Club, *, because: str, by: str, progress: Callable[[int], None] = lambda _done: None
) -> int:
    """Go through the whole club, each from their facts, writing only what differs; gives how many moved."""
    moved, done, last = 0, 0, 0
    while True:
        with club.writing() as conn:
            ids = store.clients.ids(conn, after=last, limit=recompute.CHUNK)
            if ids:
                moved += recompute.refresh_each(conn, ids, club.clock.now(), because=because, by=by)
        if not ids:
            return moved
        last, done = ids[-1], done + len(ids)
        progress(done)


def rebuild(club: Club, *, by: str, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Make everything computed anew from facts: standings, folder rows, counters, the search index; gives how many moved.

    For a club whose check found differences. Flows and the change log are history and stay.
    """
    moved = refresh_all(club, because="recompute", by=by, progress=progress)
    with club.writing() as conn:
        store.changes.stand_last_in_line(conn)
        counts: dict[tuple[int, str], int] = defaultdict(int)
        for branch_id, mask, status, count in store.standings.tallies(conn):
            for what in recompute.counted(branch_id, mask, status):
                counts[what] += count
        store.standings.set_counters(conn, counts)
        store.agenda.look_at_everybody(conn)
    last = 0
    while True:
        with club.writing(announce=False) as conn:
            ids = store.clients.ids(conn, after=last, limit=recompute.CHUNK)
            store.search.put(conn, store.clients.for_index(conn, ids))
        if not ids:
            return moved
        last = ids[-1]
