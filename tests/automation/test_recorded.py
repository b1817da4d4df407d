"""Automatic cards of what is recorded, of money and of rhythm; and what switches, comments, undoing and policies do to all of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lifecycle.automation import Tuning
from lifecycle.days import day_of, iso, parse_day
from tests.automation.paper import board
from tests.automation.test_rules import MOSCOW, at, member, results
from tests.lifecycle.given import a_client

# --- what is recorded -------------------------------------------------------------------------------


def test_every_complaint_is_a_card_that_only_a_person_ends():
    paper = board(member().complained("2026-01-05").complained("2026-01-06").archived("2026-01-07")).until("2026-01-08")

    assert [(card.rule, card.closed_at) for card in paper.cards] == [("complaint", None), ("complaint", None)]


def liquidated(client, on):
    return client.told("marked", on, relation="liquidated", reason="бланкрот")


def test_a_company_wound_up_while_it_trained_here_is_a_card():
    paper = board(liquidated(member(), "2026-01-05"), company=True).until("2026-01-05")

    assert paper.made() == [("company_liquidated", "2026-01-05", "2026-01-05")]


def test_a_company_marked_once_more_in_the_same_instant_keeps_its_card():
    client = liquidated(member(), "2026-01-05").told("marked", "2026-01-05", relation=None)

    assert [card.closed_at for card in board(liquidated(client, "2026-01-05"), company=True).until("2026-01-06").cards] == [None, None]


@pytest.mark.parametrize(("client", "company"), [
    (lambda: liquidated(member(), "2026-06-05"), True),
    (lambda: liquidated(liquidated(member(), "2026-01-05"), "2026-01-06"), False),
    (lambda: liquidated(a_client().inquired("2026-01-01", "walk_in"), "2026-01-05"), True),
])  # fmt: skip
def test_others_wound_up_are_none(client, company):
    rules = [card.rule for card in board(client(), company=company).until("2026-06-06").cards]

    assert "company_liquidated" not in rules


def test_who_is_not_for_this_club_has_no_automation():
    client = member().told("marked", "2026-01-05", relation="not_target").complained("2026-01-06")
    paper = board(client).until("2026-06-01")

    assert paper.cards == []


def test_a_mark_of_not_target_withdraws_what_was_open():
    paper = board(member().told("marked", "2026-01-20", relation="not_target")).until("2026-01-20")

    assert results(paper) == [("renewal", "not_needed")]


GATE = {"tuned": {"sale_past_gate": Tuning()}}


@pytest.mark.parametrize(("client", "needs"), [
    (lambda: a_client().inquired("2026-01-01").bought(days=30, on="2026-01-05"), "move_to_guest"),
    (lambda: a_client().toured("2026-01-04").bought(days=30, on="2026-01-05"), "promote"),
    (lambda: a_client().toured("2026-01-04").purchased("2026-01-05"), "promote"),
    (lambda: a_client().toured("2026-01-04").came_once("2026-01-05"), "promote"),
])  # fmt: skip
def test_a_sale_that_the_gate_would_have_refused_is_a_card_that_day(client, needs):
    cards = [card for card in board(client(), **GATE).until("2026-03-01").cards if card.rule == "sale_past_gate"]

    assert [(card.stages[0]["needs"], iso(day_of(card.made_at, MOSCOW)), card.closed_at) for card in cards] == [(needs, "2026-01-05", None)]


@pytest.mark.parametrize("client", [
    lambda: a_client().toured("2026-01-04").promoted("2026-01-05").bought(days=30, on="2026-01-05"),
    lambda: a_client().toured("2026-01-04").promoted("2026-01-05").bought(days=30, on="2026-01-05").bought(days=30, on="2026-01-06"),
    lambda: a_client().toured("2026-01-04"),
])  # fmt: skip
def test_who_was_promoted_first_is_no_such_card(client):
    assert "sale_past_gate" not in [card.rule for card in board(client(), **GATE).until("2026-01-20").cards]


# --- money ------------------------------------------------------------------------------------------


def started(**more):
    return a_client().told("contract_started", at(5, "10:00"), contract="c", amount=450000, **more)


def paid(client, when, state="paid", amount=450000, **more):
    return client.told("payment", when, contract="c", state=state, amount=amount, **more)


def test_an_unpaid_contract_is_a_card_a_quarter_of_an_hour_later():
    moment = datetime(2026, 1, 5, 10, 15, tzinfo=MOSCOW)

    assert board(started()).until(moment - timedelta(microseconds=1)).cards == []
    (card,) = board(started()).until(moment).cards
    assert (card.rule, card.due_at) == ("unpaid_contract", moment)


def test_who_pays_in_time_makes_none_and_who_pays_later_withdraws_it():
    in_time = board(paid(started(), at(5, "10:10"))).until("2026-01-05")
    later = board(paid(started(), at(5, "11:00"))).until("2026-01-05")

    assert in_time.cards == []
    assert results(later) == [("unpaid_contract", "not_needed")]


def test_a_part_is_not_all_and_the_rest_is_asked_for():
    waiting = paid(started(product="Месяц"), at(5, "10:05"), amount=100000)
    whole = paid(paid(started(), at(5, "10:05"), amount=100000), at(6, "10:00"), amount=350000)

    (card,) = board(waiting).until("2026-01-05").open
    assert (card.stages[0]["what"], card.stages[0]["amount"]) == ("rest", 350000)
    assert results(board(whole).until("2026-01-06")) == [("unpaid_contract", "not_needed")]


def subscriber():
    """Pays each month from 5 January on; the charge of 5 February fails."""
    client = paid(started(billing="recurring", days=30), at(5, "10:00"))
    client.told("membership_sold", at(5, "10:00"), membership="c", billing="recurring", amount=450000)
    client.activated(on=at(5, "10:00"), starts_on="2026-01-05", key="c")
    return paid(client, "2026-02-05T08:00:00+03:00", "failed", due_on="2026-02-05", why="недостаточно средств")


def test_a_failed_charge_is_a_card_that_day_and_further_tries_are_added():
    client = paid(subscriber(), "2026-02-06T08:00:00+03:00", "failed", due_on="2026-02-05")
    paper = board(client).until("2026-02-06")

    (card,) = [card for card in paper.cards if card.rule == "payment_failed"]
    assert (len(card.stages), card.due_on) == (2, parse_day("2026-02-05"))


def test_ten_days_before_the_contract_ends_for_debt_there_is_a_card():
    paper = board(subscriber()).until("2026-02-24")
    assert paper.shown() == ["payment_failed"]

    paper.until("2026-02-25")

    assert sorted(paper.shown()) == ["debt", "payment_failed"]


def test_whoever_pays_has_neither():
    paper = board(paid(subscriber(), "2026-02-26T08:00:00+03:00", due_on="2026-02-05")).until("2026-02-26")

    assert paper.shown() == []
    assert sorted(results(paper)) == [("debt", "not_needed"), ("payment_failed", "not_needed")]


# --- rhythm -----------------------------------------------------------------------------------------


def regular():
    """Every third day up to 22 January; the membership lasts to 30 January and longer."""
    client = a_client().bought(days=300, on="2026-01-01").activated(on="2026-01-01")
    return client.visited(*(f"2026-01-{day:02}" for day in range(1, 23, 3)))


def test_who_breaks_their_rhythm_has_a_card_where_the_club_wants_it():
    tuned = {"rhythm": Tuning(on=True)}

    assert board(regular(), tuned=tuned).until("2026-01-30").cards == []
    assert board(regular(), tuned=tuned).until("2026-01-31").made() == [("rhythm", "2026-01-31", "2026-01-31")]
    assert board(regular()).until("2026-03-31").cards == []


def test_coming_again_withdraws_it():
    paper = board(regular().visited("2026-02-02"), tuned={"rhythm": Tuning(on=True)}).until("2026-02-02")

    assert results(paper) == [("rhythm", "not_needed")]


def test_rest_is_no_broken_rhythm():
    client = regular().froze(first="2026-01-24", last="2026-02-10")

    assert board(client, tuned={"rhythm": Tuning(on=True)}).until("2026-02-18").cards == []


# --- switches, comments, undoing, policies ----------------------------------------------------------


def test_a_rule_that_is_off_makes_none_and_the_other_stages_of_a_case_go_on():
    paper = board(member(), tuned={"renewal": Tuning(on=False)}).until("2026-01-29")

    assert paper.made() == [("contract_expiring", "2026-01-29", "2026-01-29")]


def test_what_somebody_spoke_of_stays_and_shows_that_its_cause_has_gone():
    client = member().bought(days=30, on="2026-01-20")
    paper = board(client).until("2026-01-19")
    paper.cards[0].comments = 1

    paper.until("2026-01-20")

    assert paper.cards[0].closed_at is None
    assert paper.cards[0].gone_at is not None


def test_undoing_makes_none_and_withdraws_what_is_no_longer_true():
    client = member().complained("2026-01-05")
    paper = board(client.voided(client.facts[-1].id, on="2026-01-06")).until("2026-01-06")

    assert results(paper) == [("complaint", "not_needed")]


def test_a_new_policy_by_itself_makes_none():
    client = member().under(("2025-01-01", {}), ("2026-01-10", {"renew_before_days": 25}))

    assert board(client).until("2026-01-28").cards == []
    assert board(client).until("2026-01-29").made() == [("contract_expiring", "2026-01-29", "2026-01-29")]


def test_a_policy_of_tomorrow_is_gone_by_on_its_days():
    client = member().under(("2025-01-01", {}), ("2026-01-10", {"contract_card_before_days": 5}))

    (card,) = board(client).until("2026-01-25").cards

    assert [stage["rule"] for stage in card.stages] == ["renewal", "contract_expiring"]
