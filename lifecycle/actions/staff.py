"""Doors for staff: the first owner by a one-time link, then people, their roles, branches and passwords.

There is no default account. Whoever may sign in is always somebody, and one active owner always stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import passwords, rights
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, FieldError, IllegalMove, NotFound, Refused
from lifecycle.store import branches as branch_rows
from lifecycle.store import sign_ins
from lifecycle.store import staff as rows
from lifecycle.store.changes import stand_last_in_line
from lifecycle.store.staff import StaffRow

#: How long the printed set-up link opens.
SETUP_HOLDS: Final = timedelta(hours=24)
LANGUAGES: Final = ("en", "ru", "uk")
THEMES: Final = ("system", "light", "dark")

_LOGIN = re.compile(r"[\w.@+-]{2,64}")
_NAME_LENGTH = 100


def normal_login(login: str) -> str:
    """The form of a login that is kept and compared: people type capitals on tablets without meaning them."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def setup_link(club: Club) -> str | None:
    """The secret of a new one-time set-up link for an empty club; None where somebody is there already.

    It opens for 24 hours; links made before stop opening. Show it as `/set-up?token=…`, once.
    """
    with club.writing(announce=False) as conn:
        if rows.anybody(conn):
            return None
        token = passwords.new_token()
        rows.offer_setup(conn, passwords.token_hash(token), club.clock.now() + SETUP_HOLDS)
        return token


def waits_for_owner(club: Club) -> bool:
    """Whether nobody was set up yet."""
    with club.reading() as conn:
        return not rows.anybody(conn)


def set_up(club: Club, token: str, *, login: str, name: str, password: str, address: str = "") -> int:
    """Make the first owner by the printed link; gives their id.

    Raises BadInput for what was typed (the link stays good), Refused("setup_link_bad") for a link
    that is unknown, used or too old, or where the club has somebody already.
    """
    login, name = _checked(login=login, name=name, role="owner")
    _refuse_weak(password, login, name)
    _refuse_unknown_link(club, token)
    kept = passwords.hashed(password)
    now = club.clock.now()
    with club.writing() as conn:
        if rows.anybody(conn) or not rows.use_setup(conn, passwords.token_hash(token), now):
            raise Refused("setup_link_bad")
        values = {"login": login, "name": name, "role": "owner", "password_hash": kept, "created_at": now}
        staff_id = rows.add(conn, values, ())
        owner = Desk(staff_id=staff_id, name=name, role="owner")
        audit.append(conn, owner, "set_up", at=now, address=address)
        return staff_id


def add(
    club: Club,
    desk: Desk,
    *,
    login: str,
    name: str,
    role: str,
    password: str,
    branches: Iterable[int] | None = None,
    language: str | None = None,
    demo: bool = False,
) -> int:
    """Take somebody on; gives their id. Without `branches` a club of one branch gives that one.

    Raises Refused without the right `manage_staff`; BadInput for a login that is taken or no login,
    an unknown role or branch, a weak password. The passwords of a demo club are known and not judged.
    """
    rights.check(desk, "manage_staff")
    login, name = _checked(login=login, name=name, role=role, language=language)
    if not demo:
        _refuse_weak(password, login, name)
    kept = passwords.hashed(password)
    now = club.clock.now()
    with club.writing() as conn:
        stand_last_in_line(conn)
        if rows.by_login(conn, login) is not None:
            raise BadInput.of("login", "login_taken", given=login)
        values = {"login": login, "name": name, "role": role, "password_hash": kept, "language": language,
                  "demo": demo, "created_at": now}  # fmt: skip
        staff_id = rows.add(conn, values, _branches(conn, branches))
        audit.append(conn, desk, "add_staff", at=now, detail={"staff": staff_id, "role": role})
        return staff_id


def change(
    club: Club,
    desk: Desk,
    staff_id: int,
    *,
    version: int,
    name: str | None = None,
    role: str | None = None,
    branches: Iterable[int] | None = None,
    password: str | None = None,
) -> None:
    """Change name, role, branches or password; what is None stays. It holds for every open screen within a second.

    Raises Refused, NotFound, BadInput, Conflict where somebody changed the person meanwhile,
    IllegalMove("last_owner") where nobody could let others in any more.
    """
    rights.check(desk, "manage_staff")
    now = club.clock.now()
    kept = {} if password is None else {"password_hash": _new_hash(club, staff_id, password, name)}
    with club.writing() as conn:
        person = _person(conn, staff_id)
        _, name = _checked(login=person.login, name=person.name if name is None else name, role=role or person.role)
        _keep_an_owner(conn, person, role=role or person.role, active=person.active)
        _write(conn, staff_id, version, name=name, role=role or person.role, **kept)
        if kept:
            sign_ins.revoke_all(conn, staff_id, now)
            audit.append(conn, desk, "set_password", at=now, detail={"staff": staff_id})
        if branches is not None:
            rows.set_branches(conn, staff_id, _branches(conn, branches))
        audit.append(conn, desk, "change_staff", at=now, detail={"staff": staff_id, "role": role or person.role})


def deactivate(club: Club, desk: Desk, staff_id: int, *, version: int | None = None) -> None:
    """Let somebody in no more, and end every sign-in of theirs at once. What they did stays theirs.

    Raises Refused, NotFound, Conflict, IllegalMove("last_owner").
    """
    _set_active(club, desk, staff_id, version=version, active=False)


def activate(club: Club, desk: Desk, staff_id: int, *, version: int | None = None) -> None:
    """Let somebody in again, with the password they had. Raises Refused, NotFound, Conflict."""
    _set_active(club, desk, staff_id, version=version, active=True)


def set_password(club: Club, desk: Desk, staff_id: int, password: str) -> None:
    """Give somebody a new password and end every sign-in of theirs. Raises Refused, NotFound, BadInput."""
    rights.check(desk, "manage_staff")
    with club.reading() as conn:
        person = _person(conn, staff_id)
    _refuse_weak(password, person.login, person.name)
    _keep_password(club, desk, person, password, but=None)


def change_password(club: Club, desk: Desk, current: str, password: str) -> None:
    """Change one's own password; every other sign-in of one's own ends, this one stays.

    Raises Refused("password_wrong") for a wrong present one, BadInput for a weak new one.
    """
    if desk.staff_id is None:
        raise Refused("no_right", deed="change_password")
    with club.reading() as conn:
        person, kept = _person(conn, desk.staff_id), rows.password_hash(conn, desk.staff_id)
    if not passwords.matches(kept, current):
        audit.refusal(club, desk, "change_password")
        raise Refused("password_wrong")
    _refuse_weak(password, person.login, person.name)
    _keep_password(club, desk, person, password, but=desk.session_id)


def prefer(club: Club, desk: Desk, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep one's own language or theme; what is None stays. Raises BadInput for one that is not there."""
    if desk.staff_id is None:
        raise Refused("no_right", deed="prefer")
    _refuse_unless(language is None or language in LANGUAGES, "language", "unknown_language")
    _refuse_unless(theme is None or theme in THEMES, "theme", "unknown_theme")
    wanted: dict[str, Any] = {"language": language, "theme": theme}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if wanted:
        with club.writing(announce=False) as conn:
            rows.change(conn, desk.staff_id, **wanted)


def everybody(club: Club, desk: Desk) -> list[StaffRow]:
    """Who works or worked here. Raises Refused without the right `see_staff`."""
    rights.check(desk, "see_staff")
    with club.reading() as conn:
        return rows.every(conn)


def demo_people(club: Club) -> list[StaffRow]:
    """The demo accounts that can sign in; for the sign-in page of a demo club only."""
    with club.reading() as conn:
        return [person for person in rows.every(conn) if person.demo and person.active]


def _set_active(club: Club, desk: Desk, staff_id: int, *, version: int | None, active: bool) -> None:
    rights.check(desk, "manage_staff")
    now = club.clock.now()
    with club.writing() as conn:
        person = _person(conn, staff_id)
        _keep_an_owner(conn, person, role=person.role, active=active)
        _write(conn, staff_id, version, active=active)
        if not active:
            sign_ins.revoke_all(conn, staff_id, now)
        deed = "activate_staff" if active else "deactivate_staff"
        audit.append(conn, desk, deed, at=now, detail={"staff": staff_id})


def _new_hash(club: Club, staff_id: int, password: str, name: str | None) -> str:
    """The hash of a new password, made before the transaction, because it takes its time. Raises BadInput for a weak one."""
    with club.reading() as conn:
        person = _person(conn, staff_id)
    _refuse_weak(password, person.login, name or person.name)
    return passwords.hashed(password)


def _keep_password(club: Club, desk: Desk, person: StaffRow, password: str, *, but: int | None) -> None:
    kept = passwords.hashed(password)
    now = club.clock.now()
    with club.writing() as conn:
        rows.change(conn, person.id, password_hash=kept)
        sign_ins.revoke_all(conn, person.id, now, but=but)
        audit.append(conn, desk, "set_password", at=now, detail={"staff": person.id})


def _write(conn: Connection, staff_id: int, version: int | None, **values: Any) -> None:
    if not rows.change(conn, staff_id, version=version, **values):
        raise Conflict("staff_changed")


def _person(conn: Connection, staff_id: int) -> StaffRow:
    person = rows.by_id(conn, staff_id)
    if person is None:
        raise NotFound("no_such_staff")
    return person


def _keep_an_owner(conn: Connection, person: StaffRow, *, role: str, active: bool) -> None:
    """The last who can let others in must stay one who can."""
    stand_last_in_line(conn)
    stays = role == "owner" and active
    if person.role == "owner" and person.active and not stays and rows.active_owners(conn) == 1:
        raise IllegalMove("last_owner")


def _branches(conn: Connection, wanted: Iterable[int] | None) -> frozenset[int]:
    """The branches asked for, all of them there; with None the only branch of a club that has one."""
    there = frozenset(branch_rows.by_id(conn))
    if wanted is None:
        return there if len(there) == 1 else frozenset()
    chosen = frozenset(wanted)
    _refuse_unless(chosen <= there, "branches", "unknown_branch")
    return chosen


def _checked(*, login: str, name: str, role: str, language: str | None = None) -> tuple[str, str]:
    """Login and name in the form they are kept; raises BadInput naming every field that cannot be taken."""
    login, name = normal_login(login), " ".join(unicodedata.normalize("NFC", name).split())
    wrong = [
        FieldError(field, code)
        for field, code, fits in (
            ("login", "login_odd", _LOGIN.fullmatch(login) is not None),
            ("name", "name_odd", 0 < len(name) <= _NAME_LENGTH and name.isprintable()),
            ("role", "unknown_role", role in rights.ROLES),
            ("language", "unknown_language", language is None or language in LANGUAGES),
        )
        if not fits
    ]
    if wrong:
        raise BadInput(wrong)
    return login, name


def _refuse_weak(password: str, login: str, name: str) -> None:
    code = passwords.weakness(password, (login, name))
    if code is not None:
        raise BadInput.of("password", code, shortest=passwords.SHORTEST, longest=passwords.LONGEST)


def _refuse_unknown_link(club: Club, token: str) -> None:
    """Before any costly hashing: strangers must not make the server work."""
    with club.reading() as conn:
        if not rows.setup_opens(conn, passwords.token_hash(token), club.clock.now()):
            raise Refused("setup_link_bad")


def _refuse_unless(fits: bool, field: str, code: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not fits:
        raise BadInput.of(field, code)
