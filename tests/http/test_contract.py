"""The fixed part of the API, shape by shape (spec: intake, the part of the API that other programs already rely on)."""

from __future__ import annotations

import pytest

from lifecycle.placement import FOLDERS
from tests.http.conftest import Api

PLACEMENT = {"on", "status", "folders", "stage", "relation", "warmth", "sale", "next_change"}


async def test_health_needs_no_key(api: Api):
    answer = await api.get("/health", key=None)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_readiness_needs_no_key(api: Api):
    answer = await api.get("/ready", key=None)

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_a_new_client_is_answered_with_where_they_stand(api: Api):
    answer = await api.post("/clients", {"name": "Anna", "phone": "8 916 123-45-67", "source": "site"}, headers={"Idempotency-Key": "k"})

    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"id", "version", "placement", "same_phone"}
    assert (made["version"], made["same_phone"], isinstance(made["id"], str)) == (1, [], True)
    assert made["placement"] == {
        "on": "2026-03-02", "status": "potential", "folders": ["potential"], "stage": "lead", "relation": "new",
        "warmth": None, "sale": "move_to_guest", "next_change": None,
    }  # fmt: skip
    assert answer.headers["Location"] == f"/api/v1/clients/{made['id']}"


async def test_the_inquiry_of_a_new_client_is_recorded(api: Api):
    await api.add(source="import")

    assert api.counted() == (1, 1)


async def test_only_a_name_is_needed(api: Api):
    client = await api.add("Борис 🏋")

    shown = (await api.get(f"/clients/{client}")).json()
    assert (shown["name"], shown["source"], shown["kind"], shown["branch"], shown["phone"]) == ("Борис 🏋", "walk_in", "person", "main", None)


async def test_a_company_has_its_tax_number(api: Api):
    client = await api.add("ООО Ромашка", kind="company", tax_id="7701234567")

    shown = (await api.get(f"/clients/{client}")).json()
    assert (shown["kind"], shown["tax_id"]) == ("company", "7701234567")


async def test_others_with_the_number_are_told_and_no_obstacle(api: Api):
    first = await api.add("Anna", phone="+7 916 123-45-67")

    second = await api.post("/clients", {"name": "Her son", "phone": "8(916)1234567"})

    assert (second.status_code, second.json()["same_phone"]) == (201, [first])


async def test_the_same_key_gives_the_same_answer_whatever_came_later(api: Api):
    given = {"name": "Anna", "phone": "+79161234567"}
    first = await api.post("/clients", given, headers={"Idempotency-Key": "form-1"})
    client = first.json()["id"]
    await api.record(client, {"type": "guest_visit", "kind": "tour"})
    await api.call("PATCH", f"/clients/{client}", json={"version": 1, "name": "Anna K."})
    await api.add("Boris", phone="+79161234567")
    api.later(days=40)

    again = await api.post("/clients", given, headers={"Idempotency-Key": "form-1"})

    assert (again.status_code, again.json()) == (200, first.json())
    assert api.counted() == (2, 3)


async def test_without_a_key_every_call_makes_a_client(api: Api):
    assert await api.add("Anna") != await api.add("Anna")


async def test_the_same_key_of_another_program_is_another_deed(api: Api):
    first = await api.post("/clients", {"name": "Anna"}, headers={"Idempotency-Key": "1"})
    other = await api.post("/clients", {"name": "Boris"}, headers={"Idempotency-Key": "1"}, key="desk")

    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]


async def test_a_client_is_read_with_placement_and_reasons(api: Api):
    client = await api.member()

    shown = (await api.get(f"/clients/{client}")).json()

    assert {"id", "version", "name", "phone", "branch", "placement"} <= set(shown)
    assert set(shown["placement"]) == PLACEMENT | {"reasons"}
    assert set(shown["placement"]["reasons"]["folders"]) == set(FOLDERS)
    assert shown["placement"]["reasons"]["folders"]["active"]["code"] == "covered"
    assert shown["reasons"] == shown["placement"]["reasons"]
    assert (shown["placement"]["status"], shown["placement"]["folders"]) == ("active", ["active"])


async def test_where_a_client_stands_is_told_for_today_even_before_the_clock_has_moved_them(api: Api):
    client = await api.member(days=30)
    api.later(days=60)

    shown = (await api.get(f"/clients/{client}")).json()

    assert (shown["placement"]["on"], shown["placement"]["folders"]) == ("2026-05-01", ["lost", "churn"])


async def test_facts_are_recorded_with_their_ids_and_where_the_client_stands_then(api: Api):
    client = await api.add()

    answer = await api.record(client, {"type": "guest_visit", "kind": "tour"}, {"type": "contact", "direction": "in", "kind": "other"})

    assert answer.status_code == 201
    assert set(answer.json()) == {"facts", "placement"}
    assert len(answer.json()["facts"]) == 2
    assert all(isinstance(each, str) for each in answer.json()["facts"])
    assert set(answer.json()["placement"]) == PLACEMENT
    assert answer.json()["placement"]["folders"] == ["guest"]


async def test_a_fact_with_a_key_seen_before_is_not_recorded_again(api: Api):
    client = await api.add()
    visit = {"type": "guest_visit", "kind": "tour", "key": "door:17"}
    first = await api.record(client, visit)

    again = await api.record(client, visit)
    mixed = await api.record(client, visit, {"type": "complaint", "comment": "cold water", "key": "mail:4"})

    assert (again.status_code, again.json()["facts"]) == (200, first.json()["facts"])
    assert (mixed.status_code, mixed.json()["facts"][0]) == (201, first.json()["facts"][0])
    assert api.counted() == (1, 3)


async def test_the_same_key_at_another_client_is_another_fact(api: Api):
    visit = {"type": "guest_visit", "kind": "tour", "key": "door:17"}
    await api.record(await api.add("Anna"), visit)

    assert (await api.record(await api.add("Boris"), visit)).status_code == 201


async def test_a_request_of_facts_may_carry_its_own_key(api: Api):
    client = await api.add()
    named = {"Idempotency-Key": "till-55"}
    first = await api.record(client, {"type": "complaint", "comment": "a"}, {"type": "complaint", "comment": "b"}, headers=named)

    again = await api.record(client, {"type": "complaint", "comment": "a"}, {"type": "complaint", "comment": "b"}, headers=named)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["facts"] == first.json()["facts"]


async def test_facts_without_any_key_are_new_each_time(api: Api):
    client = await api.add()

    answers = [await api.record(client, {"type": "complaint", "comment": "again"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["facts"] != answers[1].json()["facts"]


async def test_all_facts_of_a_request_or_none(api: Api):
    client = await api.add()
    before = api.counted()

    answer = await api.record(client, {"type": "complaint", "comment": "a"}, {"type": "purchase", "amount": -1, "what": "water"})

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["facts[1].amount"]
    assert api.counted() == before


@pytest.mark.parametrize(
    "sale",
    [
        {"type": "purchase", "amount": 50000, "what": "water"},
        {"type": "visit", "kind": "single", "amount": 70000},
        {"type": "membership_sold", "membership": "m", "billing": "term", "days": 30, "amount": 1},
    ],
)
async def test_the_sale_gate_refuses_and_says_what_comes_first(api: Api, sale: dict):
    client = await api.add()

    at_first = await api.record(client, sale)
    await api.record(client, {"type": "moved_to_guest"})
    then = await api.record(client, sale)
    await api.record(client, {"type": "promoted"})
    at_last = await api.record(client, sale)

    assert at_first.headers["Content-Type"] == "application/problem+json"
    assert [(each.status_code, each.json().get("code"), each.json().get("needs")) for each in (at_first, then, at_last)] == [
        (409, "sale_gate", "move_to_guest"),
        (409, "sale_gate", "promote"),
        (201, None, None),
    ]


async def test_the_moves_and_the_sale_pass_in_one_request(api: Api):
    client = await api.add()

    answer = await api.record(client, {"type": "moved_to_guest"}, {"type": "promoted"}, {"type": "purchase", "amount": 1, "what": "towel"})

    assert (answer.status_code, answer.json()["placement"]["status"]) == (201, "active")


async def test_a_sale_before_today_is_history(api: Api):
    client = await api.add()

    answer = await api.record(client, {"type": "purchase", "amount": 1, "what": "towel", "at": "2026-03-01"})

    assert (answer.status_code, answer.json()["placement"]["folders"]) == (201, ["active"])


async def test_the_front_desk_dates_no_sale_back(api: Api):
    client = await api.add()

    answer = await api.record(client, {"type": "purchase", "amount": 1, "what": "towel", "at": "2026-03-01"}, key="desk")

    assert (answer.status_code, answer.json()["code"]) == (403, "no_right")
    assert api.counted() == (1, 1)


async def test_a_fact_of_tomorrow_is_refused(api: Api):
    answer = await api.record(await api.add(), {"type": "complaint", "comment": "?", "at": "2026-03-02T12:00:01+03:00"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "facts[0].at")


async def test_a_fact_is_taken_back_by_its_id(api: Api):
    client = await api.add()
    mark = await api.record(client, {"type": "marked", "relation": "not_target"})

    answer = await api.record(client, {"type": "voided", "fact": mark.json()["facts"][0]})

    assert (answer.status_code, answer.json()["placement"]["relation"]) == (201, "new")


async def test_the_branches_are_listed(api: Api):
    answer = await api.get("/branches")

    assert answer.json()[0]["code"] == "main"
    assert answer.json()[0]["timezone"] == "Europe/Moscow"
    assert answer.json()[1] == {"code": "south", "name": "South", "timezone": "Europe/Kyiv"}


async def test_folders_are_counted_in_the_order_of_the_words(api: Api):
    await api.member("Anna")
    await api.add("Boris")
    await api.add("Vera", branch="south")

    everywhere, south = (await api.get("/folders")).json(), (await api.get("/folders?branch=south")).json()

    assert [each["code"] for each in everywhere["folders"]] == [
        "active", "not_activated", "to_renew", "not_renewed", "potential", "guest", "deal_lost", "lost", "churn", "archive",
    ]  # fmt: skip
    assert everywhere["clients"] == 3
    assert {each["code"]: each["count"] for each in everywhere["folders"] if each["count"]} == {"active": 1, "potential": 2}
    assert south["clients"] == 1


async def test_changes_follow_a_cursor(api: Api):
    client = await api.add()
    await api.record(client, {"type": "guest_visit", "kind": "tour"})

    first = (await api.get("/changes?after=0&limit=1")).json()
    rest = (await api.get(f"/changes?after={first['next']}")).json()
    end = (await api.get(f"/changes?after={rest['next']}")).json()

    assert set(first["items"][0]) >= {"id", "client", "at", "what", "before", "after"}
    assert first["next"] == first["items"][-1]["id"]
    assert (first["items"][0]["before"], first["items"][0]["after"]["folders"]) == ({}, ["potential"])
    moved = rest["items"][-1]
    assert (moved["client"], moved["what"], moved["at"]) == (client, "placement", "2026-03-02T09:00:00Z")
    assert (moved["before"]["folders"], moved["after"]["folders"]) == (["potential"], ["guest"])
    assert end == {"items": [], "next": rest["next"]}


async def test_a_client_is_changed_in_the_version_that_was_read(api: Api):
    client = await api.add(phone="+79161234567")

    answer = await api.call("PATCH", f"/clients/{client}", json={
        "version": 1, "name": "Анна", "email": "anna@example.test", "birthday_on": "1990-02-28", "phone": None, "comment": "calls back",
    })  # fmt: skip

    shown = answer.json()
    assert (answer.status_code, shown["version"], shown["name"], shown["email"]) == (200, 2, "Анна", "anna@example.test")
    assert (shown["birthday_on"], shown["phone"], shown["phones"], shown["comment"]) == ("1990-02-28", None, [], "calls back")
    assert shown["source"] == "walk_in"


async def test_an_old_version_overwrites_nothing(api: Api):
    client = await api.add()
    await api.call("PATCH", f"/clients/{client}", json={"version": 1, "name": "First"})

    answer = await api.call("PATCH", f"/clients/{client}", json={"version": 1, "name": "Second"})

    assert (answer.status_code, answer.json()["code"], answer.json()["version"]) == (409, "changed_meanwhile", 2)
    assert (await api.get(f"/clients/{client}")).json()["name"] == "First"


async def test_a_client_moves_to_another_branch_with_the_counts(api: Api):
    client = await api.add()

    await api.call("PATCH", f"/clients/{client}", json={"version": 1, "branch": "south"})

    counts = [(await api.get(f"/folders?branch={code}")).json()["clients"] for code in ("main", "south")]
    assert counts == [0, 1]
    assert api.is_sound()
