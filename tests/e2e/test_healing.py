"""A screen heals itself: after the server was killed it is the same person, the same page, the same draft, fresh data."""

from __future__ import annotations

from playwright.sync_api import expect

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


def drafts(club):
    """All that people have begun to write."""
    with club.club.reading() as conn:
        return repr(conn.exec_driver_sql("SELECT * FROM draft").all())
