"""The branches, what may be chosen in them, and how many clients stand in each folder: by look-up, whatever the size of the club."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from club_ui import i18n, process
from club_ui.http.api import list_shapes, shapes
from club_ui.http.api.describing import PREFIX, answers
from club_ui.http.api.taking import Acting
from lifecycle import register

router = APIRouter(prefix=PREFIX)


@router.get("/branches", responses=answers(401, 403, ok=list[shapes.BranchShape]))
def list_branches(desk: Acting) -> JSONResponse:
    """The branches this key reaches."""
    with process.club().reading() as conn:
        rows = register.branches(conn, desk)
    return JSONResponse([{"code": row.code, "name": row.name, "timezone": row.timezone} for row in rows])


@router.get("/lists", responses=answers(401, 403, ok=list_shapes.ListsShape))
def read_lists(request: Request, desk: Acting) -> JSONResponse:
    """What a card or a sale may name now: contact statuses, reasons, products, people; called in the caller's language."""
    with process.club().reading() as conn:
        known = register.lists(conn, desk)
    return JSONResponse(list_shapes.lists(known, i18n.language_of(request.headers.get("accept-language", ""))))


@router.get("/folders", responses=answers(401, 403, 422, ok=shapes.FoldersShape))
def count_folders(desk: Acting, branch: str | None = None) -> JSONResponse:
    """How many clients there are, and in each folder; a client may stand in several."""
    with process.club().reading() as conn:
        counts = register.counts(conn, desk, branch)
    return JSONResponse(shapes.counted(counts))
