"""The query for what stands on the faces of cards: whose they are, the number to call, where the client stands, in whose hands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Connection, Dialect, bindparam, select

from lifecycle.desk import Desk
from lifecycle.store.board import as_listed, listed
from lifecycle.store.cards import CARD_COLUMNS, CardRow, card_table
from lifecycle.store.prepared import Prepared, instant
from lifecycle.tables import Client, Instant, Phone, Staff, standing

_card = card_table
_client: Any = Client.__table__  # type: ignore[attr-defined]
_phone: Any = Phone.__table__  # type: ignore[attr-defined]
_staff: Any = Staff.__table__  # type: ignore[attr-defined]


_WIDTH = len(CARD_COLUMNS)
_BRANCH = CardRow._fields.index("branch_id")
_INSTANTS = [place for place, column in enumerate(CARD_COLUMNS) if isinstance(column.type, Instant)]
_JSON = [place for place, column in enumerate(CARD_COLUMNS) if isinstance(column.type, JSON)]


class About(NamedTuple):
    """What a face says besides the card itself; the standing as indexes into the lists of words."""

    name: str
    kind: str
    typed: str | None
    e164: str | None
    extension: str | None
    responsible: str | None
    status: int
    stage: int
    relation: int
    warmth: int


_ABOUT = (
    _client.c.name,
    _client.c.kind,
    _phone.c.typed,
    _phone.c.e164,
    _phone.c.extension,
    _staff.c.name.label("responsible"),
    standing.c.status.label("standing_status"),
    standing.c.stage,
    standing.c.relation,
    standing.c.warmth,
)


@lru_cache(maxsize=16)
def _faces(dialect: Dialect, *, own: bool) -> Prepared:
    first = (_phone.c.client_id == _card.c.client_id) & (_phone.c.position == 0)
    query = (
        select(*CARD_COLUMNS, *_ABOUT)
        .select_from(_card)
        .join(_client, _client.c.id == _card.c.client_id)
        .join(standing, standing.c.client_id == _card.c.client_id)
        .outerjoin(_phone, first)
        .outerjoin(_staff, _staff.c.id == _card.c.responsible_id)
        .where(_card.c.id.in_(listed("cards", dialect)))
    )
    return Prepared(query.where(_card.c.responsible_id == bindparam("own")) if own else query, dialect)


def of(conn: Connection, desk: Desk, card_ids: Sequence[int]) -> dict[int, tuple[CardRow, About]]:
    """These cards by their id, as far as the person may see them, each with what stands on its face."""
    if not card_ids:
        return {}
    own = desk.own_cards_only
    given = {"cards": as_listed(card_ids, conn.dialect)} | ({"own": desk.staff_id} if own else {})
    found = _faces(conn.dialect, own=own).run(conn, given)
    return {row[0]: (_card_of(row), About(*row[_WIDTH:])) for row in found if desk.reaches(row[_BRANCH])}


def _card_of(row: Sequence[Any]) -> CardRow:
    """The card at the beginning of a row, its instants and JSON read."""
    values = list(row[:_WIDTH])
    for place in _INSTANTS:
        if values[place] is not None:
            values[place] = instant(values[place])
    for place in _JSON:
        if isinstance(values[place], str):
            values[place] = json.loads(values[place])
    return CardRow(*values)
