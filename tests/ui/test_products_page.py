"""The price list in settings, loaded and used without a browser."""

from __future__ import annotations

import pytest

from club_ui import products as words
from club_ui.state.products import ProductsState, _move, _save, _switch
from lifecycle import store
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, Refused

TYPED = {
    "name_en": "Month", "name_ru": "Месяц", "name_uk": "", "kind": "membership", "billing": "term", "days": "30", "visits": "",
    "price": "3 900", "free_because": "", "sold_to": "",
}  # fmt: skip


async def shown(here):
    state = ProductsState(_reflex_internal_init=True)
    await state._load(here)
    return state


def listed(club):
    with club.reading() as conn:
        return {one.code: one for one in store.products.every(conn)}


@pytest.fixture
def month(small_club, owner):
    return _save(small_club, owner, "", 0, TYPED)


@pytest.mark.usefixtures("month")
async def test_a_product_is_shown_in_the_readers_language_with_its_terms_and_price(here):
    (row,) = (await shown(here)).rows

    assert (row.name, row.terms, row.price, row.code) == ("Месяц", "30 дней", "3\u00a0900\u00a0₽", "month")


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ({"billing": "recurring"}, "раз в месяц"),
        ({"billing": "recurring", "days": "90"}, "раз в 3 месяца"),
        ({"billing": "recurring", "days": "10"}, "раз в 10 дней"),
        ({"visits": "8"}, "30 дней · 8 визитов"),
        ({"kind": "service", "days": "", "visits": "10"}, "10 занятий"),
    ],
)
async def test_the_terms_are_told_as_a_desk_says_them(here, small_club, owner, typed, terms):
    _save(small_club, owner, "", 0, {**TYPED, **typed})

    assert [row.terms for row in (await shown(here)).rows] == [terms]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"price": "0"}, "free_because"), ({"price": ""}, "price"), ({"price": "cheap"}, "price"), ({"days": ""}, "days"),
        ({"days": "many"}, "days"), ({"name_en": "", "name_ru": " "}, "name_en"), ({"sold_to": "member,aliens"}, "sold_to"),
        ({"kind": "service"}, "visits"), ({"billing": "barter"}, "billing"), ({"billing": "recurring", "visits": "8"}, "visits"),
    ],
)  # fmt: skip
def test_what_cannot_be_sold_so_is_refused_by_its_field(small_club, owner, typed, field):
    with pytest.raises(BadInput) as refused:
        _save(small_club, owner, "", 0, {**TYPED, **typed})

    assert [error.field for error in refused.value.errors] == [field]


def test_a_free_product_says_why(small_club, owner):
    made = _save(small_club, owner, "", 0, {**TYPED, "price": "0", "free_because": "Гостевой день", "sold_to": "newcomer,former"})

    assert (made.price, made.free_because, list(made.sold_to)) == (0, "Гостевой день", ["newcomer", "former"])


async def test_a_product_taken_off_sale_stands_apart_and_can_come_back(here, small_club, owner, month):
    _switch(small_club, owner, month)
    state = await shown(here)
    assert ([row.code for row in state.rows], [row.code for row in state.retired]) == ([], ["month"])

    _switch(small_club, owner, listed(small_club)["month"])
    assert [row.code for row in (await shown(here)).rows] == ["month"]


async def test_a_product_moves_one_place_and_no_further_than_the_end(here, small_club, owner, month):
    year = _save(small_club, owner, "", 0, {**TYPED, "name_en": "Year"})
    _move(small_club, owner, year.code, -1)
    _move(small_club, owner, year.code, -1)

    state = await shown(here)

    assert [(row.code, row.first, row.last) for row in state.rows] == [("year", True, False), (month.code, False, True)]


@pytest.mark.usefixtures("month")
async def test_the_form_of_a_product_begins_with_what_it_is(here):
    state = await shown(here)

    await ProductsState.begin.fn(state, "month")

    assert (state.opened, state.given["name_ru"], state.given["price"], state.given["days"]) == (True, "Месяц", "3900", "30")


def test_of_two_who_change_a_product_the_second_is_told(small_club, owner, month):
    _save(small_club, owner, month.code, month.version, {**TYPED, "price": "4000"})

    with pytest.raises(Conflict):
        _save(small_club, owner, month.code, month.version, {**TYPED, "price": "4100"})


def test_who_moves_a_product_stands_in_nobodys_way(small_club, owner, month):
    year = _save(small_club, owner, "", 0, {**TYPED, "name_en": "Year"})
    _move(small_club, owner, year.code, -1)

    for one in (month, year):
        _save(small_club, owner, one.code, one.version, {**TYPED, "price": "4000"})

    assert [(one.code, one.price) for one in listed(small_club).values()] == [("year", 400000), ("month", 400000)]


async def test_the_desk_sees_the_price_list_and_changes_nothing(here, small_club, month):
    desk = Desk(None, "Dina", "front_desk", frozenset({1}))
    state = ProductsState(_reflex_internal_init=True)
    await state._load(type(here)(**{**here.__dict__, "desk": desk, "scope": desk}))

    assert (len(state.rows), state.may_change) == (1, False)
    with pytest.raises(Refused):
        _save(small_club, desk, month.code, month.version, TYPED)


def test_a_code_that_the_price_list_does_not_know_is_the_name(small_club, month):
    words.know([month])

    assert (words.product_name("uk", "month"), words.product_name("uk", "Йога")) == ("Month", "Йога")
