"""The staff, and where one is signed in oneself."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import (
    avatar,
    button,
    choice_field,
    header,
    icon,
    note,
    pill_of,
    post,
    secret_field,
    skeleton_rows,
    spacer,
    submit,
    text_field,
)
from club_ui.components.parts import Dialog, Form
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.pages.settings import settings_tabs
from club_ui.state.staff import SessionsState, StaffState
from lifecycle import rights


def _role_word(code: Any) -> rx.Var[str]:
    return rx.match(code, *((role, t(f"role.{role}")) for role in rights.ROLES), "").to(str)


@page("/settings/staff", "staff.title", state=StaffState, need="see_staff", under="settings")
def staff() -> Any:
    """Who works here; the owner adds and changes."""
    return (
        header(
            t("staff.title"), spacer(),
            rx.cond(
                StaffState.may_change,
                button(icon("user-plus"), t("staff.add"), look="p", on_click=StaffState.begin(""), custom_attrs={"data-testid": "deed-add_staff"}),
                rx.el.span(t("staff.read_only"), class_name="sub"),
            ),
            look="dup",
        ),
        settings_tabs("staff"),
        loaded(StaffState, rx.el.div(rx.el.ul(rx.foreach(StaffState.people, _person), class_name="lis box"), class_name="pad"), skeleton_rows()),
        _form(),
    )


def _person(row: Any) -> rx.Component:
    inside = rx.fragment(
        avatar(row.initials),
        rx.el.span(
            rx.el.span(
                rx.el.b(row.name, class_name="b5"),
                rx.cond(row.me, pill_of(t("staff.you"), "accent", "user-round", small=True), rx.fragment()),
                rx.cond(row.active, rx.fragment(), pill_of(t("staff.off"), "archive", "lock", small=True)),
                class_name="row g8 wrap",
            ),
            rx.el.span(row.login, class_name="t13 mm"),
            class_name="stack sp", style={"textAlign": "left", "gap": "2px"},
        ),
        rx.el.span(rx.el.span(_role_word(row.role)), rx.el.span(row.where, class_name="t13 mm"), class_name="stack end", style={"textAlign": "right", "gap": "2px"}),
    )
    return rx.el.li(
        rx.cond(
            StaffState.may_change,
            rx.el.button(inside, icon("chevron-right"), type="button", class_name="li tall", on_click=StaffState.begin(row.id), style=_ROW),
            rx.el.div(inside, class_name="li tall", style=_PAD),
        ),
        key=row.id, custom_attrs={"data-testid": "staff-row", "data-staff": row.id},
    )


_PAD = {"padding": "8px 16px"}
_ROW = {**_PAD, "width": "100%", "border": "0", "background": "none"}


def _form() -> rx.Component:
    errors, new = StaffState.errors, StaffState.open_form == "new"
    title = rx.cond(new, t("staff.add"), StaffState.form_name).to(str)
    return Dialog.create(
        Form.create(
            rx.el.div(
                rx.el.h2(title, class_name="sp"),
                button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=StaffState.stop),
                class_name="sh",
            ),
            rx.el.div(
                text_field("name", t("staff.name"), errors=errors, value=StaffState.form_name, first=True, auto_complete="off"),
                rx.cond(
                    new,
                    text_field("login", t("staff.login"), errors=errors, auto_complete="off", custom_attrs={"autoCapitalize": "none", "spellCheck": "false"}),
                    rx.fragment(),
                ),
                choice_field("role", t("staff.role"), "role", rights.ROLES, errors=errors, value=StaffState.form_role),
                rx.el.fieldset(
                    rx.el.legend(t("staff.branches"), class_name="lb"),
                    rx.el.div(
                        rx.foreach(
                            StaffState.picks,
                            lambda one: rx.el.label(
                                rx.el.input(type="checkbox", name="branches", value=one.id, default_checked=one.checked), rx.el.span(one.name), class_name="opt"
                            ),
                        ),
                        class_name="opts",
                    ),
                    rx.cond(errors.contains("branches"), rx.el.span(errors["branches"], class_name="bad", role="alert"), rx.fragment()),
                    class_name="field",
                ),
                text_field(
                    "password", rx.cond(new, t("staff.password"), t("staff.new_password")).to(str), errors=errors, kind="password",
                    hint=t("staff.password_hint"), auto_complete="new-password",
                ),
                class_name="bd",
            ),
            rx.el.div(
                submit(t("shell.save")),
                button(t("shell.cancel"), look="g", on_click=StaffState.stop),
                spacer(),
                rx.cond(
                    new,
                    rx.fragment(),
                    rx.cond(
                        StaffState.form_active,
                        button(icon("lock"), t("staff.switch_off"), look="d", on_click=StaffState.switch(False)),
                        button(icon("check"), t("staff.switch_on"), on_click=StaffState.switch(True)),
                    ),
                ),
                class_name="fl",
            ),
            turn=StaffState.turn, on_send=StaffState.send, auto_complete="off",
            custom_attrs={"data-testid": "staff-form"},
        ),
        open=StaffState.open_form != "", on_shut=StaffState.stop, class_name="shet", custom_attrs={"aria-label": title},
    )


@page("/settings/sessions", "sessions.title", state=SessionsState, under="settings")
def sessions() -> Any:
    """One's own sign-ins, each with a way to end it."""
    return (
        header(t("sessions.title"), spacer(), look="dup"),
        settings_tabs("sessions"),
        loaded(SessionsState, rx.el.div(rx.el.ul(rx.foreach(SessionsState.sessions, _session), class_name="lis box"), _new_password(), class_name="pad stack g16"), skeleton_rows(3)),
    )


def _new_password() -> rx.Component:
    """One's own password, changed: a native form, so that it never goes over the socket."""
    none = rx.Var.create({}).to(dict[str, str])
    return rx.el.section(
        rx.el.h2(t("sessions.password"), class_name="t16 b"),
        rx.el.p(t("sessions.password_lead"), class_name="t14 m"),
        rx.cond(SessionsState.said != "", note(SessionsState.said), rx.fragment()),
        rx.cond(SessionsState.changed, note(t("done.password"), hue="active", icon_name="check", role="status"), rx.fragment()),
        post(
            secret_field("current", t("sessions.password_now"), "current-password", none),
            secret_field("password", t("staff.new_password"), "new-password", none),
            submit(t("sessions.password_change"), "key-round", look=""),
            action="/auth/password", class_name="stack",
        ),
        class_name="box stack", style={"padding": "16px", "maxWidth": "520px"}, custom_attrs={"data-testid": "password-form"},
    )


def _session(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            icon("monitor"),
            rx.el.span(
                rx.el.span(
                    rx.el.b(row.where, class_name="b5"),
                    rx.cond(row.this, pill_of(t("sessions.this"), "active", "check", small=True), rx.fragment()),
                    class_name="row g8 wrap",
                ),
                rx.el.span(row.since, ", ", row.seen, class_name="t13 mm"),
                class_name="stack sp", style={"gap": "2px"},
            ),
            rx.cond(row.this, rx.fragment(), button(t("sessions.end"), label=row.end_name, on_click=SessionsState.end(row.id))),
            class_name="li tall", style=_PAD,
        ),
        key=row.id, custom_attrs={"data-testid": "session-row"},
    )
