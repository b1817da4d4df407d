"""The door for having looked: that somebody opened a client is audited (spec: access)."""

from __future__ import annotations

from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import Busy
from lifecycle.store.clients import ClientRow


def note_opened(club: Club, desk: Desk, client: ClientRow, *, address: str = "") -> None:
    """Note that this person or program saw the client whole. Reading goes on where nothing can be written."""
    try:
        with club.writing(announce=False) as conn:
            audit.append(
                conn,
                desk,
                "open_client",
                at=club.clock.now(),
                client_id=client.id,
                branch_id=client.branch_id,
                address=address,
            )
    except Busy:
        return
