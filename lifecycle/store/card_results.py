"""Queries for what became of cards: the closed ones of a span, with what a report tells them apart by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from lifecycle.board_tables import Card
from lifecycle.tables import Client

_card = Card.__table__  # type: ignore[attr-defined]
_client = Client.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ClosedCard:
    """A card as a report reads it; `source` is the client's, `staff_id` who closed it, `result` None while it is open."""

    client_id: int
    branch_id: int
    rule: str
    episode: str
    number: int
    result: str | None
    reason: str | None
    staff_id: int | None
    responsible_id: int | None
    cause: Mapping[str, Any]
    source: str


_COLUMNS = (
    _card.c.client_id, _card.c.branch_id, _card.c.rule, _card.c.episode, _card.c.number, _card.c.result, _card.c.reason,
    _card.c.closed_staff_id, _card.c.responsible_id, _card.c.cause, _client.c.source,
)  # fmt: skip


def closed_between(
    conn: Connection, branch_ids: Sequence[int], since: datetime, until: datetime
) -> list[ClosedCard]:
    """Cards of these branches closed from one instant to before another, those that tell a reason or of winning back."""
    query = (
        select(*_COLUMNS)
        .join(_client, _client.c.id == _card.c.client_id)
        .where(
            _card.c.branch_id.in_(branch_ids),
            _card.c.closed_at >= since,
            _card.c.closed_at < until,
            or_(_card.c.rule == "win_back", _card.c.reason.is_not(None)),
        )
        .order_by(_card.c.id)
    )
    return [ClosedCard(*row) for row in conn.execute(query)]


def returned_since(conn: Connection, branch_ids: Sequence[int], since: datetime) -> list[ClosedCard]:
    """Cards of winning back, open or closed, to which a return was credited at an instant or later."""
    query = (
        select(*_COLUMNS)
        .join(_client, _client.c.id == _card.c.client_id)
        # Whoever is credited is written then: what was not changed since was credited before.
        .where(_card.c.branch_id.in_(branch_ids), _card.c.rule == "win_back", _card.c.changed_at >= since)
        .order_by(_card.c.id)
    )
    return [card for card in (ClosedCard(*row) for row in conn.execute(query)) if card.cause.get("returned")]
