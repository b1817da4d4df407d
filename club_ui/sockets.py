"""What a browser's socket may bring before any event is looked at.

The framework takes any word for a tab, any event for one of its own, and writes what it cannot read
into its log. Here odd words, unknown events and values that no form of ours can hold end without a
trace but one line in the audit; and strangers have only so many sockets from one address.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from reflex.app import App
from reflex_base.registry import RegistrationContext

from club_ui import access, process
from club_ui.http import whence

#: Open sockets of strangers from one address: enough for a club's tablets to reach the sign-in page at once.
STRANGERS: Final = 200

_TAB = re.compile(r"[\w-]{1,64}", re.ASCII)
_DEPTH = 24
_HALVES = re.compile("[\ud800-\udfff]")


class Sockets:
    """Stands before the framework's own handling of sockets; `guard` puts it there."""

    def __init__(self, app: App) -> None:
        namespace = app.event_namespace
        if namespace is None:
            raise RuntimeError("the app has no sockets to guard")
        self.connect, self.event, self.disconnect = namespace.on_connect, namespace.on_event, namespace.on_disconnect
        self.addresses: dict[str, str] = {}
        #: The sockets of strangers, and how many each address has.
        self.unknown: set[str] = set()
        self.strangers: Counter[str] = Counter()

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Let a socket in, or refuse it."""
        tabs = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=20).get("token", [])
        if len(tabs) != 1 or not _TAB.fullmatch(tabs[0]):
            raise ConnectionRefusedError("odd_tab")
        scope, settings = environ.get("asgi.scope", {}), process.settings()
        address = whence.address(scope, settings.proxy_hops)
        desk = await access.desk_of_token(whence.token_of(whence.header(scope, b"cookie"), settings))
        if desk is None and self.strangers[address] >= STRANGERS:
            raise ConnectionRefusedError("too_many")
        self.addresses[sid] = address
        if desk is None:
            self.unknown.add(sid)
            self.strangers[address] += 1
        try:
            await self.connect(sid, environ, auth)
        except BaseException:
            self._forget(sid)
            raise

    async def on_event(self, sid: str, message: Any) -> None:
        """Pass on an event of the club whose values are plain; of anything else note that it came."""
        name = message.get("name") if isinstance(message, Mapping) else None
        known = isinstance(name, str) and name in RegistrationContext.get().event_handlers
        if not known or not is_plain(message):
            what = name if known else "unknown_event"
            await access.note_refusal(None, str(what), self.addresses.get(sid, ""))
            return
        await self.event(sid, message)

    def on_disconnect(self, sid: str, *_reason: Any) -> Any:
        """Forget the socket."""
        self._forget(sid)
        return self.disconnect(sid)

    def _forget(self, sid: str) -> None:
        address = self.addresses.pop(sid, "")
        if sid in self.unknown:
            self.unknown.remove(sid)
            self.strangers[address] -= 1
            if not self.strangers[address]:
                del self.strangers[address]


def guard(app: App) -> None:
    """Put the guard before the sockets of the app."""
    guarding, namespace = Sockets(app), app.event_namespace
    for name in ("on_connect", "on_event", "on_disconnect"):
        setattr(namespace, name, getattr(guarding, name))


def is_plain(value: Any, depth: int = 0) -> bool:
    """Whether a value is one a form could hold: finite numbers, text without NUL or half characters, not nested for ever."""
    if isinstance(value, str):
        return "\0" not in value and not _HALVES.search(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if depth > _DEPTH:
        return False
    if isinstance(value, Mapping):
        return all(is_plain(each, depth + 1) for pair in value.items() for each in pair)
    if isinstance(value, list | tuple):
        return all(is_plain(each, depth + 1) for each in value)
    return value is None or isinstance(value, int)
