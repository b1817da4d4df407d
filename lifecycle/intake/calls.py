"""What the adapters of telephony have in common: a payload becomes one report about a call, taken through its door.

An adapter says what its provider's payload means (`report`); what is no news of a call (a recording, a message)
is thanked for and kept as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from lifecycle.actions import calls
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.intake import bodies
from lifecycle.intake.adapter import Answer, Incoming, Plain
from lifecycle.intake.keeping import keep
from lifecycle.store.sources import SourceRow
from lifecycle.telephony import CallReport

_LONGEST_MOMENT: Final = 10**11
_SECONDS_MOST: Final = 10**6


class Telephone(Plain):
    """An exchange that reports its calls. `thanks` is what it reads when a report was taken."""

    thanks: Mapping[str, Any] = {"status": "ok"}
    #: The country whose habits of numbers the exchange has, where it is bound to one.
    exchange = ""

    def report(self, incoming: Incoming, source: SourceRow, at: datetime) -> CallReport | None:
        """What the payload says of a call; None where it says nothing. `at` is when it came. Raises BadInput."""
        raise NotImplementedError

    def delivery(self, incoming: Incoming) -> str:
        return bodies.digest(incoming)

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        report = self.report(incoming, source, at)
        with club.writing() as conn:
            client_id = None
            if report is not None:
                heard = calls.report_within(club, desk, conn, source, report, exchange=self.exchange)
                client_id = heard.call.client_id
            answer = Answer(200, dict(self.thanks), client_id=client_id, kept=True)
            keep(conn, incoming, answer, club.clock.now())
            return answer


def moment_of(fields: Mapping[str, Any], name: str) -> datetime | None:
    """Seconds since 1970, as a number or as text; None where there are none. Raises BadInput with the field's name."""
    told = fields.get(name)
    if told is None or told == "":
        return None
    try:
        seconds = float(told)
        if isinstance(told, bool) or not 0 <= seconds < _LONGEST_MOMENT:
            raise ValueError(told)
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (TypeError, ValueError, OverflowError):
        raise BadInput.of(name, "bad_instant", value=str(told)[:60]) from None


def count_of(fields: Mapping[str, Any], name: str) -> int | None:
    """A whole number, as one or as text; None where there is none. Raises BadInput with the field's name."""
    told = fields.get(name)
    if told is None or told == "":
        return None
    text = str(told)
    if isinstance(told, bool) or not (text.isascii() and text.isdigit()) or int(text[:12]) > _SECONDS_MOST:
        raise BadInput.of(name, "bad_number", value=text[:60], least=0, most=_SECONDS_MOST)
    return int(text)


def choice_of(fields: Mapping[str, Any], name: str, choices: Mapping[str, Any]) -> Any:
    """What one of a few words means; None for an absent one. Raises BadInput with the field's name."""
    told = bodies.text_of(fields, name)
    if not told:
        return None
    if told not in choices:
        raise BadInput.of(name, "bad_choice", value=told[:60], choices=tuple(choices))
    return choices[told]


def part_of(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within the payload; an absent one is empty. Raises BadInput with its name."""
    part = fields.get(name)
    if part is None or part in ("", []):
        return {}
    if not isinstance(part, Mapping):
        raise BadInput.of(name, "not_an_object")
    return part
