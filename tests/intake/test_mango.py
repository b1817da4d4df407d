"""Mango Office, in its own words: parts ordered by `seq`, the signature over the raw text, summaries in odd places."""

from __future__ import annotations

from itertools import permutations
from urllib.parse import urlencode

import pytest

from tests.intake.conftest import Connected, Doors, rows_of_everything
from tests.intake.telephone import (
    ANNA,
    FORM,
    calls,
    contact,
    mango,
    mango_event,
    mango_summary,
    said,
    the_call,
    told,
)


def now_of(source: Connected) -> int:
    return int(source.club.clock.now().timestamp())


def a_call(at: int) -> list[str]:
    """The caller hears the menu, somebody's telephone rings, they talk, both hang up."""
    menu, desk = {"call": "menu", "to": '{"number":"74951234567","line_number":"74951234567"}'}, {"call": "desk"}
    return [
        mango_event(at - 40, 1, "Appeared", location="ivr", **menu),
        mango_event(at - 39, 2, "Connected", location="ivr", **menu),
        mango_event(at - 37, 1, "Appeared", **desk),
        mango_event(at - 32, 2, "Connected", **desk),
        mango_event(at - 1, 3, "Disconnected", **desk),
        mango_event(at, 3, "Disconnected", location="ivr", **menu),
    ]


@pytest.fixture
async def source(connect: Doors) -> Connected:
    return connect("mango", branch="main", secret="the-salt-of-mango", api_key="vpbx-key")


@pytest.mark.parametrize(("heard", "state"), [(1, "ringing"), (2, "ringing"), (3, "ringing"), (4, "talking"), (5, "ringing"), (6, "over")])
async def test_a_call_lives_through_its_parts(source: Connected, heard, state):
    for told_part in a_call(now_of(source))[:heard]:
        assert (await mango(source, told_part)).status_code == 200

    assert the_call(source.club).state == state


async def test_the_summary_ends_the_call_and_makes_the_contact(source: Connected):
    at = now_of(source)
    for told_part in a_call(at):
        await mango(source, told_part)

    await mango(source, mango_summary(at - 40, at - 32, at), tail="/events/summary")

    call = the_call(source.club)
    assert (call.state, call.e164, call.line, call.extension, call.seconds) == ("ended", ANNA, "74951234567", "101", 32)
    assert said(source.club, call.client_id) == [contact("in", seconds=32), {"type": "inquiry", "source": "call"}]


async def test_the_order_of_arrival_changes_nothing(source: Connected):
    at, known = now_of(source), set()
    parts = [*a_call(at)[2:5], mango_summary(at - 40, at - 32, at)]

    for number, order in enumerate(permutations(parts)):
        for told_part in order:
            own = told_part.replace("Nzg1MTQ=", f"call{number}").replace("79161234567", f"7916100{number:04d}")
            await mango(source, own)
        call = next(call for call in calls(source.club) if call.outside == f"call{number}")
        facts = str(said(source.club, call.client_id))
        known.add((call.state, call.seconds, call.extension, call.answered_at, call.ended_at, call.began_at, facts))

    assert len(known) == 1


async def test_seq_and_timestamp_may_be_texts(source: Connected):
    at = now_of(source)
    await mango(source, mango_event(at, '"2"', "Connected").replace(f'"timestamp":{at}', f'"timestamp":"{at}"'))
    await mango(source, mango_event(at, '"1"', "Appeared"))

    assert the_call(source.club).state == "talking"


async def test_a_summary_may_be_posted_where_events_are_and_say_that_nobody_talked_with_a_good_result(source: Connected):
    at = now_of(source)

    await mango(source, mango_summary(at - 20, 0, at, entry_result="1"), tail="/events/call")

    call = the_call(source.club)
    assert (call.state, call.seconds) == ("ended", 0)
    assert said(source.club, call.client_id)[0] == contact("in", "no_answer", seconds=0)


async def test_an_outgoing_call_is_a_contact_of_whom_was_called(source: Connected):
    anna = int(await source.api.add("Anna", phone=ANNA))
    source.api.later(hours=1)
    at = now_of(source)
    who = {"call_direction": "2", "from": '{"extension":"101","number":"sip:ivan@vpbx.example"}', "to": '{"number":"79161234567"}'}

    await mango(source, mango_summary(at - 20, at - 10, at, **who), tail="/events/summary")

    assert said(source.club, anna)[-1] == contact("out", seconds=10)


async def test_a_call_within_the_club_is_a_line(source: Connected):
    at = now_of(source)
    who = {"from": '{"extension":"102","number":"sip:olga@vpbx.example"}', "to": '{"extension":"101"}'}

    await mango(source, mango_event(at, 1, "Appeared", **who))

    assert (the_call(source.club).direction, the_call(source.club).client_id) == ("inner", None)


@pytest.mark.parametrize(
    "who", ["", "{}", '{"number":""}', '{"number":"sip:79161234567@vpbx.example"}', '{"number":"7800123456789"}', '{"number":"112"}', '{"number":"78005553535"}']
)
async def test_a_number_of_nobody_is_a_line_and_no_client(source: Connected, who):
    at = now_of(source)
    await mango(source, mango_event(at, 1, "Appeared", **{"from": who}))
    await mango(source, mango_summary(at - 9, 0, at, **{"from": who}), tail="/events/summary")

    assert the_call(source.club).client_id is None
    assert (await source.api.get("/clients")).json()["items"] == []


async def test_what_is_sent_twice_has_one_effect(source: Connected):
    at = now_of(source)
    parts = [*a_call(at), mango_summary(at - 40, at - 32, at)]
    for told_part in parts:
        await mango(source, told_part)
    before, known = rows_of_everything(source.club), told(source.club)

    for told_part in reversed(parts):
        assert (await mango(source, told_part)).status_code == 200

    assert (rows_of_everything(source.club), told(source.club)) == (before, known)


@pytest.mark.parametrize("wrong", [{"salt": "another"}, {"salt": ""}, {"key": "another"}])
async def test_who_signs_wrongly_reads_the_refusal_of_mango(source: Connected, wrong):
    before = rows_of_everything(source.club)

    answer = await mango(source, mango_event(now_of(source), 1, "Appeared"), **wrong)

    assert (answer.status_code, answer.json()) == (420, {"code": 3104})
    assert rows_of_everything(source.club) == before


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"vpbx_api_key=vpbx-key", urlencode({"json": "{}", "sign": ""}).encode()])
async def test_a_body_without_a_signature_is_refused(source: Connected, body):
    assert (await source.send(body, tail="/events/call", headers=FORM)).status_code == 420


async def test_the_signature_is_over_the_text_as_it_came(source: Connected):
    spaced = mango_event(now_of(source), 1, "Appeared").replace(",", " ,  ").replace(":", " : ", 3)

    assert (await mango(source, spaced)).status_code == 200


@pytest.mark.parametrize("late", [-3600, -600, 600])
async def test_what_was_signed_at_another_time_is_refused(source: Connected, late):
    before = rows_of_everything(source.club)

    answer = await mango(source, mango_event(now_of(source) + late, 1, "Appeared"))

    assert answer.status_code == 401
    assert rows_of_everything(source.club) == before


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (None, "json"),
        ("", "body"),
        ('{"entry_id" "x"}', "body"),
        ("[]", "body"),
        ('{"entry_id":"x","call_state":"Appeared"}', "call_id"),
        ('{"entry_id":"x","call_id":"y","call_state":"Vanished"}', "call_state"),
        ('{"entry_id":"x","call_id":"y","call_state":"Appeared","from":"7916"}', "from"),
        ('{"entry_id":"x","call_id":"y","call_state":"Appeared","seq":"first"}', "seq"),
        ('{"entry_id":"x","call_id":"y","call_state":"Appeared","timestamp":"soon"}', "timestamp"),
        ('{"call_id":"y","talk_time":0}', "entry_id"),
    ],
)
async def test_what_is_missing_or_odd_is_named(source: Connected, text, field):
    answer = await mango(source, text)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert calls(source.club) == []


@pytest.mark.parametrize("told_part", ['{"command_id":"1","result":1000}', '{"recording_id":"x","recording_state":"Started","seq":1,"entry_id":"x"}'])
async def test_what_is_no_news_of_a_call_is_thanked_for(source: Connected, told_part):
    assert (await mango(source, told_part, tail="/events/recording")).status_code == 200
    assert calls(source.club) == []
