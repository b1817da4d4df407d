"""Money that does not come: attempts left unpaid, charges that failed, debts that will end a contract (spec: board, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lifecycle.automation.life import Life
from lifecycle.automation.wanted import Stage, Wanted, card, one_after_another
from lifecycle.billing import Contract
from lifecycle.days import iso


def unpaid_contract(life: Life) -> Iterator[Wanted]:
    """A contract was started and is not paid after a while, or in part only."""
    wait = timedelta(minutes=life.policy.unpaid_card_after_minutes)
    for one in life.contracts:
        if one.unpaid_since is not None and life.passed(one.unpaid_since + wait):
            told = {"product": one.product, "amount": one.open_amount}
            if one.paid and one.product:
                told["what"] = "rest"
            yield card(life, "unpaid_contract", one.name, [Stage("unpaid_contract", "unpaid", due_at=life.now, values=told, at=one.unpaid_since + wait)])


def debt(life: Life) -> Iterator[Wanted]:
    """The contract will be ended for debt in a few days."""
    for one in life.contracts:
        ends_on, since = one.terminates_on, one.debt_since
        if not one.debt or one.ended or ends_on is None or since is None:
            continue
        if life.reached(ends_on - life.policy.termination_card_before_days):
            told = {"product": one.product, "amount": one.debt, "ends": iso(ends_on)}
            yield card(life, "debt", f"{one.name}@{iso(since)}", [Stage("debt", "debt", life.day, values=told)])


def payment_failed(life: Life) -> Iterator[Wanted]:
    """A charge failed; further tries on the same debt are added."""
    for one in life.contracts:
        if one.billing != "recurring" or one.ended or not one.failures:
            continue
        stages = [
            Stage(
                "payment_failed", f"fact {failure.fact}", life.day, fact=failure.fact, at=failure.at,
                values={"product": one.product, "amount": failure.amount or one.open_amount, "why": failure.why or failure.why_code},
            )
            for failure in sorted(one.failures, key=lambda failure: failure.at)
        ]  # fmt: skip
        found = one_after_another(life, "payment_failed", f"{one.name}@{_owed_since(one)}", stages)
        if found is not None:
            yield found


def _owed_since(contract: Contract) -> str:
    """The due day of the oldest charge that failed and is still owed; what was never concluded is one matter."""
    failed = [charge.due_on for charge in contract.charges if charge.state in ("due", "owed") and charge.failures]
    return iso(min(failed)) if failed else "begin"
