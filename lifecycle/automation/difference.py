"""What is to be done between two moments of a client's life: the cards to make, to add to, to withdraw.

What held true before is nobody's news: so an import, a restore or a new policy makes nothing by itself, and
a moment looked at twice gives nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from lifecycle.automation import win_back
from lifecycle.automation.auto_cards import LASTING, TRIGGERS, is_on, wanted
from lifecycle.automation.life import JUST, Life, Own, days_later
from lifecycle.automation.wanted import Stage, Wanted, family_of
from lifecycle.days import Day, day_start
from lifecycle.placement import place, turns
from lifecycle.status import Terms, terms

#: Who closes a card that withdraws itself.
CLUB: Final = "club"


@dataclass(frozen=True, slots=True)
class ToMake:
    """A card to be made, with the stages that are news."""

    wanted: Wanted
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class ToAdd:
    """Stages to be added to an open card."""

    card: Own
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class ToPlan:
    """An open card whose due follows from a warmth that changed."""

    card: Own
    due_on: Day
    plan: Day
    warmth: str | None


@dataclass
class Difference:
    """All that is to be done about one client, cards in the order they were made; `moved` where they stand elsewhere by now."""

    make: list[ToMake] = field(default_factory=list)
    add: list[ToAdd] = field(default_factory=list)
    plan: list[ToPlan] = field(default_factory=list)
    withdraw: list[Own] = field(default_factory=list)
    gone: list[Own] = field(default_factory=list)
    back: list[Own] = field(default_factory=list)
    reopen: list[Own] = field(default_factory=list)
    show: list[Own] = field(default_factory=list)
    hand: list[Own] = field(default_factory=list)
    credit: Own | None = None
    discredit: Own | None = None
    moved: bool = False

    def __bool__(self) -> bool:
        return any(value for name, value in vars(self).items() if name != "moved")


def difference(before: Life, after: Life, *, quietly: bool = False) -> Difference:
    """What became of the rules' cards from one moment to the other; `quietly` none is made and none is added to."""
    now_wanted = wanted(after)
    found = Difference(moved=quietly or before.relation != after.relation)
    if not quietly and after.relation != "not_target":
        _news(found, before, after, now_wanted)
    for card in after.cards:
        if card.closed_at is None:
            _keep(found, card, now_wanted, after)
    _escalate(found, after)
    _credit(found, before, after)
    return found


def called_for(life: Life) -> Iterator[Wanted]:
    """The cards that hold true and were never made, with the stages that the club lets make cards.

    What merely happened once, and only a person ends, calls for none.
    """
    if life.relation == "not_target":
        return
    for key, one in wanted(life).items():
        stages = tuple(stage for stage in one.stages if is_on(life, stage.rule))
        if stages and one.family not in LASTING and life.card(key) is None:
            yield replace(one, stages=stages)


def _news(found: Difference, before: Life, after: Life, now_wanted: Mapping[str, Wanted]) -> None:
    """The stages that hold now and did not before; those of an open card are added to it, others make one.

    A card that had withdrawn itself, and whose matter holds anew, is there again: a second one is never made.
    """
    fresh = {key: unheard for key, one in now_wanted.items() if (unheard := _unheard(one, after)) or _has_withdrawn(after.card(key))}
    if not fresh:
        return
    held = wanted(before)
    for key, unheard in fresh.items():
        known = {stage.name for stage in held[key].stages} if key in held else set()
        news = tuple(stage for stage in unheard if stage.name not in known and is_on(after, stage.rule))
        card = after.card(key)
        if card is None:
            if news:
                found.make.append(ToMake(now_wanted[key], news))
            continue
        if _has_withdrawn(card):
            if key in held or not any(is_on(after, stage.rule) for stage in now_wanted[key].stages):
                continue
            found.reopen.append(card)
        if news:
            found.add.append(ToAdd(card, news))


def _has_withdrawn(card: Own | None) -> bool:
    """Whether the rules themselves closed it."""
    return card is not None and card.closed_at is not None and card.result == "not_needed" and card.closed_by == CLUB


def _unheard(one: Wanted, life: Life) -> list[Stage]:
    """The stages that no card tells of yet; of one that a person closed there are none."""
    card = life.card(one.key)
    if card is None:
        return list(one.stages)
    if card.closed_at is not None and not _has_withdrawn(card):
        return []
    told = {stage["once"] for stage in card.stages}
    return [stage for stage in one.stages if stage.name not in told]


def _keep(found: Difference, card: Own, now_wanted: Mapping[str, Wanted], after: Life) -> None:
    """An open card: withdrawn where it is no longer true, unless somebody spoke of it."""
    one = now_wanted.get(card.key)
    if one is None:
        if not card.comments:
            found.withdraw.append(card)
        elif card.gone_at is None:
            found.gone.append(card)
        return
    if card.gone_at is not None:
        found.back.append(card)
    if one.plan is not None and card.cause.get("warmth") != one.warmth and _is_pending(card, after):
        found.plan.append(ToPlan(card, max(one.plan, after.day), one.plan, one.warmth))


def _is_pending(card: Own, after: Life) -> bool:
    """Still waiting for the day it was given by the rule: what a person planned is a promise."""
    return card.due_at is None and card.due_on is not None and card.due_on == card.cause.get("due") and card.due_on >= after.day


def _escalate(found: Difference, after: Life) -> None:
    """Cards of the lost that nobody worked: shown to the manager, then handed to somebody else."""
    leaving = {id(card) for card in (*found.withdraw, *found.gone)}
    for card in after.of_family(win_back.FAMILY):
        if card.closed_at is not None or card.ends_at is None or card.gone_at is not None or id(card) in leaving:
            continue
        shown, handed = escalates_at(after, card.ends_at)
        if not _since(card.shown_at, card.ends_at) and after.passed(shown):
            found.show.append(card)
        if not _since(card.handed_at, card.ends_at) and after.passed(handed):
            found.hand.append(card)


def escalates_at(life: Life, ends_at: datetime) -> tuple[datetime, datetime]:
    """When an overdue card is shown to the manager, and when it is handed over."""
    policy = life.policy
    return (
        days_later(ends_at, policy.win_back_show_manager_days, life.zone),
        days_later(ends_at, policy.win_back_hand_over_days, life.zone),
    )


def _since(at: datetime | None, ends_at: datetime) -> bool:
    """Done about the present due: a card that was planned anew and let lie again escalates again."""
    return at is not None and at >= ends_at


def _credit(found: Difference, before: Life, after: Life) -> None:
    """Whoever returns is put down to the last card's person; and no longer, where the return was taken back."""
    if before.ours == after.ours:
        return
    lost = before if after.ours else after
    if not lost.terms.former:
        return
    last = next(iter(reversed(win_back.chain(after, win_back.episode_of(lost)))), None)
    if last is None:
        return
    if after.ours and not last.cause.get("returned") and last.result != "refused":
        found.credit = last
    elif not after.ours and last.cause.get("returned"):
        found.discredit = last


def next_moment(life: Life) -> datetime | None:
    """The next instant at which any of this can change without a new fact; None where none will.

    A policy that begins later is asked in its turn; its first day only concerns who has a card to lose.
    """
    # Whoever was asked already by the policy in force is not asked again.
    looked = life if life.policy_in_force is None else life.at(life.now)
    for begins in (*life.policies.starts_after(life.day), None):
        edge = None if begins is None else day_start(begins, life.zone)
        difference(looked, looked, quietly=True)
        found = min((turn for turn in (*looked.turns, *_placed_anew(looked)) if turn > looked.now), default=None)
        if found is not None and (edge is None or found < edge):
            return found
        if edge is None or begins is None:
            return None
        if any(card.closed_at is None for card in life.cards):
            return edge
        looked = life.at(edge - JUST, life.policies.on(begins))
    return None


def _placed_anew(life: Life) -> Iterator[datetime]:
    """The next day on which the client stands elsewhere, by the policy that judges."""
    for day in turns(life.summary, life.policy, life.day):
        then = terms(life.summary, life.policy, day)
        if _stand(life.terms, life) != _stand(then, life):
            yield day_start(day, life.zone)
            return


def _stand(then: Terms, life: Life) -> tuple[object, ...]:
    return (place(life.summary, life.policy, then.day), bool(then.covered), bool(then.recent))


def families() -> frozenset[str]:
    """The families of keys that are the rules'."""
    return frozenset(TRIGGERS)


def is_of_a_rule(key: str) -> bool:
    """Whether a card's key is one of the rules'."""
    return family_of(key) in families()
