"""Doors for signing in and out, and the sign-ins that hold (spec: access).

A try is counted before the password is looked at, so that a thousand tries at once are no way
around the limits. The limits know an account's own addresses from all others: who guesses from
elsewhere uses up the tries of elsewhere and never keeps the real person out of the club's own
tablets. An address is held back for trying many accounts, never for one, and then only for
accounts that are not at home there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import Connection

from lifecycle import passwords, rights
from lifecycle.actions import audit
from lifecycle.actions.staff import normal_login
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import Busy, NotFound, Refused
from lifecycle.store import sign_ins as rows
from lifecycle.store import staff
from lifecycle.store.sign_ins import SignInRow
from lifecycle.store.staff import StaffRow

#: A browser unused so long must sign in again: longer than a day at the front desk, shorter than a night off.
IDLE: Final = timedelta(hours=12)
#: And however much it is used, after this.
ABSOLUTE: Final = timedelta(days=7)

#: So many tries on one account, from one address of its own or from all others together, in WINDOW.
TRIES: Final = 10
WINDOW: Final = timedelta(minutes=15)
#: So many in LONG_WINDOW from all other addresses together: what slow guessing gets.
LONG_TRIES: Final = 100
LONG_WINDOW: Final = timedelta(days=1)
#: So many accounts tried in vain from one address in WINDOW: one password on everybody.
ACCOUNTS: Final = 20
#: An address is an account's own for so long after a sign-in from it.
AT_HOME: Final = timedelta(days=30)

_SEEN_EVERY = timedelta(minutes=1)
_AGENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new sign-in: what goes into the cookie, and whose it is."""

    token: str
    staff_id: int
    language: str | None


def sign_in(
    club: Club,
    login: str,
    password: str,
    *,
    address: str,
    agent: str = "",
    replaces: str | None = None,
    demo: bool = False,
) -> SignedIn:
    """Sign in by login and password; the sign-in of the token `replaces` ends.

    Raises Refused("sign_in_failed"), the same in words and work for an unknown login, a wrong
    password and somebody who was deactivated; Refused("sign_in_later", minutes=…) when there were
    too many tries. Demo accounts, whose passwords are known, get in only with `demo`.
    """
    login = normal_login(login)
    account = _account(login)
    person, kept = _begin(club, login, account, address)
    if not passwords.matches(kept, password) or person is None or not person.active or (person.demo and not demo):
        audit.refusal(club, None, "sign_in", address=address, detail={"staff": person and person.id})
        raise Refused("sign_in_failed")
    token, now = passwords.new_token(), club.clock.now()
    renewed = passwords.hashed(password) if kept and passwords.is_outdated(kept) else None
    with club.writing(announce=False) as conn:
        # Somebody may have ended their work, or this password, while it was being compared.
        after = staff.by_id(conn, person.id)
        if after is None or not after.active or staff.password_hash(conn, person.id) != kept:
            raise Refused("sign_in_failed")
        if renewed:
            staff.change(conn, person.id, password_hash=renewed)
        rows.forget_attempts(conn, account, address)
        _end(conn, replaces, now)
        sign_in_id = rows.add(
            conn,
            token_hash=passwords.token_hash(token),
            staff_id=person.id,
            created_at=now,
            seen_at=now,
            address=address[:64],
            agent="".join(each for each in agent if each.isprintable())[:_AGENT_LENGTH],
        )
        audit.append(conn, _desk(after, sign_in_id), "sign_in", at=now, address=address)
    return SignedIn(token, person.id, person.language)


def desk_of(club: Club, token: str | None) -> Desk | None:
    """Whose token this is, while it holds: not revoked, not idle, not too old, of somebody active.

    Role and branches are today's, not those of the sign-in.
    """
    return desks_of(club, [token]).get(token) if token else None


def desks_of(club: Club, tokens: Collection[str]) -> dict[str, Desk]:
    """The same for several tokens at one moment; those that do not hold are left out."""
    now = club.clock.now()
    hashes = {passwords.token_hash(token): token for token in tokens}
    with club.reading() as conn:
        holding = {hash_: row for hash_, row in rows.by_tokens(conn, hashes).items() if _holds(row, now)}
        people = staff.several(conn, {row.staff_id for row in holding.values()})
    found = {hashes[hash_]: row for hash_, row in holding.items() if people[row.staff_id].active}
    for row in found.values():
        if now - row.seen_at >= _SEEN_EVERY:
            _note_seen(club, row.id, now)
    return {token: _desk(people[row.staff_id], row.id) for token, row in found.items()}


def sign_out(club: Club, token: str | None, *, address: str = "") -> None:
    """End the sign-in of a token; one that is unknown or ended is no error."""
    desk = desk_of(club, token)
    if desk is None:
        return
    now = club.clock.now()
    with club.writing() as conn:
        if _end(conn, token, now):
            audit.append(conn, desk, "sign_out", at=now, address=address)


def sign_ins(club: Club, desk: Desk, staff_id: int | None = None) -> list[SignInRow]:
    """The sign-ins that hold: one's own, or with the right `manage_staff` those of another.

    Raises Refused for another's without the right.
    """
    whose = desk.staff_id if staff_id is None else staff_id
    if whose is None or whose != desk.staff_id:
        rights.check(desk, "manage_staff")
    now = club.clock.now()
    with club.reading() as conn:
        return rows.open_ones(conn, whose, seen_after=now - IDLE, made_after=now - ABSOLUTE)


def revoke(club: Club, desk: Desk, sign_in_id: int) -> None:
    """End one sign-in, one's own or with the right `manage_staff` another's; open screens lose it within a second.

    Raises NotFound for one that is not there, and alike for another's without the right.
    """
    now = club.clock.now()
    with club.writing() as conn:
        row = rows.by_id(conn, sign_in_id)
        if row is None or (row.staff_id != desk.staff_id and not rights.allows(desk, "manage_staff")):
            raise NotFound("no_such_sign_in")
        if rows.revoke(conn, sign_in_id, now):
            audit.append(conn, desk, "revoke_sign_in", at=now, detail={"staff": row.staff_id, "sign_in": sign_in_id})


def revoke_all(club: Club, desk: Desk, staff_id: int | None = None) -> int:
    """End every other sign-in of one's own, or with the right `manage_staff` all of somebody's; gives how many.

    Raises Refused for another's without the right.
    """
    whose = desk.staff_id if staff_id is None else staff_id
    if whose is None or whose != desk.staff_id:
        rights.check(desk, "manage_staff")
    if whose is None:
        raise NotFound("no_such_staff")
    now = club.clock.now()
    with club.writing() as conn:
        ended = rows.revoke_all(conn, whose, now, but=desk.session_id if whose == desk.staff_id else None)
        audit.append(conn, desk, "revoke_sign_ins", at=now, detail={"staff": whose, "ended": ended})
        return ended


def _begin(club: Club, login: str, account: str, address: str) -> tuple[StaffRow | None, str | None]:
    """Count this try, and give who it is about; raises Refused("sign_in_later") where there were too many."""
    now = club.clock.now()
    with club.writing(announce=False) as conn:
        rows.one_at_a_time(conn, account)
        rows.sweep_attempts(conn, now - LONG_WINDOW)
        person = staff.by_login(conn, login)
        own = rows.addresses_of(conn, person.id, now - AT_HOME) if person else set()
        free_at = _free_at(conn, account, address, own, now)
        if free_at is None:
            rows.add_attempt(conn, account, address, now)
            return person, staff.password_hash(conn, person.id) if person else None
    raise Refused("sign_in_later", minutes=max(1, ceil((free_at - now) / timedelta(minutes=1))))


def _free_at(conn: Connection, account: str, address: str, own: set[str], now: datetime) -> datetime | None:
    """When the next try may be, or None where it may be now."""
    if address in own:
        return _over(rows.attempts(conn, now - WINDOW, account, address), TRIES, WINDOW)
    if rows.accounts_tried_from(conn, now - WINDOW, address, but=account) >= ACCOUNTS:
        return now + WINDOW
    tries = rows.attempts_from_elsewhere(conn, now - LONG_WINDOW, account, own)
    lately = [at for at in tries if at > now - WINDOW]
    return _over(lately, TRIES, WINDOW) or _over(tries, LONG_TRIES, LONG_WINDOW)


def _over(tries: list[datetime], most: int, window: timedelta) -> datetime | None:
    """When there is room in the window again, or None where there is."""
    return tries[-most] + window if len(tries) >= most else None


def _account(login: str) -> str:
    """What is noted of a login that was tried: people type passwords into the wrong field."""
    return hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _holds(row: SignInRow, now: datetime) -> bool:
    return row.revoked_at is None and now - row.seen_at < IDLE and now - row.created_at < ABSOLUTE


def _end(conn: Connection, token: str | None, now: datetime) -> bool:
    row = rows.by_token(conn, passwords.token_hash(token)) if token else None
    return row is not None and rows.revoke(conn, row.id, now)


def _note_seen(club: Club, sign_in_id: int, now: datetime) -> None:
    """Keep the browser's time of life; a full or busy database must not put people out."""
    try:
        with club.writing(announce=False) as conn:
            rows.touch(conn, sign_in_id, now)
    except Busy:
        return


def _desk(person: StaffRow, sign_in_id: int) -> Desk:
    return Desk(
        staff_id=person.id,
        name=person.name,
        role=person.role,
        branches=person.branches,
        language=person.language or "en",
        session_id=sign_in_id,
    )
