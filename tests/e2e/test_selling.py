"""The money of a club as two people see it: sold and paid, sold and not paid, a debt, a pack to its last visit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from lifecycle.actions import contracts, policy
from lifecycle.clock import FixedClock
from tests.e2e.people import (
    NOON,
    OWNER,
    Founded,
    found,
    never_reloads,
    served_at,
    signs_in,
    was_never_reloaded,
)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A price list, and a board that asks about an unpaid contract after a minute."""
    club = found(tmp_path_factory.mktemp("selling") / "data", at=NOON - timedelta(days=40))
    policy.publish_policy(club.club, OWNER, changes={"unpaid_card_after_minutes": 1}, from_on="2026-03-01")
    club.product("Month", 390000, days=30)
    club.product("Club card", 290000, days=30, billing="recurring")
    club.product("Training", 300000, kind="service", visits=1)
    return club


@pytest.fixture(scope="module")
def ids(club: Founded) -> dict[str, int]:
    debtor = club.buyer("Diana Debtor")
    club.sells(debtor, "club_card", starts_on="2026-01-29")
    assert isinstance(club.club.clock, FixedClock)
    club.club.clock.at = NOON - timedelta(hours=1)
    names = ("Paid Now", "Paid Later", "Una Unpaid", "Priya Pack", "Other Thing")
    made = {name: club.buyer(name) for name in names} | {"Diana Debtor": debtor}
    contracts.sell(club.club, OWNER, made["Priya Pack"], key="pack", product="training")
    # Her minute is over soon after the club opens.
    club.club.clock.at = NOON - timedelta(seconds=40)
    contracts.sell(club.club, OWNER, made["Una Unpaid"], key="month", product="month", paid_by="later")
    return made


@pytest.fixture(scope="module")
def served(serve, club: Founded, ids: dict[str, int]):
    return served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())


def at_client(page: Page, login: str, client_id: int) -> Page:
    signs_in(page, login, f"/client/{client_id}")
    expect(page.get_by_test_id("contracts")).to_be_visible()
    never_reloads(page)
    return page


def begins_sale(page: Page, product: str) -> Locator:
    """Open the form of a sale and choose from the price list."""
    page.get_by_test_id("deed-sell").first.click()
    form = page.get_by_test_id("deed-form")
    form.locator(f"[data-offer='{product}']").click()
    expect(form.locator("[name=amount]")).to_be_visible()
    return form


def chooses(form: Locator, how: str) -> None:
    form.get_by_label(how, exact=True).check()


def sends(form: Locator) -> None:
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)


def test_choosing_a_product_fills_the_sale_and_it_is_sold_on_both_screens(served, person, ids):
    olga, dina = (at_client(person(served, locale="en"), login, ids["Paid Now"]) for login in ("olga", "dina"))
    form = begins_sale(olga, "club_card")
    expect(form.locator("[name=amount]")).to_have_value("2900")

    form.locator("[data-offer=month]").click()
    expect(form.locator("[name=amount]")).to_have_value("3900")
    expect(form.locator("[name=days]")).to_have_value("30")
    chooses(form, "Card")
    sends(form)

    for page in (olga, dina):
        expect(page.get_by_test_id("contract")).to_have_attribute("data-state", "paid")
        expect(page.get_by_test_id("membership")).to_have_attribute("data-state", "held")
        expect(page.get_by_test_id("owes")).to_have_count(0)
        assert was_never_reloaded(page)


def test_what_is_not_paid_stays_open_and_says_when_the_board_asks_about_it(served, person, ids):
    olga = at_client(person(served, locale="en"), "olga", ids["Paid Later"])

    form = begins_sale(olga, "month")
    chooses(form, "Not paid yet")
    sends(form)

    expect(olga.get_by_text("Begun, the invoice is open")).to_be_visible()
    expect(olga.get_by_test_id("contract")).to_have_attribute("data-state", "started")
    expect(olga.get_by_test_id("invoice")).to_contain_text("3,900")
    expect(olga.get_by_test_id("contract")).to_contain_text("Unpaid, a card appears on the board at 12:0")
    expect(olga.get_by_test_id("membership")).to_have_count(0)


def test_the_board_asks_about_what_is_not_paid_until_it_is(served, person, ids):
    dina = signs_in(person(served, locale="en"), "dina", "/board")
    olga = at_client(person(served, locale="en"), "olga", ids["Una Unpaid"])
    asked = dina.get_by_test_id("column-unsorted").locator("[data-card]", has_text="Una Unpaid")
    expect(asked).to_contain_text("Not paid", timeout=30_000)

    olga.get_by_test_id("owes-pay").click()
    paying = olga.get_by_test_id("deed-form")
    expect(paying.locator("[name=amount]")).to_have_value("3900")
    sends(paying)

    expect(asked).to_have_count(0)
    expect(olga.get_by_test_id("contract")).to_have_attribute("data-state", "paid")
    expect(olga.get_by_test_id("owes")).to_have_count(0)


def test_a_debt_is_seen_at_once_and_gone_on_both_screens_when_it_is_paid(served, person, ids):
    olga, dina = (at_client(person(served, locale="en"), login, ids["Diana Debtor"]) for login in ("olga", "dina"))
    for page in (olga, dina):
        expect(page.get_by_test_id("owes")).to_contain_text("Club card. Debt: 2,900")
        expect(page.get_by_test_id("contract")).to_contain_text("the contract is terminated on")

    olga.get_by_test_id("deed-take_payment").click()
    sends(olga.get_by_test_id("deed-form"))

    for page in (olga, dina):
        expect(page.get_by_test_id("owes")).to_have_count(0)
        expect(page.get_by_test_id("contract")).to_have_attribute("data-state", "running")
        assert was_never_reloaded(page)


def test_the_last_visit_of_a_pack_goes_to_one_of_two_and_the_other_is_told(served, person, ids):
    olga, dina = (at_client(person(served, locale="en"), login, ids["Priya Pack"]) for login in ("olga", "dina"))
    for page in (olga, dina):
        expect(page.get_by_test_id("pack-left")).to_have_text("1 left of 1 session")
        page.get_by_test_id("deed-use_service").click()
        expect(page.get_by_test_id("deed-says")).to_contain_text("Training")

    dina.get_by_test_id("deed-form").locator("[name=trainer]").select_option("Dina")
    sends(dina.get_by_test_id("deed-form"))
    expect(olga.get_by_test_id("pack")).to_have_attribute("data-state", "used_up")
    olga.get_by_test_id("deed-form").locator("button[type=submit]").click()

    expect(olga.get_by_text("All visits of this pack are used")).to_be_visible()
    for page in (olga, dina):
        expect(page.get_by_test_id("pack-left")).to_have_text("0 left of 1 session")
        expect(page.get_by_test_id("deed-use_service")).to_have_count(0)


def test_what_the_price_list_does_not_hold_is_sold_by_its_own_terms_and_can_be_cancelled(served, person, ids):
    olga = at_client(person(served, locale="en"), "olga", ids["Other Thing"])
    form = begins_sale(olga, "-")
    form.locator("[name=title]").fill("Massage")
    chooses(form, "Pack of sessions")
    form.locator("[name=visits]").fill("5")
    form.locator("[name=amount]").fill("900")
    chooses(form, "Not paid yet")
    sends(form)
    expect(olga.get_by_test_id("contract")).to_contain_text("Massage")

    olga.get_by_test_id("contract-more").click()
    olga.get_by_test_id("contract-cancel_contract").click()
    sends(olga.get_by_test_id("deed-form"))

    expect(olga.get_by_test_id("owes")).to_have_count(0)
    olga.get_by_text("Past", exact=True).click()
    expect(olga.get_by_test_id("contract")).to_have_attribute("data-state", "cancelled")


def test_a_product_made_by_the_owner_is_offered_at_the_desk_and_no_more_when_it_is_retired(served, person, ids):
    olga = signs_in(person(served, locale="en"), "olga", "/settings/products")
    olga.get_by_test_id("product-add").click()
    form = olga.get_by_test_id("product-form")
    form.locator("[name=name_en]").fill("Ten days")
    form.locator("[name=days]").fill("10")
    form.locator("[name=price]").fill("0")
    form.locator("button[type=submit]").click()
    expect(form).to_contain_text("Free needs a reason")
    form.locator("[name=price]").fill("1 500,50")
    sends(form)
    made = olga.locator("[data-product=ten_days]")
    expect(made).to_contain_text("1,500.50")

    dina = at_client(person(served, locale="en"), "dina", ids["Other Thing"])
    expect(begins_sale(dina, "ten_days").locator("[name=amount]")).to_have_value("1500,50")
    made.get_by_test_id("product-more").click()
    made.get_by_test_id("product-switch").click()
    expect(olga.get_by_label("No longer sold").locator("[data-product=ten_days]")).to_be_visible()
    dina.get_by_test_id("deed-form").locator("button[type=submit]").click()

    expect(dina.get_by_test_id("deed-form")).to_contain_text("This product is not on the price list")
    assert dina.goto("/settings/products")
    expect(dina.locator("[data-product=month]")).to_be_visible()
    expect(dina.get_by_test_id("product-add")).to_have_count(0)
