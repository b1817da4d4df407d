"""The owner connects outside systems: what they report comes in, what is reported to them goes out, and both can be looked at."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Founded, found, never_reloads, served_at, signs_in, was_never_reloaded
from tests.receiver import listening


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    return found(tmp_path_factory.mktemp("outside") / "data")


@pytest.fixture(scope="module")
def served(serve, club: Founded):
    return served_at(serve, club)


def olga_at(person, served, path: str) -> Page:
    page = signs_in(person(served, locale="en"), "olga", path)
    never_reloads(page)
    return page


def post(address: str, secret: str, body: dict[str, str]) -> int:
    headers = {"Content-Type": "application/json", "X-Club-Secret": secret}
    asked = urllib.request.Request(address, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def connects(page: Page, kind: str, name: str) -> tuple[str, str]:
    """Connect something; gives the address and the secret, which the page shows this once."""
    page.get_by_test_id("deed-add_source").click()
    page.locator(f"[data-kind={kind}]").click()
    page.locator("#f-name").fill(name)
    page.get_by_test_id("source-form").locator("button[type=submit]").click()
    address, secret = (page.get_by_test_id(each).inner_text() for each in ("made-address", "made-secret"))
    page.get_by_test_id("made-seen").click()
    expect(page.get_by_test_id("made-secret")).to_have_count(0)
    return address, secret


def test_the_site_is_connected_and_what_it_sends_stands_in_the_inbox_of_another_screen(served, person):
    page, inbox = olga_at(person, served, "/settings/connections"), olga_at(person, served, "/settings/inbox")
    address, secret = connects(page, "site", "Our site")

    assert post(address, secret, {"name": "Anna", "phone": "+7 916 123-45-67", "id": "1"}) == 200
    assert post(address, secret, {"name": "No number", "id": "2"}) == 422

    rows = inbox.get_by_test_id("delivery-row")
    expect(rows.filter(has_text="Anna")).to_have_attribute("data-state", "done")
    expect(rows.filter(has_text="phone: ")).to_have_attribute("data-state", "failed")
    expect(page.get_by_test_id("source-failed")).to_be_visible()
    assert was_never_reloaded(inbox)

    page.get_by_test_id("source-failed").click()

    expect(page.get_by_test_id("delivery-row")).to_have_count(1)
    page.get_by_test_id("replay").click()
    expect(page.get_by_test_id("delivery-row")).to_contain_text("2 tries")


def test_an_option_is_a_field_and_keeps_what_was_typed(served, person):
    page = olga_at(person, served, "/settings/connections")
    connects(page, "binotel", "Telephone")
    row = page.get_by_test_id("source-row").filter(has_text="Telephone")

    row.get_by_test_id("change-source").click()
    page.locator("#f-lines").fill("380441234567 = main")
    page.get_by_test_id("source-form").locator("button[type=submit]").click()
    expect(page.get_by_test_id("source-sheet")).not_to_be_visible()
    row.get_by_test_id("change-source").click()

    expect(page.locator("#f-lines")).to_have_value("380441234567 = main")


def test_where_the_secret_is_the_providers_own_it_is_typed_and_typed_anew(served, person):
    page = olga_at(person, served, "/settings/connections")
    page.get_by_test_id("deed-add_source").click()
    page.locator("[data-kind=mango]").click()
    page.locator("#f-name").fill("Mango")
    form = page.get_by_test_id("source-form")
    form.locator("button[type=submit]").click()
    expect(page.locator("#e-secret")).to_be_visible()

    page.locator("#f-secret").fill("first-secret")
    form.locator("button[type=submit]").click()
    expect(page.get_by_test_id("made-secret")).to_have_text("first-secret")
    page.get_by_test_id("made-seen").click()
    page.get_by_role("button", name="New secret: Mango").click()
    expect(page.locator("#f-name")).to_have_count(0)
    page.locator("#f-secret").fill("second-secret")
    form.locator("button[type=submit]").click()

    expect(page.get_by_test_id("made-secret")).to_have_text("second-secret")


def test_a_connection_is_revoked_at_the_second_press_only(served, person):
    page = olga_at(person, served, "/settings/connections")
    connects(page, "till", "Old till")
    row = page.get_by_test_id("source-row").filter(has_text="Old till")

    row.get_by_test_id("revoke-ask").click()
    expect(row).to_be_visible()
    row.get_by_test_id("revoke-do").click()

    expect(row).to_have_count(0)


def test_a_receiver_hears_of_a_new_client_and_what_it_refused_is_sent_again(served, person, club):
    page = olga_at(person, served, "/settings/hooks")
    with listening() as books:
        books.answers.append(400)
        page.get_by_test_id("allow-private").click()
        page.get_by_test_id("deed-add_hook").click()
        page.locator("#f-name").fill("Books")
        page.locator("#f-url").fill(books.url)
        page.locator("input[value=card]").uncheck()
        page.get_by_test_id("hook-form").locator("button[type=submit]").click()
        expect(page.get_by_test_id("made-secret")).to_be_visible()
        page.get_by_test_id("made-seen").click()
        page.get_by_test_id("hook-messages").click()

        asked = urllib.request.Request(
            served.url + "/api/v1/clients", json.dumps({"name": "Boris"}).encode(),
            {"Authorization": f"Bearer {club.key}", "Content-Type": "application/json", "Idempotency-Key": "boris"},
        )  # fmt: skip
        urllib.request.urlopen(asked).close()

        message = page.get_by_test_id("hook-message")
        expect(message).to_have_attribute("data-state", "failed", timeout=25_000)
        expect(message).to_contain_text("400")

        message.get_by_test_id("hook-again").click()

        expect(message).to_have_attribute("data-state", "done", timeout=25_000)
        assert [json.loads(body)["what"] for _, body in books.heard] == ["placement", "placement"]
