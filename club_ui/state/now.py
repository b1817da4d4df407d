"""Now: the lanes, and what has moved today, the latest first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import reflex as rx

from club_ui import i18n
from club_ui.rows import Chip, Tile, chip, tiles
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import callers, overview, rights, store
from lifecycle.club import Club
from lifecycle.placement import FOLDERS
from lifecycle.store.changes import ChangeRow

LATEST = 12


@dataclass
class Move:
    """One move of a client: when, who, into which folders, and what made it."""

    id: str
    client: str
    name_: str
    time: str
    chips: list[Chip]
    why: str


@dataclass
class FlowRow:
    """A folder that clients came into or went out of today."""

    chip: Chip
    into: str
    out: str
    href: str


class NowState(LivePage, rx.State):
    """What the page Now shows."""

    day: str = ""
    tiles: dict[str, Tile] = {}
    statuses: dict[str, str] = {}
    total: str = ""
    flows: list[FlowRow] = []
    moves: list[Move] = []
    nobody: bool = False
    calls: str = ""
    missed: str = ""

    async def _load(self, here: Here) -> None:
        view, changes, names, (calls, missed) = await asyncio.to_thread(_read, the_club(), here)
        language = here.language
        self._show(
            day=f"{i18n.week_day(language, here.date)}",
            tiles=tiles(language, view, self.tiles, here.now.isoformat()),
            statuses={code: i18n.number(language, view.statuses.get(code, 0)) for code in ("potential", "active", "lost")},
            total=i18n.text(language, "folders.overlap", count=view.clients),
            flows=[
                FlowRow(chip(language, "folder", one.code), i18n.number(language, one.entered), i18n.number(language, one.departed), f"/folder/{one.code}")
                for one in sorted(view.folders, key=lambda one: -(one.entered + one.departed))
                if one.entered or one.departed
            ],
            moves=[_move(here, change, names) for change in changes if change.client_id in names],
            nobody=view.clients == 0,
            calls=i18n.text(language, "calls.link", count=calls) if calls else "",
            missed=i18n.text(language, "calls.link_missed", count=missed) if missed else "",
        )


def _read(club: Club, here: Here) -> tuple[overview.FoldersView, list[ChangeRow], dict[int, str], tuple[int, int]]:
    with club.reading() as conn:
        view = overview.folders(conn, here.desk, here.now, here.branch)
        changes = store.changes.moves_of_day(conn, here.scope, [here.today], limit=LATEST)
        ids = [change.client_id for change in changes if change.client_id is not None]
        clients = store.clients.several(conn, ids, here.scope)
        calls = callers.tally(conn, here.scope, here.now) if rights.allows(here.desk, "see_calls") else (0, 0)
        return view, changes, {client.id: client.name for client in clients}, calls


def _move(here: Here, change: ChangeRow, names: dict[int, str]) -> Move:
    before, after = change.before.get("folders") or [], change.after.get("folders") or []
    entered = [code for code in FOLDERS if code in after and code not in before]
    why = f"moved_by.{change.reason}"
    return Move(
        id=str(change.id),
        client=str(change.client_id),
        name_=names[change.client_id or 0],
        time=i18n.clock(here.local(change.at)),
        chips=[chip(here.language, "folder", code) for code in entered or after],
        why=i18n.text(here.language, why if i18n.known(why) else "moved_by.fact"),
    )
