"""What the API refuses, and how: a code, a sentence in the caller's language, and nothing changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from sqlalchemy import event

from club_ui import i18n
from lifecycle import rights
from lifecycle.actions import keys, looking
from lifecycle.desk import CLUB
from tests.http.conftest import Api


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is refused before the database, or by its Python, is tried on one kind."""
    return sqlite_url


CALLS = [
    ("POST", "/clients"), ("GET", "/clients"), ("GET", "/clients/1"), ("PATCH", "/clients/1"), ("POST", "/clients/1/facts"),
    ("GET", "/branches"), ("GET", "/folders"), ("GET", "/changes"), ("GET", "/openapi.json"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_nobody_gets_in_without_a_key(api: Api, method: str, path: str):
    answers = [
        await api.call(method, path, key=None),
        await api.call(method, path, key="club_unknown"),
        await api.call(method, path, key=None, headers={"Authorization": "Basic b3duZXI6b3duZXI="}),
        await api.call(method, path, key=None, headers={"Cookie": f"club={api.keys['owner']}"}),
    ]

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(401, "not_known")}
    assert all(each.headers["WWW-Authenticate"] == "Bearer" for each in answers)


async def test_a_stranger_is_refused_before_the_body_is_read(api: Api):
    answer = await api.call("POST", "/clients", key=None, content=b"{ this is no JSON")

    assert answer.status_code == 401


async def test_a_revoked_key_is_an_unknown_one(api: Api):
    row = next(row for row in keys.every(api.club, CLUB) if row.name == "everything")
    keys.revoke(api.club, CLUB, row.id)

    assert (await api.get("/folders")).status_code == 401


async def test_who_tries_many_unknown_keys_waits_and_others_do_not(api: Api):
    answers = [await api.get("/folders", key="club_guess") for _ in range(130)]

    assert {each.status_code for each in answers[:100]} == {401}
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "too_many")
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert (await api.get("/folders")).status_code == 200


async def test_a_key_that_calls_without_end_is_slowed_down(api: Api, monkeypatch: pytest.MonkeyPatch):
    from club_ui.http.api import taking
    from club_ui.http.limits import Bucket

    monkeypatch.setattr(taking, "_calls", Bucket(3))

    answers = [await api.get("/folders", key="desk") for _ in range(5)]

    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    assert (await api.get("/folders")).status_code == 200


async def test_a_program_of_the_front_desk_copies_no_telephone_book(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    monkeypatch.setattr(looking, "OPENED_MOST", 2)
    ids = [await api.add(f"Client {number}", phone="+79161234567") for number in range(4)]
    other = keys.create(api.club, CLUB, name="another program", role="front_desk")

    read = [await api.get(f"/clients/{client}", key="desk") for client in (*ids[:3], ids[0])]
    changed = await api.call("PATCH", f"/clients/{ids[3]}", json={"version": 1, "comment": ""}, key="desk")

    assert [each.status_code for each in read] == [200, 200, 403, 200]
    assert (read[2].json()["code"], changed.status_code) == ("too_many_opened", 403)
    assert "7916" not in read[2].text + changed.text
    assert "answer_broke" not in caplog.text
    assert (await api.get(f"/clients/{ids[3]}", key=other)).status_code == 200
    assert [(await api.get(f"/clients/{client}")).status_code for client in ids] == [200] * 4


async def test_every_route_of_the_api_has_its_row_and_asks_for_a_key():
    from fastapi.routing import iter_route_contexts

    from club_ui.http.api import ROUTERS

    routes = [(method, each.path) for router in ROUTERS for each in iter_route_contexts(router.routes) for method in each.methods or ()]
    rules = {route: rights.route_rule(*route) for route in routes}
    open_ones = {route for route, rule in rules.items() if rule == rights.ANYONE and "{rest" not in route[1]}

    assert len(routes) > 12
    assert rights.NOBODY not in rules.values()
    assert open_ones == {(method, f"/api/v1/{name}") for method in ("GET", "HEAD") for name in ("health", "ready")}


@pytest.mark.parametrize("how", ["read", "change", "record", "list", "branch", "add", "counts"])
async def test_a_client_of_another_branch_is_nobody(api: Api, how: str):
    client = await api.add("Vera", branch="south", phone="+380501234567")
    before = api.counted()

    answer = await {
        "read": lambda: api.get(f"/clients/{client}", key="manager"),
        "change": lambda: api.call("PATCH", f"/clients/{client}", json={"version": 1, "name": "Mine"}, key="manager"),
        "record": lambda: api.record(client, {"type": "complaint", "comment": "x"}, key="manager"),
        "list": lambda: api.get("/clients?q=Vera", key="manager"),
        "branch": lambda: api.get("/clients?branch=south", key="manager"),
        "add": lambda: api.post("/clients", {"name": "x", "branch": "south"}, key="manager"),
        "counts": lambda: api.get("/folders?branch=south", key="manager"),
    }[how]()

    if how == "list":
        assert (answer.status_code, answer.json()["items"]) == (200, [])
    else:
        assert (answer.status_code, answer.json()["code"]) == (
            (422, "unknown_branch") if how in ("branch", "add", "counts") else (404, "client_not_found")
        )
    assert "Vera" not in answer.text
    assert api.counted() == before


async def test_a_client_of_another_branch_is_refused_like_one_that_never_was(api: Api):
    client = await api.add("Vera", branch="south")

    theirs, nobodys = [await api.get(f"/clients/{number}", key="manager") for number in (client, 987654)]

    assert (theirs.status_code, theirs.text) == (nobodys.status_code, nobodys.text)


async def test_a_number_shared_with_another_branch_is_not_told(api: Api):
    await api.add("Vera", branch="south", phone="+79161234567")

    answer = await api.post("/clients", {"name": "Anna", "phone": "+79161234567"}, key="manager")

    assert answer.json()["same_phone"] == []


async def test_changes_of_another_branch_are_not_told(api: Api):
    await api.add("Vera", branch="south")
    mine = await api.add("Anna")

    changes = (await api.get("/changes", key="manager")).json()["items"]

    assert {each["client"] for each in changes} == {mine}


async def test_a_branch_key_counts_and_lists_its_own_branch(api: Api):
    await api.add("Vera", branch="south")
    mine = await api.add("Anna")

    assert (await api.get("/folders", key="desk")).json()["clients"] == 1
    assert [each["id"] for each in (await api.get("/clients", key="desk")).json()["items"]] == [mine]
    assert [each["code"] for each in (await api.get("/branches", key="desk")).json()] == ["main"]


async def test_a_refused_deed_is_audited(api: Api):
    client = await api.add()
    await api.record(client, {"type": "purchase", "amount": 1, "what": "x", "at": "2026-03-01"}, key="desk")

    with api.club.reading() as conn:
        from lifecycle.store import audit

        rows = [row for row in audit.walk(conn) if row.outcome == "refused"]
    assert [(row.by, row.address) for row in rows] == [("main turnstile", "10.0.0.1")]
    assert "backdate" in rows[0].deed


async def test_opening_a_client_is_audited_once_per_look(api: Api):
    client = await api.add("Anna")
    await api.get(f"/clients/{client}", key="desk")

    with api.club.reading() as conn:
        from lifecycle.store import audit

        rows = [(row.by, row.client_id) for row in audit.walk(conn) if row.deed == "open_client"]
    assert rows == [("main turnstile", int(client))]


@pytest.mark.parametrize(("language", "sentence"), [
    ("en", "A sale is not possible yet"), ("ru-RU,ru;q=0.9", "Продать пока нельзя"), ("uk", "Продати поки не можна"), ("fr", "A sale is not possible yet"), ("", "A sale"),
])  # fmt: skip
async def test_refusals_are_said_in_the_callers_language(api: Api, language: str, sentence: str):
    answer = await api.record(
        await api.add(), {"type": "purchase", "amount": 1, "what": "x"}, headers={"Accept-Language": language}
    )

    assert sentence in answer.json()["title"]


@pytest.mark.parametrize(("given", "field"), [
    ({}, "name"), ({"name": None}, "name"), ({"name": ""}, "name"), ({"name": "  "}, "name"), ({"name": 5}, "name"),
    ({"name": ["a"]}, "name"), ({"name": "x" * 201}, "name"), ({"name": "a\u0000b"}, "name"), ({"name": "\ud800"}, "name"),
    ({"name": "x", "phone": 79161234567}, "phone"), ({"name": "x", "phone": "\u0000"}, "phone"), ({"name": "x", "source": "elsewhere"}, "source"),
    ({"name": "x", "kind": "robot"}, "kind"), ({"name": "x", "branch": "nowhere"}, "branch"), ({"name": "x", "branch": 1}, "branch"),
    ({"name": "x", "tax_id": "1" * 41}, "tax_id"), ({"name": "x", "comment": "y" * 4001}, "comment"), ({"name": "x", "comment": {}}, "comment"),
    ([], "body"), ("x", "body"), (7, "body"), (None, "body"), (True, "body"),
])  # fmt: skip
async def test_a_bad_field_of_a_client_is_named_with_a_sentence(api: Api, given: object, field: str):
    answer = await api.call(
        "POST", "/clients", content=json.dumps(given).encode(), headers={"Content-Type": "application/json", "Accept-Language": "ru"}
    )

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in [each["field"] for each in answer.json()["errors"]]
    assert all(i18n.known(f"error.{each['code']}") for each in answer.json()["errors"])
    assert all(each["message"] and "{" not in each["message"] for each in answer.json()["errors"])
    assert api.counted() == (0, 0)


FACTS: list[tuple[object, str]] = [
    ({}, "facts"), ({"facts": None}, "facts"), ({"facts": {}}, "facts"), ({"facts": []}, "facts"), ({"facts": [1]}, "facts[0]"),
    ({"facts": [None]}, "facts[0]"), ({"facts": [{}]}, "facts[0].type"), ({"facts": [{"type": "no_such"}]}, "facts[0].type"),
    ({"facts": [{"type": ["purchase"]}]}, "facts[0].type"), ({"facts": [{"type": "purchase"}]}, "facts[0].amount"),
    ({"facts": [{"type": "complaint", "comment": "a"}] * 501}, "facts"),
] + [
    ({"facts": [{"type": "purchase", "what": "w", "amount": amount, "at": "2026-03-01"}]}, "facts[0].amount")
    for amount in (-1, 1.5, 1e3, "500", True, 10**15 + 1, 10**30, [], {}, float("1e308"))
] + [
    ({"facts": [{"type": "complaint", "comment": "c", "at": at}]}, "facts[0].at")
    for at in ("", "yesterday", "2026-03-01T10:00", "2026-13-01", "9999-12-31T23:59:59-23:59", "2027-01-01", 5, [], {}, "20260301", "2026-W09-1")
] + [
    ({"facts": [{"type": "complaint", "comment": "c", "key": key}]}, "facts[0].key") for key in ("", "x" * 201, "a\u0000", "\ud800", 5, [], {})
] + [
    ({"facts": [{"type": "voided", "fact": fact}]}, "facts[0].fact") for fact in ("1" * 5000, "٣", 10**40, "x", -1, [], {}, 999999, "")
] + [
    ({"facts": [{"type": "contact", "direction": "out", "kind": "invite", "outcome": "wont_come"}]}, "facts[0].reason"),
    ({"facts": [{"type": "membership_frozen", "membership": "m", "from": "2026-03-02", "to": "2026-03-01"}]}, "facts[0].to"),
    ({"facts": [{"type": "membership_activated", "membership": "m", "starts_on": "2026-02-30"}]}, "facts[0].starts_on"),
    ({"facts": [{"type": "membership_activated", "membership": "m", "starts_on": "2026-03-01"}]}, "facts[0].ends_on"),
    ({"facts": [{"type": "membership_sold", "membership": "", "billing": "term", "amount": 1}]}, "facts[0].membership"),
    ({"facts": [{"type": "membership_sold", "membership": "m", "billing": "term", "days": 0, "amount": 1}]}, "facts[0].days"),
    ({"facts": [{"type": "complaint", "comment": "\ud800"}]}, "facts[0].comment"),
    ({"facts": [{"type": "complaint", "comment": "a\u0000"}]}, "facts[0].comment"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "field"), FACTS, ids=lambda each: json.dumps(each)[:60])
async def test_a_bad_field_of_a_fact_is_named_with_a_sentence(api: Api, given: object, field: str):
    client = await api.add()

    answer = await api.call(
        "POST", f"/clients/{client}/facts", content=json.dumps(given).encode(), headers={"Accept-Language": "uk"}
    )

    assert answer.status_code == 422, answer.text
    assert field in [each["field"] for each in answer.json()["errors"]]
    assert all(i18n.known(f"error.{each['code']}") for each in answer.json()["errors"])
    assert all(each["message"] and "{" not in each["message"] for each in answer.json()["errors"])
    assert api.counted() == (1, 1)


@pytest.mark.parametrize("text", [
    b"", b" ", b"{", b"{'name': 'x'}", b'{"name": NaN}', b'{"name": Infinity}', b'{"name": "x", "name": "y"}', b'{"name": "x",}',
    b'{"name": "\xff\xfe"}', b'\xef\xbb\xbf{"name": "x"}', '{"name": "Анна"}'.encode("cp1251"), '{"name": "x"}'.encode("utf-16"),
    b'{"name": "x", "phone": ' + b"1" * 5000 + b"}", b"[" * 100_000, b'{"a":' * 20_000, b'{"name": "a\nb"}', b'{"name": "x"} {}', b"name=x", b"null x",
])  # fmt: skip
async def test_what_is_not_json_to_everybody_is_refused(api: Api, text: bytes):
    answer = await api.call("POST", "/clients", content=text, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_json")
    assert "Traceback" not in answer.text
    assert api.counted() == (0, 0)


async def test_fields_nobody_asked_for_are_ignored(api: Api):
    answer = await api.post("/clients", {"name": "Anna", "id": "77", "version": 9, "role": "owner", "branch_id": 2, "created_at": "2000-01-01"})

    made = answer.json()
    assert (answer.status_code, made["version"]) == (201, 1)
    assert made["id"] != "77"
    assert (await api.get(f"/clients/{made['id']}")).json()["branch"] == "main"


async def test_the_id_of_a_fact_is_the_clubs_to_give(api: Api):
    answer = await api.record(await api.add(), {"type": "complaint", "comment": "c", "id": "999", "by": "somebody", "staff_id": 1})

    assert answer.status_code == 201
    assert answer.json()["facts"] != ["999"]


@pytest.mark.parametrize(("query", "field"), [
    ("folder=nowhere", "folder"), ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("limit=1e1", "limit"), ("limit=٣", "limit"),
    ("after=x", "after"), ("after=i" + "9" * 30, "after"), ("after=f1.1", "after"), ("after=n!.1", "after"), ("q=" + "x" * 201, "q"),
    ("branch=nowhere", "branch"), ("folder=active&after=i5", "after"), ("folder=active&branch=nowhere", "branch"), ("q=anna&after=nÿ.1", "after"),
    ("q=anna&after=n_w.1", "after"),
])  # fmt: skip
async def test_a_bad_question_is_named(api: Api, query: str, field: str):
    answer = await api.get(f"/clients?{query}")

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    assert all("{" not in each["message"] for each in answer.json()["errors"])


@pytest.mark.parametrize("after", ["-1", "x", str(2**63), "9" * 400, "1.0", ""])
async def test_a_bad_cursor_of_changes_is_named(api: Api, after: str):
    answer = await api.get(f"/changes?after={after}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.0", "9" * 30, "%00", "٣", "1%20", "01"])
async def test_a_number_that_is_none_is_of_nobody(api: Api, number: str):
    await api.add()

    answers = [await api.get(f"/clients/{number}"), await api.record(number, {"type": "complaint", "comment": "c"})]

    assert {each.status_code for each in answers} == {404}


@pytest.mark.parametrize("q", ["%27%20OR%201=1--", "%22*", "a%00b", "%25", "_", "*", "%F0%9F%8F%8B", "%ff", "-", "anna%20NOT%20x", "%28", "🏋", "&amp;", "a:b"])
async def test_odd_questions_find_nobody_and_break_nothing(api: Api, q: str):
    await api.add("Борис")

    answer = await api.get(f"/clients?q={q}")

    assert answer.status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/nowhere", 404), ("GET", "/clients/", 404), ("POST", "/clients/1/facts/2", 404), ("DELETE", "/clients/1", 405),
    ("PUT", "/clients", 405), ("POST", "/folders", 405), ("DELETE", "/nowhere", 404),
])  # fmt: skip
async def test_what_is_not_there_is_a_problem_too(api: Api, method: str, path: str, status: int):
    answer = await api.call(method, path)

    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert i18n.known(f"error.{answer.json()['code']}")
    assert status == 404 or answer.headers["Allow"]


async def test_ten_megabytes_are_refused_by_their_length(api: Api):
    answer = await api.call("POST", "/clients", content=b"x" * 10_000_000)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_ten_megabytes_that_come_in_pieces_are_refused_too(api: Api):
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    answer = await api.call("POST", "/clients", content=pieces())

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_bad_name_of_a_request_is_refused(api: Api, key: str):
    answer = await api.post("/clients", {"name": "Anna"}, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


async def test_a_move_that_is_not_legal_is_refused_with_the_reason(api: Api):
    client = await api.add()

    answer = await api.record(client, {"type": "promoted"}, headers={"Accept-Language": "uk"})

    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_guest")
    assert answer.json()["title"] == i18n.text("uk", "error.not_a_guest")
    assert api.counted() == (1, 1)


async def test_liquidated_are_only_companies(api: Api):
    answer = await api.record(await api.add(), {"type": "marked", "relation": "liquidated"})

    assert (answer.status_code, answer.json()["code"]) == (409, "liquidated_is_for_companies")


async def test_answers_are_kept_by_nobody(api: Api):
    client = await api.add()

    answers = [await api.get(path) for path in (f"/clients/{client}", "/clients", "/changes", "/folders", "/clients/0", "/health")]

    assert {each.headers["Cache-Control"] for each in answers} == {"no-store"}
    assert {each.headers["X-Content-Type-Options"] for each in answers} == {"nosniff"}


async def test_another_sites_page_is_told_nothing_about_sharing(api: Api):
    answer = await api.get("/folders", headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_busy_database_is_said_and_the_same_try_passes_later(api: Api):
    client = await api.add()
    event.listen(api.club.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    api.club.engine.dispose()
    fact = {"type": "complaint", "comment": "c", "key": "k"}

    with closing(sqlite3.connect(api.club.engine.url.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused, read = await api.record(client, fact), await api.get(f"/clients/{client}")
    later = await api.record(client, fact)

    assert (refused.status_code, refused.json()["code"]) == (503, "database_busy")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (read.status_code, later.status_code) == (200, 201)
    assert api.counted() == (1, 2)
