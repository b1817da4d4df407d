"""One's own: where one is signed in, language and theme, another password."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import button, header, icon, note, post, skeleton_rows, submit, text_field
from club_ui.components.settings import settings_tabs
from club_ui.components.states import loaded
from club_ui.i18n import LANGUAGES, OWN_NAMES
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.mine import MineState
from club_ui.state.shell import THEMES, Shell

_NO_ERRORS = rx.Var.create({}).to(dict[str, str])


@page("/settings/mine", "settings.me", state=MineState, under="settings")
def mine() -> Any:
    """Three boxes."""
    return (
        header(t("settings.me")),
        settings_tabs("mine"),
        loaded(
            MineState,
            rx.el.div(
                rx.cond(
                    MineState.said != "",
                    rx.cond(MineState.said_bad, note(MineState.said), note(MineState.said, hue="active", icon_name="check", role="status")),
                    rx.fragment(),
                ),
                rx.el.div(rx.el.div(_sessions(), class_name="stack"), rx.el.div(_wishes(), _password(), class_name="stack"), class_name="two-c"),
                class_name="pad stack",
            ),
            skeleton_rows(3),
        ),
    )


def _sessions() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2(t("sessions.title"))),
        rx.el.div(rx.el.ul(rx.foreach(MineState.sessions, _session), class_name="lis"), class_name="cb"),
        class_name="chart",
    )


def _session(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            icon("monitor"),
            rx.el.span(
                rx.el.span(one.where, class_name="b5"), " ", rx.cond(one.this, rx.el.span(t("sessions.this"), class_name="tag"), rx.fragment()),
                rx.el.br(),
                rx.el.span(one.address, ", ", one.since, ", ", one.seen, class_name="t13 mm"),
                class_name="sp pretty",
            ),
            rx.cond(one.this, rx.fragment(), button(t("sessions.end"), on_click=MineState.end(one.key), label=t("sessions.end_name", where=one.where))),
            class_name="li tall",
        ),
        key=one.key,
    )


def _wishes() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2(t("shell.language"))),
        rx.el.div(
            rx.el.div(
                *(
                    rx.el.button(
                        OWN_NAMES[code], type="button", on_click=Shell.choose_language(code), lang=code,
                        custom_attrs={"aria-pressed": rx.cond(Shell.language == code, "true", "false")},
                    )
                    for code in LANGUAGES
                ),
                class_name="seg", role="group", custom_attrs={"aria-label": t("shell.language")},
            ),
            rx.el.div(
                *(
                    rx.el.button(
                        t(f"theme.{code}"), type="button", on_click=Shell.choose_theme(code),
                        custom_attrs={"aria-pressed": rx.cond(Shell.theme == code, "true", "false")},
                    )
                    for code in THEMES
                ),
                class_name="seg", role="group", custom_attrs={"aria-label": t("theme.label")},
            ),
            class_name="cb stack",
        ),
        class_name="chart",
    )


def _password() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2(t("staff.new_password"))),
        rx.el.div(
            post(
                text_field("current", t("mine.current"), errors=_NO_ERRORS, kind="password", auto_complete="current-password", required=True),
                text_field("password", t("staff.new_password"), errors=_NO_ERRORS, kind="password", auto_complete="new-password", hint=t("staff.password_hint"), required=True),
                submit(t("shell.save"), None, look=""),
                action="/auth/password", class_name="stack",
            ),
            class_name="cb",
        ),
        class_name="chart",
    )
