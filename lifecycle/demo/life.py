"""One client's life, told in days counted from today: `Life("Анна").inquired(-40).bought(-30, "m1", days=30)`.

Nothing is recorded here. `making` walks all lives day by day through the doors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

#: Fields that are days: told as a distance from today, recorded as dates.
DAYS = frozenset({"starts_on", "ends_on", "from", "to", "on"})
_UNKNOWN = (1, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """Facts recorded in one go: so many days from today, at a minute of that day. A fact may carry an earlier `at`."""

    day: int
    minute: int
    facts: tuple[dict[str, Any], ...]


@dataclass
class Life:
    """A client and everything that happened, in order."""

    name: str
    phone: str = ""
    branch: str = "main"
    source: str = "walk_in"
    kind: str = "person"
    tax_id: str | None = None
    comment: str = ""
    began: tuple[int, int] = _UNKNOWN
    steps: list[Step] = field(default_factory=list)

    def inquired(self, day: int, source: str = "walk_in", minute: int = 9 * 60) -> Self:
        """The first time is how the club comes to know them."""
        if self.began != _UNKNOWN:
            return self.did(day, {"type": "inquiry", "source": source}, minute=minute)
        self.began, self.source = (day, minute), source
        return self

    def did(self, day: int, *facts: dict[str, Any], minute: int = 10 * 60) -> Self:
        """Facts of that day; told in any order, what is of one minute in the order told."""
        if day == self.began[0]:
            minute = max(minute, self.began[1] + 5)
        self.steps.append(Step(day, minute, facts))
        return self

    def in_order(self) -> list[Step]:
        """Everything up to today as it happened."""
        return sorted((step for step in self.steps if step.day <= 0), key=lambda step: (step.day, step.minute))

    def toured(self, day: int, **at: int) -> Self:
        return self.did(day, {"type": "guest_visit", "kind": "tour"}, **at)

    def tried(self, day: int, **at: int) -> Self:
        return self.did(day, {"type": "guest_visit", "kind": "trial"}, **at)

    def promoted(self, day: int) -> Self:
        return self.did(day, {"type": "promoted"})

    def to_guest(self, day: int) -> Self:
        return self.did(day, {"type": "moved_to_guest"})

    def sold(
        self, day: int, key: str, *, days: int | None = 30, visits: int | None = None, amount: int = 450000,
        product: str = "Месяц", **at: int,
    ) -> Self:  # fmt: skip
        billing = "term" if days or visits else "recurring"
        terms = {"billing": billing, "days": days, "visits": visits, "amount": amount, "product": product}
        return self.did(day, {"type": "membership_sold", "membership": key, **terms}, **at)

    def agreed(self, day: int, contract: str, product: str, amount: int, **terms: Any) -> Self:
        """A contract begun, and not paid yet."""
        said = {"contract": contract, "product": product, "amount": amount, **terms}
        return self.did(day, {"type": "contract_started", **said}, minute=11 * 60)

    def settled(self, day: int, contract: str, amount: int) -> Self:
        """Money for a contract; the first of it sells what the contract is about."""
        return self.did(day, {"type": "payment", "contract": contract, "state": "paid", "amount": amount, "means": "terminal"}, minute=11 * 60 + 10)

    def bounced(self, day: int, contract: str, amount: int, attempt: int) -> Self:
        """A charge that did not pass."""
        failed = {"state": "failed", "amount": amount, "attempt": attempt, "why_code": "insufficient_funds", "why": "Недостаточно средств"}
        return self.did(day, {"type": "payment", "contract": contract, **failed}, minute=9 * 60)

    def used(self, service: str, *days: int, trainer: str = "Марат Юсупов") -> Self:
        for day in days:
            self.did(day, {"type": "service_used", "service": service, "trainer": trainer}, minute=17 * 60)
        return self

    def activated(self, day: int, key: str, starts_on: int | None = None, **at: int) -> Self:
        starts_on = day if starts_on is None else starts_on
        return self.did(day, {"type": "membership_activated", "membership": key, "starts_on": starts_on}, **at)

    def frozen(self, day: int, key: str, first: int, last: int) -> Self:
        return self.did(day, {"type": "membership_frozen", "membership": key, "from": first, "to": last})

    def ended(self, day: int, key: str, on: int, why: str) -> Self:
        return self.did(day, {"type": "membership_ended", "membership": key, "on": on, "why": why})

    def visited(self, *days: int, minute: int = 18 * 60) -> Self:
        for day in days:
            self.did(day, {"type": "visit", "kind": "membership"}, minute=minute)
        return self

    def paid(self, day: int, what: str, amount: int, **at: int) -> Self:
        return self.did(day, {"type": "purchase", "what": what, "amount": amount}, **at)

    def came_once(self, day: int, amount: int = 60000) -> Self:
        return self.did(day, {"type": "visit", "kind": "single", "amount": amount})

    def called(self, day: int, kind: str, outcome: str | None = None, reason: str | None = None, *, direction: str = "out") -> Self:
        said = {"direction": direction, "kind": kind, "outcome": outcome, "reason": reason}
        return self.did(day, {"type": "contact", **said}, minute=12 * 60)

    def member(self, last: int, *, days: int = 30, key: str = "m1", **terms: Any) -> Self:
        """The whole way to a membership whose last covered day is `last`."""
        first = last - days + 1
        if self.began == _UNKNOWN:
            self.inquired(first - 6, self.source)
            self.toured(first - 4).promoted(first - 3)
        return self.sold(first - 1, key, days=days, **terms).activated(first, key)
