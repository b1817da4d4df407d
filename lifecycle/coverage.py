"""What one membership covers, as its client's facts go by (spec: lifecycle, section 3).

The last covered day follows from the terms of the sale, the activation, extensions, freezes, the end and the
visits counted, in the order the contract gives them; `Held` keeps these and measures the day anew.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

from lifecycle.days import LAST_DAY, NEVER, OPEN, Day
from lifecycle.facts import Fact


class Held:
    """A membership while its client's facts go by."""

    __slots__ = (
        "activated",
        "activated_on",
        "activation",
        "counted",
        "cut_by",
        "cut_on",
        "ended",
        "ends_on",
        "extended",
        "freezes",
        "key",
        "last",
        "rank",
        "sale",
        "sold",
        "sold_on",
        "starts_on",
        "terms",
        "used_by",
        "used_on",
        "visits",
    )

    def __init__(self, key: str) -> None:
        self.key = key
        self.terms: Mapping[str, Any] = {}
        self.visits: int | None = None
        self.rank = OPEN
        self.sold = self.activated = self.ended = False
        self.sale: Hashable = None
        self.activation: Hashable = None
        self.cut_by: Hashable = None
        self.used_by: Hashable = None
        self.sold_on = self.activated_on = self.starts_on = NEVER
        self.last = NEVER
        self.ends_on: Day | None = None
        self.extended = self.counted = 0
        self.freezes: list[tuple[Day, Day]] = []
        self.cut_on = self.used_on = OPEN

    def agree(self, sale: Fact, rank: int) -> None:
        """Take the terms, which are those of the sale whenever that was recorded."""
        self.terms = sale.fields
        self.visits = sale.fields.get("visits")
        self.rank = rank
        self.sale = sale.id
        self.sold_on = sale.day

    def activate(self, fact: Fact, starts_on: Day, ends_on: Day | None) -> None:
        self.activated = True
        self.activation = fact.id
        self.activated_on = fact.day
        self.starts_on = starts_on
        self.ends_on = ends_on
        self.measure()

    def measure(self) -> None:
        """The last covered day: extensions first, then freezes, then what cuts it."""
        end = self.ends_on
        if end is None:
            days = self.terms.get("days")
            end = OPEN if days is None else self.starts_on + days - 1
        if end < OPEN:
            end += self.extended
            if self.freezes:
                end = frozen_end(self.starts_on, end, self.freezes)
            # Beyond the last date there is no day to write down.
            end = min(end, LAST_DAY)
        self.last = min(end, self.cut_on, self.used_on)

    @property
    def void(self) -> bool:
        return self.last < self.starts_on if self.activated else self.ended

    @property
    def bought(self) -> bool:
        return self.sold and not self.activated and not self.ended

    def takes(self, day: Day) -> bool:
        """Covers that day and has visits left."""
        return (
            self.activated
            and self.starts_on <= day <= self.last
            and (self.visits is None or self.counted < self.visits)
        )

    def count(self, visit: Fact) -> None:
        self.counted += 1
        if self.counted == self.visits:
            self.used_on = visit.day
            self.used_by = visit.id
            self.last = min(self.last, visit.day)

    def begins(self) -> tuple[Day, Hashable]:
        """The earliest of its sale, its activation and its start, and the fact of it."""
        first = min(self.activated_on, self.starts_on)
        if self.sold and self.sold_on <= first:
            return self.sold_on, self.sale
        return first, self.activation

    def ender(self) -> Hashable:
        """The fact that set the last covered day."""
        if self.used_by is not None and self.last == self.used_on:
            return self.used_by
        return self.cut_by if self.last == self.cut_on else self.activation


def frozen_end(start: Day, end: Day, freezes: Iterable[tuple[Day, Day]]) -> Day:
    """Each frozen day within the coverage, as lengthened by those before it, moves the end by one.

    Where the first day of a run lies within, each next one does too: the end walks ahead of it.
    """
    counted = start - 1
    for first, last in sorted(freezes):
        fresh = max(first, counted + 1)
        if fresh <= last:
            if fresh <= end:
                end += last - fresh + 1
            counted = last
    return end


class Membership(NamedTuple):
    """One membership on one day. `state`: bought, future, held, frozen, over or void.

    `last_on` is OPEN without an end and None where it was never activated; `facts` are the ids of the
    sale, the activation and what cut it short (None where there is none).
    """

    key: str
    product: str | None
    billing: str | None
    price: int | None
    days: int | None
    visits: int | None
    visits_counted: int
    visits_left: int | None
    sold_on: Day | None
    activated_on: Day | None
    starts_on: Day | None
    last_on: Day | None
    extended: int
    frozen: tuple[tuple[Day, Day], ...]
    activated: bool
    ended: bool
    used_up: bool
    void: bool
    state: str
    facts: Mapping[str, Hashable]


def as_of(held: Held, day: Day) -> Membership:
    """The membership as the profile shows it on that day."""
    left = None if held.visits is None else held.visits - held.counted
    ids = {
        "sale": held.sale,
        "activation": held.activation,
        "end": held.cut_by,
        "last_visit": held.used_by,
    }
    return Membership(
        key=held.key,
        product=held.terms.get("product"),
        billing=held.terms.get("billing"),
        price=held.terms.get("amount"),
        days=held.terms.get("days"),
        visits=held.visits,
        visits_counted=held.counted,
        visits_left=left,
        sold_on=held.sold_on if held.sold else None,
        activated_on=held.activated_on if held.activated else None,
        starts_on=held.starts_on if held.activated else None,
        last_on=held.last if held.activated else None,
        extended=held.extended,
        frozen=tuple(sorted(held.freezes)),
        activated=held.activated,
        ended=held.ended,
        used_up=held.used_by is not None,
        void=held.void,
        state=_state(held, day),
        facts={name: fact for name, fact in ids.items() if fact is not None},
    )


def _state(held: Held, day: Day) -> str:
    if held.void:
        return "void"
    if not held.activated:
        return "bought"
    if held.last < day:
        return "over"
    if held.starts_on > day:
        return "future"
    frozen = any(first <= day <= last for first, last in held.freezes)
    return "frozen" if frozen else "held"
