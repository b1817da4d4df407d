"""What the club is like this moment: folders live, what is overdue, what moved today."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import chip_of, empty, go, header, hidden, icon, spacer, stage_mark
from club_ui.components.folders import lanes_skeleton, small_lane
from club_ui.components.overdue import overdue_box
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.pages.folders import add_link
from club_ui.state.now import NowState


@page("/", "nav.now", icon="activity", order=10, state=NowState, need="see_folders")
def now() -> Any:
    """Lanes of tiles, then what is overdue and today's moves."""
    return (
        header(
            t("nav.now"),
            rx.el.span(NowState.day, class_name=rx.cond(NowState.failed != "", "sub hide-p", "sub")),
            spacer(),
            rx.cond(NowState.nobody, rx.fragment(), rx.el.span(NowState.total, class_name="sub hide-v")),
            _failed(),
            _calls(),
            add_link(),
            look="dup",
        ),
        loaded(
            NowState,
            rx.cond(
                NowState.nobody,
                empty(t("folders.empty_title"), t("folders.empty"), look=theme.FOLDER["potential"]),
                rx.el.div(
                    rx.el.div(
                        *(small_lane(status, NowState.tiles, NowState.statuses) for status in theme.LANES), class_name="lanes"
                    ),
                    rx.el.div(rx.cond(NowState.overdue.sees, overdue_box(NowState.overdue), rx.fragment()), _flows(), _latest(), class_name="g2n three"),
                    class_name="pad",
                ),
            ),
            lanes_skeleton(),
        ),
    )


def _calls() -> rx.Component:
    """To the calls of the day, once there are any; those that nobody has answered yet are told."""
    return rx.cond(
        NowState.calls != "",
        go(
            icon("phone"), hidden(t("calls.day"), ": "), rx.el.span(NowState.calls, " ", class_name="hide-p"),
            rx.cond(NowState.missed != "", rx.el.span(icon("phone-missed", 13), NowState.missed, class_name="pill s", custom_attrs={"data-h": "danger"}), rx.fragment()),
            to="/calls", class_name="btn", custom_attrs={"data-testid": "calls-of-day"},
        ),
        rx.fragment(),
    )


def _failed() -> rx.Component:
    """To what outside systems sent and the club could not take, while there is any."""
    return rx.cond(
        NowState.failed != "",
        go(
            icon("inbox"), rx.el.span(t("inbox.waits"), class_name="hide-p"),
            rx.el.span(NowState.failed, class_name="pill s", custom_attrs={"data-h": "danger"}),
            to="/settings/inbox?state=failed", class_name="btn",
            custom_attrs={"data-testid": "inbox-waits", "aria-label": t("inbox.title") + ", " + t("inbox.waits") + ": " + NowState.failed},
        ),
        rx.fragment(),
    )


def _flows() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2(t("now.moves"))),
        rx.el.div(
            rx.cond(
                NowState.flows.length() > 0,
                rx.el.ul(rx.foreach(NowState.flows, _flow), class_name="lis"),
                rx.el.p(t("now.moves_empty"), class_name="t14 m"),
            ),
            class_name="cb",
        ),
        class_name="chart",
    )


def _flow(row: Any) -> rx.Component:
    return rx.el.li(
        go(
            rx.el.span(icon(row.chip.icon, 16), class_name="ist", custom_attrs={"data-h": row.chip.hue}),
            rx.el.span(row.chip.word, class_name="sp pretty"),
            rx.el.span(icon("arrow-down-left", 15), rx.el.span(t("folders.in"), class_name="vh"), rx.el.b(row.into), class_name="row g4"),
            rx.el.span(icon("arrow-up-right", 15), rx.el.span(t("folders.out"), class_name="vh"), rx.el.b(row.out), class_name="row g4"),
            to=row.href, class_name="li",
        )
    )


def _latest() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2(t("now.changes"))),
        rx.el.div(
            rx.cond(
                NowState.moves.length() > 0,
                rx.el.ul(rx.foreach(NowState.moves, _moved), class_name="lis"),
                rx.el.p(t("now.changes_empty"), class_name="t14 m"),
            ),
            class_name="cb",
        ),
        class_name="chart",
    )


def _moved(row: Any) -> rx.Component:
    return rx.el.li(
        go(
            rx.el.span(
                rx.el.span(rx.el.b(row.name_, class_name="b5 pretty"), stage_mark(row.stage), class_name="row g6"),
                rx.el.span(rx.el.time(row.time), ", ", row.why, class_name="t13 mm pretty"),
                class_name="stack sp tight",
            ),
            rx.el.span(rx.foreach(row.chips, lambda one: chip_of(one, small=True)), class_name="row g4 wrap end"),
            to=f"/client/{row.client}", class_name="li tall",
        ),
        key=row.id,
    )
