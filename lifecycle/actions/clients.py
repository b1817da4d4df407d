"""Doors for who a client is: becoming known, and what is changed by hand afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lifecycle import keeping, phones, recompute, rights, store
from lifecycle.actions import audit
from lifecycle.actions.recording import open_request, record_within
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, FieldError
from lifecycle.facts import SOURCES, text_error
from lifecycle.phones import Number
from lifecycle.placement import Placement, placement
from lifecycle.store import staff as staff_rows

KINDS = ("person", "company")
NAME_MOST, PHONES_MOST = 200, 10
_TEXTS = {"name": NAME_MOST, "phone": 500, "tax_id": 40, "email": 254, "comment": 4000}


@dataclass(frozen=True, slots=True)
class Added:
    """A client who became known: their id, where they stand, who else has the number, whether this was new."""

    client_id: int
    version: int
    placement: Placement
    same_phone: tuple[int, ...]
    new: bool


def add_client(
    club: Club,
    desk: Desk,
    *,
    name: str,
    key: str,
    phone: str | None = None,
    branch: str | None = None,
    source: str = "walk_in",
    kind: str = "person",
    tax_id: str | None = None,
    comment: str = "",
) -> Added:
    """Make a client known and record their inquiry. `branch` is a code; the person's first one if absent.

    A number that others have too is no obstacle: families share one. The same key twice is one client.
    Raises Refused or BadInput naming each field.
    """
    given: dict[str, Any] = {"phone": phone, "source": source, "kind": kind, "tax_id": tax_id, "comment": comment}
    try:
        with club.writing() as conn:
            return add_within(club, desk, conn, name=name, key=key, branch=branch, **given)
    except IntegrityError:
        # Another server took the same key in the same moment: its client is the answer.
        with club.reading() as conn:
            known = store.clients.by_key(conn, key)
            if known is None:
                raise
            return _answer(conn, desk, known, new=False)


def add_within(
    club: Club,
    desk: Desk,
    conn: Connection,
    *,
    name: str,
    key: str,
    phone: str | None = None,
    branch: str | None = None,
    source: str = "walk_in",
    kind: str = "person",
    tax_id: str | None = None,
    comment: str = "",
) -> Added:
    """As `add_client`, inside a transaction that is already open.

    Raises IntegrityError besides, where another server takes the same key in the same moment.
    """
    _check({"name": name, "phone": phone, "tax_id": tax_id, "comment": comment}, source=source, kind=kind)
    rights.check(desk, "add_client")
    if (known := store.clients.by_key(conn, key)) is not None:
        return _answer(conn, desk, known, new=False)
    home = store.branches.by_code(conn, desk, branch)
    values = {
        "key": key,
        "branch_id": home.id,
        "name": name.strip(),
        "kind": kind,
        "tax_id": tax_id or None,
        "source": source,
        "comment": comment,
        "created_at": club.clock.now(),
        "version": 1,
        "responsible_id": desk.staff_id,
    }
    client_id = make_known(club, desk, conn, values, _numbers(phone, home.country) or [])
    return _answer(conn, desk, client_id, new=True)


def make_known(
    club: Club,
    desk: Desk,
    conn: Connection,
    values: Mapping[str, Any],
    numbers: Sequence[Number],
    inquiry: Mapping[str, Any] | None = None,
    *,
    happened: bool = False,
) -> int:
    """Make a client of these columns and record the inquiry, inside an open transaction; gives the id.

    `inquiry` is what else the fact says. Raises Refused without the right in the client's branch.
    """
    rights.check(desk, "add_client", values["branch_id"])
    client_id = store.clients.add(conn, values, numbers)
    request = open_request(club, desk, conn, client_id, f"new:{values['key']}", happened=happened)
    record_within(request, [{"type": "inquiry", "source": values["source"], **(inquiry or {})}])
    return client_id


def change_client(club: Club, desk: Desk, client_id: int, *, version: int, **values: Any) -> int:
    """Change what the club knows of a client: name, phone, email, kind, tax_id, source, comment, birthday_on, responsible_id, branch.

    `version` is that of the client as it was read; gives the new one. Raises Conflict with the present
    version where somebody changed the client meanwhile, BadInput naming each field.
    """
    branch = values.pop("branch", None)
    _check(values, source=values.get("source", "walk_in"), kind=values.get("kind", "person"))
    with club.writing() as conn:
        store.clients.hold(conn, desk, client_id)
        client = store.clients.get(conn, desk, client_id)
        rights.check(desk, "change_client", client.branch_id)
        keeping.catch_up(conn, client_id, club.clock.now())
        home = store.branches.by_id(conn)[client.branch_id]
        if branch is not None:
            home = store.branches.by_code(conn, desk, branch)
            values["branch_id"] = home.id
        _check_responsible(conn, values, client.responsible_id, home.id)
        numbers = _numbers(values.pop("phone", None), home.country)
        if client.version != version or not store.clients.change(conn, client, values, numbers):
            raise Conflict("changed_meanwhile", version=client.version)
        now = club.clock.now()
        recompute.refresh(conn, [client_id], now, because="client_changed", by=desk.name)
        if home.id != client.branch_id:
            _take_cards_along(conn, desk, client_id, client.branch_id, home.id, now)
            before = store.branches.by_id(conn)[client.branch_id]
            recompute.note_new_home(conn, client_id, before, home, now, by=desk.name)
        keeping.client_changed(conn, client_id, now)
        audit.append(
            conn,
            desk,
            "change_client",
            at=now,
            client_id=client_id,
            branch_id=home.id,
            detail={"fields": sorted(values)},
        )
        return client.version + 1


def _take_cards_along(conn: Connection, desk: Desk, client_id: int, before: int, after: int, now: datetime) -> None:
    """Open cards go where their client goes; whoever does not work there can no longer open them."""
    people = {one.id for one in staff_rows.at_work(conn, after)}
    for card in store.cards.moved_branch(conn, client_id, before, after, people):
        detail = {"before": card.responsible_id, "after": None}
        store.cards.note(conn, card.id, client_id, "handed", at=now, by=desk.name, staff_id=desk.staff_id, detail=detail)


def _check_responsible(conn: Connection, values: Mapping[str, Any], before: int | None, branch_id: int) -> None:
    """A client is given to somebody who works in the branch now; whoever had them before may keep them."""
    person = values.get("responsible_id")
    if person is None or person == before:
        return
    if person not in {one.id for one in staff_rows.at_work(conn, branch_id)}:
        raise BadInput.of("responsible_id", "not_at_work_here")


def _numbers(typed: str | None, country: str) -> Sequence[Number] | None:
    if typed is None:
        return None
    return phones.several(typed, country) if typed.strip() else []


def _check(texts: Mapping[str, Any], *, source: str = "walk_in", kind: str = "person") -> None:
    """Every field by itself; all that cannot be taken are named at once."""
    errors = [
        error
        for field, most in _TEXTS.items()
        if texts.get(field) is not None and (error := text_error(field, texts[field], most))
    ]
    if "name" in texts and isinstance(texts["name"], str) and not texts["name"].strip():
        errors.append(FieldError("name", "missing_field", {"field": "name"}))
    if source not in SOURCES:
        errors.append(FieldError("source", "bad_choice", {"value": str(source)[:60], "choices": SOURCES}))
    if kind not in KINDS:
        errors.append(FieldError("kind", "bad_choice", {"value": str(kind)[:60], "choices": KINDS}))
    unknown = set(texts) - {*_TEXTS, "kind", "source", "birthday_on", "responsible_id"}
    errors += [FieldError(name, "unknown_field", {"field": name}) for name in sorted(unknown)]
    if errors:
        raise BadInput(errors)


def _answer(conn: Connection, desk: Desk, client_id: int, *, new: bool) -> Added:
    """As things stood when the client became known: the same key gives the same answer, whatever came later."""
    client = store.clients.get(conn, desk, client_id)
    first = min(store.facts.of_client(conn, client_id), key=lambda fact: int(str(fact.id)))
    stands = placement([first], store.policies.all_versions(conn), first.day)
    numbers = [number.e164 for number in client.phones if number.e164]
    same = store.clients.with_number(conn, numbers, desk) if numbers else []
    return Added(client_id, 1, stands, tuple(other for other in same if other < client_id), new)
