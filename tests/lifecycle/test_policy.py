"""The club's numbers: which are taken, which are refused, and which hold when (spec: lifecycle, section 4)."""

from __future__ import annotations

from dataclasses import fields

import pytest

from lifecycle.errors import BadInput
from lifecycle.policy import DEFAULTS, PAIRS, SETTINGS, Policies, Policy


def test_the_numbers_of_a_new_club_are_those_of_the_contract():
    assert DEFAULTS.values() == {
        "renew_before_days": 14,
        "grace_days": 16,
        "churn_days": 90,
        "returned_days": 90,
        "activate_on_visit": True,
        "deal_lost_status": "potential",
        "warm_call_every_days": 14,
        "cold_call_every_days": 30,
        "contract_card_before_days": 1,
        "termination_card_before_days": 10,
        "unpaid_card_after_minutes": 15,
        "debt_days": 30,
        "activation_card_after_days": 30,
        "renewal_card_due_days": 3,
        "win_back_attempts": 6,
        "win_back_show_manager_days": 2,
        "win_back_hand_over_days": 5,
    }


def test_a_settings_page_can_list_every_number():
    assert list(SETTINGS) == [one.name for one in fields(Policy)]
    assert {one.kind for one in SETTINGS.values()} == {"number", "switch", "choice"}
    assert all(
        one.unit in ("days", "minutes", "attempts") for one in SETTINGS.values() if one.kind == "number"
    )


@pytest.mark.parametrize(
    ("overrides", "field", "code"),
    [
        ({"grace": 3}, "grace", "unknown_setting"),
        ({3: 3}, "3", "unknown_setting"),
        ({"grace_days": 0}, "grace_days", "bad_number"),
        ({"grace_days": -1}, "grace_days", "bad_number"),
        ({"grace_days": True}, "grace_days", "bad_number"),
        ({"grace_days": 3.0}, "grace_days", "bad_number"),
        ({"grace_days": "3"}, "grace_days", "bad_number"),
        ({"grace_days": None}, "grace_days", "bad_number"),
        ({"grace_days": float("nan")}, "grace_days", "bad_number"),
        ({"win_back_attempts": 10**9}, "win_back_attempts", "bad_number"),
        ({"activate_on_visit": 1}, "activate_on_visit", "bad_switch"),
        ({"deal_lost_status": "active"}, "deal_lost_status", "bad_choice"),
        ({"deal_lost_status": []}, "deal_lost_status", "bad_choice"),
        ({"grace_days": 90}, "grace_days", "not_below"),
        ({"churn_days": 16}, "grace_days", "not_below"),
        ({"win_back_show_manager_days": 5}, "win_back_show_manager_days", "not_below"),
        ({"contract_card_before_days": 15}, "contract_card_before_days", "not_above"),
    ],
)
def test_a_bad_number_is_refused_by_its_name(overrides, field, code):
    with pytest.raises(BadInput) as refused:
        Policy.of(overrides)

    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]


@pytest.mark.parametrize(
    "overrides",
    [
        {"grace_days": 89},
        {"grace_days": 1, "churn_days": 2},
        {"contract_card_before_days": 14},
        {"win_back_show_manager_days": 4},
        {"renew_before_days": 1},
    ],
)
def test_numbers_may_go_up_to_their_bounds(overrides):
    assert {
        name: value for name, value in Policy.of(overrides).values().items() if name in overrides
    } == overrides


def test_every_bad_number_is_named_at_once():
    with pytest.raises(BadInput) as refused:
        Policy.of({"grace_days": 0, "churn_days": "x"})

    assert [error.field for error in refused.value.errors] == ["grace_days", "churn_days"]


@pytest.mark.parametrize("overrides", [[], "x", 3])
def test_a_policy_is_an_object(overrides):
    with pytest.raises(BadInput) as refused:
        DEFAULTS.but(overrides)

    assert refused.value.code == "not_an_object"


def test_pairs_name_numbers_there_are():
    assert {name for pair in PAIRS for name in (pair.lower, pair.upper)} <= set(SETTINGS)


@pytest.mark.parametrize(("day", "grace"), [(1, 3), (99, 3), (100, 3), (199, 3), (200, 5), (1000, 5)])
def test_a_policy_holds_from_its_day_on_and_the_first_one_also_before(day, grace):
    versions = Policies([(200, Policy.of({"grace_days": 5})), (100, Policy.of({"grace_days": 3}))])

    assert versions.on(day).grace_days == grace


@pytest.mark.parametrize(("day", "starts"), [(1, (200,)), (100, (200,)), (199, (200,)), (200, ()), (300, ())])
def test_the_versions_that_begin_later_are_known(day, starts):
    assert Policies([(100, DEFAULTS), (200, DEFAULTS)]).starts_after(day) == starts


def test_of_two_versions_for_one_day_the_later_given_holds():
    versions = Policies([(100, DEFAULTS), (100, Policy.of({"grace_days": 5}))])

    assert versions.on(100).grace_days == 5
