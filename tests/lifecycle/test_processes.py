"""A life as a row of processes: they follow from the folders, and each ends with what came next."""

import pytest

from lifecycle.days import parse_day
from lifecycle.processes import processes
from lifecycle.profile import life
from tests.lifecycle.given import a_client


def row_of(client, on):
    today, facts = parse_day(on), client.facts
    facts = [fact for fact in facts if fact.day <= today]
    return [(one.code, one.outcome) for one in processes(life(facts, client.policies, today), facts, today)]


def a_life():
    """Asked, bought a month, renewed it once, let it end, came back a year later."""
    return (
        a_client().inquired("2025-01-01").moved_to_guest("2025-01-02").promoted("2025-01-03")
        .bought(on="2025-01-03").activated(on="2025-01-03")
        .bought(on="2025-01-25").activated(on="2025-02-02")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("on", "row"),
    [
        ("2025-01-01", [("acquire", "open")]),
        ("2025-01-10", [("acquire", "bought"), ("serve", "open")]),
        ("2025-01-20", [("acquire", "bought"), ("serve", "to_renew"), ("renew", "open")]),
        ("2025-02-05", [("acquire", "bought"), ("serve", "to_renew"), ("renew", "renewed"), ("serve", "open")]),
        ("2025-06-01", [("acquire", "bought"), ("serve", "to_renew"), ("renew", "renewed"), ("serve", "to_renew"), ("renew", "lost"), ("win_back", "open")]),
    ],
)  # fmt: skip
def test_a_process_ends_with_what_came_next(on, row):
    assert row_of(a_life(), on) == row


def test_who_was_lost_is_won_anew_and_not_for_the_first_time():
    client = a_life().moved_to_guest("2026-03-01").promoted("2026-03-02").bought(on="2026-03-02").activated(on="2026-03-02")
    assert row_of(client, "2026-03-01")[-2:] == [("win_back", "came_again"), ("reacquire", "open")]
    assert row_of(client, "2026-03-03")[-2:] == [("reacquire", "returned"), ("serve", "open")]


@pytest.mark.parametrize("status", ["potential", "lost"])
def test_who_said_no_is_still_to_be_won(status):
    client = a_client(deal_lost_status=status).inquired("2025-01-01").told(
        "contact", "2025-01-05", direction="out", kind="invite", outcome="wont_come", reason="price"
    )
    assert row_of(client, "2025-01-06") == [("acquire", "refused")]


def test_talks_and_days_are_counted_within_their_process():
    client = a_life()
    for on in ("2025-01-01", "2025-01-02", "2025-03-25", "2025-03-26"):
        client.told("contact", on, direction="out", kind="other")
    today = parse_day("2025-03-26")
    facts = client.facts
    first, *_, last = processes(life(facts, client.policies, today), facts, today)
    assert (first.contacts, first.days(today)) == (2, 2)
    assert (last.code, last.contacts) == ("win_back", 2)
