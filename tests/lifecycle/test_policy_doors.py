"""A new policy is tried on everybody before it holds, and places everybody anew once it does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from lifecycle import days, store
from lifecycle.actions import policy, recording
from lifecycle.check import check
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, IllegalMove, Refused
from lifecycle.recompute import move_due
from lifecycle.scheduler import Scheduler
from tests.lives import OWNER, added, member, walk

MANAGER = Desk(staff_id=None, name="Mila", role="manager")


@pytest.fixture
def four(club):
    """Members whose terms end in 9, 12, 20 and 40 days, and a lead."""
    found = {days: member(club, f"Member {days}", days=days) for days in (10, 13, 21, 41)}
    added(club, "Lead")
    return found


def folders_of(club, client_id):
    with club.reading() as conn:
        row = store.standings.of(conn, [client_id])[client_id]
    return policy.folders_of(row.mask)


def test_a_trial_counts_who_would_move_and_changes_nothing(club, four):
    shown = policy.preview_policy(club, OWNER, {"renew_before_days": 25})

    assert (shown.clients, shown.moved, shown.exact) == (5, 1, True)
    assert shown.shifts == (policy.Shift(("active",), ("active", "to_renew"), 1, (four[21],)),)
    assert shown.folders["to_renew"] == (2, 3)
    assert shown.statuses["active"] == (4, 4)
    assert folders_of(club, four[21]) == ("active",)


def test_a_trial_tells_what_publishing_then_does(club, four):
    walk(club, datetime(2026, 3, 25, 9, tzinfo=UTC))
    move_due(club)
    changes = {"renew_before_days": 30, "grace_days": 9, "churn_days": 11}
    shown = policy.preview_policy(club, OWNER, changes)

    policy.publish_policy(club, OWNER, changes)
    policy.finish_replacing(club)

    with club.reading() as conn:
        counters = store.standings.counters(conn)
    for code, (_, after) in shown.folders.items():
        assert sum(count for (_, what), count in counters.items() if what == f"folder:{code}") == after
    for code, (_, after) in shown.statuses.items():
        assert sum(count for (_, what), count in counters.items() if what == f"status:{code}") == after
    assert shown.moved == 3
    assert shown.refolded
    assert check(club) == []


def test_publishing_moves_everybody_and_says_so_in_the_change_log(club, four):
    policy.publish_policy(club, OWNER, {"renew_before_days": 25})
    policy.finish_replacing(club)

    with club.reading() as conn:
        moved = store.changes.of_client(conn, four[21])[0]
        announced = [row for row in store.changes.after(conn, 0, desk=OWNER, limit=500) if row.what == "policy"]
    assert folders_of(club, four[21]) == ("active", "to_renew")
    assert (moved.reason, moved.by) == ("policy", "club")
    assert [(row.before, row.after) for row in announced] == [({"renew_before_days": 14}, {"renew_before_days": 25})]
    assert check(club) == []


def test_a_pass_that_was_cut_off_goes_on_where_it_stopped(club, four, monkeypatch):
    monkeypatch.setattr("lifecycle.recompute.CHUNK", 2)
    policy.publish_policy(club, OWNER, {"renew_before_days": 50})
    asked = []

    def only_once(conn):
        asked.append(conn)
        return len(asked) == 1

    policy.finish_replacing(club, still_leading=only_once)
    halfway = policy.replacing(club)
    Scheduler(club).turn()

    assert halfway == policy.Replacing(done=2, of=5)
    assert policy.replacing(club) is None
    assert all("to_renew" in folders_of(club, one) for one in four.values())
    assert check(club) == []


def test_who_is_not_yet_placed_anew_is_late_and_not_wrong(club, four):
    policy.publish_policy(club, OWNER, {"renew_before_days": 50})
    waiting = check(club)
    policy.finish_replacing(club)
    with club.writing() as conn:
        store.standings.count(conn, {(1, "folder:lost"): 1})

    assert waiting == []
    assert [one.what for one in check(club)] == ["counter folder:lost of branch 1"]


def test_a_policy_published_during_the_pass_of_another_places_everybody_by_the_later(club, four, monkeypatch):
    monkeypatch.setattr("lifecycle.recompute.CHUNK", 2)
    policy.publish_policy(club, OWNER, {"renew_before_days": 50})
    asked = []
    policy.finish_replacing(club, still_leading=lambda conn: asked.append(conn) or len(asked) == 1)

    policy.publish_policy(club, OWNER, {"renew_before_days": 3})
    policy.finish_replacing(club)

    assert not any("to_renew" in folders_of(club, one) for one in four.values())
    assert check(club) == []


def test_facts_recorded_while_everybody_is_placed_anew_are_not_overwritten(club, monkeypatch):
    monkeypatch.setattr("lifecycle.recompute.CHUNK", 5)
    for number in range(30):
        added(club, f"Lead {number}")
    policy.publish_policy(club, OWNER, {"grace_days": 10})
    stop = threading.Event()

    def work():
        number = 0
        while not stop.is_set():
            member(club, f"Member {number}")
            number += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        policy.finish_replacing(club)
    finally:
        stop.set()
        worker.join()

    assert check(club) == []


def test_a_pass_waits_for_the_fact_that_somebody_is_just_recording(postgres_url, open_club_at):
    club = open_club_at(postgres_url)
    anna = added(club, "Анна")
    policy.publish_policy(club, OWNER, {"grace_days": 10})
    worker = threading.Thread(target=policy.finish_replacing, args=(club,))

    with club.writing() as conn:
        request = recording.open_request(club, OWNER, conn, anna, "tour")
        recording.record_within(request, [{"type": "guest_visit", "kind": "tour"}])
        worker.start()
        while worker.is_alive() and not waits_for_a_lock(club):
            pass
    worker.join()

    assert folders_of(club, anna) == ("guest",)
    assert check(club) == []


def waits_for_a_lock(club):
    # On a connection of its own each time: within a transaction the server shows its first picture again.
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with club.engine.connect() as conn:
        return conn.exec_driver_sql(query).scalar()


@pytest.mark.parametrize(
    ("changes", "from_on", "code", "field"),
    [
        ({"grace_days": 0}, None, "bad_number", "grace_days"),
        ({"grace_days": 90}, None, "not_below", "grace_days"),
        ({"nonsense": 1}, None, "unknown_setting", "nonsense"),
        ({"activate_on_visit": "yes"}, None, "bad_switch", "activate_on_visit"),
        ({"grace_days": 10}, "2026-03-01", "policy_in_the_past", "from_on"),
        ({"grace_days": 10}, "tomorrow", "bad_day", "from_on"),
    ],
)
def test_a_bad_value_is_refused_with_its_field(club, changes, from_on, code, field):
    with pytest.raises(BadInput) as refused:
        policy.publish_policy(club, OWNER, changes, from_on)

    assert (refused.value.code, refused.value.errors[0].field) == (code, field)
    assert policy.replacing(club) is None


def test_a_day_that_has_begun_in_one_branch_is_the_first_a_version_may_begin_on(club):
    with club.writing() as conn:
        store.branches.add(conn, code="east", name="East", timezone="Asia/Vladivostok", country="RU")
    walk(club, datetime(2026, 3, 2, 18, tzinfo=UTC))

    with pytest.raises(BadInput, match="policy_in_the_past"):
        policy.publish_policy(club, OWNER, {"grace_days": 10}, "2026-03-02")

    assert policy.earliest_start(club) == days.parse_day("2026-03-03")
    assert policy.publish_policy(club, OWNER, {"grace_days": 10}).from_on == days.parse_day("2026-03-03")


@pytest.mark.parametrize("door", [policy.publish_policy, policy.preview_policy])
def test_only_the_owner_changes_the_policy(club, door):
    with pytest.raises(Refused):
        door(club, MANAGER, {"grace_days": 10})


def test_who_has_not_seen_the_latest_version_publishes_nothing(club):
    first = policy.publish_policy(club, OWNER, {"grace_days": 10}, seen=0)

    with pytest.raises(Conflict):
        policy.publish_policy(club, OWNER, {"grace_days": 12}, seen=0)

    assert policy.publish_policy(club, OWNER, {"grace_days": 12}, seen=first.id).policy.grace_days == 12


def test_publishing_what_holds_already_is_refused(club):
    with pytest.raises(IllegalMove, match="policy_unchanged"):
        policy.publish_policy(club, OWNER, {"grace_days": 16})


def test_a_later_version_counts_in_what_comes_next(club, four):
    policy.publish_policy(club, OWNER, {"renew_before_days": 38}, "2026-03-04")
    policy.finish_replacing(club)

    with club.reading() as conn:
        row = store.standings.of(conn, [four[41]])[four[41]]
    assert folders_of(club, four[41]) == ("active",)
    assert days.iso(row.next_change_on) == "2026-03-04"
    walk(club, timedelta(days=2))
    move_due(club)
    assert folders_of(club, four[41]) == ("active", "to_renew")
    assert check(club) == []
