"""The day ruler, small and large, the life line and sparks: SVG and strips from numbers counted in Python."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import hued
from club_ui.draw import LIFE_HEIGHT, LIFE_WIDTH
from club_ui.i18n.screen import t


def ruler(row: Any) -> rx.Component:
    """The glyph of a row: three parts and the mark. Nothing where the client has no end to count from."""
    return rx.cond(
        row.shown,
        rx.el.span(
            rx.foreach(
                row.segments,
                lambda part: rx.el.i(class_name=part.look, style={"flex": part.width}, custom_attrs=hued(part.hue)),
            ),
            rx.el.b(style={"left": row.mark}),
            class_name="rul", role="img", custom_attrs={"aria-label": row.name},
        ),
        rx.el.span(class_name="sp"),
    )


def big_ruler(row: Any) -> rx.Component:
    """The hero of the profile: all parts, their dates, and today."""
    return rx.cond(
        row.shown,
        rx.el.div(
            rx.el.div(
                rx.foreach(
                    row.segments,
                    lambda part: rx.el.i(
                        rx.el.span(part.word), class_name=part.look, style={"flex": part.width}, custom_attrs=hued(part.hue)
                    ),
                ),
                class_name="tr",
            ),
            rx.el.span(rx.el.span(row.tag), class_name="now", style={"left": row.mark, "--at": row.mark}),
            rx.foreach(
                row.borders,
                lambda one: rx.el.span(rx.el.b(one.day), rx.el.span(one.what), class_name=one.look, style={"left": one.left}),
            ),
            class_name="R", role="img", custom_attrs={"aria-label": row.name},
        ),
        rx.fragment(),
    )


def spark(line: Any, area: Any, x: Any, y: Any, *, width: int = 64, height: int = 28) -> rx.Component:
    """The last days of a count."""
    return rx.el.svg(
        rx.el.svg.path(d=area, fill="var(--bg)"),
        rx.el.svg.path(d=line, fill="none", stroke="var(--sd)", custom_attrs={"strokeWidth": "1.75", "strokeLinejoin": "round"}),
        rx.el.svg.circle(cx=x, cy=y, r="2.75", fill="var(--sd)"),
        class_name="spark", width=str(width), height=str(height), custom_attrs={"aria-hidden": "true"},
    )


def life_line(row: Any) -> rx.Component:
    """Bands of folders over time, memberships under them, visits as ticks, talks as rings, today as a line."""
    return rx.el.div(
        rx.el.svg(
            rx.el.svg.defs(
                rx.el.svg.pattern(
                    rx.el.svg.rect(width="6", height="6", fill="var(--guest-bg)"),
                    rx.el.svg.line(x1="0", y1="0", x2="0", y2="6", stroke="var(--guest-sd)", custom_attrs={"strokeWidth": "2.4"}),
                    id="hatch", width="6", height="6",
                    custom_attrs={"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(35)"},
                )
            ),
            rx.foreach(
                row.months,
                lambda one: rx.el.svg.g(
                    rx.el.svg.line(x1=one.x, x2=one.x, y1="22", y2="118", class_name="life-l"),
                    rx.el.svg.text(one.word, x=one.x, y="132", custom_attrs={"textAnchor": "middle"}),
                ),
            ),
            rx.foreach(
                row.bands,
                lambda one: rx.el.svg.rect(
                    x=one.x, y="22", width=one.width, height="20", rx="4", class_name=one.look, custom_attrs=hued(one.hue)
                ),
            ),
            rx.foreach(
                row.memberships,
                lambda one: rx.el.svg.rect(x=one.x, y="50", width=one.width, height="21", rx="4", class_name="life-m"),
            ),
            rx.foreach(
                row.freezes, lambda one: rx.el.svg.rect(x=one.x, y="50", width=one.width, height="21", class_name="life-f")
            ),
            rx.foreach(row.memberships, lambda one: rx.el.svg.text(one.word, x=one.text_x, y="65", class_name="life-w")),
            rx.el.svg.path(d=row.visits, class_name="life-v", fill="none"),
            rx.foreach(
                row.contacts,
                lambda one: rx.el.svg.circle(cx=one.x, cy="104", r="5.5", class_name="life-c", custom_attrs=hued(one.hue)),
            ),
            rx.el.svg.line(x1=row.today, x2=row.today, y1="14", y2="120", class_name="life-now"),
            rx.el.svg.text(t("life.today"), x=row.today, y="10", class_name="life-t", custom_attrs={"textAnchor": "middle"}),
            view_box=f"0 0 {LIFE_WIDTH:g} {LIFE_HEIGHT:g}", role="img", custom_attrs={"aria-label": t("life.name")},
        ),
        class_name="lifew", tab_index=0, role="group", custom_attrs={"aria-label": t("life.title")},
    )
