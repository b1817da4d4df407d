"""Tills: every receipt once, whatever the gate says."""

from __future__ import annotations

import pytest

from lifecycle.actions import access_cards
from lifecycle.desk import CLUB
from tests.intake.conftest import Doors


async def test_a_receipt_is_one_purchase_however_often_it_comes(connect: Doors):
    till = connect("till")
    anna = await till.api.add("Anna")

    answers = [await till.send({"id": "55", "client": anna, "amount": 12000, "what": "water"}) for _ in range(3)]

    assert {each.text for each in answers} == {answers[0].text}
    assert answers[0].json() == {"status": "ok", "client": anna}
    assert till.facts(int(anna))[1:] == [("purchase", {"amount": 12000, "what": "water"})]


async def test_two_receipts_alike_are_two_purchases(connect: Doors):
    till = connect("till")
    anna = await till.api.add("Anna", phone="+79161234567")

    for number in ("55", "56"):
        await till.send({"id": number, "phone": "8 916 123-45-67", "amount": 12000, "what": "water"})

    assert len(till.facts(int(anna))) == 3


async def test_the_lines_of_a_receipt_are_all_recorded_or_none(connect: Doors):
    till = connect("till")
    anna = int(await till.api.add("Anna"))
    access_cards.give(till.club, CLUB, anna, "A1")
    lines = [{"kind": "purchase", "amount": 100, "what": "bar"}, {"kind": "single_visit", "amount": 70000}]

    bad = await till.send({"id": "1", "card": "a1", "items": [*lines, {"amount": 1}]})
    before = till.facts(anna)
    good = await till.send({"id": "1", "card": "a1", "items": lines})

    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "items[2].what")
    assert len(before) == 1
    assert good.status_code == 200
    assert [kind for kind, _ in till.facts(anna)] == ["inquiry", "purchase", "visit"]


@pytest.mark.parametrize("amount", [-1, 1.5, "12", True, 10**20, None])
async def test_odd_money_is_refused(connect: Doors, amount):
    till = connect("till")
    anna = await till.api.add("Anna")

    answer = await till.send({"id": "1", "client": anna, "amount": amount, "what": "water"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "amount")
    assert len(till.facts(int(anna))) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"client": "1", "amount": 1, "what": "x"}, "id"),
        ({"id": "1", "client": "99999", "amount": 1, "what": "x"}, "client"),
        ({"id": "1", "card": "none", "amount": 1, "what": "x"}, "card"),
        ({"id": "1", "phone": "112", "amount": 1, "what": "x"}, "phone"),
        ({"id": "1", "client": "1", "kind": "theft"}, "kind"),
        ({"id": "1", "client": "1", "items": {}}, "items"),
        ({"id": "1", "client": "1", "items": []}, "items"),
    ],
)
async def test_what_a_till_says_wrongly_is_named(connect: Doors, body, field):
    till = connect("till")

    answer = await till.send(body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_receipt_without_a_buyer_is_kept_and_no_more(connect: Doors):
    till = connect("till")

    answer = await till.send({"id": "1", "amount": 100, "what": "water"})

    assert answer.json() == {"status": "ok", "client": None}
    assert till.facts() == []


async def test_a_sale_past_the_gate_is_stored_and_audited(connect: Doors):
    till = connect("till")
    anna = await till.api.add("Anna")

    await till.send({"id": "1", "client": anna, "amount": 100, "what": "water"})

    placement = (await till.api.get(f"/clients/{anna}")).json()["placement"]
    assert placement["status"] == "active"
