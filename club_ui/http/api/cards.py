"""The board and its cards: read in columns, made, read whole, moved."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from club_ui import process
from club_ui.http import problems
from club_ui.http.api import card_shapes as shapes
from club_ui.http.api.describing import PREFIX, answers, takes
from club_ui.http.api.shapes import whole
from club_ui.http.api.taking import Acting, CardId, DeedKey, body, id_of
from lifecycle import board
from lifecycle.actions import cards
from lifecycle.actions.card_writing import CardChanged
from lifecycle.actions.cards import SeveralClients
from lifecycle.board import Face, Filters
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound, shown

router = APIRouter(prefix=PREFIX)

#: The most cards of a column in one answer.
CARDS_MOST: Final = 200
_WITH_OFFSET: Final = re.compile(r".*(?:Z|[+-]\d{2}:?\d{2})", re.ASCII)


@router.get("/board", responses=answers(401, 403, 422, ok=shapes.BoardShape))
def read_board(
    desk: Acting,
    branch: str = "",
    status: str = "",
    responsible: str = "",
    cause: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    column: str = "",
    after: str = "",
    limit: whole(1, CARDS_MOST) = board.PAGE,  # type: ignore[valid-type]
) -> JSONResponse:
    """The open cards in their columns now, each column with its count; `column` and `after` go on in one of them."""
    club = process.club()
    filters = Filters(branch=branch, status=status, responsible=responsible, cause=cause, q=q)
    with club.reading() as conn:
        now = club.clock.now()
        if column:
            columns: tuple[board.Column, ...] = (board.more(conn, desk, now, column, after, filters, limit=limit),)
        else:
            columns = board.read(conn, desk, now, filters, limit=limit)
    return JSONResponse({"columns": [shapes.column(one) for one in columns]})


@router.post(
    "/cards",
    status_code=201,
    responses=answers(401, 403, 404, 409, 422, ok=shapes.CardShape, created=shapes.CardShape),
    openapi_extra=takes(shapes.NewCard, idempotent=True),
)
def make_card(
    request: Request,
    desk: Acting,
    key: DeedKey,
    given: Annotated[shapes.NewCard, Depends(body(shapes.NewCard))],
) -> JSONResponse:
    """Make a card about a client or about whoever has a number. 200 where the Idempotency-Key was known."""
    try:
        made = cards.make(
            process.club(),
            desk,
            key=key,
            client_id=_client(given),
            phone=given.phone,
            name=given.name or "",
            source=given.source or cards.BY_NUMBER,
            branch=given.branch,
            comment=given.comment or "",
            step=given.step,
            due=_due(given.due),
            status=given.status,
            responsible_id=_person(given.responsible),
        )
    except SeveralClients as refused:
        title = problems.sentence(request, refused.code, refused.values)
        return problems.problem(409, refused.code, title, clients=[str(one) for one in refused.clients])
    headers = {"Location": f"{PREFIX}/cards/{made.card.id}"}
    return JSONResponse(shapes.card(_face(desk, made.card.id)), 201 if made.new else 200, headers)


@router.get("/cards/{id}", responses=answers(401, 403, 404, ok=shapes.WholeCardShape))  # noqa: FAST003 - CardId reads it
def read_card(desk: Acting, card_id: CardId) -> JSONResponse:
    """One card, open or closed, with all that happened to it."""
    club = process.club()
    with club.reading() as conn:
        return JSONResponse(shapes.entire(board.opened(conn, desk, club.clock.now(), card_id)))


@router.post(
    "/cards/{id}/move",
    responses=answers(401, 403, 404, 409, 422, ok=shapes.CardShape),
    openapi_extra=takes(shapes.CardMove),
)
def move_card(
    request: Request,
    desk: Acting,
    card_id: CardId,
    given: Annotated[shapes.CardMove, Depends(body(shapes.CardMove))],
) -> JSONResponse:
    """Put a card into a column, as it stands now there. 409 with the present card where somebody was faster."""
    try:
        cards.move(process.club(), desk, card_id, to=given.to, version=given.version)
    except CardChanged as refused:
        title = problems.sentence(request, refused.code, {})
        now = shapes.card(_face(desk, card_id))
        return problems.problem(409, refused.code, title, version=now["version"], card=now)
    return JSONResponse(shapes.card(_face(desk, card_id)))


def _face(desk: Desk, card_id: int) -> Face:
    club = process.club()
    with club.reading() as conn:
        return board.face(conn, desk, club.clock.now(), card_id)


def _client(given: shapes.NewCard) -> int | None:
    if given.client is None:
        return None
    found = id_of(str(given.client))
    if found is None:
        raise NotFound("client_not_found")
    return found


def _person(given: Any) -> int | None:
    if given is None:
        return None
    found = id_of(str(given))
    if found is None:
        raise BadInput.of("responsible", "unknown_responsible")
    return found


def _due(given: str | None) -> str | None:
    """A date, or an instant with its offset: programs stand in no branch whose clock could be meant."""
    if given and len(given) > len("2026-03-05") and not _WITH_OFFSET.fullmatch(given):
        raise BadInput.of("due", "bad_due", value=shown(given))
    return given
