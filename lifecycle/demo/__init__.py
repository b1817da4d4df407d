"""A believable club to try everything on: six hundred people, two years, two branches, made through the doors.

It is the same on every machine, dated from today. Whoever has seen enough begins with an empty club by one deed.
"""

from __future__ import annotations

from typing import Final

from lifecycle import rights, store
from lifecycle.actions import staff
from lifecycle.club import Club
from lifecycle.demo.making import CLIENTS, fill
from lifecycle.demo.people import PASSWORD, PEOPLE
from lifecycle.demo.regulars import REGULARS, Regular
from lifecycle.desk import Desk
from lifecycle.errors import IllegalMove
from lifecycle.simulate.passing import in_haste

__all__ = ("CLIENTS", "PASSWORD", "PEOPLE", "REGULARS", "Regular", "is_demo", "make", "start_empty")

_DEMO: Final = "demo"
_MAKING: Final = "making"


def make(club: Club) -> bool:
    """Make the demo club where there is nothing yet; True where it was made.

    One that was cut off half-way is made anew; one that was emptied stays empty. Raises IllegalMove for a club
    of real people.
    """
    with club.writing(announce=False) as conn:
        state = store.settings.get(conn, _DEMO)
        if state is True or state is False:
            return False
        if state != _MAKING and store.tables.inhabited(conn):
            raise IllegalMove("club_is_no_demo")
        store.tables.begin_anew(conn, club.clock.now())
        store.settings.put(conn, _DEMO, _MAKING)
    with in_haste(club):
        fill(club)
    with club.writing() as conn:
        store.settings.put(conn, _DEMO, True)
    return True


def is_demo(club: Club) -> bool:
    """Whether this is the demo club: its banner is shown, and it may be emptied."""
    with club.reading() as conn:
        return store.settings.get(conn, _DEMO) is True


def start_empty(club: Club, desk: Desk) -> str:
    """Clear the demo away and begin with an empty club; gives the secret of its set-up link, `/set-up?token=…`.

    Everybody is signed out. Raises Refused, IllegalMove where this is no demo: a real club is never emptied.
    """
    rights.check(desk, "start_empty")
    with club.writing() as conn:
        if store.settings.get(conn, _DEMO) is not True:
            raise IllegalMove("club_is_no_demo")
        store.tables.begin_anew(conn, club.clock.now())
        store.settings.put(conn, _DEMO, False)
    token = staff.setup_link(club)
    if token is None:  # pragma: no cover - nobody can have come in between
        raise IllegalMove("club_not_empty")
    return token
