"""A subscription paused at its provider is frozen here, whatever order its news came in."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from lifecycle import store
from lifecycle.actions import contracts
from lifecycle.desk import CLUB
from lifecycle.intake.pauses import OPEN_DAYS, spans
from tests.conftest import MORNING
from tests.intake.conftest import Connected, Doors
from tests.intake.test_payments import invoice, stripe
from tests.store.test_contracts import a_buyer

DAY = 86_400
NOON = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())


def day(number: int) -> int:
    return NOON + number * DAY


def told(*marks: tuple[int, bool, int]) -> list[tuple[int, int]]:
    """Spans in days from the first."""
    first = datetime.fromtimestamp(NOON, UTC).toordinal()
    made = [(day(at), paused, day(until) if until else 0) for at, paused, until in marks]
    return [(a - first, b - first) for a, b in spans(made, lambda at: at.toordinal())]


@pytest.mark.parametrize(
    ("marks", "frozen"),
    [
        ([], []),
        ([(0, True, 0)], [(0, OPEN_DAYS)]),
        ([(0, True, 10)], [(0, 9)]),
        ([(0, True, 0), (5, False, 0)], [(0, 4)]),
        ([(0, True, 10), (5, False, 0)], [(0, 4)]),
        ([(0, True, 10), (10, False, 0)], [(0, 9)]),
        ([(0, True, 10), (5, True, 20)], [(0, 19)]),
        ([(0, True, 3), (5, True, 9)], [(0, 2), (5, 8)]),
        ([(0, True, 0), (2, False, 0), (4, True, 6), (9, False, 0)], [(0, 1), (4, 5)]),
        ([(5, False, 0)], []),
        ([(0, True, 0), (0, False, 0)], []),
    ],
)
def test_the_frozen_days_follow_from_all_that_was_said(marks, frozen):
    for order in permutations(marks):
        assert told(*order) == frozen


def event(contract: str, number: int, ago: int, pause: dict[str, Any] | None) -> dict[str, Any]:
    thing = {"id": "sub_1", "object": "subscription", "currency": "rub", "pause_collection": pause, "metadata": {"contract": contract}}
    created = int(MORNING.timestamp()) - ago * DAY
    changed = {"previous_attributes": {"pause_collection": None if pause else {"behavior": "void"}}}
    return {"id": f"evt_{number}", "type": "customer.subscription.updated", "created": created, "livemode": True, "data": {"object": thing, **changed}}


def frozen(source: Connected, client_id: int) -> list[tuple[Any, Any]]:
    with source.club.reading() as conn:
        facts = store.facts.of_client(conn, client_id)
    void = {fact.fields["fact"] for fact in facts if fact.type == "voided"}
    return [(fact.fields["from"], fact.fields["to"]) for fact in facts if fact.type == "membership_frozen" and fact.id not in void]


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_paid_paused_and_gone_on_in_any_order_is_one_freeze(connect: Doors, order: tuple[int, ...]):
    client_id = a_buyer(connect.api.club)
    contracts.sell(connect.api.club, CLUB, client_id, key="s", amount=450000, billing="recurring", days=30, paid_by="later")
    name, source = f"{client_id}-1", connect("stripe", secret="whsec_123456")
    events = [invoice(name), event(name, 1, 20, {"behavior": "void", "resumes_at": None}), event(name, 2, 8, None)]

    for number in (*order, *order):
        body, headers = stripe(source, events[number])
        assert (await source.send(body, headers=headers)).status_code == 200

    first = MORNING.toordinal() - 20
    assert frozen(source, client_id) == [(first, first + 11)]
    assert connect.api.is_sound()


async def test_other_news_of_a_subscription_freezes_nothing(connect: Doors):
    client_id = a_buyer(connect.api.club)
    contracts.sell(connect.api.club, CLUB, client_id, key="s", amount=450000, billing="recurring", days=30)
    source, told_of = connect("stripe", secret="whsec_123456"), event(f"{client_id}-1", 1, 0, None)
    told_of["data"]["previous_attributes"] = {"default_payment_method": None}

    body, headers = stripe(source, told_of)

    assert (await source.send(body, headers=headers)).status_code == 200
    assert frozen(source, client_id) == []
