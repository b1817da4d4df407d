"""Mango Office: a form of three fields; what is signed is the raw text of the field `json`.

One call (`entry_id`) has several parts (`call_id`), each told of in the order of its `seq` and not of arrival; how it
ended is told of the whole once more, in its summary. Who signs wrongly reads Mango's own refusal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from lifecycle.errors import BadInput, ClubError
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Unsigned
from lifecycle.intake.calls import Telephone, choice_of, count_of, moment_of, part_of
from lifecycle.store.sources import SourceRow
from lifecycle.telephony import ENDED, LEFT, RINGING, TALKING, CallReport

_STATES: Final = {"Appeared": RINGING, "Connected": TALKING, "OnHold": TALKING, "Disconnected": LEFT}
_DIRECTIONS: Final = {"0": "inner", "1": "in", "2": "out"}
_SEQ_MOST: Final = 10**9
#: Only a summary has these, whatever address it is posted to.
_OF_A_SUMMARY: Final = ("entry_result", "talk_time", "create_time", "end_time")


class Mango(Telephone):
    """The notifications of Mango Office. The secret is its salt; the key of the API is an option."""

    kind = "mango"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        form = _form(incoming)
        key, told = form.get("vpbx_api_key", ""), form.get("json", "")
        own = str(source.options.get("api_key", ""))
        if own and not signing.same(key, [own]):
            raise Unsigned
        signing.require(form.get("sign", "").lower(), source, now, lambda salt: signature(key, told, salt))
        if (at := _signed_at(incoming)) is not None:
            signing.require_recent(at, now)

    def report(self, incoming: Incoming, source: SourceRow, at: datetime) -> CallReport | None:
        told = json_of(incoming)
        if "entry_id" not in told and "call_id" not in told:
            return None
        if any(name in told for name in _OF_A_SUMMARY):
            return _summary(told, at)
        return _leg(told, at) if "call_state" in told else None

    def refused(self, error: ClubError) -> Answer | None:
        return Answer(420, {"code": 3104}) if isinstance(error, Unsigned) else None


def signature(key: str, told: str, salt: str) -> str:
    """As Mango signs: over the text of the field as it came."""
    return hashlib.sha256((key + told + salt).encode("utf-8", "surrogateescape")).hexdigest()


def json_of(incoming: Incoming) -> dict[str, Any]:
    """What the field `json` says. Raises BadInput."""
    told = bodies.form_of(incoming).get("json")
    if told is None:
        raise BadInput.of("json", "missing_field")
    return bodies.object_of(replace(incoming, body=told.encode("utf-8", "surrogateescape")))


def _form(incoming: Incoming) -> Mapping[str, str]:
    try:
        return bodies.form_of(incoming)
    except BadInput:
        raise Unsigned from None


def _signed_at(incoming: Incoming) -> datetime | None:
    try:
        told = json_of(incoming)
        return moment_of(told, "timestamp") or moment_of(told, "end_time")
    except BadInput:
        # Signed and odd: refused later, with the field's name.
        return None


def _leg(told: Mapping[str, Any], at: datetime) -> CallReport:
    """One part of a call: to the menu, to the queue, to somebody's telephone."""
    state = choice_of(told, "call_state", _STATES)
    if state is None:
        raise BadInput.of("call_state", "missing_field")
    if state == TALKING and bodies.text_of(told, "location") in ("ivr", "queue"):
        state = RINGING
    who, to = part_of(told, "from"), part_of(told, "to")
    direction = _direction(who, to)
    return CallReport(
        outside=bodies.text_of(told, "entry_id") or bodies.text_of(told, "call_id", required=True),
        state=state,
        at=moment_of(told, "timestamp") or at,
        direction=direction,
        number=_number(who, to, direction),
        line=bodies.text_of(to, "line_number"),
        extension=_extension(who, to, direction),
        leg=bodies.text_of(told, "call_id", required=True),
        seq=_seq(told),
        why=bodies.text_of(told, "disconnect_reason"),
    )


def _summary(told: Mapping[str, Any], at: datetime) -> CallReport:
    """The whole call. Whether anybody talked is told by how long, not by its result."""
    who, to = part_of(told, "from"), part_of(told, "to")
    direction = choice_of(told, "call_direction", _DIRECTIONS) or _direction(who, to)
    seconds = _talked(told)
    return CallReport(
        outside=bodies.text_of(told, "entry_id", required=True),
        state=ENDED,
        at=moment_of(told, "end_time") or at,
        direction=direction,
        number=_number(who, to, direction),
        line=bodies.text_of(told, "line_number") or bodies.text_of(to, "line_number"),
        extension=_extension(who, to, direction),
        began_at=moment_of(told, "create_time"),
        seconds=seconds,
        answered=None if seconds is None else seconds > 0,
        why=bodies.text_of(told, "disconnect_reason"),
    )


def _talked(told: Mapping[str, Any]) -> int | None:
    """`talk_time` is the moment from which they talked, 0 where nobody did."""
    if told.get("talk_time") in (None, ""):
        return None
    talk, end = moment_of(told, "talk_time"), moment_of(told, "end_time")
    if talk is None:
        return 0
    return None if end is None else max(0, round((end - talk).total_seconds()))


def _direction(who: Mapping[str, Any], to: Mapping[str, Any]) -> str:
    """Who has an extension sits in the club."""
    inside = bool(bodies.text_of(who, "extension")), bool(bodies.text_of(to, "extension"))
    return "inner" if inside == (True, True) else "out" if inside[0] else "in"


def _number(who: Mapping[str, Any], to: Mapping[str, Any], direction: str) -> str:
    return bodies.text_of(to if direction == "out" else who, "number")


def _extension(who: Mapping[str, Any], to: Mapping[str, Any], direction: str) -> str:
    return bodies.text_of(who if direction == "out" else to, "extension")


def _seq(told: Mapping[str, Any]) -> int:
    return min(count_of(told, "seq") or 0, _SEQ_MOST)


ADAPTER = Mango()
