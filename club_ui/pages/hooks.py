"""Receivers: other systems that hear of the club's changes, and what was sent to each."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import (
    button,
    empty,
    go,
    header,
    icon,
    menu,
    menu_item,
    opens,
    pick_field,
    pill_of,
    skeleton_rows,
    spacer,
    submit,
    text_field,
)
from club_ui.components.connecting import asked_first, made_once, pager
from club_ui.components.parts import Dialog, Form
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.pages.settings import settings_tabs
from club_ui.state.hooks import EVENTS, HooksState
from club_ui.theme import Look

_NONE = Look("accent", "send")


@page("/settings/hooks", "hooks.title", state=HooksState, need="manage_sources", under="settings")
def hooks() -> Any:
    """Who hears, and below the messages of the one that was opened."""
    return (
        header(
            t("hooks.title"), rx.el.span(t("hooks.lead"), class_name="sub hide-p"), spacer(),
            button(icon("plus"), t("hooks.add"), look="p", on_click=HooksState.begin(""), custom_attrs={"data-testid": "deed-add_hook"}),
            look="dup",
        ),
        settings_tabs("hooks"),
        loaded(
            HooksState,
            rx.el.div(
                made_once(HooksState.made_name, HooksState.made_secret, HooksState.stop, t("hooks.once")),
                rx.cond(
                    HooksState.rows.length() > 0,
                    rx.el.ul(rx.foreach(HooksState.rows, _receiver), class_name="lis box conns"),
                    empty(t("hooks.none"), t("hooks.none_lead"), look=_NONE),
                ),
                _messages(),
                _private(),
                class_name="pad stack g16",
            ),
            skeleton_rows(3),
        ),
        _form(),
    )


def _receiver(row: Any) -> rx.Component:
    name = rx.Var.create("hook-") + row.id
    return rx.el.li(
        rx.el.div(
            rx.el.span(icon(row.icon, 17), class_name="ist", custom_attrs={"data-h": row.hue}),
            rx.el.div(
                rx.el.div(
                    rx.el.b(row.name, class_name="b5"),
                    pill_of(row.word, row.hue, row.icon, small=True),
                    rx.cond(row.failed != "", pill_of(row.failed, "danger", "triangle-alert", small=True), rx.fragment()),
                    rx.cond(row.waiting != "", pill_of(row.waiting, "to_renew", "clock", small=True), rx.fragment()),
                    class_name="row g6 wrap",
                ),
                rx.el.code(row.url, class_name="addr"),
                rx.el.span(t("hooks.hears"), ": ", row.hears, " · ", row.where, class_name="t13 mm"),
                class_name="stack sp tight",
            ),
            rx.el.div(
                go(
                    icon("scroll-text", 16), t("hooks.messages"), to=rx.cond(row.open, "?", rx.Var.create("?of=") + row.id), replace=True,
                    class_name="btn", role="button", custom_attrs={"aria-expanded": rx.cond(row.open, "true", "false"), "data-testid": "hook-messages", "aria-label": t("hooks.messages") + ": " + row.name},
                ),
                menu(
                    button(icon("ellipsis"), look="g ic", label=t("hooks.more") + ": " + row.name, custom_attrs={**opens(name, "menu"), "data-testid": "hook-more"}),
                    menu_item(t("hooks.change"), "pencil", on_click=HooksState.begin(row.id)),
                    rx.cond(
                        row.active,
                        menu_item(t("hooks.off"), "pause", on_click=HooksState.switch(row.id), custom_attrs={"data-testid": "hook-off"}),
                        menu_item(t("hooks.on"), "play", on_click=HooksState.switch(row.id), custom_attrs={"data-testid": "hook-on"}),
                    ),
                    name=name, label=t("hooks.more") + ": " + row.name, end=True,
                ),
                asked_first(
                    "hook-secret-", row.id, t("connections.rotate"), t("hooks.rotate_asks"), HooksState.rotate(row.id), icon_name="key-round", of=row.name,
                ),
                class_name="row g6 acts",
            ),
            class_name="conn-r",
        ),
        key=row.id, custom_attrs={"data-testid": "hook-row", "data-state": row.state},
    )


# --- the messages of one of them --------------------------------------------------------------------


def _messages() -> rx.Component:
    state = HooksState
    return rx.cond(
        state.of_name != "",
        rx.el.section(
            rx.el.header(
                rx.el.h2(t("hooks.sent"), ": ", state.of_name), spacer(),
                rx.el.div(
                    *(
                        go(
                            t(word), to=rx.Var.create("?of=") + state.of + more, replace=True, role="button", class_name="sg",
                            custom_attrs={"aria-current": rx.cond(state.only == only, "page", "false")},
                        )
                        for word, more, only in (("inbox.all", "", ""), ("inbox.failed", "&only=failed", "failed"))
                    ),
                    class_name="seg",
                ),
            ),
            rx.el.div(
                rx.cond(
                    state.messages.length() > 0,
                    rx.el.ul(rx.foreach(state.messages, _message), class_name="lis"),
                    rx.el.p(t("hooks.sent_none"), class_name="t14 m"),
                ),
                pager(state.newest, state.older),
                class_name="cb",
            ),
            class_name="chart", custom_attrs={"data-testid": "hook-sent"},
        ),
        rx.fragment(),
    )


def _message(row: Any) -> rx.Component:
    return rx.el.li(
        pill_of(row.word, row.hue, row.icon, small=True),
        rx.el.span(
            rx.el.span(row.what, class_name="b5"), rx.el.span(row.at, class_name="t13 mm"),
            rx.cond(row.tries != "", rx.el.span(row.tries, class_name="t13 mm"), rx.fragment()),
            class_name="row g8 wrap when",
        ),
        rx.el.span(row.answer, class_name="t13 m sp pretty"),
        rx.cond(row.client != "", go(t("inbox.client"), to=rx.Var.create("/client/") + row.client, class_name="btn g"), rx.fragment()),
        rx.cond(row.again, button(t("hooks.again"), look="g", on_click=HooksState.again(row.id), custom_attrs={"data-testid": "hook-again"}), rx.fragment()),
        class_name="msg-r", key=row.id, custom_attrs={"data-testid": "hook-message", "data-state": row.state},
    )


def _private() -> rx.Component:
    """Whether messages may go into the club's own network."""
    return rx.el.section(
        rx.el.div(
            icon("house", 18),
            rx.el.span(
                rx.el.span(rx.cond(HooksState.private, t("hooks.private_on"), t("hooks.private_off")), class_name="b5"),
                rx.el.span(t("hooks.private_hint"), class_name="t13 mm pretty"),
                class_name="stack sp tight",
            ),
            rx.cond(
                HooksState.private,
                button(t("hooks.private_refuse"), on_click=HooksState.allow_private("off")),
                button(t("hooks.private_allow"), on_click=HooksState.allow_private("on"), custom_attrs={"data-testid": "allow-private"}),
            ),
            class_name="conn-r",
        ),
        class_name="box conns",
    )


# --- the form ---------------------------------------------------------------------------------------


def _form() -> rx.Component:
    state, errors = HooksState, HooksState.errors
    title = rx.cond(state.changing == "", t("hooks.add"), t("hooks.change")).to(str)
    return Dialog.create(
        Form.create(
            rx.el.div(
                rx.el.h2(title, class_name="sp"), button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.stop), class_name="sh"
            ),
            rx.el.div(
                text_field("name", t("connections.name"), errors=errors, value=state.given["name"], first=True, auto_complete="off", hint=t("hooks.name_hint")),
                text_field("url", t("hooks.url"), errors=errors, value=state.given["url"], kind="url", auto_complete="off", placeholder="https://"),
                rx.el.fieldset(
                    rx.el.legend(t("hooks.events"), class_name="lb"),
                    rx.el.div(
                        *(
                            rx.el.label(
                                rx.el.input(type="checkbox", name="events", value=one, default_checked=state.given[one] == "on"),
                                rx.el.span(t(f"hook_event_long.{one}")),
                                class_name="chk",
                            )
                            for one in EVENTS
                        ),
                        class_name="stack g4",
                    ),
                    rx.cond(errors.contains("events"), rx.el.span(errors["events"], class_name="bad", role="alert"), rx.fragment()),
                    class_name="field",
                ),
                rx.cond(state.changing == "", pick_field("branch", t("connections.branch"), state.branches, errors=errors), rx.fragment()),
                class_name="bd",
            ),
            rx.el.div(submit(rx.cond(state.changing == "", t("hooks.add"), t("shell.save")).to(str)), button(t("shell.cancel"), look="g", on_click=state.stop), class_name="fl"),
            turn=state.turn, on_send=state.send, auto_complete="off", key=state.form_key, no_validate=True, custom_attrs={"data-testid": "hook-form"},
        ),
        open=state.open_form, on_shut=state.stop, class_name="shet", custom_attrs={"aria-label": title},
    )
