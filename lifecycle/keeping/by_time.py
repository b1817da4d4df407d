"""The rules at work when time passes: moment by moment, each at its true time; and quiet looks, which only count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from lifecycle import aside, store
from lifecycle.club import Club
from lifecycle.keeping.asking import ask_some
from lifecycle.keeping.of_facts import at_moment
from lifecycle.keeping.reading import rules
from lifecycle.keeping.writing import write
from lifecycle.store.agenda import Subject

CHUNK: Final = 500


@dataclass
class Passed:
    """What a pass did: at how many clients it looked, and at how many of them quietly."""

    looked: int = 0
    quietly: int = 0


def keep_due(
    club: Club,
    *,
    until: datetime | None = None,
    still_leading: Callable[[Connection], bool] = lambda _conn: True,
) -> Passed:
    """Do all that the rules do by time up to now (or `until`), the earliest moment of the whole club first.

    One transaction for one moment (or a chunk of its clients), so that a pass that is cut off goes on where it
    stopped; `still_leading` is asked within each. The order is the same however late it comes. Whoever cannot be
    looked at waits aside, and stops nobody. Whom a change of the rules concerns is looked at quietly after that, a
    chunk at a time.
    """
    passed = Passed()
    _by_moment(club, passed, until, still_leading)
    while until is None and ask_some(club, still_leading):
        _by_moment(club, passed, until, still_leading)
    return passed


def _by_moment(club: Club, passed: Passed, until: datetime | None, still_leading: Callable[[Connection], bool]) -> None:
    while (at := _next(club, until)) is not None:
        with club.writing() as conn:
            if not still_leading(conn):
                return
            ids = store.agenda.due_at(conn, at, CHUNK)
            looked = _look(conn, club, ids, lambda one, at=at: one.next_at == at)  # type: ignore[misc]
        passed.looked += len(looked)
        passed.quietly += sum(one.quiet for one in looked)


def look_now(club: Club, progress: Callable[[int], None] = lambda _looked: None) -> int:
    """Do every quiet look that was asked for, a chunk a transaction, so that what is called for is counted; gives how many."""
    done = 0
    while ids := _asked(club):
        with club.writing() as conn:
            done += len(_look(conn, club, ids, lambda one: one.quiet))
        progress(done)
    return done


def _asked(club: Club) -> list[int]:
    with club.reading() as conn:
        return store.agenda.asked_quietly(conn, club.clock.now(), CHUNK)


def _next(club: Club, until: datetime | None) -> datetime | None:
    """The next moment that is here."""
    with club.reading() as conn:
        at = store.agenda.earliest(conn)
    return at if at is not None and at <= (until or club.clock.now()) else None


def _look(conn: Connection, club: Club, ids: Sequence[int], still: Callable[[Subject], bool]) -> list[Subject]:
    # Before anything is read: a fact recorded meanwhile may have done it already.
    store.clients.lock(conn, ids)
    now = club.clock.now()

    def do(some: Sequence[int]) -> list[Subject]:
        subjects = [one for one in store.agenda.subjects(conn, some).values() if still(one)]
        histories, known = store.facts.of_clients(conn, [one.client_id for one in subjects]), rules(conn)
        write(conn, [at_moment(one, histories[one.client_id], one.next_at or now, known, now) for one in subjects])
        return subjects

    looked = aside.each(conn, ids, do, lambda one: store.agenda.put_off(conn, one, now + aside.AGAIN_AFTER))
    return [one for some in looked for one in some]
