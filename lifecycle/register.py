"""The register of clients as other programs read it: one client with reasons, pages of many, changes in order.

Every page goes on after a cursor, never after a count of rows. A cursor is this room's own business:
callers hand back what they were given.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import days, overview, rights, store
from lifecycle.choices import Line
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.overview import ListPage
from lifecycle.placement import FOLDERS, Placement, placement
from lifecycle.products import Product
from lifecycle.reasons import reasons
from lifecycle.store.branches import BranchRow
from lifecycle.store.changes import ChangeRow
from lifecycle.store.clients import ClientRow
from lifecycle.store.staff import StaffRow

#: Numbers that every database can compare a key with.
MOST_ID: Final = 2**63 - 1
_FOLDER_PLACE: Final = re.compile(r"f(-?\d{1,10}\.\d{1,18})", re.ASCII)
_KNOWN_PLACE: Final = re.compile(r"i(\d{1,18})", re.ASCII)
_NAME_PLACE: Final = re.compile(r"n([\w-]{0,2000})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One client of the register: who they are, where they stand today and why."""

    client: ClientRow
    branch: BranchRow
    today: Day
    placement: Placement
    reasons: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lists:
    """What may be chosen now: the lists that the club edits, its price list, and who can be given a card."""

    statuses: Sequence[Line]
    leaving: Sequence[Line]
    refusing: Sequence[Line]
    products: Sequence[Product]
    people: Sequence[tuple[StaffRow, Sequence[str]]]
    currency: str


def entry(conn: Connection, desk: Desk, client_id: int, now: datetime) -> Entry:
    """One client. Raises NotFound for any that is not of the branches of whoever asks."""
    client = store.clients.get(conn, desk, client_id)
    rights.check(desk, "see_client", client.branch_id)
    branch = store.branches.by_id(conn)[client.branch_id]
    today = days.day_of(now, branch.zone)
    policies, facts = store.policies.all_versions(conn), store.facts.of_client(conn, client_id)
    return Entry(
        client=client,
        branch=branch,
        today=today,
        placement=placement(facts, policies, today),
        reasons=reasons(facts, policies, today),
    )


def page(
    conn: Connection,
    desk: Desk,
    now: datetime,
    *,
    folder: str | None = None,
    branch: str | None = None,
    q: str = "",
    after: str | None = None,
    limit: int = overview.PAGE,
) -> ListPage:
    """The next clients: of a folder in the order of its list, by fragments in the order of names, else as they became known.

    Raises BadInput for a folder, a branch or a cursor that is none.
    """
    rights.check(desk, "see_client")
    if folder is not None and folder not in FOLDERS:
        raise BadInput.of("folder", "bad_choice", value=folder[:60], choices=FOLDERS)
    if folder is not None:
        return _of_folder(conn, desk, now, folder, branch=branch, q=q, after=after, limit=limit)
    if q.strip():
        return _by_name(conn, desk, now, q, branch, after, limit)
    return _as_known(conn, desk, now, branch, after, limit)


def _of_folder(
    conn: Connection, desk: Desk, now: datetime, code: str, *, after: str | None, **how: Any
) -> ListPage:
    place = _matched(_FOLDER_PLACE, after)
    found = overview.folder_page(conn, desk, now, code, after=place[0] if place else None, **how)
    return ListPage(found.rows, f"f{found.next}" if found.next else None)


def _as_known(
    conn: Connection, desk: Desk, now: datetime, branch: str | None, after: str | None, limit: int
) -> ListPage:
    place = _matched(_KNOWN_PLACE, after)
    branch_id = store.branches.by_code(conn, desk, branch).id if branch else None
    since = int(place[0]) if place else 0
    clients = store.clients.page(conn, desk, after=since, limit=limit + 1, branch_id=branch_id)
    return _page(conn, desk, now, clients, limit, lambda last: f"i{last.id}")


def _by_name(
    conn: Connection, desk: Desk, now: datetime, q: str, branch: str | None, after: str | None, limit: int
) -> ListPage:
    """As many as the search gives at once, in the order of names; more of them need a longer fragment."""
    place = _name_place(after)
    own = {one.id for one in overview.chosen_branches(conn, desk, branch)}
    found = store.clients.several(conn, store.search.candidates(conn, q, branch_ids=own), desk)
    clients = sorted(found, key=_in_order)
    rest = [one for one in clients if place is None or _in_order(one) > place]
    return _page(conn, desk, now, rest, limit, _name_cursor)


def _page(
    conn: Connection, desk: Desk, now: datetime, clients: Sequence[ClientRow], limit: int, cursor: Any
) -> ListPage:
    shown, more = clients[:limit], len(clients) > limit
    rows = overview.standing_rows(conn, desk, now, [client.id for client in shown])
    return ListPage(tuple(rows), cursor(shown[-1]) if more else None)


def _in_order(client: ClientRow) -> tuple[str, int]:
    return client.name_norm, client.id


def _name_cursor(client: ClientRow) -> str:
    return f"n{base64.urlsafe_b64encode(client.name_norm.encode()).decode().rstrip('=')}.{client.id}"


def _name_place(after: str | None) -> tuple[str, int] | None:
    place = _matched(_NAME_PLACE, after)
    if place is None:
        return None
    try:
        return base64.urlsafe_b64decode(place[0] + "=" * (-len(place[0]) % 4)).decode(), int(place[1])
    except (binascii.Error, UnicodeDecodeError):
        raise BadInput.of("after", "bad_cursor") from None


def _matched(pattern: re.Pattern[str], after: str | None) -> tuple[str, ...] | None:
    """What a cursor of this kind says; None for the first page. Raises BadInput for one that is none."""
    if not after:
        return None
    found = pattern.fullmatch(after)
    if found is None:
        raise BadInput.of("after", "bad_cursor")
    return found.groups()


def branches(conn: Connection, desk: Desk) -> list[BranchRow]:
    """The branches within reach, the first made first."""
    rights.check(desk, "see_folders")
    return store.branches.within_reach(conn, desk)


def lists(conn: Connection, desk: Desk) -> Lists:
    """What may be chosen now, each person with the codes of the branches within reach in which they work. Raises Refused."""
    rights.check(desk, "see_cards")
    near = store.branches.within_reach(conn, desk)
    works = [
        (one, [branch.code for branch in near if one.branches is None or branch.id in one.branches])
        for one in store.staff.every(conn) if one.active
    ]  # fmt: skip
    return Lists(
        statuses=store.choices.active(conn, "contact_status"),
        leaving=store.choices.active(conn, "leaving"),
        refusing=store.choices.active(conn, "refusing"),
        products=store.products.active(conn) if rights.allows(desk, "see_products") else [],
        people=[(one, codes) for one, codes in works if codes],
        currency=str(store.settings.get(conn, "currency") or "RUB"),
    )


def counts(conn: Connection, desk: Desk, branch: str | None = None) -> dict[str, int]:
    """How many clients there are (`clients`), of each status and in each folder (`status:…`, `folder:…`), by look-up."""
    rights.check(desk, "see_folders")
    return store.folders.counts(conn, [one.id for one in overview.chosen_branches(conn, desk, branch)])


def changes(conn: Connection, desk: Desk, after: int, limit: int) -> list[ChangeRow]:
    """What changed after a cursor, in order, in the branches within reach."""
    rights.check(desk, "see_changes")
    return store.changes.after(conn, min(after, MOST_ID), desk=desk, limit=limit)
