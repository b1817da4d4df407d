"""Stage, relation and warmth (spec: lifecycle, section 9)."""

from __future__ import annotations

import pytest

from tests.lifecycle.given import a_client


@pytest.mark.parametrize(
    ("client", "stage"),
    [
        (a_client(), "lead"),
        (a_client().inquired("2026-01-01").toured("2026-01-01"), "lead"),
        (a_client().purchased("2026-01-01"), "lead"),
        (a_client().bought(on="2026-01-01"), "lead"),
        (a_client().told("trial_booked", "2026-01-01", session="s"), "new"),
        (a_client().tried("2026-01-01"), "active"),
        (a_client().told("guest_visit", "2026-01-01", kind="trial"), "active"),
        (a_client().visited("2026-01-01"), "active"),
        (a_client().bought(on="2026-01-01").activated(on="2026-01-01", starts_on="2026-03-01"), "active"),
        (a_client().bought(on="2026-01-01").ended(on="2026-01-01"), "lead"),
        (a_client().visited("2026-01-01").archived("2026-01-01"), "archived"),
    ],
)
def test_the_stage_is_how_far_the_client_has_come(client, stage):
    assert client.on("2026-01-01").stage == stage


def test_a_membership_cut_to_before_its_start_takes_the_stage_back():
    client = a_client().bought(on="2026-01-01").activated(on="2026-01-02", starts_on="2026-01-10")

    client.ended(on="2026-01-05")

    assert (client.on("2026-01-04").stage, client.on("2026-01-05").stage) == ("active", "lead")


def member():
    """Covered from 1 to 30 January."""
    return a_client().bought(on="2026-01-01", days=30).activated(on="2026-01-01")


@pytest.mark.parametrize(
    ("client", "on", "relation"),
    [
        (a_client().inquired("2026-01-01"), "2026-01-01", "new"),
        (a_client().inquired("2026-01-01").called("2026-01-02"), "2026-01-02", "in_progress"),
        (a_client().called("2026-01-02"), "2026-01-02", "in_progress"),
        (a_client().called("2026-01-01").inquired("2026-01-02"), "2026-01-02", "new"),
        (a_client().inquired("2026-01-01").promoted("2026-01-02"), "2026-01-18", "in_progress"),
        (a_client().inquired("2026-01-01").promoted("2026-01-02"), "2026-01-19", "new"),
        (a_client().inquired("2026-01-01").refused("2026-01-02"), "2026-01-02", "foreign"),
        (a_client().bought(on="2026-01-01"), "2026-01-01", "current"),
        (member(), "2026-02-15", "current"),
        (member(), "2026-02-16", "departed"),
        (member().purchased("2026-02-15"), "2026-02-15", "current"),
        (member().purchased("2026-02-16"), "2026-02-16", "returned"),
        (member().bought(on="2026-03-01", days=365).activated(on="2026-03-10"), "2026-05-29", "returned"),
        (member().bought(on="2026-03-01", days=365).activated(on="2026-03-10"), "2026-05-30", "current"),
        (member().bought(on="2026-03-01").ended(on="2026-03-01"), "2026-03-01", "departed"),
    ],
)
def test_the_relation_is_what_the_deeds_say(client, on, relation):
    assert client.on(on).relation == relation


@pytest.mark.parametrize("mark", ["not_target", "foreign", "liquidated"])
def test_a_mark_stands_before_all_deeds(mark):
    assert member().told("marked", "2026-01-02", relation=mark).on("2026-01-02").relation == mark


def test_a_mark_holds_until_it_is_taken_away():
    client = member().told("marked", "2026-01-02", relation="foreign").told("marked", "2026-01-03")

    assert client.on("2026-01-03").relation == "current"


@pytest.mark.parametrize("deed", ["purchased", "came_once"])
def test_a_mark_holds_until_the_client_buys(deed):
    client = a_client().told("marked", "2026-01-02", relation="not_target")

    getattr(client, deed)("2026-01-03")

    assert client.on("2026-01-03").relation == "current"


@pytest.mark.parametrize(
    ("client", "on", "warmth"),
    [
        (member(), "2026-02-15", None),
        (member(), "2026-02-16", "warm"),
        (member(), "2026-04-30", "warm"),
        (member(), "2026-05-01", "cold"),
        (member().complained("2026-01-20"), "2026-02-16", "cold"),
        (a_client().complained("2026-01-01").purchased("2026-01-01"), "2026-02-16", "warm"),
        (member().told("warmth_set", "2026-01-30", warmth="cold"), "2026-02-16", "warm"),
        (member().told("warmth_set", "2026-01-31", warmth="cold"), "2026-02-16", "cold"),
        (member().told("warmth_set", "2026-05-02", warmth="warm"), "2026-05-02", "warm"),
    ],
)
def test_warmth_is_for_the_lost(client, on, warmth):
    assert client.on(on).warmth == warmth
