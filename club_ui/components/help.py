"""The list of keyboard shortcuts, opened by `?`."""

from __future__ import annotations

import reflex as rx

from club_ui.components.basics import button, icon, spacer
from club_ui.components.parts import Dialog
from club_ui.i18n.screen import t
from club_ui.state.search import SearchState

_LINES = (
    ("search", ("search", "search2")),
    ("page", ("numbers",)),
    ("add", ("add",)),
    ("rows", ("arrows",)),
    ("open", ("enter",)),
    ("expand", ("space",)),
    ("call", ("call",)),
    ("calls", ("calls",)),
    ("menu", ("menu",)),
    ("undo", ("undo",)),
    ("close", ("esc",)),
    ("this", ("help",)),
)


def help_window() -> rx.Component:
    """Every shortcut with what it does."""
    return Dialog.create(
        rx.el.div(
            rx.el.h2(t("help.title")), spacer(),
            button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=SearchState.shut_help),
            class_name="row",
        ),
        rx.el.dl(
            *(
                part
                for word, keys in _LINES
                for part in (
                    rx.el.dt(*(rx.el.span(t(f"keys.{key}"), class_name="kbd") for key in keys), class_name="row g4"),
                    rx.el.dd(t(f"help.{word}")),
                )
            )
        ),
        open=SearchState.help_shown, on_shut=SearchState.shut_help, class_name="help",
        custom_attrs={"aria-label": t("help.title")},
    )
