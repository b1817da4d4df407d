"""`@page`: a function that builds a page's content becomes a page of the club, in its frame.

The frame, the title, the landmark, the loading and the way to the sign-in page are the decorator's job.
`add_pages(app)` registers all; `looks()` is what the app itself is made with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx
from reflex.app import default_error_boundary

from lifecycle import rights
from lifecycle.desk import Desk

Build = Callable[[], Any]


@dataclass(frozen=True)
class Page:
    """One route. `order` is its place in the menu (none: it is reached from elsewhere)."""

    code: str
    route: str
    word: str
    icon: str
    order: int | None
    need: str | None
    state: Any
    build: Build
    under: str
    fixed: bool
    narrow: bool
    bare: bool
    title: Callable[[], rx.Var[str]] | None


#: Every page, in the order of the menu.
PAGES: Final[list[Page]] = []


def page(
    route: str,
    word: str,
    *,
    icon: str = "",
    order: int | None = None,
    state: Any = None,
    need: str | None = None,
    under: str = "",
    fixed: bool = False,
    narrow: bool = False,
    bare: bool = False,
    title: Callable[[], rx.Var[str]] | None = None,
) -> Callable[[Build], Build]:
    """Make a page of a function that gives its content.

    `word` is the key of its title (`title` gives a var instead), `need` the deed without which it is not
    in the menu, `under` the entry of the menu it belongs to, `fixed` that the page scrolls its own parts,
    `narrow` that the menu leaves it more room, `bare` that it stands without a frame (sign-in).
    """

    def register(build: Build) -> Build:
        code = build.__name__
        PAGES.append(
            Page(code, route, word, icon, order, need, state, build, under or code, fixed, narrow, bare, title)
        )
        PAGES.sort(key=lambda one: (one.order is None, one.order or 0))
        return build

    return register


def menu_pages() -> list[Page]:
    """Those in the menu."""
    return [one for one in PAGES if one.order is not None]


def seen_by(desk: Desk) -> list[str]:
    """The codes of the pages that this person may see."""
    return [one.code for one in PAGES if one.need is None or rights.allows(desk, one.need)]


def add_pages(app: rx.App) -> None:
    """Give the app every page; importing `club_ui.pages` registers them."""
    from club_ui import pages
    from club_ui.state.calls import CallsState

    _ = pages
    for one in PAGES:
        own = [] if one.state is None else [one.state.watch if hasattr(one.state, "watch") else one.state.load]
        # Who calls is told on every page that has a frame.
        app.add_page(component(one), route=one.route, title="Club", on_load=own if one.bare else [*own, CallsState.watch])


def component(one: Page) -> rx.Component:
    """The whole page: its content in the frame."""
    from club_ui.components.shell import frame
    from club_ui.i18n.screen import t

    built = one.build()
    content: Sequence[Any] = built if isinstance(built, tuple | list) else (built,)
    if one.bare:
        return rx.fragment(*content)
    title = one.title() if one.title else t(one.word)
    return frame(*content, pages=menu_pages(), current=one.under, title=title, fixed=one.fixed, narrow=one.narrow)


def looks() -> dict[str, Any]:
    """What the app is made with: stylesheet, head, icons, and no overlay of the framework's (the light says it)."""
    from club_ui.components.basics import sprite

    return {
        "html_lang": "en",
        "stylesheets": ["/club.css"],
        "reset_style": False,
        "toaster": None,
        "app_wraps": {
            (55, "ErrorBoundary"): lambda stateful: default_error_boundary(**({} if stateful else {"on_error": rx.noop()})),
            (1, "Icons"): lambda _stateful: rx.fragment(sprite()),
        },
        "head_components": [
            rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
            rx.el.meta(name="theme-color", content="#F3F1EC", custom_attrs={"media": "(prefers-color-scheme: light)"}),
            rx.el.meta(name="theme-color", content="#0D100F", custom_attrs={"media": "(prefers-color-scheme: dark)"}),
            rx.el.meta(name="format-detection", content="telephone=no"),
            rx.el.link(rel="manifest", href="/manifest.webmanifest"),
            rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
            rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
            rx.el.script(src="/early.js"),
            rx.el.script(src="/club.js", custom_attrs={"defer": True}),
        ],
    }
