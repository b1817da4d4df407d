"""What is shown where nothing is: an old or mistyped address."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import empty, go, header
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.missing import MissingState


@page("/404", "nav.missing", state=MissingState)
def missing() -> Any:
    """An address that is none of the club's."""
    return not_here()


def not_here() -> rx.Component:
    """One sentence and the way back."""
    return rx.fragment(
        header(t("nav.missing"), look="dup"),
        empty(
            t("missing.title"), t("missing.lead"), go(t("missing.go"), to="/folders", class_name="btn p"),
            look=theme.STATUS["lost"],
        ),
    )
