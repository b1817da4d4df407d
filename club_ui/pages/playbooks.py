"""The playbooks: eight relations, each with its guidance, written by the owner or the manager."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import button, field, header, icon, skeleton_rows, spacer, submit, text_field
from club_ui.components.parts import Dialog, Form
from club_ui.components.playbook import playbook_list, playbook_way
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.pages.settings import settings_tabs
from club_ui.state.playbooks import PlaybooksState
from lifecycle import playbooks as rules


@page("/settings/playbooks", "playbook.pages", state=PlaybooksState, need="see_playbooks", under="settings")
def playbooks() -> Any:
    """One box a relation, in the order of a life."""
    return (
        header(t("playbook.pages"), rx.el.span(t("playbook.lead"), class_name="sub hide-p"), spacer(), look="dup"),
        settings_tabs("playbooks"),
        loaded(PlaybooksState, rx.el.div(rx.foreach(PlaybooksState.pages, _page), class_name="pad pbks"), skeleton_rows()),
        _form(),
    )


def _page(row: Any) -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(playbook_way(row), class_name="sp"),
            rx.el.span(t("playbook.place", place=row.priority), class_name="t13 mm nw"),
            rx.cond(
                PlaybooksState.may_change,
                button(icon("pencil"), look="g ic", label=t("playbook.change") + ": " + row.chip.word, on_click=PlaybooksState.begin(row.relation)),
                rx.fragment(),
            ),
            class_name="row",
        ),
        rx.el.p(row.aim, class_name="b5 pretty"),
        rx.el.p(row.means, class_name="t13 m pretty"),
        playbook_list(t("playbook.steps"), row.steps, "list-checks"),
        playbook_list(t("playbook.questions"), row.questions, "message-circle"),
        class_name="box pbk", key=row.relation, custom_attrs={"data-testid": "playbook", "data-relation": row.relation},
    )


def _form() -> rx.Component:
    state, errors = PlaybooksState, PlaybooksState.errors
    return Dialog.create(
        Form.create(
            rx.el.div(
                rx.el.h2(t("playbook.change") + ": " + state.form_title, class_name="sp"),
                button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.stop),
                class_name="sh",
            ),
            rx.el.div(
                text_field("aim", t("playbook.aim"), errors=errors, value=state.given["aim"], first=True),
                text_field("means", t("playbook.means"), errors=errors, value=state.given["means"], area=True),
                text_field("steps", t("playbook.steps"), errors=errors, value=state.given["steps"], area=True, hint=t("playbook.line_each"), rows="5"),
                text_field("questions", t("playbook.questions"), errors=errors, value=state.given["questions"], area=True, hint=t("playbook.line_each"), rows="5"),
                rx.el.div(
                    _pick("goal", t("playbook.goal"), [("", t("playbook.no_goal")), *((code, t(f"relation.{code}")) for code in theme.RELATION)]),
                    _pick("priority", t("playbook.priority"), [(str(place), str(place)) for place in range(rules.FIRST, rules.LAST + 1)]),
                    class_name="grid2",
                ),
                class_name="bd",
            ),
            rx.el.div(submit(t("shell.save")), button(t("shell.cancel"), look="g", on_click=state.stop), class_name="fl"),
            turn=state.turn, on_send=state.send, auto_complete="off", custom_attrs={"data-testid": "playbook-form"},
        ),
        open=state.open_form != "", on_shut=state.stop, class_name="shet", custom_attrs={"aria-label": state.form_title},
    )


def _pick(name: str, word: Any, options: list[tuple[str, Any]]) -> rx.Component:
    control = rx.el.select(
        *(rx.el.option(said, value=value) for value, said in options),
        id=f"f-{name}", name=name, default_value=PlaybooksState.given[name], class_name="inp",
    )
    return field(name, word, control, errors=PlaybooksState.errors)
