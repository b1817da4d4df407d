"""What a route says of itself for the description: what it takes, what it answers."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from club_ui.http.api.shapes import ProblemShape

PREFIX: Final = "/api/v1"

_SAID: Final = {
    401: "no key, or one that is unknown or revoked",
    403: "the role of the key has no right to this",
    404: "no such client or card within reach of the key",
    409: "the sale gate (`code` is `sale_gate`, `needs` says what comes first), a move that is not legal, or an old version (a card comes as it is now)",
    422: "a field that cannot be taken: `errors` names each with a sentence",
    429: "too many calls; `Retry-After` says when to go on",
    503: "the database is busy for a moment; nothing was changed",
}


def answers(*refusals: int, ok: Any = None, created: Any = None) -> dict[int | str, dict[str, Any]]:
    """The answers of a route, by status."""
    told: dict[int | str, dict[str, Any]] = {
        status: {"model": ProblemShape, "description": _SAID[status]} for status in refusals
    }
    if ok is not None:
        told[200] = {"model": ok, "description": "as asked"}
    if created is not None:
        told[201] = {"model": created, "description": "recorded"}
    return told


def takes(model: type[BaseModel] | dict[str, Any], *, idempotent: bool = False) -> dict[str, Any]:
    """The body of a route, and the header that makes its repetition harmless."""
    schema = model if isinstance(model, dict) else model.model_json_schema()
    told: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
    if idempotent:
        header = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200}}
        told["parameters"] = [header]
    return told
