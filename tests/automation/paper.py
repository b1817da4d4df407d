"""A board on paper: the rules applied to one client with neither database nor clock, moment by moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lifecycle import automation, cards
from lifecycle.automation import Life, Tuning
from lifecycle.days import Day, day_of, iso, parse_day
from lifecycle.facts import Fact
from lifecycle.policy import Policies


@dataclass
class PaperCard:
    """A card as the rules see it."""

    id: int
    key: str
    rule: str
    episode: str
    number: int
    made_at: datetime
    due_on: Day | None = None
    due_at: datetime | None = None
    ends_at: datetime | None = None
    status: str | None = None
    responsible_id: int | None = None
    comments: int = 0
    gone_at: datetime | None = None
    shown_at: datetime | None = None
    handed_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    result: str | None = None
    cause: dict[str, Any] = field(default_factory=dict)
    stages: list[dict[str, Any]] = field(default_factory=list)


class Paper:
    """The board of one client. `facts` may lie in the future: each is told when its instant comes."""

    def __init__(
        self, facts: Sequence[Fact], policies: Policies, zone: Any, *, company: bool = False, tuned: dict[str, Tuning] | None = None
    ) -> None:
        self.facts, self.policies, self.zone = list(facts), policies, zone
        self.company, self.no_contact = company, False
        # On paper everybody buys straight away: no gate is asked.
        self.tuned = {"sale_past_gate": Tuning(on=False)} | (tuned or {})
        self.cards: list[PaperCard] = []
        self.known: list[Fact] = []
        self.now: datetime | None = None
        self.next: datetime | None = None
        self.steps = 0

    def life(self, now: datetime) -> Life:
        return Life(
            1, tuple(self.known), self.policies, self.zone, now, self.company, self.no_contact,
            [PaperCard(**vars(card)) for card in self.cards], self.tuned,
        )  # fmt: skip

    def until(self, to: str | datetime) -> Paper:
        """Let time go by, up to and with an instant (of a day: its end)."""
        end = to if isinstance(to, datetime) else _day_end(parse_day(to), self.zone)
        while True:
            fact = self.facts[len(self.known)] if len(self.known) < len(self.facts) else None
            if self.next is not None and self.next <= end and (fact is None or self.next <= fact.at):
                self._step(self.next)
            elif fact is not None and fact.at <= end:
                self.tell(fact, quietly=fact.type == "voided")
            else:
                self.now = end
                return self

    def tell(self, fact: Fact, *, quietly: bool = False) -> None:
        before = self.life(fact.at)
        self.known.append(fact)
        self._apply(before, self.life(fact.at), quietly=quietly)

    def _step(self, at: datetime) -> None:
        self.steps += 1
        after = self.life(at)
        self._apply(after.just_before(), after)

    def _apply(self, before: Life, after: Life, *, quietly: bool = False) -> None:
        found = automation.difference(before, after, quietly=quietly)
        now = after.now
        for one in found.make:
            wanted = one.wanted
            made = PaperCard(len(self.cards) + 1, wanted.key, one.stages[-1].rule, wanted.episode, wanted.number, now)
            made.cause = {"warmth": wanted.warmth, "plan": wanted.plan}
            self.cards.append(made)
            self._add(made, one.stages)
            made.cause["due"] = made.due_on
        for card in found.reopen:
            own = self._own(card)
            own.closed_at = own.closed_by = own.result = None
        for more in found.add:
            self._add(self._own(more.card), more.stages)
        for plan in found.plan:
            card = self._own(plan.card)
            card.due_on = plan.due_on
            card.ends_at = cards.ends_at(card.due_on, None, self.zone)
            card.cause |= {"warmth": plan.warmth, "plan": plan.plan, "due": plan.due_on}
        for card in found.withdraw:
            own = self._own(card)
            own.closed_at, own.closed_by, own.result = now, "club", "not_needed"
        for name, moved in (("gone_at", found.gone), ("shown_at", found.show), ("handed_at", found.hand)):
            for card in moved:
                setattr(self._own(card), name, now)
        for card in found.back:
            self._own(card).gone_at = None
        if found.credit:
            self._own(found.credit).cause["returned"] = iso(after.day)
        if found.discredit:
            self._own(found.discredit).cause.pop("returned")
        self.now = now
        self.next = automation.next_moment(self.life(now))
        assert self.next is None or self.next > now

    def _add(self, card: PaperCard, stages: Sequence[automation.Stage]) -> None:
        for stage in stages:
            card.rule = stage.rule
            card.stages.append({"rule": stage.rule, "once": stage.name, **stage.values})
            if card.ends_at is None or cards.ends_at(stage.due_on, stage.due_at, self.zone) < card.ends_at:
                card.due_on = stage.due_on if stage.due_at is None else day_of(stage.due_at, self.zone)
                card.due_at = stage.due_at
                card.ends_at = cards.ends_at(card.due_on, card.due_at, self.zone)

    def _own(self, card: Any) -> PaperCard:
        return next(one for one in self.cards if one.key == card.key)

    # --- what a person does ---------------------------------------------------------------------

    def close(self, card: PaperCard, result: str = "done", *, at: datetime | None = None) -> Paper:
        now = at or self.now
        assert now is not None
        before = self.life(now)
        card.closed_at, card.closed_by, card.result = now, "Anna", result
        self._apply(before, self.life(now))
        return self

    def forbid_contact(self) -> Paper:
        assert self.now is not None
        before = self.life(self.now)
        self.no_contact = True
        self._apply(before, self.life(self.now))
        return self

    # --- what one sees --------------------------------------------------------------------------

    @property
    def open(self) -> list[PaperCard]:
        return [card for card in self.cards if card.closed_at is None]

    def made(self) -> list[tuple[str, str, str]]:
        """(rule of the first stage, day it was made, due day) of every card, in order."""
        return [(card.stages[0]["rule"], iso(day_of(card.made_at, self.zone)), iso(card.due_on)) for card in self.cards]

    def shown(self) -> list[str]:
        """The rules of the open cards."""
        return [card.rule for card in self.open]


def board(client: Any, **more: Any) -> Paper:
    """The board of a client of `given`."""
    return Paper(client.facts, client.policies, client.zone, **more)


def _day_end(day: Day, zone: Any) -> datetime:
    from lifecycle.days import day_start

    return day_start(day + 1, zone) - timedelta(microseconds=1)
