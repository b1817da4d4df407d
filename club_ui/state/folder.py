"""One folder's clients in the order they are to be worked with, and the open row."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import reflex as rx

from club_ui import access, i18n
from club_ui.readings import readings
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


@dataclass(frozen=True)
class _Shown:
    """The list as everybody of one sight is shown it; the rows by the client's id, for whoever opens one."""

    count: FolderCount
    lines: list[ClientLine]
    rows: Mapping[str, StandingRow]
    next: str | None
    people: list[StaffRow]
    bars: list[DayBar]

    @property
    def staff(self) -> dict[int, str]:
        """Names by id."""
        return {one.id: one.name for one in self.people}


@dataclass(frozen=True)
class _Asked:
    """Which part of which folder the address names."""

    code: str
    whose: int | None
    after: str
    day: int | None


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
        club, who, language = the_club(), self._asked("who"), here.language
        asked = _Asked(self.code, whose_of(here.desk, who), self._asked("after"), self._day())
        shown = await readings.share(
            club, (asked, *here.sight), here.concerns, lambda before: _read(club, here, asked, before)
        )
        self._show_whose(here, who, shown.people)
        opened = await self._opened(here, shown)
        count = shown.count
        self._show(
            folder=chip(language, "folder", self.code),
            count=i18n.number(language, count.count),
            raw=str(count.count),
            into="" if self.whose else i18n.text(language, "list.came_in", count=count.entered),
            out="" if self.whose else i18n.text(language, "list.went_out", count=count.departed),
            bars=shown.bars,
            lines=self._lines(here, shown, opened),
            onward=self._address_after(shown.next),
            filtered=asked.day is not None,
        )
        self._show_steps(here, opened)

    async def _opened(self, here: Here, shown: _Shown) -> StandingRow | None:
        """The row that is open, also when its client has left the folder; None where it may not be seen whole."""
        row = shown.rows.get(self.open_id)
        if row is None and self.open_id:
            row = await asyncio.to_thread(_read_one, the_club(), here, self.open_id)
        return row if await self._may_open(here, row) else None

    def _lines(self, here: Here, shown: _Shown, opened: StandingRow | None) -> list[ClientLine]:
        """The list, with the open row whole; it stays under one's hands also after its client has left the folder."""
        if opened is None:
            return shown.lines
        mine = client_line(here.language, opened, folder=self.code, staff=shown.staff, masked=False)
        if self.open_id in shown.rows:
            return [replace(mine, group=line.group, group_count=line.group_count, changed=line.changed) if line.id == mine.id else line for line in shown.lines]
        if not any(line.id == self.open_id for line in self.lines):
            return shown.lines
        now = ", ".join(i18n.text(here.language, f"folder.{code}") for code in opened.placement.folders)
        mine.group = i18n.text(here.language, "list.left_for", folder=now)
        return [*marked([mine], self.lines, here.now), *shown.lines]

    def _day(self) -> int | None:
        asked = self._asked("day", 4)
        return int(asked) if asked.isascii() and asked.isdigit() and self.code in _BARS else None

    def _address_after(self, cursor: str | None) -> str:
        return f"/folder/{self.code}?{self.keeps}after={cursor}" if cursor else ""

    def _show_steps(self, here: Here, row: StandingRow | None) -> None:
        main_steps, more_steps = steps(here.language, here.desk, row) if row else ([], [])
        self._show(main_steps=main_steps, more_steps=more_steps)

    def _has_seen(self, client: str) -> bool:
        return self._seen_open == client or super()._has_seen(client)

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
        said = f"{no_answer} {typed.get('comment', '')}"
        if self._is_twice(said, self.open_id):
            # The form has been made anew meanwhile; its button is let go.
            self.turn += 1
            return
        values = {"kind": "renewal" if self.code in _BARS else "win_back" if self.code in ("lost", "churn") else "other"}
        values |= {"direction": "out", "outcome": "no_answer" if no_answer else "", "comment": str(typed.get("comment", "")), "pressed": str(typed.get("pressed", ""))}
        self._new_key()
        if await self._send("record_contact", self.open_id, values):
            self.comment, self._pressed = "", (said, self.open_id, time.monotonic())


def _read(club: Club, here: Here, asked: _Asked, before: _Shown | None) -> _Shown:
    now, desk, code, whose = here.now, here.desk, asked.code, asked.whose
    with club.reading() as conn:
        branches = [one.id for one in overview.chosen_branches(conn, desk, here.branch)]
        policy = store.policies.all_versions(conn).on(here.today)
        sign = 1 if code == "to_renew" else -1
        on = None if asked.day is None else here.today + sign * asked.day
        cursor = f"{on - 1}.{_LAST_CLIENT}" if on is not None else asked.after or None
        page = overview.folder_page(conn, desk, now, code, branch=here.branch, after=cursor, limit=200 if on is not None else PAGE, whose=whose)
        rows = [row for row in page.rows if on is None or _sorted_on(code, row) == on]
        bars = store.folders.by_day(conn, FOLDERS.index(code), branches, here.today - 120, here.today + 120, whose) if code in _BARS else {}
        view = overview.folders(conn, desk, now, here.branch, whose=whose)
        people = staff_rows.every(conn)
    staff, masked = {one.id: one.name for one in people}, desk.role == "front_desk"
    lines = [client_line(here.language, row, folder=code, staff=staff, masked=masked) for row in rows]
    _group(here.language, code, lines, {day: number for day, number in _days(here, code, bars).items() if asked.day in (None, day)})
    return _Shown(
        count=view.folders[FOLDERS.index(code)],
        lines=marked(lines, before.lines if before else (), now),
        rows={str(row.client.id): row for row in rows},
        next=page.next if on is None else None,
        people=people,
        bars=_bars(here, asked, bars, policy),
    )


def _read_one(club: Club, here: Here, client: str) -> StandingRow | None:
    if not (client.isascii() and client.isdigit() and len(client) < 19):
        return None
    with club.reading() as conn:
        return next(iter(overview.standing_rows(conn, here.scope, here.now, [int(client)])), None)


def _bars(here: Here, asked: _Asked, by_day: Mapping[Day, int], policy: Policy) -> list[DayBar]:
    if asked.code not in _BARS:
        return []
    most = policy.renew_before_days if asked.code == "to_renew" else policy.grace_days
    return day_bars(here.language, asked.code, _days(here, asked.code, by_day), min(most, 60), chosen=asked.day)


def _days(here: Here, code: str, by_day: Mapping[Day, int]) -> dict[int, int]:
    """How many clients by the days they have left, or by the days since their end."""
    sign = 1 if code == "to_renew" else -1
    return {sign * (on - here.today): number for on, number in by_day.items()}


def _sorted_on(code: str, row: StandingRow) -> Day:
    return row.summary.covered_until if code == "to_renew" else row.summary.engaged_on


def _group(language: str, code: str, lines: list[ClientLine], days: Mapping[int, int]) -> None:
    """Put the head of each group on its first row, with how many clients stand in it."""
    before, counts = "", Counter[str]()
    for day, number in days.items():
        counts[group_of(language, code, day)] += number
    for line in lines:
        digits = "".join(letter for letter in line.figure if letter.isdigit())
        group = group_of(language, code, int(digits)) if digits else ""
        line.group, before = ("" if group == before else group), group
        line.group_count = i18n.number(language, counts[group]) if line.group else ""

