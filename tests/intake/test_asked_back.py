"""What the club asks a provider, or is asked by one, before money counts: YooKassa read again, CloudPayments' check."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from lifecycle.actions import contracts
from lifecycle.desk import CLUB
from lifecycle.intake import receiving, yookassa
from tests.intake.conftest import Connected, Doors
from tests.intake.providers import PROVIDERS
from tests.intake.recorded import Post, recorded
from tests.store.test_contracts import a_buyer


class Shop:
    """YooKassa on a free port of loopback: knows what is put into `objects`, and who asked for what."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self.asked: list[str] = []
        self.status = 200
        shop = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.asked.append(self.path)
                known = self.headers["Authorization"] == "Basic " + base64.b64encode(b"100500:live_key").decode()
                found = shop.objects.get(self.path.removeprefix("/v3/"))
                self.send_response(401 if not known else shop.status if shop.status != 200 else 200 if found else 404)
                self.end_headers()
                self.wfile.write(found if isinstance(found, bytes) else json.dumps(found).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    made = Shop()
    monkeypatch.setattr(yookassa, "API", f"http://127.0.0.1:{made.server.server_port}/v3/")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def yoo(connect: Doors) -> Connected:
    """YooKassa's source with the shop's number and key, and the contract 1-1."""
    client_id = a_buyer(connect.api.club)
    contracts.sell(connect.api.club, CLUB, client_id, key="s", title="Year", amount=450000, days=365, paid_by="later")
    return connect("yookassa", secret=PROVIDERS["yookassa"].secret, shop_id="100500", api_key="live_key")


SUCCEEDED = next(post for post in recorded("yookassa") if post.name == "3-succeeded")
REFUND = next(post for post in recorded("yookassa") if post.name == "4-refund-succeeded")
PAYMENT = json.loads(SUCCEEDED.body)["object"]
PATH = f"payments/{PAYMENT['id']}"


def payments(source: Connected) -> list[tuple[str, int]]:
    return [(fields["state"], fields["amount"]) for kind, fields in source.facts() if kind == "payment"]


async def test_what_yookassa_itself_says_counts_and_not_what_was_posted(yoo: Connected, shop: Shop):
    shop.objects[PATH] = PAYMENT | {"amount": {"value": "45.00", "currency": "RUB"}}

    answer = await SUCCEEDED.to(yoo)

    assert (answer.status_code, shop.asked, payments(yoo)) == (200, [f"/v3/{PATH}"], [("paid", 4500)])


async def test_a_payment_that_yookassa_does_not_know_is_refused(yoo: Connected, shop: Shop):
    answer = await SUCCEEDED.to(yoo)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_payment")
    assert payments(yoo) == []


@pytest.mark.parametrize("number", ["../refunds/1", "1?x=2", "1#x", "a b", "ж"])
async def test_a_number_leads_nowhere_else(yoo: Connected, shop: Shop, number: str):
    body = json.loads(SUCCEEDED.body)
    body["object"]["id"] = number

    answer = await replace(SUCCEEDED, body=json.dumps(body).encode()).to(yoo)

    assert answer.status_code == 422
    assert all(path.startswith("/v3/payments/") and path.count("/") == 3 and "?" not in path for path in shop.asked)


@pytest.mark.parametrize(("said", "state"), [("pending", "started"), ("canceled", "failed"), ("succeeded", "paid")])
async def test_a_payment_has_the_state_it_is_found_in(yoo: Connected, shop: Shop, said: str, state: str):
    shop.objects[PATH] = PAYMENT | {"status": said}

    await SUCCEEDED.to(yoo)

    assert [name for name, _ in payments(yoo)] == ([] if state == "started" else [state])


async def test_a_refund_that_is_not_done_is_none(yoo: Connected, shop: Shop):
    shop.objects[PATH] = PAYMENT
    await SUCCEEDED.to(yoo)
    refund = json.loads(REFUND.body)["object"]
    shop.objects[f"refunds/{refund['id']}"] = refund | {"status": "canceled"}

    answer = await REFUND.to(yoo)

    assert (answer.status_code, payments(yoo)) == (200, [("paid", 450000)])


@pytest.mark.parametrize("trouble", [500, 401, "no json"])
async def test_while_it_cannot_be_asked_the_notification_waits_and_is_then_done(yoo: Connected, shop: Shop, trouble: Any):
    shop.objects[PATH] = b"{" if trouble == "no json" else PAYMENT
    shop.status = trouble if isinstance(trouble, int) else 200
    away = await SUCCEEDED.to(yoo)
    shop.objects[PATH], shop.status = PAYMENT, 200
    yoo.api.later(seconds=10)

    receiving.finish_waiting(yoo.club)

    assert (away.status_code, payments(yoo)) == (503, [("paid", 450000)])


async def test_what_cannot_be_asked_for_long_waits_for_a_person(yoo: Connected, shop: Shop):
    shop.status = 500
    await SUCCEEDED.to(yoo)
    for _ in range(10):
        yoo.api.later(seconds=10)
        receiving.finish_waiting(yoo.club)

    assert [(row.state, row.error["code"]) for row in yoo.deliveries()] == [("failed", "provider_away")]
    assert len(shop.asked) == receiving.TRIES


async def test_with_a_wrong_key_the_inbox_says_so(connect: Doors, shop: Shop):
    source = connect("yookassa", secret=PROVIDERS["yookassa"].secret, shop_id="100500", api_key="an_old_key")

    await SUCCEEDED.to(source)

    assert source.deliveries()[0].error["code"] == "provider_refuses"


# --- CloudPayments asks before it takes the money -----------------------------------------------------

CHECK = next(post for post in recorded("cloudpayments") if post.name == "2-check")


def check(source: Connected, **other: str) -> Post:
    fields = PROVIDERS["cloudpayments"].read(CHECK) | other
    return PROVIDERS["cloudpayments"].seal(PROVIDERS["cloudpayments"].write(CHECK, fields), source.secret, source.club.clock.now())


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({}, 0),
        ({"InvoiceId": "77-1", "Data": "", "AccountId": ""}, 10),
        ({"InvoiceId": "", "Data": "", "AccountId": ""}, 10),
        ({"Amount": "1.00"}, 12),
        ({"Currency": "USD"}, 12),
    ],
)
async def test_a_check_is_answered_by_what_the_club_would_do(connect: Doors, other: dict[str, str], code: int):
    client_id = a_buyer(connect.api.club)
    contracts.sell(connect.api.club, CLUB, client_id, key="s", title="Year", amount=450000, days=365, paid_by="later")
    source = connect("cloudpayments", secret=PROVIDERS["cloudpayments"].secret)

    answer = await check(source, **other).to(source)

    assert (answer.status_code, answer.json()) == (200, {"code": code})
    assert payments(source) == []


async def test_a_contract_that_is_paid_is_not_paid_again(connect: Doors):
    client_id = a_buyer(connect.api.club)
    contracts.sell(connect.api.club, CLUB, client_id, key="s", title="Year", amount=450000, days=365)
    source = connect("cloudpayments", secret=PROVIDERS["cloudpayments"].secret)

    assert (await check(source).to(source)).json() == {"code": 13}


async def test_a_monthly_charge_may_come_before_its_day(connect: Doors):
    client_id = a_buyer(connect.api.club)
    contracts.sell(connect.api.club, CLUB, client_id, key="s", amount=450000, billing="recurring", days=30, starts_on="2026-03-02")
    source = connect("cloudpayments", secret=PROVIDERS["cloudpayments"].secret)

    assert (await check(source).to(source)).json() == {"code": 0}
