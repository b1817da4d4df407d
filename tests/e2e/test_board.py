"""The board as two people use it: carried by mouse, finger and keyboard, refused, edited at once, turned by time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from lifecycle.actions import staff
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

TODAY, TOMORROW = "2026-03-10", "2026-03-11"


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    return found(tmp_path_factory.mktemp("board") / "data", at=NOON - timedelta(hours=3))


@pytest.fixture(scope="module")
def ids(club: Founded) -> dict[str, str]:
    names = ("Mouse", "Keyboard", "Finger", "Menu", "Refused", "Escape", "Words", "Planned", "Linked", "Finished", "Again")
    found_ids = {name: club.card(name, TODAY) for name in names}
    found_ids["Unsorted"] = club.card("Unsorted", status=None)
    return found_ids


@pytest.fixture(scope="module")
def served(serve, club: Founded, ids: dict[str, str]):
    return served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())


def at_board(page: Page, login: str, path: str = "/board") -> Page:
    signs_in(page, login, path)
    expect(page.locator("[data-card]").locator("visible=true").first).to_be_visible()
    return page


def face(page: Page, card_id: str):
    return page.locator(f'[data-card="{card_id}"]')


def stands_in(page: Page, card_id: str, column: str, timeout: float = 5000) -> None:
    expect(face(page, card_id)).to_have_attribute("data-column", column, timeout=timeout)


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drags(page: Page, card_id: str, column: str) -> None:
    """Carry a card with the mouse, as a hand does: not in one jump."""
    face(page, card_id).scroll_into_view_if_needed()
    box = face(page, card_id).bounding_box()
    assert box
    x, y = middle(page, f"[data-testid=column-{column}]")
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 30, steps=4)
    page.mouse.move(x, y, steps=12)
    page.wait_for_timeout(100)
    page.mouse.up()


def test_a_card_carried_by_mouse_stands_elsewhere_on_both_screens(served, person, ids):
    olga, dina = (at_board(person(served, locale="en"), login) for login in ("olga", "dina"))
    for page in (olga, dina):
        never_reloads(page)
    before = int(dina.get_by_test_id("column-tomorrow").get_attribute("data-count") or 0)

    drags(olga, ids["Mouse"], "tomorrow")

    stands_in(dina, ids["Mouse"], "tomorrow")
    stands_in(olga, ids["Mouse"], "tomorrow")
    expect(dina.get_by_test_id("column-tomorrow")).to_have_attribute("data-count", str(before + 1))
    assert was_never_reloaded(olga)
    assert was_never_reloaded(dina)


def test_a_card_carried_by_keyboard_is_told_of_and_keeps_the_focus(served, person, ids):
    olga, dina = (at_board(person(served, locale="en"), login) for login in ("olga", "dina"))
    face(olga, ids["Keyboard"]).focus()

    olga.keyboard.press("Space")
    expect(olga.get_by_text("Lifted: Keyboard. Column Today", exact=False)).to_be_attached()
    olga.keyboard.press("ArrowRight")
    expect(olga.get_by_text("Tomorrow. Tomorrow, 11", exact=False)).to_be_attached()
    olga.keyboard.press("Space")

    stands_in(dina, ids["Keyboard"], "tomorrow")
    expect(face(olga, ids["Keyboard"])).to_be_focused()


def test_escape_puts_a_lifted_card_back(served, person, ids):
    olga = at_board(person(served, locale="en"), "olga")
    face(olga, ids["Escape"]).focus()
    olga.keyboard.press("Space")
    olga.keyboard.press("ArrowRight")
    expect(olga.get_by_text("Tomorrow. Tomorrow, 11", exact=False)).to_be_attached()

    olga.keyboard.press("Escape")

    expect(olga.get_by_text("Put back into Today", exact=False)).to_be_attached()
    stands_in(olga, ids["Escape"], "today")


def test_a_card_carried_by_finger_after_a_long_press_stands_elsewhere_on_the_other_screen(served, person, ids):
    olga = at_board(person(served, has_touch=True, viewport={"width": 1024, "height": 768}), "olga")
    dina = at_board(person(served), "dina")
    face(olga, ids["Finger"]).scroll_into_view_if_needed()
    box = face(olga, ids["Finger"]).bounding_box()
    assert box
    goal = middle(olga, "[data-testid=column-tomorrow]")
    hand = olga.context.new_cdp_session(olga)

    def touch(kind: str, x: float, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = box["x"] + 30, box["y"] + 20
    touch("touchStart", x, y)
    olga.wait_for_timeout(300)
    for part in range(1, 11):
        touch("touchMove", x + (goal[0] - x) * part / 10, y + (goal[1] - y) * part / 10)
        olga.wait_for_timeout(20)
    touch("touchEnd", *goal)

    stands_in(dina, ids["Finger"], "tomorrow")


def test_the_menu_of_a_card_moves_it_too(served, person, ids):
    olga = at_board(person(served, has_touch=True, viewport={"width": 390, "height": 844}), "olga")
    dina = at_board(person(served), "dina")

    face(olga, ids["Menu"]).locator("[data-menu]").tap()
    olga.get_by_test_id("move-later").tap()

    stands_in(dina, ids["Menu"], "later")


def test_a_refused_card_comes_back_and_the_reason_stands_where_it_was_dropped(served, person, ids):
    olga = at_board(person(served, locale="en"), "olga")

    drags(olga, ids["Refused"], "overdue")

    reason = olga.get_by_test_id("column-overdue").get_by_role("alert")
    expect(reason).to_contain_text("Nothing is made overdue by hand")
    stands_in(olga, ids["Refused"], "today")
    expect(face(olga, ids["Refused"])).to_be_visible()


def opens_card(page: Page, card_id: str) -> None:
    face(page, card_id).dblclick(position={"x": 60, "y": 12})
    expect(page.get_by_test_id("card-why")).to_be_visible()


def test_what_two_people_say_about_a_card_is_all_there(served, person, ids):
    olga, dina = (at_board(person(served, locale="en"), login) for login in ("olga", "dina"))
    for page, words in ((olga, "Olga was told after payday"), (dina, "Dina was told tomorrow")):
        opens_card(page, ids["Words"])
        page.get_by_test_id("card-comment").fill(words)
    for page in (olga, dina):
        page.get_by_test_id("card-send").click()

    for page in (olga, dina):
        talks = page.get_by_test_id("card-talks")
        expect(talks).to_contain_text("Olga was told after payday")
        expect(talks).to_contain_text("Dina was told tomorrow")


def test_two_who_plan_the_same_card_are_shown_both_and_choose(served, person, ids):
    olga, dina = (at_board(person(served, locale="en"), login) for login in ("olga", "dina"))
    for page, day in ((olga, "2026-03-12"), (dina, "2026-03-17")):
        opens_card(page, ids["Planned"])
        page.get_by_test_id("card-step").click()
        page.get_by_test_id("plan-form").locator("[name=day]").fill(day)
        page.wait_for_timeout(900)  # what is typed is kept by now
    olga.get_by_test_id("plan-form").locator("button[type=submit]").click()
    stands_in(dina, ids["Planned"], "this_week")

    expect(dina.get_by_test_id("clash-theirs")).to_contain_text("12")
    expect(dina.get_by_test_id("clash-mine")).to_contain_text("17")
    dina.get_by_test_id("take-mine").click()
    dina.get_by_test_id("plan-form").locator("button[type=submit]").click()

    stands_in(olga, ids["Planned"], "later")
    expect(dina.get_by_test_id("card-clash")).to_have_count(0)


def test_an_opened_card_has_its_address_and_back_closes_it(served, person, ids):
    olga = at_board(person(served, locale="en"), "olga")
    face(olga, ids["Linked"]).focus()

    olga.keyboard.press("Enter")
    expect(olga.get_by_test_id("card-sheet")).to_be_visible()
    assert f"card={ids['Linked']}" in olga.url
    olga.get_by_test_id("part-history").click()
    expect(olga.get_by_test_id("card-history")).to_contain_text("Card made")
    olga.reload()
    expect(olga.get_by_test_id("card-history")).to_contain_text("Card made")
    olga.keyboard.press("Escape")
    expect(olga.get_by_test_id("card-sheet")).to_be_hidden()

    face(olga, ids["Linked"]).locator("a").click()
    expect(olga.get_by_test_id("card-sheet")).to_be_visible()
    olga.go_back()
    expect(olga.get_by_test_id("card-sheet")).to_be_hidden()


def test_done_with_the_next_step_leaves_the_next_card(served, person, ids):
    olga, dina = (at_board(person(served, locale="en"), login) for login in ("olga", "dina"))
    opens_card(olga, ids["Finished"])

    olga.get_by_test_id("card-then").click()
    form = olga.get_by_test_id("finish-form")
    form.locator("[name=words]").fill("Comes with a friend")
    form.get_by_role("button", name="Monday").click()
    form.get_by_test_id("finish").click()

    expect(face(dina, ids["Finished"])).to_have_count(0)
    after = dina.get_by_test_id("column-later").locator("[data-card]", has_text="Finished")
    expect(after).to_contain_text("Comes with a friend")
    expect(olga.get_by_test_id("card-sheet")).to_be_hidden()


def test_nobody_answered_means_again_tomorrow_with_one_press(served, person, ids):
    olga = at_board(person(served, locale="en"), "olga", f"/board?card={ids['Again']}")

    olga.get_by_test_id("card-again").click()

    stands_in(olga, ids["Again"], "tomorrow")


def test_an_unknown_number_becomes_a_lead_with_a_card(served, person):
    olga, dina = (at_board(person(served, locale="en"), login) for login in ("olga", "dina"))

    # The same key on a Cyrillic keyboard.
    olga.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'т', code: 'KeyN', bubbles: true}))")
    olga.get_by_test_id("new-card-query").fill("+7 916 555-44-33")
    olga.get_by_test_id("new-card-lead").click()
    form = olga.get_by_test_id("new-card-form")
    form.locator("[name=name]").fill("Nadia New")
    form.get_by_role("button", name="today").click()
    form.get_by_test_id("make-card").click()

    made = dina.get_by_test_id("column-today").locator("[data-card]", has_text="Nadia New")
    expect(made).to_be_visible()
    # Whoever calls again is known.
    olga.keyboard.press("n")
    olga.get_by_test_id("new-card-query").fill("916 555-44-33")
    expect(olga.get_by_test_id("new-card-client")).to_contain_text("Nadia New")
    expect(olga.get_by_test_id("new-card-lead")).to_have_count(0)


def test_a_filtered_board_is_counted_bookmarked_and_kept(served, person, ids):
    olga = at_board(person(served, locale="en"), "olga")

    olga.get_by_test_id("board-search").fill("unsor")
    expect(olga.locator("[data-card]")).to_have_count(1)
    expect(olga.get_by_test_id("column-unsorted")).to_have_attribute("data-count", "1")
    expect(olga.get_by_test_id("column-today")).to_have_attribute("data-count", "0")
    expect(olga).to_have_url(re.compile("q=unsor"))
    olga.goto("/board")

    expect(olga).to_have_url(re.compile("q=unsor"))
    expect(olga.locator("[data-card]")).to_have_count(1)
    expect(olga.get_by_test_id("board-search")).to_have_value("unsor")
    olga.get_by_test_id("board-search").fill("")
    expect(olga.get_by_test_id("column-today").locator("[data-card]").first).to_be_visible()


def test_a_card_turns_late_at_its_time_and_midnight_sorts_the_board_anew(serve, person, tmp_path):
    midnight = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)  # in Moscow
    club = found(tmp_path / "data", at=midnight - timedelta(hours=9))
    timed = club.card("At a time", "2026-03-10T23:59:37")
    whole, after = club.card("By evening", TODAY), club.card("Tomorrow", TOMORROW)
    served = served_at(serve, club, CLUB_CLOCK_START=(midnight - timedelta(seconds=45)).isoformat())
    olga = at_board(person(served), "olga")
    never_reloads(olga)
    stands_in(olga, timed, "today")

    stands_in(olga, timed, "overdue", timeout=30_000)
    stands_in(olga, whole, "today")
    stands_in(olga, whole, "overdue", timeout=40_000)
    stands_in(olga, after, "today")

    assert was_never_reloaded(olga)


def test_a_trainer_sees_their_own_cards_and_no_number(serve, person, tmp_path):
    club = found(tmp_path / "data", at=NOON)
    trainer = staff.add(club.club, OWNER, login="timur", name="Timur", role="trainer", password="three blue kettles", branches=[1])
    own = club.card("Mine", TODAY, phone="+7 916 123-45-67", responsible_id=trainer)
    other = club.card("Another", TODAY)
    served = served_at(serve, club, CLUB_CLOCK_START=NOON.isoformat())

    timur = at_board(person(served, locale="en"), "timur")

    expect(face(timur, own)).to_be_visible()
    expect(face(timur, other)).to_have_count(0)
    assert "123" not in timur.get_by_test_id("board").inner_text()
