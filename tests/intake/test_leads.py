"""Whoever turns to the club from outside: known once, asked again, and where from."""

from __future__ import annotations

import asyncio
import json

import pytest

from lifecycle import store
from lifecycle.actions import leads
from lifecycle.desk import CLUB
from tests.intake.conftest import Doors

ANNA = {"name": "Anna", "phone": "8 (916) 123-45-67"}


async def test_an_unknown_number_becomes_a_client_with_where_they_came_from(connect: Doors):
    site = connect("site")

    await site.send(ANNA | {"comment": "Evenings?", "utm_source": "ads", "UTM_Campaign": "spring"})

    assert site.facts() == [
        ("inquiry", {"source": "site", "comment": "Evenings?", "campaign": "utm_source=ads&utm_campaign=spring"})
    ]


async def test_a_campaign_that_nobody_can_read_costs_no_lead(connect: Doors):
    site = connect("site")
    odd = json.dumps(ANNA | {"utm_source": "\ud800ads\0", "utm_term": 10**40, "utm_medium": float("1e400"), "page": ["x"]}).replace("Infinity", "1e400")

    answer = await site.send(odd)

    assert answer.status_code == 200
    assert site.facts() == [("inquiry", {"source": "site", "campaign": f"utm_source=%3Fads&utm_term={10**40}"})]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "", "application/json; charset=utf-8"])
@pytest.mark.parametrize("begin", ["", "\ufeff", "\r\n "])
async def test_json_is_json_whatever_it_is_called(connect: Doors, kind: str, begin: str):
    site = connect("site")

    answer = await site.send(begin + json.dumps(ANNA), headers={"X-Club-Secret": site.secret, "Content-Type": kind})

    assert answer.status_code == 200
    assert site.facts() == [("inquiry", {"source": "site"})]


def part(name: str, value: str, more: str = "") -> str:
    return f'--xYz\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


async def test_a_form_that_a_page_sends_part_by_part_is_a_form(connect: Doors):
    site = connect("site")
    body = part("name", "Анна") + part("phone", "8 916 123-45-67") + part("comment", "two\r\nlines") + part("photo", "GIF", '; filename="a.gif"') + "--xYz--\r\n"

    answer = await site.send(body.encode(), headers={"X-Club-Secret": site.secret, "Content-Type": "multipart/form-data; boundary=xYz"})

    assert answer.status_code == 200
    assert site.facts() == [("inquiry", {"source": "site", "comment": "two\r\nlines"})]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (part("phone", "1"), "multipart/form-data; boundary=xYz"), ("--xYz--", "multipart/form-data; boundary=other"), ("", "multipart/form-data; boundary=xYz"),
        (part("a", "b") * 600 + "--xYz--", "multipart/form-data; boundary=xYz"), (part("phone", "\udcff") + "--xYz--", "multipart/form-data; boundary=xYz"),
        (part("phone", "+79161234567") + "--xYz--", "multipart/form-data"),
    ],
)  # fmt: skip
async def test_parts_that_are_no_form_are_refused(connect: Doors, body: str, kind: str):
    site = connect("site")

    answer = await site.send(body.encode("utf-8", "surrogateescape"), headers={"X-Club-Secret": site.secret, "Content-Type": kind})

    assert answer.status_code == 422
    assert site.facts() == []


async def test_a_known_number_asks_again(connect: Doors):
    site = connect("site")
    anna = int(await site.api.add("Anna", phone="+79161234567", source="call"))

    await site.send(ANNA | {"source": "messenger"})

    assert [fields for _, fields in site.facts(anna)] == [{"source": "call"}, {"source": "messenger"}]
    assert site.deliveries()[0].client_id == anna


async def test_two_forms_of_one_new_number_at_once_make_one_client(connect: Doors):
    site = connect("site")

    await asyncio.gather(*(site.send(ANNA | {"id": str(number)}) for number in range(4)))

    with site.club.reading() as conn:
        assert store.clients.count(conn) == 1
    assert len(site.facts()) == 4


async def test_of_a_family_the_active_one_is_meant_and_the_archived_last(connect: Doors):
    site = connect("site")
    number = "+79161234567"
    active = int(await site.api.member("Anna", phone=number))
    potential = int(await site.api.add("Boris", phone=number))
    archived = int(await site.api.add("Vera", phone=number))
    await site.api.record(str(archived), {"type": "archived"})

    with site.club.reading() as conn:
        assert leads.closest(conn, [active, potential, archived]) == active
        assert leads.closest(conn, [potential, archived]) == potential


async def test_a_lead_without_a_name_is_called_by_the_number(connect: Doors):
    site = connect("site")

    await site.send({"phone": "89161234567"})

    with site.club.reading() as conn:
        assert store.clients.get(conn, CLUB, site.deliveries()[0].client_id).name == "+7 916 123-45-67"


async def test_a_messenger_knows_no_number(connect: Doors):
    messenger = connect("site", source="messenger")

    assert (await messenger.send({"name": "Anna"})).status_code == 200
    assert messenger.facts() == [("inquiry", {"source": "messenger"})]


async def test_who_fills_in_what_people_do_not_see_is_thanked_and_forgotten(connect: Doors):
    site = connect("site")

    answer = await site.send(ANNA | {"website": "http://spam.example"})

    assert answer.json() == {"status": "ok"}
    assert site.facts() == []


async def test_a_source_with_a_branch_adds_there(connect: Doors):
    site = connect("site", branch="south")

    await site.send({"name": "Anna", "phone": "067 123 45 67"})

    with site.club.reading() as conn:
        row = store.clients.get(conn, CLUB, site.deliveries()[0].client_id)
        assert store.branches.by_id(conn)[row.branch_id].code == "south"
    assert row.phone is not None
    assert row.phone.e164 == "+380671234567"


async def test_a_source_with_a_branch_reaches_no_other(connect: Doors):
    site = connect("site", branch="south")

    answer = await site.send(ANNA | {"branch": "main"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "branch")


async def test_pages_of_the_clubs_site_may_post_and_others_may_not_read(connect: Doors):
    site = connect("site", origins="https://club.example, https://www.club.example https://Клуб.рф/")
    path = f"/hooks/{site.code}"

    asked = {each: await site.api.http.options(path, headers={"Origin": each}) for each in ("https://club.example", "https://evil.example")}
    answer = await site.send(ANNA, headers={"X-Club-Secret": site.secret, "Origin": "https://www.club.example"})
    refused = await site.send(b"{", headers={"X-Club-Secret": site.secret, "Origin": "https://www.club.example"})

    assert asked["https://club.example"].headers["access-control-allow-origin"] == "https://club.example"
    assert "access-control-allow-origin" not in asked["https://evil.example"].headers
    assert answer.headers["access-control-allow-origin"] == "https://www.club.example"
    assert refused.headers["access-control-allow-origin"] == "https://www.club.example"
    cyrillic = await site.api.http.options(path, headers={"Origin": "https://xn--90ard6a.xn--p1ai"})
    assert cyrillic.headers["access-control-allow-origin"] == "https://xn--90ard6a.xn--p1ai"


async def test_each_consent_of_a_form_is_a_record_of_its_own(connect: Doors):
    site = connect("site")

    await site.send(ANNA | {"consents": {"processing": "2026-01", "marketing": "2026-02"}})

    with site.club.reading() as conn:
        given = store.consents.of_client(conn, site.deliveries()[0].client_id)
    assert {(each.purpose, each.text_version, each.how) for each in given} == {("processing", "2026-01", "site"), ("marketing", "2026-02", "site")}


@pytest.mark.parametrize("given", [["marketing"], {"spam": "1"}, {"marketing": ""}, "yes"])
async def test_an_odd_consent_is_named_and_nobody_is_made(connect: Doors, given):
    site = connect("site")

    answer = await site.send(ANNA | {"consents": given})

    assert answer.status_code == 422
    assert site.facts() == []
