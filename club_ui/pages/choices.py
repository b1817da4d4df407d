"""The lists that the club edits, in settings."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import button, header, icon, pill_of, skeleton_rows, spacer, submit, text_field
from club_ui.components.parts import Dialog, Form
from club_ui.components.states import loaded
from club_ui.i18n import OWN_NAMES
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.pages.settings import settings_tabs
from club_ui.state.choices import ChoicesState
from lifecycle.choices import KINDS


@page("/settings/lists", "choices.title", state=ChoicesState, need="see_playbooks", under="settings")
def choices() -> Any:
    """One box a list; lines are shut, never deleted, because cards name them."""
    return (
        header(t("choices.title"), rx.el.span(t("choices.lead"), class_name="sub hide-p"), spacer(), look="dup"),
        settings_tabs("choices"),
        loaded(ChoicesState, rx.el.div(*(_list(kind) for kind in KINDS), class_name="pad pbks"), skeleton_rows()),
        _form(),
    )


def _list(kind: str) -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(t(f"choices.{kind}"), class_name="sp"),
            rx.cond(
                ChoicesState.may_change,
                button(icon("plus"), t("choices.add"), look="g", label=t("choices.add") + ": " + t(f"choices.{kind}"), on_click=ChoicesState.begin(kind, "")),
                rx.fragment(),
            ),
            class_name="row",
        ),
        rx.el.ul(rx.foreach(ChoicesState.rows, lambda row: rx.cond(row.kind == kind, _line(row), rx.fragment())), class_name="lis plain"),
        class_name="box pbk", custom_attrs={"data-testid": f"list-{kind}"},
    )


def _line(row: Any) -> rx.Component:
    state = ChoicesState
    return rx.el.li(
        rx.el.span(
            rx.el.span(row.word, class_name=rx.cond(row.active, "b5", "mm")),
            rx.cond(row.active, rx.fragment(), pill_of(t("choices.shut"), "archive", "lock", small=True)),
            class_name="row g8 wrap sp",
        ),
        rx.cond(
            state.may_change,
            rx.fragment(
                _mover("arrow-up", t("choices.up"), row, -1, row.first),
                _mover("arrow-down", t("choices.down"), row, 1, row.last),
                button(icon("pencil"), look="g ic", label=t("choices.rename") + ": " + row.word, on_click=state.begin(row.kind, row.code)),
                button(
                    icon(rx.cond(row.active, "lock", "check")), look="g ic",
                    label=rx.cond(row.active, t("choices.to_shut"), t("choices.to_open")).to(str) + ": " + row.word,
                    on_click=state.switch(row.kind, row.code),
                ),
            ),
            rx.fragment(),
        ),
        class_name="row", key=row.code, custom_attrs={"data-line": row.code},
    )


def _mover(icon_name: str, word: Any, row: Any, by: int, at_end: Any) -> rx.Component:
    return button(
        icon(icon_name), look="g ic", label=word + ": " + row.word, disabled=at_end, on_click=ChoicesState.move(row.kind, row.code, by)
    )


def _form() -> rx.Component:
    state = ChoicesState
    title = rx.cond(state.open_code == "", t("choices.add"), t("choices.rename")).to(str)
    return Dialog.create(
        Form.create(
            rx.el.div(
                rx.el.h2(title, class_name="sp"), button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.stop), class_name="sh"
            ),
            rx.el.div(
                *(
                    text_field(language, name, errors=state.errors, value=state.given[language], first=place == 0, lang=language)
                    for place, (language, name) in enumerate(OWN_NAMES.items())
                ),
                rx.cond(state.errors.contains("names"), rx.el.span(state.errors["names"], class_name="bad", role="alert"), rx.fragment()),
                rx.el.p(t("choices.one_is_enough"), class_name="t13 m"),
                class_name="bd",
            ),
            rx.el.div(submit(t("shell.save")), button(t("shell.cancel"), look="g", on_click=state.stop), class_name="fl"),
            turn=state.turn, on_send=state.send, auto_complete="off", custom_attrs={"data-testid": "choice-form"},
        ),
        open=state.open_kind != "", on_shut=state.stop, class_name="shet", custom_attrs={"aria-label": title},
    )
