"""Stripe: events signed with a time (`Stripe-Signature: t=…,v1=…`), refused where it is not now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.facts import text_error
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain, Stale, Unsigned
from lifecycle.intake.payments import Means, PaymentReport, instant, take
from lifecycle.store.sources import SourceRow

_OK: Final = {"received": True}
_NAME_MOST: Final = 200


class Stripe(Plain):
    """Stripe's webhook. Its secret is that of the endpoint (`whsec_…`)."""

    kind = "stripe"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        parts = [part.partition("=")[::2] for part in incoming.headers.get("stripe-signature", "").split(",")[:20]]
        stamp = next((value for name, value in parts if name.strip() == "t"), "")
        given = [value.strip() for name, value in parts if name.strip() == "v1"]
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12) or not given:
            raise Unsigned
        signed = [signing.hmac_hex(secret, stamp.encode() + b"." + incoming.body) for secret in source.secrets(now)]
        if not any([signing.same(one, signed) for one in given]):  # noqa: C419 - each is compared, whatever the first says
            raise Unsigned
        try:
            signing.require_recent(datetime.fromtimestamp(int(stamp), UTC), now)
        except (ValueError, OverflowError, OSError):
            raise Stale from None

    def delivery(self, incoming: Incoming) -> str:
        return bodies.named(incoming, "id")

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        told = report(bodies.object_of(incoming))
        return take(club, desk, source, incoming, at, [told] if told is not None else [], Answer(200, dict(_OK)))


def report(event: Mapping[str, Any]) -> PaymentReport | None:
    """What one event says; None where it says nothing about money. Raises BadInput naming the field."""
    kind, data = bodies.text_of(event, "type", required=True), event.get("data")
    if kind not in _READ:
        return None
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(thing, dict):
        raise BadInput.of("data.object", "missing_field")
    test = event.get("livemode") is False
    return _READ[kind](kind, thing, data, instant("created", event.get("created")), test)


def _common(thing: Mapping[str, Any], *subscriptions: Any) -> dict[str, Any]:
    """Whose it is: our number in the metadata of the object or of its subscription, and Stripe's own names."""
    parent = _object(_object(thing, "parent"), "subscription_details")
    told = [_object(thing, "metadata"), _object(_object(thing, "subscription_details"), "metadata"), _object(parent, "metadata")]
    names = [*_named("subscription", *subscriptions, parent.get("subscription"))]
    return {
        "contract": next(filter(None, (bodies.text_of(one, "contract") for one in told)), "") or bodies.text_of(thing, "client_reference_id"),
        "client": next(filter(None, (bodies.text_of(one, "client") for one in told)), ""),
        "phone": bodies.text_of(thing, "customer_phone"),
        "names": tuple(dict.fromkeys(names)),
        "currency": bodies.text_of(thing, "currency"),
    }


def _invoice(kind: str, thing: Mapping[str, Any], _data: Any, at: datetime | None, test: bool) -> PaymentReport:  # noqa: FBT001
    paid = kind in ("invoice.paid", "invoice.payment_succeeded")
    number, why = bodies.text_of(thing, "id", required=True), _object(thing, "last_finalization_error")
    common = _common(thing, thing.get("subscription"))
    common["names"] = (*common["names"], *_names_of_money(thing), f"invoice:{number}")
    return PaymentReport(
        state="paid" if paid else "failed", receipt=number, at=at, test=test, recurring=True,
        amount=_minor(thing, "amount_paid" if paid else "amount_due"), attempt=None if paid else _count(thing, "attempt_count"),
        why_code=bodies.text_of(why, "code") or ("" if paid else "payment_failed"), why=bodies.text_of(why, "message", most=500), **common,
    )  # fmt: skip


def _names_of_money(thing: Mapping[str, Any]) -> list[str]:
    """What a later refund calls the money of an invoice: its charge and intent, wherever this version of Stripe tells them."""
    listed = _object(thing, "payments").get("data")
    parts = [thing, *(_object(one, "payment") for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict))]
    return [name for part in parts for name in (*_named("charge", part.get("charge")), *_named("intent", part.get("payment_intent")))]


def _named(kind: str, *told: Any) -> Iterator[str]:
    """What Stripe calls something, where it is a name and not the thing itself."""
    for one in told:
        if isinstance(one, str) and one and text_error(kind, one, _NAME_MOST) is None:
            yield f"{kind}:{one}"


def _session(kind: str, thing: Mapping[str, Any], _data: Any, at: datetime | None, test: bool) -> PaymentReport:  # noqa: FBT001
    number = bodies.text_of(thing, "id", required=True)
    monthly, common = thing.get("mode") == "subscription", _common(thing, thing.get("subscription"))
    common["phone"] = common["phone"] or bodies.text_of(_object(thing, "customer_details"), "phone")
    # The invoice of a subscription tells of the money itself: the session only says whose it is.
    state = "cancelled" if kind.endswith("expired") else "paid" if thing.get("payment_status") == "paid" and not monthly else "started"
    intent = bodies.text_of(thing, "payment_intent")
    common["names"] = (*common["names"], *((f"intent:{intent}",) if intent else ()), f"session:{number}")
    return PaymentReport(
        state=state, receipt=intent or number, amount=_minor(thing, "amount_total"), at=at, test=test, recurring=monthly, **common
    )


def _subscription(kind: str, thing: Mapping[str, Any], _data: Any, at: datetime | None, test: bool) -> PaymentReport:  # noqa: FBT001
    number = bodies.text_of(thing, "id", required=True)
    return PaymentReport(
        state="withdrawn" if kind.endswith("deleted") else "started", receipt=number, at=at, test=test, recurring=True,
        why_code="subscription_deleted" if kind.endswith("deleted") else "", **_common(thing, number),
    )  # fmt: skip


def _updated(kind: str, thing: Mapping[str, Any], data: Mapping[str, Any], at: datetime | None, test: bool) -> PaymentReport | None:  # noqa: FBT001
    """Of all that may change of a subscription only a pause says something about the membership."""
    if "pause_collection" not in _object(data, "previous_attributes"):
        return None
    pause = thing.get("pause_collection")
    until = instant("pause_collection.resumes_at", _object(thing, "pause_collection").get("resumes_at"))
    return replace(_subscription(kind, thing, data, at, test), paused=isinstance(pause, dict), paused_until=until)


def _refund(kind: str, thing: Mapping[str, Any], data: Mapping[str, Any], at: datetime | None, test: bool) -> PaymentReport:  # noqa: FBT001
    number, total = bodies.text_of(thing, "id", required=True), _minor(thing, "amount_refunded")
    before = _object(data, "previous_attributes").get("amount_refunded")
    intent, card = bodies.text_of(thing, "payment_intent"), _object(_object(thing, "payment_method_details"), "card")
    common = _common(thing)
    invoice = thing.get("invoice")
    common["names"] = (*common["names"], *_named("invoice", invoice), *_named("intent", intent), f"charge:{number}")
    return PaymentReport(
        state="refunded", receipt=f"{number}:{total}", amount=total - (before if isinstance(before, int) and 0 <= before <= total else 0),
        at=at, test=test, refund_of=next(iter(_named("", invoice)), "")[1:] or intent,
        means=Means(bodies.text_of(card, "brand"), bodies.text_of(card, "last4")), **common,
    )  # fmt: skip


_READ: Final[Mapping[str, Callable[..., PaymentReport | None]]] = {
    "invoice.paid": _invoice, "invoice.payment_succeeded": _invoice, "invoice.payment_failed": _invoice,
    "checkout.session.completed": _session, "checkout.session.expired": _session,
    "checkout.session.async_payment_succeeded": _session,
    "customer.subscription.updated": _updated, "customer.subscription.created": _subscription, "customer.subscription.deleted": _subscription, "charge.refunded": _refund,
}  # fmt: skip


def _object(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _minor(told: Mapping[str, Any], name: str) -> int:
    found = told.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 10**15:
        raise BadInput.of(name, "missing_field" if found is None else "bad_money", value=str(found)[:60])
    return found


def _count(told: Mapping[str, Any], name: str) -> int | None:
    found = told.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 1000 else None


ADAPTER = Stripe()
