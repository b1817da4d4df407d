"""Whether the club is there, and whether it can work: for whoever watches servers, without a key."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from club_ui import process
from club_ui.http.api.describing import PREFIX, answers
from lifecycle import store

router = APIRouter(prefix=PREFIX)


@router.head("/health", include_in_schema=False)
@router.get("/health", responses=answers())
async def health() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.head("/ready", include_in_schema=False)
@router.get("/ready", responses=answers(503))
def ready() -> JSONResponse:
    """The club is open and its database answers; 503 while it does not."""
    with process.club().reading() as conn:
        store.changes.latest(conn)
    return JSONResponse({"status": "ready"})
