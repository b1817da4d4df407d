"""Signing in and out and setting up: plain forms of our own pages, answered by a redirect.

The session's token lives in a cookie that scripts cannot read and other sites cannot send. A form
that another site's page sent is refused before it is looked at.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from club_ui import process
from club_ui.http import guard, whence
from lifecycle import demo, passwords
from lifecycle.actions import signing_in, staff
from lifecycle.errors import BadInput, Busy, ClubError, Refused

#: The password of every demo account; they get in only where a demo is served on this machine.
DEMO_PASSWORD: Final = "demo-club"  # noqa: S105 - known on purpose
#: A refusal is answered no sooner, so that its moment tells nothing of how far the check came.
NOT_BEFORE: Final = 0.3
#: Passwords compared at once, each with 46 MiB, and how many may wait for that.
AT_ONCE: Final = 2
WAITING: Final = 40

router = APIRouter(prefix="/auth")
_hashers = ThreadPoolExecutor(AT_ONCE, "hashing")
_in_line: set[object] = set()
_T = TypeVar("_T")


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Sign in and go on to `next`; refused ones go back to the page with what to say."""
    _refuse_other_sites(request)
    form, began = await _form(request), time.monotonic()
    onward = whence.safe_next(form.get("next"))
    try:
        signed_in = await _slowly(lambda: _sign_in(request, form.get("login", ""), form.get("password", "")))
    except (Refused, Busy) as error:
        await asyncio.sleep(max(0.0, NOT_BEFORE - (time.monotonic() - began)))
        return _back("/sign-in", error, next=onward if onward != "/" else None)
    return _with_cookie(_to(onward), signed_in.token)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End this browser's sign-in and forget everything it kept."""
    _refuse_other_sites(request)
    token, address = guard.token_of(request), guard.address_of(request)
    await asyncio.to_thread(signing_in.sign_out, process.club(), token, address=address)
    answer = _to("/sign-in")
    answer.headers["Clear-Site-Data"] = '"storage"'
    settings = process.settings()
    answer.delete_cookie(
        whence.cookie_name(settings), path="/", secure=whence.is_https(settings), httponly=True, samesite="strict"
    )
    return answer


@router.post("/set-up")
async def set_up(request: Request) -> Response:
    """Make the first owner by the printed link, signed in at once."""
    _refuse_other_sites(request)
    form = await _form(request)
    token, login, password = (form.get(name, "") for name in ("token", "login", "password"))
    owner = {"login": login, "name": form.get("name", ""), "password": password}
    try:
        await _slowly(lambda: staff.set_up(process.club(), token, address=guard.address_of(request), **owner))
        signed_in = await _slowly(lambda: _sign_in(request, login, password))
    except ClubError as error:
        return _back("/set-up", error, token=token[:100])
    return _with_cookie(_to("/"), signed_in.token)


@router.post("/start-empty")
async def start_empty(request: Request) -> Response:
    """Clear the demo away and go on to make the owner of an empty club."""
    _refuse_other_sites(request)
    desk = request.state.desk
    try:
        token = await asyncio.to_thread(demo.start_empty, process.club(), desk)
    except ClubError as error:
        return _back("/settings", error)
    answer = _to(f"/set-up?{urlencode({'token': token})}")
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@router.post("/password")
async def change_password(request: Request) -> Response:
    """Change one's own password; the other browsers of that person are signed out."""
    _refuse_other_sites(request)
    form, desk = await _form(request), request.state.desk
    try:
        current, new = form.get("current", ""), form.get("password", "")
        await _slowly(lambda: staff.change_password(process.club(), desk, current, new))
    except ClubError as error:
        return _back("/settings/sessions", error)
    return _to("/settings/sessions?said=password_changed")


@router.get("/options")
async def options(request: Request) -> Response:
    """What the sign-in page shows: whether the club still waits for its owner, and in a demo who can sign in."""
    club, demo = process.club(), _is_demo(request)
    people = await asyncio.to_thread(staff.demo_people, club) if demo else []
    return JSONResponse(
        {
            "demo": demo,
            "people": [{"login": each.login, "name": each.name, "role": each.role} for each in people],
            "password": DEMO_PASSWORD if people else None,
            "waits_for_owner": await asyncio.to_thread(staff.waits_for_owner, club),
            "password_shortest": passwords.SHORTEST,
            "password_advised": passwords.ADVISED,
        }
    )


def _sign_in(request: Request, login: str, password: str) -> signing_in.SignedIn:
    return signing_in.sign_in(
        process.club(),
        login,
        password,
        address=guard.address_of(request),
        agent=request.headers.get("user-agent", ""),
        replaces=guard.token_of(request),
        demo=_is_demo(request),
    )


def _is_demo(request: Request) -> bool:
    return process.settings().demo and whence.is_loopback(guard.address_of(request))


def _refuse_other_sites(request: Request) -> None:
    if not whence.is_from_our_pages(request.scope, process.settings()):
        raise Refused("other_site")


async def _form(request: Request) -> dict[str, str]:
    """The text fields of a form; files and repeated fields are left out."""
    async with request.form(max_files=0, max_fields=20, max_part_size=8192) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


async def _slowly(work: Callable[[], _T]) -> _T:
    """Run what hashes a password beside the event loop, a few at a time; Busy where too many wait."""
    if len(_in_line) >= AT_ONCE + WAITING:
        raise Busy("too_many")
    place = object()
    _in_line.add(place)
    try:
        return await asyncio.get_running_loop().run_in_executor(_hashers, work)
    finally:
        _in_line.remove(place)


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)


def _back(path: str, error: ClubError, **more: str | None) -> RedirectResponse:
    """Back to the page, with the code of the sentence and the values that fill it."""
    said: dict[str, Any] = {"said": error.code, **error.values, **more}
    if isinstance(error, BadInput):
        said["field"] = error.errors[0].field
    return _to(f"{path}?{urlencode({name: value for name, value in said.items() if value is not None})}")


def _with_cookie(answer: Response, token: str) -> Response:
    settings = process.settings()
    answer.set_cookie(
        whence.cookie_name(settings),
        token,
        max_age=int(signing_in.ABSOLUTE.total_seconds()),
        path="/",
        secure=whence.is_https(settings),
        httponly=True,
        samesite="strict",
    )
    return answer
