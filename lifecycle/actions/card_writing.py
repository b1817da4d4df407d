"""How a card is written: the row, what happened to it, and the change that tells everybody else, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import store
from lifecycle.actions import audit
from lifecycle.actions.card_input import check_text
from lifecycle.desk import Desk
from lifecycle.errors import Conflict
from lifecycle.store.branches import BranchRow
from lifecycle.store.cards import CardRow

KEY_MOST: Final = 250


class CardChanged(Conflict):
    """Somebody was faster. `card` is what it is now, to be shown beside what was wanted."""

    def __init__(self, card: CardRow) -> None:
        super().__init__("card_changed", version=card.version)
        self.card = card


def write(
    conn: Connection,
    desk: Desk,
    card: CardRow,
    values: Mapping[str, Any],
    what: str,
    *,
    at: datetime,
    key: str | None,
    detail: Mapping[str, Any] | None = None,
) -> CardRow:
    """Write the card and what happened to it; into whose hands it went is an event of its own.

    Raises CardChanged where somebody was faster.
    """
    if not store.cards.change(conn, card, {**values, "changed_at": at}):
        raise CardChanged(store.cards.get(conn, desk, card.id))
    events = {"handed": _hands(card, values), what: {**_both(card, values), **(detail or {})}}
    for name, told_of in events.items():
        if told_of:
            _note(conn, desk, card, name, at=at, detail=told_of, key=key)
            key = None
    if events["handed"]:
        note_in_audit(conn, desk, card, "hand_card", at, events["handed"])
    return told(conn, desk, card, what, at)


def _hands(card: CardRow, values: Mapping[str, Any]) -> dict[str, Any]:
    after = values.get("responsible_id", card.responsible_id)
    return {} if after == card.responsible_id else {"before": card.responsible_id, "after": after}


def _both(card: CardRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Each value before and after, as JSON holds it."""
    names = [name for name in values if name != "responsible_id" and getattr(card, name) != values[name]]
    return {name: [_plain(getattr(card, name)), _plain(values[name])] for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def say(conn: Connection, desk: Desk, card: CardRow, text: str, *, at: datetime, key: str | None = None) -> None:
    """Add a comment."""
    store.cards.add_words(conn, card.id, text, at)
    _note(conn, desk, card, "comment", at=at, text=text, key=key)


def close(
    conn: Connection, desk: Desk, card: CardRow, *, result: str, reason: str | None, text: str, at: datetime, key: str | None
) -> CardRow:
    """Close a card for good; the audit knows by whom."""
    by, staff_id = desk.name, desk.staff_id
    if not store.cards.close(conn, card, result=result, reason=reason, by=by, staff_id=staff_id, at=at):
        raise CardChanged(store.cards.get(conn, desk, card.id))
    _note(conn, desk, card, "closed", at=at, text=text, detail={"result": result, "reason": reason}, key=key)
    note_in_audit(conn, desk, card, "close_card", at, {"result": result})
    return told(conn, desk, card, result, at)


def told(conn: Connection, desk: Desk, before: CardRow, reason: str, at: datetime) -> CardRow:
    """The card as it is now, and everybody hears of it. Whoever gave it away may not see it any more."""
    after = store.cards.by_key(conn, before.key)
    assert after is not None
    store.cards.tell(conn, after, reason, at=at, by=desk.name, before=before)
    return after


def done_before(conn: Connection, card: CardRow, key: str | None) -> bool:
    """Whether this very request was done already."""
    asked = request(card, key)
    return asked is not None and store.cards.known_request(conn, asked)


def request(card: CardRow, key: str | None) -> str | None:
    """The name of a request about this card."""
    return None if key is None else key_of(str(card.id), key)


def key_of(room: str, key: str) -> str:
    """Keys hold within a room: a card's, or that of the cards made by hand."""
    check_text("key", key, KEY_MOST, needed=True)
    return f"{room}:{key}"


def branch_of(conn: Connection, card: CardRow) -> BranchRow:
    """The branch of a card."""
    return store.branches.by_id(conn)[card.branch_id]


def note_in_audit(
    conn: Connection, desk: Desk, card: CardRow, deed: str, at: datetime, detail: Mapping[str, Any]
) -> None:
    """A deed of a card that the owner may ask about later."""
    audit.append(
        conn,
        desk,
        deed,
        at=at,
        client_id=card.client_id,
        branch_id=card.branch_id,
        detail={"card": card.id, **detail},
    )


def _note(conn: Connection, desk: Desk, card: CardRow, what: str, *, at: datetime, **more: Any) -> None:
    store.cards.note(
        conn, card.id, card.client_id, what, at=at, by=desk.name, staff_id=desk.staff_id, **more
    )
