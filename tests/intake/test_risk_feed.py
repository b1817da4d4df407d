"""Companies at risk: those the club knows are marked, once; all others change nothing."""

from __future__ import annotations

import pytest

from tests.intake.conftest import Connected, Doors


async def company(feed: Connected, tax_id: str, kind: str = "company") -> int:
    return int(await feed.api.add("Acme", kind=kind, tax_id=tax_id))


def marks(feed: Connected, client_id: int) -> list[dict]:
    return [fields for kind, fields in feed.facts(client_id) if kind == "marked"]


ROWS = [{"tax_id": "7707083893", "state": "liquidated"}, {"tax_id": "7700000000", "state": "liquidated"}, {"tax_id": "5000000000", "state": "active"}]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ROWS, "application/json"),
        ({"companies": ROWS, "as_of": "2026-03-01"}, "application/json"),
        ("ИНН;Статус;Название\r\n7707083893;Ликвидировано;Акме\r\n7700000000;Ликвидировано;\r\n5000000000;Действующее;".encode("cp1251"), "text/csv"),
        ("\ufefftax_id,state\n7707083893,liquidated\n7700000000,LIQUIDATED\n5000000000,active\n".encode(), "text/csv"),
    ],
)
async def test_a_company_the_club_knows_is_marked(connect: Doors, body, kind):
    feed = connect("risk_feed")
    acme, other = await company(feed, "77 07-083893"), await company(feed, "5000000000")

    answer = await feed.send(body, headers={"X-Club-Secret": feed.secret, "Content-Type": kind})

    assert answer.json() == {"status": "ok", "rows": 3, "ended": 2, "known": 1, "marked": 1}
    assert marks(feed, acme) == [{"relation": "liquidated", "reason": "the risk_feed"}]
    assert marks(feed, other) == []


async def test_the_feed_of_the_next_day_marks_nobody_again(connect: Doors):
    feed = connect("risk_feed")
    acme = await company(feed, "7707083893")
    await feed.send(ROWS)

    answer = await feed.send([*ROWS, {"tax_id": "1", "state": "active"}])

    assert answer.json()["marked"] == 0
    assert len(marks(feed, acme)) == 1


async def test_a_person_with_that_number_is_no_company(connect: Doors):
    feed = connect("risk_feed")
    anna = await company(feed, "7707083893", "person")

    await feed.send(ROWS)

    assert marks(feed, anna) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([{"state": "liquidated"}], "companies[0].tax_id"),
        ([{"tax_id": "1", "state": None}], "companies[0].state"),
        ({"company": []}, "companies"),
        ([1], "companies"),
    ],
)
async def test_what_is_missing_is_named_and_nothing_marked(connect: Doors, body, field):
    feed = connect("risk_feed")

    answer = await feed.send(body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_the_same_feed_another_day_is_read_anew(connect: Doors):
    feed = connect("risk_feed")
    await feed.send(ROWS)
    acme = await company(feed, "7707083893")
    feed.api.later(days=1)

    await feed.send(ROWS)

    assert len(marks(feed, acme)) == 1
