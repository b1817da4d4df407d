"""What the rules need to know of a client's facts: a row of sixteen whole numbers (spec: lifecycle, sections 3 to 5).

The fold takes the facts in their order and leaves what a day cannot change: the same summary holds on
every later day until a new fact (or a policy with another `grace_days`, which cuts the stretches anew).
Beside each number stands the fact it came from, so that a reason can name it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lifecycle.coverage import Membership, as_of
from lifecycle.days import NEVER, OPEN, Day
from lifecycle.facts import Fact
from lifecycle.fold import Fold, fold, sold_first
from lifecycle.policy import Policies, Policy

__all__ = (
    "RELATIONS",
    "STAGES",
    "SUMMARY_COLUMNS",
    "WARMTHS",
    "Columns",
    "Membership",
    "Span",
    "Summary",
    "memberships_of",
    "restretched",
    "summarise",
    "summary_of",
)

STAGES: Final = ("lead", "new", "active", "archived")
RELATIONS: Final = (
    "new",
    "in_progress",
    "current",
    "returned",
    "departed",
    "foreign",
    "not_target",
    "liquidated",
)
WARMTHS: Final[tuple[str | None, ...]] = (None, "warm", "cold")

LEAD, NEW, ACTIVE, ARCHIVED = range(4)


class Span(NamedTuple):
    """One engagement as an interval of days, both included, and the fact it begins with."""

    first: Day
    last: Day
    fact: Hashable


class _Row(NamedTuple):
    """The fields of a Summary, in the order of its columns."""

    covered_until: int = NEVER  # the latest last covered day of all memberships
    engaged_on: int = NEVER  # the later of that and the last purchase or single visit
    promoted_on: int = NEVER
    moved_on: int = NEVER  # to Guest, by staff
    stretch_on: int = NEVER  # the beginning of the present stretch
    warmth_on: int = NEVER
    returning: int = 0  # the present stretch is not the first
    bought: int = 0  # some membership is sold, not activated and not ended
    been_guest: int = 0
    refused: int = 0  # the latest fact of the way to a sale is a refusal
    archived: int = 0
    stage: int = LEAD  # as if not archived
    mark: int = 0  # an index of RELATIONS, 0 for none
    progress: int = 0  # somebody worked with the client since the last inquiry
    warmth_set: int = 0  # an index of WARMTHS
    complained: int = 0  # since the last buy
    origins: Mapping[str, Hashable] = {}
    spans: tuple[Span, ...] | None = None


class Summary(_Row):
    """One client in sixteen numbers; days may be NEVER, an open end is OPEN, flags are 0 or 1.

    `origins` names the fact behind a number (and under `member` the membership that ends last);
    `spans` are the engagements, kept to cut the stretches anew. Neither is stored.
    """

    __slots__ = ()
    # What makes a number of a flag; for columns, a number of the narrow kind.
    one = 1

    def row(self) -> tuple[int, ...]:
        """The numbers alone, in the order of SUMMARY_COLUMNS, as they are stored."""
        return self[:_NUMBERS]  # type: ignore[return-value]  # a slice of a named tuple loses its kinds

    @classmethod
    def of(cls, row: Sequence[int]) -> Summary:
        """The summary of a stored row; without origins and spans."""
        return cls._make((*row, {}, None))


SUMMARY_COLUMNS: Final = tuple(name for name in Summary._fields if name not in ("origins", "spans"))
DAY_COLUMNS: Final = frozenset(name for name in SUMMARY_COLUMNS if name.endswith(("_on", "_until")))
CODE_COLUMNS: Final = frozenset({"stage", "mark", "warmth_set"})
_NUMBERS: Final = len(SUMMARY_COLUMNS)

Column = npt.NDArray[Any]


class Columns:
    """Many clients at once: the names of a Summary, each holding a column, one place per client.

    Days are 32-bit numbers, flags are truth values, codes are bytes: what moves least memory.
    """

    __slots__ = (*SUMMARY_COLUMNS, "one")

    def __init__(self, columns: Mapping[str, Any]) -> None:
        """Takes every name of SUMMARY_COLUMNS with its numbers, in any whole-number form."""
        self.one = np.int16(1)
        for name in SUMMARY_COLUMNS:
            setattr(self, name, np.ascontiguousarray(columns[name], dtype=_kind_of(name)))

    @classmethod
    def of(cls, summaries: Iterable[Summary]) -> Columns:
        """The columns of these clients, in their order."""
        rows = np.array([summary.row() for summary in summaries], dtype=np.int32).reshape(-1, _NUMBERS)
        return cls({name: rows[:, place] for place, name in enumerate(SUMMARY_COLUMNS)})

    def __len__(self) -> int:
        return len(self.covered_until)  # type: ignore[attr-defined]

    def part(self, start: int, stop: int) -> Columns:
        """The clients from `start` up to `stop`, without copying."""
        part = object.__new__(Columns)
        part.one = self.one
        for name in SUMMARY_COLUMNS:
            setattr(part, name, getattr(self, name)[start:stop])
        return part


def _kind_of(name: str) -> type:
    if name in DAY_COLUMNS:
        return np.int32
    return np.int8 if name in CODE_COLUMNS else np.bool_


def summary_of(client: Fold, policy: Policy) -> Summary:
    """What stands after the facts taken so far, the stretches cut by this policy."""
    origins = {name: fact.id for name in _KEPT if (fact := getattr(client, name)) is not None}
    spans = [Span(fact.day, fact.day, fact.id) for fact in client.spent]
    engaged_on = _last_spent(client, origins)
    covered_until, activated, bought = _holdings(client, spans, origins)
    if covered_until > NEVER and covered_until >= engaged_on:
        engaged_on, origins["engaged_on"] = covered_until, origins["covered_until"]
    stretch_on, returning, origins["stretch_on"] = _stretch(spans, policy.grace_days)
    marked, warmth = client.marked, client.warmth
    return Summary(
        covered_until,
        engaged_on,
        _day_of(client.promoted),
        _day_of(client.moved),
        stretch_on,
        _day_of(warmth),
        returning,
        int(bought),
        int(client.guest is not None),
        int(client.refusal is not None),
        int(client.archived is not None),
        ACTIVE if activated or client.seen else NEW if client.booked else LEAD,
        RELATIONS.index(marked.fields["relation"]) if marked else 0,
        int(client.progress is not None),
        WARMTHS.index(warmth.fields["warmth"]) if warmth else 0,
        int(client.complaint is not None),
        origins,
        tuple(spans),
    )


def _day_of(fact: Fact | None) -> Day:
    return NEVER if fact is None else fact.day


def _last_spent(client: Fold, origins: dict[str, Hashable]) -> Day:
    """The day of the last purchase or single visit."""
    last = NEVER
    for fact in client.spent:
        if fact.day >= last:
            last, origins["engaged_on"] = fact.day, fact.id
    return last


def _holdings(client: Fold, spans: list[Span], origins: dict[str, Hashable]) -> tuple[Day, bool, bool]:
    """The latest last covered day, whether some membership is activated, whether one is bought; adds their spans."""
    covered_until, activated, bought = NEVER, False, False
    for held in sorted(client.memberships.values(), key=sold_first):
        if held.bought:
            bought = True
            origins.setdefault("bought", held.sale)
            origins.setdefault("bought_member", held.key)
            spans.append(Span(held.sold_on, OPEN, held.sale))
        elif held.activated and held.last >= held.starts_on:
            activated = True
            first, begun_by = held.begins()
            spans.append(Span(first, held.last, begun_by))
            if held.last > covered_until:
                covered_until = held.last
                origins["covered_until"], origins["member"] = held.ender(), held.key
                origins["activation"] = held.activation
    return covered_until, activated, bought


_KEPT: Final = (
    "archived",
    "booked",
    "complaint",
    "guest",
    "marked",
    "moved",
    "progress",
    "promoted",
    "refusal",
    "seen",
    "warmth",
)

_first_then_last = itemgetter(0, 1)


def _stretch(spans: list[Span], grace_days: int) -> tuple[Day, int, Hashable]:
    """The beginning of the present stretch, whether it is not the first, and the fact it began with."""
    begins = end = NEVER
    stretches = 0
    begun_by: Hashable = None
    spans.sort(key=_first_then_last)
    for first, last, fact in spans:
        if first - end > grace_days:
            stretches += 1
            begins, begun_by = first, fact
        end = max(end, last)
    return begins, 1 if stretches > 1 else 0, begun_by


def restretched(summary: Summary, policy: Policy) -> Summary:
    """The same client under a policy with another `grace_days`. Raises LookupError for a stored row without spans."""
    if summary.spans is None:
        raise LookupError("a stored row does not hold the engagements: summarise the facts again")
    stretch_on, returning, begun_by = _stretch(list(summary.spans), policy.grace_days)
    if stretch_on == summary.stretch_on and returning == summary.returning:
        return summary
    origins = {**summary.origins, "stretch_on": begun_by}
    return summary._replace(stretch_on=stretch_on, returning=returning, origins=origins)


def summarise(facts: Iterable[Fact], policies: Policies, day: Day) -> Summary:
    """The summary as of that day, by the policy in force on it. `facts` in their order (`facts.in_order`)."""
    return summary_of(fold(facts, policies, day), policies.on(day))


def memberships_of(facts: Iterable[Fact], policies: Policies, day: Day) -> list[Membership]:
    """The client's memberships as of that day, the one sold first first; sales that were voided are left out."""
    held = fold(facts, policies, day).memberships.values()
    return [as_of(one, day) for one in sorted(held, key=sold_first) if one.sold or one.activated]
