"""The way of every delivery: signed, stored first, done once, answered alike, never lost, never told to the log."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from datetime import timedelta

import pytest

from lifecycle import store
from lifecycle.actions import sources
from lifecycle.connections import KINDS
from lifecycle.desk import CLUB
from lifecycle.errors import BadInput
from lifecycle.intake import receiving
from lifecycle.intake.adapters import ADAPTERS
from lifecycle.intake.site import Site
from tests.intake.conftest import Connected, Doors, rows_of_everything

ANNA = {"name": "Anna", "phone": "+7 916 123-45-67", "id": "form-1"}


def signed(site: Connected, body: bytes, *, late: timedelta = timedelta(0), secret: str | None = None) -> dict[str, str]:
    stamp = str(int((site.club.clock.now() - late).timestamp()))
    mark = hmac.new((secret or site.secret).encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Club-Timestamp": stamp, "X-Club-Signature": mark, "Content-Type": "application/json"}


def test_every_kind_has_its_adapter_and_every_adapter_its_kind():
    assert set(KINDS) == set(ADAPTERS)


async def test_what_is_sent_is_stored_as_it_came_and_done(connect: Doors):
    site = connect("site")

    answer = await site.send(ANNA | {"colour": "blue"})

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    [row] = site.deliveries()
    assert (row.state, json.loads(row.body)) == ("done", ANNA | {"colour": "blue"})
    assert row.client_id is not None


async def test_the_same_delivery_three_times_at_once_has_one_effect_and_one_answer(connect: Doors):
    site = connect("site")

    answers = await asyncio.gather(*(site.send(ANNA) for _ in range(3)))

    assert {(each.status_code, each.text) for each in answers} == {(200, answers[0].text)}
    assert site.facts() == [("inquiry", {"source": "site"})]
    assert len(site.deliveries()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"X-Club-Secret": "something else"},
        {"Authorization": "Bearer x"},
        {"X-Club-Signature": "00", "X-Club-Timestamp": "1"},
        {"X-Club-Signature": "00", "X-Club-Timestamp": "x"},
        {"X-Club-Signature": "00", "X-Club-Timestamp": "9" * 30},
        {"X-Club-Secret": ""},
    ],
)
async def test_without_the_secret_nothing_is_stored_and_nothing_said_about_it(connect: Doors, caplog, wrong):
    site = connect("site")
    before = rows_of_everything(site.club)
    caplog.set_level(logging.DEBUG)

    answer = await site.send(ANNA, headers=wrong)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed")
    assert rows_of_everything(site.club) == before
    assert "916" not in caplog.text
    assert "Anna" not in caplog.text


async def test_an_address_that_is_none_answers_as_a_wrong_secret_does(connect: Doors):
    site = connect("site")
    wrong = await site.send(ANNA, headers={"X-Club-Secret": "x"})
    site.code = "0123456789abcdef"

    answer = await site.send(ANNA)

    assert (answer.status_code, answer.text) == (wrong.status_code, wrong.text)


async def test_a_signature_of_now_is_taken(connect: Doors):
    site = connect("site")
    body = json.dumps(ANNA).encode()

    answer = await site.send(body, headers=signed(site, body))

    assert answer.status_code == 200


@pytest.mark.parametrize("late", [timedelta(minutes=10), timedelta(minutes=-10)])
async def test_a_signature_of_another_time_is_refused_and_stores_nothing(connect: Doors, late):
    site = connect("site")
    body = json.dumps(ANNA).encode()

    answer = await site.send(body, headers=signed(site, body, late=late))

    assert (answer.status_code, answer.json()["code"]) == (401, "signed_long_ago")
    assert site.deliveries() == []


async def test_a_signature_of_another_body_or_secret_is_refused(connect: Doors):
    site, other = connect("site"), connect("site")
    body = json.dumps(ANNA).encode()

    answers = [
        await site.send(body + b" ", headers=signed(site, body)),
        await site.send(body, headers=signed(site, body, secret=other.secret)),
    ]

    assert [each.status_code for each in answers] == [401, 401]


async def test_the_secret_before_holds_while_the_other_side_follows(connect: Doors):
    site = connect("site")
    old = site.secret
    site.secret = sources.rotate(site.club, CLUB, site.id, overlap=timedelta(hours=1)).secret

    both = [(await site.send(ANNA, headers={"X-Club-Secret": each})).status_code for each in (old, site.secret)]
    site.api.later(hours=2)
    later = [(await site.send(ANNA, headers={"X-Club-Secret": each})).status_code for each in (old, site.secret)]

    assert (both, later) == ([200, 200], [401, 200])


async def test_a_secret_that_leaked_is_dead_once_there_are_two_newer_ones_or_at_once(connect: Doors):
    site = connect("site")
    leaked = site.secret
    for _ in range(2):
        site.secret = sources.rotate(site.club, CLUB, site.id).secret
    twice = [(await site.send(ANNA, headers={"X-Club-Secret": each})).status_code for each in (leaked, site.secret)]

    before = site.secret
    site.secret = sources.rotate(site.club, CLUB, site.id, overlap=timedelta(0)).secret
    at_once = [(await site.send(ANNA, headers={"X-Club-Secret": each})).status_code for each in (before, site.secret)]

    assert (twice, at_once) == ([401, 200], [401, 200])


async def test_a_revoked_source_is_nobody(connect: Doors):
    site = connect("site")
    sources.revoke(site.club, CLUB, site.id)

    assert (await site.send(ANNA)).status_code == 401


async def test_ten_megabytes_are_refused_early(connect: Doors):
    site = connect("site")

    answer = await site.send(b"x" * 10_000_000)

    assert answer.status_code == 413
    assert site.deliveries() == []


async def test_a_flood_from_one_address_is_stopped_where_everybody_can_read_the_secret(connect: Doors):
    site = connect("site", origins="https://club.example")

    statuses = [(await site.send(ANNA | {"id": str(number)})).status_code for number in range(15)]

    assert statuses.count(200) == KINDS["site"].per_address
    assert statuses[-1] == 429


async def test_a_site_whose_own_server_posts_is_one_address_for_all_its_visitors(connect: Doors):
    site = connect("site")

    statuses = [(await site.send(ANNA | {"id": str(number)})).status_code for number in range(15)]

    assert statuses == [200] * 15


async def test_who_is_refused_leaves_only_when_and_why(connect: Doors, caplog):
    site, mango = connect("site"), connect("mango", secret="the-salt-of-mango")
    caplog.set_level(logging.INFO)

    await site.send(ANNA, headers={"X-Club-Secret": "wrong"})
    await mango.send(b"vpbx_api_key=k&sign=00&json={}", tail="/events/call", headers={"Content-Type": "application/x-www-form-urlencoded"})
    for source in (site, mango):
        with source.club.reading() as conn:
            row = store.sources.by_id(conn, source.id)
        assert row is not None
        assert (row.refused_lately, row.refused_at, row.refused_why) == (True, source.club.clock.now(), "not_signed")
        assert f"hook_refused source={source.id} code=not_signed" in caplog.text
    site.api.later(minutes=2)
    await site.send(ANNA)

    with site.club.reading() as conn:
        taken = store.sources.by_id(conn, site.id)
    assert taken is not None
    assert not taken.refused_lately


async def test_a_flood_of_the_unsigned_is_one_line_a_minute(connect: Doors, caplog):
    site = connect("site")
    body = json.dumps(ANNA).encode()
    caplog.set_level(logging.INFO)

    for _ in range(5):
        await site.send(ANNA, headers={"X-Club-Secret": "wrong"})
    await site.send(body, headers=signed(site, body, late=timedelta(minutes=10)))

    assert [line.getMessage() for line in caplog.records if "hook_refused" in line.getMessage()] == [
        f"hook_refused source={site.id} code={why}" for why in ("not_signed", "signed_long_ago")
    ]


async def test_guessing_secrets_is_stopped(connect: Doors):
    site = connect("site")
    site.code = "0123456789abcdef"

    statuses = [(await site.send(b"", headers={"X-Club-Secret": str(number)})).status_code for number in range(70)]

    assert statuses[:60] == [401] * 60
    assert statuses[-1] == 429


async def test_what_is_missing_is_named_and_waits_in_the_inbox(connect: Doors):
    site = connect("site")

    answer = await site.send({"name": "Anna"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "phone")
    [row] = site.deliveries()
    assert (row.state, row.error["errors"][0]["field"]) == ("failed", "phone")


async def test_a_failed_delivery_sent_again_better_is_done(connect: Doors):
    site = connect("site")
    await site.send({"name": "Anna", "id": "form-1"})

    answer = await site.send(ANNA)

    assert answer.status_code == 200
    assert [row.state for row in site.deliveries()] == ["done"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"phone": NaN}', b'{"a": 1, "a": 2}', b"[" * 5000, b'"x"', b"null"])
async def test_what_cannot_be_read_is_refused_in_words(connect: Doors, body):
    site = connect("site")

    answer = await site.send(body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("value", [1.5, True, [], {}, "a\0b", "x" * 5000])
@pytest.mark.parametrize("field", ["phone", "name", "comment", "source", "branch", "email"])
async def test_an_odd_value_is_refused_with_its_fields_name(connect: Doors, field, value):
    site = connect("site")

    answer = await site.send(ANNA | {field: value})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_fault_of_ours_loses_nothing_and_is_made_good_by_the_clock(connect: Doors, monkeypatch):
    site = connect("site")

    def breaks(*_):
        raise RuntimeError("phone +7 916")

    with monkeypatch.context() as broken:
        broken.setattr(Site, "take", breaks)
        answer = await site.send(ANNA)
    site.api.later(seconds=10)
    done = receiving.finish_waiting(site.club)

    assert (answer.status_code, answer.json()["code"]) == (503, "not_yet")
    assert "916" not in answer.text
    assert done == 1
    assert [row.state for row in site.deliveries()] == ["done"]
    assert site.facts() == [("inquiry", {"source": "site"})]


async def test_a_fault_that_stays_waits_for_a_person_in_the_end(connect: Doors, monkeypatch):
    site = connect("site")
    with monkeypatch.context() as broken:
        broken.setattr(Site, "take", lambda *_: 1 / 0)
        await site.send(ANNA)
        for _ in range(10):
            site.api.later(seconds=10)
            receiving.finish_waiting(site.club)
    assert [row.state for row in site.deliveries()] == ["failed"]

    receiving.replay(site.club, CLUB, site.deliveries()[0].id)

    assert [row.state for row in site.deliveries()] == ["done"]


async def test_what_was_just_stored_is_left_to_whoever_stored_it(connect: Doors, monkeypatch):
    site = connect("site")
    with monkeypatch.context() as broken:
        broken.setattr(Site, "take", lambda *_: 1 / 0)
        await site.send(ANNA)

    assert receiving.finish_waiting(site.club) == 0


async def test_what_nobody_will_mend_is_set_aside_and_comes_back_only_when_it_is_sent_again(connect: Doors):
    site = connect("site")
    await site.send({"name": "Anna", "id": "form-1"})
    [failed] = site.deliveries()

    receiving.set_aside(site.club, CLUB, failed.id)
    with site.club.reading() as conn:
        waits = store.deliveries.failed(conn, None)
    site.api.later(days=31)
    receiving.forget_old(site.club)
    [aside] = site.deliveries()
    receiving.replay(site.club, CLUB, failed.id)

    assert (waits, aside.state, aside.body, site.facts()) == (0, "aside", b"", [])
    assert [row.state for row in site.deliveries()] == ["aside"]
    assert (await site.send(ANNA)).status_code == 200
    assert [row.state for row in site.deliveries()] == ["done"]


async def test_what_is_done_is_not_set_aside(connect: Doors):
    site = connect("site")
    await site.send(ANNA)

    receiving.set_aside(site.club, CLUB, site.deliveries()[0].id)

    assert [row.state for row in site.deliveries()] == ["done"]


async def test_taking_again_what_is_done_changes_nothing(connect: Doors):
    site = connect("site")
    await site.send(ANNA)
    before = rows_of_everything(site.club)

    receiving.replay(site.club, CLUB, site.deliveries()[0].id)

    after = rows_of_everything(site.club)
    assert {table for table in before if before[table] != after[table]} <= {"audit"}


async def test_when_a_source_was_last_heard_is_known(connect: Doors):
    site = connect("site")
    await site.send(ANNA)

    with site.club.reading() as conn:
        source = store.sources.by_id(conn, site.id)

    assert source is not None
    assert source.heard_at == site.club.clock.now()


def test_a_kind_nobody_knows_and_an_option_nobody_has_are_refused(club):
    with pytest.raises(BadInput, match="bad_choice"):
        sources.create(club, CLUB, kind="fax", name="fax")
    with pytest.raises(BadInput, match="unknown_field"):
        sources.create(club, CLUB, kind="site", name="site", options={"colour": "blue"})


async def test_what_was_worked_off_long_ago_keeps_its_name_and_not_its_body(connect: Doors):
    site = connect("site")
    await site.send(ANNA)
    await site.send({"name": "Boris", "id": "form-2"})
    site.api.later(days=31)

    receiving.forget_old(site.club)
    answer = await site.send(ANNA)

    assert [(row.state, bool(row.body)) for row in site.deliveries()] == [("done", False), ("failed", True)]
    assert (answer.status_code, len(site.facts())) == (200, 1)


async def test_a_form_without_a_name_counts_once_a_day_and_again_another_day(connect: Doors):
    site = connect("site")
    unnamed = {name: value for name, value in ANNA.items() if name != "id"}

    for _ in range(2):
        await site.send(unnamed)
    site.api.later(days=40)
    answer = await site.send(unnamed)

    assert answer.status_code == 200
    assert site.facts() == [("inquiry", {"source": "site"})] * 2
