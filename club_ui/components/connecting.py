"""What the pages of connections and receivers share: a secret shown once, what is asked first, what is copied, older and newer."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import Text, button, go, icon, note, opens, popover, spacer
from club_ui.i18n.screen import t


def copied(value: Any, word: Text, *, testid: str = "") -> rx.Component:
    """A text that belongs somewhere else, with a button that copies it."""
    named = {"data-testid": testid} if testid else {}
    return rx.el.span(
        rx.el.code(value, class_name="addr", custom_attrs=named),
        rx.el.button(
            icon("copy", 16, class_name="i c0"), icon("check", 16, class_name="i c1"), type="button", class_name="hit", title=t("connections.copy"),
            custom_attrs={"data-copy": value, "aria-label": t("connections.copy") + ": " + word},
        ),
        class_name="row g4 copied",
    )


def made_once(name: Any, secret: Any, stop: Any, lead: Text, address: Any = None) -> rx.Component:
    """The secret, and where there is one the address, shown this once."""
    return rx.cond(
        secret != "",
        note(
            rx.el.b(name), rx.el.p(lead),
            rx.el.dl(
                *([rx.el.dt(t("connections.address")), rx.el.dd(copied(address, t("connections.address"), testid="made-address"))] if address is not None else []),
                rx.el.dt(t("connections.secret")),
                rx.el.dd(copied(secret, t("connections.secret"), testid="made-secret")),
                class_name="kv",
            ),
            button(t("connections.copied"), look="p", on_click=stop, custom_attrs={"data-testid": "made-seen"}),
            hue="active", icon_name="key-round", role="status",
        ),
        rx.fragment(),
    )


def asked_first(prefix: str, key: Any, word: Text, question: Text, deed: Any, *, icon_name: str, of: Any, look: str = "p") -> rx.Component:
    """A deed that cannot be taken back: its button says what will happen, and only the second press does it."""
    name, label = rx.Var.create(prefix) + key, word + ": " + of
    return popover(
        button(icon(icon_name, 17), look="g ic", label=label, title=word, custom_attrs={**opens(name), "data-testid": prefix + "ask"}),
        rx.el.b(word),
        rx.el.p(question, class_name="t14 pretty", style={"margin": "6px 0 12px"}),
        rx.el.div(
            button(word, look=look, on_click=deed, custom_attrs={"data-testid": prefix + "do", "popoverTarget": name, "popoverTargetAction": "hide"}),
            button(t("shell.cancel"), look="g", custom_attrs={"popoverTarget": name, "popoverTargetAction": "hide"}),
            class_name="row g8",
        ),
        name=name, label=label,
    )


def pager(newest: Any, older: Any) -> rx.Component:
    """To what came before, and back to the latest."""
    return rx.cond(
        (newest != "") | (older != ""),
        rx.el.nav(
            rx.cond(newest != "", go(icon("chevron-left", 16), t("pages.newest"), to=newest, class_name="btn g", custom_attrs={"data-testid": "newest"}), rx.fragment()),
            spacer(),
            rx.cond(older != "", go(t("pages.older"), icon("chevron-right", 16), to=older, class_name="btn g", custom_attrs={"data-testid": "older"}), rx.fragment()),
            class_name="row", custom_attrs={"aria-label": t("pages.label")},
        ),
        rx.fragment(),
    )
