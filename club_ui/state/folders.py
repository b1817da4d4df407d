"""The folders, alive: counts by lane, today's in and out, two weeks as a line."""

from __future__ import annotations

import asyncio

import reflex as rx

from club_ui import i18n
from club_ui.rows import Tile, tiles
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import overview
from lifecycle.club import Club


class FoldersState(LivePage, rx.State):
    """What the folders page shows."""

    tiles: dict[str, Tile] = {}
    statuses: dict[str, str] = {}
    total: str = ""
    nobody: bool = False

    async def _load(self, here: Here) -> None:
        view = await asyncio.to_thread(_read, the_club(), here)
        self._show(
            tiles=tiles(here.language, view, self.tiles, here.now.isoformat()),
            statuses={code: i18n.number(here.language, view.statuses.get(code, 0)) for code in ("potential", "active", "lost")},
            total=i18n.text(here.language, "folders.total", count=view.clients),
            nobody=view.clients == 0,
        )


def _read(club: Club, here: Here) -> overview.FoldersView:
    with club.reading() as conn:
        return overview.folders(conn, here.desk, here.now, here.branch)
