"""Queries for when the automatic rules look at whom next, and for what they need to know besides facts.

A row whose `next_at` is its `seen_at` asks for a quiet look as of that instant: what holds then is nobody's
news. After an import, a restore or a new policy everybody concerned is looked at so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.board_tables import Agenda, Consent, CountedCard
from lifecycle.store.cards import CARD_COLUMNS, CardRow, card_table
from lifecycle.tables import Client

_agenda: Any = Agenda.__table__  # type: ignore[attr-defined]
_client = Client.__table__  # type: ignore[attr-defined]
_consent = Consent.__table__  # type: ignore[attr-defined]
_counted = CountedCard.__table__  # type: ignore[attr-defined]
_card = card_table

#: As of whenever it is looked: for those of whom nobody knows since when.
WHENEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Subject:
    """A client as the rules need them besides facts: where, whose, whether to be contacted, the rules' own cards.

    `counted` tells whether some of their cards were counted and not made.
    """

    client_id: int
    branch_id: int
    kind: str
    responsible_id: int | None
    no_contact: bool
    seen_at: datetime | None
    next_at: datetime | None
    counted: bool = False
    cards: tuple[CardRow, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether a quiet look is asked for."""
        return self.next_at is not None and self.next_at == self.seen_at


def _has(*conditions: Any) -> Any:
    """Whether a consent to be contacted of this kind is there."""
    return exists().where(_consent.c.client_id == _client.c.id, _consent.c.purpose == "contact", *conditions)


# Statements of the way of a fact are made once: making them costs more than running them.
_ABOUT = [
    _client.c.id,
    _client.c.branch_id,
    _client.c.kind,
    _client.c.responsible_id,
    _client.c.no_contact_at.is_not(None) | (_has() & ~_has(_consent.c.withdrawn_at.is_(None))),
    _agenda.c.seen_at,
    _agenda.c.next_at,
    exists().where(_counted.c.client_id == _client.c.id),
]
_SUBJECTS = (
    select(*_ABOUT, *CARD_COLUMNS)
    .select_from(
        _client.outerjoin(_agenda, _agenda.c.client_id == _client.c.id).outerjoin(
            _card, and_(_card.c.client_id == _client.c.id, _card.c.rule != "manual")
        )
    )
    .where(_client.c.id.in_(bindparam("clients", expanding=True)))
    .order_by(_client.c.id, _card.c.id)
)
_EARLIEST = select(func.min(_agenda.c.next_at))
_DUE_AT = (
    select(_agenda.c.client_id)
    .where(_agenda.c.next_at == bindparam("at"))
    .order_by(_agenda.c.client_id)
    .limit(bindparam("most"))
)
_LOADS = (
    select(_card.c.responsible_id, func.count())
    .where(_card.c.closed_at.is_(None), _card.c.responsible_id.in_(bindparam("people", expanding=True)))
    .group_by(_card.c.responsible_id)
)


def _put(dialect: Any, *, quietly: bool = False) -> Any:
    query = dialect.insert(_agenda)
    kept = {name: query.excluded[name] for name in ("seen_at", "next_at")}
    later = _agenda.c.next_at.is_(None) | (_agenda.c.next_at > query.excluded.next_at)
    return query.on_conflict_do_update(index_elements=["client_id"], set_=kept, where=later if quietly else None)


_PUT = {"sqlite": _put(sqlite), "postgresql": _put(postgresql)}
_QUIETLY = {"sqlite": _put(sqlite, quietly=True), "postgresql": _put(postgresql, quietly=True)}


def subjects(conn: Connection, client_ids: Sequence[int]) -> dict[int, Subject]:
    """These clients with the cards that rules made about them, the oldest first, closed ones too."""
    about: dict[int, tuple[Any, ...]] = {}
    cards: dict[int, list[CardRow]] = {}
    for row in conn.execute(_SUBJECTS, {"clients": list(client_ids)}):
        about[row[0]] = (*row[:4], bool(row[4]), row[5], row[6], bool(row[7]))
        if row[len(_ABOUT)] is not None:
            cards.setdefault(row[0], []).append(CardRow(*row[len(_ABOUT) :]))
    return {client_id: Subject(*[*values, tuple(cards.get(client_id, ()))]) for client_id, values in about.items()}


def put(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note of each client since when it is known, and when to look next (None: by a fact only)."""
    if rows:
        conn.execute(_PUT[conn.dialect.name], [dict(row) for row in rows])


def look_quietly(conn: Connection, client_ids: Iterable[int], at: datetime) -> None:
    """Ask for a quiet look at these clients as of an instant; whose moment is here anyway is looked at by time first."""
    rows = [{"client_id": client_id, "seen_at": at, "next_at": at} for client_id in client_ids]
    if rows:
        conn.execute(_QUIETLY[conn.dialect.name], rows)


def put_off(conn: Connection, client_id: int, until: datetime) -> None:
    """Leave a client alone until then; what came up meanwhile is nobody's news any more, and the look is a quiet one."""
    put(conn, [{"client_id": client_id, "seen_at": until, "next_at": until}])


def look_at_everybody(conn: Connection) -> None:
    """Ask for a quiet look at every client, as of whenever it comes to it."""
    conn.execute(update(_agenda).values(seen_at=WHENEVER, next_at=WHENEVER))
    _add_unknown(conn, WHENEVER)


def _add_unknown(conn: Connection, at: datetime) -> None:
    instant = literal(at, _agenda.c.seen_at.type)
    others = select(_client.c.id, instant, instant).where(_client.c.id.not_in(select(_agenda.c.client_id)))
    conn.execute(insert(_agenda).from_select(["client_id", "seen_at", "next_at"], others))


def look_quietly_at_everybody(conn: Connection, at: datetime) -> None:
    """Ask for a quiet look at every client as of an instant; whose moment is here anyway is looked at by time first."""
    later = _agenda.c.next_at.is_(None) | (_agenda.c.next_at > at)
    conn.execute(update(_agenda).where(later).values(seen_at=at, next_at=at))
    _add_unknown(conn, at)


def asked_quietly(conn: Connection, now: datetime, limit: int) -> list[int]:
    """Clients for whom a quiet look is asked for, by when it was."""
    query = select(_agenda.c.client_id).where(_agenda.c.next_at <= now, _agenda.c.next_at == _agenda.c.seen_at)
    return [row[0] for row in conn.execute(query.order_by(_agenda.c.next_at, _agenda.c.client_id).limit(limit))]


def waiting(conn: Connection, now: datetime, most: int | None = None, *, up_to: int | None = None) -> int:
    """How many clients, up to this id, are still to be looked at quietly, counted no further than `most`."""
    asked = select(_agenda.c.client_id).where(_agenda.c.next_at <= now, _agenda.c.next_at == _agenda.c.seen_at).limit(most)
    if up_to is not None:
        asked = asked.where(_agenda.c.client_id <= up_to)
    return int(conn.execute(select(func.count()).select_from(asked.subquery())).scalar() or 0)


def earliest(conn: Connection) -> datetime | None:
    """The earliest instant at which anybody is to be looked at."""
    found: datetime | None = conn.execute(_EARLIEST).scalar()
    return found


def due_at(conn: Connection, at: datetime, limit: int) -> list[int]:
    """Clients who are to be looked at at this very instant, by their id."""
    return [row[0] for row in conn.execute(_DUE_AT, {"at": at, "most": limit})]


def loads(conn: Connection, people: Collection[int]) -> dict[int, int]:
    """How many open cards each of these people has."""
    found = {staff_id: count for staff_id, count in conn.execute(_LOADS, {"people": list(people)})}
    return {staff_id: found.get(staff_id, 0) for staff_id in people}
