"""The calls of a day: those missed and not called back first, a press away from calling back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import empty, go, header, icon, skeleton_rows, spacer, stage_mark
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.calls import CallsPageState


@page("/calls", "nav.calls", icon="phone", state=CallsPageState, need="see_calls", under="now")
def calls() -> Any:
    """Missed ones, then all others."""
    return (
        header(t("calls.day"), rx.el.span(CallsPageState.lead, class_name="sub hide-p"), spacer(), _days(), back="/", look="dup"),
        loaded(
            CallsPageState,
            rx.cond(
                CallsPageState.lead == "",
                empty(t("calls.none_title"), t("calls.none"), look=theme.CAUSE["incoming_call"]),
                rx.el.div(
                    _part(t("calls.missed_first"), CallsPageState.missed, t("calls.back"), lambda who: t("calls.back_name", who=who)),
                    _part(t("calls.others_of_day"), CallsPageState.others, t("deed.call"), lambda who: t("list.call", name=who)),
                    class_name="pad stack g12",
                ),
            ),
            skeleton_rows(),
        ),
    )


def _days() -> rx.Component:
    return rx.el.div(
        *(
            go(
                t(f"calls.{word}"), to=to, class_name="sg",
                custom_attrs={"aria-current": rx.cond(CallsPageState.ago == ago, "page", "false")},
            )
            for word, to, ago in (("today", "/calls", 0), ("yesterday", "/calls?day=yesterday", 1))
        ),
        class_name="seg",
    )


def _part(title: Any, lines: Any, call: Any, named: Callable[[Any], Any]) -> rx.Component:
    return rx.cond(
        lines.length() > 0,
        rx.el.section(
            rx.el.header(rx.el.h2(title)),
            rx.el.ul(rx.foreach(lines, lambda row: _line(row, call, named)), class_name="lis cb"),
            class_name="chart",
        ),
        rx.fragment(),
    )


def _line(row: Any, call: Any, named: Callable[[Any], Any]) -> rx.Component:
    return rx.el.li(
        rx.el.time(row.time, class_name="t13 mm clk"),
        rx.el.span(icon(row.icon, 16), class_name="ist", custom_attrs={"data-h": row.hue}),
        rx.el.span(
            rx.cond(
                row.known,
                go(rx.el.span(row.who, class_name="nm"), stage_mark(row.stage), to="/client/" + row.client, class_name="nmr"),
                rx.el.span(row.who, class_name="nm"),
            ),
            rx.el.span(rx.el.span(row.state), rx.cond(row.lasted != "", " · " + row.lasted, ""), rx.cond(row.kind != "", " · " + row.kind, ""), class_name="t13 mm"),
            class_name="sp stack g4",
        ),
        rx.el.span(row.number, class_name="t13 mm nw hide-p"),
        rx.el.span(row.where, class_name="t13 mm nw hide-p"),
        rx.cond(
            row.tel != "",
            rx.el.a(
                icon("phone"), rx.el.span(call, class_name="hide-p"), href=row.tel, class_name="btn",
                custom_attrs={"aria-label": named(row.who)},
            ),
            rx.fragment(),
        ),
        class_name="li tall", key=row.id, custom_attrs={"data-testid": "call-line", "data-call": row.id},
    )
