"""What a refusal looks like to other programs: RFC 9457 problem details, and never more than its code and words.

The words are those of the catalogue in the caller's language; where one is missing the code stands for it.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from club_ui import i18n
from club_ui.http.guard import Unknown
from lifecycle import errors

STATUSES: Final[tuple[tuple[type[errors.ClubError], int], ...]] = (
    (Unknown, 401),
    (errors.BadInput, 422),
    (errors.Refused, 403),
    (errors.NotFound, 404),
    (errors.GateRefused, 409),
    (errors.IllegalMove, 409),
    (errors.Conflict, 409),
    (errors.Busy, 503),
    (errors.ClubError, 400),
)
_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "bad_request"}


def install(server: FastAPI) -> None:
    """Answer every refusal of this server as a problem."""
    server.add_exception_handler(errors.ClubError, _of_club)
    server.add_exception_handler(RequestValidationError, _of_fields)
    server.add_exception_handler(HTTPException, _of_http)


def problem(status: int, code: str, title: str | None = None, **more: Any) -> JSONResponse:
    """One problem; `more` are its further members."""
    body = {"type": "about:blank", "status": status, "code": code, "title": title or code, **more}
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}.get(status)
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def sentence(request: Request, code: str, values: dict[str, Any]) -> str:
    """The words of a code in the caller's language."""
    key = f"error.{code}"
    if not i18n.known(key):
        return code
    return i18n.text(i18n.language_of(request.headers.get("accept-language", "")), key, **values)


async def _of_club(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.ClubError)  # noqa: S101 - registered for these only
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    more: dict[str, Any] = {}
    if isinstance(error, errors.BadInput):
        more["errors"] = [
            {"field": each.field, "code": each.code, "message": sentence(request, each.code, each.values)}
            for each in error.errors
        ]
    if isinstance(error, errors.GateRefused):
        more["needs"] = error.needs
        return problem(status, "sale_gate", sentence(request, error.code, error.values), **more)
    return problem(status, error.code, sentence(request, error.code, error.values), **more)


async def _of_fields(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for these only
    fields = [
        {"field": ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0]), "code": each["type"], "message": each["msg"]}
        for each in error.errors()
    ]
    return problem(422, "bad_input", errors=fields)


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for these only
    answer = problem(error.status_code, _CODES.get(error.status_code, "refused"))
    answer.headers.update(error.headers or {})
    return answer
