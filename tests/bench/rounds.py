"""Measuring: contenders take turns, round by round, and what is quoted is the median of the ratios of each round.

On shared cores a single run swings by two; the ratio of two things measured in the same second does not.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

#: A thing of microseconds is repeated until so many seconds have passed.
AT_LEAST = 0.02


class Times(dict[str, list[float]]):
    """Seconds per unit of each contender, one number a round."""

    def of(self, name: str) -> float:
        """The median."""
        return statistics.median(self[name])

    def ratio(self, slow: str, fast: str) -> float:
        """How many times as long the first takes as the second: the median over the rounds."""
        return statistics.median(a / b for a, b in zip(self[slow], self[fast], strict=True))


def rounds(count: int, **contenders: Callable[[], float]) -> Times:
    """Each contender once a round; each gives its own seconds per unit (see `each`, `repeated`)."""
    times = Times({name: [] for name in contenders})
    with _no_collecting():
        for _ in range(count):
            for name, contender in contenders.items():
                times[name].append(contender())
                gc.collect()
    return times


def each(deed: Callable[[], object], units: int = 1) -> Callable[[], float]:
    """Do it once; seconds per unit."""

    def timed() -> float:
        start = time.perf_counter()
        deed()
        return (time.perf_counter() - start) / units

    return timed


def repeated(deed: Callable[[], object], units: int = 1) -> Callable[[], float]:
    """Do it again and again for a moment; seconds per unit of one time."""

    def timed() -> float:
        done, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < AT_LEAST:
            deed()
            done += 1
        return spent / done / units

    return timed


def every(deeds: Sequence[Callable[[], object]]) -> list[float]:
    """The seconds of each, in their order."""
    spent = []
    for deed in deeds:
        start = time.perf_counter()
        deed()
        spent.append(time.perf_counter() - start)
    return spent


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which so large a part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


@contextmanager
def _no_collecting() -> Iterator[None]:
    """The collector of garbage takes its turns between the contenders, not within one."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
