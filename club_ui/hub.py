"""Ticks to open pages: *that* something changed, never what. Each page then re-reads with its own rights.

`hub.tick()` is called after a commit, from any thread; a page awaits `hub.newer(seen)`. Many ticks
while a page is busy are one. With several processes `relay` carries ticks between them through Redis.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from secrets import token_hex
from typing import Any

log = logging.getLogger(__name__)

CHANNEL = "club:tick"


class Hub:
    """One per process. Its version only grows; who has seen less than it is behind."""

    def __init__(self) -> None:
        self.version = 0
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._name = token_hex(8)
        self._redis: Any = None

    def tick(self) -> None:
        """Something was committed here: wake every page of this process, and tell the other processes."""
        self.ring()
        if self._redis is not None:
            try:
                self._redis.publish(CHANNEL, self._name)
            except Exception:
                log.warning("tick_not_relayed")

    def ring(self) -> None:
        """Wake every page of this process."""
        with self._lock:
            self.version += 1
            woken, self._waiting = self._waiting, set()
        for loop, event in woken:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    async def newer(self, seen: int, timeout: float) -> int:
        """Wait until the version is above `seen`, at most `timeout` seconds; gives the version then."""
        spot = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self.version > seen:
                return self.version
            self._waiting.add(spot)
        try:
            await asyncio.wait_for(spot[1].wait(), timeout)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting.discard(spot)
        return self.version

    @property
    def waiting(self) -> int:
        """How many pages wait now."""
        return len(self._waiting)

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
                        if message["type"] == "message" and message["data"] != self._name.encode():
                            self.ring()
            except (redis.RedisError, OSError):
                log.warning("relay_away")
                await asyncio.sleep(1)


hub = Hub()
