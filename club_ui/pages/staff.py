"""Who works here, with role and branches; the form of a person beside the list."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import (
    avatar,
    choice_field,
    empty,
    go,
    header,
    icon,
    skeleton_rows,
    spacer,
    submit,
    text_field,
)
from club_ui.components.parts import Dialog, Form
from club_ui.components.settings import settings_tabs
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.staff import StaffState
from lifecycle.rights import ROLES


@page("/settings/staff", "settings.staff", state=StaffState, under="settings")
def staff() -> Any:
    """The list, and a sheet for one of them."""
    return (
        header(
            t("staff.title"),
            spacer(),
            rx.cond(
                StaffState.may_change,
                go(icon("user-plus"), rx.el.span(t("staff.add"), class_name="hide-p"), to="?open=new", class_name="btn p", custom_attrs={"aria-label": t("staff.add")}),
                rx.fragment(),
            ),
        ),
        settings_tabs("staff"),
        loaded(
            StaffState,
            rx.cond(
                StaffState.may_see,
                rx.el.ul(rx.foreach(StaffState.people, _person)),
                empty(t("staff.title"), t("blocked_full.no_right"), look=theme.SALE["promote"]),
            ),
            skeleton_rows(),
        ),
        _sheet(),
    )


def _person(one: Any) -> rx.Component:
    return rx.el.li(
        avatar(one.letters, hue="accent"),
        rx.el.span(
            rx.el.span(
                rx.el.span(one.who, class_name="nm"),
                rx.cond(one.me, rx.el.span(t("staff.you"), class_name="tag"), rx.fragment()),
                rx.cond(one.active, rx.fragment(), rx.el.span(t("staff.off"), class_name="tag")),
                class_name="nmr",
            ),
            rx.el.span(one.login, class_name="t13 mm"),
            class_name="sp",
        ),
        rx.el.span(rx.el.span(one.role_word), rx.el.br(), rx.el.span(one.branches, class_name="t13 mm"), class_name="t14 hide-p third"),
        rx.cond(
            StaffState.may_change,
            rx.fragment(
                rx.el.label(
                    rx.el.input(
                        type="checkbox", checked=one.active, on_change=lambda on: StaffState.switch(one.key, on),
                        custom_attrs={"role": "switch", "aria-label": t("staff.active") + ": " + one.who},
                    ),
                    rx.el.span(t("staff.active"), class_name="hide-p"),
                    class_name="chk",
                ),
                go(icon("pencil"), to="?open=" + one.key, class_name="hit", custom_attrs={"aria-label": t("deed.change_client") + ": " + one.who}),
            ),
            rx.fragment(),
        ),
        class_name="sk-row", key=one.key,
    )


def _sheet() -> rx.Component:
    errors, given = StaffState.errors, StaffState.given
    new = StaffState.open == "new"
    return Dialog.create(
        Form.create(
            rx.el.div(
                rx.el.h2(rx.cond(new, t("staff.add"), t("deed.change_client")), class_name="sp"),
                go(icon("x", 20), to="?", replace=True, class_name="btn g ic", custom_attrs={"aria-label": t("shell.close")}),
                class_name="sh",
            ),
            rx.el.div(
                text_field("name", t("staff.name"), errors=errors, value=given["name"], first=True, auto_complete="off"),
                rx.cond(
                    new,
                    text_field("login", t("staff.login"), errors=errors, value=given["login"], auto_complete="off", custom_attrs={"autoCapitalize": "none"}),
                    rx.fragment(),
                ),
                choice_field("role", t("staff.role"), "role", ROLES, errors=errors, value=given["role"]),
                rx.el.fieldset(
                    rx.el.legend(t("staff.branches"), class_name="lb"),
                    rx.foreach(
                        StaffState.branches,
                        lambda one: rx.el.label(
                            rx.el.input(type="checkbox", name="branches", value=one.value, default_checked=StaffState.chosen.contains(one.value)), one.word,
                            class_name="chk",
                        ),
                    ),
                    class_name="field",
                ),
                text_field("password", rx.cond(new, t("staff.password"), t("staff.new_password")), errors=errors, kind="password", hint=t("staff.password_hint"), auto_complete="new-password"),
                class_name="bd",
            ),
            rx.el.div(submit(t("shell.save"), None), class_name="fl"),
            turn=StaffState.turn, on_send=StaffState.send,
        ),
        open=StaffState.open != "", on_shut=rx.redirect("/settings/staff", replace=True), class_name="shet",
        custom_attrs={"aria-label": t("staff.title")},
    )
