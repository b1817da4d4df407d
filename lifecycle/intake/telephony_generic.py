"""Any exchange that can be taught to post JSON, and the club's own connector of Asterisk.

`{"call": "unique", "state": "ringing|talking|ended", "direction": "in|out|inner", "number": "+7…", "line": "…",
"extension": "…", "at": "2026-03-02T12:00:00+03:00", "seconds": 31, "answered": true, "id": "unique"}`
Only `call` and `state` must be there. A form with the same names is taken too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from lifecycle.errors import BadInput
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Incoming
from lifecycle.intake.calls import Telephone, choice_of, count_of, moment_of
from lifecycle.store.sources import SourceRow
from lifecycle.telephony import DIRECTIONS, ENDED, RINGING, TALKING, CallReport

_STATES: Final = {state: state for state in (RINGING, TALKING, ENDED)}
_DIRECTIONS: Final = {direction: direction for direction in DIRECTIONS}
_ANSWERED: Final = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


class Generic(Telephone):
    """The club's own JSON about calls."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        signing.check_own(incoming, source, now)

    def delivery(self, incoming: Incoming) -> str:
        return bodies.named(incoming, "id")

    def report(self, incoming: Incoming, source: SourceRow, at: datetime) -> CallReport:
        fields = bodies.mapping_of(incoming)
        state = choice_of(fields, "state", _STATES)
        if state is None:
            raise BadInput.of("state", "missing_field")
        return CallReport(
            outside=bodies.text_of(fields, "call", required=True),
            state=state,
            at=_at(fields) or at,
            direction=choice_of(fields, "direction", _DIRECTIONS) or "in",
            number=bodies.text_of(fields, "number"),
            line=bodies.text_of(fields, "line"),
            extension=bodies.text_of(fields, "extension"),
            seconds=count_of(fields, "seconds"),
            answered=_answered(fields),
            why=bodies.text_of(fields, "why"),
        )


def _at(fields: Mapping[str, Any]) -> datetime | None:
    """An instant with its offset, or seconds since 1970."""
    told = bodies.text_of(fields, "at") if not isinstance(fields.get("at"), float) else ""
    if told and not told.isdigit():
        try:
            at = datetime.fromisoformat(told)
            if at.tzinfo is None:
                raise ValueError(told)
            return at.astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadInput.of("at", "bad_instant", value=told[:60]) from None
    return moment_of(fields, "at")


def _answered(fields: Mapping[str, Any]) -> bool | None:
    told = fields.get("answered")
    if told is None or isinstance(told, bool):
        return told
    found: bool | None = choice_of({"answered": str(told).lower()}, "answered", _ANSWERED)
    return found


ADAPTER = Generic("telephony")
ASTERISK = Generic("asterisk")
