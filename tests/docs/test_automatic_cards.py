"""docs/automatic-cards.md says of every rule when it makes a card and how it ends, with the numbers it goes by."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lifecycle.automation import AUTO_CARDS, BY_CODE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "automatic-cards.md").read_text("utf-8")
PARTS = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_every_rule_has_its_heading_in_the_order_of_the_list():
    assert list(PARTS) == [card.code for card in AUTO_CARDS]


@pytest.mark.parametrize("code", BY_CODE)
def test_a_rule_says_when_it_makes_a_card_when_it_is_due_and_how_it_ends(code):
    assert all(word in PARTS[code] for word in ("When: ", "Due: " if code != "win_back" else "When: ", "Withdrawn: "))


@pytest.mark.parametrize("code", BY_CODE)
def test_a_rule_names_every_number_it_goes_by(code):
    card = BY_CODE[code]

    assert [name for name in (*card.numbers, *card.own) if f"`{name}`" not in PARTS[code]] == []


@pytest.mark.parametrize("code", BY_CODE)
def test_only_what_ends_by_itself_is_said_to(code):
    assert ("Withdrawn: never by itself." in PARTS[code]) == (not BY_CODE[code].withdrawn)
