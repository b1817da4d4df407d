"""Who may pass the turnstile on a day, and what to tell them (spec: intake; board, section 10).

In debt nobody passes. Otherwise a membership that is held and not frozen lets in, the one that ends first
before others; then one that was bought, where a visit activates it; then a single visit paid that day, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lifecycle.coverage import Membership
from lifecycle.days import OPEN, Day, iso
from lifecycle.facts import Fact
from lifecycle.policy import Policies
from lifecycle.summary import memberships_of


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether somebody may pass: the sentence's code and what fills it, and the membership the visit counts on.

    `single` says that a single visit paid before is used by passing: no further visit is recorded.
    """

    allowed: bool
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    membership: str | None = None
    single: bool = False


def decide(
    facts: Sequence[Fact], policies: Policies, day: Day, *, in_debt: bool = False, singles_used: int = 0
) -> Entry:
    """Judge one client by the facts in their order; `singles_used` is how often a single visit has let them in that day."""
    if in_debt:
        return Entry(False, "in_debt")
    memberships = memberships_of(facts, policies, day)
    membership = _usable(memberships, activates=policies.on(day).activate_on_visit)
    if membership is not None:
        return _welcome(membership)
    if _singles(facts, day) > singles_used:
        return Entry(True, "welcome", single=True)
    return _turned_away(memberships)


def _usable(memberships: Sequence[Membership], *, activates: bool) -> Membership | None:
    held = [one for one in memberships if one.state == "held" and one.visits_left != 0]
    bought = [one for one in memberships if one.state == "bought"] if activates else []
    return min(held, key=_last_on, default=None) or next(iter(bought), None)


def _last_on(membership: Membership) -> Day:
    return OPEN if membership.last_on is None else membership.last_on


def _welcome(membership: Membership) -> Entry:
    if membership.visits_left is not None:
        return Entry(True, "welcome_left", {"count": membership.visits_left - 1}, membership.key)
    if membership.last_on is not None and membership.last_on < OPEN:
        return Entry(True, "welcome_until", {"on": iso(membership.last_on)}, membership.key)
    return Entry(True, "welcome", {}, membership.key)


def _singles(facts: Sequence[Fact], day: Day) -> int:
    """Single visits of that day that nobody has taken back."""
    voided = {fact.fields["fact"] for fact in facts if fact.type == "voided"}
    return sum(
        fact.type == "visit" and fact.fields["kind"] == "single" and fact.day == day and fact.id not in voided
        for fact in facts
    )


def _turned_away(memberships: Sequence[Membership]) -> Entry:
    """Why not, by what comes nearest to a right to enter."""
    for code, belongs, day_of in _REASONS:
        found = [one for one in memberships if belongs(one)]
        if found:
            nearest = max(found, key=lambda one: (one.last_on or 0, one.key))
            day = day_of(nearest)
            return Entry(False, code, {"on": iso(day)} if day is not None and day < OPEN else {})
    return Entry(False, "no_membership")


def _frozen_until(membership: Membership) -> Day | None:
    return max((last for _, last in membership.frozen), default=None)


def _is_used_up(membership: Membership) -> bool:
    return membership.used_up and membership.state in ("held", "over")


_REASONS: Final = (
    ("frozen", lambda one: one.state == "frozen", _frozen_until),
    ("not_activated", lambda one: one.state == "bought", lambda _one: None),
    ("not_begun", lambda one: one.state == "future", lambda one: one.starts_on),
    ("used_up", _is_used_up, lambda _one: None),
    ("over", lambda one: one.state == "over", lambda one: one.last_on),
)
