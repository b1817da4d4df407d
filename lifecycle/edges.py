"""A day that notes every comparison it takes part in: where the rules have their edges.

The rules are called with it as with any number. It answers as its number would, and writes down on which
day the answer turns, so that nobody has to keep a list of thresholds beside the rules.
"""

from __future__ import annotations

from lifecycle.days import Day


class Watched:
    """A day (moved by `by`), with the list of days on which a comparison turns."""

    __slots__ = ("by", "edges", "value")

    def __init__(self, value: Day, by: int = 0, edges: list[Day] | None = None) -> None:
        self.value = value
        self.by = by
        self.edges: list[Day] = [] if edges is None else edges

    def __add__(self, days: int) -> Watched:
        return Watched(self.value + days, self.by + days, self.edges)

    __radd__ = __add__

    def __sub__(self, days: int) -> Watched:
        return Watched(self.value - days, self.by - days, self.edges)

    def __le__(self, other: int) -> bool:
        self.edges.append(other - self.by + 1)
        return self.value <= other

    def __gt__(self, other: int) -> bool:
        self.edges.append(other - self.by + 1)
        return self.value > other

    def __lt__(self, other: int) -> bool:
        self.edges.append(other - self.by)
        return self.value < other

    def __ge__(self, other: int) -> bool:
        self.edges.append(other - self.by)
        return self.value >= other
