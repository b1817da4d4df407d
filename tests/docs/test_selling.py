"""What docs/selling.md says is what the screens say: buttons by their words, every state, numbers by their names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from club_ui import theme
from club_ui.i18n import catalogue
from lifecycle.actions.contracts import PAID_BY
from lifecycle.billing import STATES
from lifecycle.policy import SETTINGS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "selling.md").read_text("utf-8")
WORDS = catalogue("en")


def test_every_word_of_a_screen_on_the_page_is_one():
    shown = {word for word in WORDS.values() if isinstance(word, str)}
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", PAGE)
    # A way through the menus names each page on it.
    steps = [step for name in named for step in ([name] if name in shown else name.split(", "))]

    assert len(steps) > 10
    assert [step for step in steps if step not in shown] == []


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_a_contract_is_explained(state):
    assert f"| {WORDS[f'contract.{state}']} |" in PAGE


@pytest.mark.parametrize("state", [state for state in theme.PACK if state != "refunded"])
def test_every_state_of_a_pack_is_explained(state):
    assert f"| {WORDS[f'pack.{state}']} |" in PAGE


@pytest.mark.parametrize("way", PAID_BY)
def test_every_way_to_pay_is_on_the_page(way):
    assert f"*{WORDS[f'paid_by.{way}']}*" in PAGE


def test_every_number_of_the_page_is_one_of_the_club():
    numbers = set(re.findall(r"`(\w+)`", PAGE))

    assert numbers
    assert numbers - set(SETTINGS) == set()
