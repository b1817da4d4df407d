"""Connections: what reports to the club, and the inbox of what it sent."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import (
    button,
    empty,
    go,
    header,
    icon,
    note,
    pick_field,
    pill_of,
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
from club_ui.state.connections import ConnectionsState, InboxState
from club_ui.theme import Look

_PAD = {"padding": "8px 16px"}
_NONE = Look("accent", "inbox")


@page("/settings/connections", "connections.title", state=ConnectionsState, need="manage_sources", under="settings")
def connections() -> Any:
    """What is connected, and a way to connect more."""
    return (
        header(
            t("connections.title"), spacer(),
            button(icon("plus"), t("connections.add"), look="p", on_click=ConnectionsState.begin, custom_attrs={"data-testid": "deed-add_source"}),
        ),
        settings_tabs("connections"),
        loaded(
            ConnectionsState,
            rx.el.div(
                _made(),
                rx.cond(
                    ConnectionsState.rows.length() > 0,
                    rx.el.ul(rx.foreach(ConnectionsState.rows, _connection), class_name="lis box"),
                    empty(t("connections.none"), t("connections.none_lead"), look=_NONE),
                ),
                class_name="pad stack g16",
            ),
            skeleton_rows(3),
        ),
        _form(),
    )


def _made() -> rx.Component:
    """The address and the secret, shown this once."""
    return rx.cond(
        ConnectionsState.made_secret != "",
        note(
            rx.el.b(ConnectionsState.made_name), rx.el.p(t("connections.once")),
            rx.el.p(t("connections.address"), ": ", rx.el.code(ConnectionsState.made_address, custom_attrs={"data-testid": "made-address"})),
            rx.el.p(t("connections.secret"), ": ", rx.el.code(ConnectionsState.made_secret, custom_attrs={"data-testid": "made-secret"})),
            button(t("connections.copied"), on_click=ConnectionsState.stop),
            hue="active", icon_name="key-round", role="status",
        ),
        rx.fragment(),
    )


def _connection(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            icon("inbox"),
            rx.el.span(
                rx.el.span(rx.el.b(row.name, class_name="b5"), rx.cond(row.waiting != "", pill_of(row.waiting, "danger", "triangle-alert", small=True), rx.fragment()), class_name="row g8 wrap"),
                rx.el.span(row.kind, ", ", row.where, class_name="t13 mm"),
                rx.el.code(row.address, class_name="t13 mm", style={"overflowWrap": "anywhere"}),
                rx.el.span(row.heard, class_name="t13 mm"),
                class_name="stack sp", style={"gap": "2px", "minWidth": "0"},
            ),
            button(t("connections.rotate"), on_click=ConnectionsState.rotate(row.id)),
            button(t("connections.revoke"), look="d", on_click=ConnectionsState.revoke(row.id)),
            class_name="li tall wrap", style=_PAD,
        ),
        key=row.id, custom_attrs={"data-testid": "source-row"},
    )


def _form() -> rx.Component:
    errors = ConnectionsState.errors
    return Dialog.create(
        Form.create(
            rx.el.div(
                rx.el.h2(t("connections.add"), class_name="sp"),
                button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=ConnectionsState.stop),
                class_name="sh",
            ),
            rx.el.div(
                pick_field("kind", t("connections.kind"), ConnectionsState.kinds, errors=errors),
                text_field("name", t("connections.name"), errors=errors, first=True, auto_complete="off"),
                pick_field("branch", t("connections.branch"), ConnectionsState.branches, errors=errors),
                text_field("secret", t("connections.given"), errors=errors, kind="password", hint=t("connections.given_hint"), auto_complete="off"),
                text_field("options", t("connections.options"), errors=errors, area=True, hint=t("connections.options_hint")),
                class_name="bd",
            ),
            rx.el.div(submit(t("connections.add")), button(t("shell.cancel"), look="g", on_click=ConnectionsState.stop), class_name="fl"),
            turn=ConnectionsState.turn, on_send=ConnectionsState.send, auto_complete="off", custom_attrs={"data-testid": "source-form"},
        ),
        open=ConnectionsState.open_form, on_shut=ConnectionsState.stop, class_name="shet", custom_attrs={"aria-label": t("connections.add")},
    )


@page("/settings/inbox", "inbox.title", state=InboxState, need="see_inbox", under="settings")
def inbox() -> Any:
    """What came in from outside, what failed and why, with a way to take it again."""
    return (
        header(
            t("inbox.title"), spacer(),
            button(t("inbox.all"), look=rx.cond(InboxState.state == "", "p", "g"), on_click=InboxState.choose("")),
            button(t("inbox.failed"), look=rx.cond(InboxState.state == "failed", "p", "g"), on_click=InboxState.choose("failed")),
        ),
        settings_tabs("inbox"),
        loaded(
            InboxState,
            rx.el.div(
                rx.cond(
                    InboxState.rows.length() > 0,
                    rx.el.ul(rx.foreach(InboxState.rows, _received), class_name="lis box"),
                    empty(t("inbox.none"), t("inbox.none_lead"), look=_NONE),
                ),
                class_name="pad",
            ),
            skeleton_rows(),
        ),
        _body(),
    )


def _received(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            pill_of(row.state, row.hue, row.icon, small=True),
            rx.el.span(
                rx.el.b(row.source, class_name="b5"),
                rx.el.span(row.at, class_name="t13 mm"),
                rx.cond(row.why != "", rx.el.span(row.why, class_name="t14 pretty"), rx.fragment()),
                class_name="stack sp", style={"gap": "2px", "minWidth": "0"},
            ),
            rx.cond(row.client != "", go(t("inbox.client"), to=rx.Var.create("/client/") + row.client, class_name="btn g"), rx.fragment()),
            rx.cond(InboxState.may_look, button(t("inbox.look"), look="g", on_click=InboxState.look(row.id)), rx.fragment()),
            rx.cond(row.again & InboxState.may_replay, button(t("inbox.replay"), on_click=InboxState.replay(row.id)), rx.fragment()),
            class_name="li tall wrap", style=_PAD,
        ),
        key=row.id, custom_attrs={"data-testid": "delivery-row"},
    )


def _body() -> rx.Component:
    return Dialog.create(
        rx.el.div(rx.el.h2(t("inbox.raw"), class_name="sp"), button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=InboxState.stop), class_name="sh"),
        rx.el.div(rx.el.pre(InboxState.body, style={"whiteSpace": "pre-wrap", "overflowWrap": "anywhere"}), class_name="bd"),
        open=InboxState.open_body, on_shut=InboxState.stop, class_name="shet", custom_attrs={"aria-label": t("inbox.raw")},
    )
