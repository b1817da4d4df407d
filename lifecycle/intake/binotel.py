"""Binotel: forms of PHP, nothing signed: the secret stands in the address, and hosts may be named that alone may post.

What it reads is exactly `{"status": "success"}`; anything else and it sends again, six times in a day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from lifecycle.errors import BadInput
from lifecycle.intake import bodies, hosts, signing
from lifecycle.intake.adapter import Incoming, Unsigned
from lifecycle.intake.calls import Telephone, count_of, moment_of, part_of
from lifecycle.store.sources import SourceRow
from lifecycle.telephony import ENDED, RINGING, TALKING, CallReport

_DIRECTIONS: Final = {"0": "in", "1": "out"}
_TALKED: Final = frozenset({"ANSWER", "TRANSFER", "SUCCESS", "ONLINE"})
_STATES: Final = {
    "receivedTheCall": RINGING,
    "answeredTheCall": TALKING,
    "transferredTheCall": TALKING,
    "hangupTheCall": ENDED,
    "apiCallCompleted": ENDED,
}
#: Of these one asks to be told something, and none is a report about a call that can be named.
_ASKS: Final = ("apiCallSettings",)
_NAME_MOST: Final = 200
_STEPS: Final = re.compile(r"\[([^\]]*)\]")


class Binotel(Telephone):
    """The webhooks of Binotel. Its numbers are those of Ukraine, without the country's code."""

    kind = "binotel"
    thanks: Mapping[str, Any] = {"status": "success"}
    exchange = "UA"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        signing.require(signing.secret_of(incoming), source, now)
        if not hosts.allowed(incoming.address, str(source.options.get("hosts", ""))):
            raise Unsigned

    def report(self, incoming: Incoming, source: SourceRow, at: datetime) -> CallReport | None:
        fields = fields_of(incoming)
        kind = bodies.text_of(fields, "requestType", required=True)
        if kind not in _STATES:
            return None
        told = part_of(fields, "callDetails") if kind == "apiCallCompleted" else fields
        return _report(_STATES[kind], told, at)


def _report(state: str, told: Mapping[str, Any], at: datetime) -> CallReport:
    began, seconds = moment_of(told, "startTime"), count_of(told, "billsec")
    why = bodies.text_of(told, "disposition")
    if began is not None and state == ENDED:
        waited = count_of(told, "waitsec") or 0
        at = began + timedelta(seconds=waited + (seconds or 0))
    return CallReport(
        outside=bodies.text_of(told, "generalCallID", required=True),
        state=state,
        at=at,
        direction=_DIRECTIONS.get(bodies.text_of(told, "callType"), ""),
        number=bodies.text_of(told, "externalNumber"),
        line=bodies.text_of(told, "didNumber") or bodies.text_of(told, "pbxNumber"),
        extension=bodies.text_of(told, "internalNumber"),
        began_at=began,
        seconds=seconds,
        answered=_answered(why, seconds) if state == ENDED else None,
        why=why,
    )


def _answered(disposition: str, seconds: int | None) -> bool | None:
    """Whether two people talked: a machine that takes messages is none."""
    if not disposition:
        return None if seconds is None else seconds > 0
    return disposition in _TALKED and seconds != 0


def fields_of(incoming: Incoming) -> dict[str, Any]:
    """The body's fields; `a[b][0][c]` is an object within an object. Raises BadInput."""
    if bodies.is_json(incoming):
        return bodies.object_of(incoming)
    whole: dict[str, Any] = {}
    for name, value in bodies.form_of(incoming).items():
        if len(name) > _NAME_MOST:
            raise BadInput.of("body", "bad_form")
        _put(whole, [name.partition("[")[0], *_STEPS.findall(name)], value)
    return whole


def _put(whole: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        inner = whole.setdefault(step, {})
        if not isinstance(inner, dict):
            raise BadInput.of(steps[0][:60], "not_an_object")
        whole = inner
    whole[steps[-1]] = value


ADAPTER = Binotel()
