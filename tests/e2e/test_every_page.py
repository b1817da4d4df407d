"""Every page, in three languages, light and dark, on three screens: nothing serious for axe, no other language, no sideways scrolling."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from lifecycle import store
from lifecycle.actions import access_cards, cards, consents, contracts, out_hooks, sources
from tests import axe
from tests.e2e.people import OWNER, Founded, found, served_at, signs_in, until

SCREENS: dict[str, ViewportSize] = {
    "office": {"width": 1280, "height": 800},
    "tablet": {"width": 1024, "height": 768},
    "upright": {"width": 768, "height": 1024},
    "phone": {"width": 390, "height": 844},
}
CYRILLIC, UKRAINIAN, RUSSIAN = re.compile("[а-яёіїєґ]", re.I), re.compile("[іїєґ]", re.I), re.compile("[ыэъё]", re.I)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """Everybody has a Latin name, so that a word of another language is one of ours."""
    return found(tmp_path_factory.mktemp("pages") / "data")


@pytest.fixture(scope="module")
def pages(club: Founded) -> list[str]:
    lead, member = club.lead("Ada Lovelace", "+7 916 123-45-67"), club.member("Mary Member", "2026-01-10", days=3650)
    near = club.member("Nora Near", "2026-01-02", days=20)
    club.guest("George Guest")
    card = club.card("Carl Called", due="2026-01-12")
    consents.give(club.club, OWNER, member, purpose="contact", channel="call", text_version="2026-01", how="paper")
    consents.do_not_contact(club.club, OWNER, lead, on=True, why="2026")
    access_cards.give(club.club, OWNER, member, "A1")
    sources.create(club.club, OWNER, kind="site", name="Site")
    hook = out_hooks.create(club.club, OWNER, name="Books", url="https://books.example/").hook.id
    payer, contract = money(club)
    debt = cards.make(club.club, OWNER, key="debt", client_id=payer, due=None, status=None, step="call").card.id
    return [
        "/", "/folders", "/folder/potential", f"/folder/active?open={member}", f"/client/{member}", f"/client/{lead}", f"/client/{near}",
        f"/client/{lead}?deed=record_contact&of={lead}", "/add", "/calls", "/settings", "/settings/staff", "/settings/rules", "/settings/playbooks", "/settings/lists", "/owner", "/settings/sessions", "/nowhere",
        "/board", f"/board?card={card}", f"/board?card={card}&do=step", f"/board?card={card}&do=refuse", f"/board?card={card}&part=privacy",
        f"/board?card={card}&part=history", f"/client/{member}?show=cards", f"/client/{lead}?deed=give_consent&of={lead}",
        "/settings/connections", "/settings/inbox", "/settings/inbox?state=failed", "/settings/hooks", f"/settings/hooks?of={hook}",
        "/settings/products", f"/client/{payer}", f"/client/{payer}?deed=sell&of={payer}",
        *(f"/client/{payer}?deed={deed}&of={payer}&membership={contract}" for deed in ("take_payment", "cancel_contract")),
        *(f"/board?card={debt}&part={part}" for part in ("contracts", "services", "payment")),
    ]  # fmt: skip


def money(club: Founded) -> tuple[int, str]:
    """A price list, and somebody who paid, owes, has a pack in use and a card to pay with."""
    month, monthly = club.product("Month", 390000, days=30), club.product("Club card", 290000, days=30, billing="recurring")
    training = club.product("Training", 500000, kind="service", visits=10)
    club.product("Guest day", 0, days=1, free_because="A first look")
    payer = club.buyer("Paula Payer")
    pack = club.sells(payer, training)
    contracts.use_service(club.club, OWNER, payer, key="used", service=pack, trainer="Dina")
    club.sells(payer, monthly)
    with club.club.writing() as conn:
        store.payment_means.note(
            conn, payer, contract=pack, provider="yookassa", brand="Visa", last4="4242", expires="04/20", recurring=True, token="t",
            at=club.club.clock.now(),
        )  # fmt: skip
    return payer, club.sells(payer, month, paid_by="later")


@pytest.fixture(scope="module")
def served(serve, club: Founded, pages: list[str]):
    return served_at(serve, club)


def opens(page: Page, path: str) -> None:
    """Go there and wait until it shows what it shows, at rest: contrast is judged when nothing fades in."""
    page.goto(path)
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    until(page, _AT_REST)


def foreign_words(page: Page, language: str) -> list[str]:
    """Lines of the page that are in another of our languages."""
    own_names = {"English", "Русский", "Українська"}
    lines = [line for line in page.locator("body").inner_text().splitlines() if line.strip() and line.strip() not in own_names]
    strange = {"en": CYRILLIC, "ru": UKRAINIAN, "uk": RUSSIAN}[language]
    return [line for line in lines if strange.search(line)]


def complaints_by_theme(page: Page) -> list[str]:
    """What is serious in the light and in the dark. The page is the same: only the colours follow the system's."""
    found_here = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        until(page, f"document.documentElement.classList.contains('dark') === {str(theme == 'dark').lower()}")
        found_here += [f"{theme}: {what}" for what in axe.complaints(page)]
    return found_here


def misshapen(page: Page) -> list[object]:
    """What is wider than the screen or than its own frame, too small for a finger, or out of its order."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*([f"{wide} px too wide"] if wide > 0 else []), *page.evaluate(_SMALL), *page.evaluate(_ASTRAY), *page.evaluate(_CUT)]


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_a_page_has_nothing_serious_no_other_language_and_no_sideways_scrolling(served, person, pages, language):
    page = person(served, "/sign-in", locale=language, viewport=SCREENS["office"], bypass_csp=True, reduced_motion="reduce")
    expect(page.locator("h1").first).to_be_visible()
    found_here = {"/sign-in": complaints_by_theme(page) + foreign_words(page, language) + misshapen(page)}
    signs_in(page, "olga")

    for path in pages:
        opens(page, path)
        found_here[path] = complaints_by_theme(page) + foreign_words(page, language) + misshapen(page)

    assert {path: what for path, what in found_here.items() if what} == {}


def test_no_page_scrolls_sideways_and_every_button_is_big_enough_for_a_finger(served, person, pages):
    page = person(served, "/sign-in", locale="ru", viewport=SCREENS["tablet"], has_touch=True, reduced_motion="reduce")
    signs_in(page, "olga")
    wrong: dict[tuple[str, str], list[object]] = {}

    for path in pages:
        for screen in ("tablet", "upright", "phone"):
            page.set_viewport_size(SCREENS[screen])
            if screen == "tablet":
                opens(page, path)
            wrong[path, screen] = misshapen(page)

    assert {where: what for where, what in wrong.items() if what} == {}


#: Nothing that ends still moves; what moves for ever is a sign of life.
_AT_REST = """
() => document.getAnimations().every((one) => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)
"""


#: Rulers whose parts do not stand from left to right as time goes.
_ASTRAY = """
() => [...document.querySelectorAll(".R > .tr, .rl > .tr")]
  .filter((one) => one.checkVisibility())
  .map((one) => [...one.children].map((part) => Math.round(part.getBoundingClientRect().left)))
  .filter((lefts) => lefts.some((left, place) => place > 0 && left < lefts[place - 1]))
"""


#: Figures of tiles that nobody sees, and words that stand over the edge of what they are written on.
_CUT = """
() => [
  ...[...document.querySelectorAll("[data-count] .ct")].filter((one) => !one.checkVisibility()),
  ...[...document.querySelectorAll(".panel, .pill, .btn, .tag, h1, h2, .nm, .card .cause, .strip span, .seg > *")]
    .filter((one) => one.checkVisibility() && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1),
].map((one) => one.outerHTML.slice(0, 160))
"""


#: Buttons, links of a deed and fields that a finger could miss: shown, and under 44 pixels in both directions.
#: A field within its label is as big as the label.
_SMALL = """
() => [...document.querySelectorAll("button, a.btn, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select")]
  .map((one) => one.closest("label") ?? one)
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 0)
  .filter((one) => { const box = one.getBoundingClientRect(); return box.height < 43.5 && box.width < 43.5; })
  .map((one) => one.outerHTML.slice(0, 120))
"""
