"""Doors for what a client agreed to: each purpose a record of its own, withdrawn as easily as given; and do-not-contact."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from lifecycle import keeping, recompute, rights, store
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, FieldError, NotFound
from lifecycle.facts import text_error
from lifecycle.store.consents import CHANNELS, PURPOSES

_TEXT_MOST, _HOW_MOST, _WHY_MOST = 100, 200, 1000


def give(
    club: Club, desk: Desk, client_id: int, *, purpose: str, channel: str = "any", text_version: str, how: str = ""
) -> int:
    """Record that a client consented to the words of `text_version`; gives the id. One that holds already is not doubled.

    Raises Refused, NotFound, BadInput naming each field.
    """
    with club.writing() as conn:
        return give_within(club, desk, conn, client_id, purpose=purpose, channel=channel, text_version=text_version, how=how)


def give_within(
    club: Club, desk: Desk, conn: Connection, client_id: int, *, purpose: str, channel: str, text_version: str, how: str
) -> int:
    """As `give`, inside a transaction that is already open."""
    _check(purpose, channel, text_version, how)
    _permit(conn, desk, client_id)
    same = (purpose, channel, text_version.strip())
    for known in store.consents.of_client(conn, client_id):
        if (known.purpose, known.channel, known.text_version) == same and known.withdrawn_at is None:
            return known.id
    values = {"client_id": client_id, "purpose": purpose, "channel": channel, "text_version": same[2], "how": how.strip()}
    before = keeping.catch_up(conn, client_id, club.clock.now())
    made = store.consents.add(conn, values | {"given_at": club.clock.now(), "given_by": desk.name})
    keeping.client_changed(conn, client_id, club.clock.now(), before)
    _note(club, conn, desk, client_id, "give_consent", consent=made, purpose=purpose, channel=channel)
    return made


def withdraw(club: Club, desk: Desk, client_id: int, consent_id: int) -> None:
    """Record that a client withdrew a consent. Raises Refused, NotFound for one that is not theirs or has ended."""
    with club.writing() as conn:
        _permit(conn, desk, client_id)
        before = keeping.catch_up(conn, client_id, club.clock.now())
        consent = store.consents.get(conn, consent_id)
        ended = consent is None or consent.client_id != client_id
        if ended or not store.consents.withdraw(conn, consent_id, at=club.clock.now(), by=desk.name):
            raise NotFound("no_such_consent")
        keeping.client_changed(conn, client_id, club.clock.now(), before)
        _note(club, conn, desk, client_id, "withdraw_consent", consent=consent_id)


def do_not_contact(club: Club, desk: Desk, client_id: int, *, on: bool, why: str = "") -> None:
    """Nobody is to call or write to this client of the club's own accord, or again they may. Twice is once.

    `why` is what the client said. Raises Refused, NotFound, BadInput.
    """
    if error := text_error("why", why, _WHY_MOST):
        raise BadInput([error])
    with club.writing() as conn:
        _permit(conn, desk, client_id)
        already = bool(store.consents.not_to_contact(conn, [client_id]))
        if already == on:
            return
        before, now = keeping.catch_up(conn, client_id, club.clock.now()), club.clock.now()
        store.consents.set_no_contact(conn, client_id, now if on else None, by=desk.name, why=why.strip())
        keeping.client_changed(conn, client_id, club.clock.now(), before)
        _note(club, conn, desk, client_id, "do_not_contact" if on else "contact_again")


def _check(purpose: str, channel: str, text_version: str, how: str) -> None:
    errors = [
        FieldError(name, "bad_choice", {"value": value[:60], "choices": known})
        for name, value, known in (("purpose", purpose, PURPOSES), ("channel", channel, CHANNELS))
        if value not in known
    ]
    if not text_version.strip():
        errors.append(FieldError("text_version", "missing_field"))
    for name, text, most in (("text_version", text_version, _TEXT_MOST), ("how", how, _HOW_MOST)):
        if error := text_error(name, text, most):
            errors.append(error)
    if errors:
        raise BadInput(errors)


def _permit(conn: Connection, desk: Desk, client_id: int) -> None:
    client = store.clients.hold(conn, desk, client_id)
    rights.check(desk, "keep_consent", client.branch_id)


def _note(club: Club, conn: Connection, desk: Desk, client_id: int, deed: str, **detail: Any) -> None:
    """Tell the screens, and the audit."""
    now = club.clock.now()
    branch_id = store.clients.branches(conn, [client_id])[client_id]
    recompute.refresh(conn, [client_id], now, because="client_changed", by=desk.name)
    audit.append(conn, desk, deed, at=now, client_id=client_id, branch_id=branch_id, detail=detail)
