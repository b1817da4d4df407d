"""A new client: a phone is enough."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import (
    avatar,
    chip_of,
    choice_field,
    field,
    go,
    header,
    hued,
    icon,
    skeleton_rows,
    stage_mark,
    submit,
    text_field,
)
from club_ui.components.parts import Form
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.add import AddState
from lifecycle.facts import SOURCES


@page("/add", "nav.add", icon="user-plus", state=AddState, need="add_client", under="clients")
def add() -> Any:
    """The form, with those who have the same number beside it."""
    return (
        header(t("add.title"), rx.el.span(t("add.lead"), class_name="sub hide-p"), back="/folders"),
        loaded(AddState, rx.el.div(rx.el.div(_form(), rx.el.div(_same(), class_name="stack"), class_name="two-c"), class_name="pad"), skeleton_rows(4)),
    )


def _form() -> rx.Component:
    errors, given = AddState.errors, AddState.given
    return Form.create(
        text_field(
            "phone", t("form.phone"), errors=errors, value=given["phone"], kind="tel", first=True, hint=t("add.phone_hint"),
            auto_complete="off", auto_focus=True, custom_attrs={"inputMode": "tel"},
        ),
        text_field("name", rx.cond(AddState.kind == "company", t("add.who_company"), t("form.name")), errors=errors, value=given["name"], auto_complete="off"),
        choice_field("source", t("form.source"), "source", SOURCES[:-1], errors=errors, value=given["source"]),
        rx.el.div(
            choice_field("kind", t("form.client_kind"), "kind", ("person", "company"), errors=errors, value=given["kind"]),
            rx.cond(
                AddState.branches.length() > 1,
                field(
                    "branch", t("form.branch"),
                    rx.el.select(
                        rx.foreach(AddState.branches, lambda one: rx.el.option(one.word, value=one.value)),
                        id="f-branch", name="branch", default_value=given["branch"], class_name="inp",
                    ),
                    errors=errors,
                ),
                rx.fragment(),
            ),
            class_name="grid2",
        ),
        rx.cond(
            AddState.kind == "company",
            text_field("tax_id", t("form.tax_id"), errors=errors, value=given["tax_id"], auto_complete="off"),
            rx.fragment(),
        ),
        text_field("comment", t("form.comment"), errors=errors, value=given["comment"], area=True),
        rx.el.div(submit(t("add.submit"), "user-plus", look="p l"), class_name="row"),
        turn=AddState.turn, on_send=AddState.send, on_draft=AddState.keep, class_name="stack g16", key=AddState.form_key,
        custom_attrs={"data-testid": "add-form"},
    )


def _same() -> rx.Component:
    return rx.cond(
        AddState.same.length() > 0,
        rx.el.section(
            rx.el.div(icon("users-round"), rx.el.div(rx.el.b(t("add.same")), rx.el.br(), t("add.same_hint"), class_name="pretty"), class_name="note", role="status", custom_attrs=hued("to_renew")),
            rx.el.ul(
                rx.foreach(
                    AddState.same,
                    lambda one: rx.el.li(
                        go(
                            avatar(one.letters, hue=one.stage.hue),
                            rx.el.span(rx.el.span(one.who, class_name="b5"), " ", stage_mark(one.stage), rx.el.br(), rx.el.span(one.phone, class_name="t13 mm"), class_name="sp"),
                            chip_of(one.folder, small=True),
                            to=f"/client/{one.id}", class_name="li tall",
                        )
                    ),
                ),
                class_name="lis",
            ),
            class_name="box in",
        ),
        rx.fragment(),
    )
