"""Pages of clients: by folder, by name, as they became known; never a client twice, never one left out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.conftest import Api


async def pages(api: Api, query: str, limit: int, **how: Any) -> list[list[str]]:
    """All pages of a list, the ids of each."""
    found: list[list[str]] = []
    after = ""
    while True:
        answer = await api.get(f"/clients?{query}&limit={limit}{after}", **how)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found.append([each["id"] for each in page["items"]])
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


@pytest.mark.parametrize("query", ["", "folder=potential", "q=lead", "folder=potential&branch=main", "branch=main", "q=lead&branch=main"])
@pytest.mark.parametrize("limit", [1, 2, 5, 200])
async def test_every_client_stands_on_exactly_one_page(api: Api, query: str, limit: int):
    clients = {await api.add(f"Lead {n % 3}") for n in range(5)}

    found = await pages(api, query, limit)

    ids = [client for page in found for client in page]
    assert sorted(ids) == sorted(clients)
    assert max(map(len, found)) <= limit


async def test_a_folder_lists_only_its_own(api: Api):
    member, lead = await api.member("Anna"), await api.add("Boris")

    assert await pages(api, "folder=active", 50) == [[member]]
    assert await pages(api, "folder=potential", 50) == [[lead]]
    assert await pages(api, "folder=archive", 50) == [[]]


async def test_a_page_has_the_shape_that_was_promised(api: Api):
    client = await api.add("Anna", phone="8 916 123-45-67")

    answer = (await api.get("/clients?folder=potential")).json()

    assert set(answer) == {"items", "next"}
    assert (answer["next"], answer["items"][0]["id"], answer["items"][0]["phone"]) == (None, client, "+79161234567")
    assert answer["items"][0]["placement"]["folders"] == ["potential"]


async def test_to_renew_begins_with_who_ends_first(api: Api):
    later, sooner = await api.member("Later", days=14), await api.member("Sooner", days=5)

    assert await pages(api, "folder=to_renew", 1) == [[sooner], [later]]


@pytest.mark.parametrize("q", ["семё", "СЕМЕ", "мёнов", "916123", "8 916", "4567", "аня сем"])
async def test_fragments_of_names_and_numbers_find_the_client(api: Api, q: str):
    client = await api.add("Семёнова Аня", phone="8 916 123-45-67")
    await api.add("Борис", phone="+7 921 000-00-00")

    assert await pages(api, f"q={q}", 50) == [[client]]


async def test_fragments_narrow_a_folder(api: Api):
    await api.add("Anna Lead")
    member = await api.member("Anna Member")

    assert await pages(api, "folder=active&q=anna", 50) == [[member]]


async def test_names_found_are_in_the_order_of_names(api: Api):
    clients = {name: await api.add(name) for name in ("Анна Я", "Анна А", "анна М")}

    assert await pages(api, "q=анна", 2) == [[clients["Анна А"], clients["анна М"]], [clients["Анна Я"]]]


async def test_the_front_desk_sees_numbers_masked_in_lists_and_whole_on_the_client(api: Api):
    client = await api.add("Anna", phone="+7 916 123-45-67")

    listed = (await api.get("/clients?q=anna", key="desk")).json()["items"][0]
    opened = (await api.get(f"/clients/{client}", key="desk")).json()

    assert "123" not in listed["phone"]
    assert listed["phone"].endswith("67")
    assert opened["phone"] == "+79161234567"


async def test_a_new_client_does_not_shift_the_next_page(api: Api):
    clients = [await api.add(f"Lead {n}") for n in range(4)]
    first = (await api.get("/clients?limit=2")).json()
    await api.add("Latecomer")

    rest = (await api.get(f"/clients?limit=2&after={first['next']}")).json()

    assert [each["id"] for each in rest["items"]] == clients[2:]
