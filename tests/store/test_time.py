"""Time moves clients: at their midnight, each once, also after an outage, and never without the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from lifecycle import everybody, keeping, recompute, store
from lifecycle.actions import clients, deeds, policy
from lifecycle.aside import AGAIN_AFTER
from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.tables import standing
from tests.store.test_doors import OWNER, a_lead, a_member, counts, folders_of


def midnight_of(day: int) -> datetime:
    """Moscow's midnight of a day of March 2026, in UTC."""
    return datetime(2026, 3, 1, 21, tzinfo=UTC) + timedelta(days=day - 2)


def test_the_next_change_is_a_midnight_of_the_home_branch(club: Club) -> None:
    a_member(club, "2026-03-02")

    with club.reading() as conn:
        assert store.standings.next_due_at(conn) == midnight_of(17)


def test_nobody_moves_a_moment_before_midnight_and_the_due_move_at_it(club: Club) -> None:
    client_id = a_member(club, "2026-03-02")

    club.clock.at = midnight_of(17) - timedelta(microseconds=1)
    early = recompute.move_due(club)
    club.clock.at = midnight_of(17)
    due = recompute.move_due(club)

    assert (early, due) == (0, 1)
    assert counts(club) == {"active": 1, "to_renew": 1}
    assert folders_of(club, client_id) == ("active", "to_renew")
    assert check(club) == []


def test_after_an_outage_every_missed_midnight_is_written_once_with_its_true_time(club: Club) -> None:
    client_id = a_member(club, "2026-03-02")

    club.clock.at = midnight_of(2) + timedelta(days=120)
    recompute.move_due(club)
    again = recompute.move_due(club)

    with club.reading() as conn:
        moves = [change for change in store.changes.of_client(conn, client_id) if change.reason == "time"]
    assert again == 0
    assert [(move.at, move.after["folders"]) for move in reversed(moves)] == [
        (midnight_of(17), ["active", "to_renew"]),
        (midnight_of(2) + timedelta(days=30), ["active", "not_renewed"]),
        (midnight_of(2) + timedelta(days=46), ["lost", "churn"]),
        (midnight_of(2) + timedelta(days=120), ["lost"]),
    ]
    assert check(club) == []


def test_a_fact_that_comes_before_the_clock_has_woken_finds_the_client_moved(club: Club) -> None:
    client_id = a_member(club, "2026-03-02")
    club.clock.at = midnight_of(17) + timedelta(hours=1)

    deeds.complain(club, OWNER, client_id, key="c", comment="cold")

    with club.reading() as conn:
        reasons = [change.reason for change in store.changes.of_client(conn, client_id) if change.what != "card"][:2]
    assert reasons == ["complaint", "time"]
    assert check(club) == []


def test_going_through_the_whole_club_finds_nothing_to_move(club: Club) -> None:
    a_member(club)

    assert everybody.refresh_all(club, because="recompute", by="club") == 0
    assert check(club) == []


def test_what_is_spoilt_is_found_by_the_check_and_mended_only_when_asked(club: Club) -> None:
    a_member(club)
    with club.writing() as conn:
        conn.exec_driver_sql("UPDATE standing SET mask = 128")
        conn.exec_driver_sql("UPDATE counter SET count = count + 1")
        conn.exec_driver_sql("DELETE FROM client_search")

    found = {difference.what for difference in check(club)}
    everybody.rebuild(club, by="Olga")

    assert found >= {"mask", "folder rows", "counter clients of branch 1", "search index"}
    assert check(club) == []


def test_a_move_by_time_reads_no_fact(club: Club) -> None:
    a_member(club, "2026-03-02")
    with club.writing() as conn:
        # Whoever reads it now would stop here.
        conn.exec_driver_sql("UPDATE fact SET fields = '{}'")

    club.clock.at = midnight_of(17)
    recompute.move_due(club)

    assert counts(club) == {"active": 1, "to_renew": 1}


def test_a_fact_of_a_later_day_counts_from_the_midnight_of_that_day(club: Club) -> None:
    client_id = a_lead(club)
    tomorrow = club.clock.at + timedelta(days=1)
    tour = ("later", client_id, "guest_visit", tomorrow, tomorrow.toordinal(), {"kind": "tour"}, 1, None, "file", "import", club.clock.at, None)
    with club.writing() as conn:
        store.imports.add_facts(conn, [tour])
        recompute.refresh(conn, [client_id], club.clock.at, because="import", by="file")
        keeping.look_quietly(conn, [client_id], club.clock.at)

    before = recompute.move_due(club), counts(club), check(club)
    club.clock.at = midnight_of(3)
    moved = recompute.move_due(club)

    assert before == (0, {"potential": 1}, [])
    assert (moved, counts(club), check(club)) == (1, {"guest": 1}, [])


def test_under_numbers_that_cut_the_stretches_anew_the_facts_are_read_again(club: Club) -> None:
    client_id = a_member(club, "2026-03-02")
    policy.publish_policy(club, OWNER, {"grace_days": 20}, "2026-03-10")
    policy.finish_replacing(club)

    club.clock.at = midnight_of(2) + timedelta(days=30 + 19)
    recompute.move_due(club)
    last_day_of_grace = folders_of(club, client_id)
    club.clock.at += timedelta(days=1)
    recompute.move_due(club)

    assert (last_day_of_grace, folders_of(club, client_id)) == (("active", "not_renewed"), ("lost", "churn"))
    assert check(club) == []


def test_one_client_on_whom_the_rules_stop_waits_aside_and_stops_nobody(club: Club, caplog: pytest.LogCaptureFixture) -> None:
    broken, other = a_member(club, "2026-03-02"), clients.add_client(club, OWNER, name="Вера", key="v").client_id
    for deed in (deeds.move_to_guest, deeds.promote):
        deed(club, OWNER, other, key=deed.__name__)
    deeds.sell_membership(club, OWNER, other, key="w", amount=450000, days=30, starts_on="2026-03-02")
    set_stage(club, 99, broken)

    club.clock.at = midnight_of(17)
    recompute.move_due(club)

    assert folders_of(club, other) == ("active", "to_renew")
    assert f"client_put_aside client={broken} error=IndexError" in caplog.text
    assert [recompute.move_due(club), due_at(club) - club.clock.at] == [0, AGAIN_AFTER]


def test_who_waits_aside_is_moved_when_the_rules_take_them_again_at_the_true_time(club: Club) -> None:
    client_id = a_member(club, "2026-03-02")
    set_stage(club, 99)
    club.clock.at = midnight_of(17)
    recompute.move_due(club)

    set_stage(club, 2)
    club.clock.at += AGAIN_AFTER
    moved = recompute.move_due(club)

    with club.reading() as conn:
        move = store.changes.of_client(conn, client_id)[0]
    assert (moved, move.reason, move.at) == (1, "time", midnight_of(17))
    assert check(club) == []


def test_the_check_names_whom_the_rules_cannot_judge(club: Club) -> None:
    a_member(club)
    with club.writing() as conn:
        conn.exec_driver_sql("UPDATE fact SET fields = '{}' WHERE type = 'membership_sold'")

    assert [str(one) for one in check(club) if one.what == "standing"] == [
        "standing of client 1: stored one, the facts say none, the rules stop with KeyError"
    ]


def set_stage(club: Club, stage: int, client_id: int = 1) -> None:
    """Write a stage into a stored summary, past the doors."""
    with club.writing() as conn:
        conn.execute(update(standing).where(standing.c.client_id == client_id).values(summary_stage=stage))


def due_at(club: Club) -> datetime:
    """When the clock wakes next."""
    with club.reading() as conn:
        at = store.standings.next_due_at(conn)
    assert at is not None
    return at


def test_a_fact_of_a_later_day_is_not_forgotten_by_a_move_between(club: Club) -> None:
    client_id = a_member(club, "2026-03-02")
    club.clock.at = midnight_of(20)
    deeds.archive(club, OWNER, client_id, key="a")
    # The machine's clock had run ahead, and is set right.
    club.clock.at = midnight_of(3)
    everybody.rebuild(club, by="Club")

    club.clock.at = midnight_of(17)
    recompute.move_due(club)
    between = folders_of(club, client_id)
    club.clock.at = midnight_of(21)
    recompute.move_due(club)

    assert (between, folders_of(club, client_id)) == (("active", "to_renew"), ("archive",))
    assert check(club) == []


@pytest.mark.parametrize(("grace_days", "reads"), [(None, 0), (5, 1)])
def test_a_policy_published_after_the_placing_of_its_day_judges_from_the_facts(club: Club, monkeypatch: pytest.MonkeyPatch, grace_days: int | None, reads: int) -> None:
    a_member(club, "2026-03-02")
    if grace_days is not None:
        # The process ends before it has placed everybody anew.
        policy.publish_policy(club, OWNER, {"grace_days": grace_days}, "2026-03-02")
    read, asked = store.facts.of_clients, []
    monkeypatch.setattr(store.facts, "of_clients", lambda conn, ids: asked.append(ids) or read(conn, ids))

    club.clock.at = midnight_of(17)
    recompute.move_due(club)

    assert len(asked) == reads
