"""The club's app, assembled: pages, HTTP, the one check of every event, what runs beside it."""

from __future__ import annotations

import reflex as rx

import club_ui.pages  # noqa: F401 - importing them registers them

app = rx.App(html_lang="en")


def index() -> rx.Component:
    """The first page."""
    return rx.el.main(rx.heading("Club"))


app.add_page(index, route="/", title="Club")
