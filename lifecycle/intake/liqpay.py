"""LiqPay: a form of `data` (JSON in base64) and `signature`: base64 of a digest over key, data and key.

The digest is SHA-1; of version 7 it is SHA3-256. The signature is over `data` as it came, not over what it says.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain, Unsigned
from lifecycle.intake.payments import Means, PaymentReport, instant, minor_units, take
from lifecycle.store.sources import SourceRow

_STATES: Final = {
    "success": "paid", "sandbox": "paid", "wait_compensation": "paid", "error": "failed", "failure": "failed", "reversed": "refunded",
    "subscribed": "started", "unsubscribed": "withdrawn",
}  # fmt: skip


class LiqPay(Plain):
    """LiqPay's callbacks."""

    kind = "liqpay"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        try:
            form = bodies.form_of(incoming)
            told = _told(form)
        except BadInput:
            raise Unsigned from None
        digest = hashlib.sha3_256 if str(told.get("version")) == "7" else hashlib.sha1
        signing.require(form.get("signature", ""), source, now, lambda secret: _signed(secret, form["data"], digest))

    def delivery(self, incoming: Incoming) -> str:
        return bodies.digest(incoming)

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        told = report(_told(bodies.form_of(incoming)))
        return take(club, desk, source, incoming, at, [told], Answer(200, {"status": "ok"}))


def report(told: Mapping[str, Any]) -> PaymentReport:
    """What one callback says. Raises BadInput naming the field."""
    status = bodies.text_of(told, "status", required=True)
    state = _STATES.get(status, "started")
    order, number = bodies.text_of(told, "order_id", required=True), bodies.text_of(told, "payment_id")
    recurring = told.get("action") in ("subscribe", "regular") or status in ("subscribed", "unsubscribed")
    back = told.get("refund_amount") if state == "refunded" and told.get("refund_amount") else told.get("amount")
    mask = bodies.text_of(told, "sender_card_mask2")
    return PaymentReport(
        state=state, receipt=f"{number or order}:back" if state == "refunded" else number or order, contract=order,
        client=bodies.text_of(told, "customer"), phone=bodies.text_of(told, "sender_phone"), names=(f"order:{order}",),
        amount=minor_units("amount", back) if back is not None or state in ("paid", "failed") else None,
        currency=bodies.text_of(told, "currency"),
        at=instant("end_date", told.get("end_date")) or instant("create_date", told.get("create_date")),
        refund_of=(number or order) if state == "refunded" else "", why_code=bodies.text_of(told, "err_code"),
        why=bodies.text_of(told, "err_description", most=500), recurring=recurring, test=status == "sandbox",
        means=Means(bodies.text_of(told, "sender_card_type"), mask[-4:], "", bodies.text_of(told, "card_token", most=500), recurring),
    )  # fmt: skip


def _told(form: Mapping[str, str]) -> dict[str, Any]:
    try:
        found = json.loads(base64.b64decode(form.get("data", ""), validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise BadInput.of("data", "bad_json") from None
    if not isinstance(found, dict):
        raise BadInput.of("data", "not_an_object")
    return found


def _signed(secret: str, data: str, digest: Any) -> str:
    return base64.b64encode(digest(f"{secret}{data}{secret}".encode()).digest()).decode()


ADAPTER = LiqPay()
