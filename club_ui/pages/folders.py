"""Every folder as a tile with its live count, in lanes by status."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import empty, go, header, icon, spacer
from club_ui.components.clients import whose_menu
from club_ui.components.folders import big_lane, lanes_skeleton
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.state.folders import FoldersState
from club_ui.state.shell import Shell


@page("/folders", "nav.folders", icon="folders", order=20, state=FoldersState, need="see_folders")
def folders() -> Any:
    """Three lanes of tiles; each tile opens its folder."""
    return (
        header(
            t("nav.folders"),
            rx.el.span(FoldersState.total, class_name="sub"),
            spacer(),
            whose_menu(FoldersState),
            add_link(),
            look="dup",
        ),
        loaded(
            FoldersState,
            rx.cond(
                FoldersState.nobody,
                empty(t("folders.empty_title"), t("folders.empty"), look=theme.FOLDER["potential"]),
                rx.el.div(
                    *(big_lane(status, FoldersState.tiles, FoldersState.statuses, FoldersState.keeps) for status in theme.LANES),
                    class_name="pad fgr fill",
                ),
            ),
            lanes_skeleton(),
        ),
    )


def add_link() -> rx.Component:
    """The way to a new client, for who may add one."""
    return rx.cond(
        Shell.sees.contains("add"),
        go(
            icon("user-plus"), rx.el.span(t("nav.add"), class_name="hide-p"), to="/add", class_name="btn p",
            custom_attrs={"aria-label": t("nav.add"), "data-shortcut": "add"},
        ),
        rx.fragment(),
    )
