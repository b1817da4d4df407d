"""Queries for drafts: what a person had typed and not yet sent, by place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.tables import Draft

_draft = Draft.__table__  # type: ignore[attr-defined]


def get(conn: Connection, staff_id: int, place: str) -> Mapping[str, Any] | None:
    """What was typed there last; None where nothing is kept."""
    query = select(_draft.c.text).where(_draft.c.staff_id == staff_id, _draft.c.place == place)
    found: Mapping[str, Any] | None = conn.execute(query).scalar()
    return found


def several(conn: Connection, staff_id: int, places: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What was typed last at these places, by place; without those where nothing is kept."""
    query = select(_draft.c.place, _draft.c.text).where(_draft.c.staff_id == staff_id, _draft.c.place.in_(places))
    return {place: text for place, text in conn.execute(query)}


def put(conn: Connection, staff_id: int, place: str, text: Mapping[str, Any], at: datetime) -> None:
    """Keep this instead of what was kept."""
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    query = dialect.insert(_draft).values(staff_id=staff_id, place=place, text=dict(text), at=at)
    kept = {"text": query.excluded.text, "at": query.excluded.at}
    conn.execute(query.on_conflict_do_update(index_elements=["staff_id", "place"], set_=kept))


def drop(conn: Connection, staff_id: int, place: str) -> None:
    """Keep nothing there."""
    conn.execute(delete(_draft).where(_draft.c.staff_id == staff_id, _draft.c.place == place))


def sweep(conn: Connection, before: datetime) -> None:
    """Forget what nobody came back to."""
    conn.execute(delete(_draft).where(_draft.c.at < before))
