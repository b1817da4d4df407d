"""What is taken as a fact and what is refused (spec: lifecycle, section 3)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lifecycle.days import iso, zone_of
from lifecycle.errors import BadInput
from lifecycle.facts import FACT_TYPES, as_json, check_history, in_order, parse_fact

MOSCOW = zone_of("Europe/Moscow")
AT = "2026-01-05T10:00:00+03:00"

# One example of every type, with nothing left out.
WHOLE = {
    "inquiry": {"source": "site", "comment": "", "campaign": "utm_source=ads", "call": "17"},
    "guest_visit": {"kind": "tour"},
    "moved_to_guest": {},
    "promoted": {},
    "membership_sold": {
        "membership": "m1",
        "product": "year",
        "billing": "term",
        "days": 365,
        "visits": 100,
        "amount": 0,
        "contract": "c1",
    },
    "membership_activated": {"membership": "m1", "starts_on": "2026-01-05", "ends_on": "2026-01-05"},
    "membership_extended": {"membership": "m1", "days": 1},
    "membership_frozen": {"membership": "m1", "from": "2026-01-05", "to": "2026-01-05"},
    "membership_ended": {"membership": "m1", "on": "2026-01-05", "why": "refunded", "contract": "c1", "due_on": "2026-01-01"},
    "visit": {"kind": "single", "membership": "m1", "amount": 50000, "door": "main"},
    "purchase": {"amount": 0, "what": "вода", "contract": "c1"},
    "trial_booked": {"session": "s1"},
    "contact": {
        "direction": "out",
        "kind": "invite",
        "outcome": "wont_come",
        "reason": "price",
        "comment": "",
        "call": "17",
        "seconds": 0,
    },
    "complaint": {"comment": ""},
    "warmth_set": {"warmth": "cold"},
    "marked": {"relation": "liquidated", "reason": "the register says so"},
    "archived": {},
    "restored": {},
    "contract_started": {
        "contract": "c1",
        "product": "year",
        "amount": 1,
        "billing": "recurring",
        "kind": "membership",
        "days": 30,
        "visits": 8,
    },
    "contract_cancelled": {"contract": "c1", "reason": "changed her mind"},
    "autopay_withdrawn": {"contract": "c1", "why_code": "permission_revoked"},
    "payment": {
        "contract": "c1",
        "state": "failed",
        "amount": 1,
        "due_on": "2026-01-05",
        "why_code": "51",
        "why": "no money",
        "attempt": 1,
        "means": "card 4242",
        "receipt": "r1",
        "refund_of": "r0",
        "mode": "test",
    },
    "service_used": {"service": "s1", "visits_left": 0, "trainer": "Ada"},
    "voided": {"fact": "7"},
}


def parsed(type, **fields):
    return parse_fact({"type": type, "at": AT, **fields}, zone=MOSCOW, id="1")


def refusals(raw):
    with pytest.raises(BadInput) as refused:
        parse_fact(raw, zone=MOSCOW, id="1")
    return [(error.field, error.code) for error in refused.value.errors]


def test_there_is_an_example_of_every_type_and_field():
    assert {type: {field.name for field in one.fields} for type, one in FACT_TYPES.items()} == {
        type: set(fields) for type, fields in WHOLE.items()
    }


@pytest.mark.parametrize("type", WHOLE)
def test_a_fact_is_sent_as_it_came(type):
    sent = as_json(parsed(type, **WHOLE[type]))

    assert sent == {"id": "1", "at": "2026-01-05T07:00:00+00:00", "type": type, **WHOLE[type]}


@pytest.mark.parametrize(
    ("type", "field"), [(type, field.name) for type, one in FACT_TYPES.items() for field in one.fields]
)
def test_a_field_is_missed_where_it_is_required_and_only_there(type, field):
    fields = {name: value for name, value in WHOLE[type].items() if name != field}
    required = next(one.required for one in FACT_TYPES[type].fields if one.name == field)
    if type == "contact" and field == "reason":
        required = True  # where somebody refused

    if required:
        assert refusals({"type": type, "at": AT, **fields}) == [(field, "missing_field")]
    else:
        assert field not in parsed(type, **fields).fields


@pytest.mark.parametrize("outcome", ["will_come", "bought", "thinking", "no_answer", None])
def test_only_a_refusal_needs_a_reason(outcome):
    assert parsed("contact", direction="out", kind="invite", outcome=outcome)


@pytest.mark.parametrize("reason", ["", "  ", None])
def test_a_blank_reason_is_none(reason):
    raw = {
        "type": "contact",
        "at": AT,
        "direction": "in",
        "kind": "other",
        "outcome": "wont_buy",
        "reason": reason,
    }

    assert refusals(raw) == [("reason", "missing_field")]


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        ("choice", ["", "x", "Site", 3, None, True, [], {}], "bad_choice"),
        ("number", [0, -1, 1.0, 1.5, "1", True, float("nan"), float("inf"), 10**7, [], {}], "bad_number"),
        ("money", [-1, 1.0, "1", False, float("nan"), 10**16, []], "bad_number"),
        (
            "day",
            ["2026-1-5", "05.01.2026", "2026-02-30", "", 739000, True, [], "2026-01-05T10:00:00+03:00"],
            "bad_day",
        ),
        ("text", [3, True, [], {}, "a\0b", "\ud800"], "bad_text"),
        ("text", ["x" * 4001], "too_long"),
        ("name", [True, 3.5, [], {}, "a\0b", "\udfff"], "bad_text"),
        ("name", ["x" * 201], "too_long"),
        ("name", ["", " "], "missing_field"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_the_name_of_its_field(kind, values, code):
    for type, one in FACT_TYPES.items():
        for field in (field for field in one.fields if field.kind == kind):
            for value in values:
                if value is None or (value == 0 and value is not False and field.least == 0):
                    continue
                raw = {"type": type, "at": AT, **WHOLE[type], field.name: value}
                assert refusals(raw) == [(field.name, code)], (type, field.name, value)


@pytest.mark.parametrize(
    "at",
    [
        "",
        "yesterday",
        "2026-01-05T10:00:00",
        "2026-01-05 10:00",
        "2026-13-05T10:00:00+03:00",
        "2026-01-05T25:00:00+03:00",
        "20260105T100000+0300",
        "2026-W02-1T10:00:00+03:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59+00:00",
        1767596400,
        1767596400.5,
        True,
        [],
        datetime(2026, 1, 5, 10, 0),  # noqa: DTZ001  # that is the point
    ],
)
def test_an_instant_that_is_none_is_refused(at):
    assert refusals({"type": "archived", "at": at}) == [("at", "bad_instant")]


@pytest.mark.parametrize(
    ("at", "instant"),
    [
        ("2026-01-05T10:00:00+03:00", "2026-01-05T07:00:00+00:00"),
        ("2026-01-05T10:00:00.123456Z", "2026-01-05T10:00:00.123456+00:00"),
        ("2026-01-05", "2026-01-04T21:00:00+00:00"),
        (date(2026, 1, 5), "2026-01-04T21:00:00+00:00"),
        (datetime(2026, 1, 5, 10, tzinfo=MOSCOW), "2026-01-05T07:00:00+00:00"),
    ],
)
def test_an_instant_is_kept_in_utc(at, instant):
    fact = parse_fact({"type": "archived", "at": at}, zone=MOSCOW)

    assert (fact.at.isoformat(), fact.at.tzinfo) == (instant, UTC)


def test_the_day_is_that_of_the_branch():
    fact = parse_fact({"type": "archived", "at": "2026-01-04T21:30:00Z"}, zone=MOSCOW)

    assert iso(fact.day) == "2026-01-05"


def test_all_bad_fields_are_named_at_once():
    raw = {"type": "purchase", "amount": -1}

    assert refusals(raw) == [("at", "missing_field"), ("amount", "bad_number"), ("what", "missing_field")]


@pytest.mark.parametrize(
    ("raw", "refused"),
    [
        ({"at": AT}, [("type", "missing_field")]),
        ({"at": AT, "type": "sold"}, [("type", "unknown_type")]),
        ({"at": AT, "type": ["visit"]}, [("type", "unknown_type")]),
        ({"at": AT, "type": 3}, [("type", "unknown_type")]),
        ([], [("fact", "not_an_object")]),
        ("visit", [("fact", "not_an_object")]),
        (
            {
                "at": AT,
                "type": "membership_activated",
                "membership": "m",
                "starts_on": "2026-01-05",
                "ends_on": "2026-01-04",
            },
            [("ends_on", "ends_before_start")],
        ),
        (
            {
                "at": AT,
                "type": "membership_frozen",
                "membership": "m",
                "from": "2026-01-05",
                "to": "2026-01-04",
            },
            [("to", "ends_before_start")],
        ),
    ],
)
def test_what_is_no_fact_is_refused(raw, refused):
    assert refusals(raw) == refused


def test_keys_nobody_asked_for_are_ignored():
    assert parsed("archived", colour="red").fields == {}


def test_facts_stand_by_instant_and_equal_ones_as_given():
    raws = [("b", "2026-01-06"), ("x", "2026-01-05"), ("a", "2026-01-05")]
    facts = [parse_fact({"type": "archived", "at": at}, zone=MOSCOW, id=id) for id, at in raws]

    assert [fact.id for fact in in_order(facts)] == ["x", "a", "b"]


def fact(id, on, type, /, **fields):
    return parse_fact({"type": type, "at": on, **fields}, zone=MOSCOW, id=id)


def sale(id, on, key="m"):
    return fact(id, on, "membership_sold", membership=key, billing="term", days=30, amount=1)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ([fact(1, "2026-01-01", "archived"), fact(1, "2026-01-02", "restored")], "repeated_id"),
        ([sale(1, "2026-01-01"), sale(2, "2026-01-02")], "sold_twice"),
        (
            [sale(1, "2026-01-01"), fact(2, "2026-01-02", "voided", fact=1), sale(3, "2026-01-03")],
            "sold_twice",
        ),
        ([fact(1, "2026-01-01", "voided", fact=9)], "unknown_fact"),
        ([fact(1, "2026-01-01", "voided", fact=1)], "void_of_void"),
        ([fact(1, "2026-01-01", "voided", fact=2), fact(2, "2026-01-02", "archived")], "void_of_later"),
        (
            [
                fact(1, "2026-01-01", "archived"),
                fact(2, "2026-01-02", "voided", fact=1),
                fact(3, "2026-01-03", "voided", fact=2),
            ],
            "void_of_void",
        ),
        (
            [fact(1, "2026-01-01", "membership_activated", membership="m", starts_on="2026-01-01")],
            "end_unknown",
        ),
    ],
)
def test_facts_that_cannot_stand_together_are_refused(facts, code):
    with pytest.raises(BadInput) as refused:
        check_history(facts)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [fact(1, "2026-01-01", "archived"), fact(2, "2026-01-01", "voided", fact=1)],
        [
            fact(1, "2026-01-01", "membership_activated", membership="m", starts_on="2026-01-01"),
            sale(2, "2026-02-01"),
        ],
        [sale(1, "2026-01-01", "a"), sale(2, "2026-01-01", "b")],
        [
            fact(
                1,
                "2026-01-01",
                "membership_activated",
                membership="m",
                starts_on="2026-01-01",
                ends_on="2026-01-09",
            ),
            fact(2, "2026-01-02", "membership_activated", membership="m", starts_on="2026-01-02"),
        ],
        [
            fact(1, "2026-01-01", "membership_ended", membership="m", on="2026-01-01", why="refunded"),
            fact(2, "2026-01-02", "membership_activated", membership="m", starts_on="2026-01-02"),
        ],
    ],
)
def test_facts_that_can_stand_together_are_taken(facts):
    check_history(facts)
