"""What is known of a client before they are judged: home, facts, and how they stand in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lifecycle.days import Day
from lifecycle.facts import Fact
from lifecycle.store.branches import BranchRow


class Asked(Mapping[int, Any]):
    """What is read of all of them at once, and only when one of them is asked about: most moves by time ask for nothing."""

    def __init__(self, read: Callable[[], Mapping[int, Any]]) -> None:
        self._read = cache(read)

    def __getitem__(self, client_id: int) -> Any:
        return self._read()[client_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


@dataclass(frozen=True, slots=True)
class Known:
    """A client as the database knows them: home, the stored standing (None before the first), and by id facts and stays."""

    id: int
    branch: BranchRow
    histories: Mapping[int, list[Fact]]
    stored: Any
    stays_of: Mapping[int, Mapping[int, Any]]

    @property
    def facts(self) -> list[Fact]:
        """What happened, in order."""
        return self.histories[self.id]

    @property
    def stays(self) -> Mapping[int, Any]:
        """The folder rows that are stored, by folder."""
        return self.stays_of.get(self.id, {})

    @property
    def woken_on(self) -> Day | None:
        """The day on which time moves them, or a recorded fact of a later day begins to count; None for neither."""
        stored = self.stored
        return None if stored is None else earlier(stored.next_change_on, stored.next_fact_on)


def next_fact_on(facts: Iterable[Fact], day: Day) -> Day | None:
    """The day on which the first of these facts that are dated later than that day begins to count."""
    return min((fact.day for fact in facts if fact.day > day), default=None)


def earlier(one: Day | None, other: Day | None) -> Day | None:
    """The earlier of two days either of which may never come."""
    return other if one is None else one if other is None else min(one, other)
