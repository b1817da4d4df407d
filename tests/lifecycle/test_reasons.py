"""For every folder, and for the gate, the club knows why (spec: lifecycle, section 11)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.days import iso, parse_day
from lifecycle.placement import BITS, FOLDERS, SALES, place
from lifecycle.policy import Policies
from lifecycle.reasons import REASONS, reasons
from lifecycle.summary import Summary, summarise
from tests.lifecycle.given import a_client
from tests.lifecycle.strategies import days_of, histories, policies

MOVES = {"leaves_on", "to", "enters_on"}


def member():
    """From 5 January to 3 February."""
    return a_client().bought(on="2026-01-01", days=30).activated(on="2026-01-05")


def why(client, day, folder):
    return client.reasons(day)["folders"][folder]


def test_a_client_not_renewed_is_told_the_day_of_how_many():
    assert why(member(), "2026-02-08", "not_renewed") == {
        "in": True,
        "code": "not_renewed",
        "membership": "m1",
        "ended_on": "2026-02-03",
        "since": "2026-02-03",
        "day": 5,
        "of": 16,
        "fact": "1",
        "leaves_on": "2026-02-20",
        "to": ["lost", "churn"],
    }


def test_absence_from_to_renew_is_counted_in_days_left():
    assert why(member(), "2026-01-11", "to_renew") == {
        "in": False,
        "code": "ends_later",
        "membership": "m1",
        "until": "2026-02-03",
        "days_left": 23,
        "of": 14,
        "fact": "1",
        "enters_on": "2026-01-20",
    }


def test_the_fact_that_moved_the_end_is_named():
    client = member().ended(on="2026-01-20", last="2026-01-25")

    assert why(client, "2026-01-26", "not_renewed")["fact"] == "2"


def test_the_last_visit_of_a_pack_is_named():
    client = a_client().bought(on="2026-01-01", days=60, visits=2).visited("2026-01-03", "2026-01-05")

    assert why(client, "2026-01-07", "not_renewed")["fact"] == "2"


def test_the_next_change_says_what_it_does():
    assert member().reasons("2026-02-08")["next"] == {
        "on": "2026-02-20",
        "enters": ["lost", "churn"],
        "leaves": ["active", "not_renewed"],
        "changes": {
            "status": {"from": "active", "to": "lost"},
            "relation": {"from": "current", "to": "departed"},
            "warmth": {"from": None, "to": "warm"},
        },
    }


def test_where_nothing_will_change_there_is_no_next_change():
    assert member().reasons("2027-01-01")["next"] is None


def test_the_gate_says_when_it_will_answer_otherwise():
    assert member().reasons("2026-02-28")["sale"] == {
        "answer": "allowed",
        "code": "sells_to_gone_lately",
        "since": "2026-02-03",
        "day": 25,
        "of": 90,
        "fact": "1",
        "changes_on": "2026-05-05",
        "then": "move_to_guest",
    }


@pytest.mark.parametrize(
    ("client", "day", "code"),
    [
        (member(), "2026-01-11", "sells_to_active"),
        (member(), "2026-05-05", "gone_too_long"),
        (a_client().inquired("2026-01-01"), "2026-01-01", "first_a_guest"),
        (a_client().toured("2026-01-01"), "2026-01-01", "guest_to_promote"),
        (a_client().toured("2026-01-01").refused("2026-01-01"), "2026-01-01", "sells_after_refusal"),
        (member().moved_to_guest("2026-06-01"), "2026-06-01", "sells_to_former"),
    ],
)
def test_the_gate_names_the_row_that_holds(client, day, code):
    assert client.reasons(day)["sale"]["code"] == code


@given(st.data(), histories(), policies())
def test_a_reason_never_contradicts_the_placement(data, facts, versions):
    day = data.draw(days_of(facts))
    summary = summarise(facts, versions, day)
    placed = place(summary, versions.on(day), day)

    told = reasons(facts, versions, day)

    assert {code: one["in"] for code, one in told["folders"].items()} == {
        code: bool(placed.mask & BITS[code]) for code in FOLDERS
    }
    assert told["sale"]["answer"] == SALES[placed.sale]


@given(st.data(), histories(), policies())
def test_a_reason_has_the_values_its_sentence_needs(data, facts, versions):
    told = reasons(facts, versions, data.draw(days_of(facts)))

    said = [set(one) - MOVES - {"in"} for one in told["folders"].values()]
    said.append(set(told["sale"]) - {"answer", "changes_on", "then"})
    coded = [one["code"] for one in (*told["folders"].values(), told["sale"])]
    assert said == [{"code", *REASONS[code]} for code in coded]
    assert json.loads(json.dumps(told)) == told


@given(st.data(), histories(), policies())
def test_the_days_a_reason_counts_are_on_the_side_it_says(data, facts, versions):
    told = reasons(facts, versions, data.draw(days_of(facts)))["folders"]

    sides = {
        "ends_soon": lambda one: 0 <= one["days_left"] <= one["of"],
        "ends_later": lambda one: one["days_left"] > one["of"],
        "not_renewed": lambda one: 0 < one["day"] <= one["of"],
        "recently_here": lambda one: 0 <= one["day"] <= one["of"],
        "sale_window": lambda one: 0 <= one["day"] <= one["of"],
        "too_long_ago": lambda one: one["day"] > one["of"],
        "long_gone": lambda one: one["day"] > one["of"],
        "gone_lately": lambda one: one["day"] <= one["of"],
    }
    assert all(sides[one["code"]](one) for one in told.values() if one["code"] in sides)


@given(st.data(), histories(), policies())
def test_a_reason_knows_the_day_on_which_it_ends(data, facts, versions):
    day = data.draw(days_of(facts))
    known = [fact for fact in facts if fact.day <= day]

    for code, one in reasons(known, versions, day)["folders"].items():
        turn = one.get("leaves_on") or one.get("enters_on") or iso(day + 3000)
        on = parse_day(turn)
        before, after = (
            bool(place(summarise(known, versions, at), versions.on(at), at).mask & BITS[code])
            for at in (on - 1, on)
        )
        assert before is one["in"]
        assert after is (one["in"] == (turn == iso(day + 3000)))


@given(st.data(), histories())
def test_the_facts_a_reason_names_are_facts_of_the_client(data, facts):
    told = reasons(facts, Policies.always(), data.draw(days_of(facts)))

    named = {one.get("fact") for one in (*told["folders"].values(), told["sale"])} - {None}
    assert named <= {fact.id for fact in facts}


def test_a_reason_that_counts_names_its_fact():
    told = member().purchased("2026-02-10").reasons("2026-02-12")["folders"]

    assert {code: one["fact"] for code, one in told.items() if one["in"]} == {
        "active": "2",
        "not_renewed": "1",
    }


def test_a_stored_row_gives_reasons_without_facts():
    client = member()
    row = summarise(client.facts, client.policies, parse_day("2026-02-08")).row()

    told = reasons(Summary.of(row), client.policies, parse_day("2026-02-08"))

    assert told["folders"]["not_renewed"]["day"] == 5
    assert told["folders"]["not_renewed"]["fact"] is None
