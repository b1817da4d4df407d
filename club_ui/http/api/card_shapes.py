"""The shapes of cards in the API: as `shapes`, what is taken and what is given."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel

from club_ui.http.api.shapes import Id, Json, _In, _one_of, whole
from lifecycle.board import Column, Face, Opened
from lifecycle.cards import COLUMNS, RESULTS, STEPS
from lifecycle.days import iso
from lifecycle.facts import SOURCES
from lifecycle.outbox import message


class NewCard(_In):
    """A card to make: about a client, or about whoever has a number; `name` and `source` are of an unknown one."""

    client: Id = None
    phone: str | None = None
    name: str | None = None
    source: Annotated[str | None, _one_of(*SOURCES)] = None
    branch: str | None = None
    comment: str | None = None
    step: Annotated[str | None, _one_of(*STEPS)] = None
    due: str | None = None
    status: str | None = None
    responsible: Id = None


class CardMove(_In):
    """The column a card is to stand in, and the version it was read in."""

    to: Annotated[str, _one_of(*COLUMNS)]
    version: whole(1, 2**31 - 1)  # type: ignore[valid-type]


class CardShape(BaseModel):
    """A card: `due` is a date, or an instant in the time of the branch; `status` a contact status."""

    id: str
    client: str
    name: str
    phone: str | None
    branch: str
    column: Annotated[str | None, _one_of(*COLUMNS)]
    cause: str
    step: Annotated[str | None, _one_of(*STEPS)]
    due: str | None
    overdue: bool
    status: str | None
    responsible: str | None
    comment: str
    created_at: str
    version: int
    result: Annotated[str | None, _one_of(*RESULTS)]
    reason: str | None


class CardEventShape(BaseModel):
    """One thing that happened to a card."""

    at: str
    by: str
    what: str
    text: str
    detail: dict[str, Any]


class WholeCardShape(CardShape):
    """A card whole."""

    events: list[CardEventShape]


class ColumnShape(BaseModel):
    """A column: how many cards stand in it, the next of them, and the cursor of those after."""

    code: str = _one_of(*COLUMNS)
    count: int
    cards: list[CardShape]
    next: str | None


class BoardShape(BaseModel):
    """The columns, in their order."""

    columns: list[ColumnShape]


def card(face: Face) -> Json:
    """A card; one that is closed stands in no column."""
    row = face.card
    return {
        "id": str(row.id),
        "client": str(row.client_id),
        "name": face.client,
        "phone": None if face.phone is None else face.phone.e164 or face.phone.typed,
        "branch": face.branch.code,
        "column": face.column if row.closed_at is None else None,
        "cause": row.rule,
        "step": row.step,
        "due": _due(face),
        "overdue": face.late,
        "status": row.status,
        "responsible": None if row.responsible_id is None else str(row.responsible_id),
        "comment": row.last_words,
        "created_at": message.instant(row.created_at),
        "version": row.version,
        "result": row.result,
        "reason": row.reason,
    }


def entire(opened: Opened) -> Json:
    """A card with all that happened to it, the oldest first."""
    events = [
        {"at": message.instant(one.at), "by": one.by, "what": one.what, "text": one.text, "detail": dict(one.detail)}
        for one in opened.events
    ]
    return card(opened.face) | {"events": events}


def column(one: Column) -> Json:
    """A column of the board."""
    return {"code": one.code, "count": one.count, "cards": [card(face) for face in one.cards], "next": one.next}


def _due(face: Face) -> str | None:
    row = face.card
    if row.due_on is None:
        return None
    return iso(row.due_on) if row.due_at is None else _local(row.due_at, face)


def _local(at: datetime, face: Face) -> str:
    return at.astimezone(face.branch.zone).isoformat()
