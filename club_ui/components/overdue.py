"""What is overdue: one's own cards by name, the others' by how many."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import avatar, go, hued, icon, spacer, stage_mark
from club_ui.i18n.screen import t


def overdue_box(box: Any) -> rx.Component:
    """Each line leads to where it is worked off."""
    return rx.el.section(
        rx.el.header(
            rx.el.h2(t("column.overdue")),
            rx.cond(box.total != "", rx.el.span(box.total, class_name="badge", custom_attrs=hued("danger")), rx.fragment()),
            spacer(),
            go(t("card.to_board"), to="/board?who=all", class_name="btn g s"),
        ),
        rx.el.div(
            rx.cond(
                box.total == "",
                rx.el.p(icon("check", 16), t("late.none"), class_name="row t14 m"),
                rx.el.div(
                    rx.cond(box.raised != "", _raised(box), rx.fragment()),
                    rx.cond(box.mine != "", _mine(box), rx.fragment()),
                    rx.cond(box.people.length() > 0, rx.el.ul(rx.foreach(box.people, _person), class_name="lis"), rx.fragment()),
                    class_name="late-2",
                ),
            ),
            class_name="cb",
        ),
        class_name="chart", custom_attrs={"data-testid": "overdue", "data-count": box.total},
    )


def _mine(box: Any) -> rx.Component:
    return rx.el.div(
        rx.el.h3(box.mine, class_name="t13 mm"),
        rx.el.ul(rx.foreach(box.cards, _card), class_name="lis"),
        rx.cond(box.rest != "", go(box.rest, to="/board?who=me", class_name="link row hit-l t14"), rx.fragment()),
        custom_attrs={"data-testid": "overdue-mine"},
    )


def _raised(box: Any) -> rx.Component:
    """What nobody worked, for who answers for it: to give it to somebody, or to call."""
    return rx.el.div(
        rx.el.h3(icon("megaphone", 15), rx.el.span(box.raised), class_name="row g6 t13 late"),
        rx.el.ul(rx.foreach(box.raised_cards, _card), class_name="lis"),
        rx.cond(box.raised_rest != "", go(box.raised_rest, to="/board?who=all&cause=win_back", class_name="link row hit-l t14"), rx.fragment()),
        custom_attrs={"data-testid": "overdue-raised"},
    )


def _card(one: Any) -> rx.Component:
    return rx.el.li(
        go(
            rx.el.span(icon(one.icon, 15), class_name="ist s", custom_attrs=hued(one.hue)),
            rx.el.span(
                rx.el.span(rx.el.b(one.name, class_name="b5 pretty"), stage_mark(one.stage), class_name="row g6"),
                rx.el.span(rx.el.span(one.cause, class_name="mm"), rx.el.span(one.late, class_name="late"), rx.el.span(one.who, class_name="mm"), class_name="row wrap t13 gap-8"),
                class_name="stack sp tight",
            ),
            to="/board?card=" + one.id, class_name="li tall",
        ),
        key=one.id, custom_attrs={"data-testid": "overdue-card", "data-card": one.id},
    )


def _person(one: Any) -> rx.Component:
    return rx.el.li(
        go(
            avatar(one.letters, small=True),
            rx.el.span(one.name, class_name="sp pretty"),
            rx.el.span(rx.el.i(style={"width": one.share}), class_name="lbar", custom_attrs={"aria-hidden": "true", **hued("danger")}),
            rx.el.b(one.count, class_name="num"),
            to=one.href, class_name="li",
        ),
        key=one.key, custom_attrs={"data-testid": "overdue-person"},
    )
