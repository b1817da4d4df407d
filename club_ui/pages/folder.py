"""One folder: who stands here, in the order they are to be worked with."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import (
    FOR_THE_EYE,
    empty,
    go,
    header,
    hidden,
    hued,
    icon,
    skeleton_rows,
    spacer,
)
from club_ui.components.clients import client_row, row_menu, whose_menu
from club_ui.components.deeds import deed_sheet
from club_ui.components.states import loaded
from club_ui.i18n.screen import t, t_of
from club_ui.page import page
from club_ui.pages.missing import not_here
from club_ui.state.folder import FolderState


def _title() -> rx.Var[str]:
    return t_of("folder", FolderState.code, theme.FOLDER)


@page("/folder/[code]", "nav.folder", state=FolderState, need="see_folders", under="folders", title=_title)
def folder() -> Any:
    """The head with the count, the bars over days, the rows."""
    return (
        rx.cond(FolderState.missing, not_here(), rx.fragment(_head(), _bars(), loaded(FolderState, _list(), skeleton_rows()))),
        deed_sheet(FolderState),
        row_menu(),
    )


def _head() -> rx.Component:
    return header(
        _title(),
        rx.el.span(
            FolderState.count, class_name="ct",
            custom_attrs={"data-testid": rx.Var.create("folder-") + FolderState.code, "data-count": FolderState.raw},
        ),
        rx.el.span(
            rx.el.span(icon("arrow-down-left", 15), FolderState.into, class_name="row g4"),
            rx.el.span(icon("arrow-up-right", 15), FolderState.out, class_name="row g4"),
            class_name=rx.cond(FolderState.into != "", "io row g12 t13 m hide-p", "nothing"),
        ),
        spacer(),
        whose_menu(FolderState),
        rx.cond(
            FolderState.filtered,
            go(icon("x", 16), t("list.no_filter"), to="?" + FolderState.keeps, class_name="fc on"),
            rx.fragment(),
        ),
        back="/folders", back_name=t("list.back"),
        look="dup", mark=rx.el.span(icon(FolderState.folder.icon, 18), class_name="ist", custom_attrs=hued(FolderState.folder.hue)),
    )


def _bars() -> rx.Component:
    return rx.cond(
        FolderState.bars.length() > 0,
        rx.el.div(
            rx.foreach(
                FolderState.bars,
                lambda bar: go(
                    hidden(bar.name),
                    rx.el.span(bar.count, custom_attrs=FOR_THE_EYE),
                    rx.el.span(class_name="bx", style={"height": bar.height}),
                    rx.el.span(bar.label, class_name="k", custom_attrs=FOR_THE_EYE),
                    to=rx.cond(bar.chosen, "?" + FolderState.keeps, "?" + FolderState.keeps + "day=" + bar.key), replace=True, role="button",
                    class_name=rx.cond(bar.near, "db on", "db"),
                    custom_attrs={"aria-pressed": rx.cond(bar.chosen, "true", "false")},
                ),
            ),
            class_name="hist", role="group", custom_attrs={"aria-label": t("list.hist"), **hued(FolderState.folder.hue)},
        ),
        rx.fragment(),
    )


def _list() -> rx.Component:
    return rx.cond(
        FolderState.lines.length() > 0,
        rx.fragment(
            rx.foreach(FolderState.lines, lambda row: client_row(row, FolderState)),
            rx.el.div(
                rx.cond(FolderState.began, go(icon("arrow-up", 16), t("list.from_start"), to="?" + FolderState.keeps, class_name="btn g"), rx.fragment()),
                rx.cond(FolderState.onward != "", go(t("list.next_page"), icon("chevron-right", 16), to=FolderState.onward, class_name="btn"), rx.fragment()),
                class_name="more-row row",
            ),
        ),
        rx.cond(
            FolderState.filtered | FolderState.began | (FolderState.whose != ""),
            empty(
                t("list.empty_title"), t("list.empty_filter"), go(t("list.no_filter"), to="?", class_name="btn"),
                look=theme.FOLDER["archive"],
            ),
            empty(t("list.empty_title"), t("list.empty"), look=theme.STATUS["active"]),
        ),
    )
