"""What follows from the money of a contract: the sale, the end, and their taking back (spec: board, section 10).

Asked after every fact that speaks of a contract, it says which facts the club itself records beside it, in the same
transaction. They follow from all that is known and not from what came last, so that reports which came late or the
wrong way round leave the same behind. Pure, as `billing`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from lifecycle.billing import OF_A_CONTRACT, Contract, contracts_of, in_ledger_order, sums
from lifecycle.days import NEVER, Day
from lifecycle.facts import Fact
from lifecycle.policy import Policies
from lifecycle.summary import memberships_of


class Draft(NamedTuple):
    """A fact to be recorded: what names it within the client, when it happened, its type and fields."""

    key: str
    at: datetime
    day: Day
    type: str
    fields: dict[str, Any]


def contract_spoken_of(fact: Fact, history: Sequence[Fact]) -> str | None:
    """The contract that a fact, or the fact it takes back, is about."""
    if fact.type == "voided":
        target = next((one for one in history if one.id == fact.fields["fact"]), None)
        return None if target is None else contract_spoken_of(target, ())
    return fact.fields["contract"] if fact.type in OF_A_CONTRACT else None


def consequence(
    history: Sequence[Fact], policies: Policies, today: Day, now: datetime, name: str, *, sells_from: Day = NEVER
) -> Draft | None:
    """What is to be recorded next beside the facts about this contract; None where all of it is there.

    A contract first paid before `sells_from` is history: it sells nothing.
    """
    case = _Case(history, policies, today, now, name)
    found = (case.sale(sells_from), case.sale_back(), case.end(), case.end_back())
    return next((draft for draft in found if draft is not None), None)


def termination(history: Sequence[Fact], contract: Contract, at: datetime) -> Draft:
    """The end of a contract whose debt was not paid in time, at the first instant of the day."""
    number = sum(fact.type == "membership_ended" and fact.fields.get("contract") == contract.name for fact in history)
    fields = {
        "membership": contract.membership, "on": contract.terminates_on, "why": "terminated", "contract": contract.name,
        "due_on": contract.debt_since,
    }  # fmt: skip
    assert contract.terminates_on is not None
    return Draft(f"{contract.name}:ended:{number}", at, contract.terminates_on, "membership_ended", fields)


def membership_to_come(history: Sequence[Fact], contract: str) -> str:
    """What the first payment sells: called as the contract; where that was sold and taken back, with a number."""
    taken = {fact.fields["membership"] for fact in history if fact.type == "membership_sold"}
    name, number = contract, 1
    while name in taken:
        number += 1
        name = f"{contract[:190]}~{number}"
    return name


class _Case:
    """One contract, and what the club recorded about it by itself."""

    def __init__(self, history: Sequence[Fact], policies: Policies, today: Day, now: datetime, name: str) -> None:
        self.history, self.policies, self.today, self.now, self.name = history, policies, today, now, name
        self.voided = {fact.fields["fact"]: fact for fact in reversed(history) if fact.type == "voided"}
        self.contract = next((one for one in contracts_of(history, policies, today, now) if one.name == name), None)
        own = [fact for fact in history if fact.fields.get("contract") == name and fact.at <= now]
        self.made = [fact for fact in own if fact.type in ("membership_sold", "purchase", "membership_ended")]
        self.live = [fact for fact in self.made if fact.id not in self.voided]
        payments = in_ledger_order(fact for fact in own if fact.type == "payment" and fact.id not in self.voided)
        self.payments = payments
        self.paid = [fact for fact in payments if fact.fields["state"] == "paid"]

    def sale(self, sells_from: Day) -> Draft | None:
        """The first payment of a contract sells what it is about."""
        contract = self.contract
        if contract is None or contract.started_at is None or contract.sale is not None or not self.paid:
            return None
        back = max((self.voided[fact.id].at for fact in self.made if _sells(fact) and fact.id in self.voided), default=None)
        first = self.paid[0]
        # Money that came before somebody took the sale back was for that sale.
        if first.day < sells_from or (back is not None and first.at <= back):
            return None
        number = sum(_sells(fact) for fact in self.made)
        amount = contract.amount if contract.amount is not None else first.fields.get("amount") or 0
        key, told = f"{self.name}:sold:{number}", {"amount": amount, "contract": self.name}
        if contract.kind == "service":
            fields = {**told, "what": contract.product or self.name}
            return Draft(key, first.at, first.day, "purchase", fields)
        return Draft(key, first.at, first.day, "membership_sold", {**self._terms(contract), **told})

    def _terms(self, contract: Contract) -> dict[str, Any]:
        """Those of the contract; a recurring membership has no end of its own."""
        fields: dict[str, Any] = {"membership": membership_to_come(self.history, self.name), "billing": contract.billing}
        if contract.product is not None:
            fields["product"] = contract.product
        if contract.billing == "term":
            fields |= {name: value for name in ("days", "visits") if (value := getattr(contract, name)) is not None}
        return fields

    def sale_back(self) -> Draft | None:
        """A sale whose every payment was taken back is taken back itself."""
        sales = [] if self.paid else [fact for fact in self.live if _sells(fact)]
        return self._void(sales[0].id) if sales else None

    def end(self) -> Draft | None:
        """All the money given back before anybody began: the membership ends."""
        contract, last = self.contract, self._given_back()
        if contract is None or contract.ended_on is not None or last is None:
            return None
        number = sum(fact.type == "membership_ended" for fact in self.made)
        fields = {"membership": contract.membership, "on": last.day, "why": "refunded", "contract": self.name}
        return Draft(f"{self.name}:ended:{number}", last.at, last.day, "membership_ended", fields)

    def end_back(self) -> Draft | None:
        """An end that the club made by itself, and that what is known now would not bring, is taken back."""
        wrong = [fact for fact in self.live if fact.type == "membership_ended" and not self._stands(fact)]
        return self._void(wrong[0].id) if wrong else None

    def _stands(self, end: Fact) -> bool:
        last = self._given_back()
        if last is not None or end.fields["why"] == "refunded":
            return last is not None and (last.at, "refunded") == (end.at, end.fields["why"])
        others = [fact for fact in self.history if fact.id != end.id]
        found = contracts_of(others, self.policies, self.today, self.now)
        without = next((one for one in found if one.name == self.name), None)
        if without is None or (without.terminates_on or end.day) < end.day:
            return False
        return any(
            one.stops_on == end.day and (one.settled_at is None or one.settled_at >= end.at) for one in without.charges
        )

    def _given_back(self) -> Fact | None:
        """The first report after which the club had no money of it left, if that is so still and nobody had begun."""
        contract = self.contract
        if contract is None or contract.membership is None or not self.paid or contract.refunded < contract.paid:
            return None
        for place, fact in enumerate(self.payments):
            so_far = self.payments[: place + 1]
            paid, refunded = sums(so_far, contract.amount)
            if refunded >= paid and {one.fields["state"] for one in so_far} >= {"paid", "refunded"}:
                return None if self._begun_by(contract.membership, fact) else fact
        return None

    def _begun_by(self, membership: str, last: Fact) -> bool:
        before = [fact for fact in self.history if fact.at <= last.at]
        return any(one.key == membership and one.activated for one in memberships_of(before, self.policies, last.day))

    def _void(self, fact_id: Hashable) -> Draft:
        return Draft(f"{self.name}:void:{fact_id}", self.now, self.today, "voided", {"fact": fact_id})


def _sells(fact: Fact) -> bool:
    return fact.type in ("membership_sold", "purchase")
