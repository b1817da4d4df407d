"""A screen heals itself: after the server was killed it is the same person, the same page, the same draft, fresh data."""

from __future__ import annotations

import re

from playwright.sync_api import Page, WebSocketRoute, expect

from lifecycle.actions import clients
from tests.e2e.people import OWNER, counts, found, served_at, signs_in


def test_a_killed_server_comes_back_and_every_open_page_with_it(serve, person, tmp_path):
    club = found(tmp_path / "data")
    client = club.guest("Глеб")
    served = served_at(serve, club)
    olga = signs_in(person(served, locale="en"), "olga")
    dina = signs_in(person(served, locale="en"), "dina", f"/client/{client}")
    counts(olga, "guest", 1)
    dina.get_by_test_id("deed-record_contact").first.click()
    comment = dina.get_by_test_id("deed-form").locator("[name=comment]")
    comment.fill("asked for the price of a year")
    dina.wait_for_timeout(1500)  # the draft is kept when typing has stopped for a moment

    served.kill()
    comment.press_sequentially(" and of two")
    clients.add_client(club.club, OWNER, name="Вера", key="while-away")
    served.start()

    counts(olga, "potential", 1, timeout=30_000)
    expect(olga.get_by_text("Olga").first).to_be_visible()
    served.until(lambda: "and of two" in drafts(club))
    expect(comment).to_have_value("asked for the price of a year and of two")
    dina.reload()
    expect(dina.get_by_test_id("deed-form").locator("[name=comment]")).to_have_value("asked for the price of a year and of two")
    expect(dina.get_by_role("heading", name="Глеб")).to_be_visible()


def test_pressed_again_after_an_answer_that_never_came_it_is_one_deed(serve, person, tmp_path):
    club = found(tmp_path / "data")
    client = club.guest("Глеб")
    served = served_at(serve, club)
    dina = person(served, locale="en")
    hears = listens(dina)
    signs_in(dina, "dina", f"/client/{client}")
    dina.get_by_test_id("deed-record_contact").first.click()
    form = dina.get_by_test_id("deed-form")
    form.locator("[name=comment]").fill("asked for the price of a year")
    expect(dina).to_have_url(re.compile("deed=record_contact"))

    hears[0] = False
    form.locator("button[type=submit]").click()
    served.until(lambda: contacts(club) == 1)
    served.kill()
    dina.wait_for_timeout(500)  # what it said last comes to nobody
    hears[0] = True
    served.start()

    expect(dina.get_by_test_id("connection")).to_have_attribute("data-state", "on", timeout=30_000)
    expect(form.locator("[name=comment]")).to_have_value("asked for the price of a year", timeout=30_000)
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)
    assert contacts(club) == 1
    # Whoever opens the form again begins a new deed, also with the same words.
    for number in (2, 3, 4):
        dina.get_by_test_id("deed-record_contact").first.click()
        form.locator("[name=comment]").fill("and for that of two")
        expect(dina).to_have_url(re.compile("deed=record_contact"))
        form.locator("button[type=submit]").click()
        expect(form).to_have_count(0)
        assert contacts(club) == number


def test_what_is_sent_again_unchanged_is_the_same_press_and_something_else_is_another(serve, person, tmp_path):
    club = found(tmp_path / "data")
    client = club.guest("Глеб")
    dina, pressed = person(served_at(serve, club), locale="en"), []
    dina.on("websocket", lambda socket: socket.on("framesent", lambda said: pressed.extend(re.findall(r'"pressed":"(\w+)"', str(said)))))
    signs_in(dina, "dina").goto(f"/client/{client}?deed=refuse&of={client}")
    form = dina.get_by_test_id("deed-form")
    expect(form.locator(":focus")).to_have_count(1)

    for words in ("", "", "too far away"):
        form.locator("[name=comment]").fill(words)
        form.locator("button[type=submit]").click()
        expect(form.locator("button[aria-busy=true]")).to_have_count(0)
        expect(form.locator("[aria-invalid=true]").first).to_be_visible()

    assert len(pressed) == 3
    assert pressed[0] == pressed[1] != pressed[2]


def listens(page: Page) -> list[bool]:
    """Whether this page hears what the server says; while it does not, it goes on telling the server what is pressed."""
    hears = [True]

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda said: route.send(said) if hears[0] else None)

    page.route_web_socket(re.compile("_event"), between)
    return hears


def contacts(club):
    """How many calls and talks are recorded."""
    with club.club.reading() as conn:
        return conn.exec_driver_sql("SELECT count(*) FROM fact WHERE type = 'contact'").scalar_one()


def drafts(club):
    """All that people have begun to write."""
    with club.club.reading() as conn:
        return repr(conn.exec_driver_sql("SELECT * FROM draft").all())
