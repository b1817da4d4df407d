"""The profile, loaded without a browser: place with its reasons, deeds with theirs, memberships, history, life."""

from __future__ import annotations

import pytest
import reflex as rx

from club_ui import access, history_rows
from club_ui.state.client import ClientState
from club_ui.state.folder import FolderState
from club_ui.state.shell import Shell
from lifecycle.actions import deeds
from tests.ui.conftest import in_language


async def shown(here, client_id):
    state = ClientState(_reflex_internal_init=True)
    state.number = str(client_id)
    await state._load(here)
    return state


async def test_the_profile_says_where_why_and_what_next(here, member):
    state = await shown(here, member(left=8))

    assert [(line.chip.code, line.why) for line in state.places] == [
        ("active", "«Yoga» действует до 10\u00a0марта"),
        ("to_renew", "Осталось 8 дней, до 10\u00a0марта. Порог 14"),
    ]
    assert (state.next_says, [chip.code for chip in state.next_chips]) == (
        "Если ничего не делать, 11\u00a0марта перейдёт в", ["not_renewed"],
    )  # fmt: skip


async def test_the_profile_says_why_a_client_is_not_elsewhere(here, member):
    state = await shown(here, member(left=40))

    absent = {line.chip.code: line.why for line in state.absent}

    assert absent["to_renew"] == "Осталось 40 дней, порог 14"
    assert absent["lost"] == "Клиент активный"


async def test_a_shut_deed_stays_with_its_reason_and_with_what_opens_it(here, given):
    state = await shown(here, given())

    steps = {step.code: step for step in (*state.main_steps, *state.more_steps)}

    assert (steps["sell"].allowed, steps["sell"].needs, steps["sell"].short) == (False, "move_to_guest", "сначала в гости")
    assert steps["move_to_guest"].look == "btn p"


async def test_a_double_click_on_a_deed_of_one_press_is_one_press(here, given, owner, monkeypatch):
    async def as_owner(_state):
        return owner

    monkeypatch.setattr(access, "desk_of", as_owner)
    client, state = given(), rx.State(_reflex_internal_init=True).substates[ClientState.get_name()]
    said = []
    monkeypatch.setattr(Shell, "_say", lambda _shell, _words, **more: said.append(more.get("bad", False)))

    for _ in range(2):
        await ClientState.begin.fn(state, "move_to_guest", str(client))

    assert said == [False]


@pytest.mark.parametrize("pressed", [None, "", "x", "0" * 23, "0" * 25, "G" * 24, 7, {"$gt": ""}])
def test_a_press_that_is_none_is_known_by_its_form(pressed):
    state = ClientState(_reflex_internal_init=True)
    form = state._new_key()

    assert state._key({"pressed": pressed}) == f"screen:{form}"
    assert state._key({"pressed": "0f" * 12}) == f"screen:{'0f' * 12}"


async def test_a_double_click_on_no_answer_is_one_talk_and_lets_the_button_go(small_club, given, owner, monkeypatch):
    async def as_owner(_state):
        return owner

    monkeypatch.setattr(access, "desk_of", as_owner)
    client, state = given(), rx.State(_reflex_internal_init=True).substates[FolderState.get_name()]
    state.open_id = str(client)
    turns = []

    for press in "ab":
        await FolderState.talk.fn(state, {"outcome": "no_answer", "comment": "", "pressed": press * 24})
        turns.append(state.turn)

    with small_club.reading() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM fact WHERE type = 'contact'").scalar_one() == 1
    assert turns == [1, 2]


async def test_what_only_the_fact_refuses_is_said_at_its_field_too(here, member, owner, monkeypatch):
    async def as_owner(_state):
        return owner

    monkeypatch.setattr(access, "desk_of", as_owner)
    state = rx.State(_reflex_internal_init=True).substates[ClientState.get_name()]
    state.deed, state.deed_client = "freeze_membership", str(member(left=40))

    await ClientState.send.fn(state, {"membership": "m", "from": here.date.isoformat(), "to": "2020-01-01"})

    assert (set(state.errors), state.deed) == ({"to"}, "freeze_membership")


async def test_the_main_deed_of_who_ends_soon_is_to_renew(here, member):
    state = await shown(here, member(left=3))

    assert (state.main_steps[0].code, state.main_steps[0].word) == ("sell", "Продлить")


async def test_a_membership_says_how_far_it_has_come(here, member):
    (line,) = (await shown(here, member(left=8))).memberships

    assert (line.title, line.state.code, line.share, line.price) == ("Yoga", "held", "91%", "13\u00a0200\u00a0₽")


async def test_the_history_says_what_happened_the_latest_first(here, small_club, owner, given):
    client_id = given({"type": "contact", "direction": "out", "kind": "invite", "outcome": "wont_come", "reason": "дорого"})

    facts = [(line.says, line.more) for line in (await shown(here, client_id)).history if line.key.startswith("f")]

    assert facts == [("Приглашение: не придёт", "дорого"), ("Обращение: зашёл сам", "")]


async def test_what_was_taken_back_stays_in_the_history_struck_out(here, small_club, owner, given):
    client_id = given()
    recorded = deeds.record_guest_visit(small_club, owner, client_id, key="tour")
    deeds.void(small_club, owner, client_id, key="undo", fact_ids=recorded.fact_ids)

    lines = {line.says: line.void for line in (await shown(here, client_id)).history}

    assert lines["Гостевой визит: экскурсия"] is True


async def test_the_life_line_shows_what_will_be_if_nothing_is_done(here, member):
    life = (await shown(here, member(left=8))).life

    assert [box.hue for box in life.bands if "next" in box.look][:2] == ["to_renew", "not_renewed"]


@pytest.mark.parametrize("number", ["999999", "0", "x", "-1", "9" * 40])
async def test_a_client_that_is_not_there_is_told_apart_from_nothing(here, number):
    state = await shown(here, number)

    assert state.missing


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("left", [40, 8, -5, -40, -200])
async def test_every_place_can_be_told_in_every_language(here, member, language, left):
    state = await shown(in_language(here, language), member(left=left))

    assert all(line.why for line in (*state.places, *state.absent))


async def test_a_membership_for_ever_is_shown_like_any_other(here, given):
    client_id = given(
        {"type": "membership_sold", "membership": "m", "billing": "term", "amount": 100, "ago": 3},
        {"type": "membership_activated", "membership": "m", "starts_on": "2026-02-27", "ends_on": "9999-12-31", "ago": 3},
    )

    state = await shown(here, client_id)
    folder = FolderState(_reflex_internal_init=True)
    folder.code = "active"
    await folder._load(here)

    assert [line.chip.code for line in state.places] == ["active"]
    assert [line.id for line in folder.lines] == [str(client_id)]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("utm_source=ads&utm_campaign=%D0%B2%D0%B5%D1%81%D0%BD%D0%B0&yclid=1", "Реклама: ads / весна"),
        ("page=https%3A%2F%2Fclub.example%2Fyoga&referrer=x", "Реклама: https://club.example/yoga"),
        ("gclid=1", ""),
        ("", ""),
    ],
)
def test_by_which_campaign_somebody_came_stands_in_the_history(kept, said):
    assert history_rows.campaign_words("ru", kept) == said
