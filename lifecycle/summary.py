"""What the rules need to know of a client's facts: a row of sixteen whole numbers (spec: lifecycle, sections 3 to 5).

The fold takes the facts in their order and leaves what a day cannot change: the same summary holds on
every later day until a new fact (or a policy with another `grace_days`, which cuts the stretches anew).
Beside each number stands the fact it came from, so that a reason can name it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lifecycle.days import LAST_DAY, NEVER, OPEN, Day
from lifecycle.facts import OF_A_SALE, REFUSALS, Fact
from lifecycle.policy import Policies, Policy

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


class _Held:
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
                end = _frozen_end(self.starts_on, end, self.freezes)
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


def _frozen_end(start: Day, end: Day, freezes: Iterable[tuple[Day, Day]]) -> Day:
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


class Fold:
    """The facts of one client, taken one by one in their order.

    A fact that reaches back (a void; the sale of a membership already spoken of) begins the fold anew
    with all facts taken so far, so that one by one comes to the same as all at once.
    """

    __slots__ = (
        "_policies",
        "archived",
        "booked",
        "complaint",
        "engagements",
        "guest",
        "mark",
        "marked",
        "memberships",
        "moved",
        "moved_on",
        "progress",
        "promoted",
        "promoted_on",
        "refusal",
        "sales",
        "seen",
        "taken",
        "voided",
        "voided_sales",
        "warmth",
        "warmth_on",
        "warmth_set",
    )

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self.taken: list[Fact] = []
        self._begin()

    def _begin(self) -> None:
        self.memberships: dict[str, _Held] = {}
        self.engagements: list[Span] = []
        self.sales = 0
        self.voided: frozenset[Hashable] = frozenset()
        self.voided_sales: frozenset[str] = frozenset()
        # Each of these is the fact that made it so, or None where it is not so.
        self.archived: Fact | None = None
        self.booked: Fact | None = None
        self.complaint: Fact | None = None
        self.guest: Fact | None = None
        self.marked: Fact | None = None
        self.moved: Fact | None = None
        self.progress: Fact | None = None
        self.promoted: Fact | None = None
        self.refusal: Fact | None = None
        self.seen: Fact | None = None
        self.warmth: Fact | None = None
        self.moved_on = self.promoted_on = self.warmth_on = NEVER
        self.mark = self.warmth_set = 0

    def take(self, fact: Fact) -> None:
        """One more fact, not earlier than those before it."""
        self.taken.append(fact)
        if fact.type == "voided" or (
            fact.type == "membership_sold" and fact.fields["membership"] in self.memberships
        ):
            taken, self.taken = self.taken, []
            self._begin()
            self.take_all(taken)
        else:
            self._step(fact)

    def take_all(self, facts: list[Fact]) -> None:
        """All facts of a new fold at once, in order."""
        self.taken = facts
        self._void(facts)
        for fact in facts:
            if fact.type == "membership_sold" and fact.id not in self.voided:
                self._agree(fact)
        for fact in facts:
            self._step(fact)

    def _void(self, facts: list[Fact]) -> None:
        voids = [fact.fields["fact"] for fact in facts if fact.type == "voided"]
        if voids:
            self.voided = frozenset(voids)
            self.voided_sales = frozenset(
                fact.fields["membership"]
                for fact in facts
                if fact.type == "membership_sold" and fact.id in self.voided
            )

    def _step(self, fact: Fact) -> None:
        if self.voided and self._is_void(fact):
            return
        step = _STEPS.get(fact.type)
        if step is not None:
            step(self, fact)

    def _is_void(self, fact: Fact) -> bool:
        if fact.id in self.voided:
            return True
        return fact.type in OF_A_SALE and fact.fields["membership"] in self.voided_sales

    def _membership(self, key: str) -> _Held:
        held = self.memberships.get(key)
        if held is None:
            held = self.memberships[key] = _Held(key)
        return held

    def _agree(self, fact: Fact) -> None:
        self._membership(fact.fields["membership"]).agree(fact, self.sales)
        self.sales += 1

    # One step for each type of fact that moves a placement.

    def inquiry(self, fact: Fact) -> None:
        self.archived = self.refusal = self.progress = None

    def guest_visit(self, fact: Fact) -> None:
        self.archived = self.refusal = None
        self.guest = self.guest or fact
        self.progress = fact
        if fact.fields["kind"] == "trial":
            self.seen = self.seen or fact

    def moved_to_guest(self, fact: Fact) -> None:
        self.archived = self.refusal = None
        self.guest = self.guest or fact
        self.progress = fact
        if fact.day >= self.moved_on:
            self.moved, self.moved_on = fact, fact.day

    def promote(self, fact: Fact) -> None:
        if fact.day >= self.promoted_on:
            self.promoted, self.promoted_on = fact, fact.day

    def trial_booked(self, fact: Fact) -> None:
        self.archived = self.refusal = None
        self.progress = fact
        self.booked = self.booked or fact

    def contact(self, fact: Fact) -> None:
        self.progress = fact
        said = fact.fields
        if (
            said["direction"] == "out"
            and said["kind"] in ("invite", "sell_to_potential")
            and said.get("outcome") in REFUSALS
        ):
            self.refusal = fact

    def complain(self, fact: Fact) -> None:
        self.complaint = fact

    def set_warmth(self, fact: Fact) -> None:
        self.warmth, self.warmth_on = fact, fact.day
        self.warmth_set = WARMTHS.index(fact.fields["warmth"])

    def set_mark(self, fact: Fact) -> None:
        relation = fact.fields.get("relation")
        self.marked = fact if relation else None
        self.mark = RELATIONS.index(relation) if relation else 0

    def archive(self, fact: Fact) -> None:
        self.archived = fact

    def restore(self, fact: Fact) -> None:
        self.archived = None

    def _buy(self) -> None:
        self.archived = self.marked = self.complaint = None
        self.mark = 0

    def purchase(self, fact: Fact) -> None:
        self._buy()
        self.engagements.append(Span(fact.day, fact.day, fact.id))

    def sell(self, fact: Fact) -> None:
        self._buy()
        held = self._membership(fact.fields["membership"])
        if held.sale != fact.id:
            self._agree(fact)
        held.sold = True

    def activate(self, fact: Fact) -> None:
        held = self._membership(fact.fields["membership"])
        if not held.activated and not held.ended:
            held.activate(fact, fact.fields["starts_on"], fact.fields.get("ends_on"))

    def extend(self, fact: Fact) -> None:
        held = self._membership(fact.fields["membership"])
        held.extended += fact.fields["days"]
        if held.activated:
            held.measure()

    def freeze(self, fact: Fact) -> None:
        held = self._membership(fact.fields["membership"])
        held.freezes.append((fact.fields["from"], fact.fields["to"]))
        if held.activated:
            held.measure()

    def end(self, fact: Fact) -> None:
        held = self._membership(fact.fields["membership"])
        held.ended = True
        if fact.fields["on"] < held.cut_on:
            held.cut_on, held.cut_by = fact.fields["on"], fact.id
        if held.activated:
            held.measure()

    def visit(self, fact: Fact) -> None:
        self.archived = None
        self.progress = fact
        self.seen = self.seen or fact
        kind = fact.fields["kind"]
        if kind == "membership":
            self._count(fact)
        elif kind == "single":
            self.purchase(fact)
        else:
            self.guest = self.guest or fact
            self.refusal = None

    def _count(self, visit: Fact) -> None:
        """Find the membership a visit counts on, by the facts before it; there may be none."""
        named = visit.fields.get("membership")
        if named is None:
            among: Iterable[_Held] = self.memberships.values()
        else:
            among = [self.memberships[named]] if named in self.memberships else []
        covering = [held for held in among if held.takes(visit.day)]
        if covering:
            min(covering, key=_ends_first).count(visit)
        elif self._policies.on(visit.day).activate_on_visit:
            waiting = [held for held in among if held.bought]
            if waiting:
                first = min(waiting, key=_sold_first)
                first.activate(visit, visit.day, None)
                first.count(visit)

    def summary(self, policy: Policy) -> Summary:
        """What stands after the facts taken so far, the stretches cut by this policy."""
        origins = {name: fact.id for name in _KEPT if (fact := getattr(self, name)) is not None}
        spans = self.engagements.copy()
        engaged_on = self._last_spent(origins)
        covered_until, activated, bought = self._holdings(spans, origins)
        if covered_until > NEVER and covered_until >= engaged_on:
            engaged_on, origins["engaged_on"] = covered_until, origins["covered_until"]
        stretch_on, returning, origins["stretch_on"] = _stretch(spans, policy.grace_days)
        return Summary(
            covered_until,
            engaged_on,
            self.promoted_on,
            self.moved_on,
            stretch_on,
            self.warmth_on,
            returning,
            int(bought),
            int(self.guest is not None),
            int(self.refusal is not None),
            int(self.archived is not None),
            ACTIVE if activated or self.seen else NEW if self.booked else LEAD,
            self.mark,
            int(self.progress is not None),
            self.warmth_set,
            int(self.complaint is not None),
            origins,
            tuple(spans),
        )

    def _last_spent(self, origins: dict[str, Hashable]) -> Day:
        """The day of the last purchase or single visit."""
        last = NEVER
        for span in self.engagements:
            if span.last >= last:
                last, origins["engaged_on"] = span.last, span.fact
        return last

    def _holdings(self, spans: list[Span], origins: dict[str, Hashable]) -> tuple[Day, bool, bool]:
        """The latest last covered day, whether some membership is activated, whether one is bought; adds their spans."""
        covered_until, activated, bought = NEVER, False, False
        for held in sorted(self.memberships.values(), key=_sold_first):
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

_STEPS: Final[dict[str, Callable[[Fold, Fact], None]]] = {
    "inquiry": Fold.inquiry,
    "guest_visit": Fold.guest_visit,
    "moved_to_guest": Fold.moved_to_guest,
    "promoted": Fold.promote,
    "membership_sold": Fold.sell,
    "membership_activated": Fold.activate,
    "membership_extended": Fold.extend,
    "membership_frozen": Fold.freeze,
    "membership_ended": Fold.end,
    "visit": Fold.visit,
    "purchase": Fold.purchase,
    "trial_booked": Fold.trial_booked,
    "contact": Fold.contact,
    "complaint": Fold.complain,
    "warmth_set": Fold.set_warmth,
    "marked": Fold.set_mark,
    "archived": Fold.archive,
    "restored": Fold.restore,
}

_first_then_last = itemgetter(0, 1)


def _ends_first(held: _Held) -> tuple[Day, int]:
    return held.last, held.rank


def _sold_first(held: _Held) -> int:
    return held.rank


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


def known_on(facts: Iterable[Fact], day: Day) -> list[Fact]:
    """The facts whose day is that day or earlier, in their order. Takes them in order."""
    return [fact for fact in facts if fact.day <= day]


def fold(facts: Iterable[Fact], policies: Policies, day: Day) -> Fold:
    """The facts known on that day, taken. `facts` in their order (`facts.in_order`)."""
    taken = Fold(policies)
    taken.take_all(known_on(facts, day))
    return taken


def summarise(facts: Iterable[Fact], policies: Policies, day: Day) -> Summary:
    """The summary as of that day, by the policy in force on it. `facts` in their order (`facts.in_order`)."""
    return fold(facts, policies, day).summary(policies.on(day))


def memberships_of(facts: Iterable[Fact], policies: Policies, day: Day) -> list[Membership]:
    """The client's memberships as of that day, the one sold first first; sales that were voided are left out."""
    held = fold(facts, policies, day).memberships.values()
    return [_membership(one, day) for one in sorted(held, key=_sold_first) if one.sold or one.activated]


def _membership(held: _Held, day: Day) -> Membership:
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


def _state(held: _Held, day: Day) -> str:
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
