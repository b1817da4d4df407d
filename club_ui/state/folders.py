"""The folders, alive: counts by lane, today's in and out, two weeks as a line."""

from __future__ import annotations

import asyncio

import reflex as rx

from club_ui import i18n
from club_ui.rows import Tile, tiles
from club_ui.state.base import Here, the_club
from club_ui.state.whose import ChoosesWhose, whose_of
from lifecycle import overview
from lifecycle.club import Club
from lifecycle.store import staff as staff_rows
from lifecycle.store.staff import StaffRow


class FoldersState(ChoosesWhose, rx.State):
    """What the folders page shows."""

    tiles: dict[str, Tile] = {}
    statuses: dict[str, str] = {}
    total: str = ""
    nobody: bool = False

    async def _load(self, here: Here) -> None:
        view, staff = await asyncio.to_thread(_read, the_club(), here, self._asked("who"))
        self._show_whose(here, self._asked("who"), staff)
        self._show(
            tiles=tiles(here.language, view, self.tiles, here.now.isoformat(), part=self.whose != ""),
            statuses={code: i18n.number(here.language, view.statuses.get(code, 0)) for code in ("potential", "active", "lost")},
            total=i18n.text(here.language, "folders.total", count=view.clients),
            nobody=view.clients == 0 and self.whose == "",
        )


def _read(club: Club, here: Here, who: str) -> tuple[overview.FoldersView, list[StaffRow]]:
    with club.reading() as conn:
        view = overview.folders(conn, here.desk, here.now, here.branch, whose=whose_of(here.desk, who))
        return view, staff_rows.every(conn)
