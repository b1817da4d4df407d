"""Zadarma and Novofon: a form whose header signs some of its fields, chosen by what it reports.

When a call began is told in the zone of somebody's account, which is told nowhere: the club goes by when it heard.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from lifecycle.errors import BadInput
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Unsigned
from lifecycle.intake.calls import Telephone, count_of
from lifecycle.store.sources import SourceRow
from lifecycle.telephony import ENDED, RINGING, TALKING, CallReport

_IN: Final = ("caller_id", "called_did", "call_start")
_OUT: Final = ("internal", "destination", "call_start")
#: The fields that are signed, in their order.
SIGNED: Final = {
    "NOTIFY_START": _IN,
    "NOTIFY_INTERNAL": _IN,
    "NOTIFY_END": _IN,
    "NOTIFY_IVR": _IN,
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": _OUT,
    "NOTIFY_OUT_END": _OUT,
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}
_STATES: Final = {
    "NOTIFY_START": RINGING,
    "NOTIFY_INTERNAL": RINGING,
    "NOTIFY_IVR": RINGING,
    "NOTIFY_ANSWER": TALKING,
    "NOTIFY_END": ENDED,
    "NOTIFY_OUT_START": RINGING,
    "NOTIFY_OUT_END": ENDED,
}
_ECHO: Final = re.compile(r"[\w-]{1,200}", re.ASCII)


class Zadarma(Telephone):
    """The notifications of Zadarma. The secret is that of its API."""

    kind = "zadarma"
    thanks: Mapping[str, Any] = {}

    def probe(self, incoming: Incoming, source: SourceRow) -> Answer | None:
        echo = incoming.query.get("zd_echo", "")
        if incoming.method == "GET" and _ECHO.fullmatch(echo):
            return Answer(200, echo, "text/plain")
        return None

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        try:
            fields = bodies.mapping_of(incoming)
        except BadInput:
            raise Unsigned from None
        message = "".join(_plain(fields, name) for name in SIGNED.get(_plain(fields, "event"), _IN))
        signing.require(incoming.headers.get("signature", ""), source, now, lambda secret: signature(secret, message))

    def report(self, incoming: Incoming, source: SourceRow, at: datetime) -> CallReport | None:
        fields = bodies.mapping_of(incoming)
        event = bodies.text_of(fields, "event", required=True)
        return _report(event, fields, at) if event in _STATES else None


def signature(secret: str, message: str) -> str:
    """As Zadarma signs: the HMAC-SHA1 in hexadecimal digits, and those in base 64."""
    made = hmac.new(secret.encode(), message.encode("utf-8", "surrogateescape"), hashlib.sha1).hexdigest()
    return base64.b64encode(made.encode()).decode()


def _plain(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return str(value) if isinstance(value, str | int) else ""


def _report(event: str, fields: Mapping[str, Any], at: datetime) -> CallReport:
    out = event.startswith("NOTIFY_OUT")
    why, seconds = bodies.text_of(fields, "disposition"), count_of(fields, "duration")
    ended = _STATES[event] == ENDED
    number = "destination" if out else "caller_id"
    return CallReport(
        outside=bodies.text_of(fields, "pbx_call_id", required=True),
        state=_STATES[event],
        at=at,
        direction="out" if out else "in",
        number=bodies.text_of(fields, number),
        line=bodies.text_of(fields, "called_did"),
        extension=bodies.text_of(fields, "internal"),
        began_at=at - timedelta(seconds=seconds) if ended and seconds else None,
        seconds=_talked(why, seconds) if ended else None,
        answered=why == "answered" and seconds != 0 if ended and why else None,
        why=why,
    )


def _talked(disposition: str, duration: int | None) -> int | None:
    """The duration is that of the call; nobody talked in one that was not answered."""
    return 0 if disposition and disposition != "answered" else duration


ADAPTER = Zadarma()
