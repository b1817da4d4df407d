"""Other systems that hear of the club's changes: where they listen, of what they hear, what was sent to each and answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import reflex as rx

from club_ui import i18n, theme
from club_ui.state.base import Here, LivePage, the_club
from club_ui.state.connections import Choice
from lifecycle import store
from lifecycle.actions import out_hooks
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import NotFound
from lifecycle.store.out_hooks import TOLD, HookRow, Listed

PAGE: Final = 25
#: The kinds of changes that can be chosen.
EVENTS: Final = TOLD
#: While messages wait the page looks anew after so long: sending them tells no screen.
_SOON: Final = timedelta(seconds=2)


@dataclass
class Receiver:
    """One system that hears, as a row."""

    id: str
    name: str
    url: str
    hears: str
    where: str
    state: str
    word: str
    hue: str
    icon: str
    waiting: str
    failed: str
    active: bool
    open: bool


@dataclass
class Message:
    """One message as a row."""

    id: str
    at: str
    what: str
    client: str
    state: str
    word: str
    hue: str
    icon: str
    answer: str
    tries: str
    again: bool


@dataclass
class _Read:
    heard: out_hooks.Heard
    messages: list[Listed]
    branches: dict[int, str]


class HooksState(LivePage, rx.State):
    """What the page of receivers shows, its form, and the messages of one of them."""

    rows: list[Receiver] = []
    branches: list[Choice] = []
    messages: list[Message] = []
    of: str = ""
    of_name: str = ""
    only: str = ""
    older: str = ""
    newest: str = ""
    private: bool = False
    open_form: bool = False
    changing: str = ""
    given: dict[str, str] = {}
    made_name: str = ""
    made_secret: str = ""

    _before: int | None = None
    _hooks: dict[str, HookRow] = {}
    _version: int = 0
    _turn: datetime | None = None

    async def _arrive(self, here: Here) -> None:
        of, before = self._asked("of", 18), self._asked("before", 18)
        self.of = of if of.isascii() and of.isdigit() else ""
        self.only = "failed" if self._asked("only") == "failed" else ""
        self._before = int(before) if before.isascii() and before.isdigit() else None

    def _turns_at(self, here: Here) -> datetime | None:
        return self._turn

    async def _load(self, here: Here) -> None:
        read = await asyncio.to_thread(_read, the_club(), here.desk, self.of, self.only, self._before)
        self._hooks = {str(one.id): one for one in read.heard.hooks}
        everywhere = i18n.text(here.language, "connections.everywhere")
        waiting = any(state == "waiting" for _, state in read.heard.counts)
        self._turn = here.now + _SOON if waiting else None
        more, shown = len(read.messages) > PAGE, read.messages[:PAGE]
        address = f"?of={self.of}" + (f"&only={self.only}" if self.only else "")
        self._show(
            rows=[_receiver(here, one, read, everywhere, opened=self.of) for one in read.heard.hooks],
            branches=[Choice("", everywhere), *(Choice(str(number), name) for number, name in read.branches.items())],
            messages=[_message(here, one) for one in shown],
            of_name=self._hooks[self.of].name if self.of in self._hooks else "",
            older=f"{address}&before={shown[-1].id}" if more else "",
            newest=address if self._before is not None else "",
            private=read.heard.private,
        )

    # --- the form ---------------------------------------------------------------------------------

    @rx.event
    async def begin(self, hook: str) -> None:
        """Open the form of a receiver, or with none that of a new one."""
        known = self._hooks.get(str(hook))
        if hook and known is None:
            return
        self._new_key()
        # What is saved was said about this state, whatever a colleague has saved since.
        self._version = known.version if known else 0
        events = TOLD if known is None or known.events is None else known.events
        given = {"name": known.name if known else "", "url": known.url if known else ""}
        self._show(
            open_form=True, changing=str(hook), errors={}, made_secret="", made_name="",
            given=given | {one: "on" if one in events else "" for one in TOLD},
        )

    @rx.event
    async def stop(self) -> None:
        """Close the form, and forget the secret that was shown."""
        self._show(open_form=False, made_secret="", made_name="")

    @rx.event
    async def send(self, typed: dict[str, str]) -> None:
        """Add the receiver and show its secret, this once; or save what was changed."""
        known = self._hooks.get(self.changing)
        if known is not None:
            if await self._do(_change, replace(known, version=self._version), typed, done="hook_changed") is not None:
                self._show(open_form=False)
                await self._load_again()
            return
        self._shown(await self._do(_create, typed, done="hook_made"))

    # --- what a row can do --------------------------------------------------------------------------

    @rx.event
    async def rotate(self, hook: str) -> None:
        """Sign with a new secret from now on and show it, this once."""
        self._shown(await self._do(_rotate, str(hook), done="hook_rotated"))

    @rx.event
    async def switch(self, hook: str) -> None:
        """Tell it nothing more, or go on where it stopped."""
        known = self._hooks.get(str(hook))
        if known is not None:
            await self._do(_switch, known, done="hook_off" if known.active else "hook_on")

    @rx.event
    async def again(self, message: str) -> None:
        """Send a message once more."""
        await self._do(_again, str(message), done="hook_again")

    @rx.event
    async def allow_private(self, wanted: str) -> None:
        """Whether messages may go into the club's own network: `on`, or anything else for no."""
        await self._do(_allow_private, on=wanted == "on", done="hook_changed")

    def _shown(self, made: out_hooks.Made | None) -> None:
        if made is not None:
            self._show(open_form=False, made_name=made.hook.name, made_secret=made.secret)


def _read(club: Club, desk: Desk, of: str, only: str, before: int | None) -> _Read:
    heard = out_hooks.every(club, desk)
    messages: list[Listed] = []
    if of and any(str(one.id) == of for one in heard.hooks):
        messages = out_hooks.messages(club, desk, hook_id=int(of), state=only or None, before=before, limit=PAGE + 1)
    with club.reading() as conn:
        return _Read(heard, messages, {one.id: one.name for one in store.branches.every(conn)})


def _receiver(here: Here, one: HookRow, read: _Read, everywhere: str, *, opened: str) -> Receiver:
    language = here.language
    waiting, failed = (read.heard.counts.get((one.id, state), 0) for state in ("waiting", "failed"))
    state = "off" if not one.active else "failing" if one.failing_since else "on"
    look = theme.RECEIVER[state]
    where = everywhere if one.branch_id is None else read.branches.get(one.branch_id, "")
    since = i18n.moment(language, here.local(one.failing_since), today=here.date) if one.failing_since else ""
    return Receiver(
        id=str(one.id),
        name=one.name,
        url=one.url,
        hears=", ".join(i18n.text(language, f"hook_event.{each}") for each in one.events or TOLD),
        where=where,
        state=state,
        word=i18n.text(language, f"receiver.{state}", since=since),
        hue=look.hue,
        icon=look.icon,
        waiting=i18n.text(language, "hooks.waiting", count=waiting) if waiting else "",
        failed=i18n.text(language, "hooks.failed", count=failed) if failed else "",
        active=one.active,
        open=str(one.id) == opened,
    )


def _message(here: Here, one: Listed) -> Message:
    language, look = here.language, theme.MESSAGE[one.state]
    at = one.changed_at or one.done_at
    return Message(
        id=str(one.id),
        at="" if at is None else i18n.moment(language, here.local(at), today=here.date),
        what=i18n.text(language, f"hook_event_one.{one.what}") if one.what in TOLD else "",
        client=str(one.client_id or ""),
        state=one.state,
        word=i18n.text(language, f"message.{one.state}"),
        hue=look.hue,
        icon=look.icon,
        answer=_answer(language, one),
        tries=i18n.text(language, "hooks.tries", count=one.attempts) if one.attempts > 1 else "",
        again=one.state != "waiting",
    )


def _answer(language: str, one: Listed) -> str:
    """What the other side said, or why nothing reached it."""
    if one.answered is not None:
        return " ".join(part for part in (str(one.answered), one.excerpt) if part)
    key = f"not_sent.{one.excerpt}"
    return i18n.text(language, key) if i18n.known(key) else ""


def _events(typed: Mapping[str, str]) -> list[str]:
    return [one for one in str(typed.get("events", "")).split(",") if one]


def _create(club: Club, desk: Desk, typed: Mapping[str, str]) -> out_hooks.Made:
    branch = str(typed.get("branch", ""))
    return out_hooks.create(
        club, desk, name=str(typed.get("name", "")), url=str(typed.get("url", "")),
        branch_id=_number(branch) if branch else None, events=_events(typed),
    )  # fmt: skip


def _change(club: Club, desk: Desk, known: HookRow, typed: Mapping[str, str]) -> HookRow:
    return out_hooks.change(
        club, desk, known.id, version=known.version, name=str(typed.get("name", "")), url=str(typed.get("url", "")),
        active=known.active, events=_events(typed),
    )  # fmt: skip


def _switch(club: Club, desk: Desk, known: HookRow) -> HookRow:
    return out_hooks.change(
        club, desk, known.id, version=known.version, name=known.name, url=known.url, active=not known.active, events=known.events
    )


def _rotate(club: Club, desk: Desk, hook: str) -> out_hooks.Made:
    return out_hooks.rotate(club, desk, _number(hook))


def _again(club: Club, desk: Desk, message: str) -> bool:
    out_hooks.send_again(club, desk, _number(message))
    return True


def _allow_private(club: Club, desk: Desk, *, on: bool) -> bool:
    out_hooks.allow_private(club, desk, on=on)
    return True


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotFound("no_such_hook")
    return int(text)
