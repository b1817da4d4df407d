"""A folder's tile and the lanes the tiles stand in."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import FOR_THE_EYE, go, hidden, icon
from club_ui.components.pictures import spark
from club_ui.i18n.screen import t

_SOFT = {"not_activated": "folder_soft.not_activated"}


def _mark(tile: Any) -> rx.Component:
    """What just changed, for four seconds; made anew with every change."""
    return rx.cond(tile.changed != "", rx.el.i(class_name="mark", key=tile.changed), rx.fragment())


def _tag(tile: Any) -> rx.Component:
    return rx.cond(
        tile.changed != "", rx.el.span(tile.delta, class_name="justtag", key=tile.changed, custom_attrs=FOR_THE_EYE), rx.fragment()
    )


def _named(code: str, tile: Any) -> dict[str, Any]:
    return {
        "data-h": theme.FOLDER[code].hue,
        "data-testid": f"folder-{code}",
        "data-count": tile.raw,
    }


def small_tile(code: str, tile: Any, *, wide: bool = False) -> rx.Component:
    """A tile of the page Now: name, figure, in and out; the first of an odd lane has its line."""
    return go(
        hidden(tile.name),
        _mark(tile),
        rx.el.span(
            icon(theme.FOLDER[code].icon, 18), rx.el.span(t(_SOFT.get(code, f"folder.{code}"))), class_name="nm", custom_attrs=FOR_THE_EYE
        ),
        _tag(tile),
        rx.el.span(
            rx.el.span(tile.count, class_name="ct"),
            spark(tile.wide_line, tile.wide_area, tile.wide_x, tile.wide_y, width=110, height=32) if wide else rx.fragment(),
            rx.el.span(
                rx.el.span(icon("arrow-down-left", 14), tile.into),
                rx.el.span(icon("arrow-up-right", 14), tile.out),
                class_name="io",
            ),
            class_name="bt", custom_attrs=FOR_THE_EYE,
        ),
        to=f"/folder/{code}", class_name=rx.cond(tile.zero, "tile zero", "tile"), custom_attrs=_named(code, tile),
    )


def big_tile(code: str, tile: Any, keeps: Any) -> rx.Component:
    """A tile of the folders page: also how clients come in and go out, and two weeks as a line. `keeps` its link carries on."""
    return go(
        hidden(tile.name),
        _mark(tile),
        rx.el.span(
            icon(theme.FOLDER[code].icon, 18), rx.el.span(t(_SOFT.get(code, f"folder.{code}"))), class_name="n1", custom_attrs=FOR_THE_EYE
        ),
        rx.el.span(
            rx.el.span(tile.count, class_name="ct"),
            _tag(tile),
            rx.el.span(class_name="sp"),
            spark(tile.line, tile.area, tile.x, tile.y),
            class_name="row bt", custom_attrs=FOR_THE_EYE,
        ),
        rx.el.span(
            icon("arrow-down-left", 15), rx.el.b(tile.into), rx.el.span(t(f"folder_in.{code}"), class_name="tx"),
            icon("arrow-up-right", 15), rx.el.b(tile.out), rx.el.span(t(f"folder_out.{code}"), class_name="tx"),
            class_name=rx.cond(tile.into != "", "why", "why nothing"), custom_attrs=FOR_THE_EYE,
        ),
        to=f"/folder/{code}?" + keeps, class_name=rx.cond(tile.zero, "ft zero", "ft"), custom_attrs=_named(code, tile),
    )


def big_lane(status: str, tiles: Any, statuses: Any, keeps: Any) -> rx.Component:
    """One status as a row of the folders page."""
    look = theme.STATUS[status]
    return rx.el.section(
        rx.el.header(
            rx.el.span(icon(look.icon, 18, class_name="i c-fg"), rx.el.h2(t(f"status.{status}")), class_name="row g6"),
            rx.el.span(t(f"status_hint.{status}"), class_name="d"),
            rx.el.span(statuses[status], class_name="n"),
            custom_attrs={"data-h": look.hue},
        ),
        rx.el.div(*(big_tile(code, tiles[code], keeps) for code in theme.LANES[status]), class_name="ft4"),
        class_name="ln", custom_attrs={"aria-label": t(f"status.{status}")},
    )


def small_lane(status: str, tiles: Any, statuses: Any) -> rx.Component:
    """One status as a column of the page Now."""
    look, codes = theme.STATUS[status], theme.LANES[status]
    odd = len(codes) % 2 == 1
    return rx.el.section(
        rx.el.header(
            icon(look.icon, 18, class_name="i c-fg"), rx.el.h2(t(f"status.{status}")), rx.el.span(statuses[status], class_name="n"),
            custom_attrs={"data-h": look.hue},
        ),
        rx.el.div(
            *(small_tile(code, tiles[code], wide=odd and place == 0) for place, code in enumerate(codes)),
            class_name="tiles odd" if odd else "tiles",
        ),
        class_name="lane first" if status == "active" else "lane", custom_attrs={"aria-label": t(f"status.{status}")},
    )


def lanes_skeleton() -> rx.Component:
    """Names are known before any figure is."""
    return rx.el.div(
        hidden(t("shell.loading")),
        *(
            rx.el.section(
                rx.el.header(
                    rx.el.span(icon(look.icon, 18, class_name="i c-fg"), rx.el.span(t(f"status.{status}"), class_name="t14 b"), class_name="row g6"),
                    custom_attrs={"data-h": look.hue},
                ),
                rx.el.div(
                    *(
                        rx.el.div(
                            rx.el.span(icon(theme.FOLDER[code].icon, 18), rx.el.span(t(f"folder.{code}")), class_name="n1"),
                            rx.el.span(class_name="sk", style={"width": "84px", "height": "30px"}),
                            class_name="ft", custom_attrs={"data-h": theme.FOLDER[code].hue},
                        )
                        for code in theme.LANES[status]
                    ),
                    class_name="ft4",
                ),
                class_name="ln",
            )
            for status, look in ((code, theme.STATUS[code]) for code in theme.LANES)
        ),
        class_name="pad fgr fill", custom_attrs={"aria-busy": "true"},
    )
