"""One client's life as the automatic rules see it at an instant: facts, placement, contracts, own cards.

Whoever asks whether a day is `reached` or an instant `passed` leaves a note of when the answer turns. So
nobody keeps a list of thresholds beside the rules: after all of them were asked, the earliest note is the
next moment at which anything can change without a new fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, Final, Protocol

from lifecycle.billing import Contract, contracts_of
from lifecycle.coverage import Membership, as_of
from lifecycle.days import Day, day_of, day_start
from lifecycle.facts import OF_A_SALE, Fact
from lifecycle.fold import Fold, fold, sold_first
from lifecycle.placement import RELATIONS, WARMTHS, Placed, folders_of, place
from lifecycle.policy import Policies, Policy
from lifecycle.status import Terms, terms
from lifecycle.summary import Summary, summary_of

#: A moment before another one: what was true until then.
JUST: Final = timedelta(microseconds=1)


class Own(Protocol):
    """A card of the client that a rule made, as the rules need it."""

    @property
    def id(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def episode(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def cause(self) -> Mapping[str, Any]: ...
    @property
    def stages(self) -> Sequence[Any]: ...
    @property
    def due_on(self) -> Day | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def status(self) -> str | None: ...
    @property
    def responsible_id(self) -> int | None: ...
    @property
    def priority(self) -> int: ...
    @property
    def comments(self) -> int: ...
    @property
    def gone_at(self) -> datetime | None: ...
    @property
    def shown_at(self) -> datetime | None: ...
    @property
    def handed_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def closed_by(self) -> str | None: ...
    @property
    def result(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the club tuned a rule: whether it makes cards, with which contact status they start, whose they are, its own numbers."""

    on: bool = True
    status: str | None = None
    who: str | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Life:
    """A client at `now`. `policy` is the one that judges, where it is not the one in force on that day.

    `cards` are those that rules made, the oldest first, closed ones too.
    """

    client_id: int
    facts: Sequence[Fact]
    policies: Policies
    zone: tzinfo
    now: datetime
    company: bool = False
    no_contact: bool = False
    cards: Sequence[Own] = ()
    tuned: Mapping[str, Tuning] = field(default_factory=dict)
    policy_in_force: Policy | None = None
    turns: list[datetime] = field(default_factory=list, compare=False, repr=False)
    #: What the rules hold true here, once they were asked: the answer stays, and so do its notes in `turns`.
    answer: Mapping[str, Any] | None = field(default=None, init=False, compare=False, repr=False)

    def at(self, now: datetime, policy: Policy | None = None) -> Life:
        """The same client, facts and cards, at another instant."""
        other = Life(
            self.client_id, self.facts, self.policies, self.zone, now, self.company, self.no_contact, self.cards,
            self.tuned, policy,
        )  # fmt: skip
        # The same facts fold to the same, whatever the day: nothing of a fold asks for it.
        if min(self.day, other.day) >= max((fact.day for fact in self.facts), default=0):
            other.fold = self.fold
        return other

    def with_cards(self, cards: Sequence[Own]) -> Life:
        """The same client at the same instant, with these cards."""
        if cards is self.cards:
            return self
        other = self.at(self.now, self.policy_in_force)
        other.cards = cards
        return other

    def just_before(self) -> Life:
        """The moment before, judged by the same policy: what only a new policy changes is no change."""
        return self.at(self.now - JUST, self.policy)

    # --- time -------------------------------------------------------------------------------------

    @cached_property
    def day(self) -> Day:
        """The local day."""
        return day_of(self.now, self.zone)

    def reached(self, day: Day) -> bool:
        """Whether that day is here; notes when it will be."""
        if day <= self.day:
            return True
        self.turns.append(day_start(day, self.zone))
        return False

    def passed(self, at: datetime) -> bool:
        """Whether that instant is here; notes when it will be."""
        if at <= self.now:
            return True
        self.turns.append(at)
        return False

    # --- where the client stands ------------------------------------------------------------------

    @cached_property
    def policy(self) -> Policy:
        return self.policy_in_force or self.policies.on(self.day)

    @cached_property
    def fold(self) -> Fold:
        return fold(self.facts, self.policies, self.day)

    @cached_property
    def summary(self) -> Summary:
        return summary_of(self.fold, self.policy)

    @cached_property
    def terms(self) -> Terms:
        return terms(self.summary, self.policy, self.day)

    @cached_property
    def placed(self) -> Placed:
        return place(self.summary, self.policy, self.day)

    @cached_property
    def folders(self) -> frozenset[str]:
        return frozenset(folders_of(self.placed.mask))

    @property
    def relation(self) -> str:
        return RELATIONS[self.placed.relation]

    @property
    def warmth(self) -> str | None:
        return WARMTHS[self.placed.warmth]

    @property
    def archived(self) -> bool:
        return bool(self.summary.archived)

    @property
    def ours(self) -> bool:
        """Active by engagement: covered, bought, or idle not long."""
        return _is_ours(self.terms, self.summary)

    def was_ours_before(self, fact: Fact) -> bool:
        """Whether they were active by engagement when a fact came."""
        past, policy = Fold(self.policies), self.policies.on(fact.day)
        past.take_all(self.live[: self.live.index(fact)])
        summary = summary_of(past, policy)
        return _is_ours(terms(summary, policy, fact.day), summary)

    # --- what there is ----------------------------------------------------------------------------

    @cached_property
    def live(self) -> list[Fact]:
        """The facts known, in order, without those that were voided."""
        taken = self.fold
        return [fact for fact in taken.taken if fact.type != "voided" and not _is_void(taken, fact)]

    @cached_property
    def _by_type(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.live:
            found.setdefault(fact.type, []).append(fact)
        return found

    def of_type(self, *types: str) -> list[Fact]:
        """Those facts of these types."""
        if len(types) == 1:
            return self._by_type.get(types[0], [])
        return [fact for fact in self.live if fact.type in types] if not self._by_type.keys().isdisjoint(types) else []

    @cached_property
    def memberships(self) -> list[Membership]:
        """The one sold first first."""
        held = self.fold.memberships.values()
        return [as_of(one, self.day) for one in sorted(held, key=sold_first) if one.sold or one.activated]

    @cached_property
    def contracts(self) -> list[Contract]:
        """The one begun first first; notes when time changes one of them."""
        found = contracts_of(self.facts, self.policies, self.day, self.now)
        for one in found:
            self._note_contract(one)
        return found

    def _note_contract(self, contract: Contract) -> None:
        days = [contract.next_due_on, contract.terminates_on, *(charge.due_on + 1 for charge in contract.charges)]
        for day in days:
            if day is not None:
                self.reached(day)

    def of_family(self, family: str) -> list[Own]:
        """The cards of one family of keys, the oldest first."""
        begins = f"{family}:"
        return [card for card in self.cards if card.key.startswith(begins)]

    def card(self, key: str) -> Own | None:
        """The card of that key, open or closed."""
        return next((card for card in self.cards if card.key == key), None)

    def tuning(self, code: str) -> Tuning | None:
        """What the club changed about a rule; None where it is as it came."""
        return self.tuned.get(code)


def _is_ours(stands: Terms, summary: Summary) -> bool:
    return bool(stands.covered | summary.bought | stands.recent)


def _is_void(taken: Fold, fact: Fact) -> bool:
    if not taken.voided:
        return False
    if fact.id in taken.voided:
        return True
    return fact.type in OF_A_SALE and fact.fields["membership"] in taken.voided_sales


def days_later(at: datetime, count: int, zone: tzinfo) -> datetime:
    """So many local days later: at the same time of day, or the first instant of that day where it was one."""
    day = day_of(at, zone)
    if at == day_start(day, zone):
        return day_start(day + count, zone)
    local = at.astimezone(zone).replace(tzinfo=None) + timedelta(days=count)
    return local.replace(tzinfo=zone).astimezone(UTC)
