"""Paths of the API that are none: a problem, as every other refusal, and never a page of the screens."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import Match

from club_ui.http.api.describing import PREFIX

router = APIRouter(prefix=PREFIX)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@router.api_route("/{rest:path}", methods=list(METHODS), include_in_schema=False)
async def nowhere(request: Request) -> None:
    """404, or 405 where the path is known with another method."""
    allowed = _allowed(request)
    if allowed:
        raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
    raise HTTPException(404)


def _allowed(request: Request) -> set[str]:
    found: set[str] = set()
    for each in iter_route_contexts(request.app.routes):
        if each.route.matches(request.scope)[0] == Match.PARTIAL:
            found |= each.methods or set()
    return found
