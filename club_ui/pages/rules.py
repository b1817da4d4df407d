"""Automatic cards: every rule with its sentences and figures, and what was counted and not made."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import (
    button,
    field,
    go,
    header,
    hidden,
    hued,
    icon,
    note,
    pick_field,
    skeleton_rows,
    spacer,
    stage_mark,
    submit,
    text_field,
)
from club_ui.components.parts import Dialog, Form
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.pages.settings import settings_tabs
from club_ui.state.rules import RulesState
from lifecycle.automation import AUTO_CARDS, WHO


@page("/settings/rules", "rules.title", state=RulesState, need="see_rules", under="settings")
def rules() -> Any:
    """What waits to be chosen above, then one box a rule."""
    return (
        header(t("rules.title"), rx.el.span(t("rules.lead"), class_name="sub hide-p"), spacer(), look="dup"),
        settings_tabs("rules"),
        loaded(
            RulesState,
            rx.el.div(
                rx.cond(RulesState.may_change, rx.fragment(), note(t("rules.read_only"), hue="archive", icon_name="lock", role="note")),
                _waiting(),
                rx.el.div(rx.foreach(RulesState.rows, _rule), class_name="pbks"),
                class_name="pad stack g12",
            ),
            skeleton_rows(),
        ),
        _form(),
        _choice(),
        _who(),
    )


# --- what was counted ---------------------------------------------------------------------------------


def _waiting() -> rx.Component:
    """What the present state calls for and nothing made, with the way to have it made; and the latest orders."""
    state = RulesState
    return rx.cond(
        (state.counted != "") | (state.looking != "") | (state.orders.length() > 0),
        rx.el.section(
            rx.el.div(
                icon("list-checks", 20, class_name="i c-fg"),
                rx.el.div(
                    rx.el.h2(rx.cond(state.counted != "", state.counted, t("rules.counted_none"))),
                    rx.cond(state.counted != "", rx.el.p(t("rules.why_counted"), class_name="t14 m pretty"), rx.fragment()),
                    rx.cond(state.looking != "", rx.el.p(state.looking, class_name="t14 mm", role="status"), rx.fragment()),
                    class_name="sp",
                ),
                rx.cond(
                    (state.counted != "") & state.may_make,
                    button(t("rules.choose"), look="p", on_click=state.choose, custom_attrs={"data-testid": "deed-make_counted_cards"}),
                    rx.fragment(),
                ),
                class_name="row g12 wrap top-a head",
            ),
            rx.cond(state.orders.length() > 0, rx.el.ul(rx.foreach(state.orders, _order), class_name="plain stack g8"), rx.fragment()),
            class_name="box cnt", custom_attrs={**hued("to_renew"), "data-testid": "rules-counted", "aria-label": t("rules.counted_title")},
        ),
        rx.fragment(),
    )


def _order(one: Any) -> rx.Component:
    return rx.el.li(
        icon(rx.cond(one.done, "check", "clock"), 16), rx.el.span(one.says, class_name="t14 m pretty"),
        class_name="row g8 top-a", key=one.id, custom_attrs={"data-testid": "rules-order"},
    )


# --- a rule -------------------------------------------------------------------------------------------


def _rule(row: Any) -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.span(icon(row.cause.icon, 17), class_name="ist", custom_attrs=hued(row.cause.hue)),
            rx.el.h2(row.cause.word, class_name="sp"),
            rx.cond(
                RulesState.may_change,
                button(icon("pencil"), look="g ic", label=t("rules.tune") + ": " + row.cause.word, on_click=RulesState.begin(row.code), custom_attrs={"data-testid": "tune"}),
                rx.fragment(),
            ),
            _switch(row),
            class_name="row",
        ),
        rx.el.p(row.when, class_name="t14 pretty"),
        rx.el.dl(
            _told("rules.due", row.due), _told("rules.who", row.who), _told("rules.ends", row.ends),
            rx.cond(row.starts != "", _told("rules.starts", row.starts), rx.fragment()),
            class_name="kv tight",
        ),
        rx.el.footer(
            go(row.made, to=row.href, class_name="lk t14 nw", custom_attrs={"data-testid": "rule-made"}),
            rx.cond(row.became != "", rx.el.span(row.became, class_name="t13 mm"), rx.fragment()),
            spacer(),
            rx.cond(
                row.count > 0,
                button(icon("list-checks", 16), row.counted, on_click=RulesState.show_who(row.code), custom_attrs={"data-testid": "rule-counted"}),
                rx.fragment(),
            ),
            class_name="row wrap g8",
        ),
        class_name=rx.cond(row.on, "box pbk rule", "box pbk rule off"), key=row.code,
        custom_attrs={"data-testid": "rule", "data-rule": row.code, "data-on": rx.cond(row.on, "true", "false"), "data-count": row.count.to(str)},
    )


def _told(word: str, said: Any) -> rx.Component:
    return rx.fragment(rx.el.dt(t(word)), rx.el.dd(said))


def _switch(row: Any) -> rx.Component:
    return rx.el.button(
        rx.el.i(), hidden(rx.cond(row.on, t("rules.on"), t("rules.off"))), type="button", role="switch", class_name="swt",
        disabled=~RulesState.may_change, on_click=RulesState.switch(row.code, ~row.on),
        custom_attrs={"aria-checked": rx.cond(row.on, "true", "false"), "aria-label": row.cause.word, "data-testid": "switch"},
    )


# --- windows ------------------------------------------------------------------------------------------


def _head(title: Any) -> rx.Component:
    return rx.el.div(
        rx.el.h2(title, class_name="sp"), button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=RulesState.stop), class_name="sh"
    )


def _foot(word: Any, **attrs: Any) -> rx.Component:
    return rx.el.div(submit(word, **attrs), button(t("shell.cancel"), look="g", on_click=RulesState.stop), class_name="fl")


def _form() -> rx.Component:
    """How a rule's cards begin, whose they are, and its own numbers where it has some."""
    state, errors = RulesState, RulesState.errors
    who = rx.el.select(
        *(rx.el.option(t(f"rule_who.{code}"), value=code) for code in WHO),
        rx.foreach(state.people, lambda one: rx.el.option(one.word, value=one.value)),
        id="f-who", name="who", default_value=state.given["who"], class_name="inp",
    )
    return Dialog.create(
        Form.create(
            _head(state.form_title),
            rx.el.div(
                *(
                    rx.cond(
                        state.open_form == card.code,
                        text_field(name, t(f"own_number.{name}"), errors=errors, value=state.given[name], input_mode="decimal", max_length=7),
                        rx.fragment(),
                    )
                    for card in AUTO_CARDS for name in card.own
                ),
                field("who", t("rules.who"), who, errors=errors),
                pick_field("status", t("rules.starts"), state.statuses, errors=errors, value=state.given["status"]),
                rx.el.p(t("rules.status_hint"), class_name="t13 m pretty"),
                rx.el.p(t("rules.numbers_hint"), " ", go(t("rules.to_policy"), to="/settings", class_name="lk"), class_name="t13 m pretty"),
                class_name="bd",
            ),
            _foot(t("shell.save")),
            turn=state.turn, on_send=state.send, auto_complete="off", custom_attrs={"data-testid": "rule-form"},
        ),
        open=state.open_form != "", on_shut=state.stop, class_name="shet", custom_attrs={"aria-label": state.form_title},
    )


def _choice() -> rx.Component:
    """Which rules' counted cards to make, and over how many days."""
    state = RulesState
    return Dialog.create(
        Form.create(
            _head(t("rules.choose_title")),
            rx.el.div(
                rx.el.p(t("rules.choose_lead"), class_name="t14 m pretty"),
                rx.el.fieldset(
                    rx.el.legend(t("rules.which"), class_name="lb"),
                    rx.el.div(rx.foreach(state.rows, _option), class_name="stack g8"),
                    class_name="field",
                ),
                text_field("days", t("rules.days"), errors=state.errors, value=state.days_likely, hint=t("rules.days_hint"), input_mode="numeric", max_length=3),
                class_name="bd",
            ),
            _foot(t("rules.make"), custom_attrs={"data-testid": "make-counted"}),
            turn=state.turn, on_send=state.make, auto_complete="off", custom_attrs={"data-testid": "choice-form"},
        ),
        open=state.choosing, on_shut=state.stop, class_name="shet", custom_attrs={"aria-label": t("rules.choose_title")},
    )


def _option(row: Any) -> rx.Component:
    return rx.cond(
        row.count > 0,
        rx.el.label(
            rx.el.input(type="checkbox", name="rules", value=row.code, default_checked=True),
            rx.el.span(icon("check", 17, class_name="i tick"), icon(row.cause.icon, 17), rx.el.b(row.cause.word, class_name="sp b5"), rx.el.b(row.counted)),
            class_name="opt wide", key=row.code,
        ),
        rx.fragment(),
    )


def _who() -> rx.Component:
    """About whom a rule would make cards now."""
    state = RulesState
    return Dialog.create(
        _head(state.who_title),
        rx.el.div(
            rx.el.p(t("rules.who_lead"), class_name="t14 m pretty"),
            rx.el.ul(
                rx.foreach(
                    state.who,
                    lambda one: rx.el.li(
                        go(rx.el.span(rx.el.span(one.name, class_name="b5"), stage_mark(one.stage), class_name="row g8 sp"), to="/client/" + one.id, class_name="li"),
                        key=one.id,
                    ),
                ),
                class_name="lis plain", custom_attrs={"data-testid": "rule-who"},
            ),
            rx.cond(state.who_more != "", rx.el.p(state.who_more, class_name="t13 mm"), rx.fragment()),
            class_name="bd",
        ),
        open=state.who_of != "", on_shut=state.stop, class_name="shet", custom_attrs={"aria-label": state.who_title},
    )
