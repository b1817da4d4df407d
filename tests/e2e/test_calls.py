"""A telephone rings: every screen of the desk says who it is, and nobody who types is disturbed."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from lifecycle.actions import sources
from lifecycle.desk import CLUB
from tests import axe
from tests.e2e.people import NOON, Founded, found, never_reloads, served_at, signs_in, was_never_reloaded
from tests.e2e.test_every_page import _SMALL, SCREENS, foreign_words

ANNA, FAMILY = "+7 916 204-18-33", "+7 916 700-00-07"


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    made = found(tmp_path_factory.mktemp("calls") / "data", at=NOON)
    made.ids = {  # type: ignore[attr-defined]
        "anna": made.member("Anna Karenina", "2026-02-04", phone=ANNA),
        "mother": made.lead("Maria Oblonskaya", FAMILY),
        "son": made.lead("Grisha Oblonsky", FAMILY),
    }
    return made


@pytest.fixture(scope="module")
def exchange(club: Founded):
    return sources.create(club.club, CLUB, kind="telephony", name="exchange", branch_id=1)


@pytest.fixture(scope="module")
def served(serve, club: Founded, exchange):
    return served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())


@pytest.fixture
def reports(served, exchange):
    """Post a report about a call, as an exchange does; what still rings at the end of a test ends there."""
    going: set[str] = set()

    def post(call: str, state: str, **more: object) -> None:
        answer = httpx.post(
            f"{served.url}/hooks/{exchange.source.code}", json={"call": call, "state": state, **more}, headers={"X-Club-Secret": exchange.secret}
        )
        assert answer.status_code == 200, answer.text
        (going.discard if state == "ended" else going.add)(call)

    yield post
    for call in tuple(going):
        post(call, "ended")


def panel(page: Page):
    return page.get_by_test_id("call-panel")


def at_work(page: Page):
    """The calls of the panel but for those that are on their way out."""
    return panel(page).locator("section:not([data-phase=trace])")


def with_number(page: Page, number: str):
    """What the panel says of one number."""
    return panel(page).locator("section").filter(has_text=number)


def test_a_ringing_call_says_on_both_screens_who_it_is_and_takes_no_focus(served, person, reports):
    olga, dina = signs_in(person(served, locale="en"), "olga", "/add"), signs_in(person(served, locale="ru"), "dina")
    never_reloads(olga)
    field = olga.locator("input[name=name]")
    field.fill("Somebo")

    reports("both", "ringing", number="79162041833", line="74951234567")

    for page in (olga, dina):
        expect(panel(page)).to_contain_text("Anna Karenina")
        expect(panel(page)).to_have_attribute("role", "alertdialog")
    expect(olga.get_by_test_id("call-says")).to_have_text(re.compile("not renewed.*Morning.*ended.*day 5 of 16.*renewal", re.S))
    expect(dina.get_by_test_id("call-says")).to_have_text(re.compile("не продлён.*продление", re.S))
    expect(olga.locator(".call .pill")).to_have_count(2)
    olga.keyboard.type("dy")
    expect(field).to_have_value("Somebody")
    expect(field).to_be_focused()
    olga.keyboard.press("Alt+c")
    expect(panel(olga)).to_be_focused()
    olga.keyboard.press("Escape")
    expect(field).to_be_focused()
    assert was_never_reloaded(olga)


def test_who_opens_the_profile_has_taken_the_call_and_the_other_screen_lets_it_go(served, person, club, reports):
    olga, dina = signs_in(person(served, locale="en"), "olga"), signs_in(person(served, locale="en"), "dina")
    reports("taken", "ringing", number=ANNA)

    dina.get_by_test_id("deed-open").click()

    expect(dina).to_have_url(re.compile(f"/client/{club.ids['anna']}"))
    expect(panel(olga)).to_contain_text("Taken by Dina")
    expect(panel(olga)).to_have_count(0, timeout=20000)
    expect(panel(dina)).to_contain_text("Anna Karenina")
    reports("taken", "ended", seconds=12)
    call = panel(dina).locator("section").filter(has_text="The call is over").filter(has=dina.locator("h2"))
    expect(call).to_be_visible()
    call.get_by_role("button", name="Close").click()
    expect(call).to_have_count(0)


def test_a_missed_call_leaves_a_trace_and_goes(served, person, reports):
    dina = signs_in(person(served, locale="en"), "dina")
    reports("missed", "ringing", number="+7 916 444-00-09")
    call = with_number(dina, "444-00-09")
    expect(call).to_contain_text("Incoming call")

    reports("missed", "ended")

    expect(call).to_contain_text("Missed call")
    expect(call).to_have_count(0, timeout=20000)


def test_a_new_number_is_a_lead_already_and_what_is_typed_outlives_the_call(served, person, reports):
    dina = signs_in(person(served, locale="en"), "dina", "/folder/potential")
    reports("new", "ringing", number="+7 916 555-11-22")
    expect(panel(dina)).to_contain_text("A new number")
    expect(dina.get_by_test_id("client-row").filter(has_text="916 ··· ·· 22").or_(dina.get_by_test_id("client-row").filter(has_text="22"))).not_to_have_count(0)
    panel(dina).locator("input[name=name]").fill("Nina New")
    dina.wait_for_timeout(900)

    reports("new", "ended")
    dina.reload()

    expect(panel(dina).locator("input[name=name]")).to_have_value("Nina New")
    panel(dina).locator("select[name=source]").select_option("referral")
    panel(dina).get_by_role("button", name="Save").click()
    expect(panel(dina).locator("h2")).to_have_text("Nina New")
    expect(dina.locator("main")).to_contain_text("Nina New")


def test_of_a_family_one_chooses_who_is_calling(served, person, club, reports):
    dina = signs_in(person(served, locale="en"), "dina")
    reports("family", "ringing", number=FAMILY)
    shown = panel(dina).locator("h2")
    expect(shown).to_have_text("Grisha Oblonsky")

    panel(dina).get_by_role("button", name="Maria Oblonskaya").click()

    expect(shown).to_have_text("Maria Oblonskaya")
    expect(panel(dina).get_by_role("button", name="Grisha Oblonsky")).to_be_visible()


def test_several_calls_stack_and_what_was_made_small_stays_small_after_a_reload(served, person, reports):
    dina = signs_in(person(served, locale="en"), "dina")
    reports("one", "ringing", number=ANNA)
    expect(panel(dina).locator("h2")).to_have_text("Anna Karenina")
    reports("two", "ringing", number=FAMILY)
    expect(at_work(dina)).to_have_count(2)
    expect(panel(dina).locator("h2")).to_have_count(1)

    panel(dina).get_by_role("button", name="Fold").click()
    expect(panel(dina).locator("h2")).to_have_text("Grisha Oblonsky")
    dina.reload()

    expect(at_work(dina)).to_have_count(2)
    expect(panel(dina).locator("h2")).to_have_text("Grisha Oblonsky")


def test_a_note_stands_in_the_history_of_the_client(served, person, club, reports):
    dina = signs_in(person(served, locale="en"), "dina", f"/client/{club.ids['anna']}")
    reports("noted", "ringing", number=ANNA)
    reports("noted", "talking", extension="101")
    panel(dina).locator("input[name=note]").fill("Wants a discount")
    panel(dina).get_by_role("button", name="Write it down").click()
    expect(dina.get_by_role("status").filter(has_text="Written down")).to_be_visible()

    reports("noted", "ended", seconds=61)

    expect(dina.locator(".tl")).to_contain_text("Wants a discount")


def test_a_call_can_be_answered_over_an_open_dialog(served, person, club, reports):
    dina = signs_in(person(served, locale="en"), "dina")
    dina.get_by_test_id("search").click()
    expect(dina.locator("dialog[open]")).to_be_visible()
    reports("over", "ringing", number=ANNA)
    expect(panel(dina)).to_be_visible()

    dina.get_by_test_id("deed-open").click()

    expect(dina).to_have_url(re.compile(f"/client/{club.ids['anna']}"))


def test_the_card_of_an_unknown_caller_opens_on_the_board_from_the_panel(served, person, reports):
    dina = signs_in(person(served, locale="en"), "dina")
    reports("card", "ringing", number="+7 916 777-00-01")

    # The club has made it by itself: nobody knew the number.
    panel(dina).get_by_test_id("deed-open-card").click()

    expect(dina).to_have_url(re.compile(r"/board/?\?.*card=\d+"))
    expect(dina.get_by_test_id("card-sheet")).to_be_visible()


def test_a_card_made_from_the_panel_opens_on_the_board(served, person, reports, club):
    dina = signs_in(person(served, locale="en"), "dina")
    known = {"name": "Walter Walkin", "phone": "+7 916 777-00-02", "source": "walk_in"}
    httpx.post(f"{served.url}/api/v1/clients", json=known, headers={"Authorization": f"Bearer {club.key}"}).raise_for_status()
    reports("made", "ringing", number="+7 916 777-00-02")

    panel(dina).get_by_test_id("deed-make-card").click()

    expect(dina).to_have_url(re.compile(r"/board/?\?.*card=\d+"))
    expect(dina.get_by_test_id("card-sheet")).to_be_visible()


def test_the_calls_of_the_day_begin_with_whom_nobody_called_back(served, person, reports):
    olga = signs_in(person(served, locale="en"), "olga", "/calls")
    reports("day1", "ended", number="+7 916 333-00-01")
    reports("day2", "ended", number="+7 916 333-00-02", seconds=30)
    reports("day3", "ended", number="112")

    missed = olga.locator("section").filter(has_text="Missed and not called back")
    expect(missed.get_by_role("link", name="Call back: +7 916 333-00-01")).to_have_attribute("href", "tel:+79163330001")
    expect(olga.get_by_test_id("call-line").filter(has_text="short number")).to_be_visible()
    expect(missed).not_to_contain_text("333-00-02")

    reports("day4", "ended", number="+7 916 333-00-01", direction="out", seconds=20)

    expect(missed.get_by_text("+7 916 333-00-01", exact=True)).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_panel_has_nothing_serious_and_no_other_language(served, person, reports, language, theme):
    page = person(served, "/sign-in", locale=language, color_scheme=theme, bypass_csp=True, reduced_motion="reduce")
    signs_in(page, "olga", "/calls")
    reports(f"axe-{language}-{theme}", "ringing", number="+7 916 888-00-11")
    reports(f"two-{language}-{theme}", "ringing", number=FAMILY)
    reports(f"two-{language}-{theme}", "talking", extension="101")
    expect(at_work(page)).to_have_count(2)
    page.wait_for_timeout(300)
    complaints = axe.complaints(page) + foreign_words(page, language)
    at_work(page).nth(1).get_by_role("button").first.click()
    page.wait_for_timeout(300)

    assert complaints + axe.complaints(page) + foreign_words(page, language) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_the_panel_fits_every_screen_and_its_buttons_are_big_enough(served, person, reports, screen):
    size = SCREENS[screen]
    page = person(served, "/sign-in", locale="ru", viewport=size, has_touch=screen != "office", reduced_motion="reduce")
    signs_in(page, "dina")
    reports(f"fit-{screen}", "ringing", number=ANNA)
    expect(panel(page).locator("h2")).to_be_visible()

    box = panel(page).bounding_box()

    assert box is not None
    assert min(box["x"], box["y"]) >= 0
    assert (box["x"] + box["width"] <= size["width"], box["y"] + box["height"] <= size["height"]) == (True, True)
    assert page.evaluate(_SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
