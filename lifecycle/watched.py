"""A day that notes every comparison it takes part in: where the rules turn.

The rules are called with it as with any number. It answers as its number would, and writes down on which
day the answer turns, so that nobody has to keep a list of thresholds beside the rules.
"""

from __future__ import annotations

from lifecycle.days import Day


class Watched:
    """A day (moved by `by`), with the list of days on which a comparison turns."""

    __slots__ = ("by", "turns", "value")

    def __init__(self, value: Day, by: int = 0, turns: list[Day] | None = None) -> None:
        self.value = value
        self.by = by
        self.turns: list[Day] = [] if turns is None else turns

    def __add__(self, days: int) -> Watched:
        return Watched(self.value + days, self.by + days, self.turns)

    __radd__ = __add__

    def __sub__(self, days: int) -> Watched:
        return Watched(self.value - days, self.by - days, self.turns)

    def __le__(self, other: int) -> bool:
        self.turns.append(other - self.by + 1)
        return self.value <= other

    def __gt__(self, other: int) -> bool:
        self.turns.append(other - self.by + 1)
        return self.value > other

    def __lt__(self, other: int) -> bool:
        self.turns.append(other - self.by)
        return self.value < other

    def __ge__(self, other: int) -> bool:
        self.turns.append(other - self.by)
        return self.value >= other
