"""A cell is read in one way or not at all."""

from __future__ import annotations

import pytest

from lifecycle.importing import cells
from lifecycle.importing.problems import BadCell

DAYS = {
    "31.12.2025": "2025-12-31",
    "31.12.25": "2025-12-31",
    "1/2/2025": "2025-02-01",
    "2025-12-31": "2025-12-31",
    "2025/12/31": "2025-12-31",
    "31 декабря 2025": "2025-12-31",
    "5 мая 2024 г.": "2024-05-05",
    "3 марта 2024": "2024-03-03",
    "2 травня 2024": "2024-05-02",
    "December 31, 2025": "2025-12-31",
    "46022": "2025-12-31",
    "31.12.2025 23:59": "2025-12-31",
}
NO_DAYS = {
    "31.02.2025": "date_unreadable",
    "12/31/2025": "date_other_order",
    "скоро": "date_unreadable",
    "2025": "date_unreadable",
    "9999-01-01": "date_unreadable",
    "31.12.2025 25:00": "date_unreadable",
    "31.12.2025abc": "date_unreadable",
}
AMOUNTS = {
    "1 200,50 ₽": 120050,
    "1\u00a0200.5 руб.": 120050,
    "8,000.00": 800000,
    "8.000,00": 800000,
    "1,200,000": 120000000,
    "350 грн": 35000,
    "0": 0,
}
NO_AMOUNTS = {
    "-120": "amount_negative",
    "(120)": "amount_negative",
    "\u2212120": "amount_negative",
    "1,200": "amount_two_ways",
    "0,005": "amount_odd",
    "NaN": "amount_unreadable",
    "1e5": "amount_unreadable",
    "сто": "amount_unreadable",
    "99999999999999999999": "amount_unreadable",
}


@pytest.mark.parametrize("cell, day", DAYS.items())
def test_a_date_is_read_in_every_hand(cell: str, day: str):
    assert str(cells.moment(cell))[:10] == day


@pytest.mark.parametrize("cell, code", NO_DAYS.items())
def test_what_is_no_date_says_why(cell: str, code: str):
    with pytest.raises(BadCell) as refusal:
        cells.moment(cell)

    assert refusal.value.code == code


def test_a_table_that_puts_the_month_first_can_say_so():
    assert str(cells.day("12/31/2025", True)) == "2025-12-31"


@pytest.mark.parametrize("cell, minor", AMOUNTS.items())
def test_an_amount_is_read_in_minor_units(cell: str, minor: int):
    assert cells.money(cell) == minor


@pytest.mark.parametrize("cell, code", NO_AMOUNTS.items())
def test_an_amount_that_is_odd_says_why(cell: str, code: str):
    with pytest.raises(BadCell) as refusal:
        cells.money(cell)

    assert refusal.value.code == code


def test_a_currency_of_three_decimals_is_counted_in_thousandths():
    assert cells.money("80,5", 3) == 80500
