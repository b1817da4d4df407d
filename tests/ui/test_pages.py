"""Every page builds, in its frame, and nothing about a client lies in what browsers are given before sign-in."""

from __future__ import annotations

import dataclasses
import re

import pytest
import reflex as rx

import club_ui.pages  # noqa: F401 - importing it registers them
from club_ui.page import PAGES, component, menu_pages, seen_by
from club_ui.state.search import cut
from lifecycle.desk import Desk

STATES = [page.state for page in PAGES if page.state is not None]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_every_page_builds(page):
    assert isinstance(component(page), rx.Component)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_state_begins_with_nothing_in_it(state):
    for name, field in state.get_fields().items():
        if name in state.base_vars and not name.startswith("_"):
            value = field.default_value()
            empty = dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value
            assert not _told(empty), name


def _told(value) -> bool:
    """Whether a default says anything about anybody; switches, small numbers and codes of choices do not."""
    if isinstance(value, dict):
        return any(_told(one) for one in value.values())
    if isinstance(value, list | tuple):
        return any(_told(one) for one in value)
    return isinstance(value, str) and re.search(r"[^\W\d_]", value) is not None and value not in ("all", "person", "now")


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_state_has_a_var_that_reads_by_itself(state):
    assert not [name for name in state.computed_vars if name in state.__dict__]


def test_the_menu_shows_what_the_role_may_see():
    owner, trainer = Desk(1, "O", "owner"), Desk(2, "T", "trainer", frozenset({1}))

    assert {page.code for page in menu_pages()} <= set(seen_by(owner))
    assert "folders" not in seen_by(trainer)


@pytest.mark.parametrize(
    ("name", "query", "marked"),
    [("Марина Ковалёва", "кова", ["Кова"]), ("Марина Ковалёва", "алева мар", ["Мар", "алёва"]), ("Анна", "я", [])],
)
def test_what_was_looked_for_is_marked_in_the_name(name, query, marked):
    assert [piece for piece, mark in cut(name, query) if mark] == marked


def test_digits_are_marked_through_the_spaces_of_a_phone():
    assert cut("+7 916 204-18-33", "2041", digits=True) == [["+7 916 ", ""], ["204-1", "1"], ["8-33", ""]]
