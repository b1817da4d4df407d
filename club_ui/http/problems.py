"""What a refusal looks like to other programs: RFC 9457 problem details, and never more than its code and words.

The words are those of the catalogue in the caller's language; where one is missing the code stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from club_ui import i18n
from club_ui.http.guard import TooMany, Unknown
from lifecycle import errors
from lifecycle.intake.adapter import OnlyPosted, Stale, Unsigned

STATUSES: Final[tuple[tuple[type[errors.ClubError], int], ...]] = (
    (Unknown, 401),
    (Unsigned, 401),
    (Stale, 401),
    (OnlyPosted, 405),
    (TooMany, 429),
    (errors.BadInput, 422),
    (errors.Refused, 403),
    (errors.NotFound, 404),
    (errors.GateRefused, 409),
    (errors.ColumnClosed, 422),
    (errors.IllegalMove, 409),
    (errors.Conflict, 409),
    (errors.Busy, 503),
    (errors.ClubError, 400),
)
_CODES: Final = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 408: "too_slow", 413: "too_large", 415: "bad_request", 429: "too_many"}

_LONGEST_NUMBER: Final = 10**18


def install(server: FastAPI) -> None:
    """Answer every refusal of this server as a problem."""
    server.add_exception_handler(errors.ClubError, of_club)
    server.add_exception_handler(RequestValidationError, _of_fields)
    server.add_exception_handler(HTTPException, _of_http)
    server.add_exception_handler(ClientDisconnect, _of_half)
    server.add_exception_handler(Exception, _of_anything)


def problem(status: int, code: str, title: str | None = None, *, wait: int = 1, **more: Any) -> JSONResponse:
    """One problem; `more` are its further members, `wait` the seconds after which another try makes sense."""
    body = {"type": "about:blank", "status": status, "code": code, "title": title or code, **more}
    later = {"Retry-After": str(wait)}
    headers = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": "POST"}, 429: later, 503: later}.get(status)
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def sentence(request: Request, code: str, values: dict[str, Any]) -> str:
    """The words of a code in the caller's language."""
    key = f"error.{code}"
    if not i18n.known(key):
        return code
    safe = {name: _sayable(value) for name, value in values.items()}
    return i18n.text(i18n.language_of(request.headers.get("accept-language", "")), key, **safe)


def _sayable(value: Any) -> Any:
    """Numbers longer than any the club has are somebody's joke; they are cut short."""
    return errors.shown(value) if isinstance(value, int) and abs(value) > _LONGEST_NUMBER else value


async def of_club(request: Request, error: Exception) -> JSONResponse:
    """The problem of what the club refused."""
    assert isinstance(error, errors.ClubError)
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    more: dict[str, Any] = {}
    if isinstance(error, errors.BadInput):
        more["errors"] = [
            {"field": each.field, "code": each.code, "message": sentence(request, each.code, each.values)}
            for each in error.errors
        ]
    if isinstance(error, errors.Conflict) and "version" in error.values:
        more["version"] = error.values["version"]
    if isinstance(error, TooMany):
        return problem(status, error.code, sentence(request, error.code, {}), wait=error.seconds)
    if isinstance(error, errors.GateRefused):
        more["needs"] = error.needs
        return problem(status, "sale_gate", sentence(request, error.code, error.values), **more)
    return problem(status, error.code, sentence(request, error.code, error.values), **more)


async def _of_fields(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return await of_club(request, errors.BadInput(fields_of(error.errors())))


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "refused")
    answer = problem(error.status_code, code, sentence(request, code, {}))
    answer.headers.update(error.headers or {})
    return answer


async def _of_half(request: Request, error: Exception) -> JSONResponse:
    """Whoever hung up in the middle of a body, or broke it off, sent nothing; it is no fault of ours."""
    return problem(400, "bad_request", sentence(request, "bad_request", {}))


async def _of_anything(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "internal", sentence(request, "internal", {}))


#: What pydantic finds, in the codes of the catalogue; what it has no row for is a value of the wrong kind.
_FOUND: Final = {
    "missing": "missing_field",
    "string_type": "bad_text",
    "string_unicode": "bad_text",
    "string_too_long": "too_long",
    "list_type": "not_a_list",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
}


def fields_of(found: Sequence[Any], *, body: bool = False) -> list[errors.FieldError]:
    """What pydantic refused, field by field; `body` where the places it names begin inside the body."""
    return [_field_of(each, each["loc"] if body else each["loc"][1:]) for each in found]


def _field_of(found: Mapping[str, Any], place: tuple[Any, ...]) -> errors.FieldError:
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".") or "body"
    values = dict(found.get("ctx") or {})
    code = _FOUND.get(found["type"]) or (found["type"] if i18n.known(f"error.{found['type']}") else "bad_value")
    return errors.FieldError(name, code, {"field": name, "most": values.get("max_length"), **values})
