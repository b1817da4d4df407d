"""Reaching a client, as two people do it: consents given and withdrawn, do-not-contact, readers' cards, cards; and who hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from lifecycle import keeping, recompute, store
from lifecycle.actions import cards, consents
from lifecycle.club import Club
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
    return found(tmp_path_factory.mktemp("contact") / "data", at=NOON - timedelta(days=60))


@pytest.fixture(scope="module")
def ids(club: Founded) -> dict[str, str]:
    """Lara was lost in these sixty days, so that the club is to win her back; the others have just asked."""
    lara = club.member("Lara Lost", "2026-01-10", days=10)
    consents.give(club.club, OWNER, lara, purpose="contact", text_version="2026-01", how="paper")
    keeping.keep_due(club.club)
    for days in range(1, 61):
        walk_to(club.club, NOON - timedelta(days=60 - days, hours=3))
    made = {"Lara": str(lara)} | {name: str(club.lead(name)) for name in ("Anna", "Boris", "Vera", "Clara")}
    nora = made["Nora"] = str(club.lead("Nora"))
    cards.make(club.club, OWNER, key="nora", client_id=int(nora), comment="Ask about the pool")
    planned = {
        "soon": club.card("Late Larry", "2026-03-10T12:00:06", responsible_id=id_of(club, "dina")),
        "late": club.card("Tardy Tom", "2026-03-09", responsible_id=id_of(club, "olga")),
    }
    return made | planned


def walk_to(club: Club, at: datetime) -> None:
    club.clock.at = at  # type: ignore[attr-defined]
    recompute.move_due(club)
    keeping.keep_due(club)


def id_of(club: Founded, login: str) -> int:
    with club.club.reading() as conn:
        person = store.staff.by_login(conn, login)
    assert person
    return person.id


@pytest.fixture(scope="module")
def served(serve, club: Founded, ids: dict[str, str]):
    return served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())


def opens(person, served, login: str, path: str, **context: object) -> Page:
    page = signs_in(person(served, locale="en", **context), login, path)
    never_reloads(page)
    return page


def profile(person, served, login: str, client: str) -> Page:
    page = opens(person, served, login, f"/client/{client}")
    expect(page.get_by_test_id("privacy")).to_be_visible()
    return page


def sends(page: Page) -> None:
    page.get_by_test_id("deed-form").locator("button[type=submit]").click()
    expect(page.get_by_test_id("deed-sheet")).not_to_be_visible()


def test_a_consent_given_by_one_stands_on_the_screen_of_the_other_and_goes_with_its_withdrawal(served, person, ids):
    olga, dina = (profile(person, served, login, ids["Anna"]) for login in ("olga", "dina"))

    olga.get_by_test_id("give-marketing").click()
    olga.locator("label.opt").filter(has_text="SMS").click()
    olga.locator("#f-text_version").fill("2026-03")
    sends(olga)

    line = dina.get_by_test_id("consent-marketing")
    expect(line).to_have_attribute("data-state", "given")
    expect(line).to_contain_text("Olga, on paper, text 2026-03")
    expect(dina.get_by_text("Consent given: Advertising (SMS)")).to_be_visible()

    line.get_by_test_id("withdraw").click()

    expect(olga.get_by_test_id("consent-marketing")).to_have_attribute("data-state", "withdrawn")
    expect(olga.get_by_test_id("consent-marketing")).to_contain_text("Dina")
    assert was_never_reloaded(olga)
    assert was_never_reloaded(dina)


def test_withdrawing_the_consent_to_be_contacted_ends_winning_back(served, person, ids):
    dina = opens(person, served, "dina", "/board?cause=win_back")
    face = dina.locator("[data-card]").filter(has_text="Lara Lost")
    expect(face).to_be_visible()
    olga = profile(person, served, "olga", ids["Lara"])
    expect(olga.get_by_test_id("open-card")).to_have_count(1)

    olga.get_by_test_id("consent-contact").get_by_test_id("withdraw").click()

    expect(face).to_have_count(0)
    expect(olga.get_by_test_id("open-card")).to_have_count(0)
    expect(olga.get_by_text("Closed by itself: not needed any more").first).to_be_visible()
    assert was_never_reloaded(dina)


def test_who_is_not_to_be_contacted_is_so_for_everybody_until_it_is_taken_back(served, person, ids):
    olga, dina = (profile(person, served, login, ids["Boris"]) for login in ("olga", "dina"))

    olga.get_by_test_id("deed-do_not_contact").click()
    olga.locator("#f-why").fill("Moves to another town")
    sends(olga)

    expect(dina.get_by_test_id("no-contact")).to_contain_text("Moves to another town")
    expect(dina.get_by_test_id("no-contact")).to_contain_text("Olga")

    dina.get_by_test_id("contact-again").click()

    expect(olga.get_by_test_id("no-contact")).to_have_count(0)


def test_a_lost_card_is_blocked_by_one_and_given_back_by_the_other(served, person, ids):
    olga, dina = (profile(person, served, login, ids["Vera"]) for login in ("olga", "dina"))

    olga.get_by_test_id("deed-give_access_card").click()
    olga.locator("#f-number").fill("a 17")
    sends(olga)
    card = dina.get_by_test_id("access-card")
    expect(card).to_contain_text("A17")

    card.get_by_test_id("access-block").click()

    expect(olga.get_by_test_id("access-card")).to_have_attribute("data-gone", "true")
    expect(olga.get_by_test_id("access-card")).to_contain_text("Dina")
    olga.get_by_test_id("access-again").click()
    expect(card).to_have_attribute("data-gone", "false")


def test_a_card_added_on_the_profile_stands_there_for_both_and_leads_to_its_sheet(served, person, ids):
    olga, dina = (profile(person, served, login, ids["Clara"]) for login in ("olga", "dina"))

    olga.get_by_test_id("deed-make_card").click()
    olga.locator("#f-comment").fill("Ask about the evening group")
    sends(olga)

    row = dina.get_by_test_id("open-card")
    expect(row).to_contain_text("Ask about the evening group")
    expect(row).to_have_attribute("data-column", "today")
    row.locator("a").click()
    expect(dina.get_by_test_id("card-sheet")).to_contain_text("Clara")
    dina.get_by_test_id("part-privacy").click()
    expect(dina.get_by_test_id("consent-contact")).to_have_attribute("data-state", "never")


def test_the_history_can_be_narrowed_to_cards_and_leads_to_each(served, person, ids):
    olga = opens(person, served, "olga", f"/client/{ids['Nora']}?show=cards")
    history = olga.locator(".past .tl > li")

    expect(history).to_have_count(2)
    expect(history.first).to_contain_text("Ask about the pool")
    history.first.locator("a").click()

    expect(olga.get_by_test_id("card-sheet")).to_contain_text("Nora")


def test_a_card_that_becomes_overdue_by_itself_stands_on_now(served, person, ids):
    dina = opens(person, served, "dina", "/")

    late = dina.locator(f'[data-testid=overdue-card][data-card="{ids["soon"]}"]')

    expect(late).to_contain_text("Late Larry", timeout=20_000)
    assert was_never_reloaded(dina)


def test_one_finishes_an_overdue_card_and_it_leaves_the_other_screen(served, person, ids):
    dina, olga = opens(person, served, "dina", "/"), opens(person, served, "olga", "/")
    expect(dina.get_by_test_id("overdue-person").filter(has_text="Olga")).to_be_visible()

    olga.locator(f'[data-testid=overdue-card][data-card="{ids["late"]}"] a').click()
    olga.get_by_test_id("card-more").click()
    olga.get_by_test_id("close-done").click()

    expect(dina.get_by_test_id("overdue-person").filter(has_text="Olga")).to_have_count(0)
    assert was_never_reloaded(dina)
