"""Clients: made known, read, looked for, changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request
from fastapi.responses import JSONResponse

from club_ui import process
from club_ui.http.api import shapes
from club_ui.http.api.describing import PREFIX, answers, takes
from club_ui.http.api.taking import Acting, ClientId, DeedKey, body
from club_ui.http.guard import address_of
from lifecycle import register
from lifecycle.actions import clients, looking
from lifecycle.days import parse_day
from lifecycle.errors import BadInput, FieldError, shown

router = APIRouter(prefix=f"{PREFIX}/clients")

#: The most clients on one page.
PAGE_MOST = 200


@router.post(
    "",
    status_code=201,
    responses=answers(401, 403, 422, ok=shapes.AddedShape, created=shapes.AddedShape),
    openapi_extra=takes(shapes.NewClient, idempotent=True),
)
def add_client(
    desk: Acting, key: DeedKey, given: Annotated[shapes.NewClient, Depends(body(shapes.NewClient))]
) -> JSONResponse:
    """Make a client known. 201 where it was new; the same Idempotency-Key again: the same answer with 200."""
    made = clients.add_client(
        process.club(),
        desk,
        key=key,
        name=given.name,
        phone=given.phone,
        branch=given.branch,
        source=given.source or "walk_in",
        kind=given.kind or "person",
        tax_id=given.tax_id,
        comment=given.comment or "",
    )
    return JSONResponse(shapes.added(made), 201 if made.new else 200, _located(made.client_id))


@router.get("", responses=answers(401, 403, 422, ok=shapes.ClientsShape))
def list_clients(
    desk: Acting,
    folder: str | None = None,
    branch: str | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    after: str | None = None,
    limit: shapes.whole(1, PAGE_MOST) = 50,  # type: ignore[valid-type]
) -> JSONResponse:
    """Clients of a folder, of a branch, or found by fragments of name or number, page by page."""
    club = process.club()
    with club.reading() as conn:
        page = register.page(
            conn, desk, club.clock.now(), folder=folder or None, branch=branch, q=q, after=after, limit=limit
        )
    masked = desk.role == "front_desk"
    return JSONResponse({"items": [shapes.in_list(row, masked=masked) for row in page.rows], "next": page.next})


@router.get("/{id}", responses=answers(401, 403, 404, ok=shapes.WholeClientShape))  # noqa: FAST003 - ClientId reads it
def read_client(request: Request, desk: Acting, client_id: ClientId, later: BackgroundTasks) -> JSONResponse:
    """One client whole, where they stand today and why. That it was opened is audited."""
    club = process.club()
    with club.reading() as conn:
        entry = register.entry(conn, desk, client_id, club.clock.now())
    if desk.role == "front_desk":
        # What may be refused is asked before anything is shown.
        looking.note_opened(club, desk, entry.client, address=address_of(request))
    else:
        later.add_task(looking.note_opened, club, desk, entry.client, address=address_of(request))
    return JSONResponse(shapes.entire(entry), background=later)


@router.patch(
    "/{id}",
    responses=answers(401, 403, 404, 409, 422, ok=shapes.WholeClientShape),
    openapi_extra=takes(shapes.ChangedClient),
)
def change_client(
    request: Request,
    desk: Acting,
    client_id: ClientId,
    given: Annotated[shapes.ChangedClient, Depends(body(shapes.ChangedClient))],
) -> JSONResponse:
    """Change what the club knows of a client. 409 with the present version where somebody was faster."""
    club = process.club()
    if desk.role == "front_desk":
        # The answer shows the client whole, as opening does.
        with club.reading() as conn:
            known = register.entry(conn, desk, client_id, club.clock.now()).client
        looking.note_opened(club, desk, known, address=address_of(request))
    clients.change_client(club, desk, client_id, version=given.version, **_changed(given))
    with club.reading() as conn:
        entry = register.entry(conn, desk, client_id, club.clock.now())
    return JSONResponse(shapes.entire(entry))


def _changed(given: shapes.ChangedClient) -> dict[str, Any]:
    """What was sent, as the door takes it: a day as its number, an emptied text as an empty one."""
    values = given.model_dump(include=given.model_fields_set - {"version"})
    if values.get("birthday_on") is not None:
        values["birthday_on"] = _day("birthday_on", values["birthday_on"])
    for name in ("phone", "comment"):
        if name in values:
            values[name] = values[name] or ""
    return values


def _day(field: str, value: str) -> int:
    try:
        return parse_day(value)
    except ValueError:
        raise BadInput([FieldError(field, "bad_day", {"value": shown(value)})]) from None


def _located(client_id: int) -> dict[str, str]:
    return {"Location": f"{PREFIX}/clients/{client_id}"}
