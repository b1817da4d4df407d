"""The page of the automatic cards, and the sentences of causes, loaded and used without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import reflex as rx

from club_ui import access, cause_rows, i18n
from club_ui.card_rows import Said, event_line
from club_ui.cause_rows import Reader
from club_ui.contact_rows import open_card_line
from club_ui.rule_rows import typed_number
from club_ui.state.board import BoardState
from club_ui.state.rules import RulesState, _within
from club_ui.state.settings import SettingsState
from lifecycle import board, keeping, store
from lifecycle.actions import clients, recording, staff
from lifecycle.actions import rules as doors
from lifecycle.automation import AUTO_CARDS, BY_CODE, WHO
from lifecycle.days import parse_day
from lifecycle.desk import Desk
from lifecycle.errors import Refused
from lifecycle.store.cards import EventRow
from tests.lives import walk
from tests.ui.conftest import in_language

READER = Reader("en", "RUB", ZoneInfo("Europe/Moscow"), parse_day("2026-03-10"))


@pytest.fixture
def as_owner(monkeypatch, owner):
    """Handlers are called by the owner."""

    async def desk_of(_state):
        return owner

    monkeypatch.setattr(access, "desk_of", desk_of)
    monkeypatch.setattr(access, "address_of", lambda _state: "")


async def shown(here):
    state = rx.State(_reflex_internal_init=True).substates[RulesState.get_name()]
    await state._load(here)
    return state


def row(state, code):
    return next(one for one in state.rows if one.code == code)


@pytest.fixture
def counted(small_club, owner, member):
    """Two who were lost while the rule was off; now it is on, and nothing was made of them."""
    doors.tune(small_club, owner, "win_back", version=0, on=False)
    for name in ("Anna", "Boris"):
        member(left=-40, name=name)
    doors.tune(small_club, owner, "win_back", version=1, on=True)
    keeping.keep_due(small_club)
    return small_club


# --- the page ---------------------------------------------------------------------------------------


async def test_every_rule_says_when_for_whom_and_how_it_ends(here):
    state = await shown(here)

    assert [one.code for one in state.rows] == [card.code for card in AUTO_CARDS]
    renewal = row(state, "renewal")
    assert (renewal.when, renewal.due) == ("Клиент попал в «К продлению», за 14 дней до конца.", "через 3 дня")
    assert (renewal.ends, renewal.who, renewal.on) == ("куплен абонемент", "ответственному за клиента", True)
    assert row(state, "rhythm").when == "Клиент не приходит в 2,5 раза дольше обычного для него."


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_no_sentence_has_a_hole_left(here, language):
    state = await shown(in_language(here, language))

    assert [one.code for one in state.rows if "{" in one.when + one.due + one.ends + one.who + one.made] == []


async def test_a_rule_is_switched_and_the_page_says_so(here, as_owner, small_club):
    state = await shown(here)

    await RulesState.switch.fn(state, "complaint", False)
    await state._load(here)

    assert not row(state, "complaint").on
    assert row(state, "missed_call").on


async def test_a_number_is_tuned_and_a_wrong_one_named(here, as_owner):
    state = await shown(here)
    await RulesState.begin.fn(state, "rhythm")
    assert state.given["times_tenths"] == "2,5"

    await RulesState.send.fn(state, {"times_tenths": "1", "who": "manager", "status": ""})
    assert ("times_tenths" in state.errors, state.open_form) == (True, "rhythm")
    await RulesState.send.fn(state, {"times_tenths": "3,1", "who": "manager", "status": "thinking"})
    await state._load(here)

    assert (state.open_form, row(state, "rhythm").when) == ("", "Клиент не приходит в 3,1 раза дольше обычного для него.")
    assert (row(state, "rhythm").starts, row(state, "rhythm").who) == ("Думает", "управляющему филиала")


async def test_somebody_is_chosen_by_name_and_named_while_they_work_here(here, as_owner, small_club, owner):
    dina = staff.add(small_club, owner, login="dina", name="Dina", role="front_desk", password="a long enough phrase", branches=[1])
    state = await shown(here)
    assert (f"staff:{dina}", "Dina") in [(one.value, one.word) for one in state.people]
    await RulesState.begin.fn(state, "site_lead")

    await RulesState.send.fn(state, {"who": f"staff:{dina}", "status": ""})
    await state._load(here)
    assert row(state, "site_lead").who == "Dina"
    staff.deactivate(small_club, owner, dina)
    await state._load(here)

    assert "больше не работает" in row(state, "site_lead").who
    await RulesState.begin.fn(state, "site_lead")
    assert state.given["who"] == "responsible"


async def test_the_page_of_the_numbers_says_how_many_cards_they_call_for(here, as_owner, counted):
    state = rx.State(_reflex_internal_init=True).substates[SettingsState.get_name()]

    await state._load(here)

    assert state.counted == "2 карточки нужны и не сделаны"


@pytest.mark.parametrize(("typed", "read"), [("2,5", 25), ("3", 30), ("2.55", "2.55"), ("x", "x"), ("", "")])
def test_a_decimal_is_read_as_it_is_written_everywhere(typed, read):
    assert typed_number("times_tenths", typed) == read


@pytest.mark.parametrize(("typed", "read"), [("15", 15), (" 20 ", 20), ("1,5", "1,5"), ("-3", "-3")])
def test_minutes_are_whole(typed, read):
    assert typed_number("after_minutes", typed) == read


async def test_what_is_counted_is_told_by_rule_and_by_name(here, as_owner, counted):
    state = await shown(here)
    assert (state.counted, row(state, "win_back").count) == ("2 карточки нужны и не сделаны", 2)

    await RulesState.show_who.fn(state, "win_back")

    assert [one.name for one in state.who] == ["Anna", "Boris"]
    assert state.who_more == ""


async def test_how_many_are_still_looked_at_is_told_and_of_very_many_that_there_are_more(here, as_owner, counted, owner, monkeypatch):
    doors.tune(counted, owner, "rhythm", version=0, on=True)
    assert (await shown(here)).looking == "Ещё считаем: осталось 2 клиента."

    monkeypatch.setattr(doors, "LOOKING_MOST", 2)

    assert (await shown(here)).looking == "Ещё считаем: осталось 2 клиента или больше."


async def test_chosen_cards_are_ordered_once_and_made(here, as_owner, counted):
    state = await shown(here)
    await RulesState.choose.fn(state)

    await RulesState.make.fn(state, {"rules": "win_back", "days": "2"})
    await RulesState.make.fn(state, {"rules": "win_back", "days": "2"})
    keeping.make_ordered(counted)
    await state._load(here)

    assert (state.counted, state.choosing, len(state.orders)) == ("", False, 1)
    assert (state.orders[0].done, row(state, "win_back").made) == (True, "2 карточки за 30 дней")


async def test_with_a_branch_chosen_only_its_cards_are_named_and_ordered(here, as_owner, counted, owner):
    first, second = (one.client_id for one, _stage in doors.whom(counted, owner, "win_back"))
    with counted.writing() as conn:
        east = store.branches.add(conn, code="east", name="East", timezone="Asia/Vladivostok", country="RU")
    clients.change_client(counted, owner, second, version=1, branch="east")
    state = await shown(replace(here, scope=replace(owner, branches=frozenset({east}))))
    assert row(state, "win_back").count == 1

    await RulesState.show_who.fn(state, "win_back")
    await RulesState.choose.fn(state)
    await RulesState.make.fn(state, {"rules": "win_back", "days": "1"})

    assert ([one.id for one in state.who], state.choosing) == ([str(second)], False)
    assert [one.client_id for one, _stage in doors.whom(counted, owner, "win_back")] == [first]


def test_a_chosen_branch_never_widens_whose_cards_one_may_make():
    mila = Desk(None, "Mila", "manager", frozenset({1, 2}))

    assert _within(mila, frozenset({2, 3})).branches == {2}
    assert (_within(mila, None), _within(replace(mila, branches=None), frozenset({3})).branches) == (mila, {3})


async def test_an_order_is_done_when_nothing_of_it_is_left_though_fewer_were_made(here, as_owner, counted, owner):
    state = await shown(here)
    gone = doors.whom(counted, owner, "win_back")[0][0].client_id
    await RulesState.choose.fn(state)
    await RulesState.make.fn(state, {"rules": "win_back", "days": "2"})
    await state._load(here)
    assert [one.done for one in state.orders] == [False]

    recording.record(counted, owner, gone, [{"type": "archived", "reason": "moved"}], key="gone")
    keeping.make_ordered(counted)
    await state._load(here)

    assert ([one.done for one in state.orders], row(state, "win_back").made) == ([True], "1 карточка за 30 дней")


async def test_after_a_colleagues_change_the_form_is_closed_and_opened_with_what_holds(here, as_owner, small_club, owner):
    state = await shown(here)
    await RulesState.begin.fn(state, "missed_call")
    doors.tune(small_club, owner, "missed_call", version=0, numbers={"after_minutes": 40})
    await state._load(here)
    await RulesState.send.fn(state, {"after_minutes": "20"})
    assert state.open_form == "missed_call"

    await RulesState.stop.fn(state)
    await RulesState.begin.fn(state, "missed_call")
    assert state.given["after_minutes"] == "40"
    await RulesState.send.fn(state, {"after_minutes": "20"})
    await RulesState.switch.fn(state, "missed_call", False)

    assert (state.open_form, state._versions["missed_call"], row(state, "missed_call").on) == ("", 3, False)


async def test_nothing_chosen_or_a_wrong_number_of_days_is_named(here, as_owner, counted):
    state = await shown(here)
    await RulesState.choose.fn(state)

    await RulesState.make.fn(state, {"days": "3"})
    assert "rules" in state.errors
    await RulesState.make.fn(state, {"rules": "win_back", "days": "many"})

    assert ("days" in state.errors, state.choosing) == (True, True)


async def test_who_may_only_look_sees_no_deeds_and_the_front_desk_nothing(here, small_club):
    auditor = Desk(None, "Ada", "auditor", None)
    state = await shown(replace(here, desk=auditor, scope=auditor))
    assert (state.may_change, state.may_make) == (False, False)

    desk = Desk(None, "Dina", "front_desk", frozenset({1}))
    with pytest.raises(Refused):
        await shown(replace(here, desk=desk, scope=desk))


# --- causes in sentences ------------------------------------------------------------------------------


def card_with(*stages, **more):
    """A card as far as its cause says something."""
    empty = dict.fromkeys(store.cards.CardRow._fields)
    return store.cards.CardRow(**{**empty, "rule": stages[-1]["rule"] if stages else "manual", "cause": {}, "stages": stages, **more})


@pytest.mark.parametrize(("stage", "said"), [
    ({"rule": "renewal", "product": "Morning", "until": "2026-03-15"}, "Morning ends on 15 Mar: offer the next one."),
    ({"rule": "not_renewed", "until": "2026-03-09"}, "Membership ended on 9 Mar and was not renewed."),
    ({"rule": "debt", "product": "Year", "amount": 349050, "ends": "2026-04-01"}, "Owes 3,490.50 ₽ for Year; unpaid, the contract ends on 1 Apr."),
    ({"rule": "payment_failed", "product": "Year", "amount": 349000, "why": "Card expired."}, "Year: 3,490 ₽ was not taken. Card expired."),
    ({"rule": "payment_failed", "product": "Year", "amount": 349000}, "Year: 3,490 ₽ was not taken."),
    ({"rule": "win_back", "since": "2026-01-28", "attempt": 2, "of": 6, "warmth": "warm"}, "Away since 28 Jan, try 2 of 6. Find out why."),
    ({"rule": "rhythm", "every": 25, "last": "2026-02-20"}, "Usually 2.5 days between visits; the last was on 20 Feb."),
    ({"rule": "guest_follow_up", "what": "trial", "on": "2026-03-09"}, "Tried on 9 Mar and has not bought."),
    ({"rule": "missed_call", "at": "2026-03-10T09:05:00+00:00"}, "Called on 10 Mar, 12:05, nobody answered."),
    ({"rule": "site_lead", "source": "site", "words": "Yoga?"}, "Site: “Yoga?”"),
    ({"rule": "site_lead", "source": "site"}, "Asked by: Site."),
    ({"rule": "complaint", "words": "Cold water"}, "“Cold water”"),
    ({"rule": "sale_past_gate", "what": "purchase", "needs": "promote"}, "A purchase was sold, though the client was first to be moved from Guest to Active."),
])  # fmt: skip
def test_a_cause_is_a_sentence_of_its_values(stage, said):
    assert cause_rows.reason(READER, card_with(stage)).replace(i18n.NO_BREAK, " ") == said


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("code", BY_CODE)
def test_every_rule_has_its_sentence_its_place_and_its_end(code, language):
    words = i18n.catalogue(language)

    assert [key for key in words if key == f"cause_says.{code}" or key.startswith(f"cause_says.{code}_")]
    assert {f"rule_when.{code}", f"cause.{code}", *(f"rule_end.{end}" for end in BY_CODE[code].withdrawn)} <= words.keys()
    assert {f"own_number.{name}" for name in BY_CODE[code].own} | {f"rule_who.{who}" for who in WHO} <= words.keys()


def test_each_stage_of_a_case_appends_its_sentence():
    case = card_with(*({"rule": rule, "product": "Year", "until": "2026-03-15"} for rule in ("renewal", "contract_expiring", "not_renewed")))

    assert len(cause_rows.reasons(READER, case)) == 3
    assert cause_rows.reason(READER, case) == cause_rows.reasons(READER, case)[-1]


def test_a_card_made_by_hand_says_nothing_of_a_cause():
    assert cause_rows.reason(READER, card_with()) == ""


async def test_a_card_of_the_board_says_why_and_how_far_it_was_raised(here, small_club, member):
    member(left=-15, name="Gone")
    for days in (3, 8):
        walk(small_club, here.now + timedelta(days=days))
        keeping.keep_due(small_club)
    state = rx.State(_reflex_internal_init=True).substates[BoardState.get_name()]

    await state._load(replace(here, now=small_club.clock.now()))

    (line,) = [one for one in state.cards_unsorted if one.rule == "win_back"]
    assert (line.raised, "попытка 1 из 6" in line.says) == ("shown", True)


async def test_the_profile_says_of_an_open_card_why_it_is_there(here, small_club, member):
    client = member(left=-15, name="Gone")
    walk(small_club, here.now + timedelta(days=3))
    keeping.keep_due(small_club)
    with small_club.reading() as conn:
        card = next(one for one in store.cards.open_of_client(conn, client) if one.rule == "win_back")
        face = board.face(conn, here.desk, small_club.clock.now(), card.id)

    assert open_card_line("en", face, small_club.clock.now(), "RUB").says.endswith("try 1 of 6. Find out why.")


def test_a_history_names_each_stage_by_its_own_rule():
    said = Said(statuses={}, reasons={}, people={}, rules={1: "not_renewed"}, zone=READER.zone, today=READER.today)
    at = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    events = [EventRow(place, None, 1, 1, at, None, "club", what, "", {"rule": rule}) for place, (what, rule) in enumerate(
        (("made", "renewal"), ("stage", "contract_expiring"), ("stage", "not_renewed"))
    )]  # fmt: skip

    assert [event_line("en", event, said).says for event in events] == [
        "Card made: To renew", "Next stage: Term ends", "Next stage: Not renewed",
    ]  # fmt: skip
