"""What a rule asks for: a card by its key, with the stages that are its reasons.

A key is `family:client:episode:number`: the same matter of the same client is one card, whatever comes twice.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lifecycle.automation.life import Life
from lifecycle.days import Day


@dataclass(frozen=True, slots=True)
class Stage:
    """One reason of a card: the rule that gives it, what makes it once, its due, the values of its sentence.

    A due of a time is `due_at`; `fact` is the id of the fact behind it; `at` when it began to count.
    """

    rule: str
    name: str
    due_on: Day | None = None
    due_at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    fact: Hashable = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A card that the rules hold true. `stages` in order, at least one.

    `plan` is the day that follows from the warmth, `warmth` the one it follows from; `after` the card before it.
    """

    key: str
    family: str
    episode: str
    number: int
    stages: tuple[Stage, ...]
    warmth: str | None = None
    plan: Day | None = None
    after: str | None = None

    @property
    def rule(self) -> str:
        """The rule of the latest stage."""
        return self.stages[-1].rule


def card(life: Life, family: str, episode: str, stages: Sequence[Stage], number: int = 1, **more: Any) -> Wanted:
    """The card of an episode."""
    key = key_of(family, life.client_id, episode, number)
    return Wanted(key, family, episode, number, tuple(stages), **more)


def key_of(family: str, client_id: int, episode: str, number: int) -> str:
    """The exactly-once key."""
    return f"{family}:{client_id}:{episode}:{number}"


def key_after(key: str) -> str:
    """The key of the next card of the same episode."""
    matter, number = key.rsplit(":", 1)
    return f"{matter}:{int(number) + 1}" if number.isdigit() else key


def family_of(key: str) -> str:
    """The family that a key names."""
    return key.split(":", 1)[0]


def one_after_another(life: Life, family: str, episode: str, stages: Iterable[Stage]) -> Wanted | None:
    """The card of a matter to which things are added: what comes after a person closed it begins the next one.

    Each stage has its `at`. None where there is none.
    """
    number, gathered = 1, list[Stage]()
    for stage in stages:
        made = life.card(key_of(family, life.client_id, episode, number))
        if made is not None and made.closed_at is not None and stage.at is not None and stage.at >= made.closed_at:
            number, gathered = number + 1, []
        gathered.append(stage)
    return card(life, family, episode, gathered, number) if gathered else None
