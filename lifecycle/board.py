"""The board as screens and programs read it: six columns with their counts and first cards, and one card whole.

All of it is read for one person and one instant: of their branches, where they see only their own cards of
those, and never a phone for whoever sees names alone. Pages go on after a cursor, never after a count of rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

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
from lifecycle.store.faces import About
from lifecycle.store.staff import names as names_of

#: So many cards of each column come first: more than most screens show of them at once. Then so many at a time.
FIRST, PAGE = 12, 50
#: More clients than this have no cards open at once.
MOST_FOUND: Final = 20_000
ME, NOBODY = "me", "nobody"
_PLACE: Final = re.compile(r"(\d{1,10}|-)\.(\d{1,17})\.(-?\d{1,5})\.(\d{1,18})", re.ASCII)
_ID: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody narrowed the board by: codes, `me`, `nobody` or a person's id, fragments of a name or number."""

    branch: str = ""
    status: str = ""
    responsible: str = ""
    cause: str = ""
    q: str = ""


class Face(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many open cards are overdue, how many and which of them are one's own, who is late with how many.

    `people` are (id, name, count), the longest first, of cards that are nobody's (None, None, count);
    `turns_at` is when the next card becomes overdue by itself. `raised` and `raised_cards` are what nobody worked and
    was shown to the manager: none for whoever is none.
    """

    total: int
    mine: int
    cards: tuple[Face, ...]
    people: tuple[tuple[int | None, str | None, int], ...]
    turns_at: datetime | None
    raised: int = 0
    raised_cards: tuple[Face, ...] = ()


def read(
    conn: Connection, desk: Desk, now: datetime, filters: Filters = Filters(), *, limit: int = FIRST
) -> tuple[Column, ...]:
    """The six columns, each with its first cards. Raises BadInput for a filter that is none."""
    rights.check(desk, "see_cards")
    scope = _scope(conn, desk, filters)
    counts = store.board.counts(conn, desk, scope.branches, now, scope.sought)
    places = store.board.windows(conn, desk, scope.branches, now, scope.sought, limit + 1)
    faces = _faces(conn, desk, now, scope, {code: some[:limit] for code, some in places.items()})
    return tuple(_column(code, counts[code], places[code], faces, limit) for code in COLUMNS)


def more(
    conn: Connection, desk: Desk, now: datetime, code: str, after: str, filters: Filters = Filters(), *, limit: int = PAGE
) -> Column:
    """The next cards of one column, after the cursor that came with those before, or its first; the count is of all."""
    rights.check(desk, "see_cards")
    if code not in COLUMNS:
        raise BadInput.of("column", "bad_choice", value=shown(code), choices=COLUMNS)
    scope = _scope(conn, desk, filters)
    counts = store.board.counts(conn, desk, scope.branches, now, scope.sought)
    place = _place(after) if after else None
    found = store.board.window(conn, desk, scope.branches, code, now, scope.sought, after=place, limit=limit + 1)
    faces = _faces(conn, desk, now, scope, {code: found[:limit]})
    return _column(code, counts[code], found, faces, limit)


def face(conn: Connection, desk: Desk, now: datetime, card_id: int) -> Face:
    """One card as on its face. Raises NotFound for any that this person may not see."""
    rights.check(desk, "see_cards")
    found = _some_faces(conn, desk, now, [card_id])
    if card_id not in found:
        raise NotFound("card_not_found")
    return found[card_id]


def opened(conn: Connection, desk: Desk, now: datetime, card_id: int) -> Opened:
    """One card whole, open or closed. Raises NotFound for any that this person may not see."""
    return Opened(face(conn, desk, now, card_id), tuple(store.cards.events(conn, card_id)))


def of_client(conn: Connection, desk: Desk, now: datetime, client_id: int) -> list[Face]:
    """The open cards about a client that this person may see, what is due first coming first."""
    rights.check(desk, "see_cards")
    faces = _some_faces(conn, desk, now, [card.id for card in store.cards.open_of_client(conn, client_id)])
    return sorted(faces.values(), key=lambda one: (one.card.ends_at is None, one.card.ends_at or one.card.created_at, one.card.id))


def overdue(conn: Connection, desk: Desk, now: datetime, branch: str | None = None, *, limit: int = 5) -> Overdue:
    """What is overdue in the branches in view: with whom how much, and the person's own cards first come first."""
    rights.check(desk, "see_cards")
    branches = store.branches.within_reach(conn, desk) if branch is None else [store.branches.by_code(conn, desk, branch)]
    counts, people = store.board.late_by_person(conn, desk, branches, now), names_of(conn)
    mine = store.board.late_of(conn, desk, branches, now, desk.staff_id, limit) if counts.get(desk.staff_id) and desk.staff_id else []
    raised, shown = store.board.raised(conn, desk, branches, now, limit) if rights.allows(desk, "see_raised") else (0, [])
    faces = _some_faces(conn, desk, now, [*mine, *shown])
    by_person = sorted(((staff_id, people.get(staff_id or 0), count) for staff_id, count in counts.items()), key=lambda one: (-one[2], one[1] or ""))
    return Overdue(
        total=sum(counts.values()),
        mine=counts.get(desk.staff_id, 0) if desk.staff_id is not None else 0,
        cards=tuple(faces[one] for one in mine if one in faces),
        people=tuple(by_person),
        turns_at=store.cards.next_turn(conn, now),
        raised=raised,
        raised_cards=tuple(faces[one] for one in shown if one in faces),
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a person looks, and for what."""

    branches: tuple[BranchRow, ...]
    sought: Sought


def _scope(conn: Connection, desk: Desk, filters: Filters) -> _Scope:
    branches = store.branches.within_reach(conn, desk)
    if filters.branch:
        branches = [store.branches.by_code(conn, desk, filters.branch)]
    sought = Sought(
        status=filters.status or None,
        responsible=_person(desk, filters.responsible),
        nobody=filters.responsible == NOBODY,
        cause=filters.cause or None,
        clients=_found(conn, desk, branches, filters.q) if filters.q.strip() else None,
    )
    return _Scope(tuple(branches), sought)


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


def _some_faces(conn: Connection, desk: Desk, now: datetime, card_ids: Sequence[int]) -> dict[int, Face]:
    """These cards as far as the person may see them, wherever they stand."""
    branches = store.branches.by_id(conn)
    return {
        card.id: _face(desk, now, card, about, branches[card.branch_id], card.column(now, branches[card.branch_id].zone))
        for card, about in store.faces.of(conn, desk, card_ids).values()
    }


def _faces(
    conn: Connection, desk: Desk, now: datetime, scope: _Scope, places: Mapping[str, Sequence[Place]]
) -> dict[int, Face]:
    """The cards of these places; their columns are known from where they were found."""
    branches = {branch.id: branch for branch in scope.branches}
    columns = {place.id: code for code, some in places.items() for place in some}
    found = store.faces.of(conn, desk, list(columns))
    return {
        card_id: _face(desk, now, card, about, branches[card.branch_id], columns[card_id])
        for card_id, (card, about) in found.items()
    }


def _face(desk: Desk, now: datetime, card: CardRow, about: About, branch: BranchRow, column: str) -> Face:
    hidden = desk.own_cards_only or about.typed is None
    return Face(
        card=card,
        column=column,
        late=card.late(now),
        branch=branch,
        client=about.name,
        kind=about.kind,
        phone=None if hidden else Number(about.typed or "", about.e164, about.extension),
        responsible=about.responsible,
        status=STATUSES[about.status],
        stage=STAGES[about.stage],
        relation=RELATIONS[about.relation],
        warmth=WARMTHS[about.warmth],
    )


def _cursor(place: Place) -> str:
    """Where a page ended, as a text that callers hand back."""
    due = "-" if place.due_on >= OPEN else place.due_on
    return f"{due}.{place.ends_at}.{place.priority}.{place.id}"


def _place(cursor: str) -> Place:
    found = _PLACE.fullmatch(cursor)
    if found is None:
        raise BadInput.of("after", "bad_cursor")
    due, *rest = found.groups()
    return Place(OPEN if due == "-" else min(int(due), OPEN - 1), *map(int, rest))


__all__ = ["FIRST", "ME", "NOBODY", "NONE", "PAGE", "Column", "Face", "Filters", "Opened", "Overdue", "face", "more", "of_client", "opened", "overdue", "read"]
