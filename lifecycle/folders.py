"""The folders, in the order they stand on screen (spec: lifecycle, section 7).

To add a folder: write its rule (see `status` for how), add its line to FOLDER_RULES. Bit i of the mask is
the i-th line. Archive is no rule among the others: it stands instead of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from lifecycle.days import OPEN
from lifecycle.status import Flag, Number, Terms, absent


def active(t: Terms) -> Flag:
    """Covered, or engaged not long ago, or promoted not long ago."""
    return t.covered | t.recent | t.window


def not_activated(t: Terms) -> Flag:
    """A membership is bought and waits for its activation."""
    return t.summary.bought


def to_renew(t: Terms) -> Flag:
    """Covered, with an end, and that end is near."""
    until = t.summary.covered_until
    return t.covered & (until < OPEN) & (until <= t.day + t.policy.renew_before_days)


def not_renewed(t: Terms) -> Flag:
    """A membership of the present stretch is over, not long ago, and none covers."""
    return absent(t.covered) & t.recent & (t.summary.covered_until >= t.summary.stretch_on)


def potential(t: Terms) -> Flag:
    """Might buy, and has not been here."""
    return t.potential & absent(t.summary.been_guest)


def guest(t: Terms) -> Flag:
    """Might buy, and has been here (or was moved to Guest)."""
    return t.potential & t.summary.been_guest


def deal_lost(t: Terms) -> Flag:
    """Might have bought, and refused last."""
    return t.potential & t.summary.refused


def lost(t: Terms) -> Flag:
    """Was engaged once, and no more."""
    return t.lost


def churn(t: Terms) -> Flag:
    """Lost, but not so long ago that the client must come in as a guest again."""
    return t.lost & t.warm


class Folder(NamedTuple):
    """A folder's code and the rule who stands in it."""

    code: str
    rule: Callable[[Terms], Flag]


FOLDER_RULES: Final = (
    Folder("active", active),
    Folder("not_activated", not_activated),
    Folder("to_renew", to_renew),
    Folder("not_renewed", not_renewed),
    Folder("potential", potential),
    Folder("guest", guest),
    Folder("deal_lost", deal_lost),
    Folder("lost", lost),
    Folder("churn", churn),
)

FOLDERS: Final = (*(folder.code for folder in FOLDER_RULES), "archive")
BITS: Final = {code: 1 << place for place, code in enumerate(FOLDERS)}

_RULES: Final = tuple((folder.rule, BITS[folder.code]) for folder in FOLDER_RULES)
_ARCHIVE: Final = BITS["archive"]


def folder_mask(t: Terms) -> Number:
    """The folders as bits; an archived client stands in Archive alone."""
    one = t.summary.one
    mask = 0 * one
    for rule, bit in _RULES:
        mask = mask | rule(t) * (bit * one)
    archived = t.summary.archived * one
    return mask * (1 - archived) + archived * _ARCHIVE


def standing_in(t: Terms) -> Iterator[Flag]:
    """For each of FOLDERS who stands there: what `folder_mask` packs, to be counted."""
    elsewhere = absent(t.summary.archived)
    for rule, _bit in _RULES:
        yield rule(t) & elsewhere
    yield t.summary.archived


def folders_of(mask: int) -> tuple[str, ...]:
    """The codes of a mask, in the order they stand on screen."""
    return _CODES[mask]


_CODES: Final = tuple(
    tuple(code for code, bit in BITS.items() if mask & bit) for mask in range(1 << len(FOLDERS))
)
