"""The folders, alive: counts by lane, today's in and out, two weeks as a line."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from club_ui import i18n
from club_ui.readings import readings
from club_ui.rows import Tile, statuses, tiles
from club_ui.state.base import Here, the_club
from club_ui.state.whose import ChoosesWhose, whose_of
from lifecycle import overview
from lifecycle.club import Club
from lifecycle.store import staff as staff_rows
from lifecycle.store.staff import StaffRow


@dataclass(frozen=True)
class _Shown:
    tiles: dict[str, Tile]
    statuses: dict[str, str]
    total: str
    nobody: bool
    staff: list[StaffRow]


class FoldersState(ChoosesWhose, rx.State):
    """What the folders page shows."""

    tiles: dict[str, Tile] = {}
    statuses: dict[str, str] = {}
    total: str = ""
    nobody: bool = False

    async def _load(self, here: Here) -> None:
        club, who = the_club(), self._asked("who")
        whose = whose_of(here.desk, who)
        shown = await readings.share(
            club, ("folders", *here.sight, whose), here.concerns, lambda before: _read(club, here, whose, before)
        )
        self._show_whose(here, who, shown.staff)
        self._show(tiles=shown.tiles, statuses=shown.statuses, total=shown.total, nobody=shown.nobody)


def _read(club: Club, here: Here, whose: int | None, before: _Shown | None) -> _Shown:
    with club.reading() as conn:
        view = overview.folders(conn, here.desk, here.now, here.branch, whose=whose)
        staff = staff_rows.every(conn)
    return _Shown(
        tiles=tiles(here.language, view, before.tiles if before else {}, here.now, part=whose is not None),
        statuses=statuses(here.language, view),
        total=i18n.text(here.language, "folders.total", count=view.clients),
        nobody=view.clients == 0 and whose is None,
        staff=staff,
    )
