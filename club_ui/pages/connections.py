"""Connections: what reports to the club, how each is set up; and the inbox of what it sent."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import (
    button,
    empty,
    go,
    header,
    hidden,
    icon,
    pick_field,
    pill_of,
    skeleton_rows,
    spacer,
    stage_mark,
    submit,
    text_field,
)
from club_ui.components.connecting import asked_first, copied, made_once, pager
from club_ui.components.parts import Dialog, Form
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.pages.settings import settings_tabs
from club_ui.state.connections import ConnectionsState
from club_ui.state.inbox import InboxState
from club_ui.theme import MESSAGE, Look

_NONE = Look("accent", "inbox")


@page("/settings/connections", "connections.title", state=ConnectionsState, need="manage_sources", under="settings")
def connections() -> Any:
    """What is connected, and a way to connect more."""
    return (
        header(
            t("connections.title"), rx.el.span(t("connections.lead"), class_name="sub hide-p"), spacer(),
            button(icon("plus"), t("connections.add"), look="p", on_click=ConnectionsState.begin(""), custom_attrs={"data-testid": "deed-add_source"}),
            look="dup",
        ),
        settings_tabs("connections"),
        loaded(
            ConnectionsState,
            rx.el.div(
                made_once(
                    ConnectionsState.made_name, ConnectionsState.made_secret, ConnectionsState.stop, t("connections.once"), ConnectionsState.made_address
                ),
                rx.cond(
                    ConnectionsState.rows.length() > 0,
                    rx.el.ul(rx.foreach(ConnectionsState.rows, _connection), class_name="lis box conns"),
                    empty(t("connections.none"), t("connections.none_lead"), look=_NONE),
                ),
                class_name="pad stack g16",
            ),
            skeleton_rows(3),
        ),
        _form(),
    )


def _connection(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(icon(row.icon, 17), class_name="ist", custom_attrs={"data-h": row.hue}),
            rx.el.div(
                rx.el.div(
                    rx.el.b(row.name, class_name="b5"), rx.el.span(row.kind, ", ", row.where, class_name="t13 mm"), class_name="row g8 wrap"
                ),
                copied(row.address, t("connections.address")),
                rx.el.div(
                    rx.el.span(row.heard, class_name="t13 mm"),
                    rx.cond(row.refused != "", rx.el.span(row.refused, class_name="t13 late pretty", custom_attrs={"data-testid": "source-refused"}), rx.fragment()),
                    rx.cond(
                        row.waiting != "",
                        go(
                            pill_of(row.waiting, "danger", "triangle-alert", small=True), to=rx.Var.create("/settings/inbox?state=failed&source=") + row.id,
                            class_name="chip", custom_attrs={"data-testid": "source-failed"},
                        ),
                        rx.fragment(),
                    ),
                    class_name="row g8 wrap",
                ),
                class_name="stack sp tight",
            ),
            rx.el.div(
                button(icon("settings-2", 16), t("connections.change"), label=t("connections.change") + ": " + row.name, on_click=ConnectionsState.begin(row.id), custom_attrs={"data-testid": "change-source"}),
                rx.cond(
                    row.given,
                    button(icon("key-round", 17), look="g ic", label=t("connections.rotate") + ": " + row.name, title=t("connections.rotate"), on_click=ConnectionsState.begin_secret(row.id)),
                    asked_first(
                        "secret-", row.id, t("connections.rotate"), t("connections.rotate_asks"), ConnectionsState.rotate(row.id),
                        icon_name="key-round", of=row.name,
                    ),
                ),
                asked_first(
                    "revoke-", row.id, t("connections.revoke"), t("connections.revoke_asks"), ConnectionsState.revoke(row.id),
                    icon_name="trash-2", of=row.name, look="d",
                ),
                class_name="row g6 acts",
            ),
            class_name="conn-r",
        ),
        key=row.id, custom_attrs={"data-testid": "source-row"},
    )


# --- the form ---------------------------------------------------------------------------------------


def _form() -> rx.Component:
    state = ConnectionsState
    title = rx.cond(state.changing == "", t("connections.add"), t("connections.change")).to(str)
    return Dialog.create(
        rx.cond(state.kind == "", _which_kind(), _set_up(title)),
        open=state.open_form, on_shut=state.stop, class_name="shet", custom_attrs={"aria-label": title, "data-testid": "source-sheet"},
    )


def _which_kind() -> rx.Component:
    """What is to be connected, by what it does for the club."""
    state = ConnectionsState
    return rx.el.div(
        rx.el.div(
            rx.el.h2(t("connections.kind"), class_name="sp"),
            button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.stop),
            class_name="sh",
        ),
        rx.el.div(
            rx.foreach(
                state.rooms,
                lambda room: rx.el.section(
                    rx.el.h3(rx.el.span(icon(room.icon, 15), class_name="ist s", custom_attrs={"data-h": room.hue}), room.word, class_name="row g8 t14"),
                    rx.el.div(
                        rx.foreach(
                            room.kinds,
                            lambda kind: button(kind.word, on_click=state.choose_kind(kind.value), custom_attrs={"data-kind": kind.value}),
                        ),
                        class_name="row wrap g8",
                    ),
                    class_name="stack g8",
                ),
            ),
            class_name="bd",
        ),
        class_name="fill",
    )


def _set_up(title: Any) -> rx.Component:
    state, errors = ConnectionsState, ConnectionsState.errors
    fresh = state.changing == ""
    return Form.create(
        rx.el.div(
            rx.el.div(rx.el.h2(state.kind_word), rx.el.div(title, class_name="t13 mm"), class_name="sp"),
            rx.cond(fresh, button(t("connections.other_kind"), look="g", on_click=state.choose_kind("")), rx.fragment()),
            button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.stop),
            class_name="sh",
        ),
        rx.el.div(
            rx.cond(
                state.only_secret,
                rx.fragment(),
                rx.fragment(
                    text_field("name", t("connections.name"), errors=errors, value=state.given["name"], first=True, auto_complete="off", hint=t("connections.name_hint")),
                    rx.cond(fresh, pick_field("branch", t("connections.branch"), state.branches, errors=errors), rx.fragment()),
                ),
            ),
            rx.cond(
                state.asks_secret,
                text_field("secret", t("connections.given"), errors=errors, kind="password", hint=t("connections.given_hint"), auto_complete="off"),
                rx.fragment(),
            ),
            rx.foreach(state.fields, _option),
            class_name="bd",
        ),
        rx.el.div(
            submit(rx.cond(fresh, t("connections.add"), t("shell.save")).to(str)), button(t("shell.cancel"), look="g", on_click=state.stop), class_name="fl"
        ),
        turn=state.turn, on_send=state.send, auto_complete="off", key=state.form_key + state.kind, custom_attrs={"data-testid": "source-form"},
    )


def _option(one: Any) -> rx.Component:
    """One option of a kind, as the field it needs."""
    errors = ConnectionsState.errors
    named = {
        "id": rx.Var.create("f-") + one.name, "name": one.name, "class_name": "inp",
        "custom_attrs": {
            "aria-invalid": rx.cond(errors.contains(one.name), "true", "false"), "aria-describedby": rx.Var.create("h-") + one.name,
        },
    }
    return rx.el.div(
        rx.el.label(one.word, html_for=rx.Var.create("f-") + one.name),
        rx.match(
            one.look,
            ("choice", rx.el.select(rx.foreach(one.choices, lambda each: rx.el.option(each.word, value=each.value)), default_value=one.value, **named)),
            ("area", rx.el.textarea(default_value=one.value, rows=3, **named)),
            ("secret", rx.el.input(type="password", auto_complete="off", **named)),
            rx.el.input(type="text", default_value=one.value, auto_complete="off", **named),
        ),
        rx.el.span(one.hint, class_name="hint", id=rx.Var.create("h-") + one.name),
        rx.cond(errors.contains(one.name), rx.el.span(errors[one.name], class_name="bad", role="alert"), rx.fragment()),
        class_name="field", key=one.name,
    )


# --- the inbox --------------------------------------------------------------------------------------


@page("/settings/inbox", "inbox.title", state=InboxState, need="see_inbox", under="settings")
def inbox() -> Any:
    """What came in from outside, what failed and why, with a way to take it again."""
    state = InboxState
    return (
        header(
            t("inbox.title"), rx.el.span(t("inbox.lead"), class_name="sub hide-p"), spacer(),
            rx.cond(
                state.source_name != "",
                go(state.source_name, icon("x", 15), to=state.without_source, class_name="fc", custom_attrs={"aria-label": t("inbox.every_source") + ": " + state.source_name}),
                rx.fragment(),
            ),
            rx.el.div(
                *(
                    go(
                        t(f"inbox.{word}"), to=to, class_name="sg", custom_attrs={"aria-current": rx.cond(state.state == code, "page", "false"), "data-testid": f"inbox-{word}"},
                    )
                    for word, code, to in (("all", "", state.to_all), ("failed", "failed", state.to_failed))
                ),
                class_name="seg",
            ),
            look="dup",
        ),
        settings_tabs("inbox"),
        loaded(
            state,
            rx.el.div(
                rx.cond(
                    state.rows.length() > 0,
                    rx.el.ul(rx.foreach(state.rows, _received), class_name="lis box conns"),
                    rx.cond(
                        (state.state == "failed") | (state.newest != ""),
                        empty(t("inbox.none_failed"), t("inbox.none_failed_lead"), look=MESSAGE["done"]),
                        empty(t("inbox.none"), t("inbox.none_lead"), look=_NONE),
                    ),
                ),
                pager(state.newest, state.older),
                class_name="pad stack g8",
            ),
            skeleton_rows(),
        ),
        _body(),
    )


def _received(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(icon(row.icon, 17), class_name="ist", custom_attrs={"data-h": row.hue}),
            rx.el.div(
                rx.el.div(
                    rx.el.b(row.source, class_name="b5"), rx.el.span(row.at, class_name="t13 mm"),
                    rx.cond(row.code == "done", hidden(row.state), pill_of(row.state, row.hue, row.icon, small=True)),
                    rx.cond(row.tries != "", rx.el.span(row.tries, class_name="t13 mm"), rx.fragment()),
                    class_name="row g8 wrap",
                ),
                rx.cond(row.why != "", rx.el.span(row.why, class_name="t14 pretty"), rx.el.span(row.kind, class_name="t13 mm")),
                class_name="stack sp tight",
            ),
            rx.el.div(
                rx.cond(
                    row.client != "",
                    go(row.client_name, stage_mark(row.stage), to=rx.Var.create("/client/") + row.client, class_name="btn g", title=t("inbox.client")),
                    rx.fragment(),
                ),
                rx.cond(InboxState.may_look, button(t("inbox.look"), look="g", label=t("inbox.look") + ": " + row.source + ", " + row.at, on_click=InboxState.look(row.id)), rx.fragment()),
                rx.cond(
                    row.failed & InboxState.may_replay,
                    button(icon("archive", 16), look="g ic", label=t("inbox.aside") + ": " + row.source + ", " + row.at, title=t("inbox.aside"), on_click=InboxState.set_aside(row.id), custom_attrs={"data-testid": "set-aside"}),
                    rx.fragment(),
                ),
                rx.cond(
                    row.again & InboxState.may_replay,
                    button(icon("refresh-cw", 16), t("inbox.replay"), on_click=InboxState.replay(row.id), custom_attrs={"data-testid": "replay"}),
                    rx.fragment(),
                ),
                class_name="row g6 acts",
            ),
            class_name="conn-r",
        ),
        key=row.id, custom_attrs={"data-testid": "delivery-row", "data-state": row.code},
    )


def _body() -> rx.Component:
    return Dialog.create(
        rx.el.div(
            rx.el.div(
                rx.el.div(rx.el.h2(t("inbox.raw")), rx.el.div(InboxState.body_of, class_name="t13 mm"), class_name="sp"),
                button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=InboxState.stop),
                class_name="sh",
            ),
            rx.el.div(rx.el.pre(InboxState.body, class_name="raw", tab_index=0), class_name="bd"),
            class_name="fill",
        ),
        open=InboxState.open_body, on_shut=InboxState.stop, class_name="shet", custom_attrs={"aria-label": t("inbox.raw")},
    )
