"""The parts of an opened card besides the general one, and one line of what happened."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import card_parts
from club_ui.components.basics import chip_of, go, hued, icon
from club_ui.components.profile_contact import privacy_part
from club_ui.components.profile_money import card_contracts, card_means, card_packs
from club_ui.i18n.screen import t


def card_address(state: Any, more: str) -> Any:
    """The address of the open card, and what else is opened of it."""
    return "?" + state.query + "card=" + state.card + more


def _contracts(state: Any) -> rx.Component:
    return rx.fragment(card_contracts(state.money, state.sheet.client), rx.el.h3(t("membership.title"), class_name="t14"), _memberships(state))


def _memberships(state: Any) -> rx.Component:
    return _listed(
        state.memberships,
        lambda one: rx.el.div(
            rx.el.div(rx.el.span(one.title, class_name="b5 sp pretty"), chip_of(one.state, small=True), class_name="row top-a"),
            rx.el.div(one.period, rx.cond(one.freeze != "", rx.el.span(", ", one.freeze), rx.fragment()), class_name="t13 m"),
            rx.cond(
                one.share != "",
                rx.el.span(rx.el.i(style={"width": one.share}), class_name="bar", custom_attrs={**hued(one.hue), "aria-hidden": "true"}),
                rx.fragment(),
            ),
            rx.el.div(rx.el.span(one.visits, class_name="sp"), rx.el.b(one.price), class_name="row t13 m"),
            class_name="mem", key=one.key, custom_attrs={"data-testid": "card-membership"},
        ),
        t("card.contracts_empty"),
    )


def _services(state: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            state.money.packs.length() > 0,
            card_packs(state.money, state.sheet.client),
            rx.cond(state.services.length() > 0, rx.fragment(), rx.el.p(t("card.services_empty"), class_name="t14 m")),
        ),
        rx.cond(state.services.length() > 0, _told(state.services, ""), rx.fragment()),
    )


def _payment(state: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(state.money.means.length() > 0, card_means(state.money), rx.el.p(t("card.means_empty"), class_name="t14 m")),
        _told(state.payments, t("card.payment_empty")),
    )


def _history(state: Any) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            *(
                go(
                    t(f"history.{code}"), to=card_address(state, f"&part=history&show={code}"), replace=True, prevent_scroll_reset=True, role="button",
                    custom_attrs={"aria-pressed": rx.cond(state.show == code, "true", "false"), "data-testid": f"show-{code}"},
                )
                for code in card_parts.SHOWS
            ),
            class_name="seg", role="group", custom_attrs={"aria-label": t("card.history")},
        ),
        _told(state.history, t("card.history_empty")),
        # The sheet tells of what came last; the client's own page goes back to the beginning.
        rx.cond(state.sheet.whole, go(t("card.whole_history"), to="/client/" + state.sheet.client, class_name="link"), rx.fragment()),
    )


def _listed(rows: Any, build: Any, none: Any) -> rx.Component:
    return rx.cond(rows.length() > 0, rx.el.div(rx.foreach(rows, build), class_name="stack g8"), rx.el.p(none, class_name="t14 m"))


def _told(rows: Any, none: Any) -> rx.Component:
    return rx.cond(
        rows.length() > 0,
        rx.el.ul(rx.foreach(rows, talk_line), class_name="tl", custom_attrs={"data-testid": "card-history"}),
        rx.el.p(none, class_name="t14 m"),
    )


def talk_line(line: Any) -> rx.Component:
    """One thing that happened: who, what, when."""
    return rx.el.li(
        rx.el.span(icon(line.icon, 15), class_name="ist", custom_attrs=hued(line.hue)),
        rx.el.p(
            # What people said of the card begins with who said it, what happened with what it was.
            rx.cond(line.key.startswith("c"), rx.el.b(line.who, ": "), rx.fragment()),
            rx.el.span(line.says),
            rx.cond(line.more != "", rx.el.span(rx.el.br(), rx.el.span(line.more, class_name="m")), rx.fragment()),
            rx.cond(line.key.startswith("c"), rx.fragment(), rx.el.span(rx.el.br(), rx.el.span(line.who, class_name="t12 mm"))),
        ),
        rx.el.time(line.when),
        key=line.key,
    )


#: What each part is built by.
PART_VIEWS = {
    "contracts": _contracts, "services": _services, "payment": _payment, "privacy": privacy_part, "history": _history,
}
