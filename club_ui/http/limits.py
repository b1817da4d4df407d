"""What a request may not do at all: be too big, come too often, or reach what the club does not use.

These stand before everything else, so that nothing is read or parsed for whom they refuse.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from club_ui.http import whence
from club_ui.http.headers import answer
from lifecycle.settings import Settings

#: The largest body by the beginning of its path; the first that fits counts.
BODIES: Final = (("/auth/", 16_384), ("/", 1_000_000))
#: Seconds in which the whole of a body must have come.
PATIENCE: Final = 30.0
#: Requests a minute from one address by method and beginning of the path.
RATES: Final = (("POST", "/auth/", 120), ("GET", "/auth/", 600))
#: What the framework would open and the club does not use: uploads anyone may read, lists of routes, its health.
CLOSED: Final = ("/_upload", "/_all_routes", "/auth-codespace", "/_health")


class Bucket:
    """Allows so many a minute for each of the names it is asked about; forgets the least asked."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, names: int = 10_000) -> None:
        self.per_minute, self.names, self._clock = per_minute, names, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Take one; 0 when there was one, else the seconds until there will be."""
        now = self._clock()
        left, at = self._left.pop(name, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - at) * self.per_minute / 60)
        missing = max(0.0, 1 - left)
        self._left[name] = (left if missing else left - 1, now)
        while len(self._left) > self.names:
            self._left.popitem(last=False)
        return missing * 60 / self.per_minute


class Limits:
    """ASGI middleware that refuses early: 404, 408, 413, 421, 429, and sockets of other sites' pages."""

    def __init__(
        self, app: ASGIApp, settings: Settings, bodies: tuple[tuple[str, int], ...] = BODIES, patience: float = PATIENCE
    ) -> None:
        self.app, self.settings, self.bodies, self.patience = app, settings, bodies, patience
        self.buckets = [(method, path, Bucket(rate)) for method, path, rate in RATES]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = whence.header(scope, b"origin")
        if (origin and not whence.is_own_origin(origin, scope, self.settings)) or self._is_astray(scope):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith(CLOSED):
            await answer(send, 404, "not_found")
        elif self._is_astray(scope):
            await answer(send, 421, "misdirected")
        elif wait := self._wait(scope):
            await answer(send, 429, "too_many", retry_after=str(int(wait) + 1))
        else:
            await self._bounded(scope, receive, send)

    def _is_astray(self, scope: Scope) -> bool:
        """A demo answers only to this machine's own names: no page elsewhere may borrow a name that points here."""
        name = whence.host(scope).rsplit(":", 1)[0].strip("[]") if whence.host(scope) else ""
        return self.settings.demo and name not in ("localhost", "127.0.0.1", "::1")

    def _wait(self, scope: Scope) -> float:
        address = whence.address(scope, self.settings.proxy_hops)
        for method, path, bucket in self.buckets:
            if scope["method"] == method and scope["path"].startswith(path):
                return bucket.wait(address)
        return 0.0

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the body on while it is small and fast enough; a larger one is refused by its length, or where it goes over."""
        most = size_for(scope["path"], self.bodies)
        length = whence.header(scope, b"content-length")
        if length and (not (length.isascii() and length.isdigit()) or int(length) > most):
            await answer(send, 413, "too_large", connection="close")
            return
        seen, whole, begun = 0, False, False
        until = asyncio.get_running_loop().time() + self.patience

        async def counted() -> Message:
            nonlocal seen, whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise _TooSlow from None
            seen, whole = seen + len(message.get("body", b"")), not message.get("more_body")
            if seen > most:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except _Unread as refused:
            if begun:
                raise
            await answer(send, refused.status_code, refused.code, connection="close")


class _Unread(HTTPException):
    """A body that is not read on. Known to FastAPI, which takes any other exception for a body it cannot read."""

    status, code = 400, ""

    def __init__(self) -> None:
        super().__init__(self.status)


class _TooLarge(_Unread):
    status, code = 413, "too_large"


class _TooSlow(_Unread):
    status, code = 408, "too_slow"


def size_for(path: str, bodies: tuple[tuple[str, int], ...] = BODIES) -> int:
    """The largest body taken at a path, in bytes."""
    return next(size for start, size in bodies if path.startswith(start))
