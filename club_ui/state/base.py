"""A page that keeps itself fresh, and how its deeds are done.

`LivePage.watch` starts with the page: it loads, waits for a tick of the hub, loads again. Each time it
asks anew who sits there, so that an ended sign-in or a changed role holds at once. A deed calls a door in
a thread, says what came of it, and leaves the re-reading to the tick, for this tab like for any other.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from secrets import token_hex
from typing import Any, TypeVar

import reflex as rx

from club_ui import access, i18n, process
from club_ui.hub import hub
from club_ui.rows import initials
from club_ui.state.shell import BranchChoice, Shell
from lifecycle import days, rights, store
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, ClubError, Refused
from lifecycle.store import staff as staff_rows
from lifecycle.store.branches import BranchRow

log = logging.getLogger(__name__)

#: Without any tick the page asks anew after so many seconds: who sits there, and the day may have turned.
HEARTBEAT = 15.0
#: Between two loadings of one page: a burst of commits is one reading.
BREATH = 0.12

Result = TypeVar("Result")


def the_club() -> Club:
    """The club of this process, its commits heard by the hub."""
    club = process.club()
    if hub.tick not in club.listeners:
        club.listeners.append(hub.tick)
    return club


@dataclass(frozen=True)
class Here:
    """Who looks, at which branches, in which language, and which day it is there."""

    desk: Desk
    scope: Desk
    language: str
    branch: str | None
    zone: tzinfo
    now: datetime
    currency: str

    @property
    def today(self) -> Day:
        """The local day of the first branch in view."""
        return days.day_of(self.now, self.zone)

    @property
    def date(self) -> date:
        """The same day as a date."""
        return date.fromordinal(self.today)

    def local(self, at: datetime) -> datetime:
        """An instant as the clocks on the wall there show it."""
        return at.astimezone(self.zone)


@dataclass(frozen=True)
class _Person:
    name: str
    language: str | None
    theme: str
    branches: list[BranchRow]
    clients: int
    overdue: int
    currency: str
    demo: bool


def _read_person(club: Club, desk: Desk, branch: str) -> _Person:
    with club.reading() as conn:
        row = staff_rows.by_id(conn, desk.staff_id) if desk.staff_id is not None else None
        branches = store.branches.within_reach(conn, desk)
        shown = [one for one in branches if branch in ("", one.code)]
        counts = store.folders.counts(conn, [one.id for one in shown]) if rights.allows(desk, "see_folders") else {}
        overdue = store.board.late(conn, desk, shown, club.clock.now()) if rights.allows(desk, "see_cards") else 0
        currency = str(store.settings.get(conn, "currency") or "RUB")
        demo = store.settings.get(conn, "demo") is True
        theme = row.theme if row else "system"
        return _Person(desk.name, row.language if row else None, theme, branches, counts.get("clients", 0), overdue, currency, demo)


class LivePage(rx.State, mixin=True):
    """Mixed into the state of every page that shows the club."""

    ready: bool = False
    missing: bool = False
    trouble: str = ""
    errors: dict[str, str] = {}
    turn: int = 0
    form_key: str = ""

    async def _load(self, here: Here) -> None:
        """Read what the page shows; each page has its own."""
        raise NotImplementedError

    async def _arrive(self, here: Here) -> str | None:
        """The page has just been opened, or its address changed: take what the address says.

        Gives the address to go on to, where the page has a fuller one for what it shows.
        """

    def _turns_at(self, here: Here) -> datetime | None:
        """The next instant at which what is shown changes by time alone; None where the heartbeat is soon enough."""

    def _blank(self) -> None:
        """Forget everything shown: nobody is signed in here any more."""
        self.reset()

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> AsyncIterator[Any]:
        """Load now and after every change, until the page is left or the sign-in ends."""
        fresh = True
        while True:
            began, seen = time.monotonic(), hub.version
            async with self:
                desk = await access.desk_of(self)
                if desk is None:
                    self._blank()
                    (await self.get_state(Shell))._forget()
                    goal = self.router.url.path
                    break
                onward, patience = await self._refresh(desk, fresh=fresh)
                fresh = False
            if onward:
                yield rx.redirect(onward, replace=True)
            await asyncio.sleep(max(0.0, BREATH - (time.monotonic() - began)))
            await hub.newer(seen, patience)
        yield rx.redirect(access.SIGN_IN if goal in ("", "/") else f"{access.SIGN_IN}?next={goal}")

    async def _refresh(self, desk: Desk, *, fresh: bool) -> tuple[str | None, float]:
        """One loading; a failure is shown as a sentence and the page tries again by itself.

        Gives the address to go on to, and for how many seconds the picture holds if nothing happens.
        """
        shell = await self.get_state(Shell)
        patience = HEARTBEAT
        try:
            here = await self._here(desk, shell)
            if fresh and (onward := await self._arrive(here)):
                return onward, patience
            await self._load(here)
            self.trouble = ""
            shell.beat = here.local(here.now).strftime("%H:%M:%S")
            patience = _patience(self._turns_at(here))
        except ClubError as error:
            self.trouble = i18n.sentence(shell._words(), error.code, **error.values)
        except Exception:
            log.exception("page_failed")
            self.trouble = i18n.sentence(shell._words(), "page")
        self.ready = True
        return None, patience

    async def _here(self, desk: Desk, shell: Shell) -> Here:
        """Who looks; keeps the frame of the page up to date on the way."""
        from club_ui.page import seen_by

        club, settings = the_club(), process.settings()
        person = await asyncio.to_thread(_read_person, club, desk, str(shell.branch))
        language = person.language or shell._words()
        if not person.branches:
            raise ClubError("no_branch")
        branch = next((one for one in person.branches if one.code == shell.branch), None)
        _show(
            shell,
            language=language,
            theme=person.theme,
            name=person.name,
            initials=initials(person.name),
            role=desk.role,
            sees=seen_by(desk),
            branches=[BranchChoice(one.code, one.name) for one in person.branches],
            branch_name=branch.name if branch else "",
            clients=i18n.number(language, person.clients),
            overdue=i18n.number(language, person.overdue) if person.overdue else "",
            demo=person.demo,
            clock_moved=settings.clock_start is not None,
        )
        if shell.branch and branch is None:
            shell.branch = ""
        return Here(
            desk=desk,
            scope=replace(desk, branches=frozenset({branch.id})) if branch else desk,
            language=language,
            branch=branch.code if branch else None,
            zone=(branch or person.branches[0]).zone,
            now=club.clock.now(),
            currency=person.currency,
        )

    def _asked(self, name: str, longest: int = 100) -> str:
        """A word of the address after the question mark; whatever somebody wrote there."""
        return str(self.router.url.query_parameters.get(name, ""))[:longest]

    def _part(self, name: str) -> str:
        """A part of the address that the route names, as `client` of `/client/[client]`."""
        path, route = self.router.url.path.strip("/").split("/"), self.router.route_id.strip("/").split("/")
        return next((given[:100] for given, asked in zip(path, route, strict=False) if asked == f"[{name}]"), "")

    def _show(self, **values: Any) -> None:
        """Set what differs, and only that: what stays the same is not sent again."""
        _show(self, **values)

    async def _do(
        self,
        door: Callable[..., Result],
        *args: Any,
        done: str | None = None,
        said: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> Result | None:
        """Do a deed: `door(club, desk, *args, **values)` in a thread. Gives what the door gave, None where refused.

        `done` names the word said afterwards (`done.<done>`, filled by `said`); facts that came of it can
        be taken back for ten seconds. A refusal is said in a sentence, the fields at fault are named in
        `errors`, and what was typed stays where it is.
        """
        shell = await self.get_state(Shell)
        language = shell._words()
        self.errors, self.turn = {}, self.turn + 1
        desk = await access.desk_of(self)
        if desk is None:
            shell._say(i18n.sentence(language, "signed_out"), bad=True)
            return None
        try:
            result = await asyncio.to_thread(door, the_club(), desk, *args, **values)
        except BadInput as error:
            self.errors = {one.field: i18n.sentence(language, one.code, **one.values) for one in error.errors}
            return None
        except ClubError as error:
            if isinstance(error, Refused):
                await access.note_refusal(desk, str(error.values.get("deed", error.code)), access.address_of(self))
            shell._say(i18n.sentence(language, error.code, **error.values), bad=True)
            return None
        except Exception:
            log.exception("deed_failed")
            shell._say(i18n.sentence(language, "page"), bad=True)
            return None
        if done is not None:
            shell._say(i18n.text(language, f"done.{done}", **(said or {})), undo=_way_back(result))
        return result

    def _new_key(self) -> str:
        """A key for a form that opens now: pressed twice, or again after a lost answer, it is one deed."""
        self.form_key = token_hex(12)
        return self.form_key


def _patience(turns_at: datetime | None) -> float:
    """Seconds until then, and never longer than the heartbeat; a timer that wakes too early waits a little more."""
    if turns_at is None:
        return HEARTBEAT
    return min(HEARTBEAT, max(0.05, (turns_at - process.club().clock.now()).total_seconds() + 0.01))


def _show(state: rx.State, **values: Any) -> None:
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)


def _way_back(result: Any) -> tuple[int, tuple[int, ...]] | None:
    """What the toast can take back: the facts that this deed was the first to record."""
    new = tuple(getattr(result, "new_ids", ()))
    return (result.client_id, new) if new else None
