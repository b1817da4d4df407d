"""The words people use in their tables, read from `headings.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from lifecycle.names import norm

KINDS: Final = ("clients", "memberships", "visits", "purchases", "contacts")

_SIGNS = re.compile(r"[\W_]+")
_BOOK: Final[dict[str, Any]] = tomllib.loads(
    resources.files("lifecycle.importing").joinpath("headings.toml").read_text("utf-8")
)


@lru_cache(maxsize=65536)
def plain(words: str) -> str:
    """As headings and values are compared: case, ё, signs and underscores never matter."""
    return _SIGNS.sub(" ", norm(words)).strip() or norm(words)


def _by_word(table: Mapping[str, list[str]]) -> dict[str, str]:
    return {plain(word): code for code, words in table.items() for word in words}


#: For each kind of table: heading -> field. A kind's own headings come before everybody's.
HEADINGS: Final[dict[str, dict[str, str]]] = {
    kind: _by_word(_BOOK["any"]) | _by_word(_BOOK[kind]) for kind in KINDS
}
#: Of these, the ones that only this kind has: what a kind is known by.
OWN_HEADINGS: Final[dict[str, dict[str, str]]] = {kind: _by_word(_BOOK[kind]) for kind in KINDS}
#: The headings of a membership, for tables of clients that name one in the same row.
FIELDS: Final[dict[str, frozenset[str]]] = {
    kind: frozenset({*_BOOK["any"], *_BOOK[kind]}) for kind in KINDS
}
#: For each field of choices: what stands in a cell -> the code.
VALUES: Final[dict[str, dict[str, str]]] = {name: _by_word(table) for name, table in _BOOK["values"].items()}
FILE_NAMES: Final[dict[str, list[str]]] = _BOOK["names"]

_PERSON = frozenset({"phone", "email", "birthday", "last_name", "first_name", "tax_id", "company"})


def field_of(heading: str, kind: str) -> str | None:
    """The field a heading means in a table of this kind."""
    words = plain(heading)
    found = HEADINGS[kind].get(words)
    if found is None and kind == "clients":
        # One wide table with the client and what was sold to them is the commonest of all.
        return OWN_HEADINGS["memberships"].get(words)
    return found


def kind_of(headings: list[str], file_name: str) -> str | None:
    """What a table holds, by its headings and the name of its file; None where two kinds fit alike."""
    words = [plain(heading) for heading in headings if heading.strip()]
    points = {kind: _points(kind, words, file_name) for kind in KINDS}
    best = max(points.values())
    fitting = [kind for kind in KINDS if points[kind] == best]
    return fitting[0] if best > 0 and len(fitting) == 1 else None


def _points(kind: str, words: list[str], file_name: str) -> float:
    own = [word for word in words if OWN_HEADINGS[kind].get(word) not in (None, "row", "client", "time")]
    mine = sum(2 if _only_one(word) else 1 for word in own)
    # Any table may name people; that tells of clients only where nothing tells of anything else.
    people = _PERSON & {HEADINGS[kind].get(word, "") for word in words} if kind == "clients" else ()
    named = _named(kind, file_name.casefold())
    told = {HEADINGS[kind].get(word, "") for word in words}
    if not all(told & needed for needed in NEEDED[kind]):
        return 0
    return mine + 0.5 * len(people) + 5 * named


def _only_one(word: str) -> bool:
    """Whether no other kind of table has this heading."""
    return sum(word in headings for headings in OWN_HEADINGS.values()) == 1


def _named(kind: str, name: str) -> bool:
    """Whether the file is called so; "memberships" also begins with "member"."""
    hints = [hint for hint in FILE_NAMES[kind] if hint in name]
    if kind in ("clients", "contacts") and _named_more_exactly(kind, name):
        return False
    return bool(hints)


def _named_more_exactly(kind: str, name: str) -> bool:
    others = {"clients": ("memberships",), "contacts": ("clients",)}[kind]
    return any(hint in name for other in others for hint in FILE_NAMES[other])


_NAMED = frozenset({"name", "last_name", "company"})
_MEANT = frozenset({"client", "name", "last_name", "company"})
_WHEN = frozenset({"at"})
#: Of each of these at least one: without it no row of the kind says anything.
NEEDED: Final[dict[str, tuple[frozenset[str], ...]]] = {
    "clients": (_NAMED,),
    "memberships": (_MEANT, frozenset({"sold", "activated", "starts", "ends"})),
    "visits": (_MEANT, _WHEN),
    "purchases": (_MEANT, _WHEN, frozenset({"amount"})),
    "contacts": (_MEANT, _WHEN),
}
