"""Sign-in and the first owner: native forms, and a picture of lives with today across them."""

from __future__ import annotations

import random
from typing import Any

import reflex as rx

from club_ui.components.basics import (
    avatar,
    button,
    folder_pill,
    hidden,
    hued,
    icon,
    menu,
    note,
    opens,
    post,
    secret_field,
    spacer,
    submit,
    text_field,
)
from club_ui.components.parts import Reader
from club_ui.components.shell import brand, language_items, theme_items
from club_ui.i18n import OWN_NAMES
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.shell import Shell
from club_ui.state.signin import SetupState, SigninState

_NO_ERRORS = rx.Var.create({}).to(dict[str, str])
_SHOWN = ("guest", "active", "to_renew", "not_renewed", "churn", "lost")


@page("/sign-in", "nav.signin", state=SigninState, bare=True)
def signin() -> rx.Component:
    """Login and password; in a demo the people by name."""
    return _two(
        t("signin.title"),
        rx.el.h1(t("signin.title")),
        rx.el.p(t("signin.lead"), class_name="m t14", style={"marginBottom": "18px"}),
        rx.cond(SigninState.said != "", rx.el.div(note(SigninState.said), style={"marginBottom": "14px"}), rx.fragment()),
        post(
            _kept("next", SigninState.onward),
            text_field(
                "login", t("signin.login"), errors=_NO_ERRORS, auto_complete="username", auto_focus=True, required=True,
                custom_attrs={"autoCapitalize": "none", "spellCheck": "false"},
            ),
            secret_field("password", t("signin.password"), "current-password", _NO_ERRORS),
            submit(t("signin.submit"), "log-in", look="p l"),
            action="/auth/sign-in",
        ),
        rx.cond(SigninState.people.length() > 0, _demo(), rx.fragment()),
    )


@page("/set-up", "nav.setup", state=SetupState, bare=True)
def setup() -> rx.Component:
    """The first owner, once."""
    errors = SetupState.errors
    return _two(
        t("setup.title"),
        rx.el.h1(t("setup.title")),
        rx.el.p(t("setup.lead"), class_name="m t14", style={"marginBottom": "18px"}),
        rx.cond(SetupState.said != "", rx.el.div(note(SetupState.said), style={"marginBottom": "14px"}), rx.fragment()),
        post(
            _kept("token", SetupState.token),
            text_field("name", t("setup.name"), errors=errors, auto_complete="name", auto_focus=True, required=True),
            text_field("login", t("setup.login"), errors=errors, auto_complete="username", required=True, custom_attrs={"autoCapitalize": "none"}),
            secret_field("password", t("setup.password"), "new-password", errors),
            submit(t("setup.submit"), "log-in", look="p l"),
            action="/auth/set-up",
        ),
    )


def _two(title: rx.Var[str], *children: Any) -> rx.Component:
    """The form at the left, the picture at the right."""
    return rx.fragment(
        Reader.create(language=Shell.language, theme=Shell.theme, title=title + " · Club"),
        rx.el.main(
            rx.el.section(
                rx.el.div(
                    rx.el.span(brand(30), "Club", class_name="row b", style={"fontSize": "18px"}),
                    spacer(),
                    menu(
                        button(
                            icon("languages"), hidden(t("shell.language"), ": "), rx.match(Shell.language, *OWN_NAMES.items(), ""),
                            icon("chevron-down", 15), look="g", custom_attrs=opens("languages", "menu"),
                        ),
                        *language_items(), name="languages", label=t("shell.language"), end=True,
                    ),
                    menu(
                        button(icon("moon"), look="g ic", label=t("theme.label"), custom_attrs=opens("themes", "menu")),
                        *theme_items(), name="themes", label=t("theme.label"), end=True,
                    ),
                    class_name="row", style={"minHeight": "44px"},
                ),
                *children,
                class_name="fm",
            ),
            _picture(),
            class_name="si",
        ),
    )


def _kept(name: str, value: rx.Var[str]) -> rx.Component:
    """A field nobody sees; its value is the state's also after the page has loaded."""
    return rx.el.input(type="hidden", name=name, value=value, read_only=True)


def _demo() -> rx.Component:
    return rx.fragment(
        rx.el.h2(t("signin.demo"), class_name="t14", style={"margin": "22px 0 8px"}),
        rx.el.ul(rx.foreach(SigninState.people, _demo_person), class_name="box", style={"overflow": "hidden"}),
        rx.el.p(icon("info", 16), t("signin.demo_note"), class_name="t13 mm row", style={"marginTop": "12px"}),
    )


def _demo_person(one: Any) -> rx.Component:
    return rx.el.li(
        post(
            _kept("next", SigninState.onward),
            _kept("login", one.login),
            _kept("password", SigninState.demo_password),
            rx.el.button(
                avatar(one.initials, hue="accent"),
                rx.el.span(rx.el.span(one.name, class_name="b5"), rx.el.br(), rx.el.span(one.hint, class_name="t13 mm"), class_name="sp"),
                icon("arrow-right"),
                type="submit", class_name="dm",
            ),
            action="/auth/sign-in", style={"display": "block"},
        )
    )


def _picture() -> rx.Component:
    return rx.el.aside(
        rx.el.svg(
            *(_band(*band) for band in _lives()),
            class_name="bg", view_box="0 0 760 1000", custom_attrs={"preserveAspectRatio": "xMidYMid slice"},
        ),
        rx.el.div(class_name="veil"),
        rx.el.div(rx.el.span(t("signin.today"), rx.cond(SigninState.today != "", ", " + SigninState.today, "")), class_name="line"),
        rx.el.div(
            rx.el.p(t("signin.motto")),
            rx.el.div(*(folder_pill(code, small=True) for code in _SHOWN), class_name="row wrap g6", style={"marginTop": "12px"}),
            class_name="cap",
        ),
        class_name="art", custom_attrs={"aria-hidden": "true"},
    )


def _band(x: float, y: float, width: float, hue: str) -> rx.Component:
    return rx.el.svg.rect(x=str(x), y=str(y), width=str(width), height="12", rx="3", custom_attrs=hued(hue))


def _lives() -> list[tuple[float, float, float, str]]:
    """Made-up lives as bands, always the same ones; nobody's data."""
    luck = random.Random(7)  # noqa: S311 - a drawing, not a secret
    bands: list[tuple[float, float, float, str]] = []
    for row in range(38):
        x, y = luck.uniform(-260, 180), 6 + row * 26.5
        for hue, short, long in _life(luck):
            width = round(luck.uniform(short, long), 1)
            if x + width > 0 and x < 760:
                bands.append((round(x, 1), y, width, hue))
            x += width + 3
    return bands


def _life(luck: random.Random) -> list[tuple[str, int, int]]:
    began = [("potential", 20, 60), ("guest", 14, 32)]
    if luck.random() < 0.16:
        return [*began, ("deal_lost", 50, 90)]
    year = [("active", 90, 260), ("to_renew", 22, 30)]
    gone = [("not_renewed", 24, 32), ("churn", 60, 90), ("lost", 60, 160)]
    return [*began, ("not_activated", 8, 20), *year * luck.randint(1, 3), *(gone if luck.random() < 0.7 else [("active", 300, 500)])]
