"""The door for having looked: that somebody opened a client is audited, and for the front desk limited (spec: access)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from lifecycle import store
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import Busy, Refused
from lifecycle.store.clients import ClientRow

#: So many different clients a person at the front desk, or a program of that role, may open in an hour: a full day's queue at the desk
#: stays far below, who reads the club's numbers off one by one does not.
OPENED_MOST: Final = 150
_WITHIN: Final = timedelta(hours=1)
_DEED: Final = "open_client"


def note_opened(club: Club, desk: Desk, client: ClientRow, *, address: str = "") -> None:
    """Note that this person or program sees the client whole; called before anything is shown.

    Raises Refused(`too_many_opened`) for the front desk beyond the limit; the refusal stands in the audit, where
    the owner sees it. Reading goes on where nothing can be written.
    """
    try:
        with club.writing(announce=False) as conn:
            too_many = desk.role == "front_desk" and _is_too_many(conn, club, desk, client.id)
            audit.append(
                conn,
                desk,
                _DEED,
                audit.REFUSED if too_many else audit.DONE,
                at=club.clock.now(),
                client_id=client.id,
                branch_id=client.branch_id,
                address=address,
            )
    except Busy:
        return
    if too_many:
        raise Refused("too_many_opened", count=OPENED_MOST, deed=_DEED)


def _is_too_many(conn: Connection, club: Club, desk: Desk, client_id: int) -> bool:
    """A client seen within the hour may be seen again: nothing new is learned by it."""
    since = club.clock.now() - _WITHIN
    seen = store.audit.clients_of(conn, desk.staff_id, _DEED, audit.DONE, since=since, by=desk.name)
    return client_id not in seen and len(seen) >= OPENED_MOST
