"""The clock at work: everybody moves at their midnight, once, whoever looks (failures: F7, F15, F16, F35)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lifecycle import store
from lifecycle.actions import cards, policy
from lifecycle.check import check
from lifecycle.clock import Clock
from lifecycle.club import Club
from lifecycle.recompute import move_due
from lifecycle.scheduler import Scheduler, start
from tests.lives import OWNER, added, member, recorded, walk

MOSCOW = ZoneInfo("Europe/Moscow")


def moves_by_time(club, client_id):
    """(day, folders) of every move that time made, the first first."""
    with club.reading() as conn:
        rows = reversed(store.changes.of_client(conn, client_id))
        return [(row.at.astimezone(MOSCOW).date().isoformat(), row.after["folders"]) for row in rows if row.reason == "time"]


@pytest.fixture
def twin(club, open_club_at, tmp_path):
    """The same club, opened by another process."""
    url = club.engine.url.render_as_string(hide_password=False)
    other = open_club_at(url.replace("+psycopg", ""))
    other.clock = club.clock
    return other


@pytest.fixture
def two(club, twin):
    """Two schedulers on one club."""
    both = Scheduler(club), Scheduler(twin)
    yield both
    for each in both:
        each.lead.let_go()


def test_of_two_schedulers_one_acts(two, club):
    first, second = two
    anna = member(club, "Анна")
    first.turn()
    walk(club, timedelta(days=20))

    assert [second.turn(), first.turn(), second.turn()] == [0, 1, 0]
    assert len(moves_by_time(club, anna)) == 1


def test_when_the_leader_ends_another_takes_over(two, club):
    first, second = two
    member(club, "Анна")
    first.turn()
    walk(club, timedelta(days=20))
    first.lead.let_go()

    assert second.turn() == 1


def test_who_stands_by_goes_on_asking_and_takes_over(club, twin, monkeypatch):
    monkeypatch.setattr("lifecycle.scheduler.LOOK_EVERY", timedelta(milliseconds=50))
    anna, moved = member(club, "Анна"), threading.Event()
    leading = Scheduler(club)
    leading.turn()
    asked = threading.Semaphore(0)
    standing_by = Scheduler(twin)
    take = standing_by.lead.take
    monkeypatch.setattr(standing_by.lead, "take", lambda: asked.release() or take())
    twin.listeners.append(lambda _whose: moved.set() if moves_by_time(twin, anna) else None)
    standing_by.start()
    try:
        assert all(asked.acquire(timeout=60) for _ in range(3))
        walk(club, timedelta(days=20))
        leading.lead.let_go()

        assert moved.wait(60)
    finally:
        standing_by.stop()


def test_a_leader_that_was_cut_off_writes_nothing_more(postgres_url, open_club_at):
    club, twin = open_club_at(postgres_url), open_club_at(postgres_url)
    first, second = Scheduler(club), Scheduler(twin)
    anna = member(club, "Анна")
    first.turn()
    # The server has lost the first one's session and the first one does not know it yet.
    with twin.engine.connect() as conn:
        conn.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
    for each in (club, twin):
        walk(each, timedelta(days=20))
    assert second.lead.take()

    with club.writing() as conn:
        still = first.lead.still(conn)

    assert not still
    assert first.turn() == 0
    assert second.turn() == 1
    assert len(moves_by_time(twin, anna)) == 1
    second.lead.let_go()


def test_a_leader_whose_session_was_lost_takes_the_lead_again(postgres_url, open_club_at):
    club = open_club_at(postgres_url)
    scheduler = Scheduler(club)
    member(club, "Анна")
    scheduler.turn()
    with club.engine.connect() as conn:
        conn.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
    walk(club, timedelta(days=20))

    assert scheduler.turn() == 1
    scheduler.lead.let_go()


def test_after_an_outage_of_three_days_each_midnight_is_recorded_once_at_its_true_time(club):
    ends_on = {name: member(club, name, days=days) for name, days in [("Анна", 17), ("Борис", 16), ("Вера", 15)]}
    scheduler = Scheduler(club)
    walk(club, datetime(2026, 3, 20, 12, tzinfo=UTC))

    moved = scheduler.turn()
    again = scheduler.turn()

    assert (moved, again) == (3, 0)
    assert {name: moves_by_time(club, one)[-1] for name, one in ends_on.items()} == {
        "Анна": ("2026-03-19", ["active", "not_renewed"]),
        "Борис": ("2026-03-18", ["active", "not_renewed"]),
        "Вера": ("2026-03-17", ["active", "not_renewed"]),
    }
    assert check(club) == []
    scheduler.lead.let_go()


def test_days_stepped_one_by_one_and_days_made_up_for_leave_the_same_moves(sqlite_url, open_club_at, tmp_path):
    slow = open_club_at(sqlite_url)
    anna = member(slow, "Анна", days=20)
    boris = member(slow, "Борис", days=20)
    recorded(slow, boris, "f", {"type": "membership_frozen", "membership": "m", "from": "2026-03-05", "to": "2026-03-08"})

    for _ in range(150):
        walk(slow, timedelta(days=1))
        move_due(slow)

    assert moves_by_time(slow, anna) == [
        ("2026-03-07", ["active", "to_renew"]),
        ("2026-03-22", ["active", "not_renewed"]),
        ("2026-04-07", ["lost", "churn"]),
        ("2026-06-20", ["lost"]),
    ]
    assert moves_by_time(slow, boris) == [
        ("2026-03-11", ["active", "to_renew"]),
        ("2026-03-26", ["active", "not_renewed"]),
        ("2026-04-11", ["lost", "churn"]),
        ("2026-06-24", ["lost"]),
    ]
    assert check(slow) == []


def test_a_write_arms_the_clock_and_the_due_move_at_their_instant(sqlite_url, tmp_path):
    from lifecycle.club import open_engine

    # Half a minute before Moscow's midnight; the membership sold then ends with that very day.
    club = Club(open_engine(sqlite_url), Clock(datetime(2026, 3, 2, 20, 59, 58, tzinfo=UTC), tmp_path), tmp_path)
    moved = threading.Event()
    running = start(club)
    try:
        anna = member(club, "Анна", days=1)

        def look(_whose=None):
            if moves_by_time(club, anna):
                moved.set()

        club.listeners.append(look)
        look()

        assert moved.wait(60)
        assert moves_by_time(club, anna) == [("2026-03-03", ["active", "not_renewed"])]
    finally:
        running.stop()
        club.close()


def test_what_another_process_wrote_is_found_without_being_told(sqlite_url, open_club_at, tmp_path, monkeypatch):
    monkeypatch.setattr("lifecycle.scheduler.LOOK_EVERY", timedelta(milliseconds=100))
    served, elsewhere = open_club_at(sqlite_url), open_club_at(sqlite_url)
    moved = threading.Event()
    running = start(served)
    try:
        anna = member(elsewhere, "Анна")
        served.listeners.append(lambda _whose: moved.set() if moves_by_time(served, anna) else None)
        walk(served, timedelta(days=20))

        assert moved.wait(60)
    finally:
        running.stop()


def test_a_stopped_scheduler_leaves_the_club_to_the_next(club, twin):
    member(club, "Анна")
    start(club).stop()
    walk(club, timedelta(days=20))
    successor = Scheduler(twin)

    assert successor.turn() == 1
    successor.lead.let_go()


def test_where_the_clock_was_set_back_the_order_of_records_is_kept(club):
    anna = member(club, "Анна")
    walk(club, -timedelta(hours=3))

    recorded(club, anna, "end", {"type": "membership_ended", "membership": "m", "on": "2026-03-02", "why": "terminated"})
    boris = added(club, "Борис")

    with club.reading() as conn:
        kinds = [fact.type for fact in store.facts.of_client(conn, anna)]
        changes = [row.client_id for row in store.changes.after(conn, 0, desk=OWNER)]
    assert kinds[-1] == "membership_ended"
    assert changes[-1] == boris
    assert check(club) == []


def test_a_clock_set_back_over_midnight_moves_nobody_twice(club):
    anna = member(club, "Анна")
    walk(club, timedelta(days=20))
    move_due(club)
    walk(club, -timedelta(days=1))
    move_due(club)
    walk(club, timedelta(days=1))
    move_due(club)

    assert len(moves_by_time(club, anna)) == 1
    assert check(club) == []


def test_a_policy_that_begins_later_moves_everybody_on_its_first_day(club):
    anna = member(club, "Анна")
    policy.publish_policy(club, OWNER, {"renew_before_days": 25}, "2026-03-05")
    scheduler = Scheduler(club)
    scheduler.turn()
    assert moves_by_time(club, anna) == []
    walk(club, datetime(2026, 3, 5, 0, 0, tzinfo=MOSCOW))

    scheduler.turn()

    assert moves_by_time(club, anna) == []
    walk(club, datetime(2026, 3, 7, 0, 0, tzinfo=MOSCOW))
    scheduler.turn()
    assert moves_by_time(club, anna) == [("2026-03-06", ["active", "to_renew"])]
    assert check(club) == []
    scheduler.lead.let_go()


def told_of(club) -> list[datetime]:
    """When the club's listeners were told of something, from now on."""
    told: list[datetime] = []
    club.listeners.append(lambda _whose: told.append(club.clock.now()))
    return told


@pytest.mark.parametrize(("due", "at"), [("2026-03-02T15:00", "2026-03-02T12:00"), ("2026-03-02", "2026-03-02T21:00")])
def test_a_card_that_becomes_overdue_is_told_once_at_its_instant(club, due, at):
    cards.make(club, OWNER, key="k", client_id=added(club, "Анна"), due=due, status="thinking")
    scheduler, told = Scheduler(club), told_of(club)
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    for moment in (instant - timedelta(seconds=1), instant, instant + timedelta(seconds=1)):
        walk(club, moment)
        scheduler.turn()

    assert told == [instant]
    scheduler.lead.let_go()


def test_each_branch_is_told_of_its_own_midnight(club):
    with club.writing() as conn:
        store.branches.add(conn, code="south", name="South", timezone="Europe/Kyiv", country="UA")
    scheduler, told = Scheduler(club), told_of(club)
    for hour in range(19, 24):
        walk(club, datetime(2026, 3, 2, hour, 0, tzinfo=UTC))
        scheduler.turn()

    assert [at.hour for at in told] == [21, 22]
    scheduler.lead.let_go()


def test_the_clock_wakes_by_itself_when_a_card_turns(club):
    club.clock = Clock()
    due = (club.clock.now() + timedelta(seconds=2)).isoformat()
    cards.make(club, OWNER, key="k", client_id=added(club, "Анна"), due=due, status="thinking")
    turned = threading.Event()

    def look(_whose=None):
        with club.reading() as conn:
            if store.cards.get(conn, OWNER, 1).late(club.clock.now()):
                turned.set()

    running = start(club)
    try:
        club.listeners.append(look)

        assert turned.wait(60)
    finally:
        running.stop()
