"""A commit says whom it touched, and the change table says the same to another process."""

from __future__ import annotations

from datetime import date

import pytest

from lifecycle import everybody, store
from lifecycle.actions import clients, deeds, policy, staff
from lifecycle.club import Club
from lifecycle.desk import CLUB, Desk
from lifecycle.touched import EVERYONE, MOST, NOBODY, Touched

OWNER = Desk(None, "Olga", "owner")


@pytest.fixture
def heard(club: Club) -> list[Touched]:
    """What the listeners of the club are told."""
    told: list[Touched] = []
    club.listeners.append(told.append)
    return told


def a_lead(club: Club, name: str) -> int:
    return clients.add_client(club, OWNER, name=name, key=name).client_id


def of(club: Club, *ids: int) -> Touched:
    with club.reading() as conn:
        return Touched(frozenset(ids), frozenset({store.branches.every(conn)[0].id}))


def test_a_deed_names_its_client_and_branch(club, heard):
    anna = a_lead(club, "Anna")
    deeds.move_to_guest(club, OWNER, anna, key="guest")

    assert heard == [of(club, anna)] * 2


def test_who_has_not_moved_is_named_too(club, heard):
    anna, boris = a_lead(club, "Anna"), a_lead(club, "Boris")
    heard.clear()

    everybody.refresh_all(club, because="recompute", by="club")

    assert heard[0] == of(club, anna, boris)


@pytest.mark.parametrize("deed", [
    lambda club: staff.add(club, CLUB, login="dina", name="Dina", role="front_desk", password="seven quiet moons"),
    lambda club: policy.publish_policy(club, OWNER, {"grace_days": 20}),
])  # fmt: skip
def test_what_names_nobody_concerns_everyone(club, heard, deed):
    deed(club)

    assert EVERYONE in heard


def test_what_was_not_committed_touched_nobody(club, heard):
    with pytest.raises(ZeroDivisionError), club.writing():
        raise ZeroDivisionError

    assert heard == []


def test_another_process_finds_the_same_in_the_change_table(club):
    with club.reading() as conn:
        begin = store.changes.latest(conn)
    anna, boris = a_lead(club, "Anna"), a_lead(club, "Boris")

    with club.reading() as conn:
        cursor, found = store.changes.since(conn, begin)
        assert found == of(club, anna, boris)
        assert cursor == store.changes.latest(conn)
        assert store.changes.since(conn, cursor) == (cursor, NOBODY)


def test_a_change_of_nobodys_own_is_everyones_and_so_are_very_many(club):
    row = {
        "branch_id": 1, "at": club.clock.now(), "recorded_at": club.clock.now(), "day": date(2026, 3, 2).toordinal(),
        "what": "placement", "reason": "time", "fact_id": None, "by": "club", "before": {}, "after": {},
    }  # fmt: skip
    with club.writing(announce=False) as conn:
        begin = store.changes.latest(conn)
        store.changes.add(conn, [{**row, "client_id": number} for number in range(1, MOST + 2)])
        end = store.changes.latest(conn)
        store.changes.add(conn, [{**row, "client_id": None}])

    with club.reading() as conn:
        assert store.changes.since(conn, begin) == (store.changes.latest(conn), EVERYONE)
        assert store.changes.since(conn, end)[1] == EVERYONE
