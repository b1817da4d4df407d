"""The one check of every route: what the matrix asks of it, and who is asking.

It is a dependency of the whole server, so that a route nobody thought about is refused. The routes
find whom it let in at `request.state.desk` (None: a stranger, where anyone may).
"""

from __future__ import annotations

import asyncio
from math import ceil
from typing import Final

from fastapi import Request

from club_ui import access, process
from club_ui.http import whence
from club_ui.http.limits import Bucket
from lifecycle import rights
from lifecycle.actions import keys
from lifecycle.desk import Desk
from lifecycle.errors import ClubError, Refused

#: Unknown keys a minute from one address.
WRONG_KEYS: Final = 120

_wrong_keys = Bucket(WRONG_KEYS)


class Unknown(Refused):
    """Nobody is signed in, or no such key is known: who are you?"""


class TooMany(ClubError):
    """So many requests that others would wait; `seconds` until there is room again."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too_many")
        self.seconds = ceil(seconds)


async def guard(request: Request) -> None:
    """Let the request pass, or raise Unknown or Refused before the route has run."""
    rule = rights.route_rule(request.method, request.scope["route"].path)
    desk = await (_of_key(request) if rule.startswith(rights.KEY) else _of_cookie(request))
    request.state.desk = desk
    if rule.startswith(rights.KEY):
        allowed = desk is not None and rights.allows(desk, rule.removeprefix(rights.KEY))
    else:
        allowed = rights.fulfils(desk, rule)
    if not allowed:
        await access.note_refusal(desk, f"{request.method} {request.scope['route'].path}", address_of(request))
        raise Refused("no_right", deed=rule) if desk else Unknown("not_known")


def address_of(request: Request) -> str:
    """The address of whoever asks, by the trusted proxies only."""
    return whence.address(request.scope, process.settings().proxy_hops)


def token_of(request: Request) -> str | None:
    """The session's token a browser sent."""
    return whence.token_of(request.headers.get("cookie", ""), process.settings())


async def _of_cookie(request: Request) -> Desk | None:
    return await access.desk_of_token(token_of(request))


async def _of_key(request: Request) -> Desk | None:
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    desk = await asyncio.to_thread(keys.desk_of, process.club(), key.strip())
    if desk is None and (wait := _wrong_keys.wait(address_of(request))):
        raise TooMany(wait)
    return desk
