"""Where outside systems report: one address each, `/hooks/{code}`, and nothing there but what they send.

The body is bounded before it is read, the calls of one source and of one address are counted, and who signs
wrongly too often waits. Deliveries are worked off on threads of their own: a screen that loads delays none.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from club_ui import i18n, process
from club_ui.http import problems
from club_ui.http.guard import TooMany, address_of
from club_ui.http.limits import Bucket
from lifecycle.connections import KINDS
from lifecycle.errors import ClubError
from lifecycle.intake import receiving
from lifecycle.intake.adapter import Answer, Incoming, Sentence, Unsigned
from lifecycle.store.sources import SourceRow

#: Requests a minute from one address that no source signed.
WRONG_SECRETS: Final = 60
#: Deliveries worked off at once.
AT_ONCE: Final = 4

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

router = APIRouter(prefix="/hooks")
_workers = ThreadPoolExecutor(AT_ONCE, "deliveries")
_wrong = Bucket(WRONG_SECRETS)
_counting = threading.Lock()
_calls = {kind.code: Bucket(kind.per_minute) for kind in KINDS.values()}
_callers = {kind.code: Bucket(kind.per_address) for kind in KINDS.values() if kind.per_address}


@router.post("/{code}")
@router.get("/{code}")
@router.post("/{code}/{tail:path}")
async def take(request: Request, code: str, tail: str = "") -> Response:
    """Take what an outside system reports, and answer as it expects."""
    found = list[SourceRow]()
    try:
        answer = await _off(_receive, code, await _incoming(request, tail), found)
    except ClubError as error:
        answer = await problems.of_club(request, _waiting(error, address_of(request)))
    return _for_origin(answer, request, found[0] if found else None)


def _receive(code: str, incoming: Incoming, found: list[SourceRow]) -> Response:
    """On a thread: take what came, unless its source calls too often, and say it in words; `found` is told whose it is."""

    def known(source: SourceRow) -> None:
        found.append(source)
        _count(source, incoming.address)

    return _said(receiving.receive(process.club(), code, incoming, known=known))


@router.options("/{code}")
async def preflight(request: Request, code: str) -> Response:
    """Tell a browser whether a page of that site may post here."""
    try:
        source = await _off(receiving.source_of, process.club(), code)
    except ClubError:
        source = None
    return _for_origin(Response(status_code=204), request, source)


@router.api_route("/{rest:path}", methods=["HEAD", "GET", "PUT", "PATCH", "DELETE", "OPTIONS"], include_in_schema=False)
async def otherwise(rest: str) -> None:
    """What is not posted is refused as everything else is, and never with a page of the screens."""
    raise HTTPException(405, headers={"Allow": "POST"})


async def _off(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do something on the threads of deliveries."""
    return await asyncio.get_running_loop().run_in_executor(_workers, work, *arguments)


def _waiting(error: ClubError, address: str) -> ClubError:
    """Who signs wrongly too often is told to wait."""
    if isinstance(error, Unsigned) and (wait := _wrong.wait(address)):
        return TooMany(wait)
    return error


def _for_origin(answer: Response, request: Request, source: SourceRow | None) -> Response:
    """Let pages of the sites named in the source's option `origins` read the answer, and no others."""
    origin = request.headers.get("origin", "")
    allowed = str(source.options.get("origins", "")).replace(",", " ").split() if source else []
    if origin and _written(origin) in map(_written, allowed):
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Allow-Methods"] = "POST"
        answer.headers["Access-Control-Allow-Headers"] = "Content-Type, X-Club-Secret"
        answer.headers["Access-Control-Max-Age"] = "600"
    answer.headers["Vary"] = "Origin"
    return answer


def _written(origin: str) -> str:
    """The address of a site as browsers write it, however people do."""
    scheme, mark, host = origin.rstrip("/").lower().partition("://")
    try:
        return scheme + mark + host.encode("idna").decode()
    except UnicodeError:
        return origin


def _count(source: SourceRow, address: str) -> None:
    """Raise TooMany where this source, or who posts to it from this address, calls too often.

    Addresses are counted where the secret stands in a page for everybody to read; a site's own server is one address.
    """
    callers = _callers.get(source.kind) if source.options.get("origins") else None
    with _counting:
        wait = _calls[source.kind].wait(source.code)
        if callers is not None:
            wait = wait or callers.wait(f"{source.code} {address}")
    if wait:
        raise TooMany(wait)


async def _incoming(request: Request, tail: str) -> Incoming:
    return Incoming(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query_params),
        content_type=request.headers.get("content-type", ""),
        body=await request.body(),
        address=address_of(request),
        tail=tail,
    )


def _said(answer: Answer) -> Response:
    body = answer.body
    if answer.says is not None and isinstance(body, dict):
        body = body | {"text": _words(answer.says)}
    content = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
    return Response(content, answer.status, media_type=answer.content_type)


def _words(says: Sentence) -> str:
    """A sentence for a display, its days written as the language writes them."""
    values = {name: _day_or(value) for name, value in says.values.items()}
    return i18n.text(i18n.language_of(says.language), says.code, **values)


def _day_or(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value
