"""Payment providers as they report: signed, once, in minor units, and in whatever order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from lifecycle import store
from lifecycle.actions import contracts
from lifecycle.desk import CLUB
from tests.intake.conftest import Connected
from tests.store.test_contracts import a_buyer

YOOKASSA = {
    "type": "notification", "event": "payment.succeeded",
    "object": {
        "id": "22e12f66-000f-5000-8000-18db351245c7", "status": "succeeded", "paid": True, "amount": {"value": "4500.00", "currency": "RUB"},
        "created_at": "2026-03-02T08:50:00.000Z", "captured_at": "2026-03-02T08:51:00.000Z", "metadata": {},
        "payment_method": {"type": "bank_card", "id": "pm-1", "saved": False, "card": {"first6": "555555", "last4": "4444", "expiry_month": "07", "expiry_year": "2028", "card_type": "MasterCard"}},
        "refundable": True, "test": False,
    },
}  # fmt: skip


def yookassa(contract: str, event: str = "payment.succeeded", **more: Any) -> dict[str, Any]:
    return {**YOOKASSA, "event": event, "object": {**YOOKASSA["object"], "metadata": {"contract": contract}, **more}}


@pytest.fixture
def contract(api) -> str:
    """The number of a contract of 4500, begun at the desk and not paid."""
    client_id = a_buyer(api.club)
    contracts.sell(api.club, CLUB, client_id, key="s", title="Year", amount=450000, days=365, paid_by="later")
    return f"{client_id}-1"


def state(source: Connected, name: str) -> str:
    client_id = int(name.partition("-")[0])
    with source.club.reading() as conn:
        return store.contracts.of_clients(conn, [client_id])[client_id][name]["state"]


def kinds(source: Connected) -> list[str]:
    return [kind for kind, _ in source.facts() if kind in ("payment", "membership_sold")]


async def test_yookassa_pays_a_contract_once(connect, contract):
    source = connect("yookassa")

    answers = [await source.send(yookassa(contract), headers={}, params={"key": source.secret}) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 200]
    assert (state(source, contract), kinds(source)) == ("paid", ["payment", "membership_sold"])


async def test_yookassa_from_elsewhere_without_the_secret_is_nobody(connect, contract):
    source = connect("yookassa")

    assert (await source.send(yookassa(contract), headers={})).status_code == 401
    assert source.deliveries() == []


async def test_yookassa_takes_an_amount_as_a_number_and_says_why_it_failed(connect, contract):
    source = connect("yookassa")
    why = {"party": "yookassa", "reason": "permission_revoked"}

    answer = await source.send(
        yookassa(contract, "payment.canceled", status="canceled", amount={"value": 4500.0, "currency": "RUB"}, cancellation_details=why),
        headers={}, params={"key": source.secret},
    )  # fmt: skip

    found = dict(source.facts())
    assert answer.status_code == 200
    assert (found["payment"]["state"], found["payment"]["why_code"], "autopay_withdrawn" in found) == ("failed", "permission_revoked", True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": {"value": "4500.00", "currency": "USD"}}, "currency"),
        ({"amount": {"value": "NaN", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "-1", "currency": "RUB"}}, "amount.value"),
        ({"amount": None}, "amount"),
        ({"metadata": {"contract": "nobody"}}, "contract"),
        ({"id": None}, "id"),
    ],
)
async def test_what_cannot_be_taken_is_refused_by_its_field(connect, contract, change, field):
    source = connect("yookassa")

    answer = await source.send(yookassa(contract, **change), headers={}, params={"key": source.secret})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert "payment" not in dict(source.facts())


def cloud(secret: str, fields: dict[str, Any]) -> tuple[str, dict[str, str]]:
    body = urlencode(fields)
    signature = base64.b64encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()).decode()
    return body, {"Content-HMAC": signature, "Content-Type": "application/x-www-form-urlencoded"}


def cloud_fields(contract: str, **more: Any) -> dict[str, Any]:
    return {
        "TransactionId": "1001", "Amount": "4500.00", "Currency": "RUB", "DateTime": "2026-03-02 08:50:00", "CardFirstSix": "424242",
        "CardLastFour": "4242", "CardType": "Visa", "CardExpDate": "12/28", "TestMode": "0", "OperationType": "Payment",
        "InvoiceId": contract, "Status": "Completed", "Data": json.dumps({"contract": contract}), **more,
    }  # fmt: skip


async def test_cloudpayments_pays_and_confirms_the_same_money_once(connect, contract):
    source = connect("cloudpayments", secret="the-api-secret")
    for tail in ("/check", "/pay", "/confirm", "/pay"):
        body, headers = cloud("the-api-secret", cloud_fields(contract))
        answer = await source.send(body, tail=tail, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"code": 0})

    assert (state(source, contract), kinds(source)) == ("paid", ["payment", "membership_sold"])


async def test_cloudpayments_with_a_foreign_signature_is_nobody(connect, contract):
    source = connect("cloudpayments", secret="the-api-secret")
    body, headers = cloud("another-secret", cloud_fields(contract))

    assert (await source.send(body, tail="/pay", headers=headers)).status_code == 401


async def test_what_cloudpayments_carries_for_us_and_nobody_can_read_is_nobodys_contract(connect, contract):
    source = connect("cloudpayments", secret="the-api-secret")

    answers = []
    for data in ("[" * 50_000, '{"contract": NaN}', "null", "7", '"x"', "{"):
        body, headers = cloud("the-api-secret", cloud_fields("", Data=data))
        answers.append(await source.send(body, tail="/pay", headers=headers))

    assert {answer.status_code for answer in answers} == {422}
    assert {row.state for row in source.deliveries()} == {"failed"}


def liqpay(secret: str, told: dict[str, Any], digest=hashlib.sha1) -> str:
    data = base64.b64encode(json.dumps(told).encode()).decode()
    signature = base64.b64encode(digest(f"{secret}{data}{secret}".encode()).digest()).decode()
    return urlencode({"data": data, "signature": signature})


@pytest.mark.parametrize(("version", "digest"), [(3, hashlib.sha1), (7, hashlib.sha3_256)])
async def test_liqpay_pays_by_either_digest(connect, contract, version, digest):
    source = connect("liqpay", secret="private-key")
    told = {"version": version, "action": "pay", "status": "success", "payment_id": 165, "order_id": contract, "amount": 4500, "currency": "RUB", "end_date": 1772441400000}

    answer = await source.send(liqpay("private-key", told, digest), headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert (answer.status_code, state(source, contract)) == (200, "paid")


async def test_liqpay_with_a_foreign_signature_is_nobody(connect, contract):
    source = connect("liqpay", secret="private-key")
    told = {"version": 3, "status": "success", "payment_id": 165, "order_id": contract, "amount": 4500, "currency": "RUB"}

    answer = await source.send(liqpay("another-key", told), headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.status_code == 401


def stripe(source: Connected, event: dict[str, Any], *, ago: int = 0) -> tuple[str, dict[str, str]]:
    body = json.dumps(event)
    stamp = int(source.club.clock.now().timestamp()) - ago
    signature = hmac.new(b"whsec_123456", f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return body, {"Stripe-Signature": f"t={stamp},v1={signature}", "Content-Type": "application/json"}


def invoice(contract: str, kind: str = "invoice.paid") -> dict[str, Any]:
    thing = {
        "id": "in_1", "object": "invoice", "subscription": "sub_1", "currency": "rub", "amount_paid": 450000, "amount_due": 450000,
        "attempt_count": 1, "metadata": {"contract": contract},
    }  # fmt: skip
    return {"id": f"evt_{kind}", "type": kind, "created": 1772441400, "livemode": True, "data": {"object": thing}}


async def test_stripe_pays_and_an_old_signature_does_not(connect, contract):
    source = connect("stripe", secret="whsec_123456")
    body, headers = stripe(source, invoice(contract), ago=600)
    old = await source.send(body, headers=headers)
    body, headers = stripe(source, invoice(contract))

    answer = await source.send(body, headers=headers)

    assert (old.status_code, answer.status_code, state(source, contract)) == (401, 200, "paid")


async def test_stripe_tells_of_a_failure_with_its_number(connect, contract):
    source = connect("stripe", secret="whsec_123456")
    body, headers = stripe(source, invoice(contract, "invoice.payment_failed"))

    await source.send(body, headers=headers)

    assert (dict(source.facts())["payment"]["state"], dict(source.facts())["payment"]["attempt"]) == ("failed", 1)


async def test_a_payment_of_the_test_mode_is_marked(connect, contract):
    source = connect("payments")

    await source.send({"id": "1", "state": "paid", "contract": contract, "amount": 450000, "currency": "RUB", "test": True})

    assert dict(source.facts())["payment"]["mode"] == "test"


async def test_shuffled_and_doubled_reports_end_where_the_ordered_ones_do(connect, contract):
    source = connect("payments")
    told = [
        {"id": "1", "state": "failed", "contract": contract, "amount": 450000, "at": "2026-03-02T08:10:00Z"},
        {"id": "2", "state": "paid", "contract": contract, "amount": 450000, "at": "2026-03-02T08:20:00Z"},
        {"id": "3", "state": "refunded", "contract": contract, "amount": 450000, "refund_of": "2", "at": "2026-03-02T08:30:00Z"},
    ]
    sent = told * 3
    Random(7).shuffle(sent)

    answers = [await source.send(one) for one in sent]

    assert {one.status_code for one in answers} == {200}
    assert (state(source, contract), sorted(kinds(source))) == ("refunded", ["membership_sold", "payment", "payment", "payment"])
