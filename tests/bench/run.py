"""What every goal's module is given: the clubs, how large, how many rounds."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.club_of import Clubs


@dataclass
class Run:
    """One run of the benchmark. `size` clients; `browsers` open pages."""

    clubs: Clubs
    size: int
    rounds: int = 5
    browsers: int = 20

    def often(self, most: int, few: int) -> int:
        """How often to do a thing that takes its time: a few times in a club that is a trial's only."""
        return most if self.size >= 1000 else few

    def tenth(self, part: int = 10) -> int:
        """A club so many times smaller, but not empty."""
        return max(self.size // part, 200)

    def per_million(self, seconds: float) -> float:
        """What it would take for a million clients, where it grows with their number."""
        return seconds * 1_000_000 / self.size
