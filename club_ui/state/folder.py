"""One folder's clients in the order they are to be worked with, and the open row."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import reflex as rx

from club_ui import access, i18n
from club_ui.rows import Chip, ClientLine, DayBar, chip, client_line, day_bars, group_of, marked
from club_ui.state.base import Here, the_club
from club_ui.state.deeds import Step, WorksWithClients, steps
from club_ui.state.shell import Shell
from club_ui.state.whose import ChoosesWhose, whose_of
from lifecycle import overview, store
from lifecycle.actions import looking
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.errors import Refused
from lifecycle.overview import FolderCount, StandingRow
from lifecycle.placement import FOLDERS
from lifecycle.policy import Policy
from lifecycle.store import staff as staff_rows
from lifecycle.store.staff import StaffRow

PAGE = 50
_BARS = ("to_renew", "not_renewed")
_LAST_CLIENT = 2**62


@dataclass
class _Read:
    count: FolderCount
    rows: list[StandingRow]
    next: str | None
    people: list[StaffRow]
    bars: Mapping[Day, int]
    policy: Policy
    opened: StandingRow | None

    @property
    def staff(self) -> dict[int, str]:
        """Names by id."""
        return {one.id: one.name for one in self.people}


class FolderState(WorksWithClients, ChoosesWhose, rx.State):
    """What the page of one folder shows."""

    code: str = ""
    folder: Chip = Chip()
    count: str = ""
    raw: str = ""
    into: str = ""
    out: str = ""
    bars: list[DayBar] = []
    lines: list[ClientLine] = []
    onward: str = ""
    began: bool = False
    filtered: bool = False
    open_id: str = ""
    main_steps: list[Step] = []
    more_steps: list[Step] = []
    comment: str = ""

    _seen_open: str = ""

    async def _arrive(self, here: Here) -> None:
        code = self._part("code")
        if code != self.code:
            self.lines, self.bars, self.ready = [], [], False
        self.code, self.missing = code, code not in FOLDERS
        self.open_id = self._asked("open")
        self.began = bool(self._asked("after"))
        if self.missing:
            return
        self.folder = chip(here.language, "folder", code)
        await super()._arrive(here)

    async def _load(self, here: Here) -> None:
        if self.missing:
            return
        day = self._day()
        found = await asyncio.to_thread(_read, the_club(), here, self.code, self._asked("after"), day, self.open_id, self._asked("who"))
        self._show_whose(here, self._asked("who"), found.people)
        if not await self._may_open(here, found.opened):
            found.opened = None
        language, stamp = here.language, here.now.isoformat()
        masked = here.desk.role == "front_desk"
        lines = [
            client_line(language, row, folder=self.code, staff=found.staff, masked=masked and str(row.client.id) != self.open_id)
            for row in found.rows
        ]
        _group(language, self.code, lines)
        gone = self._gone(here, found, lines, masked=False)
        self._show(
            folder=chip(language, "folder", self.code),
            count=i18n.number(language, found.count.count),
            raw=str(found.count.count),
            into="" if self.whose else i18n.text(language, "list.came_in", count=found.count.entered),
            out="" if self.whose else i18n.text(language, "list.went_out", count=found.count.departed),
            bars=self._bars(here, found, day),
            lines=marked([*gone, *lines] if gone else lines, self.lines, stamp),
            onward=self._address_after(found.next),
            filtered=day is not None,
        )
        await self._show_open(here, found.opened)

    def _gone(self, here: Here, found: _Read, lines: list[ClientLine], *, masked: bool) -> list[ClientLine]:
        """The open row stays under one's hands also after its client has left the folder."""
        if found.opened is None or not self.open_id or any(line.id == self.open_id for line in lines):
            return []
        if not any(line.id == self.open_id for line in self.lines):
            return []
        row = found.opened
        line = client_line(here.language, row, folder=self.code, staff=found.staff, masked=masked)
        now = ", ".join(i18n.text(here.language, f"folder.{code}") for code in row.placement.folders)
        line.group = i18n.text(here.language, "list.left_for", folder=now)
        return [line]

    def _day(self) -> int | None:
        asked = self._asked("day", 4)
        return int(asked) if asked.isascii() and asked.isdigit() and self.code in _BARS else None

    def _bars(self, here: Here, found: _Read, day: int | None) -> list[DayBar]:
        if self.code not in _BARS:
            return []
        most = found.policy.renew_before_days if self.code == "to_renew" else found.policy.grace_days
        sign = 1 if self.code == "to_renew" else -1
        counts = {sign * (on - here.today): number for on, number in found.bars.items()}
        return day_bars(here.language, self.code, counts, min(most, 60), chosen=day)

    def _address_after(self, cursor: str | None) -> str:
        return f"/folder/{self.code}?{self.keeps}after={cursor}" if cursor else ""

    async def _show_open(self, here: Here, row: StandingRow | None) -> None:
        if row is None:
            self._show(main_steps=[], more_steps=[])
            return
        main_steps, more_steps = steps(here.language, here.desk, row)
        self._show(main_steps=main_steps, more_steps=more_steps)

    async def _may_open(self, here: Here, row: StandingRow | None) -> bool:
        """The open row shows its whole number: that is audited, and beyond the limit the row stays shut."""
        if row is None or self._seen_open == self.open_id:
            return True
        try:
            await asyncio.to_thread(looking.note_opened, the_club(), here.desk, row.client, address=access.address_of(self))
        except Refused as error:
            self.open_id = self._seen_open = ""
            (await self.get_state(Shell))._say(i18n.sentence(here.language, error.code, **error.values), bad=True)
            return False
        self._seen_open = self.open_id
        return True

    @rx.event
    async def talk(self, typed: dict[str, str]) -> None:
        """Write down what came of a talk with the open client: a comment, or that nobody answered."""
        if not isinstance(typed, dict) or not self.open_id:
            return
        no_answer = typed.get("outcome") == "no_answer"
        values = {"kind": "renewal" if self.code in _BARS else "win_back" if self.code in ("lost", "churn") else "other"}
        values |= {"direction": "out", "outcome": "no_answer" if no_answer else "", "comment": str(typed.get("comment", ""))}
        self._new_key()
        if await self._send("record_contact", self.open_id, values):
            self.comment = ""


def _read(club: Club, here: Here, code: str, after: str, day: int | None, opened: str, who: str) -> _Read:
    now, desk = here.now, here.desk
    with club.reading() as conn:
        branches = [one.id for one in overview.chosen_branches(conn, desk, here.branch)]
        whose = whose_of(desk, who)
        policy = store.policies.all_versions(conn).on(here.today)
        sign = 1 if code == "to_renew" else -1
        on = None if day is None else here.today + sign * day
        cursor = f"{on - 1}.{_LAST_CLIENT}" if on is not None else after or None
        page = overview.folder_page(conn, desk, now, code, branch=here.branch, after=cursor, limit=200 if on is not None else PAGE, whose=whose)
        rows = [row for row in page.rows if on is None or _sorted_on(code, row) == on]
        bars = store.folders.by_day(conn, FOLDERS.index(code), branches, here.today - 120, here.today + 120, whose) if code in _BARS else {}
        view = overview.folders(conn, desk, now, here.branch, whose=whose)
        found = next((row for row in rows if str(row.client.id) == opened), None)
        if found is None and opened.isascii() and opened.isdigit() and len(opened) < 19:
            found = next(iter(overview.standing_rows(conn, here.scope, now, [int(opened)])), None)
        return _Read(
            count=view.folders[FOLDERS.index(code)],
            rows=rows,
            next=page.next if on is None else None,
            people=staff_rows.every(conn),
            bars=bars,
            policy=policy,
            opened=found,
        )


def _sorted_on(code: str, row: StandingRow) -> Day:
    return row.summary.covered_until if code == "to_renew" else row.summary.engaged_on


def _group(language: str, code: str, lines: list[ClientLine]) -> None:
    """Put the head of each group on its first row."""
    before = ""
    for line in lines:
        digits = "".join(letter for letter in line.figure if letter.isdigit())
        group = group_of(language, code, int(digits)) if digits else ""
        line.group, before = ("" if group == before else group), group

