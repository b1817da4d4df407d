"""The board and an opened card, loaded and worked on without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import reflex as rx

from club_ui import access
from club_ui.board_rows import drop_says
from club_ui.board_window import Window
from club_ui.state.board import BoardState
from lifecycle import days, store
from lifecycle.actions import cards, consents, drafts, staff
from lifecycle.board import Filters
from lifecycle.desk import Desk
from tests.ui.conftest import in_language

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def made(small_club, owner, given, here):
    """Make a card: its due so many days from today (None: no due), with a contact status unless said."""
    count = 0

    def card(name="Anna Karenina", *, due=0, at="", status="new_contact", phone=None, **more):
        nonlocal count
        count += 1
        client = given(name=name, phone=phone)
        day = None if due is None else f"{days.iso(here.today + due)}{at}"
        return cards.make(small_club, owner, key=f"card-{count}", client_id=client, due=day, status=status, step="call", **more).card

    return card


@pytest.fixture
def as_owner(monkeypatch, owner):
    """Handlers are called by the owner."""
    _acts_as(monkeypatch, owner)


def _acts_as(monkeypatch, desk):
    async def desk_of(_state):
        return desk

    monkeypatch.setattr(access, "desk_of", desk_of)
    monkeypatch.setattr(access, "address_of", lambda _state: "")


async def loaded(here, **values):
    # With the frame beside it, as in a tab: refusals are said there.
    state = rx.State(_reflex_internal_init=True).substates[BoardState.get_name()]
    for name, value in values.items():
        setattr(state, name, value)
    await state._load(here)
    return state


def names(state, column):
    return [line.name for line in getattr(state, f"cards_{column}")]


async def test_each_card_stands_in_its_column_and_is_counted(here, made):
    made("Late", due=-2)
    made("Now", due=0)
    made("Next", due=1)
    made("New", due=None, status=None)

    state = await loaded(here)

    assert [names(state, column) for column in ("unsorted", "overdue", "today", "tomorrow")] == [["New"], ["Late"], ["Now"], ["Next"]]
    assert (state.heads["overdue"].raw, state.heads["later"].raw, state.total) == ("1", "0", "4 открытые")


async def test_a_face_says_as_much_as_its_column_needs(here, made):
    made("Evening", due=0)
    made("Timed", due=1, at="T11:00")
    made("Late", due=-1, at="T17:00", comment="Просил после зарплаты")

    state = await loaded(here)

    assert [line.due for line in (state.cards_today[0], state.cards_tomorrow[0], state.cards_overdue[0])] == ["до вечера", "11:00", "вчера, 17:00"]
    assert (state.cards_overdue[0].late, state.cards_overdue[0].says, state.cards_today[0].says) == (True, "Просил после зарплаты", "")


async def test_a_number_is_hidden_from_the_desk_and_not_sent_to_a_trainer(here, made, small_club, owner):
    trainer = staff.add(small_club, owner, login="timur", name="Timur", role="trainer", password="a long enough phrase", branches=[1])
    made(phone="+7 916 204-18-33", responsible_id=trainer)
    desk = replace(here, desk=replace(here.desk, role="front_desk"))
    coach = Desk(trainer, "Timur", "trainer", frozenset({1}))

    seen = [(await loaded(who)).cards_today[0] for who in (here, desk, replace(here, desk=coach, scope=coach))]

    assert [line.phone for line in seen] == ["916 204-18-33", "916 ···-··-33", ""]
    assert [line.tel for line in seen] == ["tel:+79162041833", "", ""]


async def test_nothing_is_marked_at_first_and_afterwards_what_changed(here, made, small_club, owner):
    moved, other = made("Moved"), made("Other")
    state = await loaded(here)
    assert {line.changed for line in state.cards_today} == {""}

    cards.move(small_club, owner, moved.id, to="tomorrow", version=moved.version)
    await state._load(replace(here, now=here.now + timedelta(seconds=1)))

    assert state.cards_tomorrow[0].changed
    assert [(line.name, line.changed) for line in state.cards_today] == [("Other", "")]
    assert state.said == "Moved: Завтра"
    assert other.id


async def test_time_alone_moves_a_card_and_the_page_knows_when(here, made, small_club):
    local = here.local(here.now)
    soon = (here.now + timedelta(minutes=1)).astimezone(MOSCOW)
    if soon.date() != local.date():
        pytest.skip("the last minute of a day has no minute after it")
    card = made("Timed", due=0, at=f"T{soon:%H:%M}")
    state = await loaded(here)

    assert state._turns_at(here) == card.due_at
    small_club.clock.at = card.due_at
    await state._load(replace(here, now=card.due_at))

    assert names(state, "overdue") == ["Timed"]
    assert state.cards_overdue[0].changed


async def test_a_language_switched_marks_nothing(here, made):
    made()
    state = await loaded(here)

    await state._load(in_language(here, "uk"))

    assert state.cards_today[0].changed == ""
    assert state.heads["today"].name == "Сьогодні"


async def test_a_filter_narrows_cards_and_counts(here, made):
    made("Found", due=0)
    made("Other", due=0)
    state = await loaded(here, _filters=Filters(q="foun"))

    assert names(state, "today") == ["Found"]
    assert state.heads["today"].raw == "1"


async def test_whoever_left_with_open_cards_is_found_by_them_and_given_no_new_ones(here, made, small_club, owner):
    dina, lisa = (
        staff.add(small_club, owner, login=login, name=login.title(), role="front_desk", password="a long enough phrase", branches=[1])
        for login in ("dina", "lisa")
    )
    made(responsible_id=dina)
    for one in (dina, lisa):
        staff.deactivate(small_club, owner, one)

    state = await loaded(here)

    assert [(one.value, one.word) for one in state.picks.people][2:] == [(str(dina), "Dina, больше не работает")]
    assert [one.word for one in state.new_people] == ["Никто", "Irina Sokolova"]


async def test_a_long_column_is_shown_in_pages_and_never_more_than_three(here, made, as_owner):
    for number in range(5):
        made(f"Client {number}")
    state = await loaded(here)
    state._windows = {"today": Window()}
    window = state._windows["today"]
    for _ in range(5):
        window.further()

    assert (window.first, window.pages) == (3, 3)
    await state._load(here)
    assert len(state.cards_today) == 5


@pytest.mark.parametrize(
    ("on", "week", "later"),
    [
        ("2026-03-10", "пятница, 13\xa0марта", "понедельник, 16\xa0марта"),
        ("2026-03-12", "воскресенье, 15\xa0марта", "понедельник, 16\xa0марта"),
        ("2026-03-14", "На этой неделе дней больше нет", "понедельник, 16\xa0марта"),
        ("2026-03-15", "На этой неделе дней больше нет", "вторник, 17\xa0марта"),
    ],
)
def test_a_column_says_what_a_drop_would_mean_that_day(on, week, later):
    noon = datetime.fromisoformat(on).replace(hour=9, tzinfo=UTC)

    assert [drop_says("ru", code, noon, MOSCOW)[0] for code in ("this_week", "later")] == [week, later]
    assert drop_says("ru", "overdue", noon, MOSCOW)[1]


async def test_a_move_is_answered_and_a_refused_one_with_its_reason(here, made, as_owner):
    card = made()
    state = await loaded(here)

    await BoardState.move.fn(state, str(card.id), "tomorrow", 1, "k1")
    assert state.answer == {"card": str(card.id), "key": "k1", "reason": ""}
    await BoardState.move.fn(state, str(card.id), "overdue", 2, "k2")

    assert state.answer["reason"].startswith(("Nothing is made overdue", "Просроченным", "Простроченим"))
    assert state.said


async def test_a_drop_does_not_care_that_somebody_changed_something_else(here, made, as_owner, small_club, owner):
    card = made()
    state = await loaded(here)
    cards.edit(small_club, owner, card.id, version=1, step="email")

    await BoardState.move.fn(state, str(card.id), "tomorrow", 1, "k1")

    assert state.answer["reason"] == ""


async def test_a_drop_is_refused_where_somebody_carried_the_card_elsewhere(here, made, as_owner, small_club, owner):
    card = made()
    state = await loaded(here)
    cards.move(small_club, owner, card.id, to="later", version=1)

    await BoardState.move.fn(state, str(card.id), "tomorrow", 1, "k1")

    assert state.answer["reason"]


async def opened(here, card, **values):
    state = await loaded(here, card=str(card.id), **values)
    assert state.card_ready
    return state


async def test_an_opened_card_says_who_where_and_what_next(here, made, as_owner):
    card = made("Vera Lead", phone="+7 916 204-18-33", comment="Хочет с подругой")

    state = await opened(here, card)

    assert (state.sheet.name, state.sheet.phone, state.sheet.status_word) == ("Vera Lead", "+7 916 204-18-33", "Новый контакт")
    assert [chip.code for chip in state.standing.folders] == ["potential"]
    assert state.playbook.aim
    assert [line.says for line in state.talks] == ["Хочет с подругой", "Карточка создана"]


@pytest.mark.parametrize("part", ["contracts", "services", "payment", "privacy", "history"])
async def test_every_part_of_a_card_is_read(here, made, as_owner, part):
    state = await opened(here, made(), part=part)

    assert bool(state.history) == (part == "history")
    assert state.privacy.known == (part == "privacy")


async def test_of_two_values_for_one_field_both_are_shown_and_mine_may_win(here, made, as_owner, small_club, owner):
    card = made()
    state = await opened(here, card)
    cards.edit(small_club, owner, card.id, version=1, status="agreed")

    await BoardState.put_status.fn(state, "thinking")
    assert (state.clash.field, state.clash.theirs, state.clash.mine) == ("status", "Agreed", "Думает")
    await BoardState.take_mine.fn(state)
    await state._load(here)

    assert state.sheet.status == "thinking"
    assert state.clash.field == ""


async def test_two_fields_changed_by_two_people_are_both_saved(here, made, as_owner, small_club, owner):
    card = made()
    state = await opened(here, card)
    cards.edit(small_club, owner, card.id, version=1, step="email")

    await BoardState.put_status.fn(state, "thinking")
    await state._load(here)

    assert (state.sheet.status, state.sheet.step, state.clash.field) == ("thinking", "email", "")


async def test_a_comment_typed_and_not_sent_is_there_again(here, made, as_owner, small_club, owner):
    card = made()
    state = await opened(here, card)

    await BoardState.keep.fn(state, {"comment": "недописано"})

    assert drafts.draft_at(small_club, owner, f"card:talk:{card.id}") == {"comment": "недописано"}
    assert (await opened(here, card)).given["comment"] == "недописано"


async def test_what_cannot_be_closed_so_names_its_field(here, made, as_owner):
    card = made()
    state = await opened(here, card, doing="refuse")

    await BoardState.finish.fn(state, {"reason": "", "words": ""})

    assert "reason" in state.errors


async def test_whoever_has_the_number_is_offered_and_nobody_new(here, made, as_owner, small_club):
    made("Ann", phone="+7 916 204-18-33")
    made("Ann's husband", phone="+7 916 204-18-33")
    state = await loaded(here)
    await BoardState.add_card.fn(state)

    await BoardState.look_up.fn(state, "916 204 18 33")

    assert {one.plain for one in state.known} == {"Ann", "Ann's husband"}
    assert (state.shared, state.new_number) == (True, "")


async def test_a_number_nobody_has_begins_a_lead(here, as_owner, small_club):
    state = await loaded(here)
    await BoardState.add_card.fn(state)
    await BoardState.look_up.fn(state, "+7 916 204-18-33")
    await BoardState.choose.fn(state, "", state.new_number)

    await BoardState.make.fn(state, {"name": "Nadia", "kind": "call", "day": days.iso(here.today), "time": "", "words": "Звонила", "status": ""})
    await state._load(replace(here, now=small_club.clock.now()))

    assert [(line.name, line.says) for line in state.cards_today] == [("Nadia", "Звонила")]
    assert not state.adding


async def test_a_card_of_nobody_known_is_said_to_be_missing(here, as_owner):
    state = await loaded(here, card="4711")

    assert state.card_missing


@pytest.fixture
def lost(member, small_club):
    """The card about somebody who is lost."""
    client_id = member(left=-20, name="Gleb Gone")
    with small_club.reading() as conn:
        (card,) = store.cards.open_of_client(conn, client_id)
    assert card.rule == "win_back"
    return card


async def test_who_called_somebody_lost_says_why_they_stopped(here, lost, as_owner, small_club, owner):
    state = await opened(here, lost, doing="done")
    assert state.sheet.asks_why
    assert [one.value for one in state.reasons][:2] == ["", "price"]

    await BoardState.finish.fn(state, {"reason": "price", "words": "Дорого стало"})

    with small_club.reading() as conn:
        closed = store.cards.get(conn, owner, lost.id)
        said = store.cards.events(conn, lost.id)[-1]
    assert (closed.result, closed.reason, said.text) == ("done", "price", "Дорого стало")


@pytest.mark.parametrize(("reason", "said", "next_words"), [("price", "", "Перезвонить"), ("other", "Перезвонить", "")])
async def test_why_is_asked_beside_the_next_step_too(here, lost, as_owner, small_club, owner, reason, said, next_words):
    state = await opened(here, lost, doing="then")

    await BoardState.finish.fn(state, {"kind": "call", "day": days.iso(here.today + 3), "time": "", "reason": reason, "words": "Перезвонить"})

    with small_club.reading() as conn:
        closed, (following,) = store.cards.get(conn, owner, lost.id), store.cards.open_of_client(conn, lost.client_id)
        told = next(event for event in store.cards.events(conn, lost.id) if event.what == "closed")
    assert (closed.reason, told.text, following.last_words) == (reason, said, next_words)


async def test_a_card_about_who_is_not_to_be_contacted_says_so_to_whoever_opens_it(here, made, as_owner, small_club, owner):
    trainer = staff.add(small_club, owner, login="timur", name="Timur", role="trainer", password="a long enough phrase", branches=[1])
    coach = Desk(trainer, "Timur", "trainer", frozenset({1}))
    asked, withdrew, other = made("Asked", responsible_id=trainer), made("Withdrew"), made("Other")
    consents.do_not_contact(small_club, owner, asked.client_id, on=True)
    given = consents.give(small_club, owner, withdrew.client_id, purpose="contact", text_version="1")
    consents.withdraw(small_club, owner, withdrew.client_id, given)

    assert [bool((await opened(here, card)).sheet.quiet) for card in (asked, withdrew, other)] == [True, True, False]
    assert (await opened(replace(here, desk=coach, scope=coach), asked)).sheet.quiet


async def test_other_cards_end_with_a_press_and_refusals_choose_nothing_by_themselves(here, made, as_owner):
    state = await opened(here, made(), doing="refuse")

    assert not state.sheet.asks_why
    assert state.reasons[0].value == ""


async def test_a_lead_begins_in_the_branch_in_view_in_whose_hands_it_was_put(here, as_owner, small_club, owner):
    with small_club.writing() as conn:
        store.branches.add(conn, code="north", name="North", timezone="Europe/Moscow", country="UA")
    dina = staff.add(small_club, owner, login="dina", name="Dina", role="front_desk", password="a long enough phrase", branches=[2])
    state = await loaded(replace(here, branch="north"))
    await BoardState.add_card.fn(state)
    await BoardState.look_up.fn(state, "067 123 45 67")
    await BoardState.choose.fn(state, "", state.new_number)
    assert ([one.value for one in state.new_branches], state.given["branch"]) == (["main", "north"], "north")
    assert [one.word for one in state.new_people] == ["Никто", "Irina Sokolova", "Dina"]

    await BoardState.make.fn(state, {"name": "Nadia", "branch": "north", "responsible": str(dina)})
    await state._load(replace(here, now=small_club.clock.now()))

    (line,) = state.cards_unsorted
    assert (line.name, line.responsible, line.phone) == ("Nadia", "Dina", "067 123 4567")
