"""The query for what stands on the faces of cards: whose they are, the number to call, where the client stands, in whose hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from lifecycle.desk import Desk
from lifecycle.store.cards import CARD_COLUMNS, CardRow, card_table
from lifecycle.store.prepared import Among, Prepared
from lifecycle.tables import Client, Phone, Staff, standing

_card = card_table
_client: Any = Client.__table__  # type: ignore[attr-defined]
_phone: Any = Phone.__table__  # type: ignore[attr-defined]
_staff: Any = Staff.__table__  # type: ignore[attr-defined]


_WIDTH = len(CARD_COLUMNS)
_BRANCH = CardRow._fields.index("branch_id")


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


def _faces(among: Among, *conditions: Any) -> Any:
    first = (_phone.c.client_id == _card.c.client_id) & (_phone.c.position == 0)
    return (
        select(*CARD_COLUMNS, *_ABOUT)
        .select_from(_card)
        .join(_client, _client.c.id == _card.c.client_id)
        .join(standing, standing.c.client_id == _card.c.client_id)
        .outerjoin(_phone, first)
        .outerjoin(_staff, _staff.c.id == _card.c.responsible_id)
        .where(among(_card.c.id), *conditions)
    )


_FACES = Prepared.among(_faces)
_OWN_FACES = Prepared.among(lambda among: _faces(among, _card.c.responsible_id == bindparam("own")))


def of(conn: Connection, desk: Desk, card_ids: Sequence[int]) -> dict[int, tuple[CardRow, About]]:
    """These cards by their id, as far as the person may see them, each with what stands on its face."""
    if not card_ids:
        return {}
    if desk.own_cards_only:
        found = _OWN_FACES.rows(conn, ids=card_ids, own=desk.staff_id)
    else:
        found = _FACES.rows(conn, ids=card_ids)
    return {
        row[0]: (CardRow._make(row[:_WIDTH]), About._make(row[_WIDTH:])) for row in found if desk.reaches(row[_BRANCH])
    }
