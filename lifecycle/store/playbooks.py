"""Queries for the club's own pages of guidance, and the place in a day that they give to cards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from lifecycle import playbooks
from lifecycle.board_tables import Card, Playbook
from lifecycle.summary import RELATIONS
from lifecycle.tables import standing

_playbook = Playbook.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]


def every(conn: Connection) -> dict[str, playbooks.Playbook]:
    """The page of each relation, in the order of the relations."""
    own = {row.relation: row for row in conn.execute(select(_playbook))}
    return {relation: _page(relation, own.get(relation)) for relation in RELATIONS}


def of(conn: Connection, relation: str) -> playbooks.Playbook:
    """The page of one relation."""
    return _page(relation, conn.execute(select(_playbook).where(_playbook.c.relation == relation)).first())


def priorities(conn: Connection) -> dict[str, int]:
    """The place in a day that each relation's cards have, 1 first."""
    return {relation: page.priority for relation, page in every(conn).items()}


def put(conn: Connection, page: playbooks.Playbook, values: Mapping[str, Any], *, by: str, at: datetime) -> bool:
    """Write a page as changed if it is still of that version; False where somebody was faster."""
    row = {**values, "version": page.version + 1, "changed_by": by, "changed_at": at}
    known = select(_playbook.c.version).where(_playbook.c.relation == page.relation)
    if conn.execute(known).scalar_one_or_none() is None:
        conn.execute(insert(_playbook).values(relation=page.relation, **row))
        return page.version == 0
    query = update(_playbook).where(_playbook.c.relation == page.relation, _playbook.c.version == page.version)
    return conn.execute(query.values(**row)).rowcount == 1


def texts(conn: Connection, relation: str) -> dict[str, Any]:
    """The club's own words of a page by language, as they are kept."""
    query = select(_playbook.c.texts).where(_playbook.c.relation == relation)
    return dict(conn.execute(query).scalar_one_or_none() or {})


def reorder(conn: Connection, relation: str, priority: int) -> int:
    """Give the open cards of this relation's clients their place in the day; gives how many were moved."""
    theirs = select(standing.c.client_id).where(standing.c.relation == RELATIONS.index(relation))
    query = update(_card).where(
        _card.c.closed_at.is_(None), _card.c.priority != priority, _card.c.client_id.in_(theirs)
    )
    return int(conn.execute(query.values(priority=priority)).rowcount)


def clients_of(conn: Connection, relation: str) -> list[int]:
    """Whoever has this relation and open cards."""
    query = select(_card.c.client_id).join(standing, standing.c.client_id == _card.c.client_id).distinct()
    theirs = query.where(_card.c.closed_at.is_(None), standing.c.relation == RELATIONS.index(relation))
    return list(conn.execute(theirs).scalars())


def place(conn: Connection, by_client: Mapping[int, int]) -> None:
    """Give the open cards of each client this place in the day; those that have it are not written."""
    if not by_client:
        return
    theirs = (_card.c.client_id == bindparam("client"), _card.c.closed_at.is_(None), _card.c.priority != bindparam("place"))
    query = update(_card).where(*theirs).values(priority=bindparam("place"))
    conn.execute(query, [{"client": client_id, "place": place} for client_id, place in by_client.items()])


def _page(relation: str, row: Any) -> playbooks.Playbook:
    if row is None:
        return playbooks.shipped(relation)
    return playbooks.merged(relation, row.texts, row.goal, row.priority, row.version)
