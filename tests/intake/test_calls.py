"""What becomes of calls in the club: leads, contacts, families, branches by the line that was called, calls left open."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from lifecycle import store
from lifecycle.actions import calls as doors
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound, Refused
from tests.intake.conftest import Connected, Doors, rows_of_everything
from tests.intake.telephone import ANNA, calls, contact, said, the_call

DINA = Desk(None, "Dina", "front_desk", frozenset({1}))


@pytest.fixture
async def source(connect: Doors) -> Connected:
    return connect("telephony", branch="main")


async def rings(source: Connected, number: str = ANNA, call: str = "c1", **more: Any) -> None:
    answer = await source.send({"call": call, "state": "ringing", "direction": "in", "number": number, **more})
    assert answer.status_code == 200, answer.text


async def ends(source: Connected, seconds: int = 0, call: str = "c1", **more: Any) -> None:
    answer = await source.send({"call": call, "state": "ended", "seconds": seconds, **more})
    assert answer.status_code == 200, answer.text


async def test_a_stranger_is_a_lead_whose_relation_is_new_also_when_the_call_is_over(source: Connected):
    await rings(source)
    source.api.later(seconds=40)
    await ends(source, 30)

    client = the_call(source.club).client_id
    assert said(source.club, client) == [contact("in", seconds=30), {"type": "inquiry", "source": "call"}]
    shown = (await source.api.get(f"/clients/{client}")).json()
    assert (shown["placement"]["relation"], shown["placement"]["folders"], shown["source"]) == ("new", ["potential"], "call")
    assert shown["name"] == "+7 916 123-45-67"


async def test_a_known_caller_gets_a_contact_and_no_inquiry(source: Connected):
    anna = int(await source.api.add("Anna", phone="8 916 123-45-67"))
    source.api.later(minutes=1)

    await rings(source)
    await ends(source)

    assert said(source.club, anna)[1:] == [contact("in", "no_answer", seconds=0)]


async def test_a_second_call_of_the_same_stranger_is_a_contact_of_the_lead(source: Connected):
    await rings(source)
    await ends(source)
    source.api.later(minutes=5)
    await rings(source, call="c2")
    await ends(source, 12, call="c2")

    assert len({call.client_id for call in calls(source.club)}) == 1
    assert [fact["type"] for fact in said(source.club, the_client(source))] == ["contact", "inquiry", "contact"]


def the_client(source: Connected) -> int:
    [client] = {call.client_id for call in calls(source.club)}
    assert client is not None
    return client


async def test_two_calls_of_one_stranger_at_once_make_one_client(source: Connected):
    await asyncio.gather(*(rings(source, call=f"c{number}") for number in range(4)))

    assert len({call.client_id for call in calls(source.club)}) == 1
    assert source.api.counted() == (1, 1)


async def test_all_reports_of_a_call_at_once_make_one_call(source: Connected):
    said_of_it = [("ringing", None), ("talking", None), ("ended", 9)]
    bodies = [{"call": "c1", "state": state, "number": ANNA, "seconds": seconds} for state, seconds in said_of_it] * 3

    await asyncio.gather(*(source.send(body) for body in bodies))

    call = the_call(source.club)
    assert (call.state, call.seconds) == ("ended", 9)
    assert said(source.club, call.client_id) == [contact("in", seconds=9), {"type": "inquiry", "source": "call"}]
    assert source.api.is_sound()


async def test_a_call_told_of_hours_later_stands_in_its_own_time(source: Connected):
    began = source.club.clock.now() - timedelta(hours=20)

    await ends(source, 0, number=ANNA, at=began.isoformat())

    with source.club.reading() as conn:
        facts = store.facts.of_client(conn, the_client(source))
    assert [fact.type for fact in facts] == ["contact", "inquiry"]
    assert facts[1].at == began


async def test_an_exchange_whose_clock_runs_ahead_is_not_believed(source: Connected):
    await rings(source, at=(source.club.clock.now() + timedelta(hours=3)).isoformat())

    assert the_call(source.club).began_at == source.club.clock.now()


async def test_a_family_shares_a_number_and_the_desk_says_who_it_is(source: Connected):
    anna = int(await source.api.member("Anna", phone=ANNA))
    boris = int(await source.api.add("Boris", phone=ANNA))
    source.api.later(minutes=1)
    await rings(source)
    call = the_call(source.club)
    assert call.client_id == anna

    doors.choose(source.club, DINA, call.id, boris)
    await ends(source, 20)

    assert said(source.club, boris)[-1] == contact("in", seconds=20)
    assert not [fact for fact in said(source.club, anna) if fact["type"] == "contact"]


async def test_who_it_was_may_be_said_after_the_call(source: Connected):
    anna = int(await source.api.member("Anna", phone=ANNA))
    boris = int(await source.api.add("Boris", phone=ANNA))
    source.api.later(minutes=1)
    await rings(source)
    await ends(source, 20)
    assert said(source.club, anna)[-1] == contact("in", seconds=20)

    doors.choose(source.club, DINA, the_call(source.club).id, boris)

    assert said(source.club, boris)[-1] == contact("in", seconds=20)
    assert not [fact for fact in said(source.club, anna) if fact["type"] == "contact"]
    assert source.api.is_sound()


async def test_somebody_with_another_number_is_not_the_caller(source: Connected):
    stranger = int(await source.api.add("Vera", phone="+79165554433"))
    await rings(source)

    with pytest.raises(NotFound):
        doors.choose(source.club, DINA, the_call(source.club).id, stranger)


async def test_a_note_becomes_the_comment_of_the_contact_by_whose_hand_it_is(source: Connected):
    await rings(source)
    doors.note(source.club, DINA, the_call(source.club).id, text=" Will come on Monday ")
    await ends(source, 20)
    call = the_call(source.club)
    assert said(source.club, call.client_id)[0] == contact("in", seconds=20, comment="Will come on Monday")

    doors.note(source.club, DINA, call.id, text="On Tuesday")

    assert said(source.club, call.client_id)[0] == contact("in", seconds=20, comment="On Tuesday")
    with source.club.reading() as conn:
        assert store.facts.history(conn, the_client(source))[0].by in ("Dina", "club")
    assert source.api.is_sound()


async def test_an_empty_note_is_none(source: Connected):
    await rings(source)

    with pytest.raises(BadInput):
        doors.note(source.club, DINA, the_call(source.club).id, text="  ")


@pytest.mark.parametrize(
    ("desk", "refused"),
    [
        (Desk(None, "South", "front_desk", frozenset({2})), NotFound),
        (Desk(None, "Trainer", "trainer", frozenset({1})), Refused),
        (Desk(None, "Auditor", "auditor"), Refused),
    ],
)
async def test_who_has_no_right_to_a_call_cannot_touch_it(source: Connected, desk, refused):
    await rings(source)
    call = the_call(source.club)
    before = rows_of_everything(source.club)

    for deed in (lambda: doors.take_on(source.club, desk, call.id), lambda: doors.note(source.club, desk, call.id, text="x")):
        with pytest.raises(refused):
            deed()

    assert rows_of_everything(source.club) == before


async def test_whoever_takes_a_call_first_has_it(source: Connected):
    await rings(source)
    call = the_call(source.club)

    doors.take_on(source.club, DINA, call.id)
    doors.take_on(source.club, Desk(None, "Olga", "owner"), call.id)

    assert the_call(source.club).detail["taken"]["name"] == "Dina"


@pytest.mark.parametrize(("line", "branch"), [("74951234567", "main"), ("0443334455", "south"), ("380443334455", "south"), ("", "main"), ("1", "main")])
async def test_the_line_that_was_called_says_which_branch_it_is(connect: Doors, line, branch):
    source = connect("telephony", lines="8 (495) 123-45-67 = main; +380 44 333 44 55 = south")

    await rings(source, line=line)

    with source.club.reading() as conn:
        assert store.branches.by_id(conn)[the_call(source.club).branch_id].code == branch


async def test_numbers_are_read_by_the_habits_of_the_branch(connect: Doors):
    source = connect("telephony", branch="south")

    await rings(source, "80 67 123 45 67")

    assert the_call(source.club).e164 == "+380671234567"


@pytest.mark.parametrize(
    ("state", "minutes", "becomes", "fact"),
    [
        ("ringing", 9, "ringing", None),
        ("ringing", 11, "ended", contact("in", "no_answer", seconds=0)),
        ("talking", 200, "talking", None),
        ("talking", 250, "ended", contact("in", seconds=0)),
    ],
)
async def test_a_call_whose_end_was_lost_ends_by_the_clock(source: Connected, state, minutes, becomes, fact):
    await rings(source)
    if state == "talking":
        await source.send({"call": "c1", "state": "talking"})
    source.api.later(minutes=minutes)

    doors.settle(source.club)
    doors.settle(source.club)

    call = the_call(source.club)
    assert call.state == becomes
    assert [one for one in said(source.club, call.client_id) if one["type"] == "contact"] == ([fact] if fact else [])


async def test_an_end_that_was_guessed_gives_way_to_the_true_one(source: Connected):
    await rings(source)
    source.api.later(minutes=30)
    doors.settle(source.club)
    await ends(source, 600)

    assert said(source.club, the_client(source))[0] == contact("in", seconds=600)
    assert source.api.is_sound()


async def test_other_programs_hear_of_calls_without_numbers(source: Connected):
    await rings(source)
    await ends(source, 5)

    items = [item for item in (await source.api.get("/changes")).json()["items"] if item["what"] == "call"]

    assert [item["after"]["state"] for item in items] == ["ringing", "ended"]
    assert "916" not in str(items)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "ringing"}, "call"),
        ({"call": "c1"}, "state"),
        ({"call": "c1", "state": "dreaming"}, "state"),
        ({"call": "c1", "state": "ringing", "direction": "up"}, "direction"),
        ({"call": "c1", "state": "ended", "seconds": -1}, "seconds"),
        ({"call": "c1", "state": "ended", "seconds": "1.5"}, "seconds"),
        ({"call": "c1", "state": "ended", "answered": "perhaps"}, "answered"),
        ({"call": "c1", "state": "ended", "at": "2026-03-02T12:00:00"}, "at"),
        ({"call": "c1", "state": "ended", "at": "yesterday"}, "at"),
        ({"call": "x" * 201, "state": "ended"}, "call"),
        ({"call": "c1", "state": "ringing", "number": {"x": 1}}, "number"),
    ],
)
async def test_what_is_missing_or_odd_is_named(source: Connected, body, field):
    answer = await source.send(body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert calls(source.club) == []


@pytest.mark.parametrize("at", [1772442000, "1772442000", "2026-03-02T09:00:00+00:00", "2026-03-02T09:00:00Z"])
async def test_a_moment_may_be_told_in_several_ways(source: Connected, at):
    await rings(source, at=at)

    assert the_call(source.club).began_at.isoformat() == "2026-03-02T09:00:00+00:00"
