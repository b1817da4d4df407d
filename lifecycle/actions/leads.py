"""The door for whoever turns to the club from outside: a known number asks again, an unknown one becomes known.

Of several clients with the number (families share one) it is the one the club is closest to: active before
others, archived last, and of equals whoever became known last. The inquiry stands in their history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import Connection

from lifecycle import phones, store
from lifecycle.actions import clients, consents
from lifecycle.actions.recording import open_request, record_within
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.phones import Number
from lifecycle.placement import FOLDERS, STATUSES
from lifecycle.store.branches import BranchRow

#: Fewer digits than any number that can be called.
_DIGITS_LEAST: Final = 5
_ARCHIVE: Final = 1 << tuple(FOLDERS).index("archive")
_ACTIVE: Final = tuple(STATUSES).index("active")


@dataclass(frozen=True, slots=True)
class Lead:
    """What somebody who turns to the club told. One of phone, email or name must be there.

    `call` is the number of a call; `consents` are the purposes agreed to, each with the version of the words shown.
    """

    phone: str = ""
    name: str = ""
    email: str = ""
    source: str = "site"
    branch: str | None = None
    comment: str = ""
    campaign: Mapping[str, str] = field(default_factory=dict)
    call: str = ""
    consents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """Whom a lead was about, and whether they became known by it."""

    client_id: int
    new: bool


def take_lead(club: Club, desk: Desk, lead: Lead, *, key: str, at: datetime | None = None) -> Taken:
    """Take a lead; the same `key` twice is one. Raises BadInput naming the field, Refused."""
    with club.writing() as conn:
        return take_lead_within(club, desk, conn, lead, key=key, at=at)


def take_lead_within(
    club: Club, desk: Desk, conn: Connection, lead: Lead, *, key: str, at: datetime | None = None
) -> Taken:
    """As `take_lead`, inside a transaction that is already open."""
    home = store.branches.by_code(conn, desk, lead.branch)
    numbers = _numbers(lead, home)
    e164 = [number.e164 for number in numbers if number.e164]
    for number in e164:
        store.clients.stand_in_line_for(conn, number)
    if (known := store.clients.by_key(conn, key)) is not None:
        return Taken(known, new=False)
    known = closest(conn, store.clients.with_number(conn, e164, desk) if e164 else [])
    if known is not None:
        _ask_again(club, desk, conn, known, lead, key, at)
    client_id = known or _become_known(club, desk, conn, home, lead, numbers, key, at)
    for purpose, version in lead.consents.items():
        consents.give_within(
            club, desk, conn, client_id, purpose=purpose, channel="any", text_version=version, how=lead.source
        )
    return Taken(client_id, new=known is None)


def closest(conn: Connection, client_ids: Sequence[int]) -> int | None:
    """Of several clients with one number: whom a call or a form is most likely about."""
    stands = store.standings.of(conn, client_ids) if len(client_ids) > 1 else {}

    def nearness(client_id: int) -> tuple[bool, bool, int]:
        row = stands.get(client_id)
        return (row is None or not row.mask & _ARCHIVE, row is not None and row.status == _ACTIVE, client_id)

    return max(client_ids, key=nearness, default=None)


def _ask_again(
    club: Club, desk: Desk, conn: Connection, client_id: int, lead: Lead, key: str, at: datetime | None
) -> None:
    request = open_request(club, desk, conn, client_id, key, happened=True)
    record_within(request, [{"type": "inquiry", "source": lead.source, **_said(lead, at)}])


def _become_known(
    club: Club,
    desk: Desk,
    conn: Connection,
    home: BranchRow,
    lead: Lead,
    numbers: Sequence[Number],
    key: str,
    at: datetime | None,
) -> int:
    values = {
        "key": key,
        "branch_id": home.id,
        "name": lead.name or _shown(numbers, home) or lead.email,
        "email": lead.email or None,
        "source": lead.source,
        "created_at": club.clock.now(),
    }
    return clients.make_known(club, desk, conn, values, numbers, _said(lead, at), happened=True)


def _said(lead: Lead, at: datetime | None) -> dict[str, Any]:
    """What the inquiry keeps: the words, and the campaign as it would stand in an address."""
    said = {"comment": lead.comment or None, "campaign": urlencode(dict(lead.campaign)) or None, "call": lead.call or None}
    return said | ({"at": at.isoformat()} if at is not None else {})


def _numbers(lead: Lead, home: BranchRow) -> list[Number]:
    """The numbers of a lead. Raises BadInput where there is nothing to call or write to."""
    if lead.phone and len(phones.digits_of(lead.phone)) < _DIGITS_LEAST:
        raise BadInput.of("phone", "bad_phone")
    if not lead.phone and not lead.email and not (lead.name and lead.source in ("social", "messenger")):
        raise BadInput.of("phone", "missing_field")
    return phones.several(lead.phone, home.country) if lead.phone else []


def _shown(numbers: Sequence[Number], home: BranchRow) -> str:
    return phones.shown(numbers[0].e164, numbers[0].typed, home.country)[:200] if numbers else ""
