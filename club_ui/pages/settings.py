"""The rules: numbers to try, who would move today, and one button that publishes them from a day on."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import button, chip_of, empty, header, icon, pill, skeleton_rows, spacer
from club_ui.components.settings import number_line, settings_tabs, strips
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.settings import SettingsState
from club_ui.theme import Look


@page("/settings", "nav.settings", icon="settings-2", order=90, state=SettingsState, fixed=True)
def settings() -> Any:
    """The numbers at the left, what they would do at the right."""
    return (
        header(
            t("policy.title"),
            rx.cond(SettingsState.changed > 0, pill(t("policy.trial"), Look("accent", "git-compare-arrows")), rx.fragment()),
            spacer(),
        ),
        settings_tabs("settings"),
        rx.el.div(
            loaded(
                SettingsState,
                rx.cond(
                    SettingsState.may_see,
                    rx.el.div(rx.el.div(_numbers(), _effects(), class_name="pg"), class_name="pad"),
                    empty(t("policy.title"), t("blocked_full.no_right"), look=theme.SALE["promote"]),
                ),
                skeleton_rows(),
            ),
            class_name="scroll",
        ),
        rx.cond(SettingsState.changed > 0, _publish(), rx.fragment()),
    )


def _numbers() -> rx.Component:
    return rx.el.div(
        rx.cond(SettingsState.may_publish, rx.fragment(), rx.el.p(t("policy.read_only"), class_name="t13 mm")),
        rx.el.section(
            rx.el.h2(t("policy.life"), class_name="vh"),
            rx.foreach(SettingsState.life, lambda line: number_line(line, SettingsState)),
            class_name="box",
        ),
        rx.el.section(
            rx.el.h2(t("policy.rest"), class_name="t14 pr-h"),
            rx.foreach(SettingsState.rest, lambda line: number_line(line, SettingsState)),
            class_name="box",
        ),
        class_name="stack",
    )


def _effects() -> rx.Component:
    return rx.el.div(
        rx.el.section(rx.el.header(rx.el.h2(t("policy.shift"))), rx.el.div(strips(SettingsState), class_name="cb"), class_name="chart"),
        rx.el.section(
            rx.el.header(
                rx.el.h2(t("policy.moves")), spacer(),
                rx.cond(SettingsState.counting, rx.el.span(rx.el.span(class_name="spin"), t("policy.counting"), class_name="row t13 m"), rx.el.b(SettingsState.moved, class_name="big")),
            ),
            rx.el.div(
                rx.cond(
                    SettingsState.shifts.length() > 0,
                    rx.foreach(SettingsState.shifts, _shift),
                    rx.el.p(rx.cond(SettingsState.moved == "", t("policy.moves_first"), t("policy.moves_none")), class_name="t14 m"),
                ),
                class_name="cb", custom_attrs={"aria-live": "polite"},
            ),
            class_name="chart", custom_attrs={"data-testid": "policy-moves"},
        ),
        rx.cond(
            SettingsState.versions.length() > 0,
            rx.el.section(
                rx.el.header(rx.el.h2(t("policy.versions"))),
                rx.el.div(rx.el.ul(rx.foreach(SettingsState.versions, _version), class_name="lis"), class_name="cb"),
                class_name="chart",
            ),
            rx.fragment(),
        ),
        class_name="stack",
    )


def _shift(line: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(rx.foreach(line.before, lambda one: chip_of(one, small=True)), class_name="row g4 wrap"),
        icon("arrow-right", 16),
        rx.el.span(rx.foreach(line.after, lambda one: chip_of(one, small=True)), class_name="row g4 wrap"),
        rx.el.b(line.count, class_name="n"),
        class_name="mvr",
    )


def _version(line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            icon("history", 16),
            rx.el.span(rx.el.span(line.says, class_name="b5"), rx.el.br(), rx.el.span(line.changes, class_name="t13 m"), class_name="sp pretty"),
            rx.cond(line.state != "", rx.el.span(line.state, class_name="tag"), rx.fragment()),
            class_name="li tall",
        ),
        key=line.key,
    )


def _publish() -> rx.Component:
    return rx.el.div(
        rx.el.label(t("policy.from_day"), html_for="from-day", class_name="t14 m hide-p"),
        rx.el.input(
            type="date", id="from-day", default_value=SettingsState.from_day, min=SettingsState.first_day, class_name="inp",
            on_blur=SettingsState.pick_day, custom_attrs={"aria-label": t("policy.from_day")},
        ),
        spacer(),
        button(t("policy.discard"), look="g", on_click=SettingsState.discard),
        button(SettingsState.publish_word, look="p", on_click=SettingsState.publish, custom_attrs={"data-testid": "policy-publish"}),
        class_name="pub",
    )
