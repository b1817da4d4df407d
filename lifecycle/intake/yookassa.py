"""YooKassa: it signs nothing, so a notification is believed from its own networks (or with the secret in the address).

Where the shop's number and key are set, the payment is read again by its id before anything is done.
"""

from __future__ import annotations

import base64
import http.client
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.intake import bodies, hosts, signing
from lifecycle.intake.adapter import Answer, Away, Incoming, Plain
from lifecycle.intake.payments import Means, PaymentReport, instant, minor_units, take
from lifecycle.store.sources import SourceRow

#: Where YooKassa posts from, as its own library lists it.
NETWORKS: Final = (
    "185.71.76.0/27 185.71.77.0/27 77.75.153.0/25 77.75.156.11 77.75.156.35 77.75.154.128/25 "
    "2a02:5180:0:1509::/64 2a02:5180:0:2655::/64 2a02:5180:0:1533::/64 2a02:5180:0:2669::/64"
)
API = "https://api.yookassa.ru/v3/"
#: Seconds to wait for it, bytes to read of it, and how many may wait for it: other deliveries go on meanwhile.
_PATIENCE, _LARGEST = 5, 1_000_000
_at_once = threading.BoundedSemaphore(2)
_STATES: Final = {
    "payment.waiting_for_capture": "started", "payment.succeeded": "paid", "payment.canceled": "failed", "refund.succeeded": "refunded",
}  # fmt: skip
Fetch = Callable[[str, str, str], Mapping[str, Any]]


def fetch(path: str, shop: str, key: str) -> Mapping[str, Any]:
    """One object of the shop, read from YooKassa. Raises BadInput where there is none, Away where it does not say."""
    request = urllib.request.Request(API + path)  # noqa: S310 - our own constant address
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{shop}:{key}".encode()).decode())
    if not _at_once.acquire(blocking=False):
        raise Away("provider_away")
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            return dict(json.loads(answer.read(_LARGEST)))
    except urllib.error.HTTPError as error:
        if error.code in (400, 404):
            raise BadInput.of("object.id", "unknown_payment") from None
        raise Away("provider_refuses" if error.code in (401, 403) else "provider_away") from None
    except (OSError, ValueError, TypeError, RecursionError, http.client.HTTPException):
        raise Away("provider_away") from None
    finally:
        _at_once.release()


class YooKassa(Plain):
    """YooKassa's notifications. `fetch` reads an object again; tests and proxies bring their own."""

    kind = "yookassa"

    def __init__(self, fetch: Fetch = fetch) -> None:
        self.fetch = fetch

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        if signing.secret_of(incoming) or not hosts.allowed(incoming.address, source.options.get("networks") or NETWORKS):
            signing.check_own(incoming, source, now)

    def delivery(self, incoming: Incoming) -> str:
        try:
            sent = bodies.object_of(incoming)
            event, number = bodies.text_of(sent, "event"), bodies.text_of(_object(sent, "object"), "id", most=100)
        except BadInput:
            event = number = ""
        return f"{event}:{number}" if event and number else bodies.digest(incoming)

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        sent = bodies.object_of(incoming)
        event, told = bodies.text_of(sent, "event", required=True), sent.get("object")
        if event not in _STATES:
            return Answer(200, {"status": "ok"})
        if not isinstance(told, dict):
            raise BadInput.of("object", "missing_field")
        told = self._read_again(source, event, told)
        # A refund that was told of as done, and is not when it is read again, is none yet.
        done = not event.startswith("refund") or told.get("status") in (None, "succeeded")
        return take(club, desk, source, incoming, at, [report(event, told)] if done else [], Answer(200, {"status": "ok"}))

    def _read_again(self, source: SourceRow, event: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
        shop, key = source.options.get("shop_id", ""), source.options.get("api_key", "")
        if not (shop and key):
            return told
        number = bodies.text_of(told, "id", required=True)
        found = self.fetch(("refunds/" if event.startswith("refund") else "payments/") + quote(number, safe=""), shop, key)
        if found.get("id") != number:
            raise BadInput.of("object.id", "unknown_payment")
        return found


def report(event: str, told: Mapping[str, Any]) -> PaymentReport:
    """What one notification says. Raises BadInput naming the field."""
    number = bodies.text_of(told, "id", required=True)
    amount = _object(told, "amount")
    if not amount:
        raise BadInput.of("amount", "missing_field")
    metadata, method, why = _object(told, "metadata"), _object(told, "payment_method"), _object(told, "cancellation_details")
    card, state = _object(method, "card"), _STATES[event]
    if event.startswith("payment.") and told.get("status") in ("succeeded", "canceled", "waiting_for_capture", "pending"):
        # What was read again counts, not what somebody posted.
        state = {"succeeded": "paid", "canceled": "failed"}.get(str(told["status"]), "started")
    reason = bodies.text_of(why, "reason")
    saved = method.get("saved") is True
    names = [f"payment:{bodies.text_of(told, 'payment_id') or number}"]
    if saved and (token := bodies.text_of(method, "id")):
        names.append(f"method:{token}")
    return PaymentReport(
        state=state, receipt=number, contract=bodies.text_of(metadata, "contract"), client=bodies.text_of(metadata, "client"),
        phone=bodies.text_of(metadata, "phone"), names=tuple(names), amount=minor_units("amount.value", amount.get("value")),
        currency=bodies.text_of(amount, "currency", required=True),
        at=instant("captured_at", told.get("captured_at")) or instant("created_at", told.get("created_at")),
        refund_of=bodies.text_of(told, "payment_id") if state == "refunded" else "", why_code=reason, why=bodies.text_of(told, "comment"),
        recurring=saved or metadata.get("billing") == "recurring", autopay_withdrawn=reason == "permission_revoked", test=told.get("test") is True,
        means=Means(
            bodies.text_of(card, "card_type"), bodies.text_of(card, "last4"),
            "/".join(part for part in (bodies.text_of(card, "expiry_month"), bodies.text_of(card, "expiry_year")[-2:]) if part),
            bodies.text_of(method, "id") if saved else "", saved,
        ),
    )  # fmt: skip


def _object(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


ADAPTER = YooKassa()
