"""The tabs over the pages of settings, and a stepper for a number."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import go, icon
from club_ui.i18n.screen import t

_TABS = (("settings", "/settings", "settings.policy"), ("staff", "/settings/staff", "settings.staff"), ("mine", "/settings/mine", "settings.me"))


def settings_tabs(current: str) -> rx.Component:
    """Rules, staff, one's own."""
    return rx.el.nav(
        *(
            go(t(word), to=address, custom_attrs={"aria-current": "page"} if code == current else {})
            for code, address, word in _TABS
        ),
        class_name="tabs", custom_attrs={"aria-label": t("nav.settings")},
    )


def number_line(line: Any, state: Any) -> rx.Component:
    """One key of the policy with its control; what it was, where it is tried; the sentence, where it cannot be."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(line.word, class_name="t14 b5", id=rx.Var.create("w-") + line.key),
            rx.cond(line.changed, rx.el.span(line.was, class_name="was"), rx.fragment()),
            class_name="sp",
        ),
        rx.match(
            line.kind,
            ("switch", _switch(line, state)),
            ("choice", _choice(line, state)),
            _stepper(line, state),
        ),
        rx.el.span(line.unit, class_name="t13 mm unit"),
        rx.cond(line.wrong != "", rx.el.span(line.wrong, class_name="bad", role="alert"), rx.fragment()),
        class_name="pr", key=line.key, custom_attrs={"data-testid": rx.Var.create("setting-") + line.key},
    )


def _stepper(line: Any, state: Any) -> rx.Component:
    return rx.el.div(
        rx.el.button(icon("minus"), type="button", on_click=state.step(line.key, -1), disabled=~state.may_publish, custom_attrs={"aria-label": line.less}),
        rx.el.input(
            key=line.value, default_value=line.value, on_blur=lambda value: state.put(line.key, value), read_only=~state.may_publish,
            custom_attrs={"inputMode": "numeric", "aria-labelledby": rx.Var.create("w-") + line.key, "aria-invalid": rx.cond(line.wrong != "", "true", "false")},
        ),
        rx.el.button(icon("plus"), type="button", on_click=state.step(line.key, 1), disabled=~state.may_publish, custom_attrs={"aria-label": line.more}),
        class_name=rx.cond(line.wrong != "", "stp wrong", rx.cond(line.changed, "stp chg", "stp")),
    )


def _switch(line: Any, state: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox", checked=line.value == "True", disabled=~state.may_publish,
            on_change=lambda on: state.put(line.key, rx.cond(on, "True", "False")),
            custom_attrs={"role": "switch", "aria-labelledby": rx.Var.create("w-") + line.key},
        ),
        class_name="chk",
    )


def _choice(line: Any, state: Any) -> rx.Component:
    return rx.el.select(
        rx.foreach(line.choices, lambda one: rx.el.option(one.word, value=one.value)),
        value=line.value, on_change=lambda value: state.put(line.key, value), disabled=~state.may_publish, class_name="inp narrow",
        custom_attrs={"aria-labelledby": rx.Var.create("w-") + line.key},
    )


def strips(state: Any) -> rx.Component:
    """The numbers now and in the trial as two strips, aligned on the last day of a term."""
    return rx.el.div(
        _strip(t("policy.now"), state.strip_now, "tr2"),
        _strip(t("policy.then"), state.strip_then, "tr2 on"),
        rx.el.div(
            rx.el.div(rx.el.span(t("policy.end")), class_name=rx.cond(state.end_late, "end late", "end"), style={"left": state.end}),
            class_name="ends", custom_attrs={"aria-hidden": "true"},
        ),
        class_name="cmp",
    )


def _strip(word: Any, parts: Any, look: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(word, class_name="lb"),
        rx.el.div(
            rx.foreach(parts, lambda one: rx.el.i(rx.el.span(one.word), style={"flex": one.width}, custom_attrs={"data-h": one.hue})),
            class_name=look,
        ),
        class_name="row",
    )
