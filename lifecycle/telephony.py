"""A telephone call, put together from what its reports tell (spec: intake; payloads, Telephony).

Reports come late, twice, shuffled, or never: a call is a function of the set of those that came, so that their
order changes nothing. A number is judged by the habits of a country; what is no person's number stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from lifecycle import phones

#: What a report can say of a call: it rings, somebody talks, one of its legs is over, all of it is over.
RINGING, TALKING, LEFT, ENDED = "ringing", "talking", "left", "ended"
STATES: Final = (RINGING, TALKING, LEFT, ENDED)
#: All known legs are over and nobody said yet that the call is.
OVER: Final = "over"
DIRECTIONS: Final = ("in", "out", "inner")
#: Why a call ended that nobody saw end: what is heard of it later counts more.
LOST: Final = "lost"
#: Reports kept of one call; a queue that rings for an hour says nothing new.
REPORTS_MOST: Final = 200
_RANK: Final = {state: rank for rank, state in enumerate(STATES)}

#: Whose number it can be: a person's, or why it is nobody's.
PERSON, HIDDEN, SHORT, SERVICE, SIP, ODD = "person", "hidden", "short", "service", "sip", "odd"
#: Fewer digits are an extension or a short number (112, 0911).
_SHORT_MOST: Final = 6
_INTERNATIONAL_LEAST: Final = 11
_HIDDEN_WORDS: Final = frozenset(
    "anonymous unknown private restricted unavailable hidden withheld none null asterisk <unknown>".split()
)
_IS_SIP: Final = re.compile(r"^sips?:|@", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]")


class CallReport(NamedTuple):
    """One report about a call. `at` is its own moment, or when it came where it names none.

    `outside` is the provider's name of the call, `leg` of its part, `seq` its place in the order of that part.
    `seconds` are those of talk; `answered` says whether anybody talked, where the report knows.
    """

    outside: str
    state: str
    at: datetime
    direction: str = ""
    number: str = ""
    line: str = ""
    extension: str = ""
    leg: str = ""
    seq: int = 0
    began_at: datetime | None = None
    seconds: int | None = None
    answered: bool | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A call as all its reports tell it."""

    state: str
    direction: str
    number: str
    line: str
    extension: str
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    answered: bool
    last_seq: int
    why: str


def call_of(reports: Iterable[CallReport]) -> Told:
    """The call that these reports are about: the same for the same set, in whatever order and however often."""
    known = sorted(_believed(set(reports)), key=_order)
    state, talked = _state(known), _talked_at(known)
    over = max((one.at for one in known if one.state in (LEFT, ENDED)), default=None)
    ended = over if state in (OVER, ENDED) else None
    began = min(one.began_at or one.at for one in known)
    seconds = _seconds(known, talked, ended)
    return Told(
        state=state,
        direction=_last(known, "direction"),
        number=_last(known, "number"),
        line=_last(known, "line"),
        extension=_last(known, "extension"),
        began_at=began,
        answered_at=talked,
        ended_at=None if ended is None else max(began, ended),
        seconds=seconds,
        answered=_answered(known, talked, seconds),
        last_seq=max(one.seq for one in known),
        why=_last(known, "why"),
    )


def _believed(reports: set[CallReport]) -> list[CallReport]:
    heard = max((one.at for one in reports if one.why != LOST), default=None)
    return [one for one in reports if one.why != LOST or heard is None or heard <= one.at]


def _order(one: CallReport) -> tuple[Any, ...]:
    """Better informed ones later: of the whole before parts, then by the order of the provider, then by time."""
    rest = (one.leg, one.number, one.line, one.extension, one.direction, one.seconds or 0, str(one.answered), one.why)
    return one.state == ENDED, _RANK[one.state], one.at, one.seq, *rest, str(one.began_at)


def _state(known: Sequence[CallReport]) -> str:
    if any(one.state == ENDED for one in known):
        return ENDED
    legs: dict[str, CallReport] = {}
    for one in sorted(known, key=lambda one: (one.seq, _RANK[one.state], one.at)):
        legs[one.leg] = one
    now = {one.state for one in legs.values()}
    return TALKING if TALKING in now else RINGING if RINGING in now else OVER


def _talked_at(known: Sequence[CallReport]) -> datetime | None:
    return min((one.at for one in known if one.state == TALKING), default=None)


def _seconds(known: Sequence[CallReport], talked: datetime | None, ended: datetime | None) -> int | None:
    said = [one.seconds for one in known if one.seconds is not None]
    if said:
        return said[-1]
    if ended is None:
        return None
    return 0 if talked is None else max(0, int((ended - talked) / timedelta(seconds=1)))


def _answered(known: Sequence[CallReport], talked: datetime | None, seconds: int | None) -> bool:
    """Whether anybody talked: by who says so last, else by how long, else by whether somebody took it up."""
    said = [one.answered for one in known if one.answered is not None]
    if said:
        return said[-1]
    return talked is not None or bool(seconds)


def _last(known: Sequence[CallReport], name: str) -> str:
    return next((value for one in reversed(known) if (value := getattr(one, name))), "")


def as_json(report: CallReport) -> list[Any]:
    """A report as it is stored beside its call."""
    return [value.isoformat() if isinstance(value, datetime) else value for value in report]


def from_json(stored: Sequence[Any]) -> CallReport:
    """A stored report."""
    values = dict(zip(CallReport._fields, stored, strict=True))
    for name in ("at", "began_at"):
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    return CallReport(**values)


@dataclass(frozen=True, slots=True)
class Caller:
    """A number as a call shows it: whose it can be, and in E.164 where it is a number one can call back."""

    kind: str
    e164: str | None = None


def caller_of(typed: str, country: str, exchange: str = "") -> Caller:
    """Whose number this can be, by the habits of a country, else of the one whose exchange reports it.

    Never raises: what is no number stays text.
    """
    text = typed.strip()
    if not text or text.lower() in _HIDDEN_WORDS:
        return Caller(HIDDEN)
    if _IS_SIP.search(text):
        return Caller(SIP)
    digits = phones.digits_of(text)
    if _LETTERS.search(text) or not digits:
        return Caller(ODD)
    if len(digits) <= _SHORT_MOST:
        return Caller(SHORT)
    e164 = _e164(text, digits, country) or (phones.understand(text, exchange).e164 if exchange else None)
    if e164 is None:
        return Caller(ODD)
    return Caller(SERVICE if phones.is_service(e164) else PERSON, e164)


def _e164(text: str, digits: str, country: str) -> str | None:
    """As people of the country dial it, else as exchanges write numbers: whole, without the plus."""
    home = phones.understand(text, country).e164
    if home is not None or text.startswith("+") or digits.startswith("0") or len(digits) < _INTERNATIONAL_LEAST:
        return home
    return phones.valid(f"+{digits}")
