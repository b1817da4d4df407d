"""What the panel of calls says and to whom, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from club_ui import call_rows
from club_ui.call_rows import GONE, HELD, SMALL, Screen, panel, phase
from club_ui.state import calls as state
from club_ui.state.base import Here
from lifecycle import callers, store
from lifecycle.actions import calls, cards, deeds, recording, sources
from lifecycle.club import Club
from lifecycle.desk import CLUB, Desk
from lifecycle.store.calls import CallRow
from lifecycle.telephony import CallReport
from tests.ui.conftest import in_language

ANNA = "+79162041833"


@pytest.fixture
def rings(small_club: Club) -> Callable[..., CallRow]:
    """Report something of a call; gives the call as it is then."""
    made = sources.create(small_club, CLUB, kind="telephony", name="exchange", branch_id=1)

    def report(number: str = ANNA, state: str = "ringing", *, call: str = "c1", ago: float = 0, **more: Any) -> CallRow:
        at = small_club.clock.now() - timedelta(seconds=ago)
        with small_club.writing() as conn:
            source = store.sources.by_id(conn, made.source.id)
            assert source is not None
            told = CallReport(call, state, at, direction=more.pop("direction", "in"), number=number, **more)
            return calls.report_within(small_club, replace(CLUB, via="intake"), conn, source, told).call

    return report


@pytest.fixture
def shown(small_club: Club, here: Here) -> Callable[..., Any]:
    """The panel of a call as somebody sees it."""

    def shows(call: CallRow, screen: Screen | None = None, desk: Desk | None = None, language: str = "en") -> call_rows.CallPanel:
        looking = in_language(replace(here, scope=desk or here.scope), language)
        with small_club.reading() as conn:
            [found] = callers.of(conn, looking.scope, here.now, [call])
        stands = phase(call, screen or Screen(None), here.now)
        assert stands is not None
        return panel(language, found, stands, screen or Screen(None), here.now, here.zone, {})

    return shows


@pytest.mark.parametrize(
    ("state", "ago", "screen", "name"),
    [
        ("ringing", 0, Screen(1), "ringing"),
        ("talking", 0, Screen(1), "talking"),
        ("talking", 600, Screen(1), "talking"),
        ("talking", 0, Screen(1, phone="101"), "talking"),
        ("talking", 0, Screen(1, phone="102"), "trace"),
        ("talking", 5, Screen(1, phone="102"), "trace"),
        ("talking", 7, Screen(1, phone="102"), None),
        ("talking", 7, Screen(1, phone="102", marks={"1": HELD}), "talking"),
        ("ended", 5, Screen(1), "trace"),
        ("ended", 7, Screen(1), None),
        ("ended", 7, Screen(1, marks={"1": HELD}), "over"),
        ("ended", 7, Screen(1, marks={"1": HELD + SMALL}), "over"),
        ("ringing", 0, Screen(1, marks={"1": HELD + GONE}), None),
    ],
)
def test_how_a_call_stands_on_a_screen(rings, here, state, ago, screen, name):
    rings(ago=ago)

    call = rings(state=state, ago=ago, extension="101")

    found = phase(call, screen, here.now)
    assert (found and found.name) == name


def test_a_call_that_somebody_else_took_goes_and_ones_own_stays(rings, small_club, here):
    call = calls.take_on(small_club, Desk(7, "Dina", "front_desk", frozenset({1})), rings().id)
    later = here.now + timedelta(seconds=7)

    assert phase(call, Screen(7), later).name == "ringing"
    assert phase(call, Screen(8), here.now).name == "trace"
    assert phase(call, Screen(8), later) is None


@pytest.mark.parametrize("number", ["", "112", "78005553535", "sip:a@b.example", "7800123456789"])
def test_nobodys_number_rings_on_no_screen(rings, here, number):
    assert phase(rings(number), Screen(1), here.now) is None


@pytest.mark.parametrize("direction", ["out", "inner"])
def test_only_who_calls_the_club_is_shown(rings, here, direction):
    assert phase(rings(direction=direction), Screen(1), here.now) is None


@pytest.mark.parametrize(
    ("left", "language", "sentence"),
    [
        (-5, "en", "The membership was not renewed. “Yoga” ended on 25 February: day 5 of 16. Offer a renewal while the days of grace last."),
        (5, "ru", "Абонемент закончится через 5 дней. «Yoga» действует до 7 марта. Предложите продление."),
        (0, "en", "The membership ends today. “Yoga” is valid to 2 March. Offer a renewal."),
        (60, "uk", "Чинний клієнт. «Yoga» діє до 1 травня. Спитайте, як справи: сьогодні продавати нічого не треба."),
        (-40, "en", "Left lately. Day 40 of 90 after 21 January: still warm. Ask why they stopped, and offer to come back."),
    ],
)
def test_one_sentence_says_where_they_stand_why_and_what_to_offer(rings, shown, member, small_club, left, language, sentence):
    client = member(left=left)
    with small_club.writing() as conn:
        row = store.clients.get(conn, CLUB, client)
        store.clients.change(conn, row, {}, [call_rows.phones.understand(ANNA, "RU")])

    told = shown(rings(), language=language)

    assert f"{told.stands} {told.why} {told.offer}".replace("\u00a0", " ") == sentence


def test_whoever_owes_is_asked_for_that_first(rings, small_club, given, here, owner):
    given(phone=ANNA)
    call = rings()
    with small_club.reading() as conn:
        [found] = callers.of(conn, owner, here.now, [call])

    told = panel("en", replace(found, debt=450000), call_rows.Phase("ringing"), Screen(None), here.now, here.zone, {})

    assert found.debt == 0
    assert told.offer.replace("\u00a0", " ") == "Owes 4,500 ₽: settle that first."


def test_what_was_said_last_is_told_and_not_what_was_taken_back(rings, shown, given, small_club, owner):
    client = given({"type": "inquiry", "source": "site", "comment": "asked for the pool", "ago": 2}, phone=ANNA)
    said = deeds.record_contact(small_club, owner, client, key="w", direction="out", kind="other", outcome="thinking", comment="will think")
    recording.undo(small_club, owner, client, said.new_ids, key="u")

    assert "asked for the pool" in shown(rings()).last


def test_the_open_card_is_offered_and_its_comment_is_the_last_word(rings, shown, given, small_club, owner):
    client = given(phone=ANNA)
    card = cards.make(small_club, owner, key="k", client_id=client, comment="wants the morning group").card

    told = shown(rings())

    assert told.card == str(card.id)
    assert "wants the morning group" in told.last


def test_a_stranger_is_asked_for_a_name_until_there_is_one(rings, shown, small_club, owner):
    call = rings("+79165551122")
    assert shown(call).fresh

    from lifecycle.actions import clients

    clients.change_client(small_club, owner, call.client_id, version=1, name="Nina", source="referral")

    assert not shown(call).fresh
    assert shown(call).name_ == "Nina"
    with small_club.reading() as conn:
        assert store.clients.get(conn, CLUB, call.client_id).source == "referral"


def test_who_may_not_see_a_client_sees_a_number_only(rings, small_club, given, here):
    call = rings()
    with small_club.writing() as conn:
        south = store.branches.add(conn, code="south", name="South", timezone="Europe/Kyiv", country="UA")
    stranger = Desk(9, "South", "front_desk", frozenset({south}))
    with small_club.reading() as conn:
        assert callers.of(conn, stranger, here.now, [call]) == []
        assert callers.of(conn, Desk(9, "T", "trainer", frozenset({1})), here.now, [call]) == []


def test_a_client_of_another_branch_is_told_as_one(rings, shown, small_club, given):
    client = given(phone=ANNA)
    with small_club.writing() as conn:
        south = store.branches.add(conn, code="south", name="South", timezone="Europe/Kyiv", country="UA")
        row = store.clients.get(conn, CLUB, client)
        store.clients.change(conn, row, {"branch_id": south})

    told = shown(rings(), desk=Desk(9, "Main", "front_desk", frozenset({1})))

    assert (told.elsewhere, told.name_, told.client) == (True, "", "")


@pytest.mark.parametrize(
    ("marks", "front", "small"),
    [({}, "", [False, True]), ({"1": SMALL}, "", [True, False]), ({}, "2", [True, False]), ({"1": SMALL, "2": SMALL}, "", [True, True])],
)
def test_of_several_calls_one_is_open(marks, front, small):
    made = [call_rows.CallPanel(id=id, phase="ringing", head="", number="") for id in ("1", "2")]

    assert [one.small for one in state._stacked(made, front, marks)] == small


@pytest.mark.parametrize(
    ("told", "state_word", "kind"),
    [
        ({"state": "ended"}, "missed", ""),
        ({"state": "ended", "seconds": 61, "answered": True}, "incoming", ""),
        ({"state": "ended", "direction": "out"}, "nobody answered", ""),
        ({"state": "ended", "direction": "out", "seconds": 5}, "outgoing", ""),
        ({"state": "ended", "number": "112"}, "missed", "short number"),
        ({"state": "ended", "number": ""}, "missed", ""),
        ({"state": "ended", "number": "102", "direction": "inner"}, "within the club", "short number"),
        ({"state": "ringing"}, "ringing", ""),
    ],
)
def test_a_line_of_the_day_says_what_the_call_was(rings, small_club, owner, here, told, state_word, kind):
    rings(**told)

    with small_club.reading() as conn:
        [line] = callers.of_day(conn, owner, here.now)

    shown = call_rows.day_line("en", line, branches=False)
    assert (shown.state, shown.kind) == (state_word, kind)


def test_a_missed_call_is_settled_by_a_talk_with_the_same_number(rings, small_club, owner, here):
    rings(state="ended", ago=600)
    with small_club.reading() as conn:
        assert callers.tally(conn, owner, here.now) == (1, 1)

    rings(state="ended", call="c2", direction="out", seconds=30, ago=60)

    with small_club.reading() as conn:
        assert callers.tally(conn, owner, here.now) == (2, 0)
        assert [line.settled for line in callers.of_day(conn, owner, here.now)] == [False, True]
