"""A page that keeps itself fresh, and how its deeds are done.

`LivePage.watch` starts with the page: it loads, waits for a tick of the hub that concerns it, loads again.
Each time it asks anew who sits there, so that an ended sign-in or a changed role holds at once. What many
pages show alike is read once for all of them (`readings`). A deed calls a door in a thread, says what came
of it, and leaves the re-reading to the tick, for this tab like for any other.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from secrets import token_hex
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import reflex as rx

from club_ui import access, i18n, process
from club_ui.frame import frame_of
from club_ui.hub import hub
from club_ui.rows import initials
from club_ui.state.shell import BranchChoice, Shell
from lifecycle import days
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, ClubError, Refused
from lifecycle.touched import EVERYONE, Touched

log = logging.getLogger(__name__)

#: Without any tick the page asks anew after so many seconds: who sits there, and the day may have turned.
HEARTBEAT = 15.0
#: A page rests as long as its loading took, but no longer than this: a burst of commits is few loadings.
BREATH = 1.0
#: A loading that took longer than this waited for others: there is much to do, and the page rests longer still.
CALM = 0.03
#: So many open pages load anew at a time: between them the server answers whoever else asks, a turnstile first of all.
AT_ONCE = 1
#: What a browser calls one press of a form's button.
_PRESS: Final = re.compile(r"[0-9a-f]{24}")

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
    #: Whose changes can be seen from here: those of the branches in view and one's own.
    concerns: Touched = EVERYONE

    @property
    def sight(self) -> tuple[Hashable, ...]:
        """Whoever has the same sight may be shown the same rows; what else a page depends on stands beside it."""
        own = self.desk.staff_id if self.desk.own_cards_only else None
        return self.desk.role, self.desk.branches, own, self.branch, self.language, self.today

    @property
    def own(self) -> Touched:
        """What concerns a page that shows no client: everybody's changes and one's own."""
        return replace(self.concerns, branches=frozenset())

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

    def _concerns(self, here: Here) -> Touched:
        """Whose changes this page shows; asked after it has loaded."""
        return here.concerns

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> AsyncIterator[Any]:
        """Load now and after every change, until the page is left or the sign-in ends."""
        known = _Known()
        while True:
            # The version is taken before anything is read: no tick falls between reading and waiting.
            began, seen = time.monotonic(), hub.version
            # Its turn first, then the lock: whoever presses something meanwhile does not wait for other people's pages.
            async with _turn(known), self:
                # The lock is held: the state itself is quicker to work on than its proxy.
                page = self.__wrapped__  # type: ignore[attr-defined]
                desk = await access.desk_of(page)
                if desk is None:
                    page._blank()
                    (await page.get_state(Shell))._forget()
                    goal = page.router.url.path
                    break
                onward = await page._refresh(desk, known, seen)
            if onward:
                yield rx.redirect(onward, replace=True)
            await asyncio.sleep(_rest(time.monotonic() - began))
            await hub.newer(seen, known.patience(), known.frame)
        yield rx.redirect(access.SIGN_IN if goal in ("", "/") else f"{access.SIGN_IN}?next={goal}")

    async def _refresh(self, desk: Desk, known: _Known, seen: int) -> str | None:
        """One loading; a failure is shown as a sentence and the page tries again by itself.

        Gives the address to go on to.
        """
        shell = await self.get_state(Shell)
        patience = HEARTBEAT
        try:
            here = await self._here(desk, shell)
            known.frame = here.concerns
            if known.holds():
                return None
            if not known.arrived:
                onward = await self._arrive(here)
                known.arrived = True
                if onward:
                    return onward
            await self._load(here)
            self._show(trouble="")
            shell.beat = here.local(here.now).strftime("%H:%M:%S")
            known.page, patience = self._concerns(here), _patience(self._turns_at(here))
        except ClubError as error:
            self.trouble = i18n.sentence(shell._words(), error.code, **error.values)
        except Exception:
            log.exception("page_failed")
            self.trouble = i18n.sentence(shell._words(), "page")
        known.version, known.until = seen, time.monotonic() + patience
        self._show(ready=True)
        return None

    async def _load_again(self) -> None:
        """Load at once: more was asked for, or a form was saved that may be opened again before the next tick is taken."""
        desk = await access.desk_of(self)
        if desk is not None:
            await self._refresh(desk, _Known(arrived=True), hub.version)

    async def _here(self, desk: Desk, shell: Shell) -> Here:
        """Who looks; keeps the frame of the page up to date on the way."""
        from club_ui.page import seen_by

        club, settings = the_club(), process.settings()
        frame = await frame_of(club, desk, str(shell.branch))
        language, branch = frame.language or shell._words(), frame.branch
        _show(
            shell,
            language=language,
            theme=frame.theme,
            name=desk.name,
            initials=initials(desk.name),
            role=desk.role,
            sees=seen_by(desk),
            branches=[BranchChoice(one.code, one.name) for one in frame.reach],
            branch=branch.code if branch else "",
            branch_name=branch.name if branch else "",
            clients=i18n.number(language, frame.clients),
            overdue=i18n.number(language, frame.overdue) if frame.overdue else "",
            demo=frame.demo,
            clock_moved=settings.clock_start is not None,
        )
        return Here(
            desk=desk,
            scope=replace(desk, branches=frozenset({branch.id})) if branch else desk,
            language=language,
            branch=branch.code if branch else None,
            zone=(branch or frame.reach[0]).zone,
            now=club.clock.now(),
            currency=frame.currency,
            concerns=frame.concerns,
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
            # A door names the field of the fact it makes, `facts[0].to`: on the form it is `to`.
            self.errors = {one.field.rpartition("].")[2]: i18n.sentence(language, one.code, **one.values) for one in error.errors}
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
        """A key for a form that opens now: until it closes, what is sent without a press of its own is one deed."""
        self.form_key = token_hex(12)
        return self.form_key

    def _key(self, typed: Mapping[str, Any]) -> str:
        """The key of a sent form's deed: that of the press, which the browser keeps until it was answered; else the form's."""
        pressed = str(typed.get("pressed", ""))
        return f"screen:{pressed if _PRESS.fullmatch(pressed) else self.form_key or self._new_key()}"


@dataclass
class _Known:
    """What a page has read: whom its frame and itself concern, at which version, and until when it holds."""

    frame: Touched = EVERYONE
    page: Touched = EVERYONE
    arrived: bool = False
    version: int | None = None
    until: float | None = None

    def patience(self) -> float:
        """For how many seconds it holds if nothing happens."""
        return HEARTBEAT if self.until is None else max(0.0, self.until - time.monotonic())

    def holds(self) -> bool:
        """Whether the page itself need not be loaded anew: nobody it shows was touched, and it is not old."""
        return self.version is not None and hub.last(self.page) <= self.version and self.patience() > 0


def _rest(took: float) -> float:
    """Seconds until the page may load again: the more there is to do, the smaller the pages' part of it."""
    return min(BREATH, took * max(1.0, took / CALM))


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def _turn(known: _Known) -> AbstractAsyncContextManager[Any]:
    """The page's turn to load; who has just opened one does not wait."""
    if not known.arrived:
        return nullcontext()
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))


def _patience(turns_at: datetime | None) -> float:
    """Seconds until then, and never longer than the heartbeat; a timer that wakes too early waits a little more."""
    if turns_at is None:
        return HEARTBEAT
    return min(HEARTBEAT, max(0.05, (turns_at - process.club().clock.now()).total_seconds() + 0.01))


def _show(state: rx.State, **values: Any) -> None:
    for name, value in values.items():
        shown = state.get_value(name)
        if shown is not value and shown != value:
            setattr(state, name, value)


def _way_back(result: Any) -> tuple[int, tuple[int, ...]] | None:
    """What the toast can take back: the facts that this deed was the first to record."""
    new = tuple(getattr(result, "new_ids", ()))
    return (result.client_id, new) if new else None
