"""Ticks to open pages: *that* something changed and *whose*, never what. Each page then re-reads with its own rights.

`hub.tick(whose)` is called after a commit, from any thread; a page awaits `hub.newer(seen, …, concerns)`.
Many ticks while a page is busy are one. With several processes `relay` carries ticks between them
through Redis; a word of another process that cannot be read stands for everyone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from secrets import token_hex
from typing import Any, Final

from lifecycle.touched import EVERYONE, Touched

log = logging.getLogger(__name__)

CHANNEL: Final = "club:tick"
#: Clients whose last tick is remembered; of older ones only that there was one.
REMEMBERED: Final = 20_000


class Hub:
    """One per process. Its version only grows; who has seen less than the last tick that concerns them is behind."""

    def __init__(self) -> None:
        self.version = 0
        self._lock = threading.Lock()
        self._waiting: dict[asyncio.Event, tuple[asyncio.AbstractEventLoop, Touched]] = {}
        self._everyone = 0
        self._clients: dict[int, int] = {}
        self._branches: dict[int, int] = {}
        self._staff: dict[int, int] = {}
        self._long_ago = 0
        self._name = token_hex(8)
        self._redis: Any = None

    def tick(self, whose: Touched = EVERYONE) -> None:
        """Something of theirs was committed here: wake their pages of this process, and tell the other processes."""
        self.ring(whose)
        if self._redis is not None:
            try:
                self._redis.publish(CHANNEL, _packed(self._name, whose))
            except Exception:
                log.warning("tick_not_relayed")

    def ring(self, whose: Touched = EVERYONE) -> None:
        """Wake the pages of this process that show something of theirs."""
        with self._lock:
            self.version += 1
            self._note(whose)
            woken = [(loop, event) for event, (loop, concerns) in self._waiting.items() if concerns.meets(whose)]
            for _, event in woken:
                del self._waiting[event]
        for loop in {loop for loop, _ in woken}:
            if not loop.is_closed():
                # One word to a loop for all its pages: each would cost a wake of its own.
                loop.call_soon_threadsafe(_set, [event for other, event in woken if other is loop])

    def last(self, concerns: Touched = EVERYONE) -> int:
        """The version of the last tick that touched any of these."""
        if concerns.everyone:
            return self.version
        with self._lock:
            return max(
                self._everyone,
                *(self._branches.get(one, 0) for one in concerns.branches),
                *(self._staff.get(one, 0) for one in concerns.staff),
                *(self._clients.get(one, self._long_ago) for one in concerns.clients),
                0,
            )

    async def newer(self, seen: int, timeout: float, concerns: Touched = EVERYONE) -> int:
        """Wait until a tick above `seen` touched any of these, at most `timeout` seconds; gives the version then."""
        event = asyncio.Event()
        with self._lock:
            self._waiting[event] = (asyncio.get_running_loop(), concerns)
        try:
            # Asked after one is in the list, so that no tick falls between asking and waiting.
            if self.last(concerns) <= seen:
                # `wait_for` would swallow that a page is closed in the moment in which it hears.
                async with asyncio.timeout(timeout):
                    await event.wait()
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting.pop(event, None)
        return self.version

    @property
    def waiting(self) -> int:
        """How many pages wait now."""
        return len(self._waiting)

    def _note(self, whose: Touched) -> None:
        if whose.everyone:
            self._everyone = self.version
            return
        if len(self._clients) + len(whose.clients) > REMEMBERED:
            self._clients, self._long_ago = {}, self.version
        self._clients.update(dict.fromkeys(whose.clients, self.version))
        self._branches.update(dict.fromkeys(whose.branches, self.version))
        self._staff.update(dict.fromkeys(whose.staff, self.version))

    async def relay(self, url: str) -> None:
        """Carry ticks to and from the other processes until cancelled; mends itself when Redis comes back."""
        import redis
        import redis.asyncio

        self._redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        while True:
            try:
                async with redis.asyncio.Redis.from_url(url) as client, client.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    # Whatever was missed while away is made up for by one ring.
                    self.ring()
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self._hear(message["data"])
            except (redis.RedisError, OSError):
                log.warning("relay_away")
                await asyncio.sleep(1)

    def _hear(self, packed: bytes) -> None:
        name, whose = _unpacked(packed)
        if name != self._name:
            self.ring(whose)


def _set(events: list[asyncio.Event]) -> None:
    for event in events:
        event.set()


def _packed(name: str, whose: Touched) -> str:
    if whose.everyone:
        return json.dumps({"from": name})
    ids = {"clients": whose.clients, "branches": whose.branches, "staff": whose.staff}
    return json.dumps({"from": name, "whose": {kind: sorted(those) for kind, those in ids.items()}})


def _unpacked(packed: bytes) -> tuple[str | None, Touched]:
    """Who says it, and of whom; everyone where that is not said in our words (a worker of another version)."""
    try:
        told = json.loads(packed)
        ids = told.get("whose")
        if ids is None:
            return told["from"], EVERYONE
        clients, branches, staff = (frozenset(map(int, ids[kind])) for kind in ("clients", "branches", "staff"))
        return told["from"], Touched(clients, branches, staff)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, EVERYONE


hub = Hub()
