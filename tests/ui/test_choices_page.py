"""The page of the lists that a club edits, loaded and used without a browser."""

from __future__ import annotations

import pytest

from club_ui.state.choices import ChoicesState, _move, _save, _switch
from lifecycle import store
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, IllegalMove, Refused


async def shown(here):
    state = ChoicesState(_reflex_internal_init=True)
    await state._load(here)
    return state


def lines(club, kind="contact_status"):
    with club.reading() as conn:
        return store.choices.of_kind(conn, kind)


async def test_the_lists_that_ship_are_shown_in_the_readers_language(here):
    state = await shown(here)
    words = [row.word for row in state.rows if row.kind == "contact_status"]
    assert words == ["Новый контакт", "На связи", "Думает", "Договорились", "Отказ"]
    assert state.may_change


async def test_a_line_more_is_shown_in_every_language_by_the_word_there_is(here, small_club):
    _save(small_club, here.desk, "leaving", None, {"en": "", "ru": "Ремонт зала", "uk": ""})
    state = await shown(here)
    assert [row.word for row in state.rows if row.kind == "leaving"][-1] == "Ремонт зала"


def test_a_line_is_renamed_and_keeps_its_code(here, small_club):
    first = lines(small_club)[0]
    _save(small_club, here.desk, "contact_status", first, {"en": "Fresh", "ru": "Свежий", "uk": ""})
    assert (lines(small_club)[0].code, lines(small_club)[0].names["ru"]) == (first.code, "Свежий")


def test_a_line_moves_one_place_and_no_further_than_the_end(here, small_club):
    codes = [one.code for one in lines(small_club)]
    _move(small_club, here.desk, "contact_status", codes[0], 1)
    _move(small_club, here.desk, "contact_status", codes[1], -1)
    assert [one.code for one in lines(small_club)] == [codes[1], codes[0], *codes[2:]]


def test_one_contact_status_stays(here, small_club):
    for line in lines(small_club)[1:]:
        _switch(small_club, here.desk, line)
    with pytest.raises(IllegalMove):
        _switch(small_club, here.desk, lines(small_club)[0])


def test_a_line_without_a_word_and_a_desk_without_the_right_are_refused(here, small_club):
    with pytest.raises(BadInput):
        _save(small_club, here.desk, "leaving", None, {"en": " ", "ru": "", "uk": ""})
    with pytest.raises(Refused):
        _save(small_club, Desk(None, "Dina", "front_desk", frozenset({1})), "leaving", None, {"en": "Noise"})
