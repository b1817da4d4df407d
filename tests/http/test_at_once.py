"""Other programs send things twice, at once and in any order: one effect, the same answer, nothing half done."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.http.conftest import Api


async def test_a_lead_that_comes_three_times_at_once_is_one_client_with_one_answer(api: Api):
    given = {"name": "Anna", "phone": "+79161234567"}

    answers = await asyncio.gather(*(api.post("/clients", given, headers={"Idempotency-Key": "form-1"}) for _ in range(3)))

    assert sorted(each.status_code for each in answers) == [200, 200, 201]
    assert len({each.text for each in answers}) == 1
    assert api.counted() == (1, 1)
    assert api.is_sound()


async def test_different_leads_at_once_are_all_there(api: Api):
    answers = await asyncio.gather(
        *(api.post("/clients", {"name": f"Lead {n}"}, headers={"Idempotency-Key": str(n)}) for n in range(20))
    )

    assert {each.status_code for each in answers} == {201}
    assert api.counted() == (20, 20)
    assert api.is_sound()


async def test_a_fact_that_comes_three_times_at_once_is_one_fact(api: Api):
    client = await api.add()

    answers = await asyncio.gather(*(api.record(client, {"type": "guest_visit", "kind": "tour", "key": "door:1"}) for _ in range(3)))

    assert sorted(each.status_code for each in answers) == [200, 200, 201]
    assert len({each.json()["facts"][0] for each in answers}) == 1
    assert api.counted() == (1, 2)


async def test_many_facts_of_many_clients_at_once_are_all_there(api: Api):
    clients = [await api.member(f"Member {n}") for n in range(4)]

    answers = await asyncio.gather(
        *(api.record(client, {"type": "purchase", "amount": 1, "what": "water", "key": str(n)}) for n in range(8) for client in clients)
    )

    assert {each.status_code for each in answers} == {201}
    assert api.counted() == (4, 4 * (1 + 2 + 8))
    assert api.is_sound()


async def test_the_same_sale_cannot_be_made_by_two_tills_at_once(api: Api):
    client = await api.member()
    sale = {"type": "membership_sold", "membership": "m2", "billing": "term", "days": 30, "amount": 1}

    answers = await asyncio.gather(*(api.record(client, sale) for _ in range(4)))

    assert sorted(each.status_code for each in answers) == [201, 422, 422, 422]
    assert api.counted() == (1, 4)


async def test_of_two_who_change_a_client_at_once_one_is_told(api: Api):
    client = await api.add()

    answers = await asyncio.gather(
        *(api.call("PATCH", f"/clients/{client}", json={"version": 1, "name": f"Name {n}"}) for n in range(4))
    )

    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert (await api.get(f"/clients/{client}")).json()["version"] == 2


async def test_who_follows_the_changes_while_they_happen_misses_none(api: Api):
    seen: list[dict[str, Any]] = []
    cursor, done = 0, asyncio.Event()

    async def follow() -> None:
        nonlocal cursor
        while True:
            ended = done.is_set()
            page = (await api.get(f"/changes?after={cursor}&limit=3")).json()
            seen.extend(page["items"])
            cursor = page["next"]
            if ended and not page["items"]:
                return
            await asyncio.sleep(0)

    following = asyncio.create_task(follow())
    clients = await asyncio.gather(*(api.add(f"Lead {n}") for n in range(25)))
    done.set()
    await following

    assert sorted(each["client"] for each in seen) == sorted(clients)
    assert [each["id"] for each in seen] == sorted({each["id"] for each in seen})
