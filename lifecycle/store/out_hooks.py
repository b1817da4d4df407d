"""Queries for the systems that hear of changes, and what was sent to each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.intake_tables import OutDelivery, OutHook
from lifecycle.store.changes import ChangeRow
from lifecycle.tables import Change

_hook = OutHook.__table__  # type: ignore[attr-defined]
_sent = OutDelivery.__table__  # type: ignore[attr-defined]
_change = Change.__table__  # type: ignore[attr-defined]

#: The changes that others hear of.
TOLD: Final = ("placement", "card")
#: What a message may be: to be sent, taken by the other side, given up.
STATES: Final = ("waiting", "done", "failed")


@dataclass(frozen=True, slots=True)
class HookRow:
    """One system that hears: where, signed with which secret, up to which change it has been told.

    `events` are those of TOLD that it hears of; None: of all.
    """

    id: int
    name: str
    url: str
    secret: str
    branch_id: int | None
    cursor: int
    events: Sequence[str] | None
    active: bool
    created_at: datetime
    failing_since: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class SentRow:
    """One message: about which change, how often tried, what was answered."""

    id: int
    hook_id: int
    change_id: int
    state: str
    attempts: int
    next_at: datetime | None
    answered: int | None
    excerpt: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed(SentRow):
    """One message as a list shows it: with what changed, when, and of which client."""

    what: str | None
    changed_at: datetime | None
    client_id: int | None


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    """A new system that hears; gives its id."""
    return int(conn.execute(insert(_hook).values(**values).returning(_hook.c.id)).scalar_one())


def every(conn: Connection) -> list[HookRow]:
    """All of them, stopped ones too, the first made first."""
    return [HookRow(**row._mapping) for row in conn.execute(select(_hook).order_by(_hook.c.id))]


def get(conn: Connection, hook_id: int) -> HookRow | None:
    """One of them."""
    row = conn.execute(select(_hook).where(_hook.c.id == hook_id)).first()
    return None if row is None else HookRow(**row._mapping)


def change(conn: Connection, hook: HookRow, values: Mapping[str, Any]) -> bool:
    """Write changed columns if it is still as it was read; False where somebody was faster."""
    query = update(_hook).where(_hook.c.id == hook.id, _hook.c.version == hook.version)
    return conn.execute(query.values(**values, version=hook.version + 1)).rowcount == 1


def advance(conn: Connection, hook_id: int, cursor: int) -> None:
    """Note up to which change messages have been made."""
    conn.execute(update(_hook).where(_hook.c.id == hook_id, _hook.c.cursor < cursor).values(cursor=cursor))


def note_failing(conn: Connection, hook_id: int, since: datetime | None) -> None:
    """Note since when the other side does not take what is sent; None: it does."""
    conn.execute(update(_hook).where(_hook.c.id == hook_id).values(failing_since=since))


def untold(conn: Connection, hook: HookRow, limit: int) -> tuple[list[int], int]:
    """The next changes it is to hear of, and the cursor after them."""
    latest = int(conn.execute(select(func.coalesce(func.max(_change.c.id), 0))).scalar_one())
    query = select(_change.c.id).where(_change.c.id > hook.cursor, _change.c.id <= latest, _change.c.what.in_(hook.events or TOLD))
    if hook.branch_id is not None:
        query = query.where(_change.c.branch_id == hook.branch_id)
    found = [row.id for row in conn.execute(query.order_by(_change.c.id).limit(limit))]
    return found, found[-1] if len(found) == limit else latest


def queue(conn: Connection, hook_id: int, change_ids: Sequence[int], now: datetime) -> None:
    """Make a message of each change, once."""
    if not change_ids:
        return
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    rows = [
        {"hook_id": hook_id, "change_id": each, "state": "waiting", "attempts": 0, "next_at": now, "excerpt": ""}
        for each in change_ids
    ]
    new = dialect.insert(_sent).on_conflict_do_nothing(index_elements=["hook_id", "change_id"])
    conn.execute(new, rows)


def head(conn: Connection, hook_id: int) -> tuple[SentRow, ChangeRow] | None:
    """The first message that waits, and the change it is about: messages keep their order."""
    query = select(_sent).where(_sent.c.hook_id == hook_id, _sent.c.state == "waiting")
    row = conn.execute(query.order_by(_sent.c.change_id).limit(1)).first()
    if row is None:
        return None
    about = conn.execute(select(_change).where(_change.c.id == row.change_id)).one()
    return SentRow(**row._mapping), ChangeRow(**about._mapping)


def sent(conn: Connection, sent_id: int) -> SentRow | None:
    """One message."""
    row = conn.execute(select(_sent).where(_sent.c.id == sent_id)).first()
    return None if row is None else SentRow(**row._mapping)


def note(conn: Connection, sent_id: int, **values: Any) -> None:
    """Write what became of a message."""
    conn.execute(update(_sent).where(_sent.c.id == sent_id).values(**values))


def page(
    conn: Connection, *, hook_id: int | None = None, state: str | None = None, before: int | None = None, limit: int = 50
) -> list[Listed]:
    """The latest messages, those before an id for the next page."""
    about = (_change.c.what, _change.c.at.label("changed_at"), _change.c.client_id)
    query = select(_sent, *about).join(_change, _change.c.id == _sent.c.change_id, isouter=True)
    for column, value in ((_sent.c.hook_id, hook_id), (_sent.c.state, state)):
        query = query if value is None else query.where(column == value)
    if before is not None:
        query = query.where(_sent.c.id < before)
    return [Listed(**row._mapping) for row in conn.execute(query.order_by(_sent.c.id.desc()).limit(limit))]


def counts(conn: Connection) -> dict[tuple[int, str], int]:
    """How many messages of each system wait, and how many were given up."""
    query = (
        select(_sent.c.hook_id, _sent.c.state, func.count())
        .where(_sent.c.state != "done")
        .group_by(_sent.c.hook_id, _sent.c.state)
    )
    return {(row[0], row[1]): row[2] for row in conn.execute(query)}


def forget(conn: Connection, before: datetime) -> None:
    """Delete messages taken by the other side before a moment."""
    conn.execute(delete(_sent).where(_sent.c.state == "done", _sent.c.done_at < before))
