"""The board: who must do what, and when; cards are carried, opened and made here."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components import kanban
from club_ui.components.basics import button, go, header, hidden, icon, menu, opens, spacer
from club_ui.components.card_sheet import card_sheet
from club_ui.components.cards import card_menu, column, tab
from club_ui.components.new_card import new_card
from club_ui.components.states import trouble
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.board import BoardState


@page("/board", "nav.board", icon="square-kanban", order=40, state=BoardState, need="see_cards", fixed=True, narrow=True)
def board() -> Any:
    """The filters, the columns, the button under them; the sheet of the open card."""
    return (
        _head(),
        trouble(BoardState),
        _columns(),
        _foot(),
        card_menu(BoardState),
        card_sheet(BoardState),
        new_card(BoardState),
    )


def _head() -> rx.Component:
    return header(
        t("nav.board"),
        rx.el.span(BoardState.total, class_name="sub hide-p nw"),
        spacer(),
        _whose(),
        rx.el.div(
            _narrow("who", BoardState.picks.people, "user-round"),
            _narrow("status", BoardState.picks.statuses, "circle-dot"),
            _narrow("cause", BoardState.picks.causes, "tag"),
            rx.cond(BoardState.picks.branches.length() > 0, _narrow("branch", BoardState.picks.branches, "map-pin"), rx.fragment()),
            class_name="row fs",
        ),
        _find(),
        look="dup",
    )


def _whose() -> rx.Component:
    """Mine, all, nobody's: one press each."""
    return rx.el.div(
        *(
            go(
                t(f"board.{word}"), to=BoardState.whose[code], replace=True, role="button",
                custom_attrs={"aria-pressed": rx.cond(BoardState.who == code, "true", "false")},
            )
            for code, word in (("me", "mine"), ("all", "all"), ("nobody", "nobody"))
        ),
        class_name="seg", role="group", custom_attrs={"aria-label": t("board.who")},
    )


def _narrow(name: str, choices: Any, icon_name: str) -> rx.Component:
    """One filter: its field, or the value that holds now; the menu clears it too."""
    word, chosen = t("board.person") if name == "who" else t(f"board.{name}"), BoardState.chosen[name]
    return menu(
        rx.el.button(
            icon(icon_name, 16), rx.el.span(rx.cond(chosen, chosen, word), class_name=rx.cond(chosen, "ell val", "ell")),
            icon("chevron-down", 15), type="button", class_name=rx.cond(chosen, "fc on", "fc a"),
            custom_attrs={**opens(f"pick-{name}", "menu"), "aria-label": rx.cond(chosen, word + ": " + chosen, word)},
        ),
        rx.foreach(
            choices,
            lambda one: go(
                rx.el.span(one.word), icon("check", 16, class_name="i tick"), to=one.href, replace=True, class_name="it",
                role="menuitemradio", custom_attrs={"aria-checked": rx.cond(one.on, "true", "false"), "data-value": one.value},
            ),
        ),
        name=f"pick-{name}", label=word, end=True,
    )


def _find() -> rx.Component:
    return rx.el.label(
        icon("search"),
        kanban.Find.create(
            sought=BoardState.sought, on_seek=BoardState.seek,
            custom_attrs={
                "aria-label": t("board.find"), "placeholder": t("board.find_hint"), "maxLength": 80, "enterKeyHint": "search",
                "data-testid": "board-search",
            },
        ),
        class_name="inp find",
    )


def _columns() -> rx.Component:
    return kanban.Board.create(
        rx.el.div(
            *(tab(code, BoardState) for code in theme.COLUMN),
            class_name="btabs", role="group", custom_attrs={"aria-label": t("nav.board")},
        ),
        rx.el.div(
            *(column(code, getattr(BoardState, f"cards_{code}"), BoardState) for code in theme.COLUMN),
            class_name="board", custom_attrs={"data-testid": "board", "aria-busy": rx.cond(BoardState.ready, "false", "true")},
        ),
        rx.cond(BoardState.ready, rx.fragment(), hidden(t("shell.loading"))),
        rx.el.p(BoardState.said, class_name="vh", role="status", custom_attrs={"data-testid": "board-said"}),
        ready=BoardState.ready, answer=BoardState.answer, fixed=~BoardState.may_work, usage=t("board.usage"),
        says_lift=t("board.lift", card="{card}", column="{column}", place="{place}"),
        says_over=t("board.over", column="{column}", says="{says}"),
        says_home=t("board.home", column="{column}"), says_nowhere=t("board.nowhere"), says_back=t("board.back", column="{column}"),
        says_late=t("board.late"), says_gone=t("board.gone", column="{column}"), says_closed=t("board.closed"),
        on_move=BoardState.move, on_act=BoardState.act, class_name="kb",
    )


def _foot() -> rx.Component:
    return rx.el.div(
        rx.cond(
            BoardState.may_make,
            rx.fragment(
                button(
                    icon("plus"), t("board.add"), look="p", on_click=BoardState.add_card,
                    custom_attrs={"data-shortcut": "add", "data-testid": "add-card", "aria-haspopup": "dialog"},
                ),
                rx.el.span(t("keys.add"), class_name="kbd hide-p", custom_attrs={"aria-hidden": "true"}),
            ),
            rx.fragment(),
        ),
        rx.el.span(rx.cond(BoardState.may_work, t("board.hint"), t("board.view_only")), class_name="t13 mm hide-p ell"),
        class_name="addb",
    )
