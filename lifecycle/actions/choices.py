"""Doors for the lists that a club edits: contact statuses, reasons for leaving and for refusing.

A line is never deleted, because cards name it; it is shut, and then chosen no more. One contact status always stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from unicodedata import normalize

from sqlalchemy import Connection

from lifecycle import rights, store
from lifecycle.actions import audit
from lifecycle.choices import KINDS, OTHER, Line
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, IllegalMove, NotFound
from lifecycle.facts import text_error

LANGUAGES: Final = ("en", "ru", "uk")
NAME_MOST: Final = 60
LINES_MOST: Final = 50
_ODD: Final = re.compile(r"[^a-z0-9]+")


def add(club: Club, desk: Desk, kind: str, *, names: Mapping[str, str]) -> Line:
    """One line more at the end of a list; gives it. A word of one language is enough.

    Raises Refused without the right `edit_choices`, BadInput.
    """
    words = _names(names)
    with club.writing() as conn:
        lines = _list(conn, desk, kind)
        if len(lines) >= LINES_MOST:
            raise BadInput.of("names", "too_many_lines", most=LINES_MOST)
        code = _code(words, {line.code for line in lines})
        line = Line(kind, code, words, max(one.position for one in lines) + 1)
        store.choices.add(conn, line)
        _audit(club, conn, desk, line, "added")
        return line


def rename(club: Club, desk: Desk, kind: str, code: str, *, version: int, names: Mapping[str, str]) -> Line:
    """Give a line other words; cards that name it show them too. Raises as `add`, NotFound, Conflict."""
    words = _names(names)
    with club.writing() as conn:
        return _change(club, conn, desk, _line(conn, desk, kind, code), version, "renamed", names=words)


def set_active(club: Club, desk: Desk, kind: str, code: str, *, version: int, active: bool) -> Line:
    """Shut a line or open it again. Raises IllegalMove for the last status, and for the reason `other`."""
    with club.writing() as conn:
        line = _line(conn, desk, kind, code)
        others = [one for one in store.choices.active(conn, kind) if one.code != code]
        if not active and not others:
            raise IllegalMove("last_line")
        if not active and kind != "contact_status" and code == OTHER:
            raise IllegalMove("other_stays")
        return _change(club, conn, desk, line, version, "opened" if active else "shut", active=active)


def reorder(club: Club, desk: Desk, kind: str, codes: Sequence[str]) -> None:
    """Put all lines of a list into this order. Raises BadInput where it is not all of them."""
    with club.writing() as conn:
        lines = {line.code: line for line in _list(conn, desk, kind)}
        if sorted(codes) != sorted(lines):
            raise BadInput.of("codes", "not_all_lines")
        for place, code in enumerate(codes):
            if lines[code].position != place:
                store.choices.change(conn, lines[code], position=place)
        _audit(club, conn, desk, lines[codes[0]], "reordered")


def _list(conn: Connection, desk: Desk, kind: str) -> tuple[Line, ...]:
    """The list about to be edited, the club's own from here on."""
    rights.check(desk, "edit_choices")
    if kind not in KINDS:
        raise NotFound("no_such_list")
    store.changes.stand_last_in_line(conn)
    store.choices.own(conn, kind)
    return store.choices.of_kind(conn, kind)


def _line(conn: Connection, desk: Desk, kind: str, code: str) -> Line:
    for line in _list(conn, desk, kind):
        if line.code == code:
            return line
    raise NotFound("no_such_line")


def _change(
    club: Club, conn: Connection, desk: Desk, line: Line, version: int, how: str, **values: Any
) -> Line:
    if line.version != version or not store.choices.change(conn, line, **values):
        raise Conflict("changed_meanwhile", version=line.version)
    _audit(club, conn, desk, line, how)
    return replace(line, version=line.version + 1, **values)


def _names(given: Mapping[str, str]) -> dict[str, str]:
    """The words of a line, tidy; at least one of them."""
    words: dict[str, str] = {}
    for language, word in given.items():
        if language not in LANGUAGES:
            raise BadInput.of("names", "unknown_language")
        if error := text_error(f"names.{language}", word, NAME_MOST):
            raise BadInput([error])
        if tidy := " ".join(normalize("NFC", word).split()):
            words[language] = tidy
    if not words:
        raise BadInput.of("names", "missing_field", field="names")
    return words


def _code(words: Mapping[str, str], taken: set[str]) -> str:
    """A code for ever: of the English word where there is one, else a number."""
    stem = _ODD.sub("_", words.get("en", "").casefold()).strip("_")[:40] or "own"
    numbered = [stem, *(f"{stem}_{number}" for number in range(2, LINES_MOST + 2))]
    return next(code for code in numbered if code not in taken and code != "none")


def _audit(club: Club, conn: Connection, desk: Desk, line: Line, how: str) -> None:
    detail = {"list": line.kind, "line": line.code, "how": how}
    audit.append(conn, desk, "edit_choices", at=club.clock.now(), detail=detail)
