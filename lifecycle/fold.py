"""One client's facts, taken in their order: what each of them changes (spec: lifecycle, sections 3 to 5, 9).

To give a type of fact a meaning: write its step, add its line to `_STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Final

from lifecycle.coverage import Held
from lifecycle.days import Day
from lifecycle.facts import OF_A_SALE, REFUSALS, Fact
from lifecycle.policy import Policies


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
        "guest",
        "marked",
        "memberships",
        "moved",
        "progress",
        "promoted",
        "refusal",
        "sales",
        "seen",
        "spent",
        "taken",
        "voided",
        "voided_sales",
        "warmth",
    )

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self.taken: list[Fact] = []
        self._begin()

    def _begin(self) -> None:
        self.memberships: dict[str, Held] = {}
        # Purchases and single visits.
        self.spent: list[Fact] = []
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
        self.taken = facts.copy()
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

    def _membership(self, key: str) -> Held:
        held = self.memberships.get(key)
        if held is None:
            held = self.memberships[key] = Held(key)
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
        self.moved = _later(self.moved, fact)

    def promote(self, fact: Fact) -> None:
        self.promoted = _later(self.promoted, fact)

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
        self.warmth = fact

    def set_mark(self, fact: Fact) -> None:
        self.marked = fact if fact.fields.get("relation") else None

    def archive(self, fact: Fact) -> None:
        self.archived = fact

    def restore(self, fact: Fact) -> None:
        self.archived = None

    def _buy(self) -> None:
        self.archived = self.marked = self.complaint = None

    def purchase(self, fact: Fact) -> None:
        self._buy()
        self.spent.append(fact)

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
            among: Iterable[Held] = self.memberships.values()
        else:
            among = [self.memberships[named]] if named in self.memberships else []
        covering = [held for held in among if held.takes(visit.day)]
        if covering:
            min(covering, key=_ends_first).count(visit)
        elif self._policies.on(visit.day).activate_on_visit:
            waiting = [held for held in among if held.bought]
            if waiting:
                first = min(waiting, key=sold_first)
                first.activate(visit, visit.day, None)
                first.count(visit)


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


def _later(before: Fact | None, fact: Fact) -> Fact:
    """Of two facts the one of the later day: a client who moved between zones may have them the other way round."""
    return fact if before is None or fact.day >= before.day else before


def _ends_first(held: Held) -> tuple[Day, int]:
    return held.last, held.rank


def sold_first(held: Held) -> int:
    """Puts memberships in the order of their sales, those never sold last."""
    return held.rank


def known_on(facts: Iterable[Fact], day: Day) -> list[Fact]:
    """The facts whose day is that day or earlier, in their order. Takes them in order."""
    return [fact for fact in facts if fact.day <= day]


def fold(facts: Iterable[Fact], policies: Policies, day: Day) -> Fold:
    """The facts known on that day, taken. `facts` in their order (`facts.in_order`)."""
    taken = Fold(policies)
    taken.take_all(known_on(facts, day))
    return taken
