"""The pieces of a board whose cards are carried: by mouse, by finger, by keyboard, or by a menu.

They wrap @hello-pangea/dnd; their code is `assets/kanban.js`. What stands in them is plain Python.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_base.components.component import Component


def _moved(card: rx.Var[str], to: rx.Var[str], version: rx.Var[int], key: rx.Var[str]) -> list[rx.Var[Any]]:
    return [card, to, version, key]


def _acted(card: rx.Var[str], what: rx.Var[str]) -> list[rx.Var[str]]:
    return [card, what]


class _Piece(Component):
    """A piece of that file: all of them share one context, so the file is imported and not written into each page."""

    library = "$/public/kanban.js"
    lib_dependencies: list[str] = ["@hello-pangea/dnd@18.0.1"]


class Board(_Piece):
    """The whole board; until it is `ready` its columns stand empty. `answer` is what the club said to the last move: its card, key, and the reason of a refusal."""

    tag = "KbBoard"
    ready: rx.Var[bool]
    answer: rx.Var[dict[str, str]]
    fixed: rx.Var[bool]
    usage: rx.Var[str]
    says_lift: rx.Var[str]
    says_over: rx.Var[str]
    says_home: rx.Var[str]
    says_nowhere: rx.Var[str]
    says_back: rx.Var[str]
    says_late: rx.Var[str]
    says_gone: rx.Var[str]
    says_closed: rx.Var[str]
    on_move: rx.EventHandler[_moved]
    on_act: rx.EventHandler[_acted]


class Column(_Piece):
    """One column: `says` is what dropping there would mean."""

    tag = "KbColumn"
    column_id: rx.Var[str]
    name: rx.Var[str]
    says: rx.Var[str]


class Tab(_Piece):
    """The column's count on a phone: pressed it shows the column, and a card can be dropped on it."""

    tag = "KbTab"
    column_id: rx.Var[str]
    disabled: rx.Var[bool]


class List(_Piece):
    """Where the cards of a column stand; `more` and `back` tell whether there are others below and above."""

    tag = "KbList"
    column_id: rx.Var[str]
    closed: rx.Var[bool]
    more: rx.Var[bool]
    back: rx.Var[bool]
    fresh_word: rx.Var[str]
    on_window: rx.EventHandler[_acted]


def _sought(typed: rx.Var[str]) -> list[rx.Var[str]]:
    return [typed]


class Find(_Piece):
    """The field of the board's search: `sought` is what the board is narrowed by."""

    tag = "KbFind"
    sought: rx.Var[str]
    on_seek: rx.EventHandler[_sought]


class Card(_Piece):
    """One card that can be carried.

    What stands in it comes from `row`, and from whatever `words` is made of: while both stay, it is not drawn again.
    """

    tag = "KbCard"
    row: rx.Var[Any]
    words: rx.Var[str]
    card_id: rx.Var[str]
    index: rx.Var[int]
    column: rx.Var[str]
