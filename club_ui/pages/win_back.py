"""Winning back, for the owner and the manager: why, which attempt, whose work."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import empty, go, header, skeleton_rows, spacer
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.win_back import WinBackState


@page("/owner", "win_back.title", icon="chart-no-axes-combined", order=80, state=WinBackState, need="see_reports")
def owner() -> Any:
    """Reasons as bars with a table's words, then attempts and people as tables."""
    state = WinBackState
    return (
        header(t("win_back.title"), rx.el.span(state.span, class_name="sub"), spacer(), rx.el.b(state.returned, class_name="t14 nw"), look="dup"),
        loaded(
            state,
            rx.el.div(
                rx.el.div(_choices("win_back.span", state.spans), rx.cond(state.nothing, rx.fragment(), _choices("win_back.by", state.bys)), class_name="row g12 wrap"),
                rx.cond(
                    state.nothing,
                    empty(t("win_back.empty_title"), t("win_back.empty"), look=theme.FOLDER["churn"]),
                    rx.el.div(
                        _reasons("win_back.leaving", state.leaving, "churn"), _reasons("win_back.refusing", state.refusing, "deal_lost"),
                        _table("win_back.attempts", ("win_back.attempt", "win_back.closed", "win_back.back", "win_back.refused"), state.attempts, ("number", "closed", "returned", "refused")),
                        _table("win_back.people", ("win_back.person", "win_back.closed", "win_back.back"), state.people, ("name", "closed", "returned")),
                        class_name="pbks",
                    ),
                ),
                class_name="pad stack",
            ),
            skeleton_rows(),
        ),
    )


def _choices(word: str, choices: Any) -> rx.Component:
    return rx.el.nav(
        rx.foreach(
            choices,
            lambda one: go(
                one.word, to=one.href, replace=True, class_name=rx.cond(one.chosen, "fc on", "fc"),
                custom_attrs={"aria-current": rx.cond(one.chosen, "true", "false")},
            ),
        ),
        class_name="row g8 wrap", custom_attrs={"aria-label": t(word)},
    )


def _reasons(title: str, rows: Any, hue: str) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t(title)),
        rx.cond(
            rows.length() > 0,
            rx.el.ul(
                rx.foreach(
                    rows,
                    lambda one: rx.el.li(
                        rx.el.div(rx.el.span(one.word, class_name="sp"), rx.el.b(one.count), class_name="row"),
                        rx.el.div(rx.el.i(style={"width": one.share}), class_name="bar"),
                        rx.el.div(one.parts, class_name="t13 mm pretty"),
                        key=one.key,
                    ),
                ),
                class_name="whys", custom_attrs={"data-h": hue},
            ),
            rx.el.p(t("win_back.none"), class_name="t14 m"),
        ),
        class_name="box pbk",
    )


def _table(title: str, heads: tuple[str, ...], rows: Any, names: tuple[str, ...]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t(title), id=title.replace(".", "-")),
        rx.el.table(
            rx.el.thead(rx.el.tr(*(rx.el.th(t(head), scope="col", class_name="r" if place else "") for place, head in enumerate(heads)))),
            rx.el.tbody(
                rx.foreach(
                    rows,
                    lambda one: rx.el.tr(
                        rx.el.th(getattr(one, names[0]), scope="row"), *(rx.el.td(getattr(one, name), class_name="r") for name in names[1:])
                    ),
                )
            ),
            class_name="tbl", custom_attrs={"aria-labelledby": title.replace(".", "-")},
        ),
        class_name="box pbk",
    )
