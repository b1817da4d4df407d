"""A column of more cards than a screen shows: further ones come as one scrolls, and those before come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import NOON, Founded, found, served_at, signs_in

CARDS = 230
COLUMN = "[data-testid=column-tomorrow]"


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    founded = found(tmp_path_factory.mktemp("long") / "data", at=NOON - timedelta(hours=3))
    for number in range(CARDS):
        founded.card(f"Card {number:03}", "2026-03-11")
    return founded


@pytest.fixture(scope="module")
def served(serve, club: Founded):
    return served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())


def named(page: Page, number: int):
    return page.locator(f'{COLUMN} [data-name="Card {number:03}"]')


def scrolls(page: Page, to: str, until) -> None:
    """To the end or the head of what is there, again and again until somebody comes into view."""
    for _ in range(40):
        if until.count():
            return
        page.locator(f"{COLUMN} .list").evaluate(f"list => list.scrollTo(0, {to})")
        page.wait_for_timeout(150)
    expect(until).to_have_count(1)


def test_one_scrolls_to_the_last_card_and_back_to_the_first(served, person):
    olga = person(served, locale="en")
    signs_in(olga, "olga", "/board")
    expect(named(olga, 0)).to_be_visible()

    scrolls(olga, "list.scrollHeight", named(olga, CARDS - 1))
    first_gone = named(olga, 0).count()
    scrolls(olga, "0", named(olga, 0))

    assert first_gone == 0
    expect(named(olga, 0)).to_be_attached()


def test_a_tall_screen_is_filled_without_scrolling(served, person):
    olga = person(served, locale="en", viewport={"width": 1280, "height": 4000})
    signs_in(olga, "olga", "/board")

    expect(named(olga, 20)).to_be_visible()
