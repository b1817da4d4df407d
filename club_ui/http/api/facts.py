"""Facts: what happened to a client, recorded all or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from club_ui import process
from club_ui.http.api import shapes
from club_ui.http.api.describing import PREFIX, answers, takes
from club_ui.http.api.taking import Acting, ClientId, DeedKey, body
from lifecycle.actions import recording

router = APIRouter(prefix=f"{PREFIX}/clients/{{id}}/facts")


@router.post(
    "",
    status_code=201,
    responses=answers(401, 403, 404, 409, 422, ok=shapes.RecordedShape, created=shapes.RecordedShape),
    openapi_extra=takes(shapes.facts_schema(), idempotent=True),
)
def record_facts(
    desk: Acting,
    client_id: ClientId,
    key: DeedKey,
    given: Annotated[shapes.NewFacts, Depends(body(shapes.NewFacts))],
) -> JSONResponse:
    """Record facts, all or none, each judged after those before it. 200 where every one was known already."""
    facts = [_without_nothing(fact) for fact in given.facts]
    made = recording.record(process.club(), desk, client_id, facts, key=key)
    return JSONResponse(shapes.recorded(made), 201 if made.new_ids else 200)


def _without_nothing(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Whatever is null was not said; the id of a fact is the club's to give."""
    return {name: value for name, value in fact.items() if value is not None and name != "id"}
