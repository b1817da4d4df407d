"""The price list, in settings: what the club sells, on which terms, to whom."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import (
    button,
    checks_field,
    choice_field,
    empty,
    header,
    icon,
    menu,
    menu_item,
    opens,
    pill_of,
    skeleton_rows,
    spacer,
    submit,
    text_field,
)
from club_ui.components.parts import Dialog, Form
from club_ui.components.states import loaded
from club_ui.i18n import OWN_NAMES
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.pages.settings import settings_tabs
from club_ui.state.products import ProductsState
from lifecycle.facts import BILLINGS, CONTRACT_KINDS
from lifecycle.products import AUDIENCES


@page("/settings/products", "product.title", state=ProductsState, need="see_products", under="settings")
def products() -> Any:
    """One line a product; a line is taken off sale, never deleted, because contracts name it."""
    state = ProductsState
    return (
        header(
            t("product.title"), rx.el.span(t("product.lead"), class_name="sub hide-p"), spacer(),
            rx.cond(
                state.may_change,
                button(icon("plus"), t("product.add"), look="p", on_click=state.begin(""), custom_attrs={"data-testid": "product-add"}),
                rx.fragment(),
            ),
            look="dup",
        ),
        settings_tabs("products"),
        loaded(state, _content(), skeleton_rows()),
        _form(),
    )


def _content() -> rx.Component:
    state = ProductsState
    return rx.cond(
        (state.rows.length() == 0) & (state.retired.length() == 0),
        empty(t("product.none_title"), t("product.none"), look=theme.DEED["sell"]),
        rx.el.div(
            _list("product.on_sale", state.rows),
            rx.cond(state.retired.length() > 0, _list("product.retired", state.retired), rx.fragment()),
            class_name="pad stack g12 prices",
        ),
    )


def _list(word: str, rows: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2(t(word), class_name="t13 mm"),
        rx.el.ul(rx.foreach(rows, _line), class_name="lis plain"),
        class_name="box in", custom_attrs={"aria-label": t(word)},
    )


def _line(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.span(row.name, class_name="b5 pretty"),
                rx.cond(row.kind == "service", pill_of(t("contract_kind.service"), "guest", "heart-pulse", small=True), rx.fragment()),
                class_name="row g8 wrap",
            ),
            rx.el.div(row.terms, class_name="t13 m"),
            rx.cond(row.sold_to != "", rx.el.div(t("product.only", whom=row.sold_to), class_name="t13 mm pretty"), rx.fragment()),
            rx.cond(row.why_free != "", rx.el.div(row.why_free, class_name="t13 mm pretty"), rx.fragment()),
            class_name="sp",
        ),
        rx.el.div(rx.el.b(row.price, class_name="nw"), rx.cond(ProductsState.may_change, rx.el.span(row.code, class_name="t12 mm hide-p"), rx.fragment()), class_name="pr-f"),
        rx.cond(ProductsState.may_change, _deeds(row), rx.fragment()),
        class_name="row prl", key=row.code, custom_attrs={"data-testid": "product", "data-product": row.code},
    )


def _deeds(row: Any) -> rx.Component:
    state, name = ProductsState, rx.Var.create("product-") + row.code
    return rx.el.div(
        button(icon("pencil"), look="g ic", label=t("product.change") + ": " + row.name, on_click=state.begin(row.code), custom_attrs={"data-testid": "product-change"}),
        menu(
            button(icon("ellipsis"), look="g ic", label=t("product.more") + ": " + row.name, custom_attrs={**opens(name, "menu"), "data-testid": "product-more"}),
            rx.cond(row.active & ~row.first, menu_item(t("choices.up"), "arrow-up", on_click=state.move(row.code, -1)), rx.fragment()),
            rx.cond(row.active & ~row.last, menu_item(t("choices.down"), "arrow-down", on_click=state.move(row.code, 1)), rx.fragment()),
            menu_item(
                rx.cond(row.active, t("product.retire"), t("product.sell_again")).to(str), rx.cond(row.active, "lock", "check").to(str),
                on_click=state.switch(row.code), custom_attrs={"data-testid": "product-switch"},
            ),
            name=name, label=t("product.more") + ": " + row.name, end=True,
        ),
        class_name="row",
    )


def _form() -> rx.Component:
    state, errors = ProductsState, ProductsState.errors
    title = rx.cond(state.open_code == "", t("product.add"), t("product.change")).to(str)
    return Dialog.create(
        Form.create(
            rx.el.div(
                rx.el.h2(title, class_name="sp"), button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.stop), class_name="sh"
            ),
            rx.el.div(
                *(
                    text_field(f"name_{language}", t("product.name") + ", " + name, errors=errors, value=state.given[f"name_{language}"], first=place == 0, lang=language)
                    for place, (language, name) in enumerate(OWN_NAMES.items())
                ),
                choice_field("kind", t("product.kind"), "contract_kind", CONTRACT_KINDS, errors=errors, value=state.given["kind"]),
                choice_field("billing", t("product.billing"), "billing", BILLINGS, errors=errors, value=state.given["billing"]),
                rx.el.div(
                    text_field("days", t("form.days"), errors=errors, value=state.given["days"], hint=t("product.days_hint"), custom_attrs={"inputMode": "numeric"}),
                    text_field("visits", t("form.visits"), errors=errors, value=state.given["visits"], hint=t("product.visits_hint"), custom_attrs={"inputMode": "numeric"}),
                    class_name="grid2",
                ),
                rx.el.div(
                    text_field("price", t("form.amount"), errors=errors, value=state.given["price"], custom_attrs={"inputMode": "decimal"}),
                    text_field("free_because", t("product.free_because"), errors=errors, value=state.given["free_because"]),
                    class_name="grid2",
                ),
                checks_field("sold_to", t("product.sold_to"), "audience", AUDIENCES, errors=errors, chosen=state.audiences, hint=t("product.sold_to_hint")),
                class_name="bd",
            ),
            rx.el.div(submit(t("shell.save")), button(t("shell.cancel"), look="g", on_click=state.stop), class_name="fl"),
            turn=state.turn, on_send=state.send, auto_complete="off", key=state.form_key, custom_attrs={"data-testid": "product-form"},
        ),
        open=state.opened, on_shut=state.stop, class_name="shet", custom_attrs={"aria-label": title},
    )
