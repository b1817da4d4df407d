"""The board as screens and programs read it: six columns with their counts and first cards, and one card whole.

All of it is read for one person and one instant: of their branches, where they see only their own cards of
those, and never a phone for whoever sees names alone. Pages go on after a cursor, never after a count of rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import rights, store
from lifecycle.cards import COLUMNS
from lifecycle.days import OPEN
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound, shown
from lifecycle.phones import Number
from lifecycle.placement import RELATIONS, STAGES, STATUSES, WARMTHS
from lifecycle.store.board import NONE, Place, Sought
from lifecycle.store.branches import BranchRow
from lifecycle.store.cards import CardRow, EventRow
from lifecycle.store.clients import ClientRow
from lifecycle.store.staff import names as names_of

PAGE: Final = 50
#: More clients than this have no cards open at once.
MOST_FOUND: Final = 20_000
ME, NOBODY = "me", "nobody"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE: Final = re.compile(r"(\d{1,10}|-)\.(\d{1,17}|-)\.(-?\d{1,5})\.(\d{1,18})", re.ASCII)
_ID: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody narrowed the board by: codes, `me`, `nobody` or a person's id, fragments of a name or number."""

    branch: str = ""
    status: str = ""
    responsible: str = ""
    cause: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A card with what stands on its face. `phone` is None, too, for whoever sees names without numbers."""

    card: CardRow
    column: str
    late: bool
    branch: BranchRow
    client: str
    kind: str
    phone: Number | None
    responsible: str | None
    status: str
    stage: str
    relation: str
    warmth: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how many stand in it, its next cards, and the cursor of those after them."""

    code: str
    count: int
    cards: tuple[Face, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A card whole: its face and all that happened to it, the oldest first."""

    face: Face
    events: tuple[EventRow, ...]


def read(
    conn: Connection, desk: Desk, now: datetime, filters: Filters = Filters(), *, limit: int = PAGE
) -> tuple[Column, ...]:
    """The six columns, each with its first cards. Raises BadInput for a filter that is none."""
    rights.check(desk, "see_cards")
    branches, sought = _scope(conn, desk, filters)
    counts = store.board.counts(conn, desk, branches, now, sought)
    places = {
        code: store.board.window(conn, desk, branches, code, now, sought, limit=limit + 1) if counts[code] else []
        for code in COLUMNS
    }
    faces = _faces(conn, desk, now, [place.id for some in places.values() for place in some[:limit]])
    return tuple(_column(code, counts[code], places[code], faces, limit) for code in COLUMNS)


def more(
    conn: Connection, desk: Desk, now: datetime, code: str, after: str, filters: Filters = Filters(), *, limit: int = PAGE
) -> Column:
    """The next cards of one column, after the cursor that came with those before; the count is of the whole column."""
    rights.check(desk, "see_cards")
    if code not in COLUMNS:
        raise BadInput.of("column", "bad_choice", value=shown(code), choices=COLUMNS)
    branches, sought = _scope(conn, desk, filters)
    counts = store.board.counts(conn, desk, branches, now, sought)
    place = _place(after)
    found = store.board.window(conn, desk, branches, code, now, sought, after=place, limit=limit + 1)
    faces = _faces(conn, desk, now, [one.id for one in found[:limit]])
    return _column(code, counts[code], found, faces, limit)


def face(conn: Connection, desk: Desk, now: datetime, card_id: int) -> Face:
    """One card as on its face. Raises NotFound for any that this person may not see."""
    rights.check(desk, "see_cards")
    found = _faces(conn, desk, now, [card_id])
    if card_id not in found:
        raise NotFound("card_not_found")
    return found[card_id]


def opened(conn: Connection, desk: Desk, now: datetime, card_id: int) -> Opened:
    """One card whole, open or closed. Raises NotFound for any that this person may not see."""
    return Opened(face(conn, desk, now, card_id), tuple(store.cards.events(conn, card_id)))


def _scope(conn: Connection, desk: Desk, filters: Filters) -> tuple[list[BranchRow], Sought]:
    branches = store.branches.within_reach(conn, desk)
    if filters.branch:
        branches = [store.branches.by_code(conn, desk, filters.branch)]
    return branches, Sought(
        status=filters.status or None,
        responsible=_person(desk, filters.responsible),
        nobody=filters.responsible == NOBODY,
        cause=filters.cause or None,
        clients=_found(conn, desk, branches, filters.q) if filters.q.strip() else None,
    )


def _person(desk: Desk, responsible: str) -> int | None:
    if responsible == ME:
        # A program is nobody's colleague: no card is its own.
        return desk.staff_id if desk.staff_id is not None else 0
    if responsible in ("", "all", NOBODY):
        return None
    if not _ID.fullmatch(responsible):
        raise BadInput.of("responsible", "unknown_responsible")
    return int(responsible)


def _found(conn: Connection, desk: Desk, branches: Sequence[BranchRow], q: str) -> list[int]:
    """Clients with open cards whose name or number has these fragments; whoever sees names alone finds by them alone."""
    if desk.own_cards_only:
        return store.board.own_clients_named(conn, desk, q)
    return store.search.candidates(conn, q, MOST_FOUND, on_board=[one.id for one in branches])


def _column(code: str, count: int, places: Sequence[Place], faces: Mapping[int, Face], limit: int) -> Column:
    on_page = places[:limit]
    cursor = _cursor(on_page[-1]) if len(places) > limit else None
    return Column(code, count, tuple(faces[one.id] for one in on_page if one.id in faces), cursor)


def _faces(conn: Connection, desk: Desk, now: datetime, card_ids: Sequence[int]) -> dict[int, Face]:
    cards = store.cards.several(conn, desk, card_ids)
    clients = store.clients.named(conn, sorted({card.client_id for card in cards.values()}))
    standings = store.standings.of(conn, list(clients))
    branches, people = store.branches.by_id(conn), names_of(conn)
    return {
        card.id: _face(
            desk, now, card, clients[card.client_id], branches[card.branch_id], people, standings.get(card.client_id)
        )
        for card in cards.values()
    }


def _face(
    desk: Desk, now: datetime, card: CardRow, client: ClientRow, branch: BranchRow, people: Mapping[int, str], stands: Any
) -> Face:
    return Face(
        card=card,
        column=card.column(now, branch.zone),
        late=card.late(now),
        branch=branch,
        client=client.name,
        kind=client.kind,
        phone=None if desk.own_cards_only else client.phone,
        responsible=None if card.responsible_id is None else people.get(card.responsible_id),
        status=STATUSES[stands.status],
        stage=STAGES[stands.stage],
        relation=RELATIONS[stands.relation],
        warmth=WARMTHS[stands.warmth],
    )


def _cursor(place: Place) -> str:
    """Where a page ended, as a text that callers hand back."""
    due = "-" if place.due_on >= OPEN else str(place.due_on)
    ends = "-" if place.ends_at is None else str((place.ends_at - _EPOCH) // timedelta(microseconds=1))
    return f"{due}.{ends}.{place.priority}.{place.id}"


def _place(cursor: str) -> Place:
    found = _PLACE.fullmatch(cursor)
    if found is None:
        raise BadInput.of("after", "bad_cursor")
    due, ends, priority, card_id = found.groups()
    if (due == "-") != (ends == "-"):
        raise BadInput.of("after", "bad_cursor")
    return Place(
        OPEN if due == "-" else min(int(due), OPEN - 1),
        None if ends == "-" else _EPOCH + timedelta(microseconds=int(ends)),
        int(priority),
        int(card_id),
    )


__all__ = ["ME", "NOBODY", "NONE", "PAGE", "Column", "Face", "Filters", "Opened", "face", "more", "opened", "read"]
