"""A client's account at the side of a profile, and the same in an opened card: contracts, packs, cards to pay with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from club_ui.components.basics import button, chip_of, go, hued, icon, menu, menu_link, opens
from club_ui.i18n.screen import t

#: How a deed is begun: on a profile by its form over it, from elsewhere by the address of that form.
Deeds = Callable[[Any], rx.Component]


def money_boxes(state: Any) -> rx.Component:
    """The boxes of a profile: what was agreed and is owed, what is left of packs, what is paid with."""
    money = state.money
    return rx.fragment(
        rx.el.section(
            rx.el.div(rx.el.h2(t("money.contracts"), class_name="t14 sp"), rx.cond(money.count != "", rx.el.span(money.count, class_name="badge"), rx.fragment()), class_name="row"),
            contracts(money, lambda line: _deeds(state, line)),
            class_name="box in", custom_attrs={"data-testid": "contracts"},
        ),
        rx.cond(
            money.packs.length() > 0,
            rx.el.section(
                rx.el.h2(t("money.services"), class_name="t14"), packs(money, lambda line: _use(state, line)),
                class_name="box in", custom_attrs={"data-testid": "services"},
            ),
            rx.fragment(),
        ),
        rx.cond(
            money.means.length() > 0,
            rx.el.section(
                rx.el.h2(t("money.means"), class_name="t14"), means(money, lambda line: _forget(state, line)),
                class_name="box in", custom_attrs={"data-testid": "means"},
            ),
            rx.fragment(),
        ),
    )


def owes_note(state: Any) -> rx.Component:
    """What must be paid first, where nobody can miss it."""
    money = state.money
    return rx.cond(
        money.owes != "",
        rx.el.div(
            icon("hand-coins", 18), rx.el.b(money.owes, class_name="sp pretty"),
            rx.cond(
                money.owed != "",
                button(t("deed.take_payment"), on_click=state.begin("take_payment", state.number, money.owed), custom_attrs={"data-testid": "owes-pay"}),
                rx.fragment(),
            ),
            class_name="note owes", role="status", custom_attrs={**hued(rx.cond(money.late, "danger", "to_renew")), "data-testid": "owes"},
        ),
        rx.fragment(),
    )


def contracts(money: Any, deeds: Deeds) -> rx.Component:
    """What asks for money first, then contracts in force, then what is past, folded."""
    return rx.el.div(
        rx.cond(
            money.contracts.length() > 0,
            rx.foreach(money.contracts, lambda line: _contract(line, deeds)),
            rx.cond(money.past.length() > 0, rx.fragment(), rx.el.p(t("money.no_contracts"), class_name="t13 m")),
        ),
        rx.cond(
            money.past.length() > 0,
            rx.el.details(
                rx.el.summary(rx.el.span(t("money.past"), class_name="sp"), icon("chevron-down", 15, class_name="i end"), class_name="t13 m"),
                rx.el.div(rx.foreach(money.past, lambda line: _contract(line, deeds)), class_name="stack g8"),
                class_name="fold past",
            ),
            rx.fragment(),
        ),
        class_name="stack g8 acc",
    )


def _contract(line: Any, deeds: Deeds) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.span(line.title, class_name="b5 sp pretty"), chip_of(line.state, small=True), class_name="row top-a"),
        rx.el.div(
            line.terms,
            rx.cond(line.test, rx.fragment(" · ", rx.el.span(t("money.test"))), rx.fragment()),
            class_name="t13 mm pretty",
        ),
        rx.cond(line.left != "", rx.el.div(line.left, class_name="t13 m pretty"), rx.fragment()),
        rx.cond(
            line.asks != "",
            rx.el.b(line.asks, class_name=rx.cond(line.late, "t14 late", "t14"), custom_attrs={"data-testid": "invoice"}),
            rx.fragment(),
        ),
        rx.cond(line.pay & (line.paid != ""), rx.el.div(line.paid, class_name="t13 m"), rx.fragment()),
        rx.foreach(
            line.next,
            lambda said: rx.el.div(icon("corner-down-right", 15), rx.el.span(said, class_name="pretty"), class_name="row top-a t13 m fall"),
        ),
        rx.foreach(
            line.tries,
            lambda said: rx.el.div(icon("circle-x", 15), rx.el.span(said, class_name="pretty"), class_name="row top-a t13 fall bad-try"),
        ),
        deeds(line),
        class_name="mem", key=line.name,
        custom_attrs={"data-testid": "contract", "data-contract": line.name, "data-state": line.state.code},
    )


def packs(money: Any, deeds: Deeds) -> rx.Component:
    """Each pack with what is left of it, as a bar that empties."""
    return rx.el.div(
        rx.foreach(
            money.packs,
            lambda line: rx.el.div(
                rx.el.div(rx.el.span(line.title, class_name="b5 sp pretty"), chip_of(line.state, small=True), class_name="row top-a"),
                rx.el.div(
                    rx.el.b(line.left, custom_attrs={"data-testid": "pack-left"}),
                    rx.cond(line.until != "", rx.el.span(line.until), rx.fragment()),
                    class_name="row t13 m wrap gap-8",
                ),
                rx.cond(
                    line.share != "",
                    rx.el.span(rx.el.i(style={"width": line.share}), class_name="bar", custom_attrs={**hued(line.state.hue), "aria-hidden": "true"}),
                    rx.fragment(),
                ),
                rx.cond(line.used != "", rx.el.div(line.used, class_name="t13 mm pretty"), rx.fragment()),
                deeds(line),
                class_name="mem", key=line.service,
                custom_attrs={"data-testid": "pack", "data-pack": line.service, "data-state": line.state.code},
            ),
        ),
        class_name="stack g8 acc",
    )


def means(money: Any, deeds: Deeds) -> rx.Component:
    """Cards: brand, last four digits, until when, whether charged by themselves."""
    return rx.el.div(
        rx.foreach(
            money.means,
            lambda line: rx.el.div(
                rx.el.div(icon("credit-card", 18), rx.el.b(line.title, class_name="sp nw"), deeds(line), class_name="row t14"),
                rx.el.div(
                    rx.cond(line.expires != "", rx.fragment(rx.el.span(line.expires, class_name=rx.cond(line.over, "late", "")), " · "), rx.fragment()),
                    line.recurring, rx.cond(line.contract != "", rx.fragment(" · ", line.contract), rx.fragment()),
                    class_name="t13 m pretty",
                ),
                class_name="mem", key=line.id, custom_attrs={"data-testid": "means-card"},
            ),
        ),
        class_name="stack g8 acc",
    )


# --- on a profile -----------------------------------------------------------------------------------


def _deeds(state: Any, line: Any) -> rx.Component:
    """Taking the money is one press away; the rest stands under three dots."""
    return _row(
        line,
        button(
            icon("banknote", 17), t("deed.take_payment"), on_click=state.begin("take_payment", state.number, line.name),
            label=t("deed.take_payment") + ": " + line.title, custom_attrs={"data-testid": "deed-take_payment"},
        ),
        lambda deed: rx.el.button(
            icon(deed.icon), rx.el.span(deed.word), type="button", class_name="it", role="menuitem",
            on_click=state.begin(deed.code, state.number, line.name),
            custom_attrs={"data-testid": rx.Var.create("contract-") + deed.code},
        ),
    )


def _use(state: Any, line: Any) -> rx.Component:
    return rx.cond(
        line.usable & state.money.may_use,
        button(
            icon("check", 17), t("deed.use_service"), on_click=state.begin("use_service", state.number, line.service),
            label=t("deed.use_service") + ": " + line.title, custom_attrs={"data-testid": "deed-use_service"},
        ),
        rx.fragment(),
    )


def _forget(state: Any, line: Any) -> rx.Component:
    return rx.cond(
        state.money.may_pay,
        rx.el.button(
            icon("trash-2", 17), type="button", class_name="hit", on_click=state.begin("forget_means", state.number, line.id),
            custom_attrs={"aria-label": t("deed.forget_means") + ": " + line.title, "data-testid": "deed-forget_means"},
        ),
        rx.fragment(),
    )


# --- in an opened card ------------------------------------------------------------------------------


def card_contracts(money: Any, client: Any) -> rx.Component:
    """The contracts in a card's sheet: to sell, and every deed, leads to its form on the profile."""
    return rx.fragment(
        rx.cond(
            money.may_sell,
            _way(client, "sell", "", "banknote"),
            rx.cond(money.gate != "", rx.el.p(icon("lock", 16), rx.el.span(money.gate, class_name="pretty"), class_name="row t13 m"), rx.fragment()),
        ),
        contracts(money, lambda line: _by_address(line, client)),
    )


def card_packs(money: Any, client: Any) -> rx.Component:
    """The packs in a card's sheet."""
    return packs(money, lambda line: rx.cond(line.usable & money.may_use, _way(client, "use_service", line.about, "check"), rx.fragment()))


def card_means(money: Any) -> rx.Component:
    """The cards to pay with in a card's sheet: they are only read there."""
    return means(money, lambda _line: rx.fragment())


def _by_address(line: Any, client: Any) -> rx.Component:
    return _row(
        line, _way(client, "take_payment", line.about, "banknote"),
        lambda deed: menu_link(deed.word, deed.icon, to=_address(client, deed.code, line.about)),
    )


def _way(client: Any, deed: str, about: Any, icon_name: str) -> rx.Component:
    return go(
        icon(icon_name, 17), t(f"deed.{deed}"), to=_address(client, deed, about), class_name="btn", custom_attrs={"data-testid": f"deed-{deed}"}
    )


def _address(client: Any, deed: Any, about: Any) -> Any:
    return rx.Var.create("/client/") + client + "?deed=" + deed + "&of=" + client + "&membership=" + about


def _row(line: Any, pay: rx.Component, item: Callable[[Any], rx.Component]) -> rx.Component:
    name = rx.Var.create("contract-") + line.about
    return rx.cond(
        line.pay | (line.deeds.length() > 0) | (line.paid != ""),
        rx.el.div(
            rx.cond(line.pay, pay, rx.el.span(line.paid, class_name="t13 m sp")),
            rx.cond(
                line.deeds.length() > 0,
                menu(
                    rx.el.button(
                        icon("ellipsis"), type="button", class_name="hit",
                        custom_attrs={**opens(name, "menu"), "aria-label": t("membership.actions", name=line.title), "data-testid": "contract-more"},
                    ),
                    rx.foreach(line.deeds, item),
                    name=name, label=t("membership.actions", name=line.title), end=True,
                ),
                rx.fragment(),
            ),
            class_name="row",
        ),
        rx.fragment(),
    )
