"""Each automatic card: made once, on its day and not before, with its due; withdrawn when its cause ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lifecycle.days import parse_day
from tests.automation.paper import board
from tests.lifecycle.given import a_client

MOSCOW = ZoneInfo("Europe/Moscow")


def member():
    """Thirty days, the last covered one is 30 January."""
    return a_client().bought(days=30, on="2026-01-01").activated(on="2026-01-01")


def results(paper):
    return [(card.rule, card.result) for card in paper.cards if card.closed_at]


# --- the end of a membership ------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "made"), [
    ("2026-01-15", []),
    ("2026-01-16", [("renewal", "2026-01-16", "2026-01-19")]),
    ("2026-01-28", [("renewal", "2026-01-16", "2026-01-19")]),
    ("2026-02-15", [("renewal", "2026-01-16", "2026-01-19")]),
    ("2026-02-16", [("renewal", "2026-01-16", "2026-01-19"), ("win_back", "2026-02-16", "2026-02-16")]),
])  # fmt: skip
def test_the_end_of_a_membership_is_one_case_with_one_card(until, made):
    assert board(member()).until(until).made() == made


@pytest.mark.parametrize(("until", "stages"), [
    ("2026-01-28", ["renewal"]),
    ("2026-01-29", ["renewal", "contract_expiring"]),
    ("2026-01-30", ["renewal", "contract_expiring"]),
    ("2026-01-31", ["renewal", "contract_expiring", "not_renewed"]),
])  # fmt: skip
def test_each_stage_of_the_case_is_added_on_its_day(until, stages):
    (card,) = board(member()).until(until).cards

    assert [one["rule"] for one in card.stages] == stages


def test_a_stage_brings_the_due_forward_and_never_back():
    paper = board(member()).until("2026-01-20")
    card = paper.cards[0]
    assert card.due_on == parse_day("2026-01-19")
    card.due_on, card.ends_at = parse_day("2026-02-20"), datetime(2026, 2, 21, tzinfo=MOSCOW)

    paper.until("2026-01-29")

    assert card.due_on == parse_day("2026-01-29")
    paper.until("2026-02-05")
    assert card.due_on == parse_day("2026-01-29")


def test_a_renewal_bought_withdraws_the_case():
    paper = board(member().bought(days=30, on="2026-01-29")).until("2026-01-29")

    assert results(paper) == [("contract_expiring", "not_needed")]
    assert paper.open == []


def test_a_renewal_bought_early_makes_no_card_at_all():
    paper = board(member().bought(days=30, on="2026-01-10")).until("2026-02-20")

    assert "renewal" not in [card.rule for card in paper.cards]


@pytest.mark.parametrize("tell", [
    lambda client: client.extended(on="2026-01-20", days=30),
    lambda client: client.froze(first="2026-01-20", last="2026-02-10"),
])  # fmt: skip
def test_an_extension_or_a_freeze_withdraws_the_case_and_opens_a_new_one_later(tell):
    paper = board(tell(member())).until("2026-01-25")
    assert results(paper) == [("renewal", "not_needed")]

    paper.until("2026-03-01")

    assert len(paper.cards) == 2
    assert paper.cards[0].episode != paper.cards[1].episode


def test_a_membership_without_an_end_never_expires():
    client = a_client().bought(days=None, on="2026-01-01").activated(on="2026-01-01")

    assert board(client).until("2027-01-01").cards == []


def test_who_leaves_not_renewed_for_good_has_no_case_any_more():
    paper = board(member()).until("2026-02-16")

    assert results(paper) == [("not_renewed", "not_needed")]
    assert paper.shown() == ["win_back"]


# --- waiting for activation -------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "made"), [
    ("2026-01-30", []),
    ("2026-01-31", [("activate", "2026-01-31", "2026-01-31")]),
    ("2026-05-31", [("activate", "2026-01-31", "2026-01-31")]),
])  # fmt: skip
def test_a_membership_that_waits_thirty_days_asks_for_its_activation(until, made):
    paper = board(a_client().bought(days=30, on="2026-01-01")).until(until)

    assert paper.made() == made


def test_an_activation_withdraws_it():
    paper = board(a_client().bought(days=300, on="2026-01-01").activated(on="2026-02-03")).until("2026-02-03")

    assert results(paper) == [("activate", "not_needed")]


# --- guests -----------------------------------------------------------------------------------------


def test_the_day_after_a_guest_visit_somebody_asks():
    client = a_client().inquired("2026-01-01", "walk_in").toured("2026-01-05")

    assert board(client).until("2026-01-05").made() == []
    assert board(client).until("2026-01-06").made() == [("guest_follow_up", "2026-01-06", "2026-01-06")]


@pytest.mark.parametrize("tell", [
    lambda client: client.promoted("2026-01-06").bought(days=30, on="2026-01-06"),
    lambda client: client.refused("2026-01-06", "sell_to_potential"),
])  # fmt: skip
def test_a_sale_or_a_refusal_ends_it(tell):
    paper = board(tell(a_client().inquired("2026-01-01", "walk_in").tried("2026-01-05"))).until("2026-01-07")

    assert results(paper) == [("guest_follow_up", "not_needed")]


def test_the_end_of_the_sale_window_is_added_to_the_same_matter():
    client = a_client().inquired("2026-01-01", "walk_in").toured("2026-01-05").promoted("2026-01-06")
    paper = board(client).until("2026-01-22")
    assert len(paper.cards[0].stages) == 1

    paper.until("2026-01-23")

    assert [stage["what"] for stage in paper.cards[0].stages] == ["visit", "window"]


def test_after_the_card_was_closed_the_end_of_the_window_makes_another():
    client = a_client().inquired("2026-01-01", "walk_in").toured("2026-01-05").promoted("2026-01-06")
    paper = board(client).until("2026-01-08")

    paper.close(paper.cards[0]).until("2026-01-23")

    assert [card.number for card in paper.cards] == [1, 2]


def test_a_member_who_tries_another_class_is_no_guest():
    paper = board(member().tried("2026-01-10")).until("2026-01-12")

    assert paper.cards == []


def test_what_a_member_looked_at_is_no_guests_visit_when_they_are_lost():
    paper = board(member().tried("2026-01-10")).until("2026-03-15")

    assert "win_back" in {card.rule for card in paper.cards}
    assert "guest_follow_up" not in {card.rule for card in paper.cards}


# --- those who turn to the club ---------------------------------------------------------------------


def at(day, time):
    return f"2026-01-{day:02}T{time}:00+03:00"


def test_a_lead_of_the_site_is_a_card_at_once_and_a_second_one_within_a_day_adds_to_it():
    client = a_client().inquired(at(5, "10:00")).inquired(at(6, "09:59"), "messenger").inquired(at(6, "10:00"))
    paper = board(client).until("2026-01-06")

    assert [len(card.stages) for card in paper.cards] == [2, 1]
    assert paper.made() == [("site_lead", "2026-01-05", "2026-01-05"), ("site_lead", "2026-01-06", "2026-01-06")]


def test_who_walks_in_is_no_lead_of_the_site():
    assert board(a_client().inquired("2026-01-05", "walk_in")).until("2026-01-09").cards == []


def called_in(client, when, outcome="no_answer"):
    return client.told("contact", when, direction="in", kind="other", outcome=outcome)


def test_a_call_in_vain_is_a_card_a_quarter_of_an_hour_later():
    client = called_in(a_client().inquired("2026-01-01", "walk_in"), at(5, "10:00"))
    moment = datetime(2026, 1, 5, 10, 15, tzinfo=MOSCOW)

    assert board(client).until(moment - timedelta(microseconds=1)).cards == []
    (card,) = board(client).until(moment).cards
    assert (card.rule, card.made_at, card.due_at) == ("missed_call", moment, moment)


@pytest.mark.parametrize("tell", [
    lambda client, when: client.told("contact", when, direction="out", kind="other", outcome="thinking"),
    lambda client, when: client.told("contact", when, direction="in", kind="other"),
])  # fmt: skip
def test_to_call_back_or_to_answer_the_next_call_withdraws_it_or_leaves_it_unmade(tell):
    client = called_in(a_client().inquired("2026-01-01", "walk_in"), at(5, "10:00"))
    late, soon = board(tell(client, at(5, "11:00"))), board(tell(called_in(a_client(), at(5, "10:00")), at(5, "10:10")))

    assert results(late.until("2026-01-05")) == [("missed_call", "not_needed")]
    assert soon.until("2026-01-05").cards == []


def test_several_calls_in_vain_are_one_matter():
    client = called_in(called_in(a_client().inquired("2026-01-01", "walk_in"), at(5, "10:00")), at(5, "10:05"))

    (card,) = board(client).until("2026-01-06").cards

    assert len(card.stages) == 2


def unknown_caller():
    client = called_in(a_client(), at(5, "10:00"))
    return client.told("inquiry", at(5, "10:00"), source="call")


def test_an_unknown_caller_is_a_card_at_once_and_no_missed_call_besides():
    paper = board(called_in(unknown_caller(), at(5, "12:00"))).until("2026-01-06")

    (card,) = paper.cards
    assert (card.rule, len(card.stages)) == ("incoming_call", 2)


def test_after_that_card_was_closed_a_call_in_vain_is_a_missed_call():
    paper = board(called_in(unknown_caller(), at(7, "12:00"))).until("2026-01-06")

    paper.close(paper.cards[0]).until("2026-01-08")

    assert [card.rule for card in paper.cards] == ["incoming_call", "missed_call"]


def test_a_caller_typed_in_by_hand_has_whoever_typed():
    assert board(a_client().inquired("2026-01-05", "call")).until("2026-01-06").cards == []
