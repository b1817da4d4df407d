"""What comes in is read strictly: one reading of every byte, every field of its type, a name for everything refused.

JSON with a key twice, with NaN, in another encoding or nested without end is no JSON here: two programs
could understand it differently. Fields nobody asked for are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any, Final, TypeVar
from uuid import uuid4

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from club_ui import access
from club_ui.http import problems
from club_ui.http.guard import TooMany, address_of
from club_ui.http.limits import Bucket
from lifecycle import passwords
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, ClubError, NotFound, Refused

#: Calls a minute with one key: far above what an integration needs, far below what would starve the screens.
CALLS: Final = 30_000
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_KEY_LONGEST: Final = 200
_ID: Final = re.compile(r"[1-9]\d{0,17}", re.ASCII)

_calls = Bucket(CALLS)
_Model = TypeVar("_Model", bound=BaseModel)


async def _acting(request: Request) -> AsyncIterator[Desk]:
    """Whose key it is, let in by the guard; what a door then refuses them is audited."""
    desk: Desk = request.state.desk
    if wait := _calls.wait(_caller(request)):
        raise TooMany(wait)
    try:
        yield desk
    except Refused as error:
        deed = f"{request.method} {request.scope['route'].path} {error.values.get('deed', '')}"
        await access.note_refusal(desk, deed, address_of(request))
        raise


#: The program that calls, as a route takes it.
Acting = Annotated[Desk, Depends(_acting)]


def _caller(request: Request) -> str:
    """A short name of the key that never lets anybody in: calls are counted and deeds made unique by it."""
    return passwords.token_hash(request.headers.get("authorization", "").partition(" ")[2].strip())[:16]


def id_of(text: str) -> int | None:
    """The number that an id is; None for a text that is none."""
    return int(text) if _ID.fullmatch(text) else None


async def _client_id(id: str) -> int:
    """The number of the client in the path; one that cannot be is of nobody."""
    if (found := id_of(id)) is None:
        raise NotFound("client_not_found")
    return found


async def _card_id(id: str) -> int:
    if (found := id_of(id)) is None:
        raise NotFound("card_not_found")
    return found


#: The client, or the card, that a path speaks of.
ClientId = Annotated[int, Depends(_client_id)]
CardId = Annotated[int, Depends(_card_id)]


async def _deed_key(request: Request) -> str:
    """The name of this request, so that its repetition is known; without a header every request is another one."""
    given = request.headers.get(IDEMPOTENCY_KEY)
    if given is None:
        return f"api:{uuid4().hex}"
    if not 1 <= len(given) <= _KEY_LONGEST or not given.isprintable():
        raise BadInput.of(IDEMPOTENCY_KEY, "bad_key", most=_KEY_LONGEST)
    return f"api:{_caller(request)}:{given}"


#: What makes a request and its repetition one deed.
DeedKey = Annotated[str, Depends(_deed_key)]


def body(model: type[_Model]) -> Callable[[Request], Coroutine[Any, Any, _Model]]:
    """A dependency that gives the body as this model. Raises BadInput naming every field it cannot take."""

    async def read(request: Request) -> _Model:
        raw = strict_json(await request.body())
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            raise BadInput(problems.fields_of(error.errors(), body=True)) from None

    return read


class NotJson(ClubError):
    """The body is not JSON, or not the same JSON to everybody."""


def strict_json(text: bytes) -> Any:
    """The value of a JSON text. Raises NotJson."""
    try:
        return json.loads(text.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        raise NotJson("bad_json") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands there twice")
    return made
