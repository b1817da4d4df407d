"""The search palette: one field, then clients, deeds, pages and folders, walked with the arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import reflex as rx

from club_ui.components.basics import avatar, go, icon, pill_of, stage_mark
from club_ui.components.parts import Dialog
from club_ui.i18n.screen import data_of, t
from club_ui.state.search import SearchState
from club_ui.state.shell import Shell

if TYPE_CHECKING:
    from club_ui.page import Page


def palette(pages: Sequence[Page]) -> rx.Component:
    """The palette, where the person may see clients at all."""
    return Dialog.create(
        rx.el.div(
            icon("search", 20),
            rx.el.input(
                type="search", placeholder=t("search.hint"), default_value="", on_change=SearchState.seek.debounce(160),
                auto_complete="off", max_length=80,
                custom_attrs={"aria-label": t("search.title"), "data-first": "true", "enterKeyHint": "search"},
            ),
            rx.el.button(
                rx.el.span(t("keys.esc"), class_name="kbd hide-p"), icon("x", 20, class_name="i only-p"),
                type="button", class_name="hit", on_click=SearchState.shut, custom_attrs={"aria-label": t("shell.close")},
            ),
            class_name="q",
        ),
        rx.el.div(
            rx.cond(SearchState.trouble != "", rx.el.p(SearchState.trouble, class_name="gh", role="alert"), rx.fragment()),
            rx.cond(
                SearchState.hits.length() > 0,
                rx.el.div(
                    rx.el.div(t("search.clients"), class_name="gh"), rx.foreach(SearchState.hits, _hit),
                    role="group", custom_attrs={"aria-label": t("search.clients")},
                ),
                rx.cond(SearchState.asked, rx.el.p(t("search.none"), class_name="gh", role="status"), rx.fragment()),
            ),
            _add(),
            rx.cond(
                SearchState.places.length() > 0,
                rx.el.div(rx.el.div(t("search.pages"), class_name="gh"), rx.foreach(SearchState.places, _place)),
                rx.fragment(),
            ),
            class_name="hits",
        ),
        open=SearchState.shown, on_shut=SearchState.shut, class_name="pal",
        custom_attrs={"aria-label": t("search.title")},
    )


def _cut(pieces: Any) -> rx.Component:
    return rx.foreach(pieces, lambda piece: rx.cond(piece[1] == "1", rx.el.mark(piece[0]), rx.el.span(piece[0])))


def _hit(row: Any) -> rx.Component:
    return go(
        avatar(row.initials, hue=row.stage.hue, small=True),
        stage_mark(row.stage),
        rx.el.span(rx.el.span(_cut(row.name)), " ", rx.el.span(_cut(row.phone), class_name="m t13 nw"), class_name="sp"),
        pill_of(row.folder.word, row.folder.hue, row.folder.icon, small=True),
        to=f"/client/{row.id}", class_name="hit-row", on_click=SearchState.shut,
        custom_attrs={"data-testid": "search-hit", "data-client": row.id},
    )


def _place(row: Any) -> rx.Component:
    return go(
        icon(row.icon), rx.el.span(row.word, class_name="sp"), rx.el.span(row.hint, class_name="t13 mm"),
        to=row.href, class_name="hit-row", on_click=SearchState.shut,
    )


def _add() -> rx.Component:
    return rx.cond(
        Shell.sees.contains("add") & (SearchState.query.length() >= 2),
        go(
            icon("user-plus"), rx.el.span(t("search.add", query=SearchState.query), class_name="sp"),
            to=_encoded_address(SearchState.query), class_name="hit-row", on_click=SearchState.shut,
        ),
        rx.fragment(),
    )


def _encoded_address(query: rx.Var[str]) -> rx.Var[str]:
    """The page of a new client with what was typed already in it."""
    return rx.Var(f"('/add?q=' + encodeURIComponent({query!s}))", _var_data=data_of(query)).to(str)
