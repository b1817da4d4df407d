"""Deeds on screen: buttons, also those that are shut, the sentence why, and the form in a sheet."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import forms, i18n
from club_ui.components.basics import (
    button,
    choice_field,
    hued,
    icon,
    menu,
    menu_item,
    opens,
    pick_field,
    submit,
    text_field,
)
from club_ui.components.parts import Dialog, Form
from club_ui.components.sell_form import sell_fields
from club_ui.fields import Field
from club_ui.i18n.screen import t


def deed_button(step: Any, client: Any, state: Any) -> rx.Component:
    """One deed. A shut one can be pressed too: it says why, and offers what opens it."""
    return rx.cond(
        step.allowed,
        rx.el.button(
            icon(step.icon), step.word, type="button", class_name=step.look, on_click=state.begin(step.code, client, ""),
            custom_attrs={"data-testid": rx.Var.create("deed-") + step.code},
        ),
        rx.el.button(
            icon("lock", 16), rx.el.span(step.word, rx.el.small(step.short), class_name="two"),
            type="button", class_name="btn", on_click=state.explain(step.code, client),
            custom_attrs={"data-testid": rx.Var.create("deed-") + step.code, "aria-disabled": "true"},
        ),
    )


def deed_buttons(main: Any, rest: Any, client: Any, state: Any, *, name: Any) -> rx.Component:
    """The deeds a desk needs most, and all others under three dots."""
    return rx.el.div(
        # By its name and not by its place: a button that is being pressed must not become another.
        rx.foreach(main, lambda step: rx.fragment(deed_button(step, client, state), key=step.code)),
        rx.cond(
            rest.length() > 0,
            menu(
                button(icon("ellipsis"), look="ic", label=t("deed.more"), custom_attrs={**opens(name, "menu"), "data-testid": "deed-more"}),
                rx.foreach(rest, lambda step: rx.fragment(deed_item(step, client, state), key=step.code)),
                name=name, label=t("deed.more"),
            ),
            rx.fragment(),
        ),
        class_name="dd",
    )


def deed_item(step: Any, client: Any, state: Any) -> rx.Component:
    """A deed as a line of a menu."""
    named = {"data-testid": rx.Var.create("deed-") + step.code}
    return rx.cond(
        step.allowed,
        menu_item(step.word, step.icon, on_click=state.begin(step.code, client, ""), custom_attrs=named),
        menu_item(
            step.word + ": " + step.short, "lock", on_click=state.explain(step.code, client), custom_attrs={**named, "aria-disabled": "true"}
        ),
    )


def explanation(state: Any, client: Any) -> rx.Component:
    """Why a deed is shut, with the deed that opens it."""
    return rx.cond(
        (state.explained != "") & (state.explained_client == client),
        rx.el.div(
            icon("lock"),
            rx.el.span(state.explained, class_name="sp pretty"),
            rx.cond(
                state.explained_needs != "",
                rx.el.button(
                    state.explained_word, type="button", class_name="btn", on_click=state.begin(state.explained_needs, client, "")
                ),
                rx.fragment(),
            ),
            rx.el.button(
                icon("x"), type="button", class_name="hit", on_click=state.explain_no_more, custom_attrs={"aria-label": t("shell.close")}
            ),
            class_name="note", role="alert", custom_attrs=hued("archive"),
        ),
        rx.fragment(),
    )


def deed_sheet(state: Any) -> rx.Component:
    """The open form, whichever it is, in a sheet from the right."""
    return Dialog.create(
        Form.create(
            rx.el.div(
                rx.el.div(
                    rx.el.h2(_title(state)),
                    rx.el.div(state.deed_name, class_name="t13 mm"),
                    class_name="sp",
                ),
                button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.stop),
                class_name="sh",
            ),
            rx.el.div(
                rx.match(state.deed, *((name, rx.fragment(*_fields(name, state))) for name in _with_fields()), rx.fragment()),
                class_name="bd",
            ),
            rx.el.div(
                submit(_does(state), None),
                button(t("shell.cancel"), look="g", on_click=state.stop),
                class_name="fl",
            ),
            turn=state.turn, on_send=state.send, on_draft=state.keep,
            custom_attrs={"data-testid": "deed-form"}, auto_complete="off",
        ),
        open=state.deed != "", on_shut=state.stop, class_name="shet",
        custom_attrs={"aria-label": _title(state), "data-testid": "deed-sheet"},
    )


def _with_fields() -> list[str]:
    return [name for name, deed in forms.DEEDS.items() if deed.fields]


def _title(state: Any) -> rx.Var[str]:
    return rx.match(state.deed, *((name, t(f"deed.{name}")) for name in _with_fields()), "").to(str)


def _does(state: Any) -> rx.Var[str]:
    """What the button of the form does, where the deed's own word is no verb."""
    words = {name: f"submit.{name}" if i18n.known(f"submit.{name}") else f"deed.{name}" for name in _with_fields()}
    return rx.match(state.deed, *((name, t(word)) for name, word in words.items()), "").to(str)


def _fields(name: str, state: Any) -> list[rx.Component]:
    """The fields in their order, halves side by side; a sale has a form of its own."""
    if name == "sell":
        return [sell_fields(state)]
    shown: list[rx.Component] = []
    halves: list[rx.Component] = []
    first = next((one for one in forms.DEEDS[name].fields if one.name in forms.DEEDS[name].typed), None)
    for one in forms.DEEDS[name].fields:
        control = _control(one, state, first=one is first)
        if one.only:
            control = rx.cond(state.given[one.only], control, rx.fragment())
        if one.half:
            halves.append(control)
            continue
        if halves:
            shown.append(rx.el.div(*halves, class_name="grid2"))
            halves = []
        shown.append(control)
    if halves:
        shown.append(rx.el.div(*halves, class_name="grid2"))
    return shown


def _control(one: Field, state: Any, *, first: bool) -> rx.Component:
    errors, value = state.errors, state.given[one.name]
    if one.kind in ("hidden", "about"):
        return rx.el.input(type="hidden", name=one.name, default_value=value)
    if one.kind == "said":
        return rx.el.p(value, class_name="t15 pretty", custom_attrs={"data-testid": "deed-says"})
    word = t(one.label)
    if one.kind == "choice":
        return choice_field(one.name, word, one.family, one.codes, errors=errors, value=value, none=one.none)
    if one.kind == "membership":
        return rx.cond(
            state.choices.length() > 0, pick_field(one.name, word, state.choices, errors=errors, value=value), rx.fragment()
        )
    if one.kind in ("person", "trainer"):
        return pick_field(one.name, word, state.people, errors=errors, value=value)
    kinds = {"day": "date", "time": "time", "text": "text", "area": "text", "number": "text", "money": "text"}
    numeric = {"custom_attrs": {"inputMode": "numeric" if one.kind == "number" else "decimal"}} if one.kind in ("number", "money") else {}
    return text_field(
        one.name, word, errors=errors, value=value, kind=kinds[one.kind], area=one.kind == "area", first=first, **numeric
    )


