"""Both sides of every edge of the folders (spec: lifecycle, sections 6, 7): one row, one day."""

from __future__ import annotations

import pytest

from tests.lifecycle.given import a_client


def month():
    """A member from 5 January to 3 February."""
    return a_client().bought(on="2026-01-01", days=30).activated(on="2026-01-05")


@pytest.mark.parametrize(
    ("on", "status", "folders", "next_change"),
    [
        ("2026-01-01", "active", "not_activated", None),
        ("2026-01-04", "active", "not_activated", None),
        ("2026-01-05", "active", "active", "2026-01-20"),
        ("2026-01-19", "active", "active", "2026-01-20"),
        ("2026-01-20", "active", "active to_renew", "2026-02-04"),
        ("2026-02-03", "active", "active to_renew", "2026-02-04"),
        ("2026-02-04", "active", "active not_renewed", "2026-02-20"),
        ("2026-02-19", "active", "active not_renewed", "2026-02-20"),
        ("2026-02-20", "lost", "lost churn", "2026-05-05"),
        ("2026-05-04", "lost", "lost churn", "2026-05-05"),
        ("2026-05-05", "lost", "lost", None),
        ("2030-01-01", "lost", "lost", None),
    ],
)
def test_a_month_walks_through_the_folders(on, status, folders, next_change):
    stands = month().on(on).as_json()

    assert (stands["status"], " ".join(stands["folders"]), stands["next_change"]) == (
        status,
        folders,
        next_change,
    )


@pytest.mark.parametrize(
    ("on", "folders"),
    [
        ("2026-02-12", "active not_renewed"),
        ("2026-02-13", "active not_renewed"),
        ("2026-02-28", "active not_renewed"),
        ("2026-03-01", "active not_renewed"),
        ("2026-03-02", "lost churn"),
        ("2026-05-14", "lost churn"),
        ("2026-05-15", "lost"),
    ],
)
@pytest.mark.parametrize("deed", ["came_once", "purchased"])
def test_a_single_visit_or_purchase_in_the_grace_days_counts_them_anew(on, folders, deed):
    client = month()

    getattr(client, deed)("2026-02-13")

    assert client.folders(on) == folders


@pytest.mark.parametrize(
    ("on", "folders"),
    [
        ("2026-01-24", "active to_renew"),
        ("2026-01-25", "active not_activated to_renew"),
        ("2026-02-01", "active not_activated to_renew"),
        ("2026-02-02", "active"),
        ("2026-02-18", "active"),
        ("2026-02-19", "active to_renew"),
        ("2026-03-05", "active to_renew"),
        ("2026-03-06", "active not_renewed"),
    ],
)
def test_a_renewal_bought_early_waits_beside_to_renew(on, folders):
    client = month().bought(on="2026-01-25", days=30).activated(on="2026-02-02", starts_on="2026-02-04")

    assert client.folders(on) == folders


def test_a_renewal_not_activated_outlives_the_first_membership():
    assert month().bought(on="2026-01-25").folders("2026-06-01") == "not_activated"


@pytest.mark.parametrize(
    ("on", "folders"),
    [
        ("2026-01-09", "potential"),
        ("2026-01-10", "guest"),
        ("2026-01-12", "active"),
        ("2026-01-28", "active"),
        ("2026-01-29", "guest"),
    ],
)
def test_a_promotion_opens_a_window_and_then_the_guest_is_a_guest_again(on, folders):
    client = a_client().inquired("2026-01-09").toured("2026-01-10").promoted("2026-01-12")

    assert client.folders(on) == folders


@pytest.mark.parametrize(
    ("deed", "folders"),
    [("inquired", "potential"), ("toured", "guest"), ("tried", "guest"), ("moved_to_guest", "guest")],
)
def test_who_might_buy_is_potential_until_seen(deed, folders):
    client = a_client()

    getattr(client, deed)("2026-01-09")

    assert client.folders("2026-01-09") == folders


@pytest.mark.parametrize("kind", ["invite", "sell_to_potential"])
def test_a_refusal_stands_beside_potential(kind):
    client = a_client().inquired("2026-01-09").refused("2026-01-10", kind)

    assert client.folders("2026-01-10") == "potential deal_lost"


@pytest.mark.parametrize("kind", ["renewal", "win_back", "survey", "other"])
def test_a_refusal_of_anything_else_is_no_lost_deal(kind):
    client = a_client().inquired("2026-01-09").refused("2026-01-10", kind)

    assert client.folders("2026-01-10") == "potential"


@pytest.mark.parametrize("deed", ["inquired", "toured", "tried", "moved_to_guest"])
def test_whatever_comes_after_a_refusal_reopens_the_deal(deed):
    client = a_client().inquired("2026-01-09").refused("2026-01-10")

    getattr(client, deed)("2026-01-11")

    assert "deal_lost" not in client.folders("2026-01-11")


def test_a_lost_deal_reads_lost_where_the_club_says_so_and_stays_in_its_folders():
    client = a_client(deal_lost_status="lost").inquired("2026-01-09").refused("2026-01-10")

    stands = client.on("2026-01-10")

    assert (stands.status, stands.folders, stands.warmth, stands.sale) == (
        "lost",
        ("potential", "deal_lost"),
        None,
        "allowed",
    )


@pytest.mark.parametrize(
    ("on", "folders"),
    [
        ("2026-02-19", "active not_renewed"),
        ("2026-02-20", "guest"),
        ("2026-09-01", "guest"),
    ],
)
def test_only_a_move_to_guest_after_the_grace_days_is_a_return(on, folders):
    client = month().moved_to_guest("2026-02-19").moved_to_guest("2026-02-20")

    assert client.folders(on) == folders


def test_a_move_to_guest_within_the_grace_days_is_no_return():
    assert month().moved_to_guest("2026-02-19").folders("2026-02-20") == "lost churn"


@pytest.mark.parametrize(
    ("on", "status", "folders"),
    [
        ("2026-01-10", "active", "archive"),
        ("2026-02-20", "lost", "archive"),
        ("2026-05-05", "lost", "archive"),
    ],
)
def test_an_archived_client_stands_in_archive_alone_with_the_status_it_has(on, status, folders):
    stands = month().archived("2026-01-10").on(on)

    assert (stands.status, " ".join(stands.folders), stands.stage) == (status, folders, "archived")


@pytest.mark.parametrize(
    ("fact", "fields", "back"),
    [
        ("inquiry", {"source": "site"}, True),
        ("purchase", {"amount": 1, "what": "water"}, True),
        ("membership_sold", {"membership": "m9", "billing": "term", "days": 9, "amount": 1}, True),
        ("visit", {"kind": "membership"}, True),
        ("guest_visit", {"kind": "tour"}, True),
        ("trial_booked", {"session": "s"}, True),
        ("moved_to_guest", {}, True),
        ("restored", {}, True),
        ("promoted", {}, False),
        ("complaint", {"comment": ""}, False),
        ("contact", {"direction": "in", "kind": "other"}, False),
        ("warmth_set", {"warmth": "cold"}, False),
        ("marked", {"relation": None}, False),
        ("membership_extended", {"membership": "m1", "days": 3}, False),
    ],
)
def test_a_fact_that_means_the_client_is_back_takes_them_out_of_the_archive(fact, fields, back):
    client = month().archived("2026-01-10").told(fact, "2026-01-11", fields)

    assert (client.folders("2026-01-11") != "archive") is back


@pytest.mark.parametrize(
    ("on", "folders"), [("2027-03-01", "active"), ("2027-03-17", "active"), ("2027-03-18", "lost churn")]
)
def test_who_returns_after_a_year_for_a_single_visit_is_active_alone(on, folders):
    assert month().came_once("2027-03-01").folders(on) == folders


@pytest.mark.parametrize(
    ("came", "folders"), [("2026-02-19", "active not_renewed"), ("2026-02-20", "active")]
)
def test_a_stretch_goes_on_for_as_long_as_grace_lasts(came, folders):
    assert month().came_once(came).folders(came) == folders


def test_a_membership_without_an_end_never_comes_up_for_renewal():
    client = a_client().bought(on="2026-01-01", days=None).activated(on="2026-01-01")

    stands = client.on("2036-01-01")

    assert (stands.folders, stands.next_change) == (("active",), None)


def test_a_later_policy_version_is_a_day_on_which_things_change():
    client = month().under(("2026-01-01", {}), ("2026-02-10", {"grace_days": 3}))

    stands = client.on("2026-02-05").as_json()

    assert stands["next_change"] == "2026-02-10"
    assert client.folders("2026-02-09") == "active not_renewed"
    assert client.folders("2026-02-10") == "lost churn"


def test_a_later_policy_version_that_changes_nothing_is_passed_over():
    client = month().under(("2026-01-01", {}), ("2026-01-22", {"debt_days": 3}))

    assert client.on("2026-01-21").as_json()["next_change"] == "2026-02-04"


def test_a_later_grace_cuts_the_stretches_anew():
    client = month().came_once("2026-02-25").under(("2026-01-01", {}), ("2026-03-01", {"grace_days": 30}))

    assert client.folders("2026-02-28") == "active"
    assert client.on("2026-02-28").as_json()["next_change"] == "2026-03-01"
    assert client.folders("2026-03-01") == "active not_renewed"
