"""Asterisk: legs joined to calls by their Linkedid, a connection that mends itself, and the same calls in the club."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lifecycle.errors import BadInput, Refused
from lifecycle.intake.ami import Connector, Manager, Post
from lifecycle.intake.asterisk import Switchboard, messages
from tests.intake import asterisk_text as text
from tests.intake.asterisk_text import INCOMING, MISSED, OUTGOING, TRUNK, dialled, event
from tests.intake.conftest import Doors
from tests.intake.telephone import ANNA, contact, said, the_call

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def told(*events: str, every: float = 5) -> list[dict[str, Any]]:
    """What a switchboard reports of events some seconds apart."""
    board, reports = Switchboard(), []
    for number, one in enumerate(messages("".join(events))):
        reports += board.tell(one, NOON + timedelta(seconds=number * every))
    return reports


def briefly(reports: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [(one["state"], one["direction"], one["number"], one["line"], one["extension"]) for one in reports]


def test_an_incoming_call_rings_is_answered_and_ends():
    reports = told(*INCOMING)

    assert briefly(reports) == [
        ("ringing", "in", "79161234567", "74951234567", ""),
        ("ringing", "in", "79161234567", "74951234567", "101"),
        ("talking", "in", "79161234567", "74951234567", "101"),
        ("ended", "in", "79161234567", "74951234567", "101"),
    ]
    assert {one["call"] for one in reports} == {TRUNK}
    assert (reports[-1]["seconds"], reports[-1]["answered"]) == (10, True)


@pytest.mark.parametrize("status", ["NOANSWER", "BUSY", "CANCEL", "CHANUNAVAIL", "CONGESTION"])
def test_nobody_answered(status):
    reports = told(*(one.replace("NOANSWER", status) for one in MISSED))

    assert [one["state"] for one in reports] == ["ringing", "ringing", "ended"]
    assert (reports[-1]["answered"], reports[-1]["seconds"], reports[-1]["why"]) == (False, 0, status)


def test_an_outgoing_call_is_to_the_number_that_was_dialled():
    reports = told(*OUTGOING)

    assert briefly(reports)[-1] == ("ended", "out", "89161234567", "", "101")
    assert [one["state"] for one in reports] == ["ringing", "talking", "ended"]


def test_a_call_within_the_house_is_told_as_one():
    inside = [one.replace("89161234567", "102").replace("from-trunk", "from-internal") for one in OUTGOING]

    assert briefly(told(*inside))[0] == ("ringing", "inner", "101", "", "")


def test_a_queue_that_rings_for_several_is_one_call_of_who_took_it():
    queue = [
        INCOMING[0], dialled("DialBegin", "101", unique="2"), dialled("DialBegin", "102", unique="3"),
        dialled("DialEnd", "101", unique="2", DialStatus="CANCEL"), event("Hangup", unique="2"),
        event("AgentConnect", Interface="PJSIP/102", Queue="desk", MemberName="Ivan", RingTime="4", HoldTime="9"),
        event("Hangup", unique="3"), event("Hangup"),
    ]  # fmt: skip

    reports = told(*queue)

    assert reports[-1]["extension"] == "102"
    assert [one["state"] for one in reports if one["state"] != "ringing"] == ["talking", "ended"]


def test_a_number_that_is_told_later_is_taken_and_a_hidden_one_stays_hidden():
    late = [event("Newchannel", CallerIDNum="<unknown>"), event("NewCallerid"), *INCOMING[2:]]
    hidden = [one.replace("CallerIDNum: 79161234567", "CallerIDNum: <unknown>") for one in INCOMING]

    assert briefly(told(*late))[-1][2] == "79161234567"
    assert {(one["direction"], one["number"]) for one in told(*hidden)} == {("in", "")}


def test_two_calls_at_once_are_two():
    other = [one.replace(TRUNK, "55.1").replace(text.DESK, "55.2").replace("79161234567", "79160000000") for one in INCOMING]

    reports = told(*(one for pair in zip(INCOMING, other, strict=True) for one in pair))

    assert [one["number"] for one in reports if one["state"] == "ended"] == ["79161234567", "79160000000"]


def test_a_moment_that_the_manager_tells_is_believed():
    reports = told(*(one.replace("Privilege", f"Timestamp: {1772442000 + number}.5\r\nPrivilege") for number, one in enumerate(INCOMING)))

    assert reports[0]["at"] == "2026-03-02T09:00:00.500000+00:00"


@pytest.mark.parametrize("odd", ["", "\r\n\r\n", "Event\r\n\r\n", "Event: Hangup\r\n\r\n", "Event: Newchannel\r\nLinkedid: 1\r\n\r\n", "Event: DialEnd\r\nLinkedid: 7\r\n\r\n"])
def test_odd_text_says_nothing(odd):
    assert told(odd) == []


def test_calls_that_are_gone_after_a_lost_connection_end():
    board = Switchboard()
    for one in messages("".join([*INCOMING[:4], *(one.replace(TRUNK, "66.1") for one in INCOMING[:1])])):
        board.tell(one, NOON)

    reports = board.alone({"66.1"}, NOON + timedelta(minutes=2))

    assert [(one["call"], one["state"]) for one in reports] == [(TRUNK, "ended")]
    assert board.alone({"66.1"}, NOON) == []


# --- the connection ---------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def listening(port: int, report: Callable[[dict[str, Any]], Any], **how: Any) -> AsyncIterator[asyncio.Task[None]]:
    """A connector at work; short waits."""
    made = Manager("127.0.0.1", port, "club", how.pop("secret", "amp111"))
    connector = Connector(made, report, lambda: datetime.now(UTC), wait=0.02, **how)
    task = asyncio.create_task(connector.run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Refused):
            await task


async def until(holds: Callable[[], object]) -> None:
    for _ in range(400):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to be")


class Heard(list[dict[str, Any]]):
    """Reports that were taken; `away` while the club is not there."""

    away = False

    async def __call__(self, report: dict[str, Any]) -> bool:
        if not self.away:
            self.append(report)
        return not self.away

    @property
    def states(self) -> list[str]:
        return [one["state"] for one in self]


async def test_it_signs_in_and_reports_what_it_hears():
    heard = Heard()
    async with text.manager() as asterisk, listening(asterisk.port, heard):
        await until(lambda: asterisk.heard)
        asterisk.say(*INCOMING)
        await until(lambda: len(heard) == 4)

    assert heard.states == ["ringing", "ringing", "talking", "ended"]
    assert asterisk.actions[0] == {"Action": "Login", "Username": "club", "Secret": "amp111", "Events": "call,agent", "ActionID": "login"}


async def test_events_may_come_in_pieces():
    heard = Heard()
    async with text.manager() as asterisk, listening(asterisk.port, heard):
        await until(lambda: asterisk.heard)
        whole = "".join(INCOMING)
        for start in range(0, len(whole), 97):
            asterisk.say(whole[start : start + 97])
            await asyncio.sleep(0)
        await until(lambda: len(heard) == 4)


async def test_after_a_broken_connection_it_listens_again_and_ends_what_ended_meanwhile():
    heard = Heard()
    async with text.manager() as asterisk, listening(asterisk.port, heard):
        await until(lambda: asterisk.heard)
        asterisk.say(*INCOMING[:4], *(one.replace(TRUNK, "66.1").replace("79161234567", "79160000000") for one in INCOMING[:1]))
        await until(lambda: len(heard) == 4)
        asterisk.channels = [INCOMING[0].replace(TRUNK, "66.1").replace("79161234567", "79160000000")]

        asterisk.cut()

        await until(lambda: asterisk.heard)
        await until(lambda: len(heard) == 5)
    assert (heard[-1]["call"], heard[-1]["state"], heard[-1]["answered"]) == (TRUNK, "ended", True)


async def test_reports_wait_in_order_while_the_club_is_away():
    heard = Heard()
    heard.away = True
    async with text.manager() as asterisk, listening(asterisk.port, heard):
        await until(lambda: asterisk.heard)
        asterisk.say(*INCOMING)
        await asyncio.sleep(0.2)
        assert heard == []

        heard.away = False

        await until(lambda: len(heard) == 4)
    assert heard.states == ["ringing", "ringing", "talking", "ended"]


async def test_a_connection_that_falls_silent_is_made_anew():
    heard = Heard()
    async with text.manager() as asterisk, listening(asterisk.port, heard, ping_every=60, silence=0.2):
        await until(lambda: asterisk.heard)

        await until(lambda: sum(one["Action"] == "Login" for one in asterisk.actions) >= 2)


@pytest.mark.parametrize("steps", range(8))
async def test_it_stops_when_it_is_told_to_whatever_it_hears_at_that_moment(steps: int):
    async with text.manager() as asterisk, listening(asterisk.port, Heard()) as task:
        await until(lambda: asterisk.heard)

        asterisk.say("Event: FullyBooted\r\n\r\n" * 3)
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        stopped, _ = await asyncio.wait({task}, timeout=2)

        assert stopped
        assert task.cancelled()


async def test_it_asks_whether_anybody_is_there():
    async with text.manager() as asterisk, listening(asterisk.port, Heard(), ping_every=0.05, silence=5):
        await until(lambda: sum(one["Action"] == "Ping" for one in asterisk.actions) >= 2)

        assert asterisk.heard == 1


async def test_a_user_that_asterisk_does_not_know_is_told_at_once():
    async with text.manager() as asterisk, listening(asterisk.port, Heard(), secret="wrong") as task:
        with pytest.raises(Refused) as refused:
            await asyncio.wait_for(asyncio.shield(task), 5)

    assert refused.value.code == "asterisk_refused"


async def test_another_program_at_that_port_is_left_alone():
    async with text.manager() as asterisk, listening(asterisk.port, Heard()):
        asterisk.greets = False
        await asyncio.sleep(0.2)
        assert asterisk.actions == []

        asterisk.greets = True

        await until(lambda: asterisk.heard)


@pytest.mark.parametrize(("user", "secret"), [("club\r\nAction: Originate", "x"), ("club", "x\nEvents: on")])
def test_nothing_else_is_said_through_a_name(user, secret):
    with pytest.raises(BadInput):
        Manager("127.0.0.1", 5038, user, secret)


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "ftp://x", "club.example/hooks/x"])
def test_reports_go_to_a_web_address_only(address):
    with pytest.raises(BadInput):
        Post(address, "secret", lambda: NOON)


async def test_a_call_at_asterisk_is_a_call_of_the_club(connect: Doors):
    source = connect("asterisk", branch="main")
    lock = asyncio.Lock()

    async def report(one: dict[str, Any]) -> bool:
        async with lock:
            return (await source.send(one)).status_code == 200

    async with text.manager() as asterisk, listening(asterisk.port, report):
        await until(lambda: asterisk.heard)
        asterisk.say(*INCOMING)
        await until(lambda: len(source.deliveries()) == 4 and source.deliveries()[-1].state == "done")

    call = the_call(source.club)
    assert (call.state, call.e164, call.line, call.extension) == ("ended", ANNA, "74951234567", "101")
    assert said(source.club, call.client_id) == [contact("in", seconds=0), {"type": "inquiry", "source": "call"}]
