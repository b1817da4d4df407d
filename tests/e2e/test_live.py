"""What one does, the other sees: two people, two browsers, no reload."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import (
    NOON,
    Founded,
    counts,
    found,
    never_reloads,
    served_at,
    signs_in,
    was_never_reloaded,
)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    return found(tmp_path_factory.mktemp("live") / "data", at=NOON)


@pytest.fixture(scope="module")
def served(serve, club: Founded):
    club.ids = {  # type: ignore[attr-defined]
        "lead": club.lead("Лариса Новая"),
        "guest": club.guest("Глеб Гость"),
        "member": club.member("Мария Членская", "2026-03-10"),
    }
    return served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())


def folders_are(page: Page, *codes: str) -> None:
    """The profile on this screen shows exactly these folders."""
    expect(page.get_by_test_id("client-folders")).to_have_attribute("data-folders", " ".join(codes), timeout=5000)


def deed(page: Page, name: str) -> None:
    """Press a deed of the profile, from the row of buttons or from the menu behind it."""
    button = page.get_by_test_id(f"deed-{name}").first
    expect(button).to_be_attached()
    if not button.is_visible():
        page.get_by_test_id("deed-more").click()
    # A shut deed is pressed all the same: it then says why.
    button.click(force=button.get_attribute("aria-disabled") == "true")


def sends(page: Page, **fields: str) -> None:
    """Fill the open form and send it."""
    form = page.get_by_test_id("deed-form")
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)


def test_a_lead_of_a_site_appears_in_the_count_and_the_list_of_both_screens(served, person, club):
    olga, dina = signs_in(person(served), "olga"), signs_in(person(served), "dina", "/folder/potential")
    before = int(olga.get_by_test_id("folder-potential").get_attribute("data-count") or 0)
    for page in (olga, dina):
        never_reloads(page)

    answer = httpx.post(
        f"{served.url}/api/v1/clients",
        json={"name": "Новая с сайта", "phone": "+7 916 765-43-21", "source": "site"},
        headers={"Authorization": f"Bearer {club.key}", "Idempotency-Key": "site-1"},
    )

    assert answer.status_code == 201
    counts(olga, "potential", before + 1)
    expect(dina.locator(f'[data-client="{answer.json()["id"]}"]')).to_be_visible()
    assert was_never_reloaded(olga)
    assert was_never_reloaded(dina)


def test_the_gate_says_why_nothing_is_sold_and_two_moves_open_it(served, person, club):
    lead = club.ids["lead"]
    olga, dina = (signs_in(person(served, locale="en"), login, f"/client/{lead}") for login in ("olga", "dina"))
    never_reloads(dina)

    deed(olga, "sell")
    expect(olga.get_by_role("alert").filter(has_text=re.compile("Guest"))).to_be_visible()
    deed(olga, "move_to_guest")
    folders_are(dina, "guest")
    folders_are(olga, "guest")
    deed(olga, "promote")
    folders_are(dina, "active")
    folders_are(olga, "active")
    deed(olga, "sell")
    sends(olga, days="30", amount="4500", starts_on="")

    folders_are(dina, "active", "not_activated")
    assert was_never_reloaded(dina)


def test_activating_freezing_and_visiting_show_on_the_other_screen_and_undo_takes_back(served, person, club):
    client = club.ids["guest"]
    olga, dina = (signs_in(person(served, locale="en"), login, f"/client/{client}") for login in ("olga", "dina"))
    deed(olga, "promote")
    folders_are(olga, "active")
    deed(olga, "sell")
    sends(olga, days="10", amount="1500", starts_on="")
    folders_are(dina, "active", "not_activated")

    deed(olga, "activate_membership")
    sends(olga)
    folders_are(dina, "active", "to_renew")

    deed(olga, "freeze_membership")
    sends(olga)
    folders_are(dina, "active")

    olga.get_by_role("button", name=re.compile("^Undo")).last.click()
    folders_are(dina, "active", "to_renew")


def test_a_visit_and_a_refusal_are_in_the_history_of_both_and_a_void_takes_back(served, person, club):
    lead = httpx.post(
        f"{served.url}/api/v1/clients",
        json={"name": "Отказался"},
        headers={"Authorization": f"Bearer {club.key}", "Idempotency-Key": "no-1"},
    ).json()["id"]
    olga, dina = (signs_in(person(served, locale="en"), login, f"/client/{lead}") for login in ("olga", "dina"))

    deed(olga, "record_guest_visit")
    sends(olga)
    folders_are(dina, "guest")
    deed(olga, "refuse")
    sends(olga, reason="price")
    folders_are(dina, "guest", "deal_lost")
    folders_are(olga, "guest", "deal_lost")
    olga.get_by_role("button", name=re.compile("^Take back: .*", re.I)).first.click()

    folders_are(dina, "guest")
