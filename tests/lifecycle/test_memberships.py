"""How a membership's days and visits follow from its facts (spec: lifecycle, section 3)."""

from __future__ import annotations

import pytest

from lifecycle.days import OPEN, iso
from tests.lifecycle.given import a_client


def bought():
    return a_client().bought(on="2026-01-01", days=10)


def covering():
    """From 1 to 10 January."""
    return bought().activated(on="2026-01-01")


def last(client, on="2026-03-01", key="m1"):
    return iso(client.membership(on, key).last_on)


@pytest.mark.parametrize(
    ("on", "state"),
    [("2026-01-01", "future"), ("2026-01-05", "held"), ("2026-01-14", "held"), ("2026-01-15", "over")],
)
def test_a_membership_covers_its_first_and_its_last_day(on, state):
    assert bought().activated(on="2026-01-01", starts_on="2026-01-05").membership(on).state == state


def test_without_days_a_membership_is_open():
    assert (
        a_client()
        .bought(on="2026-01-01", days=None)
        .activated(on="2026-01-01")
        .membership("2026-01-01")
        .last_on
        == OPEN
    )


def test_an_end_given_at_activation_stands_before_the_days_of_the_sale():
    assert last(bought().activated(on="2026-01-01", ends_on="2026-01-03")) == "2026-01-03"


def test_no_extension_goes_beyond_the_last_date_there_is():
    client = (
        bought().activated(on="2026-01-01", ends_on="9999-12-30").extended(on="2026-01-02", days=1_000_000)
    )

    assert last(client) == "9999-12-31"


def test_a_second_activation_is_ignored():
    assert last(covering().activated(on="2026-01-05")) == "2026-01-10"


def test_extensions_add_up_also_before_activation():
    assert (
        last(
            bought()
            .extended(on="2026-01-01", days=2)
            .activated(on="2026-01-01")
            .extended(on="2026-01-02", days=3)
        )
        == "2026-01-15"
    )


@pytest.mark.parametrize(
    ("freezes", "ends"),
    [
        ([("2026-01-10", "2026-01-10")], "2026-01-11"),
        ([("2026-01-11", "2026-01-12")], "2026-01-10"),
        ([("2026-01-10", "2026-01-14")], "2026-01-15"),
        ([("2025-12-30", "2026-01-02")], "2026-01-12"),
        ([("2026-01-03", "2026-01-05"), ("2026-01-04", "2026-01-06")], "2026-01-14"),
        ([("2026-01-05", "2026-01-06"), ("2026-01-11", "2026-01-12")], "2026-01-14"),
        ([("2026-01-11", "2026-01-12"), ("2026-01-05", "2026-01-06")], "2026-01-14"),
        ([("2026-01-05", "2026-01-05"), ("2026-01-12", "2026-01-12")], "2026-01-11"),
    ],
)
def test_each_frozen_day_within_the_coverage_counts_once(freezes, ends):
    client = covering()

    for first, until in freezes:
        client.froze(first=first, last=until, on="2026-01-02")

    assert last(client) == ends


def test_a_freeze_counts_behind_an_extension_made_after_it():
    client = covering().froze(first="2026-01-11", last="2026-01-12", on="2026-01-02")

    assert last(client.extended(on="2026-01-03", days=1)) == "2026-01-13"


def test_a_frozen_membership_covers():
    client = covering().froze(first="2026-01-05", last="2026-01-06")

    assert (client.membership("2026-01-05").state, client.folders("2026-01-05")) == (
        "frozen",
        "active to_renew",
    )


def test_an_end_cuts_freezes_and_extensions_also_later_ones():
    client = covering().ended(on="2026-01-02", last="2026-01-08").extended(on="2026-01-03", days=30)

    assert last(client.froze(first="2026-01-04", last="2026-01-05")) == "2026-01-08"


def test_an_end_later_than_the_last_covered_day_cuts_nothing():
    assert last(covering().ended(on="2026-01-02", last="2026-02-08")) == "2026-01-10"


@pytest.mark.parametrize("until", ["2026-01-01", "2026-06-01"])
def test_a_membership_ended_before_its_activation_is_void_for_good(until):
    client = bought().ended(on="2026-01-02", last=until).activated(on="2026-01-03")

    assert client.membership("2026-01-03").state == "void"


def test_a_membership_cut_to_before_its_start_is_void():
    client = bought().activated(on="2026-01-01", starts_on="2026-01-05").ended(on="2026-01-04")

    assert client.membership("2026-01-05").state == "void"


def packs():
    """Three visits bought first, two after."""
    return a_client().bought(on="2026-01-01", days=60, visits=3).bought(on="2026-01-02", days=60, visits=2)


def test_a_visit_activates_the_membership_sold_first():
    client = packs().visited("2026-01-10")

    assert client.membership("2026-01-10", "m1").starts_on is not None
    assert client.membership("2026-01-10", "m2").state == "bought"


def test_a_visit_activates_the_membership_it_names():
    client = packs().visited("2026-01-10", key="m2")

    assert (
        client.membership("2026-01-10", "m1").state,
        client.membership("2026-01-10", "m2").visits_left,
    ) == (
        "bought",
        1,
    )


def test_the_day_of_the_last_visit_is_still_covered():
    client = packs().visited("2026-01-10", "2026-01-11", "2026-01-12")

    assert last(client, key="m1") == "2026-01-12"
    assert (client.membership("2026-01-12").state, client.membership("2026-01-13").state) == ("held", "over")


def test_a_used_up_membership_takes_no_further_visit_on_its_last_day():
    client = packs().visited("2026-01-10", "2026-01-10", "2026-01-10", "2026-01-10")

    assert (
        client.membership("2026-01-10", "m1").visits_counted,
        client.membership("2026-01-10", "m2").visits_left,
    ) == (3, 1)


def test_a_visit_counts_on_the_membership_that_ends_first():
    client = a_client().bought(on="2026-01-01", days=60, visits=9).bought(on="2026-01-01", days=30, visits=9)
    client.activated(on="2026-01-01", key="m1").activated(on="2026-01-01", key="m2")

    client.visited("2026-01-02")

    assert (
        client.membership("2026-01-02", "m1").visits_left,
        client.membership("2026-01-02", "m2").visits_left,
    ) == (9, 8)


def test_among_equals_a_visit_counts_on_the_one_sold_first_and_a_never_sold_one_last():
    client = (
        a_client()
        .activated(on="2026-01-01", ends_on="2026-01-30", key="old")
        .bought(on="2026-01-01", visits=5)
    )

    client.activated(on="2026-01-01").visited("2026-01-02")

    assert client.membership("2026-01-02", "m1").visits_left == 4
    assert client.membership("2026-01-02", "old").visits_counted == 0


def test_a_visit_that_names_a_membership_counts_on_no_other():
    client = packs().activated(on="2026-01-03", key="m1").visited("2026-01-10", key="m9")

    assert client.membership("2026-01-10", "m1").visits_left == 3


def test_a_visit_before_the_sale_activates_nothing():
    assert a_client().visited("2026-01-01").bought(on="2026-01-01").membership("2026-01-01").state == "bought"


def test_where_visits_activate_nothing_the_membership_waits():
    client = a_client(activate_on_visit=False).bought(on="2026-01-01").visited("2026-01-02")

    assert client.membership("2026-01-02").state == "bought"


def test_a_visit_activates_by_the_policy_of_its_own_day():
    client = a_client().bought(on="2026-01-01").bought(on="2026-01-01").visited("2026-01-05", "2026-03-20")
    client.under(("2026-01-01", {"activate_on_visit": False}), ("2026-03-01", {}))

    assert client.membership("2026-03-20", "m1").starts_on == client.membership("2026-03-20").activated_on
    assert iso(client.membership("2026-03-20", "m1").starts_on) == "2026-03-20"


def test_terms_come_from_a_sale_recorded_later():
    client = a_client().activated(on="2026-01-01", key="m1").visited("2026-01-02", "2026-01-03", "2026-01-04")

    client.bought(on="2026-01-05", days=40, visits=2)

    assert client.membership("2026-01-04").last_on == OPEN
    assert last(client, "2026-01-05") == "2026-01-03"


def test_voiding_the_sale_voids_what_hangs_on_it_before_and_after():
    client = covering().voided("0", on="2026-01-03").extended(on="2026-01-04", days=5)

    assert client.folders("2026-01-02") == "active to_renew"
    assert client.folders("2026-01-04") == "potential"


def test_a_voided_activation_lets_the_next_one_count():
    client = covering().activated(on="2026-01-05").voided("1", on="2026-01-06")

    assert (last(client, "2026-01-05"), last(client, "2026-01-06")) == ("2026-01-10", "2026-01-14")


def test_the_profile_sees_the_membership_sold_first_first():
    client = a_client().activated(on="2026-01-01", ends_on="2026-01-30", key="old")

    client.bought(on="2026-01-05", key="b").bought(on="2026-01-05", key="a")

    assert [one.key for one in client.memberships("2026-01-05")] == ["b", "a", "old"]
