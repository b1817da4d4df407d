"""Rules: each number with what a trial of it would move, and one button to publish."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import button, chip_of, go, header, icon, note, pill_of, skeleton_rows, spacer
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.settings import SettingsState
from club_ui.state.shell import Shell


def settings_tabs(current: str) -> rx.Component:
    """The pages of the settings that the role may see."""
    tabs = (
        ("settings", "/settings", "settings.policy"), ("rules", "/settings/rules", "settings.rules"), ("staff", "/settings/staff", "settings.staff"),
        ("products", "/settings/products", "product.title"),
        ("playbooks", "/settings/playbooks", "settings.playbooks"), ("choices", "/settings/lists", "settings.choices"),
        ("connections", "/settings/connections", "connections.title"), ("inbox", "/settings/inbox", "inbox.title"),
        ("hooks", "/settings/hooks", "hooks.title"),
        ("sessions", "/settings/sessions", "settings.sessions"),
    )
    return rx.el.nav(
        *(
            rx.cond(
                Shell.sees.contains(code),
                go(t(word), to=route, custom_attrs={"aria-current": "page"} if code == current else {}),
                rx.fragment(),
            )
            for code, route, word in tabs
        ),
        class_name="tabs", custom_attrs={"aria-label": t("nav.settings")},
    )


@page("/settings", "nav.settings", icon="sliders-horizontal", order=90, state=SettingsState, need="see_policy", fixed=True)
def settings() -> Any:
    """Numbers at the left, what they would move at the right, publishing below."""
    return (
        header(
            t("policy.title"),
            rx.cond(SettingsState.trial, pill_of(t("policy.trial"), "accent", "git-compare-arrows"), rx.fragment()),
            spacer(),
        ),
        settings_tabs("settings"),
        rx.el.div(
            loaded(SettingsState, rx.el.div(rx.el.div(_numbers(), _effects(), class_name="pg"), class_name="pad"), skeleton_rows()),
            style={"overflow": "auto", "flex": "1", "minHeight": "0"},
        ),
        rx.cond(SettingsState.trial & SettingsState.may_change, _publish(), rx.fragment()),
    )


def _numbers() -> rx.Component:
    return rx.el.div(
        rx.cond(SettingsState.may_change, rx.fragment(), note(t("policy.read_only"), hue="archive", icon_name="lock", role="note")),
        # What new rules call for they do not make: they end with its count, and somebody chooses.
        rx.cond(
            SettingsState.counted != "",
            rx.el.div(
                note(
                    SettingsState.counted, ". ", go(t("rules.choose"), to="/settings/rules", class_name="lk"),
                    hue="to_renew", icon_name="list-checks", role="status",
                ),
                custom_attrs={"data-testid": "policy-counted"},
            ),
            rx.fragment(),
        ),
        _box("policy.life", SettingsState.life),
        _box("policy.rest", SettingsState.rest),
        class_name="stack g12",
    )


def _box(word: str, rows: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t(word), class_name="t13 mm", style={"padding": "12px 16px 4px"}),
        rx.foreach(rows, _number),
        class_name="box", custom_attrs={"aria-label": t(word)},
    )


def _number(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(row.word, class_name="t14 b5"),
            rx.cond(row.changed, rx.el.span(row.was, class_name="was"), rx.fragment()),
            class_name="sp",
        ),
        rx.match(row.kind, ("number", _stepper(row)), ("switch", _switch(row)), _choice(row)),
        rx.cond(row.error != "", rx.el.span(row.error, class_name="bad", role="alert"), rx.fragment()),
        class_name="pr", key=row.name, custom_attrs={"data-number": row.name},
    )


def _stepper(row: Any) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.button(icon("minus"), type="button", on_click=SettingsState.step(row.name, -1), disabled=~SettingsState.may_change, custom_attrs={"aria-label": row.less}),
            rx.el.input(
                default_value=row.value, key=row.value, input_mode="numeric", max_length=7, on_blur=SettingsState.put(row.name), disabled=~SettingsState.may_change,
                custom_attrs={"aria-label": row.word, "aria-invalid": rx.cond(row.error != "", "true", "false")},
            ),
            rx.el.button(icon("plus"), type="button", on_click=SettingsState.step(row.name, 1), disabled=~SettingsState.may_change, custom_attrs={"aria-label": row.more}),
            class_name=rx.cond(row.error != "", "stp wrong", rx.cond(row.changed, "stp chg", "stp")),
        ),
        rx.el.span(row.unit, class_name="t13 mm", style={"width": "40px"}),
    )


def _switch(row: Any) -> rx.Component:
    return rx.el.select(
        rx.el.option(t("shell.yes"), value="true"), rx.el.option(t("shell.no"), value="false"),
        value=row.value, on_change=SettingsState.put(row.name), disabled=~SettingsState.may_change, class_name="inp", style={"width": "auto"}, custom_attrs={"aria-label": row.word},
    )


def _choice(row: Any) -> rx.Component:
    return rx.el.select(
        rx.el.option(t("status_one.potential"), value="potential"), rx.el.option(t("status_one.lost"), value="lost"),
        value=row.value, on_change=SettingsState.put(row.name), disabled=~SettingsState.may_change, class_name="inp", style={"width": "auto"}, custom_attrs={"aria-label": row.word},
    )


def _effects() -> rx.Component:
    return rx.el.div(
        rx.el.section(
            rx.el.header(rx.el.h2(t("policy.shift"))),
            rx.el.div(
                rx.el.div(
                    _line("policy.now", SettingsState.now_line, on=False),
                    _line("policy.then", SettingsState.then_line, on=True),
                    rx.el.div(
                        rx.el.div(rx.el.span(t("policy.end")), class_name="end", style={"left": "calc(100% * " + SettingsState.end_at + ")"}),
                        class_name="ends",
                    ),
                    class_name="cmp",
                ),
                class_name="cb",
            ),
            class_name="chart",
        ),
        rx.el.section(
            rx.el.header(
                rx.el.h2(t("policy.moves")), spacer(),
                rx.el.b(SettingsState.moved, custom_attrs={"data-testid": "policy-moved"}, style={"fontSize": "22px", "letterSpacing": "-.03em", "paddingRight": "10px"}),
            ),
            rx.el.div(
                rx.cond(
                    SettingsState.moves.length() > 0,
                    rx.foreach(SettingsState.moves, _moved),
                    rx.el.p(rx.cond(SettingsState.trial, t("policy.moves_none"), t("policy.moves_first")), class_name="t14 m"),
                ),
                class_name="cb",
            ),
            class_name="chart",
        ),
        rx.cond(SettingsState.example != "", note(SettingsState.example, hue="to_renew", role="note"), rx.fragment()),
        rx.el.section(
            rx.el.header(rx.el.h2(t("policy.versions"))),
            rx.el.div(rx.el.ul(rx.foreach(SettingsState.versions, _version), class_name="lis"), class_name="cb"),
            class_name="chart",
        ),
        class_name="stack g12",
    )


def _line(word: str, stretches: Any, *, on: bool) -> rx.Component:
    return rx.el.div(
        rx.el.span(t(word), class_name="lb"),
        rx.el.div(
            rx.foreach(
                stretches,
                lambda one: rx.el.i(rx.el.span(one.word), custom_attrs={"data-h": one.hue}, style={"flex": one.grow + " 1 0"}),
            ),
            class_name="tr2 on" if on else "tr2",
        ),
        class_name="row g8",
    )


def _moved(row: Any) -> rx.Component:
    return rx.el.div(
        rx.foreach(row.before, lambda one: chip_of(one, small=True)),
        icon("arrow-right", 18),
        rx.foreach(row.after, lambda one: chip_of(one, small=True)),
        rx.el.b(row.count, class_name="n"),
        class_name="mvr", key=row.id,
    )


def _version(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.b(row.word, class_name="b5"),
                rx.cond(row.state != "", rx.fragment(" ", pill_of(row.state, "accent", "check", small=True)), rx.fragment()),
                class_name="row g8 wrap",
            ),
            rx.cond(row.what != "", rx.el.div(row.what, class_name="t13 mm pretty"), rx.fragment()),
            style={"padding": "8px 0", "flex": "1"},
        ),
        key=row.id,
    )


def _publish() -> rx.Component:
    return rx.el.div(
        rx.el.label(t("policy.from_day"), html_for="policy-from", class_name="t14 m"),
        rx.el.input(
            id="policy-from", type="date", value=SettingsState.from_on, on_change=SettingsState.begin_on, class_name="inp",
            custom_attrs={"aria-invalid": rx.cond(SettingsState.errors.contains("from_on"), "true", "false")},
        ),
        rx.cond(SettingsState.errors.contains("from_on"), rx.el.span(SettingsState.errors["from_on"], class_name="bad", role="alert"), rx.fragment()),
        spacer(),
        button(t("policy.discard"), look="g", on_click=SettingsState.discard),
        button(SettingsState.publish_word, look="p", on_click=SettingsState.publish, disabled=SettingsState.wrong, custom_attrs={"data-testid": "deed-publish_policy"}),
        class_name="pub",
    )
