"""Zadarma, in its own words: the check of the address, which fields each notification signs, its dispositions."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.intake.conftest import Connected, Doors, rows_of_everything
from tests.intake.telephone import ANNA, calls, contact, said, the_call, told, zadarma, zadarma_event

A_CALL = ("NOTIFY_START", "NOTIFY_INTERNAL", "NOTIFY_ANSWER", "NOTIFY_END")


@pytest.fixture
async def source(connect: Doors) -> Connected:
    return connect("zadarma", branch="main", secret="the-secret-of-zadarma")


async def test_the_address_is_checked_by_an_echo(source: Connected):
    answer = await source.api.http.get(f"/hooks/{source.code}", params={"zd_echo": "a1b2c3"})

    assert (answer.status_code, answer.text) == (200, "a1b2c3")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("echo", ["", "<script>alert(1)</script>", "x" * 500, "a\nb"])
async def test_only_a_plain_word_is_echoed(source: Connected, echo):
    answer = await source.api.http.get(f"/hooks/{source.code}", params={"zd_echo": echo})

    assert answer.status_code == 401


async def test_a_call_from_the_first_ring_to_the_end(source: Connected):
    states = []
    for event in A_CALL:
        assert (await zadarma(source, zadarma_event(event))).status_code == 200
        states.append(the_call(source.club).state)

    call = the_call(source.club)
    assert states == ["ringing", "ringing", "talking", "ended"]
    assert (call.e164, call.line, call.extension, call.seconds) == (ANNA, "74951234567", "101", 31)
    assert said(source.club, call.client_id) == [contact("in", seconds=31), {"type": "inquiry", "source": "call"}]


async def test_the_order_of_arrival_changes_nothing(source: Connected):
    known = set()
    for number, order in enumerate(permutations(A_CALL)):
        for event in order:
            await zadarma(source, zadarma_event(event, pbx_call_id=f"c{number}", caller_id=f"+7916100{number:04d}"))
        call = next(call for call in calls(source.club) if call.outside == f"c{number}")
        known.add((call.state, call.seconds, call.extension, str(said(source.club, call.client_id))))

    assert len(known) == 1


@pytest.mark.parametrize(
    "disposition",
    ["busy", "cancel", "no answer", "failed", "no money", "unallocated number", "no limit", "no day limit", "line limit", "no money, no limit"],
)
async def test_nobody_talked(source: Connected, disposition):
    await zadarma(source, zadarma_event("NOTIFY_START"))
    await zadarma(source, zadarma_event("NOTIFY_END", disposition=disposition, duration="14"))

    assert said(source.club, the_call(source.club).client_id)[0] == contact("in", "no_answer", seconds=0)


async def test_an_outgoing_call_is_a_contact_of_whom_was_called(source: Connected):
    anna = int(await source.api.add("Anna", phone=ANNA))
    source.api.later(hours=1)

    for event in ("NOTIFY_OUT_START", "NOTIFY_OUT_END", "NOTIFY_RECORD"):
        assert (await zadarma(source, zadarma_event(event))).status_code == 200

    assert said(source.club, anna)[-1] == contact("out", seconds=12)
    assert len(calls(source.club)) == 1


@pytest.mark.parametrize("event", [*A_CALL, "NOTIFY_IVR", "NOTIFY_OUT_START", "NOTIFY_OUT_END", "NOTIFY_RECORD"])
async def test_each_notification_signs_its_own_fields(source: Connected, event):
    before = rows_of_everything(source.club)
    assert (await zadarma(source, zadarma_event(event), secret="another-secret")).status_code == 401
    assert rows_of_everything(source.club) == before

    assert (await zadarma(source, zadarma_event(event))).status_code == 200


async def test_a_signed_field_cannot_be_changed(source: Connected):
    fields = zadarma_event("NOTIFY_START")
    before = rows_of_everything(source.club)

    async def altered(body: bytes, **how):
        return await source_send(body.replace(b"79161234567", b"79990000000"), **how)

    source_send = source.send
    source.send = altered  # type: ignore[method-assign]

    assert (await zadarma(source, fields)).status_code == 401
    assert rows_of_everything(source.club) == before


async def test_what_is_sent_twice_has_one_effect(source: Connected):
    for event in A_CALL:
        await zadarma(source, zadarma_event(event))
    before, known = rows_of_everything(source.club), told(source.club)

    for event in (*A_CALL, *reversed(A_CALL)):
        assert (await zadarma(source, zadarma_event(event))).status_code == 200

    assert (rows_of_everything(source.club), told(source.club)) == (before, known)


@pytest.mark.parametrize("caller", ["", "anonymous", "101", "112", "78005553535", "sip:a@b.example"])
async def test_a_number_of_nobody_is_a_line_and_no_client(source: Connected, caller):
    await zadarma(source, zadarma_event("NOTIFY_START", caller_id=caller))
    await zadarma(source, zadarma_event("NOTIFY_END", caller_id=caller))

    assert the_call(source.club).client_id is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"caller_id": "1"}, "event"),
        ({"event": "NOTIFY_START", "caller_id": "+79161234567"}, "pbx_call_id"),
        ({"event": "NOTIFY_END", "pbx_call_id": "x", "duration": "long"}, "duration"),
    ],
)
async def test_what_is_missing_or_odd_is_named(source: Connected, fields, field):
    answer = await zadarma(source, fields)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert calls(source.club) == []
