"""Win-back: one card after another until the client returns, refuses, or enough was tried (spec: board, section 8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lifecycle.days import iso, parse_day
from tests.automation.paper import board
from tests.lifecycle.given import a_client

MOSCOW = ZoneInfo("Europe/Moscow")


def gone(**numbers):
    """The last covered day is 30 January: lost from 16 February on, cold from 1 May on."""
    return a_client(**numbers).bought(days=30, on="2026-01-01").activated(on="2026-01-01")


def lost(client=None, until="2026-02-16"):
    return board(client or gone()).until(until)


def win_backs(paper):
    return [card for card in paper.cards if card.rule == "win_back"]


def last(paper):
    return win_backs(paper)[-1]


def on(day, hour=12):
    return datetime.combine(datetime.fromordinal(parse_day(day)), datetime.min.time(), MOSCOW) + timedelta(hours=hour)


def test_who_enters_lost_has_a_card_that_day_and_no_day_sooner():
    assert win_backs(lost(until="2026-02-15")) == []

    card = last(lost())

    assert (card.made_at, iso(card.due_on), card.number) == (on("2026-02-16", 0), "2026-02-16", 1)


def test_a_status_that_reads_lost_is_no_folder():
    client = a_client(deal_lost_status="lost").inquired("2026-01-01", "walk_in").refused("2026-01-05")

    assert board(client).until("2026-08-01").cards == []


@pytest.mark.parametrize(("closed_on", "due"), [
    ("2026-02-20", "2026-03-06"),  # warm: 14 days
    ("2026-05-10", "2026-06-09"),  # cold: 30 days
])  # fmt: skip
def test_the_next_card_is_made_at_once_and_waits_as_long_as_the_warmth_says(closed_on, due):
    paper = lost(until=closed_on)

    paper.close(last(paper), at=on(closed_on))

    assert (last(paper).number, last(paper).made_at, iso(last(paper).due_on)) == (2, on(closed_on), due)


def test_a_client_who_is_no_longer_lost_gets_no_next_card():
    paper = lost(gone().purchased("2026-02-18"), "2026-02-17")
    paper.cards[-1].comments = 1
    paper.until("2026-02-18")

    paper.close(paper.open[0])

    assert paper.open == []


def test_when_the_client_turns_cold_the_pending_card_is_planned_anew():
    paper = lost(until="2026-04-25")
    paper.close(last(paper), at=on("2026-04-25"))
    assert iso(last(paper).due_on) == "2026-05-09"

    paper.until("2026-05-01")

    assert iso(last(paper).due_on) == "2026-05-25"


def test_a_client_warmed_by_hand_is_called_sooner_and_never_in_the_past():
    client = gone().told("warmth_set", "2026-05-28", warmth="warm")
    paper = lost(client, "2026-05-10")
    paper.close(last(paper), at=on("2026-05-10"))
    assert iso(last(paper).due_on) == "2026-06-09"

    paper.until("2026-05-28")

    assert iso(last(paper).due_on) == "2026-05-28"


def test_what_a_person_promised_is_not_planned_anew():
    paper = lost(until="2026-04-25")
    paper.close(last(paper), at=on("2026-04-25"))
    last(paper).due_on = parse_day("2026-05-12")

    paper.until("2026-05-01")

    assert iso(last(paper).due_on) == "2026-05-12"


def test_it_ends_with_the_return_and_the_last_cards_person_is_credited():
    paper = lost(gone().purchased("2026-03-10"), "2026-02-20")
    paper.close(paper.open[0], at=on("2026-02-20"))

    paper.until("2026-03-10")

    first, second = win_backs(paper)
    assert (second.result, second.cause["returned"]) == ("not_needed", "2026-03-10")
    assert "returned" not in first.cause


def test_a_return_that_is_taken_back_is_nobodys():
    client = gone().purchased("2026-03-10")
    paper = lost(client.voided(client.facts[-1].id, on="2026-03-11"), "2026-03-11")

    assert "returned" not in last(paper).cause


def test_to_be_moved_to_guest_is_not_yet_a_return_but_the_sale_then_is():
    client = gone().moved_to_guest("2026-06-01").bought(days=30, on="2026-06-05")
    paper = lost(client, "2026-06-01")
    assert (last(paper).result, last(paper).cause.get("returned")) == ("not_needed", None)

    paper.until("2026-06-05")

    assert last(paper).cause["returned"] == "2026-06-05"


@pytest.mark.parametrize("tell", [
    lambda client: client.told("marked", "2026-02-20", relation="not_target"),
    lambda client: client.archived("2026-02-20"),
    lambda client: client.told("contact", "2026-02-20", direction="out", kind="win_back", outcome="wont_come", reason="price"),
])  # fmt: skip
def test_it_ends_when_nothing_more_is_to_be_won(tell):
    paper = lost(tell(gone()), "2026-08-01")

    (card,) = win_backs(paper)
    assert (card.result, card.closed_at) == ("not_needed", on("2026-02-20", 0))


def test_it_ends_with_a_refusal():
    paper = lost()

    paper.close(last(paper), "refused").until("2026-08-01")

    assert len(win_backs(paper)) == 1


def test_it_ends_when_the_client_wants_no_calls():
    paper = lost().forbid_contact().until("2026-08-01")

    assert [card.result for card in win_backs(paper)] == ["not_needed"]


def test_it_ends_after_so_many_attempts():
    paper = lost(gone(win_back_attempts=3))
    while paper.open:
        paper.until(paper.now + timedelta(days=1))
        paper.close(paper.open[0])

    assert [card.result for card in win_backs(paper)] == ["done"] * 3


def test_who_returns_and_is_lost_again_begins_a_new_chain():
    paper = lost(gone().purchased("2026-03-10"), "2026-04-30")

    assert [(card.episode, card.number) for card in win_backs(paper)] == [("2026-01-30", 1), ("2026-03-10", 1)]


def test_who_is_restored_from_the_archive_is_won_back_again():
    paper = lost(gone().archived("2026-02-20").told("restored", "2026-03-01"), "2026-03-01")

    assert [(card.number, card.closed_at is None) for card in win_backs(paper)] == [(1, False), (2, True)]


def test_who_comes_back_from_the_archive_is_called_no_sooner_and_no_oftener_than_agreed():
    paper = lost(gone(win_back_attempts=2).archived("2026-02-22").told("restored", "2026-02-24").archived("2026-03-20").told("restored", "2026-03-21"))
    paper.close(last(paper), at=on("2026-02-20"))

    paper.until("2026-02-24")
    card = last(paper)
    assert (card.number, iso(card.due_on), card.stages[0]["attempt"]) == (3, "2026-03-06", 2)
    paper.close(card, at=on("2026-03-06"))
    paper.until("2026-04-01")

    assert paper.open == []


# --- escalation: due on 16 February, overdue since the 17th ---------------------------------------------


@pytest.mark.parametrize(("until", "shown", "handed"), [
    ("2026-02-18", None, None),
    ("2026-02-19", "2026-02-19", None),
    ("2026-02-21", "2026-02-19", None),
    ("2026-02-22", "2026-02-19", "2026-02-22"),
    ("2026-03-22", "2026-02-19", "2026-02-22"),
])  # fmt: skip
def test_an_overdue_card_is_shown_after_two_days_and_handed_over_after_five(until, shown, handed):
    card = last(lost(until=until))

    assert card.shown_at == (on(shown, 0) if shown else None)
    assert card.handed_at == (on(handed, 0) if handed else None)


def test_a_card_that_was_planned_anew_and_let_lie_again_escalates_again():
    paper = lost(until="2026-02-20")
    card = last(paper)
    card.due_on, card.ends_at = parse_day("2026-03-01"), on("2026-03-02", 0)
    paper._apply(paper.life(paper.now), paper.life(paper.now))

    paper.until("2026-03-04")

    assert card.shown_at == on("2026-03-04", 0)
