"""The club's app, assembled: pages, HTTP, the one check of every event, what runs beside it."""

from __future__ import annotations

from pathlib import Path

import reflex as rx
from reflex.utils.prerequisites import get_web_dir

import club_ui.pages  # noqa: F401 - importing them registers them
from club_ui import process, sockets
from club_ui.access import Access
from club_ui.beside import beside
from club_ui.http.app import layers

HEAD = [
    rx.el.link(rel="manifest", href="/manifest.webmanifest"),
    rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
    rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
    rx.el.meta(name="theme-color", content="#F3F1EC"),
    rx.el.script(src="/early.js"),
    rx.el.script(src="/club.js", defer=True),
]


def _built_pages() -> Path | None:
    """Where the built pages lie; nowhere while they are being built."""
    client = get_web_dir() / "build" / "client"
    return client if (client / "index.html").exists() else None


app = rx.App(
    html_lang="en",
    theme=None,
    stylesheets=["/club.css"],
    head_components=HEAD,
    api_transformer=layers(process.settings(), _built_pages()),
)
app.add_middleware(Access())
sockets.guard(app)
app.register_lifespan_task(beside)


@app.add_page
def index() -> rx.Component:
    """Until the pages are here: that the club is served."""
    return rx.el.main(rx.el.h1("Club"))
