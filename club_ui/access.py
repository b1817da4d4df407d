"""Who is behind a browser tab, and the one check that every event of every tab passes.

The person is whose cookie came with the socket, looked up for each event (remembered for half a
second, and no longer than the next change that may be theirs), so that a revoked sign-in or a changed role holds at once.
What has no row in the matrix is refused. The tab's own state belongs to the sign-in it was made
under: the framework's tab token is not believed, and whoever brings another's gets an empty tab.
"""

# The framework has no public way to empty a tab.
# ruff: noqa: SLF001

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx
import structlog
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import _ROUTER_FIELD_NAMES, BaseState, StateUpdate
from reflex_base.registry import RegistrationContext

from club_ui import arguments, i18n, process
from club_ui.http import whence
from club_ui.http.limits import Bucket
from club_ui.state.shell import Shell
from lifecycle import rights
from lifecycle.actions import audit, signing_in
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import Busy
from lifecycle.touched import EVERYONE, Touched

#: How long a person looked up is believed.
BELIEVED: Final = 0.5
#: Refusals written to the audit in a minute from one address; more would be a way to fill the disk.
NOTED: Final = 30
#: Whose page asked within so many seconds is looked up together with the next.
LATELY: Final = 20.0
SIGN_IN: Final = "/sign-in"
#: Persons remembered at most: odd tokens must not fill the memory.
MOST: Final = 10_000

_log = structlog.get_logger("club.access")


@dataclass
class _Known:
    """Who a token's person was, when that was read and when it was last asked for."""

    at: float
    asked: float
    desk: Desk | None


class TabState(rx.State):
    """Under which sign-in this tab's state was made."""

    _made_under: str | None = None


class _Believed:
    """Persons looked up lately, by token; forgotten by whatever may have changed the staff or their sign-ins.

    When one must be looked up again, so are all who were asked for lately, in one reading: a tick wakes
    every page at once.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._asked: dict[str, asyncio.Task[Mapping[str, Desk]]] = {}
        self._heard: Club | None = None
        self._turn = 0

    async def desk_of(self, token: str | None) -> Desk | None:
        if not token:
            return None
        club, now = process.club(), time.monotonic()
        self._listen(club)
        known = self._known.get(token)
        if known is not None:
            known.asked = now
            if now - known.at < BELIEVED:
                return known.desk
        under_way = self._asked.get(token)
        if under_way is None or under_way.get_loop() is not asyncio.get_running_loop():
            under_way = self._ask(club, token, now)
        # A page that is left must not take the answer of the others with it.
        return (await asyncio.shield(under_way)).get(token)

    def forget(self, whose: Touched = EVERYONE) -> None:
        """What touches clients alone has changed nobody's rights."""
        if whose.everyone or whose.staff:
            self._turn += 1
            self._known.clear()
            self._asked.clear()

    def _ask(self, club: Club, token: str, now: float) -> asyncio.Task[Mapping[str, Desk]]:
        lately = [other for other, known in self._known.items() if now - known.asked < LATELY and other not in self._asked]
        tokens = {token, *lately}
        task = asyncio.create_task(self._look_up(club, tokens, now))
        self._asked.update(dict.fromkeys(tokens, task))
        return task

    async def _look_up(self, club: Club, tokens: set[str], asked_at: float) -> Mapping[str, Desk]:
        turn = self._turn
        try:
            desks = await asyncio.to_thread(signing_in.desks_of, club, tokens)
        finally:
            if turn == self._turn:
                for token in tokens:
                    self._asked.pop(token, None)
        # What was read before a change must not be believed after it.
        if turn == self._turn:
            for token in tokens:
                known = self._known.setdefault(token, _Known(asked_at, asked_at, None))
                known.at, known.desk = asked_at, desks.get(token)
        return desks

    def _listen(self, club: Club) -> None:
        """Hear of changes before any page does, which asks at once who looks."""
        if self._heard is not club:
            self._heard = club
            self.forget()
            club.listeners.insert(0, self.forget)
        if len(self._known) > MOST:
            self.forget()


_believed = _Believed()
_noted = Bucket(NOTED)


async def desk_of(state: BaseState) -> Desk | None:
    """The person behind this tab now; None for a stranger and for whose sign-in has ended."""
    return await desk_of_token(whence.token_of(state.router.headers.cookie, process.settings()))


async def desk_of_token(token: str | None) -> Desk | None:
    """The person of a session's token, as an event or a request carries it."""
    return await _believed.desk_of(token)


def address_of(state: BaseState) -> str:
    """The address of whoever sits behind this tab."""
    return str(state.router.session.client_ip)


async def note_refusal(desk: Desk | None, deed: str, address: str) -> None:
    """Audit that somebody was refused something; of a flood only its beginning."""
    _log.warning("refused", deed=deed[:200], staff=desk and desk.staff_id)
    if _noted.wait(address):
        return
    try:
        await asyncio.to_thread(audit.refusal, process.club(), desk, deed[:200], address=address)
    except Busy:
        _log.warning("refusal_not_noted")


def broke(exception: Exception) -> None:
    """A handler broke: written down without its words, and nothing is told to the browser."""
    _log.error("event_broke", exc_info=exception)


#: What a browser reports by itself is no deed of the person before it, who would not know what was refused.
_BY_ITSELF: Final = ".handle_frontend_exception"


class Access(Middleware):
    """The one check. It stands before every other middleware of the app."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Let the event pass (None), or answer in its place; nothing has run by then."""
        root = state._get_root_state()
        desk = await desk_of(root)
        await _own_tab(root, desk)
        rule = rights.handler_rule(event.name)
        if rights.fulfils(desk, rule):
            if arguments.fit(event.name, event.payload):
                return None
            _log.warning("odd_arguments", handler=event.name)
            return await _answered(root, "odd_arguments")
        if not _is_quiet(desk, rule):
            await note_refusal(desk, event.name, address_of(root))
        if desk is not None and event.name.endswith(_BY_ITSELF):
            return await _update(root, None)
        return await _refused(root, desk)


def _is_quiet(desk: Desk | None, rule: str) -> bool:
    """A page that loads before anybody signed in is sent to sign in; that is no attempt at anything."""
    return desk is None and rule == rights.SIGNED_IN


async def _refused(root: BaseState, desk: Desk | None) -> StateUpdate:
    """Show the sentence to whom was refused; who is not signed in goes there."""
    if desk is None:
        path = whence.safe_next(root.router.url.path)
        return await _update(root, rx.redirect(SIGN_IN if path == "/" else f"{SIGN_IN}?next={path}"))
    return await _answered(root, "no_right")


async def _answered(root: BaseState, code: str) -> StateUpdate:
    """Say a sentence in place of what was asked for."""
    shell = await root.get_state(Shell)
    shell._say(i18n.sentence(shell._words(), code), bad=True)
    return await _update(root, None)


async def _update(root: BaseState, event: Any) -> StateUpdate:
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta, events=Event.from_event_type(event))


async def _own_tab(root: BaseState, desk: Desk | None) -> None:
    """Empty the tab when it was made under another sign-in; the browser hears of it with the next answer."""
    tab = await root.get_state(TabState)
    under = str(desk.session_id) if desk else ""
    if tab._made_under == under:
        return
    if tab._made_under is not None:
        await _empty(root)
    tab._made_under = under


async def _empty(root: BaseState) -> None:
    """Put every state of the tab to its defaults, but for what the browser itself keeps (its language)."""
    for cls in list(RegistrationContext.get().base_states.values()):
        if issubclass(cls, rx.State):
            state = await root.get_state(cls)
            for name, field in cls.__fields__.items():
                if field._owner is cls and name not in _ROUTER_FIELD_NAMES and not cls._is_client_storage(field):
                    setattr(state, name, field.default_value())
