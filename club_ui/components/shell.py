"""The frame of every page: rail, top bar, bottom bar, the sheet of work, messages, palette and help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from club_ui import theme
from club_ui.components.basics import (
    Text,
    avatar,
    button,
    go,
    hidden,
    hued,
    icon,
    menu,
    menu_item,
    menu_link,
    opens,
    popover,
    post,
    spacer,
)
from club_ui.components.calls import calls_panel
from club_ui.components.help import help_window
from club_ui.components.palette import palette
from club_ui.components.parts import Entering, Light, Reader, Toast, Toasts
from club_ui.i18n import LANGUAGES, OWN_NAMES
from club_ui.i18n.screen import t, t_of
from club_ui.state.search import SearchState
from club_ui.state.shell import THEMES, Shell
from lifecycle.rights import ROLES

if TYPE_CHECKING:
    from club_ui.page import Page

#: On a phone these stand in the bottom bar; the others are under More.
ON_PHONES = ("now", "folders", "board", "clients")
_THEME_ICONS = {"light": "sun", "dark": "moon", "system": "monitor"}


def frame(*children: Any, pages: Sequence[Page], current: str, title: Text, fixed: bool, narrow: bool = False) -> rx.Component:
    """A page in its frame. `current` is the code of its entry in the menu."""
    return Entering.create(
        Reader.create(language=Shell.language, theme=Shell.theme, title=title + " · Club"),
        rx.el.a(t("nav.skip"), href="#main", class_name="btn skip"),
        rx.el.div(
            _rail(pages, current),
            rx.el.div(
                _top(title),
                _ribbon(),
                rx.el.main(
                    *children, id="main", class_name="panel fixed" if fixed else "panel", tab_index=-1,
                ),
                class_name=rx.cond(Shell.clock_moved | Shell.demo, "col banner", "col"),
            ),
            _bottom(pages, current),
            class_name="app nr" if narrow else "app",
        ),
        calls_panel(),
        messages(),
        palette(pages),
        help_window(),
    )


def brand(size: int = 26) -> rx.Component:
    """The mark of the club's software: a day on a circle."""
    return rx.el.svg(
        rx.el.svg.rect(width="26", height="26", rx="8", fill="var(--ink)"),
        rx.el.svg.path(
            d="M18.6 9.2A7 7 0 1 0 20 13", fill="none", stroke="var(--canvas)",
            custom_attrs={"strokeWidth": "2.6", "strokeLinecap": "round"},
        ),
        rx.el.svg.circle(cx="20", cy="13", r="2.1", fill="var(--accent-sd)"),
        class_name="mk", view_box="0 0 26 26", width=str(size), height=str(size), custom_attrs={"aria-hidden": "true"},
    )


def _rail(pages: Sequence[Page], current: str) -> rx.Component:
    return rx.el.nav(
        rx.el.div(brand(), rx.el.span("Club"), class_name="brand"),
        *(_entry(page, current, 20, place) for place, page in enumerate(pages, 1)),
        rx.cond(
            Shell.demo,
            rx.el.div(rx.el.i(class_name="dot", custom_attrs=hued("to_renew")), rx.el.span(t("shell.demo")), class_name="foot"),
            rx.fragment(),
        ),
        class_name="rail", custom_attrs={"aria-label": t("nav.main")},
    )


def _bottom(pages: Sequence[Page], current: str) -> rx.Component:
    return rx.el.nav(
        *(_entry(page, current, 22) for page in pages),
        menu(
            rx.el.button(
                icon("ellipsis", 22), rx.el.span(t("nav.more")), type="button", class_name="nav more",
                custom_attrs=opens("more-menu", "menu"),
            ),
            *(
                rx.cond(Shell.sees.contains(page.code), menu_link(t(page.word), page.icon, to=page.route), rx.fragment())
                for page in pages
                if page.code not in ON_PHONES
            ),
            name="more-menu", label=t("nav.more"), end=True,
        ),
        class_name="bottom", custom_attrs={"aria-label": t("nav.main")},
    )


def _entry(page: Page, current: str, size: int, place: int | None = None) -> rx.Component:
    # The code of every page in the menu is there before anybody goes to it.
    named: dict[str, Any] = {"prefetch": "render"} | ({"data-shortcut": f"page-{place}"} if place is not None else {})
    if page.code == current:
        named["aria-current"] = "page"
    counts = {"clients": _number(Shell.clients, "n big"), "board": _number(Shell.overdue, "n hot", hidden(" ", t("column.overdue")))}
    return rx.cond(
        Shell.sees.contains(page.code),
        go(
            icon(page.icon, size), rx.el.span(t(page.word)), counts.get(page.code, rx.fragment()),
            to=page.route, class_name="nav" if page.code in ON_PHONES else "nav ext", custom_attrs=named,
        ),
        rx.fragment(),
    )


def _number(count: rx.Var[str], look: str, *what: rx.Component) -> rx.Component:
    return rx.cond(count != "", rx.el.span(count, *what, class_name=look), rx.fragment())


def _top(title: Text) -> rx.Component:
    return rx.el.header(
        rx.el.button(
            icon("search"), rx.el.span(t("shell.search"), class_name="ell"),
            rx.el.span(t("keys.search"), class_name="kbd", custom_attrs={"aria-hidden": "true"}),
            type="button", class_name="search hide-p", on_click=SearchState.show,
            custom_attrs={"data-testid": "search", "data-shortcut": "search", "aria-haspopup": "dialog"},
        ),
        rx.el.span(title, class_name="title only-p ell", custom_attrs={"aria-hidden": "true"}),
        spacer(),
        _branches(),
        light(),
        rx.el.button(
            icon("search", 20), type="button", class_name="hit only-p", on_click=SearchState.show,
            custom_attrs={"aria-label": t("shell.search"), "aria-haspopup": "dialog"},
        ),
        _person(),
        class_name="top",
    )


def _branches() -> rx.Component:
    return rx.cond(
        Shell.branches.length() > 1,
        menu(
            button(
                icon("map-pin", 17),
                rx.el.span(rx.cond(Shell.branch_name != "", Shell.branch_name, t("shell.all_branches")), class_name="hide-p"),
                icon("chevron-down", 15, class_name="i hide-p"),
                look="g", custom_attrs=opens("branch-menu", "menu"),
            ),
            menu_item(t("shell.all_branches"), checked=Shell.branch == "", on_click=Shell.choose_branch("")),
            rx.foreach(
                Shell.branches,
                lambda one: menu_item(one.name, checked=Shell.branch == one.code, on_click=Shell.choose_branch(one.code)),
            ),
            name="branch-menu", label=t("shell.branch"), end=True,
        ),
        rx.fragment(),
    )


def light() -> rx.Component:
    """The connection light; pressed, it says what it means."""
    return popover(
        Light.create(
            down=has_connection_errors, beat=Shell.beat, on=t("connection.on"), on_name=t("connection.on_name"),
            behind=t("connection.behind"), off=t("connection.off"), as_of=t("connection.as_of", time="{time}"),
            custom_attrs=opens("light-window"),
        ),
        rx.el.b(t("connection.title")),
        rx.el.p(rx.cond(has_connection_errors, t("connection.explain_off"), t("connection.explain_on")), class_name="m"),
        rx.el.p(t("connection.last", time=Shell.beat), class_name="t13 mm"),
        name="light-window", label=t("connection.title"),
    )


def _person() -> rx.Component:
    return menu(
        rx.el.button(
            avatar(Shell.initials, hue="accent"),
            rx.el.span(rx.el.b(Shell.name), rx.el.span(t_of("role", Shell.role, ROLES)), class_name="t"),
            hidden(t("shell.person")),
            type="button", class_name="who", custom_attrs=opens("person-menu", "menu"),
        ),
        rx.el.div(t("shell.language"), class_name="hd"),
        *language_items(),
        rx.el.hr(),
        rx.el.div(t("theme.label"), class_name="hd"),
        *theme_items(),
        rx.el.hr(),
        # Who has no settings in the menu comes to the price list from here.
        rx.cond(
            Shell.sees.contains("products") & ~Shell.sees.contains("settings"),
            menu_link(t("product.title"), "tag", to="/settings/products"),
            rx.fragment(),
        ),
        menu_link(t("settings.sessions"), "monitor", to="/settings/sessions"),
        menu_item(
            t("shell.shortcuts"), "keyboard", on_click=SearchState.show_help, custom_attrs={"data-shortcut": "help"}
        ),
        # One click: what is cleared away was made up, and `make demo` makes it again.
        rx.cond(
            Shell.demo & (Shell.role == "owner"),
            post(
                rx.el.button(
                    icon("door-open"), rx.el.span(t("shell.start_empty")), type="submit", class_name="it", role="menuitem",
                    custom_attrs={"data-testid": "start-empty"},
                ),
                action="/auth/start-empty", role="none",
            ),
            rx.fragment(),
        ),
        post(
            rx.el.button(icon("log-out"), rx.el.span(t("shell.sign_out")), type="submit", class_name="it", role="menuitem"),
            action="/auth/sign-out", role="none",
        ),
        name="person-menu", label=t("shell.person"), end=True,
    )


def language_items() -> list[rx.Component]:
    """The languages as lines of a menu, each called by its own name."""
    return [
        menu_item(OWN_NAMES[code], checked=Shell.language == code, on_click=Shell.choose_language(code), custom_attrs={"lang": code})
        for code in LANGUAGES
    ]


def theme_items() -> list[rx.Component]:
    """The themes as lines of a menu."""
    return [
        menu_item(t(f"theme.{code}"), _THEME_ICONS[code], checked=Shell.theme == code, on_click=Shell.choose_theme(code))
        for code in THEMES
    ]


def _ribbon() -> rx.Component:
    return rx.cond(
        Shell.demo,
        rx.el.div(
            icon("sparkles", 16),
            rx.el.span(t("shell.demo_ribbon"), class_name="sp pretty"),
            rx.cond(
                Shell.role == "owner",
                post(
                    rx.el.button(t("shell.start_empty"), type="submit", class_name="btn", custom_attrs={"data-testid": "start-empty"}),
                    action="/auth/start-empty",
                ),
                rx.fragment(),
            ),
            class_name="ribbon", role="note", custom_attrs=hued("to_renew"),
        ),
        rx.cond(
            Shell.clock_moved,
            rx.el.div(icon("clock", 16), t("shell.clock"), class_name="ribbon", role="note", custom_attrs=hued("to_renew")),
            rx.fragment(),
        ),
    )


def messages() -> rx.Component:
    """What deeds answered: a live region of its own, above everything."""
    return Toasts.create(
        rx.foreach(
            Shell.toasts,
            lambda one: Toast.create(
                key=one.id, says=one.text, bad=one.bad, undo=one.undo, seconds=one.seconds,
                undo_word=t("toast.undo"), close_word=t("toast.close"),
                on_undo=Shell.undo(one.id), on_gone=Shell.dismiss(one.id),
            ),
        ),
        count=Shell.toasts.length(),
        custom_attrs={"role": "status", "aria-live": "polite"},
    )


def connection_looks() -> dict[str, theme.Look]:
    """What the light can look like, for the tests of words and icons."""
    return theme.CONNECTION
