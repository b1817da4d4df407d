"""Binotel, in its own words: what it posts, what it reads, and that it sends again until it reads that."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.intake.conftest import Connected, Doors, rows_of_everything
from tests.intake.telephone import (
    HUNG_UP,
    RECEIVED,
    TAKEN_UP,
    binotel,
    calls,
    completed,
    contact,
    said,
    the_call,
    told,
)


def started(source: Connected) -> int:
    return int(source.club.clock.now().timestamp())


async def test_a_ringing_call_of_a_stranger_is_there_at_once_with_its_lead(connect: Doors):
    source = connect("binotel", branch="south")

    answer = await binotel(source, RECEIVED)

    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    call = the_call(source.club)
    assert (call.state, call.direction, call.e164, call.line, call.extension) == ("ringing", "in", "+380671234567", "0443334455", "901")
    assert said(source.club, call.client_id) == [{"type": "inquiry", "source": "call"}]


async def test_a_call_is_put_together_from_all_that_is_posted(connect: Doors):
    source = connect("binotel", branch="south")

    for body in (RECEIVED, TAKEN_UP, HUNG_UP, completed(started(source))):
        assert (await binotel(source, body)).json() == {"status": "success"}

    call = the_call(source.club)
    assert (call.state, call.extension, call.seconds) == ("ended", "902", 31)
    assert said(source.club, call.client_id) == [contact("in", seconds=31), {"type": "inquiry", "source": "call"}]


async def test_the_order_of_arrival_changes_nothing(connect: Doors):
    seen = []
    source = connect("binotel", branch="south")
    start = started(source)
    for number, order in enumerate(permutations((RECEIVED, TAKEN_UP, HUNG_UP, completed(start)))):
        phone = f"06712{number:05d}"
        for body in order:
            renamed = body.replace("0671234567", phone).replace("4711", f"4711{number:02d}")
            assert (await binotel(source, renamed)).status_code == 200
        client = calls(source.club)[-1].client_id if number == 0 else max(call.client_id for call in calls(source.club) if call.client_id)
        seen.append(said(source.club, client))

    assert len(calls(source.club)) == 24
    assert all(one == [contact("in", seconds=31), {"type": "inquiry", "source": "call"}] for one in seen)


async def test_what_it_sends_again_has_no_second_effect(connect: Doors):
    source = connect("binotel", branch="south")
    bodies = (RECEIVED, TAKEN_UP, HUNG_UP, completed(started(source)))
    for body in bodies:
        await binotel(source, body)
    before, known = rows_of_everything(source.club), told(source.club)

    for body in (*bodies, *bodies):
        assert (await binotel(source, body)).json() == {"status": "success"}

    assert rows_of_everything(source.club) == before
    assert told(source.club) == known


@pytest.mark.parametrize("disposition", ["NOANSWER", "BUSY", "CANCEL", "CONGESTION", "CHANUNAVAIL", "FAILED", "VM", "VM-SUCCESS"])
async def test_nobody_talked(connect: Doors, disposition):
    source = connect("binotel", branch="south")
    await binotel(source, RECEIVED)

    await binotel(source, completed(started(source), disposition=disposition, billsec="0"))

    assert said(source.club, the_call(source.club).client_id)[0] == contact("in", "no_answer", seconds=0)


async def test_an_outgoing_call_to_a_stranger_makes_no_lead(connect: Doors):
    source = connect("binotel", branch="south")

    await binotel(source, completed(started(source), callType="1"))

    call = the_call(source.club)
    assert (call.direction, call.e164, call.client_id) == ("out", "+380671234567", None)


@pytest.mark.parametrize("number", ["", "901", "anonymous", "112", "0800500500"])
async def test_a_number_of_nobody_is_a_line_and_no_client(connect: Doors, number):
    source = connect("binotel", branch="south")

    await binotel(source, RECEIVED.replace("externalNumber=0671234567", f"externalNumber={number}"))
    await binotel(source, HUNG_UP)

    call = the_call(source.club)
    assert (call.state, call.typed, call.client_id) == ("ended", number, None)


@pytest.mark.parametrize("secret", ["", "x", "something-else-entirely"])
async def test_without_the_secret_nothing_is_taken(connect: Doors, secret):
    source = connect("binotel")
    before = rows_of_everything(source.club)

    answer = await binotel(source, RECEIVED, secret=secret)

    assert answer.status_code == 401
    assert rows_of_everything(source.club) == before


@pytest.mark.parametrize(("hosts", "status"), [("", 200), ("10.0.0.1", 200), ("192.0.2.1, 10.0.0.0/8", 200), ("192.0.2.1", 401), ("localhost", 401)])
async def test_only_named_hosts_may_post(connect: Doors, hosts, status):
    source = connect("binotel", **({"hosts": hosts} if hosts else {}))

    assert (await binotel(source, RECEIVED)).status_code == status


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", "requestType"),
        ("generalCallID=1", "requestType"),
        ("requestType=receivedTheCall&externalNumber=0671234567", "generalCallID"),
        ("requestType=apiCallCompleted&attemptsCounter=1", "generalCallID"),
        ("requestType=apiCallCompleted&callDetails=x", "callDetails"),
        ("requestType=hangupTheCall&generalCallID=1&billsec=many", "billsec"),
        ("requestType=hangupTheCall&generalCallID=1&billsec=-5", "billsec"),
        ("requestType=apiCallCompleted&callDetails[generalCallID]=1&callDetails[startTime]=yesterday", "startTime"),
        ("requestType=receivedTheCall&requestType[x]=1&generalCallID=1", "requestType"),
    ],
)
async def test_what_is_missing_or_odd_is_named(connect: Doors, body, field):
    source = connect("binotel")

    answer = await binotel(source, body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert calls(source.club) == []


@pytest.mark.parametrize("kind", ["apiCallSettings", "somethingNew"])
async def test_what_is_no_news_of_a_call_is_thanked_for(connect: Doors, kind):
    source = connect("binotel")

    answer = await binotel(source, f"requestType={kind}&externalNumber=0671234567&companyID=31&callType=0")

    assert answer.json() == {"status": "success"}
    assert calls(source.club) == []
    assert source.deliveries()[0].state == "done"


async def test_fields_nobody_asked_for_stay_in_the_delivery(connect: Doors):
    source = connect("binotel", branch="south")

    await binotel(source, RECEIVED + "&historyData[0]=x&pbxNumberData[name]=Main")

    assert the_call(source.club).state == "ringing"
    assert b"historyData" in source.deliveries()[0].body
