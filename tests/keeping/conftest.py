"""A club with people at the desk, and what its board shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lifecycle import keeping, store
from lifecycle.actions import cards as doors
from lifecycle.actions import contract_clock
from lifecycle.club import Club
from lifecycle.days import day_of, iso
from lifecycle.desk import Desk
from lifecycle.recompute import move_due
from lifecycle.store import staff as staff_rows
from tests.lives import OWNER, walk

MOSCOW = ZoneInfo("Europe/Moscow")


def moscow(day: str, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of Moscow."""
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00").replace(tzinfo=MOSCOW).astimezone(UTC)


@dataclass
class Board:
    """What the board of a club shows, and how its time goes by."""

    club: Club

    def cards(self, client_id: int | None = None, rule: str | None = None) -> list[Any]:
        """The cards in the order they were made, closed ones too."""
        with self.club.reading() as conn:
            ids = [client_id] if client_id else store.clients.ids(conn, limit=1000)
            found = [card for one in ids for card in store.cards.of_client(conn, one)]
        return [card for card in sorted(found, key=lambda card: card.id) if rule in (None, card.rule)]

    def open(self, client_id: int | None = None) -> list[str]:
        """The rules of the open cards."""
        return [card.rule for card in self.cards(client_id) if card.closed_at is None]

    def only(self, client_id: int, rule: str) -> Any:
        (card,) = self.cards(client_id, rule)
        return card

    def made(self, client_id: int | None = None) -> list[tuple[str, str, str]]:
        """(rule, day made, day due)."""
        return [(card.rule, iso(day_of(card.created_at, MOSCOW)), iso(card.due_on)) for card in self.cards(client_id)]

    def events(self, card: Any) -> list[str]:
        with self.club.reading() as conn:
            return [event.what for event in store.cards.events(conn, card.id)]

    def until(self, at: datetime | str, *, hour: int = 9) -> None:
        """Put the clock to an instant and let it work, once."""
        walk(self.club, moscow(at, hour) if isinstance(at, str) else at)
        self.work()

    def work(self) -> None:
        move_due(self.club)
        contract_clock.settle_due(self.club)
        keeping.keep_due(self.club)

    def finish(self, card: Any, result: str = "done", **more: Any) -> Any:
        """A person closes a card; gives the one that follows."""
        return doors.finish(self.club, OWNER, card.id, result=result, version=card.version, **more)[1]


@pytest.fixture
def board(club):
    """The board of an empty club with two people at the desk and a manager."""
    hire(club, "lisa", "front_desk")
    hire(club, "zoya", "front_desk")
    hire(club, "mila", "manager")
    return Board(club)


def hire(club: Club, login: str, role: str) -> int:
    """Somebody who works here; nobody signs in, so that no password need be hashed."""
    row = {"login": login, "name": login.title(), "password_hash": "none", "role": role, "active": True, "demo": False}
    row |= {"theme": "system", "created_at": club.clock.now(), "version": 1}
    with club.writing() as conn:
        return staff_rows.add(conn, row, [store.branches.every(conn)[0].id])


def desk_of(club: Club, login: str) -> Desk:
    with club.reading() as conn:
        one = staff_rows.by_login(conn, login)
    assert one is not None
    return Desk(one.id, one.name, one.role, one.branches)
