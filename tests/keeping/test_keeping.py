"""The automatic cards on a real board: in the transaction of their fact, by time, once, whatever happens (failures: F2, F15, F16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lifecycle import backup, everybody, simulate, store
from lifecycle.actions import cards as doors
from lifecycle.actions import clients, contracts, policy, recording
from lifecycle.check import check
from lifecycle.clock import FixedClock
from lifecycle.days import iso
from lifecycle.errors import BadInput
from lifecycle.scheduler import Scheduler
from tests.keeping.conftest import Board, moscow
from tests.lives import OWNER, added, member, recorded, walk

NO_ANSWER = {"type": "contact", "direction": "in", "kind": "other", "outcome": "no_answer"}


def test_a_fact_makes_its_card_in_its_own_transaction_and_the_same_request_makes_no_second(board):
    anna = member(board.club, "Анна")

    for _ in range(3):
        recorded(board.club, anna, "c", {"type": "complaint", "comment": "холодно", "key": "webhook-17"})

    card = board.only(anna, "complaint")
    assert (card.created_by, board.events(card)) == ("club", ["made"])
    assert card.stages[0]["words"] == "холодно"


def test_a_fact_that_is_refused_leaves_no_card(board):
    anna = member(board.club, "Анна")

    with pytest.raises(BadInput):
        recorded(board.club, anna, "c", {"type": "complaint", "comment": "x"}, {"type": "nothing"})

    assert board.cards() == []


@pytest.mark.parametrize(("at", "made"), [
    (("2026-03-16", 23, 59), []),
    (("2026-03-17", 0, 0), [("renewal", "2026-03-17", "2026-03-20")]),
])  # fmt: skip
def test_time_makes_a_card_at_its_moment_and_not_before(board, at, made):
    anna = member(board.club, "Анна")

    board.until(moscow(*at))

    assert board.made(anna) == made


def lived(board):
    """A month of several people."""
    club = board.club
    anna, boris, vera = member(club, "Анна"), member(club, "Борис", days=20), added(club, "Вера", source="site")
    recorded(club, vera, "t", {"type": "guest_visit", "kind": "trial"})
    recorded(club, boris, "m", NO_ANSWER)
    return anna, boris, vera


def subscribed(board):
    """Some who pay by the month and stop paying, all in one person's hands, and some whose term ends: whose turn it is to
    call these depends on whether the contracts of those have ended yet."""
    club = board.club
    for number in range(6):
        someone = added(club, f"Client {number}")
        recorded(club, someone, "way", {"type": "guest_visit", "kind": "tour"}, {"type": "promoted"})
        if number % 2:
            clients.change_client(club, OWNER, someone, version=1, responsible_id=1)
            contracts.sell(club, OWNER, someone, key="s", amount=300000, billing="recurring", days=30, starts_on=today(club))
        else:
            contracts.sell(club, OWNER, someone, key="s", amount=300000, days=35 + 2 * number, starts_on=today(club))
        walk(club, timedelta(days=1))


def today(club):
    return club.clock.now().date().isoformat()


def told(board):
    """All there is to say of the cards."""
    same = ("key", "rule", "due_on", "due_at", "ends_at", "responsible_id", "created_at", "closed_at", "result", "shown_at", "handed_at", "stages", "cause")
    return [{name: getattr(card, name) for name in same} for card in board.cards()]


@pytest.mark.parametrize("lived", [lived, subscribed])
def test_an_outage_leaves_the_same_cards_as_a_calm_run(board, open_club_at, tmp_path, lived):
    lived(board)
    copied = open_club_at(f"sqlite:///{backup.make(board.club, tmp_path / 'copy.sqlite3').path}")
    calm, late = board, Board(copied)
    for _ in range(120 * 6):
        walk(calm.club, timedelta(hours=4))
        calm.work()

    walk(late.club, calm.club.clock.now())
    late.work()

    assert sorted(told(late), key=lambda one: one["key"]) == sorted(told(calm), key=lambda one: one["key"])
    assert len(told(calm)) > 6


def test_looked_at_again_by_whomever_nothing_is_made_twice(board, open_club_at):
    lived(board)
    board.until("2026-04-20")
    then = told(board)
    twin = open_club_at(board.club.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""), board.club.clock.now())

    board.work()
    for club in (board.club, twin):
        scheduler = Scheduler(club)
        scheduler.turn()
        scheduler.lead.let_go()
    walk(board.club, -timedelta(days=1))
    board.work()
    walk(board.club, timedelta(days=1))
    board.work()
    everybody.rebuild(board.club, by="Olga")
    board.work()

    assert told(board) == then
    assert check(board.club) == []


def test_a_fact_that_comes_before_the_clock_has_woken_finds_the_cards_of_time(board):
    anna = member(board.club, "Анна")
    walk(board.club, moscow("2026-03-31"))

    recorded(board.club, anna, "again", {"type": "membership_sold", "membership": "m2", "billing": "term", "days": 30, "amount": 1})

    card = board.only(anna, "contract_expiring")
    assert [one["rule"] for one in card.stages] == ["renewal", "contract_expiring"]
    assert (card.result, board.events(card)) == ("not_needed", ["made", "stage", "closed"])


def test_simulated_days_step_the_cards_too(board):
    anna = member(board.club, "Анна")

    simulate.let_days_pass(board.club, 20)

    assert board.made(anna) == [("renewal", "2026-03-17", "2026-03-20")]


# --- what makes none ----------------------------------------------------------------------------------


def test_a_new_policy_makes_none_and_counts_what_it_would_call_for(board):
    anna = member(board.club, "Анна")
    policy.publish_policy(board.club, OWNER, {"renew_before_days": 40, "contract_card_before_days": 5})

    policy.finish_replacing(board.club)
    board.work()

    with board.club.reading() as conn:
        counted = store.counted.by_rule(conn)
    assert board.cards(anna) == []
    assert counted == {"renewal": 1}
    board.until("2026-03-25")
    assert board.cards(anna) == []
    board.until("2026-03-26")
    assert board.made(anna) == [("contract_expiring", "2026-03-26", "2026-03-26")]


def test_a_recompute_makes_none_and_loses_none(board):
    anna = member(board.club, "Анна")

    everybody.rebuild(board.club, by="Olga")
    board.work()
    board.until("2026-03-17")

    assert board.open(anna) == ["renewal"]


def test_a_restore_makes_none_of_what_came_meanwhile(board, tmp_path):
    anna = member(board.club, "Анна")
    kept = backup.make(board.club, tmp_path / "kept").path
    walk(board.club, moscow("2026-04-20"))

    backup.restore(board.club, kept, force=True)
    board.work()

    with board.club.reading() as conn:
        counted = store.counted.by_rule(conn)
    assert board.cards(anna) == []
    assert counted == {"win_back": 1}
    assert check(board.club) == []


def test_an_undo_makes_none_withdraws_what_it_takes_back_and_opens_what_it_had_closed(board):
    anna = member(board.club, "Анна")
    board.until("2026-03-17")
    sale = recorded(board.club, anna, "s", {"type": "membership_sold", "membership": "m2", "billing": "term", "days": 30, "amount": 1})
    assert board.open(anna) == []

    recording.undo(board.club, OWNER, anna, sale, key="undo")

    card = board.only(anna, "renewal")
    assert (card.closed_at, board.events(card)) == (None, ["made", "closed", "back"])


def test_an_undone_complaint_has_no_card(board):
    anna = member(board.club, "Анна")
    told_of = recorded(board.club, anna, "c", {"type": "complaint", "comment": "x"})

    recording.undo(board.club, OWNER, anna, told_of, key="undo")

    assert board.only(anna, "complaint").result == "not_needed"


# --- people and their words -------------------------------------------------------------------------------


def test_what_somebody_spoke_of_stays_with_its_cause_gone(board):
    anna = member(board.club, "Анна")
    board.until("2026-03-17")
    doors.comment(board.club, OWNER, board.only(anna, "renewal").id, text="Обещала зайти")

    recorded(board.club, anna, "s", {"type": "membership_sold", "membership": "m2", "billing": "term", "days": 30, "amount": 1})

    card = board.only(anna, "renewal")
    assert (card.closed_at, card.gone_at) == (None, board.club.clock.now())
    assert check(board.club) == []


def test_a_card_made_by_hand_is_left_alone(board):
    anna = member(board.club, "Анна")
    doors.make(board.club, OWNER, key="k", client_id=anna, due="2026-03-05")

    board.until("2026-06-01")

    assert "manual" in board.open(anna)


def test_a_client_who_moves_to_another_branch_keeps_cards_and_gets_its_midnights(board):
    anna = member(board.club, "Анна")
    with board.club.writing() as conn:
        store.branches.add(conn, code="east", name="East", timezone="Asia/Vladivostok", country="RU")
    clients.change_client(board.club, OWNER, anna, version=1, branch="east")

    board.until(moscow("2026-03-16", 16, 59))
    assert board.cards(anna) == []
    board.until(moscow("2026-03-16", 17))

    assert board.open(anna) == ["renewal"]
    assert check(board.club) == []


def test_the_clock_sleeps_until_the_next_rule_looks(board):
    scheduler = Scheduler(board.club)
    boris = added(board.club, "Борис")
    recorded(board.club, boris, "m", NO_ANSWER)

    assert scheduler._next_wake() == board.club.clock.now() + timedelta(minutes=15)
    walk(board.club, timedelta(minutes=15))
    scheduler.turn()
    scheduler.lead.let_go()

    assert board.open(boris) == ["missed_call"]


def test_a_clock_that_stands_still_makes_cards_at_their_true_time(board):
    boris = added(board.club, "Борис")
    recorded(board.club, boris, "m", NO_ANSWER)
    then = board.club.clock.now()
    assert isinstance(board.club.clock, FixedClock)

    board.until(then + timedelta(days=3))

    assert board.only(boris, "missed_call").created_at == then + timedelta(minutes=15)


def test_a_card_that_withdrew_itself_is_there_again_when_its_matter_holds_anew(board):
    anna = member(board.club, "Анна")
    board.until("2026-03-18")
    card = board.only(anna, "renewal")
    recorded(board.club, anna, "a", {"type": "archived"})
    assert board.open(anna) == []
    board.until("2026-03-25")

    recorded(board.club, anna, "r", {"type": "restored"})

    again = board.only(anna, "renewal")
    assert (again.id, again.closed_at, again.result, iso(again.due_on)) == (card.id, None, None, "2026-03-25")
    assert board.events(again) == ["made", "closed", "back"]
    assert check(board.club) == []


def test_a_renewal_given_back_brings_the_case_back_with_what_has_come_meanwhile(board):
    anna = member(board.club, "Анна")
    board.until("2026-03-18")
    contracts.sell(board.club, OWNER, anna, key="s", amount=450000, days=30)
    assert board.open(anna) == []
    board.until("2026-04-02")
    assert board.open(anna) == []

    contracts.refund(board.club, OWNER, anna, key="r", contract=f"{anna}-1", reason="передумала")

    (card,) = [one for one in board.cards(anna) if one.closed_at is None]
    assert [stage["rule"] for stage in card.stages] == ["renewal", "not_renewed"]
    assert (card.rule, iso(card.due_on)) == ("not_renewed", "2026-04-02")
    assert check(board.club) == []


def test_what_a_person_closed_stays_closed(board):
    anna = member(board.club, "Анна")
    board.until("2026-03-18")
    board.finish(board.only(anna, "renewal"), "refused", reason="price")
    recorded(board.club, anna, "a", {"type": "archived"})

    recorded(board.club, anna, "r", {"type": "restored"})

    assert board.open(anna) == []
