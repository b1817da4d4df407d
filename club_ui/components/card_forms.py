"""The forms of an opened card: the next step, the end with the step after it, the end for good."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import choice_field, field, go, pick_field, submit, text_field
from club_ui.components.parts import Form
from club_ui.i18n.screen import t
from lifecycle.cards import STEPS


def plan_form(state: Any) -> rx.Component:
    """What is to be done next, and when."""
    return Form.create(
        step_fields(state),
        rx.el.div(submit(t("card.save"), None), _cancel(state), class_name="row"),
        turn=state.turn, on_send=state.plan, on_draft=state.keep, class_name="stack planf", auto_complete="off",
        key="step" + state.form_key, custom_attrs={"data-testid": "plan-form"},
    )


def finish_form(state: Any) -> rx.Component:
    """The end of a card: with the next step, done or refused with the reason."""
    return Form.create(
        rx.match(
            state.doing,
            ("then", rx.fragment(rx.el.h3(t("card.then"), class_name="t16"), rx.cond(state.sheet.asks_why, _why(state), rx.fragment()), _words(state), step_fields(state))),
            ("done", rx.fragment(rx.el.h3(t("card.done_next"), class_name="t16"), _why(state), _words(state))),
            rx.fragment(
                rx.el.h3(t("card.refuse"), class_name="t16"),
                pick_field("reason", t("card.reason"), state.reasons, errors=state.errors, value=state.given["reason"]),
                _words(state),
            ),
        ),
        rx.el.div(
            submit(rx.cond(state.doing == "then", t("card.then"), t("card.finish")), None, custom_attrs={"data-testid": "finish"}),
            _cancel(state), class_name="row",
        ),
        turn=state.turn, on_send=state.finish, on_draft=state.keep, class_name="cfl stack", auto_complete="off",
        key=state.doing + state.form_key, custom_attrs={"data-testid": "finish-form"},
    )


def step_fields(state: Any) -> rx.Component:
    """Kind, day with the days that are chosen most, time."""
    return rx.fragment(
        choice_field("kind", t("card.kind"), "step", STEPS, errors=state.errors, value=state.given["kind"]),
        rx.el.div(
            rx.foreach(
                state.days_ahead,
                lambda one: rx.el.button(
                    one.word, type="button", class_name="btn", custom_attrs={"data-fill": "day", "data-value": one.value},
                ),
            ),
            rx.el.button(t("card.clear_due"), type="button", class_name="btn g", custom_attrs={"data-fill": "day", "data-value": ""}),
            class_name="row wrap g6 quick",
        ),
        rx.el.div(
            text_field("day", t("card.day"), errors=state.errors, value=state.given["day"], kind="date"),
            text_field("time", t("card.time"), errors=state.errors, value=state.given["time"], kind="time"),
            class_name="grid2",
        ),
    )


def _why(state: Any) -> rx.Component:
    """Why the client stopped coming, where that was found out."""
    return pick_field("reason", t("card.why_left"), state.reasons, errors=state.errors, value=state.given["reason"])


def _words(state: Any) -> rx.Component:
    return field(
        "words", t("card.words"),
        rx.el.textarea(
            id="f-words", name="words", default_value=state.given["words"], rows=2, max_length=4000, class_name="inp",
            custom_attrs={"aria-describedby": "e-words"},
        ),
        errors=state.errors,
    )


def _cancel(state: Any) -> rx.Component:
    return go(
        t("shell.cancel"), to="?" + state.query + "card=" + state.card, replace=True, prevent_scroll_reset=True, class_name="btn g", role="button",
    )
