"""A quiet look at everybody is only noted by who wants one; each client is asked for a chunk at a time, so that nobody waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from lifecycle import store
from lifecycle.club import Club

#: So many are asked for in one transaction.
CHUNK: Final = 500
_WANTED: Final = "look_at_everybody"


def want_everybody(conn: Connection) -> None:
    """Note that everybody is to be looked at quietly. The caller stands last in line."""
    store.settings.put(conn, _WANTED, {"after": 0})


def asked_up_to(conn: Connection) -> int | None:
    """The id of the last client for whom the look was asked; None where nobody is left."""
    row = store.settings.get(conn, _WANTED)
    return int(row["after"]) if row else None


def ask_some(club: Club, still_leading: Callable[[Connection], bool]) -> bool:
    """Ask for the next chunk, the progress written with it. False where nobody is left, or it is not ours to do."""
    with club.reading() as conn:
        after = asked_up_to(conn)
        ids = [] if after is None else store.clients.ids(conn, after=after, limit=CHUNK)
    if after is None:
        return False
    with club.writing() as conn:
        if not still_leading(conn):
            return False
        store.clients.lock(conn, ids)
        store.changes.stand_last_in_line(conn)
        if asked_up_to(conn) != after:
            # Somebody wants everybody looked at again: from the first on.
            return True
        _note(conn, club, ids)
    return True


def _note(conn: Connection, club: Club, ids: list[int]) -> None:
    if not ids:
        store.settings.remove(conn, _WANTED)
        return
    store.agenda.look_quietly(conn, ids, club.clock.now())
    store.settings.put(conn, _WANTED, {"after": ids[-1]})
