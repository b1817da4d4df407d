"""The rules of automatic cards as people use them: switched off, tuned, and what an import called for made, seen on other screens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from lifecycle.actions import staff
from lifecycle.importing.command import count_cards, run
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

PEOPLE = "name;phone;product;sold;activated;days\n" + "".join(
    f"Lost {number};+7916000{number:04};Year;2025-03-01;2025-03-01;30\n" for number in range(6)
)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """Six people came by an import who were lost long ago."""
    folder = tmp_path_factory.mktemp("rules")
    made = found(folder / "data", at=NOON - timedelta(days=1))
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    assert count_cards(made.club, run(made.club, OWNER, [folder / "people.csv"])).called_for == {"win_back": 6}
    return made


@pytest.fixture(scope="module")
def members(club: Founded) -> dict[str, int]:
    return {name: club.member(name, "2026-03-09", days=300) for name in ("Anna", "Boris", "Vera")}


@pytest.fixture(scope="module")
def served(serve, club: Founded, members):
    return served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())


def at_rules(page: Page) -> Page:
    signs_in(page, "olga", "/settings/rules")
    expect(rule(page, "complaint")).to_be_visible()
    return page


def rule(page: Page, code: str):
    return page.locator(f'[data-testid=rule][data-rule="{code}"]')


def complains(page: Page, client: int, words: str) -> None:
    """Write down a complaint at the desk, as a person does."""
    page.goto(f"/client/{client}?deed=complain&of={client}")
    form = page.locator("dialog[open] form")
    form.locator("[name=comment]").fill(words)
    form.locator("button[type=submit]").click()
    expect(page.locator("dialog[open] form")).to_have_count(0)


def card_of(page: Page, code: str, words: str):
    return page.locator(f'[data-card][data-rule="{code}"]', has_text=words)


def test_a_rule_switched_off_makes_no_card_at_the_desk_until_it_is_on_again(served, person, members):
    olga, second = at_rules(person(served, locale="en")), at_rules(person(served, locale="ru"))
    dina, board = (signs_in(person(served, locale="en"), "dina", "/board") for _ in range(2))
    for page in (second, board):
        never_reloads(page)

    rule(olga, "complaint").get_by_test_id("switch").click()
    expect(rule(second, "complaint")).to_have_attribute("data-on", "false")
    complains(dina, members["Anna"], "Cold water")
    complains(dina, members["Boris"], "Loud music")
    expect(card_of(board, "complaint", "Cold water")).to_have_count(0)

    rule(olga, "complaint").get_by_role("switch").click()
    expect(rule(second, "complaint")).to_have_attribute("data-on", "true")
    complains(dina, members["Vera"], "No towels")
    expect(card_of(board, "complaint", "No towels")).to_be_visible()
    expect(card_of(board, "complaint", "Cold water")).to_have_count(0)
    assert was_never_reloaded(board)
    assert was_never_reloaded(second)


def test_a_number_tuned_is_read_in_the_sentence_and_a_wrong_one_is_refused_in_one(served, person):
    olga, second = at_rules(person(served, locale="en")), at_rules(person(served, locale="ru"))

    rule(olga, "missed_call").get_by_test_id("tune").click()
    form = olga.get_by_test_id("rule-form")
    form.locator("[name=after_minutes]").fill("0")
    form.locator("button[type=submit]").click()
    expect(form.get_by_role("alert")).to_contain_text("1,440")
    form.locator("[name=after_minutes]").fill("40")
    form.locator("[name=status]").select_option("thinking")
    form.locator("button[type=submit]").click()

    expect(form).to_have_count(0)
    expect(rule(second, "missed_call")).to_contain_text("за 40 минут")
    expect(rule(olga, "missed_call")).to_contain_text("Thinking")


def test_what_an_import_called_for_is_chosen_spread_over_days_and_stands_on_the_board(served, person):
    olga, board = at_rules(person(served, locale="en")), signs_in(person(served, locale="en"), "dina", "/board")
    second = at_rules(person(served, locale="en"))
    for page in (second, board):
        never_reloads(page)
    expect(second.get_by_test_id("rules-counted")).to_contain_text("6 cards are called for")
    rule(olga, "win_back").get_by_test_id("rule-counted").click()
    expect(olga.get_by_test_id("rule-who")).to_contain_text("Lost 3")
    olga.keyboard.press("Escape")

    olga.get_by_test_id("deed-make_counted_cards").click()
    form = olga.get_by_test_id("choice-form")
    form.locator("[name=days]").fill("3")
    form.get_by_test_id("make-counted").click()

    expect(card_of(board, "win_back", "Lost")).to_have_count(6)
    expect(card_of(board, "win_back", "Lost").first).to_contain_text(re.compile("Away since .* try 1 of 6"))
    expect(second.get_by_test_id("rules-order")).to_contain_text("due over 3 days. 6 made")
    expect(rule(second, "win_back")).to_have_attribute("data-count", "0")
    expect(rule(second, "win_back").get_by_test_id("rule-made")).to_contain_text("6 cards")
    assert was_never_reloaded(board)
    assert was_never_reloaded(second)


def test_what_a_rule_made_leads_to_the_board_with_its_cards_alone(served, person, members):
    complains(signs_in(person(served, locale="en"), "dina", "/board"), members["Vera"], "Too loud")
    olga = at_rules(person(served, locale="en"))

    rule(olga, "complaint").get_by_test_id("rule-made").click()

    expect(olga).to_have_url(re.compile("cause=complaint"))
    expect(card_of(olga, "complaint", "Vera").first).to_be_visible()
    expect(olga.locator('[data-card]:not([data-rule="complaint"])')).to_have_count(0)


def test_an_auditor_reads_the_rules_and_changes_none_and_the_desk_has_no_such_page(serve, person, tmp_path):
    club = found(tmp_path / "data", at=NOON)
    staff.add(club.club, OWNER, login="ada", name="Ada", role="auditor", password="three blue kettles", branches=[1])
    served = served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())

    ada = signs_in(person(served, locale="en"), "ada", "/settings/rules")
    expect(rule(ada, "complaint").get_by_role("switch")).to_be_disabled()
    expect(ada.get_by_test_id("tune")).to_have_count(0)
    dina = signs_in(person(served, locale="en"), "dina", "/settings/rules")
    expect(dina.get_by_test_id("rule")).to_have_count(0)
