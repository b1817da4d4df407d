"""A client in a list: name and stage, the days that matter, what is held, what comes next, the deeds of the open row."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import (
    avatar,
    button,
    chip_of,
    go,
    icon,
    menu,
    menu_item,
    opens,
    stage_mark,
    submit,
)
from club_ui.components.deeds import deed_buttons, explanation
from club_ui.components.parts import Form
from club_ui.components.pictures import ruler
from club_ui.i18n.screen import t


def client_row(row: Any, state: Any) -> rx.Component:
    """One line of a folder, with its unfolded part under it while it is the open one."""
    opened = state.open_id == row.id
    return rx.fragment(
        rx.cond(row.group != "", rx.el.div(row.group, rx.cond(row.group_count != "", rx.el.span(row.group_count, class_name="badge"), rx.fragment()), class_name="grp"), rx.fragment()),
        rx.el.div(
            rx.cond(row.changed != "", rx.el.i(class_name="mark", key=row.changed), rx.fragment()),
            client_link(row),
            rx.el.span(
                rx.el.span(row.figure, class_name="big cnt", custom_attrs={"aria-hidden": "true"}),
                rx.el.span(row.unit, class_name="u", custom_attrs={"aria-hidden": "true"}),
                rx.el.span(row.figure_name, class_name="vh"),
                ruler(row.ruler),
                class_name="dl",
            ),
            rx.el.span(
                rx.el.span(row.held, class_name="t14 pretty"), rx.el.span(row.price, class_name="t13 mm"),
                # On a tablet there is no column for what comes next.
                next_line(row, klass="nx nxs"), class_name="held cl",
            ),
            next_line(row),
            rx.el.span(avatar(row.responsible_initials, small=True), rx.el.span(row.responsible, class_name="vh"), class_name="rw", title=row.responsible),
            rx.el.span(
                rx.cond(
                    row.tel != "",
                    rx.el.a(icon("phone"), href=row.tel, class_name="hit", custom_attrs={"aria-label": t("list.call", name=row.name), "data-do": "call"}),
                    rx.el.span(class_name="hit xt"),
                ),
                go(
                    icon(rx.cond(opened, "chevron-up", "chevron-down")),
                    to=rx.cond(opened, "?" + state.keeps, "?" + state.keeps + "open=" + row.id), replace=True, prevent_scroll_reset=True, class_name="hit xt",
                    role="button", custom_attrs={"aria-label": t("list.expand", name=row.name), "aria-expanded": rx.cond(opened, "true", "false"), "data-do": "expand"},
                ),
                class_name="acts",
            ),
            class_name=rx.cond(opened, "crow fr open", rx.cond(row.dim, "crow fr dim", "crow fr")),
            custom_attrs={"data-testid": "client-row", "data-client": row.id, "data-row": row.id},
        ),
        rx.cond(opened, _open_part(row, state), rx.fragment()),
        key=row.id,
    )


def client_link(row: Any) -> rx.Component:
    """The name with its stage over the phone, as one link to the profile."""
    return go(
        rx.el.span(rx.el.span(row.name, class_name="nm"), stage_mark(row.stage), class_name="nmr"),
        rx.el.span(row.phone, class_name="t13 mm nw"),
        to=f"/client/{row.id}", class_name="cl",
    )


def next_line(row: Any, *, klass: str = "nx nxc") -> rx.Component:
    """When the client moves by time alone, and where to."""
    return rx.el.span(
        rx.cond(
            row.next_none,
            rx.el.span(t("list.never_changes")),
            rx.fragment(
                icon("corner-down-right", 16), rx.el.b(row.next_day), rx.foreach(row.next, lambda one: chip_of(one, small=True))
            ),
        ),
        class_name=klass,
    )


def _open_part(row: Any, state: Any) -> rx.Component:
    return rx.el.div(
        deed_buttons(state.main_steps, state.more_steps, row.id, state, name="row-deeds"),
        explanation(state, row.id),
        Form.create(
            rx.el.input(type="hidden", name="client", value=row.id, read_only=True),
            rx.el.label(
                icon("message-square-text"),
                rx.el.input(
                    name="comment", placeholder=t("list.comment"), default_value="", auto_complete="off", max_length=4000,
                    custom_attrs={"aria-label": t("list.comment_name")},
                ),
                class_name="inp sp",
            ),
            submit(t("list.write_down"), None, look=""),
            submit(t("list.no_answer"), None, look="g", name="outcome", value="no_answer"),
            turn=state.turn, on_send=state.talk, class_name="row wrap", key=state.turn, custom_attrs={"data-testid": "talk-form"},
        ),
        class_name="exp",
    )




def row_menu() -> rx.Component:
    """The menu of a right click or a long press on any client's row; `club.js` presses what it names in that row."""
    return rx.el.div(
        menu_item(t("list.open"), "user-round", custom_attrs={"data-in-row": "a.cl"}),
        menu_item(t("deed.call"), "phone", custom_attrs={"data-in-row": "[data-do='call']"}),
        menu_item(t("deed.more"), "list", custom_attrs={"data-in-row": "[data-do='expand']"}),
        id="row-menu", class_name="menu", role="menu", custom_attrs={"popover": "auto", "aria-label": t("nav.client")},
    )


def whose_menu(state: Any) -> rx.Component:
    """The choice whose clients are shown, as links: it stands in the address."""
    return menu(
        button(
            icon("user-round"),
            rx.el.span(rx.cond(state.whose != "", state.whose, t("list.everybodys")), class_name="hide-p"),
            icon("chevron-down", 16),
            look="g", label=t("list.whose") + ": " + rx.cond(state.whose != "", state.whose, t("list.everybodys")),
            custom_attrs={**opens("whose-menu", "menu"), "data-testid": "whose"},
        ),
        rx.foreach(
            state.whose_choices,
            lambda one: go(
                rx.el.span(one.word), icon("check", 16, class_name="i tick"), to=rx.cond(one.value == "", "?", "?who=" + one.value),
                class_name="it", role="menuitemradio", custom_attrs={"aria-checked": rx.cond(one.chosen, "true", "false")},
            ),
        ),
        name="whose-menu", label=t("list.whose"), end=True,
    )
