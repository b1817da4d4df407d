"""A card, a column of cards, the menu of a card: what the board is made of."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components import kanban
from club_ui.components.basics import Text, avatar, go, hidden, hued, icon, menu_item
from club_ui.components.parts import Later
from club_ui.i18n.screen import t, t_of
from club_ui.state.shell import Shell

#: Columns that time gives by itself: nothing is carried there by hand.
_TAKES_NONE = "overdue"


def card(row: Any, index: Any, column: str, state: Any) -> rx.Component:
    """One card. Its name is the link that opens it; everything else on it is read."""
    return kanban.Card.create(
        rx.cond(row.changed != "", rx.el.i(class_name="mark", key=row.changed), rx.fragment()),
        rx.el.div(
            icon(row.icon, 15),
            rx.el.span(row.cause, class_name="sp"),
            _warmth(row),
            rx.el.button(
                icon("ellipsis-vertical", 16), type="button", class_name="cmore", tab_index=-1,
                custom_attrs={"data-menu": "", "aria-label": t("board.menu", name=row.name), "aria-haspopup": "menu"},
            ),
            class_name="cause",
        ),
        rx.el.div(
            go(
                row.name, to="?" + state.query + "card=" + row.id, prevent_scroll_reset=True, class_name="cl nm", tab_index=-1,
                custom_attrs={"draggable": "false"},
            ),
            _stage(row),
            class_name="nmr",
        ),
        rx.el.div(rx.el.span(row.phone), rx.el.time(row.made, title=t("card.title")), class_name="pn"),
        rx.cond(row.says != "", rx.el.div(row.says, class_name="say"), rx.fragment()),
        rx.cond(row.gone, rx.el.div(t("card_event.gone"), class_name="say gone-w"), rx.fragment()),
        rx.match(
            row.raised,
            ("shown", _raised("card.raised_shown")), ("handed", _raised("card.raised_handed")),
            rx.fragment(),
        ),
        rx.el.div(
            rx.cond(row.step != "", icon(row.step, 14), rx.fragment()),
            rx.el.span(row.due, class_name=rx.cond(row.late, "late", "")),
            rx.el.span(class_name="sp"),
            rx.cond(
                row.who != "",
                avatar(row.who, hue="archive", small=True),
                rx.fragment(),
            ),
            hidden(row.responsible),
            class_name="cf",
        ),
        card_id=row.id, index=index, column=column, key=row.id, row=row, words=Shell.language + state.query,
        class_name=rx.cond(row.gone, "card gone", "card") + rx.cond(state.card == row.id, " sel", ""),
        custom_attrs={
            **hued(row.hue), "data-testid": "card", "data-card": row.id, "data-column": column, "data-version": row.version,
            "data-name": row.name, "data-tel": row.tel, "data-rule": row.rule,
            "aria-label": row.cause + ". " + row.name + ". " + row.due,
        },
    )


def _raised(word: str) -> rx.Component:
    """How far a card that lay too long was raised."""
    return rx.el.div(icon("megaphone", 14), rx.el.span(t(word)), class_name="rsd")


def _warmth(row: Any) -> rx.Component:
    return rx.cond(
        row.warmth != "",
        rx.el.span(
            rx.cond(row.warmth == "warm", icon("flame", 15), icon("snowflake", 15)),
            class_name="c-fg", role="img", title=t_of("warmth", row.warmth, theme.WARMTH),
            custom_attrs={
                **hued(rx.cond(row.warmth == "warm", theme.WARMTH["warm"].hue, theme.WARMTH["cold"].hue)),
                "aria-label": t_of("warmth", row.warmth, theme.WARMTH),
            },
        ),
        rx.fragment(),
    )


def _stage(row: Any) -> rx.Component:
    """The badge beside the name, from its code alone."""
    word = t_of("stage", row.stage, theme.STAGE)
    return rx.el.span(
        rx.match(row.stage, *((code, icon(look.icon, 13)) for code, look in theme.STAGE.items()), rx.fragment()),
        class_name="sb", role="img", title=word,
        custom_attrs={
            "data-h": rx.match(row.stage, *((code, look.hue) for code, look in theme.STAGE.items()), ""),
            "aria-label": t("stage.label") + ": " + word,
        },
    )


def column(code: str, rows: Any, state: Any) -> rx.Component:
    """A column: its head, its cards, and the strip it becomes where there is no room."""
    look, head = theme.COLUMN[code], state.heads[code]
    word = t(f"column.{code}")
    return kanban.Column.create(
        rx.el.header(icon(look.icon, 17), rx.el.h2(word), rx.el.span(head.count, class_name="n")),
        kanban.List.create(
            rx.foreach(rows, lambda row, index: card(row, index, code, state)),
            rx.cond(state.ready & (rows.length() == 0), _nothing(code, head, state), rx.fragment()),
            column_id=code, closed=head.closed, more=head.more, back=head.back, fresh_word=t("board.fresh", count="{count}"),
            on_window=state.scroll, class_name="list",
            custom_attrs={"role": "group", "aria-label": word},
        ),
        rx.el.button(
            icon(look.icon, 18), rx.el.b(head.count), rx.el.span(word), type="button", class_name="strip", disabled=~state.ready,
            custom_attrs={
                "data-open-column": code, "aria-label": rx.cond(state.ready, t("board.open_column", column=word, count=head.count), word),
            },
        ),
        column_id=code, name=word, says=head.says, class_name=_look(code, head, rows),
        custom_attrs={
            **hued(look.hue), "data-testid": f"column-{code}", "data-count": head.raw, "aria-label": rx.cond(state.ready, word + ": " + head.count, word),
        },
    )


def _look(code: str, head: Any, rows: Any) -> Any:
    """Hatched where nothing stands and nothing can be put; Overdue fills by itself and only looks empty."""
    return "clm" if code == _TAKES_NONE else rx.cond(head.closed & (rows.length() == 0), "clm shut", "clm")


def _nothing(code: str, head: Any, state: Any) -> rx.Component:
    """What an empty column says: why it is shut, that nothing fits the filter, or that all is done."""
    said = rx.cond(state.narrowed, t("board.none_found"), t(f"board.none_{code}"))
    if code != _TAKES_NONE:
        said = rx.cond(head.closed, head.why, said)
    return rx.el.p(said, class_name="none")


def tab(code: str, state: Any) -> rx.Component:
    """A column's count on a phone."""
    return kanban.Tab.create(
        rx.el.span(t(f"column.{code}"), class_name="ell"), rx.el.b(state.heads[code].count),
        column_id=code, disabled=~state.ready, custom_attrs=hued(theme.COLUMN[code].hue),
    )


def card_menu(state: Any) -> rx.Component:
    """The menu of whichever card it was asked for: the other way to do all that carrying does."""
    return rx.el.div(
        Later.create(
            menu_item(t("card.title"), "square-kanban", custom_attrs={"data-act": "open"}),
            menu_item(t("deed.call"), "phone", custom_attrs={"data-act": "call"}),
            rx.cond(
                state.may_work,
                rx.fragment(
                    menu_item(t("card.again"), "phone-off", custom_attrs={"data-act": "again"}),
                    rx.el.hr(),
                    rx.el.div(t("board.move_to"), class_name="hd"),
                    *(_goal(code, state) for code in theme.COLUMN),
                ),
                rx.fragment(),
            ),
        ),
        id="card-menu", class_name="menu", role="menu", custom_attrs={"popover": "auto", "aria-label": t("board.move_to")},
    )


def _goal(code: str, state: Any) -> rx.Component:
    """A column as a line of the menu, with what moving there would mean."""
    look, head = theme.COLUMN[code], state.heads[code]
    return rx.el.button(
        icon(rx.cond(head.closed, "lock", look.icon)),
        rx.el.span(_word(code), rx.el.small(head.says), class_name="two"),
        type="button", class_name="it", role="menuitem",
        custom_attrs={"data-move-to": code, "data-testid": f"move-{code}", "aria-disabled": rx.cond(head.closed, "true", "false")},
    )


def _word(code: str) -> Text:
    return t(f"column.{code}")
