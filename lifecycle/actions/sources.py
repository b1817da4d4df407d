"""Doors for the outside systems that may report: connected, their secret shown once, rotated, revoked (spec: intake)."""

from __future__ import annotations

import dataclasses
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import rights, store
from lifecycle.actions import audit, source_options
from lifecycle.club import Club
from lifecycle.connections import KINDS, Kind
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, FieldError, NotFound
from lifecycle.facts import text_error
from lifecycle.store.sources import SourceRow

#: How long the secret before still holds after it was changed, so that the other side can follow in peace.
OVERLAP: Final = timedelta(days=1)
_NAME_MOST, _SECRET_MOST, _OPTION_MOST = 100, 500, 2000
_SECRET: Final = re.compile(r"[!-~]{8,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Made:
    """A source with its secret, shown this once."""

    source: SourceRow
    secret: str


def create(
    club: Club,
    desk: Desk,
    *,
    kind: str,
    name: str,
    branch_id: int | None = None,
    secret: str | None = None,
    options: Mapping[str, str] | None = None,
) -> Made:
    """Connect an outside system; without a branch it speaks for all of them.

    `secret` is the provider's own where the kind has one, else it is made here. Raises Refused without the
    right `manage_sources`, BadInput naming each field.
    """
    rights.check(desk, "manage_sources")
    name = " ".join(name.split())
    made = _secret(_checked(kind, name, secret, options or {}), secret)
    now = club.clock.now()
    values = {
        "code": secrets.token_hex(8),
        "kind": kind,
        "name": name,
        "branch_id": branch_id,
        "secret": made,
        "options": dict(options or {}),
        "created_at": now,
        "created_by": desk.name,
    }
    with club.writing() as conn:
        if branch_id is not None and branch_id not in store.branches.by_id(conn):
            raise BadInput.of("branch", "unknown_branch", given=branch_id)
        _check_options(conn, options or {})
        source_id = store.sources.add(conn, values)
        _audit(conn, desk, "add_source", now, source_id, branch_id, kind=kind)
        return Made(_get(conn, source_id), made)


def every(club: Club, desk: Desk) -> list[SourceRow]:
    """All sources, their secrets blotted out. Raises Refused without the right `manage_sources`."""
    rights.check(desk, "manage_sources")
    with club.reading() as conn:
        return [_blotted(source) for source in store.sources.every(conn)]


def only_of(club: Club, desk: Desk, kind: str) -> tuple[str, str]:
    """The code and the secret of the one source of a kind, for a connector on the club's own computer.

    Raises Refused, NotFound where there is none of that kind, or more than one.
    """
    rights.check(desk, "manage_sources")
    with club.reading() as conn:
        found = [one for one in store.sources.every(conn) if one.kind == kind and one.revoked_at is None]
    if len(found) != 1:
        raise NotFound("no_one_source", kind=kind, count=len(found))
    return found[0].code, found[0].secret


def rotate(
    club: Club, desk: Desk, source_id: int, *, secret: str | None = None, overlap: timedelta = OVERLAP
) -> Made:
    """Give a source a new secret, shown this once; the one before holds for `overlap`.

    Raises Refused, NotFound, BadInput, Conflict where somebody changed it at the same moment.
    """
    rights.check(desk, "manage_sources")
    now = club.clock.now()
    with club.writing() as conn:
        source = _held(conn, source_id)
        if errors := _secret_errors(KINDS[source.kind], secret):
            raise BadInput(errors)
        made = _secret(KINDS[source.kind], secret)
        values = {"secret": made, "previous_secret": source.secret, "previous_until": now + overlap}
        _write(conn, source, values)
        _audit(conn, desk, "rotate_source", now, source_id, source.branch_id)
        return Made(_get(conn, source_id), made)


def change(
    club: Club, desk: Desk, source_id: int, *, version: int, name: str, options: Mapping[str, str]
) -> SourceRow:
    """Rename a source or set its options; a hidden one that is left out stays. Raises as `rotate`."""
    rights.check(desk, "manage_sources")
    name, now = " ".join(name.split()), club.clock.now()
    with club.writing() as conn:
        source = _held(conn, source_id)
        if source.version != version:
            raise Conflict("changed_meanwhile", version=source.version)
        kind = _checked(source.kind, name, None, options, fresh=False)
        _check_options(conn, options)
        hidden = {key: value for key, value in source.options.items() if key in kind.hidden and key not in options}
        _write(conn, source, {"name": name, "options": dict(options) | hidden})
        _audit(conn, desk, "change_source", now, source_id, source.branch_id)
        return _blotted(_get(conn, source_id))


def revoke(club: Club, desk: Desk, source_id: int) -> None:
    """End a source; its next delivery is refused. Raises Refused, NotFound for one that is not there or ended."""
    rights.check(desk, "manage_sources")
    now = club.clock.now()
    with club.writing() as conn:
        source = _held(conn, source_id)
        _write(conn, source, {"revoked_at": now, "previous_secret": None, "previous_until": None})
        _audit(conn, desk, "revoke_source", now, source_id, source.branch_id)


def _checked(
    kind: str, name: str, secret: str | None, options: Mapping[str, str], *, fresh: bool = True
) -> Kind:
    """The kind, where everything that was given can be taken; all that cannot is named at once."""
    known = KINDS.get(kind)
    if known is None:
        raise BadInput.of("kind", "bad_choice", value=kind[:60], choices=tuple(KINDS))
    errors = _secret_errors(known, secret) if fresh else []
    if not 0 < len(name) <= _NAME_MOST or not name.isprintable():
        errors.append(FieldError("name", "name_odd"))
    allowed = {*known.options, *known.hidden}
    for option, value in options.items():
        if option not in allowed:
            errors.append(FieldError(option[:60], "unknown_field", {"field": option[:60]}))
        elif error := text_error(option, value, _OPTION_MOST):
            errors.append(error)
    if errors:
        raise BadInput(errors)
    return known


def _check_options(conn: Connection, options: Mapping[str, str]) -> None:
    """Raise BadInput naming the options that would never work."""
    if errors := source_options.errors_of(options, [branch.code for branch in store.branches.every(conn)]):
        raise BadInput(errors)


def _secret_errors(kind: Kind, secret: str | None) -> list[FieldError]:
    if secret is None:
        return [FieldError("secret", "missing_field")] if kind.given else []
    if not _SECRET.fullmatch(secret) or len(secret) > _SECRET_MOST:
        return [FieldError("secret", "secret_odd")]
    return []


def _secret(kind: Kind, given: str | None) -> str:
    return given if given is not None else secrets.token_urlsafe(32)


def _held(conn: Connection, source_id: int) -> SourceRow:
    source = store.sources.by_id(conn, source_id)
    if source is None or source.revoked_at is not None:
        raise NotFound("no_such_source")
    return source


def _get(conn: Connection, source_id: int) -> SourceRow:
    return _blotted(_held(conn, source_id))


def _write(conn: Connection, source: SourceRow, values: Mapping[str, Any]) -> None:
    if not store.sources.change(conn, source, values):
        raise Conflict("changed_meanwhile", version=source.version)


def _blotted(source: SourceRow) -> SourceRow:
    """The source without what would let anybody in."""
    hidden = KINDS[source.kind].hidden if source.kind in KINDS else ()
    options = {name: "" if name in hidden else value for name, value in source.options.items()}
    return dataclasses.replace(source, secret="", previous_secret=None, options=options)


def _audit(
    conn: Connection, desk: Desk, deed: str, at: datetime, source_id: int, branch_id: int | None, **detail: Any
) -> None:
    audit.append(conn, desk, deed, at=at, branch_id=branch_id, detail={"source": source_id, **detail})
