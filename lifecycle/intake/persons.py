"""Whom a machine means, and when: a client by number of card, of the club's own, or of the telephone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import phones, store
from lifecycle.actions.access_cards import normal
from lifecycle.actions.leads import closest
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.facts import parse_at
from lifecycle.intake import bodies

NAMES: Final = ("card", "client", "phone")
_CLIENT: Final = re.compile(r"[1-9]\d{0,17}", re.ASCII)
_UTC: Final = timezone(timedelta(0))


def is_named(fields: Mapping[str, Any]) -> bool:
    """Whether a body says at all who it is about."""
    return any(bodies.text_of(fields, name, most=500) for name in NAMES)


def client_of(conn: Connection, desk: Desk, fields: Mapping[str, Any]) -> int:
    """The client a body names, by the first of card, client number and phone that is there.

    Raises BadInput with that field's name where nobody is known by it.
    """
    for name in NAMES:
        told = bodies.text_of(fields, name, most=500)
        if told:
            client_id = _FINDERS[name](conn, desk, told)
            if client_id is None:
                raise BadInput.of(name, "nobody_known_by_it")
            return client_id
    raise BadInput.of(NAMES[0], "missing_field")


def is_unknown(error: BadInput) -> bool:
    """Whether nothing is wrong with the body but that nobody is known by it."""
    return error.code == "nobody_known_by_it"


def _by_card(conn: Connection, desk: Desk, told: str) -> int | None:
    card = store.access_cards.get(conn, normal(told))
    return card.client_id if card is not None and card.gone_at is None else None


def _by_number(conn: Connection, desk: Desk, told: str) -> int | None:
    known = store.clients.branches(conn, [int(told)]) if _CLIENT.fullmatch(told) else {}
    return int(told) if known else None


def _by_phone(conn: Connection, desk: Desk, told: str) -> int | None:
    countries = {branch.country for branch in store.branches.within_reach(conn, desk)}
    read = {phones.understand(told, country).e164 for country in countries}
    numbers = [number for number in read if number]
    return closest(conn, store.clients.with_number(conn, numbers, desk)) if numbers else None


_FINDERS: Final = {"card": _by_card, "client": _by_number, "phone": _by_phone}


def instant_of(fields: Mapping[str, Any], received_at: datetime, ahead: timedelta = timedelta(minutes=5)) -> datetime:
    """When it happened: as the body says in `at` (or `time`), else when it was received.

    A machine's clock that runs a little ahead is believed to mean now. Raises BadInput with the field's name.
    """
    name = "at" if fields.get("at") is not None else "time"
    if fields.get(name) is None:
        return received_at
    try:
        at = parse_at(fields[name], _UTC)
    except BadInput as error:
        raise BadInput.of(name, "bad_instant", value=error.values.get("value", "")) from None
    if at - received_at > ahead:
        raise BadInput.of(name, "in_the_future")
    return min(at, received_at)


def flag_of(fields: Mapping[str, Any], name: str) -> bool | None:
    """A field that is true, false, or not said. Raises BadInput with the field's name."""
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise BadInput.of(name, "bad_value")
