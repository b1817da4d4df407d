"""What was: the life line, the row of processes, the history in sentences."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import button, chip_of, go, hued, icon, menu, menu_link, opens, spacer
from club_ui.components.pictures import life_line
from club_ui.history_rows import SHOWS
from club_ui.i18n.screen import t


def life(state: Any) -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(t("life.title")),
            rx.el.span(
                rx.el.span(rx.el.i(class_name="lg-v"), t("life.visit"), class_name="lg"),
                rx.el.span(rx.el.i(class_name="lg-f"), t("life.freeze"), class_name="lg"),
                rx.el.span(rx.el.i(class_name="lg-c"), t("life.contact"), class_name="lg"),
                class_name="row g12 hide-p",
            ),
            spacer(),
            rx.cond(
                state.as_table,
                go(icon("activity", 16), t("life.picture"), to="?", replace=True, class_name="btn g"),
                go(icon("table-2", 16), t("life.table"), to="?life=table", replace=True, class_name="btn g"),
            ),
        ),
        rx.el.div(
            rx.cond(
                state.as_table,
                rx.el.table(
                    rx.el.thead(rx.el.tr(rx.el.th(t("life.day"), scope="col"), rx.el.th(t("client.folders"), scope="col"))),
                    rx.el.tbody(
                        rx.foreach(
                            state.life_facts,
                            lambda one: rx.el.tr(
                                rx.el.td(one.day, class_name="nw"),
                                rx.el.td(
                                    rx.el.span(
                                        rx.el.i(class_name="dot"), one.what,
                                        rx.cond(one.ahead, rx.el.span(t("life.ahead"), class_name="tag"), rx.fragment()),
                                        class_name="row wrap", custom_attrs=hued(one.hue),
                                    )
                                ),
                            ),
                        )
                    ),
                    class_name="tb",
                ),
                life_line(state.life),
            ),
            class_name="cb",
        ),
        class_name="chart",
    )


def processes(state: Any) -> rx.Component:
    """The life as a row of processes: what the club did with this client, and how each ended."""
    return rx.cond(
        state.processes.length() > 0,
        rx.el.section(
            rx.el.h2(t("process.title")),
            rx.el.ol(
                rx.foreach(
                    state.processes,
                    lambda one: rx.el.li(
                        chip_of(one.chip, small=True),
                        rx.el.span(one.when, ", ", one.took, class_name="t12 m"),
                        rx.cond(one.talks != "", rx.el.span(one.talks, class_name="t12 mm"), rx.fragment()),
                        rx.el.b(one.outcome, class_name="t13 b5"),
                        class_name=rx.cond(one.now, "prc now", "prc"), key=one.key,
                    ),
                ),
                class_name="prcs",
            ),
            class_name="box in", custom_attrs={"data-testid": "processes"},
        ),
        rx.fragment(),
    )


def history(state: Any) -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(t("client.history")),
            spacer(),
            menu(
                button(
                    icon("filter", 16), rx.match(state.show, *((code, t(f"history.{code}")) for code in SHOWS), ""), icon("chevron-down", 15),
                    look="g", custom_attrs=opens("history-shows", "menu"),
                ),
                *(menu_link(t(f"history.{code}"), _SHOW_ICONS[code], to="?" if code == "all" else f"?show={code}") for code in SHOWS),
                name="history-shows", label=t("client.history"), end=True,
            ),
        ),
        rx.el.div(
            rx.cond(
                state.history.length() > 0,
                rx.el.ul(rx.foreach(state.history, lambda line: _event(state, line)), class_name="tl"),
                rx.el.p(t("client.history_empty"), class_name="t14 m"),
            ),
            rx.cond(
                state.older != "",
                go(t("client.show_more"), to=state.older, replace=True, prevent_scroll_reset=True, class_name="btn"),
                rx.fragment(),
            ),
            class_name="cb",
        ),
        class_name="chart past",
    )


_SHOW_ICONS = {"all": "list", "talks": "messages-square", "visits": "footprints", "money": "banknote", "moves": "folders", "cards": "square-kanban"}


def _event(state: Any, line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(icon(line.icon, 15), class_name="ist", custom_attrs=hued(line.hue)),
        rx.el.p(
            rx.el.span(line.says, class_name=rx.cond(line.void, "void", "")),
            rx.cond(line.void, rx.el.span(" ", t("history.voided"), class_name="tag"), rx.fragment()),
            rx.cond(line.more != "", rx.el.span(rx.el.br(), rx.el.span(line.more, class_name="m"), class_name="pretty"), rx.fragment()),
            rx.el.br(),
            rx.el.span(line.who, class_name="t12 mm"),
        ),
        rx.el.span(
            rx.cond(
                line.card != "",
                go(icon("square-kanban", 16), to="/board?card=" + line.card, class_name="hit", title=t("card.title"), custom_attrs={"aria-label": t("card.title") + ": " + line.says}),
                rx.fragment(),
            ),
            rx.el.time(line.when),
            rx.cond(
                line.can_void,
                rx.el.button(
                    icon("undo-2", 16), type="button", class_name="hit", on_click=state.take_back(line.key), title=t("deed.void"),
                    custom_attrs={"aria-label": t("deed.void") + ": " + line.says},
                ),
                rx.fragment(),
            ),
            class_name="row g4 top-a",
        ),
        key=line.key,
    )
