"""A playbook as profile and card show it: the aim, the steps, the questions."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import chip_of, icon
from club_ui.i18n.screen import t


def playbook_box(row: Any) -> rx.Component:
    """What to do with this client; `row` is a `PlaybookRow`."""
    return rx.el.section(
        rx.el.header(rx.el.h2(t("playbook.title"), class_name="sp"), playbook_way(row), class_name="row wrap"),
        rx.el.p(row.aim, class_name="b5 pretty"),
        rx.el.p(row.means, class_name="t13 m pretty"),
        rx.cond(row.steps.length() > 0, playbook_list(t("playbook.steps"), row.steps, "list-checks"), rx.fragment()),
        rx.cond(row.questions.length() > 0, playbook_list(t("playbook.questions"), row.questions, "message-circle"), rx.fragment()),
        class_name="box pbk", custom_attrs={"data-testid": "playbook"},
    )


def playbook_way(row: Any) -> rx.Component:
    """From which relation to which."""
    return rx.el.span(
        chip_of(row.chip, small=True),
        rx.cond(row.has_goal, rx.fragment(icon("arrow-right", 15), chip_of(row.goal, small=True)), rx.fragment()),
        class_name="row g6 wrap",
    )


def playbook_list(title: Any, lines: Any, icon_name: str) -> rx.Component:
    """Lines under a word."""
    return rx.el.div(
        rx.el.h3(icon(icon_name, 15), title, class_name="t13 m row g6"),
        rx.el.ul(rx.foreach(lines, _line)),
    )


def _line(text: Any) -> rx.Component:
    return rx.el.li(text)
