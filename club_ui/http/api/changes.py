"""Changes since a cursor, for systems that follow the club."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from club_ui import process
from club_ui.http.api import shapes
from club_ui.http.api.describing import PREFIX, answers
from club_ui.http.api.taking import Acting
from lifecycle import register
from lifecycle.outbox import message

router = APIRouter(prefix=PREFIX)

#: The most changes in one answer.
CHANGES_MOST = 1000


@router.get("/changes", responses=answers(401, 403, 422, ok=shapes.ChangesShape))
def list_changes(
    desk: Acting,
    after: shapes.whole(0, register.MOST_ID) = 0,  # type: ignore[valid-type]
    limit: shapes.whole(1, CHANGES_MOST) = 100,  # type: ignore[valid-type]
) -> JSONResponse:
    """What changed after a cursor, the oldest first; ask again with `next`. No change is ever left out."""
    with process.club().reading() as conn:
        rows = register.changes(conn, desk, after, limit)
        codes = {branch.id: branch.code for branch in register.branches(conn, desk)}
    items = [message.change(row, codes) for row in rows]
    return JSONResponse({"items": items, "next": rows[-1].id if rows else after})
