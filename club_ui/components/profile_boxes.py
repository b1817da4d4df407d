"""The boxes at the side of a profile: what is held, how the client stands to the club, who it is."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import button, chip_of, go, hued, icon, menu, opens
from club_ui.i18n.screen import t


def memberships(state: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(rx.el.h2(t("membership.title"), class_name="t14 sp"), rx.cond(state.memberships.length() > 0, rx.el.span(state.memberships.length(), class_name="badge"), rx.fragment()), class_name="row"),
        rx.cond(
            state.memberships.length() > 0,
            rx.el.div(rx.foreach(state.memberships, lambda one: _membership(state, one)), class_name="stack g8", style={"marginTop": "8px"}),
            rx.el.p(t("membership.empty"), class_name="t13 m", style={"marginTop": "6px"}),
        ),
        class_name="box in",
    )


def _membership(state: Any, one: Any) -> rx.Component:
    name = rx.Var.create("membership-") + one.key
    return rx.el.div(
        rx.el.div(rx.el.span(one.title, class_name="b5 sp pretty"), chip_of(one.state, small=True), class_name="row top-a"),
        rx.el.div(one.period, rx.cond(one.freeze != "", rx.el.span(", ", one.freeze), rx.fragment()), class_name="t13 m"),
        rx.cond(
            one.share != "",
            rx.el.span(rx.el.i(style={"width": one.share}), class_name="bar", custom_attrs={**hued(one.hue), "aria-hidden": "true"}),
            rx.fragment(),
        ),
        rx.el.div(
            rx.el.span(one.visits, class_name="sp"),
            rx.el.b(one.price),
            rx.cond(
                one.deeds.length() > 0,
                menu(
                    rx.el.button(icon("ellipsis"), type="button", class_name="hit", custom_attrs={**opens(name, "menu"), "aria-label": t("membership.actions", name=one.title)}),
                    rx.foreach(
                        one.deeds,
                        lambda deed: rx.el.button(
                            icon(deed.icon), rx.el.span(deed.word), type="button", class_name="it", role="menuitem",
                            on_click=state.begin(deed.code, state.number, one.key),
                            custom_attrs={"data-testid": rx.Var.create("membership-") + deed.code},
                        ),
                    ),
                    name=name, label=t("membership.actions", name=one.title), end=True,
                ),
                rx.fragment(),
            ),
            class_name="row t13 m",
        ),
        class_name="mem", key=one.key,
        custom_attrs={"data-testid": "membership", "data-state": one.state.code},
    )


def relation(state: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            chip_of(state.relation, small=True, outlined=True), rx.el.span(t("relation.label"), class_name="t13 mm", style={"flex": "1 0 auto"}),
            rx.cond(state.warmth.code != "", chip_of(state.warmth, small=True), rx.fragment()),
            class_name="row wrap",
        ),
        rx.el.div(
            icon("banknote", 16), rx.el.span(state.sale, class_name="pretty"),
            class_name="row t13 m", style={"marginTop": "8px"},
        ),
        rx.el.div(
            button(icon("flag", 16), t("deed.mark"), look="g", on_click=state.begin("mark", state.number, "")),
            rx.cond(
                state.warmth.code != "",
                button(icon("flame", 16), t("deed.set_warmth"), look="g", on_click=state.begin("set_warmth", state.number, "")),
                rx.fragment(),
            ),
            button(icon("message-square-warning", 16), t("deed.complain"), look="g", on_click=state.begin("complain", state.number, "")),
            class_name="row wrap", style={"margin": "6px -12px -4px"},
        ),
        class_name="box in",
    )


def about(state: Any) -> rx.Component:
    return rx.el.section(
        rx.el.dl(
            rx.el.dt(t("form.responsible")),
            rx.el.dd(rx.cond(state.responsible != "", state.responsible, t("shell.nobody"))),
            rx.el.dt(t("form.branch")),
            rx.el.dd(state.branch_name),
            rx.el.dt(t("form.source")),
            rx.el.dd(state.source),
            rx.cond(state.email != "", rx.fragment(rx.el.dt(t("form.email")), rx.el.dd(state.email)), rx.fragment()),
            rx.cond(state.comment != "", rx.fragment(rx.el.dt(t("form.comment")), rx.el.dd(state.comment)), rx.fragment()),
            rx.cond(
                state.same_phone.length() > 0,
                rx.fragment(
                    rx.el.dt(t("client.same_phone")),
                    rx.el.dd(rx.foreach(state.same_phone, lambda one: go(one.shown, to=one.tel, class_name="link")), class_name="wrap"),
                ),
                rx.fragment(),
            ),
            class_name="kv",
        ),
        rx.el.div(
            rx.el.span(state.since, class_name="t12 mm sp"),
            button(icon("pencil", 16), t("deed.change_client"), look="g", on_click=state.begin("change_client", state.number, ""), custom_attrs={"data-testid": "deed-change_client"}),
            class_name="row", style={"marginRight": "-12px"},
        ),
        class_name="box in", custom_attrs={"aria-label": t("client.about")},
    )
