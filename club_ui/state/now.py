"""Now: the lanes, and what has moved today, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from club_ui import i18n
from club_ui.overdue_rows import Overdue, overdue_rows
from club_ui.readings import readings
from club_ui.rows import Chip, Tile, chip, statuses, tiles
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import board, callers, overview, rights, store
from lifecycle.club import Club
from lifecycle.placement import FOLDERS, STAGES
from lifecycle.store.changes import ChangeRow

LATEST = 12


@dataclass
class Move:
    """One move of a client: when, who, into which folders, and what made it."""

    id: str
    client: str
    name_: str
    stage: Chip
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


@dataclass(frozen=True)
class _Shown:
    tiles: dict[str, Tile]
    statuses: dict[str, str]
    total: str
    flows: list[FlowRow]
    moves: list[Move]
    nobody: bool
    calls: str
    missed: str
    failed: str


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
    failed: str = ""
    overdue: Overdue = Overdue()

    _turn: datetime | None = None
    _turned: datetime | None = None

    def _turns_at(self, here: Here) -> datetime | None:
        return self._turn

    async def _load(self, here: Here) -> None:
        club = the_club()
        if self._turn is not None and self._turn <= here.now:
            # What was read before this instant is not shown again, though nobody touched a card.
            self._turned = self._turn
        person = (here.desk.staff_id, self._turned)
        late = await readings.share(club, ("late", *here.sight, *person), here.concerns, lambda _: _read_late(club, here))
        self._turn = late.turns_at
        shown = await readings.share(club, ("now", *here.sight), here.concerns, lambda before: _read(club, here, before))
        self._show(
            day=f"{i18n.week_day(here.language, here.date)}",
            tiles=shown.tiles,
            statuses=shown.statuses,
            total=shown.total,
            flows=shown.flows,
            moves=shown.moves,
            nobody=shown.nobody,
            calls=shown.calls,
            missed=shown.missed,
            failed=shown.failed,
            overdue=overdue_rows(here.language, here.desk, late, here.now),
        )


def _read_late(club: Club, here: Here) -> board.Overdue:
    if not rights.allows(here.desk, "see_cards"):
        return board.Overdue(0, 0, (), (), None)
    with club.reading() as conn:
        return board.overdue(conn, here.desk, here.now, here.branch)


def _failed(club: Club, here: Here) -> str:
    """How much of what outside systems sent waits for a person; it tells no screen of itself, and is seen with the next beat."""
    if not rights.allows(here.desk, "see_inbox"):
        return ""
    with club.reading() as conn:
        count = store.deliveries.failed(conn, store.branches.reach(conn, here.scope))
    return i18n.number(here.language, count) if count else ""


def _read(club: Club, here: Here, before: _Shown | None) -> _Shown:
    with club.reading() as conn:
        view = overview.folders(conn, here.desk, here.now, here.branch)
        changes = store.changes.moves_of_day(conn, here.scope, [here.today], limit=LATEST)
        ids = [change.client_id for change in changes if change.client_id is not None]
        names = {client.id: client.name for client in store.clients.several(conn, ids, here.scope)}
        stages = {number: STAGES[row.stage] for number, row in store.standings.of(conn, list(names)).items()}
        calls, missed = callers.tally(conn, here.scope, here.now) if rights.allows(here.desk, "see_calls") else (0, 0)
    language = here.language
    return _Shown(
        tiles=tiles(language, view, before.tiles if before else {}, here.now),
        statuses=statuses(language, view),
        total=i18n.text(language, "folders.overlap", count=view.clients),
        flows=[
            FlowRow(chip(language, "folder", one.code), i18n.number(language, one.entered), i18n.number(language, one.departed), f"/folder/{one.code}")
            for one in sorted(view.folders, key=lambda one: -(one.entered + one.departed))
            if one.entered or one.departed
        ],
        moves=[_move(here, change, names, stages) for change in sorted(changes, key=lambda one: (one.at, one.id), reverse=True) if change.client_id in names],
        nobody=view.clients == 0,
        calls=i18n.text(language, "calls.link", count=calls) if calls else "",
        missed=i18n.text(language, "calls.link_missed", count=missed) if missed else "",
        failed=_failed(club, here),
    )


def _move(here: Here, change: ChangeRow, names: dict[int, str], stages: dict[int, str]) -> Move:
    before, after = change.before.get("folders") or [], change.after.get("folders") or []
    entered = [code for code in FOLDERS if code in after and code not in before]
    why = f"moved_by.{change.reason}"
    return Move(
        id=str(change.id),
        client=str(change.client_id),
        name_=names[change.client_id or 0],
        stage=chip(here.language, "stage", stages[change.client_id or 0]),
        time=i18n.clock(here.local(change.at)),
        chips=[chip(here.language, "folder", code) for code in entered or after],
        why=i18n.text(here.language, why if i18n.known(why) else "moved_by.fact"),
    )
