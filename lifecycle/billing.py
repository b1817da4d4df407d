"""What a client's contracts come to: their state, charges, debt, open invoices, packs (spec: board, section 10).

A contract is an attempt to buy (`contract_started`), what became of its money (`payment`), and the membership
that came of it. All is computed from the facts, in an order of their own contents, so that reports that came
twice, late or the wrong way round end in the same ledger. Nothing here knows a store or a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from lifecycle.charges import Charge, Charges, Failure, Period
from lifecycle.days import NEVER, OPEN, Day
from lifecycle.facts import PAYMENT_STATES, Fact
from lifecycle.policy import Policies
from lifecycle.summary import Membership, memberships_of

#: The states of a contract, as a desk reads them. From `cancelled` on it has ended.
STATES: Final = ("started", "part_paid", "paid", "running", "in_debt", "cancelled", "refunded", "terminated")
ENDED: Final = ("cancelled", "refunded", "terminated")
#: The types of facts that speak of a contract.
OF_A_CONTRACT: Final = frozenset({"contract_started", "payment", "contract_cancelled", "autopay_withdrawn"})


class Contract(NamedTuple):
    """One contract on one day.

    `open_amount` is what an open invoice asks for, `debt` what of it is late, both 0 where nothing is; of an ended
    contract only the debt is told. `unpaid_since` is the instant of an attempt that was not paid, or in part only, `failures`
    are the tries that failed on what is still to be paid. `terminates_on` is the day on which the club ends it,
    `next_due_on` that of the charge to come. `membership` is the key of what came of it, `sale` the id of that fact.
    """

    name: str
    product: str | None
    kind: str
    billing: str
    amount: int | None
    days: int | None
    visits: int | None
    state: str
    started_at: datetime | None
    started_on: Day | None
    unpaid_since: datetime | None
    charges: tuple[Charge, ...]
    paid: int
    refunded: int
    open_amount: int
    debt: int
    debt_since: Day | None
    terminates_on: Day | None
    next_due_on: Day | None
    failures: tuple[Failure, ...]
    autopay_ended_at: datetime | None
    membership: str | None
    sale: Hashable
    ended_on: Day | None
    test: bool

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in ENDED

    @property
    def owed(self) -> int:
        """What may still be paid on it: the open invoice, of an ended one the debt."""
        return self.debt if self.ended else self.open_amount

    @property
    def charged(self) -> bool:
        """Whether it goes on being charged, so that money may come before it is due."""
        return self.billing == "recurring" and self.kind == "membership" and not self.ended

    @property
    def sells_membership(self) -> bool:
        """Whether its first payment is still to come and will sell a membership."""
        return self.sale is None and self.kind == "membership" and not self.ended

    @property
    def asks(self) -> str:
        """What it asks for, as a form remembers it: money that came meanwhile changes it."""
        return f"{self.owed} {self.next_due_on or ''}".strip()


def contracts_of(facts: Sequence[Fact], policies: Policies, today: Day, now: datetime) -> list[Contract]:
    """The contracts of one client as they stand at `now`, the one begun first first. Takes the facts in their order."""
    if not any(fact.type in OF_A_CONTRACT for fact in facts):
        return []
    known = [fact for fact in facts if fact.day <= today and fact.at <= now]
    ledger = _Ledger(known, policies, today)
    return [ledger.contract(name) for name in ledger.names()]


def in_debt(contracts: Iterable[Contract]) -> bool:
    """Whether a contract that still holds is in debt: then the turnstile says no."""
    return any(one.debt and not one.ended for one in contracts)


def in_ledger_order(payments: Iterable[Fact]) -> list[Fact]:
    """By instant, then by their contents: equal instants stand alike however they came in; the same receipt counts once."""
    seen: set[Any] = set()
    ordered = []
    for fact in sorted(payments, key=_contents):
        receipt = fact.fields.get("receipt")
        name = (fact.fields["state"], receipt, fact.fields.get("attempt")) if receipt is not None else object()
        if name not in seen:
            seen.add(name)
            ordered.append(fact)
    return ordered


def _contents(fact: Fact) -> tuple[Any, ...]:
    said = fact.fields
    texts = (str(said.get(name) or "") for name in ("receipt", "why_code", "why", "means"))
    numbers = (said.get(name) or 0 for name in ("due_on", "attempt", "amount"))
    return (fact.at, PAYMENT_STATES.index(said["state"]), *numbers, *texts)


class _Ledger:
    """The facts of one client, sorted by contract."""

    def __init__(self, known: Sequence[Fact], policies: Policies, today: Day) -> None:
        self.policies, self.today = policies, today
        voids = {fact.fields["fact"]: fact for fact in reversed(known) if fact.type == "voided"}
        self.live = [fact for fact in known if fact.id not in voids and fact.type != "voided"]
        self.taken_back = [(fact, voids[fact.id]) for fact in known if fact.id in voids]
        self.memberships = {one.key: one for one in memberships_of(known, policies, today)}

    def names(self) -> list[str]:
        """The contracts spoken of, the one begun first first."""
        begun: dict[str, datetime] = {}
        for fact in self.live:
            if fact.type in OF_A_CONTRACT:
                name = fact.fields["contract"]
                begun[name] = min(fact.at, begun.get(name, fact.at))
        return sorted(begun, key=lambda name: (begun[name], name))

    def contract(self, name: str) -> Contract:
        """One contract by its name."""
        own = [fact for fact in self.live if fact.type in OF_A_CONTRACT and fact.fields["contract"] == name]
        started = min((fact for fact in own if fact.type == "contract_started"), key=_begun, default=None)
        payments = in_ledger_order(fact for fact in own if fact.type == "payment")
        sale = self._sale(name)
        terms = _terms(started, sale, payments)
        end, why = self._end(name, sale, payments)
        membership = self.memberships.get(sale.fields["membership"]) if sale and sale.type == "membership_sold" else None
        told = _Told(name, terms, started, payments, sale, membership)
        cancelled = any(fact.type == "contract_cancelled" for fact in own)
        withdrawn = max((fact.at for fact in own if fact.type == "autopay_withdrawn"), default=None)
        make = self._recurring if terms["billing"] == "recurring" and terms["kind"] == "membership" else self._once
        return make(told, end, why, cancelled=cancelled)._replace(autopay_ended_at=withdrawn)

    def _sale(self, name: str) -> Fact | None:
        """The sale that came of a contract: the one that names it, or one of the same name."""
        sales = [fact for fact in self.live if _sells(fact, name)]
        named = [fact for fact in sales if fact.fields.get("contract") == name]
        return next(iter(named or sales), None)

    def _end(self, name: str, sale: Fact | None, payments: Sequence[Fact]) -> tuple[Day | None, str]:
        """The day its membership was ended on and why; a sale taken back, and the money not, ends it too."""
        if sale is None:
            paid_at = min((fact.at for fact in payments if fact.fields["state"] == "paid"), default=None)
            back = [void for fact, void in self.taken_back if _sells(fact, name) and paid_at and paid_at <= void.at]
            return (back[-1].day, "cancelled") if back else (None, "")
        key = sale.fields.get("membership")
        ends = [fact for fact in self.live if fact.type == "membership_ended" and fact.fields["membership"] == key]
        first = min(ends, key=lambda fact: (fact.fields["on"], fact.at), default=None)
        return (None, "") if first is None else (first.fields["on"], first.fields["why"])

    def _once(self, told: _Told, end: Day | None, why: str, *, cancelled: bool) -> Contract:
        """A contract paid once: open until it is paid, in one go or in parts."""
        amount = told.terms["amount"]
        paid, refunded = sums(told.payments, amount)
        some = any(fact.fields["state"] == "paid" for fact in told.payments)
        left = (amount or 0) - paid + refunded
        if refunded and refunded >= paid:
            state = "refunded"
        elif some:
            state = why if why in ENDED else "part_paid" if left > 0 else "paid"
        else:
            state = "cancelled" if cancelled or end is not None else "started"
        open_amount = max(0, left) if state in ("started", "part_paid") else 0
        failures = tuple(_failure(fact) for fact in told.payments if fact.fields["state"] == "failed")
        return told.contract(state, end)._replace(
            paid=paid, refunded=refunded, open_amount=open_amount, failures=() if some else failures,
            unpaid_since=told.begun_at() if state == "started" or open_amount else None,
        )  # fmt: skip

    def _recurring(self, told: _Told, end: Day | None, why: str, *, cancelled: bool) -> Contract:
        """A contract with a charge each period."""
        charges = self._charges(told)
        charges.until(self.today if end is None else min(self.today, end - 1))
        shown = charges.told(self.today)
        paid, refunded = sums(told.payments, told.terms["amount"])
        concluded = told.sale is not None or any(fact.fields["state"] == "paid" for fact in told.payments)
        owed = [one for one in shown if one.state == "owed" and (end is None or one.due_on < end)] if concluded else []
        open_amount = sum(one.left for one in shown if one.state in ("due", "owed"))
        state = _recurring_state(end, why, owed=bool(owed), concluded=concluded, cancelled=cancelled)
        if concluded and refunded and refunded >= paid:
            state = "refunded"
        since = min((one.due_on for one in owed), default=None)
        alive = state not in ENDED
        return told.contract(state, end)._replace(
            charges=shown, paid=paid, refunded=refunded,
            open_amount=(open_amount or (told.terms["amount"] or 0 if state == "started" else 0)) if alive else 0,
            debt=sum(one.left for one in owed), debt_since=since,
            terminates_on=min((one.stops_on for one in owed), default=None) if alive and told.sale is not None else None,
            next_due_on=charges.next_on() if alive and concluded else None,
            failures=tuple(failure for one in shown if one.state in ("due", "owed") for failure in one.failures),
            unpaid_since=told.begun_at() if state == "started" else None,
        )  # fmt: skip

    def _charges(self, told: _Told) -> Charges:
        freezes = told.membership.frozen if told.membership else ()
        period = Period.of(told.terms["days"]) if told.started is not None else None
        charges = Charges(told.first_on(), told.terms["amount"], period, freezes, self._stops_on(told.name))
        for fact in told.settling():
            (charges.fail if fact.fields["state"] == "failed" else charges.pay)(fact)
        for fact in told.payments:
            if fact.fields["state"] == "refunded":
                charges.refund(fact)
        return charges

    def _stops_on(self, name: str) -> Callable[[Day], Day]:
        """When a charge ends the contract: not on account of a day on which the money was still thought to be there."""
        back = [
            void.day + 1
            for fact, void in self.taken_back
            if fact.type == "payment" and fact.fields["contract"] == name and fact.fields["state"] == "paid"
        ]
        return lambda due: max(stops_on(due, self.policies), *back, due)


class _Told(NamedTuple):
    """What is known of a contract before it is judged."""

    name: str
    terms: Mapping[str, Any]
    started: Fact | None
    payments: Sequence[Fact]
    sale: Fact | None
    membership: Membership | None

    def first_on(self) -> Day | None:
        """The due day of the first charge: the beginning."""
        first = self.started or self.sale
        return None if first is None else first.day

    def begun_at(self) -> datetime | None:
        return self.started.at if self.started is not None else min((one.at for one in self.payments), default=None)

    def settling(self) -> Iterable[Fact]:
        """What may settle charges: payments, and a sale that nobody made a contract for, which was paid as it was made."""
        settling = [fact for fact in self.payments if fact.fields["state"] != "refunded"]
        if self.started is None and self.sale is not None and self.sale.fields.get("contract") is None:
            paid = {"state": "paid", "amount": self.sale.fields["amount"], "due_on": self.sale.day}
            if not any(fact.day == self.sale.day and fact.fields["state"] == "paid" for fact in settling):
                settling = sorted([*settling, self.sale._replace(fields=paid)], key=lambda fact: fact.at)
        return settling

    def contract(self, state: str, end: Day | None) -> Contract:
        """The contract with its terms; what it comes to is filled in."""
        terms, first = self.terms, self.started
        sale = self.sale.fields.get("membership") if self.sale is not None else None
        return Contract(
            self.name, terms["product"], terms["kind"], terms["billing"], terms["amount"], terms["days"], terms["visits"],
            state, first.at if first else None, first.day if first else None, None, (), 0, 0, 0, 0, None, None, None, (),
            None, sale, self.sale.id if self.sale is not None else None, end,
            any(fact.fields.get("mode") == "test" for fact in self.payments),
        )  # fmt: skip


def stops_on(due: Day, policies: Policies) -> Day:
    """The day on which a charge due then, and never paid, ends its contract, by the policy in force on that day."""
    begins = NEVER
    for ends in (*policies.first_days[1:], OPEN):
        day = max(begins, due + policies.on(ends - 1).debt_days)
        if day < ends:
            return day
        begins = ends
    return OPEN


def _sells(fact: Fact, name: str) -> bool:
    if fact.type == "purchase":
        return fact.fields.get("contract") == name
    return fact.type == "membership_sold" and name in (fact.fields.get("contract"), fact.fields["membership"])


def _begun(fact: Fact) -> tuple[Any, ...]:
    return fact.at, str(sorted(fact.fields.items(), key=str))


def _terms(started: Fact | None, sale: Fact | None, payments: Sequence[Fact]) -> dict[str, Any]:
    """Product, kind, billing, amount, days, visits: as the contract says, else as its sale does, else as payments hint."""
    said = dict(sale.fields) if sale is not None else {}
    said |= {name: value for name, value in (started.fields if started is not None else {}).items() if value is not None}
    hinted = "recurring" if any(fact.fields.get("due_on") is not None for fact in payments) else "term"
    kind = said.get("kind") or ("service" if sale is not None and sale.type == "purchase" else "membership")
    return {
        "product": said.get("product"),
        "kind": kind,
        "billing": said.get("billing") or hinted,
        "amount": said.get("amount"),
        "days": said.get("days"),
        "visits": said.get("visits"),
    }


def sums(payments: Iterable[Fact], amount: int | None) -> tuple[int, int]:
    """What was paid and what was given back. Without an amount the whole price was paid, and everything given back."""
    paid = sum(_amount(fact, amount or 0) for fact in payments if fact.fields["state"] == "paid")
    return paid, sum(_amount(fact, paid) for fact in payments if fact.fields["state"] == "refunded")


def _amount(fact: Fact, otherwise: int) -> int:
    said = fact.fields.get("amount")
    return otherwise if said is None else int(said)


def _failure(fact: Fact) -> Failure:
    said = fact.fields
    return Failure(
        fact.id, fact.at, fact.day, said.get("attempt"), said.get("why_code"), said.get("why"), said.get("amount"), said.get("means")
    )


def _recurring_state(end: Day | None, why: str, *, owed: bool, concluded: bool, cancelled: bool) -> str:
    if end is not None:
        return why if why in ENDED else "cancelled"
    if not concluded:
        return "cancelled" if cancelled else "started"
    return "in_debt" if owed else "running"
