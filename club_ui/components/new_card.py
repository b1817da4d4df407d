"""The window in which a card is made: whom it is about, found while typing, then what is to be done."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import button, choice_field, icon, pick_field, stage_mark, submit, text_field
from club_ui.components.card_forms import step_fields
from club_ui.components.parts import Dialog, Form
from club_ui.i18n.screen import t
from lifecycle.facts import SOURCES


def new_card(state: Any) -> rx.Component:
    """The window, in two steps: who, then what."""
    return Dialog.create(
        rx.cond(state.about == "", _who(state), _what(state)),
        open=state.adding, on_shut=state.add_no_more, class_name="pal newc",
        custom_attrs={"aria-label": t("new_card.title"), "data-testid": "new-card"},
    )


def _who(state: Any) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            icon("search", 20),
            rx.el.input(
                type="search", placeholder=t("new_card.query_hint"), default_value=state.typed, on_change=state.look_up.debounce(160),
                auto_complete="off", max_length=80, input_mode="text",
                custom_attrs={"aria-label": t("new_card.query"), "data-first": "true", "data-testid": "new-card-query"},
            ),
            rx.el.button(icon("x", 20), type="button", class_name="hit", on_click=state.add_no_more, custom_attrs={"aria-label": t("shell.close")}),
            class_name="q",
        ),
        rx.el.div(
            rx.cond(state.shared, rx.el.p(t("new_card.shared"), class_name="gh", role="status"), rx.fragment()),
            rx.foreach(state.known, lambda row: _known(row, state)),
            rx.cond(
                state.new_number != "",
                rx.el.button(
                    icon("user-plus"), rx.el.span(t("new_card.new", phone=state.new_number), class_name="sp"), icon("chevron-right", 16),
                    type="button", class_name="hit-row", on_click=state.choose("", state.new_number), custom_attrs={"data-testid": "new-card-lead"},
                ),
                rx.fragment(),
            ),
            rx.cond(state.nobody_found, rx.el.p(t("new_card.nobody"), class_name="gh", role="status"), rx.fragment()),
            class_name="hits",
        ),
    )


def _known(row: Any, state: Any) -> rx.Component:
    return rx.el.button(
        stage_mark(row.stage),
        rx.el.span(rx.el.span(_cut(row.name)), " ", rx.el.span(_cut(row.phone), class_name="m t13 nw"), class_name="sp"),
        icon("chevron-right", 16),
        type="button", class_name="hit-row", on_click=state.choose(row.id, row.plain),
        custom_attrs={"data-testid": "new-card-client", "data-client": row.id},
    )


def _cut(pieces: Any) -> rx.Component:
    return rx.foreach(pieces, lambda piece: rx.cond(piece[1] == "1", rx.el.mark(piece[0]), rx.el.span(piece[0])))


def _what(state: Any) -> rx.Component:
    return Form.create(
        rx.el.div(
            rx.el.div(rx.el.h2(t("new_card.title")), rx.el.div(state.about_name, class_name="t13 mm"), class_name="sp"),
            button(t("new_card.other"), look="g", on_click=state.choose_again),
            button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.add_no_more),
            class_name="sh",
        ),
        rx.el.div(
            rx.cond(
                state.about == "new",
                rx.fragment(
                    text_field("name", t("new_card.name"), errors=state.errors),
                    choice_field("source", t("new_card.source"), "source", SOURCES[:-1], errors=state.errors, value="call"),
                ),
                rx.fragment(),
            ),
            text_field("words", t("new_card.words"), errors=state.errors, first=True, area=True, rows=2),
            step_fields(state),
            pick_field("status", t("card.status"), state.all_statuses, errors=state.errors),
            pick_field("responsible", t("card.responsible"), state.new_people, errors=state.errors),
            rx.cond(
                state.new_branches.length() > 0,
                pick_field("branch", t("board.branch"), state.new_branches, errors=state.errors, value=state.given["branch"]),
                rx.fragment(),
            ),
            class_name="bd",
        ),
        # About whom it is belongs to what is sent: the same words about somebody else are another card.
        rx.el.input(type="hidden", name="about", value=state.about + " " + state.typed, read_only=True),
        rx.el.div(submit(t("new_card.make"), None, custom_attrs={"data-testid": "make-card"}), class_name="fl"),
        turn=state.turn, on_send=state.make, class_name="fill", auto_complete="off", custom_attrs={"data-testid": "new-card-form"},
    )
