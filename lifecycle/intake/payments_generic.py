"""Any other till or bank: the club's own JSON about payments, signed the club's own way. Money in minor units.

`{"id": "…", "state": "paid", "contract": "4812-1", "amount": 450000, "currency": "RUB", "at": "…", "attempt": 1,
"why_code": "…", "why": "…", "refund_of": "…", "billing": "recurring", "brand": "Visa", "last4": "4242"}`; without a
contract of ours `client` or `phone` says whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain
from lifecycle.intake.payments import Means, PaymentReport, instant, take
from lifecycle.store.sources import SourceRow

STATES: Final = ("started", "paid", "failed", "refunded", "cancelled", "autopay_withdrawn")


class Payments(Plain):
    """The club's own JSON for payments."""

    kind = "payments"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        signing.check_own(incoming, source, now)

    def delivery(self, incoming: Incoming) -> str:
        return bodies.digest(incoming)

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        told = report(bodies.object_of(incoming))
        return take(club, desk, source, incoming, at, [told], Answer(200, {"status": "ok"}))


def report(told: Mapping[str, Any]) -> PaymentReport:
    """What one report says. Raises BadInput naming the field."""
    state = bodies.text_of(told, "state", required=True)
    if state not in STATES:
        raise BadInput.of("state", "bad_choice", value=state[:60], choices=STATES)
    contract = bodies.text_of(told, "contract", required=True)
    return PaymentReport(
        state="withdrawn" if state == "autopay_withdrawn" else state, receipt=bodies.text_of(told, "id", required=True, most=100),
        contract=contract, client=bodies.text_of(told, "client"), phone=bodies.text_of(told, "phone"),
        amount=_whole(told, "amount", required=state in ("paid", "failed")), currency=bodies.text_of(told, "currency"),
        at=instant("at", told.get("at")), attempt=_whole(told, "attempt") or None, refund_of=bodies.text_of(told, "refund_of", most=100),
        why_code=bodies.text_of(told, "why_code"), why=bodies.text_of(told, "why", most=500), recurring=told.get("billing") == "recurring",
        test=told.get("test") is True, means=Means(bodies.text_of(told, "brand"), bodies.text_of(told, "last4")[-4:]),
    )  # fmt: skip


def _whole(told: Mapping[str, Any], name: str, *, required: bool = False) -> int | None:
    found = told.get(name)
    if found is None and not required:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 10**15:
        raise BadInput.of(name, "missing_field" if found is None else "bad_money", value=str(found)[:60])
    return found


ADAPTER = Payments()
