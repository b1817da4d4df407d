"""A call is what the set of its reports says; a number is a person's, or text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lifecycle import telephony
from lifecycle.telephony import CallReport, call_of, caller_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def report(state: str, after: float = 0, **told) -> CallReport:
    return CallReport("c1", state, NOON + timedelta(seconds=after), **told)


ANSWERED = (
    report("ringing", 0, direction="in", number="+79161234567", line="74951234567"),
    report("ringing", 3, extension="101"),
    report("talking", 9, extension="102"),
    report("ended", 40, seconds=31, answered=True, why="answered"),
)
#: A menu, then the telephone of somebody: two legs, each in its own order.
LEGS = (
    report("ringing", 0, leg="a", seq=1, direction="in", number="79161234567"),
    report("ringing", 1, leg="a", seq=2),
    report("ringing", 2, leg="b", seq=1, extension="101"),
    report("talking", 8, leg="b", seq=2, extension="101"),
    report("left", 30, leg="b", seq=3),
    report("left", 31, leg="a", seq=3),
)


@pytest.mark.parametrize("reports", [ANSWERED, LEGS[:5]], ids=["one leg", "several"])
def test_the_order_of_reports_changes_nothing(reports):
    assert len({call_of(order) for order in permutations(reports)}) == 1


@given(some.lists(some.sampled_from([*ANSWERED, *LEGS]), min_size=1), some.randoms())
def test_what_comes_again_or_shuffled_says_nothing_new(reports, chance):
    shuffled = [*reports, *reports]
    chance.shuffle(shuffled)

    assert call_of(shuffled) == call_of(reports)


@pytest.mark.parametrize(
    ("heard", "state"),
    [(1, "ringing"), (2, "ringing"), (3, "ringing"), (4, "talking"), (5, "ringing"), (6, "over")],
)
def test_a_call_of_several_legs_is_over_when_all_of_them_are(heard, state):
    assert call_of(LEGS[:heard]).state == state


def test_an_answered_call_knows_who_talked_and_how_long():
    call = call_of(ANSWERED)

    assert (call.state, call.answered, call.seconds, call.extension, call.number) == ("ended", True, 31, "102", "+79161234567")
    assert (call.began_at, call.answered_at, call.ended_at) == (NOON, NOON + timedelta(seconds=9), NOON + timedelta(seconds=40))


@pytest.mark.parametrize(
    ("reports", "answered", "seconds"),
    [
        ([report("ringing"), report("ended", 20)], False, 0),
        ([report("ringing"), report("talking", 5), report("ended", 20)], True, 15),
        ([report("ended", 20, seconds=12)], True, 12),
        ([report("ended", 20, seconds=0)], False, 0),
        ([report("ringing"), report("ended", 20, answered=True)], True, 0),
    ],
)
def test_whether_anybody_talked_is_told_or_follows(reports, answered, seconds):
    call = call_of(reports)

    assert (call.answered, call.seconds) == (answered, seconds)


def test_an_end_that_nobody_saw_gives_way_to_what_is_heard_later():
    lost = report("ended", 5, why=telephony.LOST)

    assert call_of([report("ringing"), lost]).state == "ended"
    assert call_of([report("ringing"), lost, report("talking", 60)]).state == "talking"


def test_a_report_is_stored_and_read_back():
    for one in (*ANSWERED, report("ended", began_at=NOON)):
        assert telephony.from_json(telephony.as_json(one)) == one


@pytest.mark.parametrize(
    ("typed", "country", "kind", "e164"),
    [
        ("79161234567", "RU", "person", "+79161234567"),
        ("+7 916 123-45-67", "RU", "person", "+79161234567"),
        ("8 (916) 123-45-67", "RU", "person", "+79161234567"),
        ("9161234567", "RU", "person", "+79161234567"),
        ("8 10 380 67 123 45 67", "RU", "person", "+380671234567"),
        ("380671234567", "RU", "person", "+380671234567"),
        ("+77011234567", "RU", "person", "+77011234567"),
        ("0671234567", "UA", "person", "+380671234567"),
        ("380671234567", "UA", "person", "+380671234567"),
        ("80671234567", "UA", "person", "+380671234567"),
        ("80 67 123 45 67", "UA", "person", "+380671234567"),
        ("0671234567", "RU", "odd", None),
        ("7800123456789", "RU", "odd", None),
        ("8-800-555-35-35", "RU", "service", "+78005553535"),
        ("0800500500", "UA", "service", "+380800500500"),
        ("112", "RU", "short", None),
        ("901", "UA", "short", None),
        ("sip:79161234567@vpbx.example", "RU", "sip", None),
        ("user1@vpbx.example", "RU", "sip", None),
        ("", "RU", "hidden", None),
        ("anonymous", "RU", "hidden", None),
        ("Private", "RU", "hidden", None),
        ("call me", "RU", "odd", None),
        ("+", "RU", "odd", None),
    ],
)
def test_whose_number_it_can_be(typed, country, kind, e164):
    found = caller_of(typed, country)

    assert (found.kind, found.e164) == (kind, e164)


def test_an_exchange_of_another_country_writes_numbers_its_own_way():
    assert caller_of("0671234567", "RU", "UA").e164 == "+380671234567"


@given(some.text(max_size=40), some.sampled_from(["RU", "UA", "KZ"]))
def test_no_text_breaks_the_reading_of_a_number(typed, country):
    assert caller_of(typed, country).kind in ("person", "hidden", "short", "service", "sip", "odd")
