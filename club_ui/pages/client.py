"""The profile: place, why and what next, deeds, life line, history; at the side what is held and who it is."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import (
    avatar,
    chip_of,
    empty,
    go,
    header,
    icon,
    opens,
    pill_of,
    popover,
    skeleton_rows,
    spacer,
)
from club_ui.components.deeds import deed_buttons, deed_sheet, explanation
from club_ui.components.pictures import big_ruler, ruler
from club_ui.components.playbook import playbook_box
from club_ui.components.profile_boxes import about, memberships, relation
from club_ui.components.profile_contact import access_box, cards_box, privacy_box
from club_ui.components.profile_money import money_boxes, owes_note
from club_ui.components.profile_past import history, life, processes
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.client import ClientState


def _title() -> rx.Var[str]:
    return rx.cond(ClientState.title != "", ClientState.title, t("nav.client")).to(str)


@page("/client/[client]", "nav.client", state=ClientState, need="see_client", under="folders", title=_title)
def client() -> Any:
    """One client whole."""
    return (
        rx.cond(
            ClientState.missing,
            rx.fragment(
                header(t("nav.client"), back="/folders"),
                empty(
                    t("client.missing_title"), t("client.missing"), go(t("missing.go"), to="/folders", class_name="btn p"),
                    look=theme.STATUS["lost"],
                ),
            ),
            rx.fragment(_head(), loaded(ClientState, _content(), skeleton_rows())),
        ),
        deed_sheet(ClientState),
    )


def _head() -> rx.Component:
    return rx.el.div(
        go(icon("chevron-left", 20), to="/folders", class_name="btn g ic back", custom_attrs={"aria-label": t("list.back")}),
        avatar(ClientState.letters, hue=ClientState.stage.hue),
        rx.el.div(
            rx.el.h1(ClientState.title),
            rx.el.div(
                rx.foreach(ClientState.phones, lambda one: rx.el.span(one.shown, class_name="nw")),
                rx.cond(ClientState.sub != "", rx.el.span(ClientState.sub, class_name="hide-p"), rx.fragment()),
                class_name="t13 mm row dots",
            ),
            style={"minWidth": "0"},
        ),
        rx.cond(
            ClientState.ready,
            rx.el.span(
                pill_of(ClientState.stage.word, ClientState.stage.hue, ClientState.stage.icon, outlined=True),
                class_name="hide-p", custom_attrs={"aria-label": t("stage.label")}, role="group",
            ),
            rx.fragment(),
        ),
        spacer(),
        rx.foreach(
            ClientState.phones,
            lambda one, place: rx.cond(
                (place == 0) & (one.tel != ""),
                rx.el.a(icon("phone"), href=one.tel, class_name="btn ic", custom_attrs={"aria-label": t("deed.call")}),
                rx.fragment(),
            ),
        ),
        class_name="ph",
    )


def _content() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                owes_note(ClientState),
                _place(),
                deed_buttons(ClientState.main_steps, ClientState.more_steps, ClientState.number, ClientState, name="deeds"),
                explanation(ClientState, ClientState.number),
                life(ClientState),
                processes(ClientState),
            ),
            rx.el.div(
                cards_box(ClientState), memberships(ClientState),
                money_boxes(ClientState),
                relation(ClientState), playbook_box(ClientState.playbook), about(ClientState), privacy_box(ClientState), access_box(ClientState),
                class_name="sd",
            ),
            history(ClientState),
            class_name="cg",
        ),
        class_name="pad",
    )


def _place() -> rx.Component:
    return rx.el.section(
        rx.el.ul(
            rx.foreach(ClientState.places, _folder_line),
            class_name="pl", custom_attrs={"data-testid": "client-folders", "data-folders": ClientState.folder_codes, "aria-label": t("client.folders")},
        ),
        big_ruler(ClientState.ruler),
        rx.el.div(
            rx.el.span(icon("corner-down-right", 17), rx.el.span(ClientState.next_says, class_name="pretty"), class_name="says"),
            rx.foreach(ClientState.next_chips, lambda one: chip_of(one, small=True)),
            _absent(),
            class_name="nx full", custom_attrs={"data-testid": "next-change"},
        ),
        class_name="box place", custom_attrs={"aria-label": t("client.place")},
    )


def _folder_line(line: Any) -> rx.Component:
    name = rx.Var.create("why-window-") + line.chip.code
    return rx.el.li(
        popover(
            rx.el.button(
                chip_of(line.chip), type="button", class_name="chip",
                custom_attrs={**opens(name), "data-testid": rx.Var.create("why-") + line.chip.code},
            ),
            rx.el.div(rx.el.b(t("why.title"), class_name="sp"), chip_of(line.chip, small=True), class_name="row"),
            ruler(line.ruler),
            rx.el.ul(
                rx.el.li(icon("check", 16), rx.el.span(line.why)),
                rx.el.li(icon("circle-dot", 16), rx.el.span(t("client.status"), ": ", ClientState.status.word)),
                class_name="conds",
            ),
            rx.cond(
                line.then != "",
                rx.el.div(rx.el.span(icon("corner-down-right", 16), rx.el.span(line.then, class_name="pretty"), class_name="says"), class_name="nx rule"),
                rx.fragment(),
            ),
            name=name, label=t("why.title"),
        ),
        rx.el.span(line.why, class_name="t14 m pretty"),
    )


def _absent() -> rx.Component:
    return popover(
        rx.el.button(
            icon("circle-help"), type="button", class_name="hit", title=t("why.absent"),
            custom_attrs={**opens("absent"), "aria-label": t("why.absent"), "data-testid": "why-not"},
        ),
        rx.el.b(t("why.absent")),
        rx.el.ul(
            rx.foreach(
                ClientState.absent,
                lambda line: rx.el.li(
                    rx.el.span(
                        chip_of(line.chip, small=True),
                        rx.el.br(),
                        rx.el.span(line.why, class_name="t13 m"),
                        rx.cond(line.then != "", rx.el.span(". ", line.then, class_name="t13 mm"), rx.fragment()),
                    )
                ),
            ),
            class_name="conds",
        ),
        name="absent", label=t("why.absent"),
    )
