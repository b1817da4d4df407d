"""The clock of contracts: charges fall due, and what was not paid in time is ended, each at its true moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from lifecycle import aside, keeping, store
from lifecycle.actions.recording import settle_contracts
from lifecycle.club import Club

CHUNK: Final = 200


def settle_due(
    club: Club,
    *,
    still_leading: Callable[[Connection], bool] = lambda _conn: True,
) -> int:
    """Do all that time does to contracts up to now, the earliest moment of the whole club first; gives how many ended.

    One transaction for one moment (or a chunk of its clients), so that a pass that is cut off goes on where it
    stopped. Up to each moment the rules of cards do theirs first, so that whose turn it is follows from the order
    of moments, however late the clock comes. Whoever cannot be settled waits aside, and stops nobody.
    """
    ended = 0
    while (at := next_at(club)) is not None and at <= club.clock.now():
        keeping.keep_due(club, until=at, still_leading=still_leading)
        with club.writing() as conn:
            if not still_leading(conn):
                return ended
            due = store.contracts.due(conn, at, CHUNK)
            # All of them before the first is written: who holds one and waits in line must not meet who stands in it.
            store.clients.lock(conn, due)
            ended += _settle(club, conn, due, at)
    return ended


def _settle(club: Club, conn: Connection, client_ids: Sequence[int], at: datetime) -> int:
    again = club.clock.now() + aside.AGAIN_AFTER

    def do(some: Sequence[int]) -> int:
        return sum(settle_contracts(club, conn, one, at) for one in some)

    return sum(aside.each(conn, client_ids, do, lambda one: store.contracts.put_off(conn, one, at, again)))


def next_at(club: Club) -> datetime | None:
    """When time changes a contract next."""
    with club.reading() as conn:
        return store.contracts.next_at(conn)
