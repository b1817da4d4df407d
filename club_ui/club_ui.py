"""The club's app, assembled: pages, HTTP, the one check of every event, what runs beside it."""

from __future__ import annotations

from pathlib import Path

import reflex as rx
from reflex.utils.prerequisites import get_web_dir

from club_ui import process, sockets
from club_ui.access import Access, broke
from club_ui.beside import beside
from club_ui.http.app import layers
from club_ui.page import add_pages, looks


def _built_pages() -> Path | None:
    """Where the built pages lie; nowhere while they are being built."""
    client = get_web_dir() / "build" / "client"
    return client if (client / "index.html").exists() else None


app = rx.App(
    **looks(),
    api_transformer=layers(process.settings(), _built_pages()),
    backend_exception_handler=broke,
)
app.add_middleware(Access())
sockets.guard(app)
app.register_lifespan_task(beside)

add_pages(app)
