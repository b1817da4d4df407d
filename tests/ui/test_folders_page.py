"""The folders page and one folder's list, loaded without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from club_ui.state.deeds import _read_row
from club_ui.state.folder import FolderState, _Asked, _read
from club_ui.state.folders import FoldersState
from club_ui.state.now import NowState
from club_ui.state.whose import whose_of
from lifecycle.actions import audit, clients, looking
from lifecycle.desk import CLUB
from tests.ui.conftest import in_language


def opened(state_class, **values):
    state = state_class(_reflex_internal_init=True)
    for name, value in values.items():
        setattr(state, name, value)
    return state


async def listed(here, code):
    state = opened(FolderState, code=code)
    await state._load(here)
    return state


async def test_a_tile_shows_how_many_stand_in_its_folder(here, member):
    member(left=5)
    member(left=40)
    state = opened(FoldersState)

    await state._load(here)

    assert (state.tiles["active"].raw, state.tiles["to_renew"].raw) == ("2", "1")
    assert state.statuses == {"potential": "0", "active": "2", "lost": "0"}


async def test_nothing_is_marked_when_the_page_is_opened(here, member):
    member(left=5)
    state = opened(FoldersState)

    await state._load(here)

    assert {tile.changed for tile in state.tiles.values()} == {""}


async def test_what_changes_under_ones_eyes_is_marked_with_how_much(here, member):
    state = opened(FoldersState)
    await state._load(here)
    member(left=5)

    await state._load(here)

    assert state.tiles["to_renew"].delta == "+1"
    assert state.tiles["to_renew"].changed
    assert not state.tiles["lost"].changed


async def test_a_mark_is_not_made_anew_by_the_next_reading(here, member):
    state = opened(FoldersState)
    await state._load(here)
    member(left=5)
    await state._load(here)
    marked = state.tiles["to_renew"].changed

    await state._load(replace(here, now=here.now.replace(microsecond=1)))

    assert state.tiles["to_renew"].changed == marked


async def test_who_opens_the_page_later_sees_no_mark_of_what_is_long_over(here, member):
    await opened(FoldersState)._load(here)
    member(left=5)
    await opened(FoldersState)._load(here)
    member(left=40)
    state = opened(FoldersState)

    await state._load(replace(here, now=here.now + timedelta(seconds=6)))

    assert not state.tiles["to_renew"].changed
    assert state.tiles["active"].changed


@pytest.mark.parametrize(("language", "name"), [("en", "To renew, 1 client, today in 1, out 0"), ("ru", "К продлению, 1 клиент, сегодня вошли 1, вышли 0")])
async def test_a_tile_has_a_name_that_says_it_all(here, member, language, name):
    member(left=5)
    state = opened(FoldersState)

    await state._load(in_language(here, language))

    assert state.tiles["to_renew"].name == name


async def test_an_empty_club_says_so(here):
    state = opened(FoldersState)

    await state._load(here)

    assert state.nobody


async def test_a_line_says_the_days_what_is_held_and_what_comes_next(here, member):
    member(left=2)

    line = (await listed(here, "to_renew")).lines[0]

    assert (line.figure, line.unit, line.figure_name) == ("2", "дня", "осталось 2 дня")
    assert (line.held, line.price) == ("Yoga", "13\u00a0200\u00a0₽")
    assert ([chip.code for chip in line.next], line.next_none) == (["not_renewed"], False)


async def test_the_list_begins_with_whose_term_ends_first(here, member):
    member(left=9, name="Later")
    member(left=10, name="Latest")
    member(left=0, name="Today")

    state = await listed(here, "to_renew")

    assert [(line.name, line.group, line.group_count) for line in state.lines] == [
        ("Today", "Последний день сегодня", "1"),
        ("Later", "Осталось больше недели", "2"),
        ("Latest", "", ""),
    ]


async def test_the_bars_count_the_clients_of_each_day(here, member):
    member(left=3)
    member(left=3)

    bars = {bar.key: bar.count for bar in (await listed(here, "to_renew")).bars}

    assert bars["3"] == "2"
    assert bars["4"] == "0"


async def test_who_is_not_renewed_is_counted_in_days_of_grace(here, member):
    member(left=-5)

    line = (await listed(here, "not_renewed")).lines[0]

    assert line.figure_name == "день 5 из 16"


async def test_the_front_desk_sees_phones_masked_until_the_row_is_opened(here, given):
    client_id = given(phone="+7 916 204-18-33")
    desk = replace(here, desk=replace(here.desk, role="front_desk"))

    shut = await listed(desk, "potential")
    unfolded = opened(FolderState, code="potential", open_id=str(client_id))
    await unfolded._load(desk)

    assert "18" not in shut.lines[0].phone
    assert shut.lines[0].tel == ""
    assert unfolded.lines[0].phone.endswith("204-18-33")


async def test_the_open_row_stays_under_ones_hands_when_its_client_leaves(here, small_club, owner, given):
    from lifecycle.actions import deeds

    client_id = given()
    state = opened(FolderState, code="potential", open_id=str(client_id))
    await state._load(here)
    deeds.move_to_guest(small_club, owner, client_id, key="move")

    await state._load(here)

    assert [(line.id, line.group) for line in state.lines] == [(str(client_id), "теперь в «Гость»")]


async def test_now_names_who_moved_today_and_why(here, given):
    given(name="Vera Lead")
    state = opened(NowState)

    await state._load(here)

    assert [(move.name_, move.why, [chip.code for chip in move.chips]) for move in state.moves] == [
        ("Vera Lead", "новое обращение", ["potential"])
    ]


async def test_ones_own_clients_and_nobodys_are_shown_by_themselves(here, member, small_club):
    mine, nobodys = member(left=5, name="Mine"), member(left=6, name="Nobodys")
    clients.change_client(small_club, here.desk, nobodys, version=1, responsible_id=None)

    def ids_of(who):
        view = _read(small_club, here, _Asked("to_renew", whose_of(here.desk, who), "", None), None)
        return [int(line.id) for line in view.lines], view.count.count, sum(int(bar.count) for bar in view.bars)

    assert ids_of("me") == ([mine], 1, 1)
    assert ids_of("nobody") == ([nobodys], 1, 1)
    assert ids_of("") == ids_of("gibberish") == ([mine, nobodys], 2, 2)


async def test_of_one_persons_clients_no_in_and_out_is_shown(here, member, monkeypatch):
    member(left=5)
    monkeypatch.setattr(FoldersState, "_asked", lambda _state, _name: "me")
    state = opened(FoldersState)

    await state._load(here)

    tile = state.tiles["to_renew"]
    assert (tile.raw, tile.into, tile.out, tile.line, state.whose) == ("1", "", "", "", "Мои")
    assert tile.name == "К продлению, 1 клиент"


async def test_a_form_shows_its_client_whole_so_opening_it_is_noted_and_limited(here, small_club, given, monkeypatch):
    first, second = (str(given(name=name, phone=phone)) for name, phone in (("Anna", "+7 916 204-18-33"), ("Vera", "+7 916 204-18-34")))
    desk, state, said = replace(here.desk, role="front_desk"), opened(FolderState, code="potential"), []

    async def shell(*_):
        return SimpleNamespace(_say=lambda sentence, *, bad: said.append((sentence, bad)))

    monkeypatch.setattr(looking, "OPENED_MOST", 1)
    monkeypatch.setattr(FolderState, "get_state", shell)
    monkeypatch.setattr("club_ui.access.address_of", lambda _: "")

    may = [await state._may_see(desk, "ru", one, _read_row(small_club, desk, one)) for one in (first, first, second)]

    assert may == [True, True, False]
    assert [bad for _, bad in said] == [True]
    assert [row.outcome for row in audit.page(small_club, CLUB, deed="open_client")] == ["refused", "done"]
