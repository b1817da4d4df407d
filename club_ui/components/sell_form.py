"""The form of a sale: what the price list offers to this client, its terms as they are agreed, how it is paid."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import choice_field, text_field
from club_ui.i18n.screen import t
from club_ui.money_forms import AT_ONCE, LATER, OTHER
from lifecycle.facts import BILLINGS, CONTRACT_KINDS


def sell_fields(state: Any) -> rx.Component:
    """Choosing a product fills what follows; what the price list does not hold is asked whole."""
    return rx.fragment(
        rx.cond(state.offers.length() > 0, _offers(state), rx.el.input(type="hidden", name="product", default_value=OTHER)),
        # The fields begin anew with another product: what stands in them is its terms.
        rx.cond(state.given["product"] != "", rx.fragment(_terms(state), key="terms-" + state.given["product"]), rx.fragment()),
    )


def _offers(state: Any) -> rx.Component:
    chosen = state.given["product"]
    return rx.el.fieldset(
        rx.el.legend(t("form.product"), class_name="lb"),
        rx.el.div(
            rx.foreach(state.offers, lambda one: _offer(state, one.code, one.name, one.terms, one.price)),
            _offer(state, OTHER, t("money.unlisted"), "", ""),
            class_name="ofs",
        ),
        rx.cond(
            (chosen == "") & state.errors.contains("amount"), rx.el.span(t("money.choose"), class_name="bad", role="alert"), rx.fragment()
        ),
        rx.cond(state.errors.contains("product"), rx.el.span(state.errors["product"], class_name="bad", role="alert"), rx.fragment()),
        class_name="field", custom_attrs={"data-testid": "offers"},
    )


def _offer(state: Any, code: Any, name: Any, terms: Any, price: Any) -> rx.Component:
    chosen = state.given["product"] == code
    return rx.el.label(
        rx.el.input(
            type="radio", name="product", value=code, default_checked=chosen, on_change=state.choose(code),
            custom_attrs={"data-first": rx.cond(chosen | (state.given["product"] == ""), "true", rx.Var("undefined"))},
        ),
        rx.el.span(
            rx.el.span(
                rx.el.span(name, class_name="b5"), rx.cond(terms != "", rx.el.span(terms, class_name="t13 m"), rx.fragment()), class_name="stack sp"
            ),
            rx.el.b(price, class_name="nw"),
            class_name="of-b",
        ),
        class_name="of", key=code, custom_attrs={"data-offer": code},
    )


def _terms(state: Any) -> rx.Component:
    """The price and how it is paid first: the rest is seldom agreed otherwise."""
    given, unlisted = state.given, state.given["product"] == OTHER
    by_month, service = (given["billing"] == "recurring") & ~unlisted, (given["kind"] == "service") & ~unlisted
    return rx.fragment(
        rx.el.input(type="hidden", name="said", default_value=given["said"]),
        rx.cond(unlisted, _unlisted(state), rx.fragment()),
        rx.el.div(
            text_field("amount", t("form.amount"), errors=state.errors, value=given["amount"], custom_attrs={"inputMode": "decimal"}),
            rx.cond(
                service, rx.fragment(),
                text_field("starts_on", t("form.activate_from"), errors=state.errors, value=given["starts_on"], kind="date"),
            ),
            class_name="grid2",
        ),
        choice_field("paid_by", t("form.paid_by"), "paid_by", (*AT_ONCE, LATER), errors=state.errors, value=given["paid_by"]),
        rx.el.p(t("money.later_says"), class_name="t13 m pretty"),
        rx.cond(by_month, rx.fragment(), rx.el.div(_number("days", state), _number("visits", state), class_name="grid2")),
    )


def _unlisted(state: Any) -> rx.Component:
    return rx.fragment(
        text_field("title", t("form.title"), errors=state.errors, value=state.given["title"]),
        choice_field("kind", t("form.sold_kind"), "contract_kind", CONTRACT_KINDS, errors=state.errors, value=state.given["kind"]),
        choice_field("billing", t("form.billing"), "billing", BILLINGS, errors=state.errors, value=state.given["billing"]),
    )


def _number(name: str, state: Any) -> rx.Component:
    return text_field(name, t(f"form.{name}"), errors=state.errors, value=state.given[name], custom_attrs={"inputMode": "numeric"})
