"""What a page shows instead of its content: not yet here, not there at all, not read."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import note
from club_ui.i18n.screen import t


def loaded(state: Any, content: rx.Component, waiting: rx.Component) -> rx.Component:
    """The content once it was read; its shape before. A failed reading is said above what is still shown."""
    return rx.fragment(trouble(state), rx.cond(state.ready, content, waiting))


def trouble(state: Any) -> rx.Component:
    """The sentence of a reading that failed; the page tries again by itself."""
    return rx.cond(
        state.trouble != "",
        rx.el.div(
            note(
                rx.el.b(state.trouble),
                rx.el.a(t("shell.retry"), href="", class_name="btn", style={"marginLeft": "12px"}),
            ),
            class_name="pad",
        ),
        rx.fragment(),
    )
