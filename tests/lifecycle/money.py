"""A client's contracts, told in sentences: `started("c", on="2026-03-01").paid("c", on="2026-03-01")`.

`arrived` takes the same facts in any order, one by one, with what the club records beside each, as the door does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from lifecycle.billing import Contract, contracts_of
from lifecycle.consequences import consequence, contract_spoken_of, termination
from lifecycle.days import Day, day_start, iso, parse_day, zone_of
from lifecycle.facts import Fact, in_order, parse_fact
from lifecycle.packs import Pack, packs_of
from lifecycle.policy import Policies, Policy

ZONE = zone_of("Europe/Moscow")


class Books:
    """Facts of one client, and the ledger they come to on any day."""

    def __init__(self, **overrides: Any) -> None:
        self.policies = Policies.always(Policy.of(overrides))
        self.facts: list[Fact] = []

    def under(self, *versions: tuple[str, dict[str, Any]]) -> Books:
        self.policies = Policies([(parse_day(on), Policy.of(numbers)) for on, numbers in versions])
        return self

    def told(self, type: str, on: str, **fields: Any) -> Books:
        """Any fact; what the club records beside it comes with it."""
        fact = parse_fact({"type": type, "at": on, **fields}, zone=ZONE, id=len(self.facts))
        arrive(self.facts, fact, self.policies)
        return self

    def started(self, name: str, on: str, *, amount: int = 3000, billing: str = "term", **more: Any) -> Books:
        return self.told("contract_started", on, contract=name, amount=amount, billing=billing, **more)

    def paid(self, name: str, on: str, amount: int | None = 3000, **more: Any) -> Books:
        return self.told("payment", on, contract=name, state="paid", amount=amount, **more)

    def failed(self, name: str, on: str, amount: int | None = 3000, **more: Any) -> Books:
        return self.told("payment", on, contract=name, state="failed", amount=amount, **more)

    def refunded(self, name: str, on: str, amount: int | None = None, **more: Any) -> Books:
        return self.told("payment", on, contract=name, state="refunded", amount=amount, **more)

    def taken_back(self, place: int, on: str) -> Books:
        return self.told("voided", on, fact=self.facts[place].id)

    def contracts(self, on: str) -> list[Contract]:
        """As they stand at the end of that day."""
        day = parse_day(on)
        return contracts_of(in_order(self.facts), self.policies, day, day_start(day + 1, ZONE) - timedelta(microseconds=1))

    def contract(self, on: str) -> Contract:
        return self.contracts(on)[0]

    def packs(self, on: str) -> list[Pack]:
        day = parse_day(on)
        now = day_start(day + 1, ZONE) - timedelta(microseconds=1)
        facts = in_order(self.facts)
        return packs_of(facts, contracts_of(facts, self.policies, day, now), day, now)

    def days_pass(self, first: str, last: str) -> Books:
        """Every midnight the club ends what was not paid in time."""
        for day in range(parse_day(first), parse_day(last) + 1):
            end_unpaid(self.facts, self.policies, day)
        return self


def end_unpaid(facts: list[Fact], policies: Policies, day: Day, at: datetime | None = None) -> None:
    """What the clock does at the first instant of a day, and makes up for later (`at`)."""
    at = at or day_start(day, ZONE)
    for one in contracts_of(in_order(facts), policies, day, at):
        if one.terminates_on is not None and one.terminates_on <= day:
            draft = termination(facts, one, day_start(one.terminates_on, ZONE))
            facts.append(Fact(draft.key, draft.at, draft.day, draft.type, draft.fields))


def arrive(facts: list[Fact], fact: Fact, policies: Policies) -> None:
    """One more fact, and what the club records beside it."""
    facts.append(fact)
    name = contract_spoken_of(fact, facts)
    now, day = max(one.at for one in facts), max(one.day for one in facts)
    while name and (draft := consequence(in_order(facts), policies, day, now, name)):
        facts.append(Fact(draft.key, draft.at, draft.day, draft.type, draft.fields))


def arrived(facts: Iterable[Fact], policies: Policies, now: datetime, *, clock: Iterable[int] = ()) -> list[Fact]:
    """The history after these arrived in this order, all of them at `now`; the clock looks after some of them, and at the end."""
    history: list[Fact] = []
    seen, today = set(), now.astimezone(ZONE).toordinal()
    for place, fact in enumerate(facts):
        if fact.id not in seen:
            seen.add(fact.id)
            history.append(fact)
            name = contract_spoken_of(fact, history)
            while name and (draft := consequence(in_order(history), policies, today, now, name)):
                history.append(Fact(draft.key, draft.at, draft.day, draft.type, draft.fields))
        if place in clock:
            end_unpaid(history, policies, today, now)
    end_unpaid(history, policies, today, now)
    return in_order(history)


def ledger(facts: Sequence[Fact], policies: Policies, now: datetime) -> list[Any]:
    """What must be the same whatever the order: every contract without the numbers of its facts."""
    day = now.astimezone(ZONE).toordinal()
    return [_bare(one) for one in contracts_of(facts, policies, day, now)]


def _bare(one: Contract) -> Contract:
    charges = tuple(charge._replace(failures=tuple(each._replace(fact=None) for each in charge.failures)) for charge in one.charges)
    failures = tuple(each._replace(fact=None) for each in one.failures)
    return one._replace(charges=charges, failures=failures, sale=one.sale is not None)


def dues(contract: Contract) -> list[tuple[str, str]]:
    """The charges as (due day, state)."""
    return [(iso(one.due_on), one.state) for one in contract.charges]


NOON = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
