"""Time moves clients: at their midnight, each once, also after an outage, and never without the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lifecycle import recompute, store
from lifecycle.actions import deeds
from lifecycle.check import check
from lifecycle.club import Club
from tests.store.test_doors import OWNER, a_member, counts, folders_of


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

    assert recompute.refresh_all(club, because="recompute", by="club") == 0
    assert check(club) == []


def test_what_is_spoilt_is_found_by_the_check_and_mended_only_when_asked(club: Club) -> None:
    a_member(club)
    with club.writing() as conn:
        conn.exec_driver_sql("UPDATE standing SET mask = 128")
        conn.exec_driver_sql("UPDATE counter SET count = count + 1")
        conn.exec_driver_sql("DELETE FROM client_search")

    found = {difference.what for difference in check(club)}
    recompute.rebuild(club, by="Olga")

    assert found >= {"mask", "folder rows", "counter clients of branch 1", "search index"}
    assert check(club) == []
