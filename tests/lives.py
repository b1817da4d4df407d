"""Small clubs for tests of storage, clock and backup: a few people at different places of their lives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lifecycle.actions import clients, recording
from lifecycle.clock import FixedClock
from lifecycle.club import Club
from lifecycle.desk import Desk

OWNER = Desk(staff_id=None, name="Olga", role="owner")


def added(club: Club, name: str, **about: Any) -> int:
    """Somebody new, by an inquiry now; gives the id."""
    about.setdefault("key", f"new-{name}")
    return clients.add_client(club, OWNER, name=name, **about).client_id


def recorded(club: Club, client_id: int, key: str, *facts: dict[str, Any]) -> tuple[int, ...]:
    """Facts about somebody, now or at their own instants; gives their ids."""
    return recording.record(club, OWNER, client_id, list(facts), key=key).fact_ids


def member(club: Club, name: str, *, days: int = 30, **about: Any) -> int:
    """Somebody who buys a membership now and activates it today; gives the id."""
    client_id = added(club, name, **about)
    today = club.clock.now().date().isoformat()
    recorded(
        club, client_id, "way",
        {"type": "guest_visit", "kind": "tour"},
        {"type": "promoted"},
        {"type": "membership_sold", "membership": "m", "billing": "term", "days": days, "amount": 500000},
        {"type": "membership_activated", "membership": "m", "starts_on": today},
    )  # fmt: skip
    return client_id


def walk(club: Club, to: datetime | timedelta) -> None:
    """Put the club's standing clock to an instant, or so much later."""
    assert isinstance(club.clock, FixedClock)
    club.clock.at = to if isinstance(to, datetime) else club.clock.at + to
