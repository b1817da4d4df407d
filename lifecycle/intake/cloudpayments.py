"""CloudPayments: forms or JSON with an HMAC of the body; one address, the kind of notification as the path after it.

`/hooks/CODE/pay`, `/fail`, `/check`, `/confirm`, `/refund`, `/recurrent`, `/cancel`. The answer is `{"code": 0}`; a
check is answered with another code where the club would not take the money, and nothing comes of it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain
from lifecycle.intake.payments import Means, PaymentReport, instant, minor_units, objection, take
from lifecycle.store.sources import SourceRow

_STATES: Final = {"check": "started", "pay": "paid", "confirm": "paid", "fail": "failed", "refund": "refunded", "cancel": "cancelled"}
_ENDED: Final = ("Cancelled", "Rejected", "Expired")
_OK: Final = {"code": 0}
#: How it is told, before the money moves, that the club would not take it: no such order, another sum, nothing to pay for.
_REFUSALS: Final = {"unknown_contract": 10, "nobody_known_by_it": 10, "other_amount": 12, "other_currency": 12, "nothing_to_pay": 13}


class CloudPayments(Plain):
    """CloudPayments' notifications."""

    kind = "cloudpayments"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        given = incoming.headers.get("content-hmac", "") or incoming.headers.get("x-content-hmac", "")
        signing.require(given, source, now, lambda secret: _hmac(secret, incoming.body))

    def delivery(self, incoming: Incoming) -> str:
        return bodies.digest(incoming)

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        kind = incoming.tail.strip("/").lower()
        told = report(kind, bodies.mapping_of(incoming))
        if kind == "check" and told is not None and (why := objection(club, desk, source, told)):
            return Answer(200, {"code": _REFUSALS[why]})
        return take(club, desk, source, incoming, at, [told] if told is not None else [], Answer(200, dict(_OK)))


def report(kind: str, told: Mapping[str, Any]) -> PaymentReport | None:
    """What one notification says; None where it says nothing about money. Raises BadInput naming the field."""
    if kind == "recurrent":
        return _recurrent(told)
    if kind == "receipt":
        return None
    if kind not in _STATES:
        raise BadInput.of("path", "bad_choice", value=kind[:60], choices=(*_STATES, "recurrent", "receipt"))
    number = bodies.text_of(told, "TransactionId", required=True)
    data, status = _data(told), bodies.text_of(told, "Status")
    state = "started" if kind == "pay" and status == "Authorized" else _STATES[kind]
    subscription = bodies.text_of(told, "SubscriptionId")
    names = [f"subscription:{subscription}"] if subscription else []
    account = bodies.text_of(told, "AccountId")
    return PaymentReport(
        state=state, receipt=number, contract=bodies.text_of(data, "contract") or bodies.text_of(told, "InvoiceId"),
        client=bodies.text_of(data, "client"), phone=bodies.text_of(data, "phone") or account, names=tuple(names),
        amount=minor_units("Amount", told.get("Amount")) if told.get("Amount") not in (None, "") or kind != "cancel" else None,
        currency=bodies.text_of(told, "Currency"), at=instant("DateTime", told.get("DateTime")),
        refund_of=bodies.text_of(told, "PaymentTransactionId"), why_code=bodies.text_of(told, "ReasonCode"),
        why=bodies.text_of(told, "Reason", most=500), recurring=bool(subscription) or data.get("billing") == "recurring",
        test=str(told.get("TestMode", "")).lower() in ("1", "true"),
        means=Means(
            bodies.text_of(told, "CardType"), bodies.text_of(told, "CardLastFour"), bodies.text_of(told, "CardExpDate"),
            bodies.text_of(told, "Token", most=500), bool(subscription),
        ),
    )  # fmt: skip


def _recurrent(told: Mapping[str, Any]) -> PaymentReport | None:
    number, status = bodies.text_of(told, "Id", required=True), bodies.text_of(told, "Status", required=True)
    if status not in _ENDED:
        return None
    return PaymentReport(
        state="withdrawn", receipt=f"{number}:{status}", phone=bodies.text_of(told, "AccountId"), names=(f"subscription:{number}",),
        amount=minor_units("Amount", told.get("Amount")), currency=bodies.text_of(told, "Currency"), why_code=status, recurring=True,
    )  # fmt: skip


def _data(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """`Data` is JSON within a text; what is none is nobody's contract."""
    raw = told.get("Data")
    try:
        found = json.loads(raw) if isinstance(raw, str) and raw else raw
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _hmac(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


ADAPTER = CloudPayments()
