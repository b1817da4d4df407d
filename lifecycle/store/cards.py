"""Queries for cards and what happened to them. How they stand in columns is in `store.board`.

A card is read through the desk of whoever asks: of their branches, and where the role sees only its own
cards, of those. `ends_at`, `due_on` of a timed card and `placed` follow from the rest and are written here alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, String, cast, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle import cards
from lifecycle.board_tables import Card, CardEvent
from lifecycle.days import Day, day_of, iso
from lifecycle.desk import Desk
from lifecycle.errors import NotFound
from lifecycle.store import branches, changes, clients

card_table: Any = Card.__table__  # type: ignore[attr-defined]
_card = card_table
_event = CardEvent.__table__  # type: ignore[attr-defined]

#: What the place of a card follows from.
_DECIDE = ("due_on", "due_at", "status", "branch_id")
#: What may happen to a card: by whom works it, and by the rules.
EVENTS: Final = (
    "made", "comment", "moved", "changed", "no_answer", "handed", "closed",
    "stage", "shown", "gone", "back", "returned", "return_undone",
)  # fmt: skip
#: What a card is until somebody says otherwise.
_NEW: dict[str, Any] = {
    "rule": "manual", "episode": "", "number": 1, "cause": {}, "stages": [], "priority": 5, "last_words": "",
    "comments": 0, "created_by": "", "version": 1,
}  # fmt: skip


class CardRow(NamedTuple):
    """A card as it is stored: see `board_tables.Card`."""

    id: int
    key: str
    client_id: int
    branch_id: int
    rule: str
    episode: str
    number: int
    fact_id: int | None
    cause: Mapping[str, Any]
    stages: Sequence[Any]
    step: str | None
    due_on: Day | None
    due_at: datetime | None
    ends_at: datetime | None
    status: str | None
    placed: int
    responsible_id: int | None
    priority: int
    last_words: str
    comments: int
    gone_at: datetime | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    shown_at: datetime | None
    handed_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    closed_staff_id: int | None
    result: str | None
    reason: str | None
    version: int

    def column(self, now: datetime, zone: tzinfo) -> str:
        """Where it stands at this instant, while it is open."""
        return cards.column(self.status, self.due_on, self.due_at, now, zone)

    def late(self, now: datetime) -> bool:
        """Whether its due has passed, whatever the column."""
        return self.closed_at is None and self.ends_at is not None and self.ends_at <= now


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened to a card: see `board_tables.CardEvent`."""

    id: int
    key: str | None
    card_id: int
    client_id: int
    at: datetime
    staff_id: int | None
    by: str
    what: str
    text: str
    detail: Mapping[str, Any]


CARD_COLUMNS = tuple(_card.c[name] for name in CardRow._fields)
_COLUMNS = CARD_COLUMNS
_EVENT = [_event.c[name] for name in EventRow.__dataclass_fields__]


def row_of(found: Any) -> CardRow:
    """A card from a row of all its columns."""
    return CardRow(*found)


def seen_by(query: Select[Any], desk: Desk) -> Select[Any]:
    """Only what this person may see of the cards that a query asks for."""
    if desk.branches is not None:
        query = query.where(_card.c.branch_id.in_(desk.branches))
    return query.where(_card.c.responsible_id == desk.staff_id) if desk.own_cards_only else query


def get(conn: Connection, desk: Desk, card_id: int) -> CardRow:
    """One card. Raises NotFound for any that this person may not see, whether or not it exists."""
    found = conn.execute(seen_by(select(*_COLUMNS).where(_card.c.id == card_id), desk)).first()
    if found is None:
        raise NotFound("card_not_found")
    return row_of(found)


def hold(conn: Connection, desk: Desk, card_id: int) -> CardRow:
    """One card that nobody else changes until the transaction ends, nor its client. Raises NotFound as `get`."""
    # Everybody who needs both takes the client first, so that nobody waits crosswise.
    clients.lock(conn, [get(conn, desk, card_id).client_id])
    if conn.dialect.name == "postgresql":
        conn.execute(select(_card.c.id).where(_card.c.id == card_id).with_for_update()).all()
    return get(conn, desk, card_id)


def several(conn: Connection, desk: Desk, card_ids: Sequence[int]) -> dict[int, CardRow]:
    """These cards by their id, as far as the person may see them."""
    found = conn.execute(seen_by(select(*_COLUMNS).where(_card.c.id.in_(card_ids)), desk))
    return {row.id: row_of(row) for row in found}


def by_key(conn: Connection, key: str) -> CardRow | None:
    """The card that was made under this key."""
    found = conn.execute(select(*_COLUMNS).where(_card.c.key == key)).first()
    return row_of(found) if found else None


def open_of_client(conn: Connection, client_id: int) -> list[CardRow]:
    """The client's open cards, the oldest first; for the rules, which see every one."""
    query = select(*_COLUMNS).where(_card.c.client_id == client_id, _card.c.closed_at.is_(None))
    return [row_of(row) for row in conn.execute(query.order_by(_card.c.id))]


def of_client(conn: Connection, client_id: int) -> list[CardRow]:
    """All the client's cards, the oldest first; for the rules, which see every one."""
    query = select(*_COLUMNS).where(_card.c.client_id == client_id).order_by(_card.c.id)
    return [row_of(row) for row in conn.execute(query)]


def open_at(conn: Connection, at: datetime) -> list[CardRow]:
    """The cards of the whole club that were there before an instant and not closed by then, in the order they were made."""
    still = _card.c.closed_at.is_(None) | (_card.c.closed_at >= at)
    query = select(*_COLUMNS).where(_card.c.created_at < at, still).order_by(_card.c.id)
    return [row_of(row) for row in conn.execute(query)]


def worked_in(conn: Connection, request: str) -> list[CardRow]:
    """The cards that a request of this name was made about, in the order they were made; see `card_writing.request`."""
    named = _event.c.key == cast(_card.c.id, String) + f":{request}"
    query = select(*_COLUMNS).join(_event, _event.c.card_id == _card.c.id).where(named).order_by(_card.c.id)
    return [row_of(row) for row in conn.execute(query)]


def of_clients(conn: Connection, client_ids: Sequence[int]) -> dict[int, list[CardRow]]:
    """All cards of each client who has any, the oldest first; for passes over the whole club."""
    found: dict[int, list[CardRow]] = {}
    for row in conn.execute(select(*_COLUMNS).where(_card.c.client_id.in_(client_ids)).order_by(_card.c.id)):
        found.setdefault(row.client_id, []).append(row_of(row))
    return found


def events_of_clients(conn: Connection, client_ids: Sequence[int]) -> dict[int, list[EventRow]]:
    """What happened to the cards of each client who has any, the oldest first; for passes over the whole club."""
    found: dict[int, list[EventRow]] = {}
    for row in conn.execute(select(*_EVENT).where(_event.c.client_id.in_(client_ids)).order_by(_event.c.id)):
        found.setdefault(row.client_id, []).append(EventRow(**row._mapping))
    return found


def page(conn: Connection, *, after: int, limit: int) -> list[CardRow]:
    """Cards after an id, in the order they were made, for passes over the whole club."""
    query = select(*_COLUMNS).where(_card.c.id > after).order_by(_card.c.id).limit(limit)
    return [row_of(row) for row in conn.execute(query)]


def add(conn: Connection, values: Mapping[str, Any]) -> int | None:
    """A new card; gives its id, or None where its key is known and nothing was added.

    `changed_at` is its beginning where it is not given. The first event and the change are the caller's.
    """
    row = _NEW | dict(values)
    row.setdefault("changed_at", row["created_at"])
    row |= _placed(row, _zone(conn, row["branch_id"]))
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    query = dialect.insert(_card).values(row).on_conflict_do_nothing(index_elements=["key"])
    made: int | None = conn.execute(query.returning(_card.c.id)).scalar()
    return made


def change(conn: Connection, card: CardRow, values: Mapping[str, Any]) -> bool:
    """Write changed fields if the card is still as it was read; False where somebody was faster."""
    row = dict(values)
    if not row.keys().isdisjoint(_DECIDE):
        now = {name: getattr(card, name) for name in _DECIDE} | row
        row |= _placed(now, _zone(conn, now["branch_id"]))
    done = conn.execute(
        update(_card)
        .where(_card.c.id == card.id, _card.c.version == card.version)
        .values(**row, version=card.version + 1)
    )
    return done.rowcount == 1


def close(
    conn: Connection,
    card: CardRow,
    *,
    result: str,
    reason: str | None,
    by: str,
    staff_id: int | None,
    at: datetime,
) -> bool:
    """Close a card for good; False where somebody was faster. It keeps its due: promises are judged by it."""
    values = {"result": result, "reason": reason, "closed_by": by, "closed_staff_id": staff_id, "closed_at": at}
    return change(conn, card, {**values, "changed_at": at})


def add_words(conn: Connection, card_id: int, text: str, at: datetime) -> None:
    """One comment more; it is nobody's edit and makes no version, so that it never meets another's."""
    conn.execute(
        update(_card)
        .where(_card.c.id == card_id)
        .values(last_words=text, comments=_card.c.comments + 1, changed_at=at)
    )


def note(
    conn: Connection,
    card_id: int,
    client_id: int,
    what: str,
    *,
    at: datetime,
    by: str,
    staff_id: int | None,
    text: str = "",
    detail: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> None:
    """Write down what happened to a card, one of EVENTS; it is part of the client's history."""
    assert what in EVENTS, what
    row = {"card_id": card_id, "client_id": client_id, "what": what, "at": at, "by": by, "staff_id": staff_id}
    conn.execute(insert(_event).values(**row, text=text, detail=dict(detail or {}), key=key))


def tell(
    conn: Connection, card: CardRow, reason: str, *, at: datetime, by: str, before: CardRow | None = None
) -> None:
    """Tell other processes and programs what became of a card; `before` is None for a new one."""
    changes.stand_last_in_line(conn)
    row = {
        "client_id": card.client_id,
        "branch_id": card.branch_id,
        "at": at,
        "recorded_at": at,
        "day": day_of(at, _zone(conn, card.branch_id)),
        "what": "card",
        "reason": reason,
        "fact_id": card.fact_id,
        "by": by,
        "before": told(before) if before is not None else {},
        "after": told(card),
    }
    changes.add(conn, [row])


def told(card: CardRow) -> dict[str, Any]:
    """What others hear of a card: ids and codes, and no words about the client."""
    return {
        "card": card.id,
        "cause": card.rule,
        "due_on": None if card.due_on is None else iso(card.due_on),
        "due_at": None if card.due_at is None else card.due_at.isoformat(),
        "status": card.status,
        "responsible": card.responsible_id,
        "result": card.result,
        "version": card.version,
    }


def known_request(conn: Connection, key: str) -> bool:
    """Whether a deed of this key was done already."""
    return conn.execute(select(_event.c.id).where(_event.c.key == key)).first() is not None


def events(conn: Connection, card_id: int) -> list[EventRow]:
    """All that happened to a card, the oldest first."""
    query = select(*_EVENT).where(_event.c.card_id == card_id).order_by(_event.c.id)
    return [EventRow(**row._mapping) for row in conn.execute(query)]


def comments_of(conn: Connection, card_ids: Sequence[int]) -> dict[int, int]:
    """How many comments each of these cards has by what happened to it; those without any are absent."""
    query = (
        select(_event.c.card_id, func.count())
        .where(_event.c.card_id.in_(card_ids), _event.c.what == "comment")
        .group_by(_event.c.card_id)
    )
    return {row[0]: int(row[1]) for row in conn.execute(query)}


def events_of_client(
    conn: Connection, client_id: int, *, before: int | None = None, limit: int = 200
) -> list[EventRow]:
    """What happened to the client's cards, the latest first, those before an id for the next page."""
    query = select(*_EVENT).where(_event.c.client_id == client_id)
    if before is not None:
        query = query.where(_event.c.id < before)
    return [EventRow(**row._mapping) for row in conn.execute(query.order_by(_event.c.id.desc()).limit(limit))]


def rules_of(conn: Connection, card_ids: Sequence[int]) -> dict[int, tuple[str, Mapping[str, Any]]]:
    """The cause of each card: its rule and what it says of it."""
    query = select(_card.c.id, _card.c.rule, _card.c.cause).where(_card.c.id.in_(card_ids))
    return {row[0]: (row[1], row[2]) for row in conn.execute(query)}


def next_turn(conn: Connection, after: datetime) -> datetime | None:
    """The next instant at which an open card becomes overdue by itself; None where none will.

    Days turn at each branch's midnight besides, whether or not a card ends then: today's cards were tomorrow's.
    """
    query = select(func.min(_card.c.ends_at)).where(_card.c.closed_at.is_(None), _card.c.ends_at > after)
    found: datetime | None = conn.execute(query).scalar()
    return found


def moved_branch(conn: Connection, client_id: int, before: int, after: int, people: Collection[int]) -> list[CardRow]:
    """The open cards that a client had in the home branch before go along to the new one, where `people` work.

    Gives those, as they were, that are nobody's now: whose they were does not work there.
    """
    moved = [card for card in open_of_client(conn, client_id) if card.branch_id == before]
    left = [card for card in moved if card.responsible_id is not None and card.responsible_id not in people]
    for card in moved:
        change(conn, card, {"branch_id": after} | ({"responsible_id": None} if card in left else {}))
    return left


def _zone(conn: Connection, branch_id: int) -> tzinfo:
    return branches.by_id(conn)[branch_id].zone


def _placed(row: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """What follows from due and status in this zone."""
    due_at = row.get("due_at")
    due_on = row.get("due_on") if due_at is None else day_of(due_at, zone)
    placed = int(row.get("status") is not None and due_on is not None)
    return {"due_on": due_on, "ends_at": cards.ends_at(due_on, due_at, zone), "placed": placed}
