"""A small club on the desk of its owner, and pages opened without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from club_ui import process
from club_ui.state.base import Here
from lifecycle.actions import clients, recording, staff
from lifecycle.club import Club
from lifecycle.desk import Desk


@pytest.fixture
def small_club(sqlite_url: str, open_club_at: Callable[..., Club]) -> Iterator[Club]:
    """An empty club that the screens of this process show."""
    club = open_club_at(sqlite_url)
    process.work_on(club)
    yield club
    process.work_on(None)


@pytest.fixture
def owner(small_club: Club) -> Desk:
    """The owner, signed in."""
    token = staff.setup_link(small_club)
    staff_id = staff.set_up(small_club, token, login="irina", name="Irina Sokolova", password="a long enough phrase")
    return Desk(staff_id, "Irina Sokolova", "owner")


@pytest.fixture
def here(small_club: Club, owner: Desk) -> Here:
    """The owner looks at all branches, in Russian."""
    return Here(owner, owner, "ru", None, ZoneInfo("Europe/Moscow"), small_club.clock.now(), "RUB")


@pytest.fixture
def given(small_club: Club, owner: Desk) -> Callable[..., int]:
    """Make a client with a history: facts as mappings, `ago` for so many days ago; gives the id."""
    made = 0

    def client(*facts: dict[str, Any], name: str = "Anna Karenina", phone: str | None = None) -> int:
        nonlocal made
        made += 1
        added = clients.add_client(small_club, owner, name=name, key=f"client-{made}", phone=phone)
        if facts:
            recording.record(small_club, owner, added.client_id, [dated(fact) for fact in facts], key=f"facts-{made}")
        return added.client_id

    def dated(fact: dict[str, Any]) -> dict[str, Any]:
        ago = fact.pop("ago", None)
        return fact if ago is None else {**fact, "at": (small_club.clock.now() - timedelta(days=ago)).isoformat()}

    return client


@pytest.fixture
def member(given: Callable[..., int], here: Here) -> Callable[..., int]:
    """Make a client whose membership of 90 days has so many days left (negative: ended so long ago)."""

    def client(*, left: int, name: str = "Anna Karenina") -> int:
        ago = 89 - left
        starts = (here.date - timedelta(days=ago)).isoformat()
        return given(
            {"type": "membership_sold", "membership": "m", "product": "Yoga", "billing": "term", "days": 90, "amount": 1320000, "ago": ago},
            {"type": "membership_activated", "membership": "m", "starts_on": starts, "ago": ago},
            name=name,
        )

    return client


def in_language(here: Here, language: str) -> Here:
    """The same look in another language."""
    return replace(here, language=language)
