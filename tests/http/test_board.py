"""The board for other programs: its fixed shapes, drops and their refusals, and who reaches what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.http.conftest import Api

COLUMNS = ["unsorted", "overdue", "today", "tomorrow", "this_week", "later"]
FACE = {"id", "client", "cause", "due", "status", "responsible", "version"}


async def made(api: Api, *, key: str = "owner", **given: Any) -> dict[str, Any]:
    """A card, of a new client unless said."""
    if not {"client", "phone"} & set(given):
        given["client"] = await api.add(key=key)
    answer = await api.post("/cards", given, key=key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def columns(api: Api, query: str = "", **how: Any) -> dict[str, list[str]]:
    """The ids of the cards in each column that has any."""
    answer = await api.get(f"/board{query}", **how)
    assert answer.status_code == 200, answer.text
    found = answer.json()["columns"]
    assert all(one["count"] >= len(one["cards"]) for one in found)
    return {one["code"]: [card["id"] for card in one["cards"]] for one in found if one["count"]}


async def test_the_board_has_six_columns_in_their_order_with_the_promised_cards(api: Api):
    card = await made(api, due="2026-03-02")

    found = (await api.get("/board")).json()["columns"]

    assert [one["code"] for one in found] == COLUMNS
    assert [one["count"] for one in found] == [1, 0, 0, 0, 0, 0]
    assert set(found[0]["cards"][0]) >= FACE
    assert found[0]["cards"][0] == card
    assert (card["cause"], card["due"], card["status"], card["version"]) == ("manual", "2026-03-02", None, 1)


@pytest.mark.parametrize(
    ("due", "column", "told"),
    [
        ("2026-03-01", "overdue", "2026-03-01"),
        ("2026-03-02", "today", "2026-03-02"),
        ("2026-03-02T12:00:00+03:00", "overdue", "2026-03-02T12:00:00+03:00"),
        ("2026-03-02T09:00:01Z", "today", "2026-03-02T12:00:01+03:00"),
        ("2026-03-03", "tomorrow", "2026-03-03"),
        ("2026-03-08", "this_week", "2026-03-08"),
        ("2026-03-09", "later", "2026-03-09"),
    ],
)
async def test_a_card_with_status_and_due_stands_by_its_due(api: Api, due: str, column: str, told: str):
    card = await made(api, due=due, status="thinking", step="call", comment="asked for yoga")

    assert (card["column"], card["due"], card["comment"]) == (column, told, "asked for yoga")
    assert await columns(api) == {column: [card["id"]]}


async def test_cards_change_columns_by_themselves(api: Api):
    timed = await made(api, due="2026-03-02T15:00:00+03:00", status="thinking")
    day = await made(api, due="2026-03-03", status="thinking")

    api.later(hours=3)
    assert await columns(api) == {"overdue": [timed["id"]], "tomorrow": [day["id"]]}
    api.later(hours=9)
    assert await columns(api) == {"overdue": [timed["id"]], "today": [day["id"]]}


async def test_the_same_request_makes_one_card(api: Api):
    client = await api.add()
    sent = {"client": client, "comment": "once"}

    first = await api.post("/cards", sent, headers={"Idempotency-Key": "k"})
    again = await api.post("/cards", sent, headers={"Idempotency-Key": "k"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.headers["Location"] == f"/api/v1/cards/{first.json()['id']}"


async def test_a_number_finds_its_client_or_makes_one(api: Api):
    client = await api.add(phone="8 916 123-45-67")

    known = await made(api, phone="+7 916 123 45 67")
    unknown = await made(api, phone="+7 921 765-43-21", name="Vera", source="social")

    assert known["client"] == client
    lead = (await api.get(f"/clients/{unknown['client']}")).json()
    assert (lead["name"], lead["source"], lead["placement"]["folders"]) == ("Vera", "social", ["potential"])
    assert api.is_sound()


async def test_a_shared_number_names_whom_to_choose_from(api: Api):
    family = [await api.add(name, phone="8 916 123-45-67") for name in ("Maria", "Peter")]

    answer = await api.post("/cards", {"phone": "89161234567"})

    assert (answer.status_code, answer.json()["code"], answer.json()["clients"]) == (409, "several_clients", family)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "client"),
        ({"phone": "none"}, "phone"),
        ({"client": "1", "due": "soon"}, "due"),
        ({"client": "1", "due": "2026-03-05T15:00"}, "due"),
        ({"client": "1", "due": 5}, "due"),
        ({"client": "1", "step": "fly"}, "step"),
        ({"client": "1", "status": "unheard"}, "status"),
        ({"client": "1", "responsible": "me"}, "responsible"),
        ({"client": "1", "responsible": "77"}, "responsible"),
        ({"client": "1", "branch": "none"}, "branch"),
    ],
)
async def test_what_cannot_be_taken_is_named(api: Api, given: dict[str, Any], field: str):
    await api.add()

    answer = await api.post("/cards", given)

    assert answer.status_code == 422, answer.text
    assert field in {each["field"] for each in answer.json()["errors"]}
    assert await columns(api) == {}


@pytest.mark.parametrize("client", ["77", "0", "x", -1])
async def test_a_card_of_nobody_is_not_found(api: Api, client: Any):
    assert (await api.post("/cards", {"client": client})).json()["code"] == "client_not_found"


@pytest.mark.parametrize(
    ("to", "due", "status"),
    [
        ("today", "2026-03-02", "new_contact"),
        ("tomorrow", "2026-03-03", "new_contact"),
        ("this_week", "2026-03-06", "new_contact"),
        ("later", "2026-03-09", "new_contact"),
        ("unsorted", None, None),
    ],
)
async def test_a_move_says_when(api: Api, to: str, due: str | None, status: str | None):
    card = await made(api)

    answer = await api.post(f"/cards/{card['id']}/move", {"to": to, "version": 1})

    assert answer.status_code == 200, answer.text
    assert (answer.json()["column"], answer.json()["due"], answer.json()["status"]) == (to, due, status)
    assert await columns(api) == {to: [card["id"]]}


async def test_a_move_onto_its_own_column_changes_nothing(api: Api):
    card = await made(api, due="2026-03-08", status="thinking")

    answer = await api.post(f"/cards/{card['id']}/move", {"to": "this_week", "version": 1})

    assert (answer.status_code, answer.json()) == (200, card)


@pytest.mark.parametrize(("to", "code"), [("overdue", "cannot_be_overdue"), ("this_week", "column_closed")])
async def test_a_closed_or_refused_column_is_422_with_its_code(api: Api, to: str, code: str):
    card = await made(api)
    api.later(days=5)

    answer = await api.post(f"/cards/{card['id']}/move", {"to": to, "version": 1})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (await api.get(f"/cards/{card['id']}")).json()["version"] == 1


async def test_an_old_version_is_answered_with_the_present_card(api: Api):
    card = await made(api)
    first = await api.post(f"/cards/{card['id']}/move", {"to": "tomorrow", "version": 1})

    answer = await api.post(f"/cards/{card['id']}/move", {"to": "today", "version": 1})

    assert (answer.status_code, answer.json()["code"], answer.json()["version"]) == (409, "card_changed", 2)
    assert answer.json()["card"] == first.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [({"version": 1}, "to"), ({"to": "today"}, "version"), ({"to": "today", "version": "1x"}, "version"), ({"to": "someday", "version": 1}, "to"), ({"to": 5, "version": 1}, "to")],
)
async def test_a_move_that_says_not_enough_is_named(api: Api, body: dict[str, Any], field: str):
    card = await made(api)

    answer = await api.post(f"/cards/{card['id']}/move", body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_a_card_whole_tells_what_happened_to_it(api: Api):
    card = await made(api, comment="asked for yoga")
    await api.post(f"/cards/{card['id']}/move", {"to": "today", "version": 1})

    told = (await api.get(f"/cards/{card['id']}")).json()

    assert [(one["what"], one["text"]) for one in told["events"]] == [("made", ""), ("comment", "asked for yoga"), ("moved", "")]
    assert (told["column"], told["id"], told["overdue"]) == ("today", card["id"], False)


@pytest.mark.parametrize("path", ["/cards/77", "/cards/x", "/cards/0", "/cards/99999999999999999999"])
async def test_a_card_that_is_none_is_not_found(api: Api, path: str):
    for answer in (await api.get(path), await api.post(f"{path}/move", {"to": "today", "version": 1})):
        assert (answer.status_code, answer.json()["code"]) == (404, "card_not_found")


async def test_cards_of_other_branches_are_not_there(api: Api):
    south = await made(api, client=await api.add(branch="south"))
    main = await made(api)

    assert await columns(api, key="desk") == {"unsorted": [main["id"]]}
    assert (await api.get(f"/cards/{south['id']}", key="desk")).status_code == 404
    assert (await api.post(f"/cards/{south['id']}/move", {"to": "today", "version": 1}, key="desk")).status_code == 404
    assert (await api.post("/cards", {"client": south["client"]}, key="desk")).status_code == 404
    assert (await api.get("/board?branch=south", key="desk")).status_code == 422
    assert await columns(api, "?branch=south") == {"unsorted": [south["id"]]}


async def test_each_branch_has_its_own_midnight(api: Api):
    kyiv = await made(api, client=await api.add(branch="south"), due="2026-03-02", status="thinking")
    moscow = await made(api, due="2026-03-02", status="thinking")
    api.club.clock.at = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)

    assert await columns(api) == {"overdue": [moscow["id"]], "today": [kyiv["id"]]}


async def test_a_column_goes_on_with_its_cursor_and_counts_follow_the_filter(api: Api):
    client = await api.add("Anna Belova", phone="8 916 123-45-67")
    cards = [(await made(api, client=client, due=f"2026-03-1{n}", status="thinking"))["id"] for n in range(5)]
    await made(api, due="2026-03-12", status="agreed")

    first = (await api.get("/board?status=thinking&q=belo&limit=2")).json()["columns"][-1]
    seen, cursor = [card["id"] for card in first["cards"]], first["next"]
    while cursor:
        page = (await api.get(f"/board?status=thinking&q=belo&limit=2&column=later&after={cursor}")).json()["columns"][0]
        seen, cursor = [*seen, *(card["id"] for card in page["cards"])], page["next"]

    assert (first["count"], seen) == (5, cards)


@pytest.mark.parametrize("query", ["?responsible=they", "?column=never&after=x", "?column=later&after=x", "?limit=0", "?limit=999", "?branch=none"])
async def test_a_filter_that_is_none_is_refused(api: Api, query: str):
    assert (await api.get(f"/board{query}")).status_code == 422


async def test_other_programs_hear_of_cards(api: Api):
    card = await made(api)
    await api.post(f"/cards/{card['id']}/move", {"to": "today", "version": 1})

    heard = [one for one in (await api.get("/changes")).json()["items"] if one["what"] == "card"]

    assert [(one["reason"], one["client"], one["after"]["card"]) for one in heard] == [(why, card["client"], int(card["id"])) for why in ("made", "moved")]
