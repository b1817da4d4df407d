"""The calls on every page: who is calling, told while it rings, and what the desk does with the call.

It lives beside the state of the page. One reading of the calls of the club serves all open pages of this process; who
is behind them is read once for all who may see the same, and only while there is a call. What was done with a panel in this
tab (made small, at work, put away) is kept in the tab.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import reflex as rx

from club_ui import access, i18n
from club_ui.call_rows import (
    GONE,
    HELD,
    SMALL,
    TRACE,
    CallPanel,
    DayLine,
    Phase,
    Screen,
    day_line,
    panel,
    phase,
)
from club_ui.hub import hub
from club_ui.readings import readings
from club_ui.state.base import HEARTBEAT, Here, LivePage, the_club
from club_ui.state.shell import Shell
from lifecycle import callers, rights
from lifecycle.actions import calls, cards, clients, drafts
from lifecycle.callers import Caller
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import ClubError
from lifecycle.store.calls import CallRow
from lifecycle.touched import EVERYONE

log = logging.getLogger(__name__)

#: Who is calling is looked at so many seconds apart at the least: one reading serves all screens, and nobody waits at a telephone.
GLANCE: Final = 0.12
#: Calls that a tab remembers something of.
MARKS_MOST: Final = 50
_KEPT: Final = re.compile(rf"(\d{{1,18}})([{SMALL}{HELD}{GONE}]+)", re.ASCII)
_FIELDS: Final = ("name", "source", "note")


async def _ringing() -> list[CallRow]:
    """The calls of the club, read once for all pages."""
    club = the_club()
    return await readings.share(club, "ringing", EVERYONE, lambda _: _read(club))


async def _callers(club: Club, here: Here, calls: Sequence[CallRow]) -> list[Caller]:
    """Who is behind these calls, read once for all desks that may see the same."""
    key, told = ("callers", *here.sight, *(call.id for call in calls)), {call.id: call for call in calls}
    found = await readings.share(club, key, here.concerns, lambda _: _who(club, here, calls))
    return [replace(one, call=told[one.call.id]) for one in found]


def _read(club: Club) -> list[CallRow]:
    with club.reading() as conn:
        return callers.ringing(conn, club.clock.now())


class CallsState(LivePage, rx.State):
    """The panel of incoming calls."""

    panels: list[CallPanel] = []
    said: str = ""
    front: str = ""
    kept: str = rx.SessionStorage("", name="club_calls")
    phone: str = rx.LocalStorage("", name="club_phone")

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """Show who is calling while anybody is, until the page is left or the sign-in ends."""
        shown = True
        while True:
            began, seen, patience = time.monotonic(), hub.version, HEARTBEAT
            try:
                rows = await _ringing()
            except ClubError:
                rows, shown = [], False
            if rows or shown:
                async with self:
                    desk = await access.desk_of(self)
                    if desk is None:
                        self._blank()
                        return
                    until = await self._follow(desk, rows)
                shown = bool(rows)
                patience = HEARTBEAT if until is None else max(GLANCE, min(HEARTBEAT, (until - the_club().clock.now()).total_seconds()))
            await asyncio.sleep(max(0.0, GLANCE - (time.monotonic() - began)))
            await hub.newer(seen, patience)

    async def _follow(self, desk: Desk, rows: Sequence[CallRow]) -> datetime | None:
        """One look; gives the instant at which a panel goes by itself."""
        if not rows or not rights.allows(desk, "see_calls"):
            self._show(panels=[], said="")
            return None
        shell = await self.get_state(Shell)
        try:
            here = await self._here(desk, shell)
            return await self._look(here, rows)
        except ClubError:
            log.warning("calls_not_read")
        except Exception:
            log.exception("calls_not_read")
        return None

    async def _look(self, here: Here, rows: Sequence[CallRow]) -> datetime | None:
        screen, club = Screen(here.desk.staff_id, str(self.phone), self._marks()), the_club()
        stands = {call.id: shown for call in rows if (shown := phase(call, screen, here.now)) is not None}
        wanted = [call for call in rows if call.id in stands]
        found = await _callers(club, here, wanted) if wanted else []
        places = {one.call.id: _place(str(one.call.id)) for one in found}
        typed = await asyncio.to_thread(drafts.drafts_at, club, here.desk, list(places.values())) if places else {}
        made = [_panel(here, one, stands[one.call.id], screen, typed.get(places[one.call.id], {})) for one in found]
        rings = [one.announced for one in made if one.phase == "ringing"]
        self._show(panels=_stacked(made, self.front, screen.marks), said=rings[-1] if rings else "")
        return min((one.until for one in stands.values() if one.until is not None), default=None)

    def _marks(self) -> dict[str, str]:
        """What this tab remembers, by the id of the call."""
        found = (_KEPT.fullmatch(one) for one in str(self.kept).split(" ")[-MARKS_MOST:])
        return {one[1]: one[2] for one in found if one}

    def _mark(self, call: str, mark: str, *, on: bool = True) -> None:
        marks = self._marks()
        others = marks.pop(call, "").replace(mark, "")
        if call.isdigit() and (on or others):
            marks[call] = others + mark if on else others
        self.kept = " ".join(f"{known}{told}" for known, told in list(marks.items())[-MARKS_MOST:])

    # --- what the desk does ---------------------------------------------------------------------------

    @rx.event
    async def fold(self, call: str) -> None:
        """Make a panel small; it rings on as one line, and the next one is open."""
        self._mark(call, SMALL)
        self.front = "" if self.front == call else self.front
        self.panels = _stacked(self.panels, self.front, self._marks())

    @rx.event
    async def bring(self, call: str) -> None:
        """Show who is calling, of several calls this one."""
        self._mark(call, SMALL, on=False)
        self.front = call
        self.panels = _stacked(self.panels, call, self._marks())

    @rx.event
    async def close(self, call: str) -> None:
        """Put a panel away in this tab."""
        self._mark(call, GONE)
        self.panels = [one for one in self.panels if one.id != call]

    @rx.event
    async def take(self, call: str) -> None:
        """Whoever opens the card or the profile has taken the call: other screens let it go."""
        self._mark(call, HELD)
        await self._do(calls.take_on, _number(call))

    @rx.event
    async def make_card(self, call: str) -> Any:
        """Make a card about the caller and open it."""
        row = self._of(call)
        if row is None or not row.client:
            return None
        self._mark(call, HELD)
        made = await self._do(_make_card, _number(call), _number(row.client), done="call_card")
        return None if made is None else rx.redirect(f"/board?card={made.card.id}")

    @rx.event
    async def choose(self, call: str, client: str) -> None:
        """Somebody else of those at this number is calling."""
        self._mark(call, HELD)
        await self._do(calls.choose, _number(call), _number(client))

    @rx.event
    async def keep(self, typed: dict[str, str]) -> None:
        """Keep what is being typed, and the panel with it when the call ends."""
        call, desk = typed.get("call", ""), await access.desk_of(self)
        if desk is None or self._of(call) is None:
            return
        if HELD not in self._marks().get(call, ""):
            self._mark(call, HELD)
        try:
            await asyncio.to_thread(_keep_draft, the_club(), desk, call, typed)
        except ClubError:
            return

    @rx.event
    async def name(self, typed: dict[str, str]) -> None:
        """Write down who a new number is."""
        row = self._of(typed.get("call", ""))
        if row is None or not row.client:
            return
        self._mark(row.id, HELD)
        values: dict[str, Any] = {"name": typed.get("name", ""), "source": typed.get("source") or "call"}
        if await self._do(clients.change_client, _number(row.client), version=row.version, done="call_named", **values) is not None:
            await self._forget_draft(row.id)

    @rx.event
    async def write(self, typed: dict[str, str]) -> None:
        """Write down what was said: it becomes the comment of the call."""
        call = typed.get("call", "")
        if self._of(call) is None:
            return
        self._mark(call, HELD)
        if await self._do(calls.note, _number(call), text=typed.get("note", ""), done="call_noted") is not None:
            await self._forget_draft(call)

    @rx.event
    async def sit_at(self, extension: str) -> None:
        """This screen stands beside that telephone: calls that others answer leave it."""
        self.phone = extension[:40]
        shell = await self.get_state(Shell)
        shell._say(i18n.text(shell._words(), "calls.my_phone_set"))
        hub.ring()

    def _of(self, call: str) -> CallPanel | None:
        return next((one for one in self.panels if one.id == call), None)

    async def _forget_draft(self, call: str) -> None:
        desk = await access.desk_of(self)
        if desk is not None:
            await asyncio.to_thread(drafts.drop_draft, the_club(), desk, _place(call))


class CallsPageState(LivePage, rx.State):
    """The calls of a day: those missed first."""

    missed: list[DayLine] = []
    others: list[DayLine] = []
    lead: str = ""
    ago: int = 0

    async def _arrive(self, here: Here) -> None:
        self.ago = 1 if self._asked("day") == "yesterday" else 0

    async def _load(self, here: Here) -> None:
        lines = await asyncio.to_thread(_of_day, the_club(), here, self.ago)
        several = len({line.branch.id for line in lines}) > 1
        open_ones = [line for line in lines if line.missed and line.call.e164 and not line.settled]
        told = {"missed": i18n.number(here.language, sum(line.missed for line in lines))}
        self._show(
            missed=[day_line(here.language, line, branches=several) for line in open_ones],
            others=[day_line(here.language, line, branches=several) for line in lines if line not in open_ones],
            lead=i18n.text(here.language, "calls.day_lead", count=len(lines), **told) if lines else "",
        )


def _number(text: str) -> int:
    """An id from a browser; what is none is nobody's."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _place(call: str) -> str:
    return f"call/{call}"


def _keep_draft(club: Club, desk: Desk, call: str, typed: dict[str, str]) -> None:
    """Both forms of a panel keep their fields at one place."""
    before = drafts.draft_at(club, desk, _place(call))
    drafts.keep_draft(club, desk, _place(call), before | {name: typed[name] for name in _FIELDS if name in typed})


def _make_card(club: Club, desk: Desk, call_id: int, client_id: int) -> Any:
    calls.take_on(club, desk, call_id)
    return cards.make(club, desk, key=f"call:{call_id}", client_id=client_id, step="call")


def _who(club: Club, here: Here, calls: Sequence[CallRow]) -> list[Caller]:
    with club.reading() as conn:
        return callers.of(conn, here.scope, here.now, calls)


def _of_day(club: Club, here: Here, ago: int) -> list[callers.Line]:
    with club.reading() as conn:
        return callers.of_day(conn, here.scope, here.now, ago=ago)


def _panel(here: Here, one: Caller, stands: Phase, screen: Screen, draft: dict[str, str]) -> CallPanel:
    return panel(here.language, one, stands, screen, here.now, here.zone, draft, here.currency)


def _stacked(made: Sequence[CallPanel], front: str, marks: Mapping[str, str]) -> list[CallPanel]:
    """One is open, the others are lines: the one brought to the front, else the first that was not made small."""
    whole = [one.id for one in made if one.phase != TRACE and SMALL not in marks.get(one.id, "")]
    open_one = front if front in whole else whole[0] if whole else ""
    return [replace(one, small=one.id != open_one) for one in made]
