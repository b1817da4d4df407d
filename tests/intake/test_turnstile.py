"""The door: who may pass and what the display tells, once a pass, whatever happened meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from lifecycle import store
from lifecycle.actions import access_cards
from lifecycle.desk import CLUB
from lifecycle.errors import BadInput, Conflict, NotFound
from tests.intake.conftest import Connected, Doors

PACK = [
    {"type": "membership_sold", "membership": "pack", "billing": "term", "visits": 2, "days": 60, "amount": 1},
    {"type": "membership_activated", "membership": "pack", "starts_on": "2026-03-02"},
]


def visits(door: Connected, client_id: int) -> list[dict]:
    return [fields for kind, fields in door.facts(client_id) if kind == "visit"]


async def member_with(door: Connected, *facts: dict) -> int:
    """A client with the card A1 and these facts of yesterday (of the past the gate asks nothing)."""
    client = await door.api.add("Anna")
    yesterday = (door.club.clock.now() - timedelta(days=1)).date().isoformat()
    if facts:
        answer = await door.api.record(client, *({"at": yesterday, **fact} for fact in facts))
        assert answer.status_code == 201, answer.text
    access_cards.give(door.club, CLUB, int(client), "a 1")
    return int(client)


async def test_a_member_passes_and_is_told_until_when(connect: Doors):
    door = connect("turnstile", language="en")
    anna = int(await door.api.member("Anna", days=30))
    access_cards.give(door.club, CLUB, anna, "0012345")

    answer = await door.send({"id": "1", "card": "0012345", "door": "main"})

    assert answer.json() == {
        "decision": "allow", "code": "welcome_until", "client": str(anna), "because": "membership",
        "text": "Welcome! Valid until 30\xa0Mar",
    }  # fmt: skip
    assert visits(door, anna) == [{"kind": "membership", "membership": "m1", "door": "main"}]


@pytest.mark.parametrize(("branch", "words"), [("main", "Карта неизвестна"), ("south", "Картка невідома"), (None, "Карта неизвестна")])
async def test_the_display_speaks_the_language_of_where_it_hangs(connect: Doors, branch, words):
    door = connect("turnstile", branch=branch)

    assert (await door.send({"id": "1", "card": "nobody's"})).json()["text"].startswith(words)


async def test_the_last_visits_of_a_pack_are_counted_down_and_then_refused(connect: Doors):
    door = connect("turnstile", language="ru")
    anna = await member_with(door, *PACK)

    said = [(await door.send({"id": str(number), "card": "A1"})).json() for number in range(3)]

    assert [each["text"] for each in said] == [
        "Добро пожаловать! Осталось 1 посещение.",
        "Добро пожаловать! Осталось 0 посещений.",
        "Посещения закончились. Пожалуйста, подойдите на рецепцию.",
    ]
    assert len(visits(door, anna)) == 2


async def test_of_two_readers_one_gets_the_last_visit(connect: Doors):
    doors = connect("turnstile"), connect("turnstile")
    anna = await member_with(doors[0], {**PACK[0], "visits": 1}, PACK[1])

    answers = await asyncio.gather(*(door.send({"id": "1", "client": anna}) for door in doors))

    assert sorted(each.json()["decision"] for each in answers) == ["allow", "deny"]
    assert len(visits(doors[0], anna)) == 1


async def test_the_same_pass_sent_again_is_one_visit_and_the_same_answer(connect: Doors):
    door = connect("turnstile")
    anna = await member_with(door, *PACK)

    answers = [await door.send({"id": "7", "card": "A1"}) for _ in range(3)]

    assert len({each.text for each in answers}) == 1
    assert len(visits(door, anna)) == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ([], "no_membership"),
        ([{**PACK[0], "visits": None, "days": 1}, {**PACK[1], "starts_on": "2026-03-01"}], "over"),
        ([{**PACK[0], "visits": None}, {**PACK[1], "starts_on": "2026-03-05"}], "not_begun"),
        ([*PACK, {"type": "membership_frozen", "membership": "pack", "from": "2026-03-02", "to": "2026-03-09"}], "frozen"),
    ],
)
async def test_who_has_no_valid_membership_is_told_why(connect: Doors, facts, code):
    door = connect("turnstile")
    anna = await member_with(door, *facts)

    answer = (await door.send({"id": "1", "card": "A1"})).json()

    assert (answer["decision"], answer["code"]) == ("deny", code)
    assert visits(door, anna) == []


async def test_who_is_in_debt_is_sent_to_the_desk_until_it_is_paid(connect: Doors):
    door = connect("turnstile")
    anna = await member_with(
        door,
        {"type": "contract_started", "contract": "c", "product": "Month", "amount": 500, "billing": "recurring", "days": 30, "at": "2026-01-25"},
        {"type": "payment", "contract": "c", "state": "paid", "amount": 500, "at": "2026-01-25"},
        {"type": "membership_sold", "membership": "c", "contract": "c", "billing": "recurring", "amount": 500, "at": "2026-01-25"},
        {"type": "membership_activated", "membership": "c", "starts_on": "2026-01-25", "at": "2026-01-25"},
    )
    placement = (await door.api.get(f"/clients/{anna}")).json()["placement"]

    owing = (await door.send({"id": "1", "card": "A1"})).json()
    await door.api.record(str(anna), {"type": "payment", "contract": "c", "state": "paid", "amount": 500, "due_on": "2026-02-25"})
    paid = (await door.send({"id": "2", "card": "A1"})).json()

    assert (owing["decision"], owing["code"], paid["decision"]) == ("deny", "in_debt", "allow")
    assert placement["status"] == "active"


async def test_what_was_bought_begins_at_the_door(connect: Doors):
    door = connect("turnstile")
    await member_with(door, PACK[0])

    assert (await door.send({"id": "1", "card": "A1"})).json()["code"] == "welcome_left"


async def test_a_single_visit_paid_at_the_till_passes_once(connect: Doors):
    door, till = connect("turnstile"), connect("till")
    anna = await member_with(door)
    await till.send({"id": "1", "client": anna, "kind": "single_visit", "amount": 70000})

    said = [(await door.send({"id": str(number), "card": "A1"})).json()["decision"] for number in range(2)]

    assert said == ["allow", "deny"]
    assert visits(door, anna) == [{"kind": "single", "amount": 70000}]


async def test_what_a_reader_let_in_by_itself_is_stored_at_its_time(connect: Doors):
    door = connect("turnstile")
    anna = await member_with(door)
    at = door.club.clock.now() - timedelta(hours=3)

    answer = await door.send({"id": "1", "card": "A1", "at": at.isoformat()})

    assert answer.json()["code"] == "noted"
    with door.club.reading() as conn:
        [visit] = [fact for fact in store.facts.of_client(conn, anna) if fact.type == "visit"]
    assert visit.at == at


async def test_passes_of_an_outage_come_in_any_order_and_twice(connect: Doors):
    door = connect("turnstile")
    anna = await member_with(door, *PACK)
    now = door.club.clock.now()
    passes = [{"id": str(hours), "card": "A1", "at": (now - timedelta(hours=hours)).isoformat()} for hours in (1, 5, 3, 5, 1)]

    for each in passes:
        await door.send(each)

    assert len(visits(door, anna)) == 3
    assert door.api.is_sound()


async def test_what_happened_is_stored_even_where_the_club_would_have_said_no(connect: Doors):
    door = connect("turnstile")
    anna = await member_with(door)

    await door.send({"id": "1", "card": "A1", "passed": True})
    await door.send({"id": "2", "card": "A1", "passed": False, "at": (door.club.clock.now() - timedelta(hours=1)).isoformat()})
    await door.send({"id": "3", "card": "A1", "direction": "out"})

    assert len(visits(door, anna)) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "card"),
        ({"card": ""}, "card"),
        ({"card": [1]}, "card"),
        ({"card": "A1", "door": "main"}, "id"),
        ({"card": "A1", "at": "yesterday"}, "at"),
        ({"card": "A1", "at": "2027-01-01T00:00:00Z"}, "at"),
        ({"id": "1", "card": "A1", "passed": "yes"}, "passed"),
        ({"id": "1", "card": "A1", "door": {}}, "door"),
    ],
)
async def test_what_a_reader_says_wrongly_is_named(connect: Doors, body, field):
    door = connect("turnstile")
    await member_with(door, *PACK)

    answer = await door.send(body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_card_taken_back_opens_nothing_and_may_be_given_to_another(connect: Doors):
    door = connect("turnstile")
    anna = await member_with(door, *PACK)
    boris = int(await door.api.add("Boris"))
    with pytest.raises(Conflict):
        access_cards.give(door.club, CLUB, boris, "A1")
    access_cards.take_back(door.club, CLUB, anna, "A1")

    answer = await door.send({"id": "1", "card": "A1"})
    access_cards.give(door.club, CLUB, boris, "a1")

    assert answer.json()["code"] == "unknown_card"
    with door.club.reading() as conn:
        assert [card.number for card in store.access_cards.of_client(conn, boris)] == ["A1"]
        assert store.access_cards.of_client(conn, anna) == []


async def test_a_door_of_one_branch_knows_only_its_clients(connect: Doors):
    south = connect("turnstile", branch="south")
    await member_with(south, *PACK)

    assert (await south.send({"id": "1", "card": "A1"})).json()["code"] == "unknown_card"


async def test_odd_cards_are_refused(connect: Doors):
    door = connect("turnstile")
    anna = await member_with(door)

    with pytest.raises(BadInput):
        access_cards.give(door.club, CLUB, anna, " ")
    with pytest.raises(BadInput):
        access_cards.give(door.club, CLUB, anna, "ж" * 5)
    with pytest.raises(NotFound):
        access_cards.take_back(door.club, CLUB, anna, "B2")
