"""Numbers for pictures: the day ruler, the life line, sparks, bars. Plain arithmetic, no words, no screen.

Widths and places are per cent of the picture unless a function says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Day = int


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the ruler: its folder, its first and last day (None: open), width, whether it is now or past."""

    folder: str
    first: Day | None
    last: Day | None
    width: float
    now: bool
    past: bool


@dataclass(frozen=True, slots=True)
class Ruler:
    """The policy as a strip of days, with a mark where the client stands."""

    parts: tuple[Part, ...]
    mark: float

    @property
    def current(self) -> Part:
        """The part that holds today."""
        return next(part for part in self.parts if part.now)

    def starts(self) -> list[float]:
        """Where each part begins."""
        at, places = 0.0, []
        for part in self.parts:
            places.append(at)
            at += part.width
        return places


# How wide a part is on the large ruler, now and otherwise; on the small one the present part has two thirds.
_LARGE = {"active": (13, 26), "to_renew": (25, 27), "not_renewed": (25, 27), "churn": (23, 27), "lost": (13, 22)}
_SMALL_NOW, _SMALL_OTHER = 64.0, 18.0
_SMALL = {
    "active": ("active", "to_renew", "not_renewed"),
    "to_renew": ("to_renew", "not_renewed", "churn"),
    "not_renewed": ("to_renew", "not_renewed", "churn"),
    "churn": ("not_renewed", "churn", "lost"),
    "lost": ("not_renewed", "churn", "lost"),
}
_SMALL_BOUGHT_ONCE = {"active": ("active", "churn", "lost"), "churn": ("active", "churn", "lost"), "lost": ("active", "churn", "lost")}


def spans(
    end: Day, *, renew_before: int, grace: int, churn: int, renewable: bool = True
) -> list[tuple[str, Day | None, Day | None]]:
    """The folders a client goes through when nothing is done: (folder, first day, last day).

    `end` is the last day of the engagement. One who has only bought once (`renewable` false) has no
    membership to renew and stays in Active through the days of grace.
    """
    cold: list[tuple[str, Day | None, Day | None]] = [
        ("churn", end + grace + 1, end + churn),
        ("lost", end + churn + 1, None),
    ]
    if not renewable:
        return [("active", None, end + grace), *cold]
    return [
        ("active", None, end - renew_before - 1),
        ("to_renew", end - renew_before, end),
        ("not_renewed", end + 1, end + grace),
        *cold,
    ]


def large_ruler(
    end: Day, today: Day, *, renew_before: int, grace: int, churn: int, renewable: bool = True, since: Day | None = None
) -> Ruler:
    """All parts in their order, the present one wider. `since` is the day the engagement began, where known."""
    known = spans(end, renew_before=renew_before, grace=grace, churn=churn, renewable=renewable)
    return _ruler(known, today, since, _LARGE)


def small_ruler(
    end: Day, today: Day, *, renew_before: int, grace: int, churn: int, renewable: bool = True, since: Day | None = None
) -> Ruler:
    """Three parts around today, the present one wide."""
    known = spans(end, renew_before=renew_before, grace=grace, churn=churn, renewable=renewable)
    present = next(folder for folder, _, last in known if last is None or today <= last)
    shown = (_SMALL if renewable else _SMALL_BOUGHT_ONCE)[present]
    sizes = {folder: (_SMALL_OTHER, _SMALL_NOW) for folder, _, _ in known}
    return _ruler([span for span in known if span[0] in shown], today, since, sizes)


def _ruler(
    known: Sequence[tuple[str, Day | None, Day | None]], today: Day, since: Day | None, sizes: Mapping[str, tuple[float, float]]
) -> Ruler:
    present = next(place for place, (_, _, last) in enumerate(known) if last is None or today <= last)
    raw = [sizes[folder][place == present] for place, (folder, _, _) in enumerate(known)]
    whole = sum(raw)
    widths = [round(100 * size / whole, 2) for size in raw]
    parts = tuple(
        Part(folder, first, last, widths[place], place == present, place < present)
        for place, (folder, first, last) in enumerate(known)
    )
    inside = _share(parts[present], today, since)
    return Ruler(parts, round(sum(widths[:present]) + widths[present] * inside, 2))


def _share(part: Part, today: Day, since: Day | None) -> float:
    """How far into its part today is, from 0 to 1."""
    if part.last is None:
        # Without an end the mark creeps towards it: half-way after three months.
        gone = today - (part.first or today)
        return 0.08 + 0.84 * gone / (gone + 90)
    first = part.first if part.first is not None else (since if since is not None and since <= today else part.last - 60)
    days = part.last - first + 1
    return min(0.97, max(0.03, (today - first + 0.5) / days))


# --- the life line: one picture, in units of its own view box -------------------------------------

LIFE_WIDTH = 660.0
LIFE_HEIGHT = 136.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle along the line, and whose it is: a folder for bands, a name for memberships."""

    x: float
    width: float
    what: str
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class LifeLine:
    """Everything the life line shows, as numbers."""

    bands: tuple[Box, ...]
    memberships: tuple[Box, ...]
    freezes: tuple[Box, ...]
    visits: tuple[float, ...]
    contacts: tuple[tuple[float, str], ...]
    months: tuple[tuple[float, Day], ...]
    today: float


def life_line(
    *,
    today: Day,
    bands: Sequence[tuple[Day, Day, str]],
    memberships: Sequence[tuple[Day, Day, str]] = (),
    freezes: Sequence[tuple[Day, Day]] = (),
    visits: Sequence[Day] = (),
    contacts: Sequence[tuple[Day, str]] = (),
    most_days: int = 900,
    ahead: int = 120,
) -> LifeLine:
    """Bands of (first day, last day, folder) with the facts on them. Days long ago are left out of the picture."""
    last = min(max((band[1] for band in bands), default=today), today + ahead)
    last = max(last, today + 14)
    first = max(min((band[0] for band in bands), default=today), last - most_days)
    first = min(first, today - 30)
    per_day = (LIFE_WIDTH - 12) / (last - first + 1)

    def at(day: Day) -> float:
        return round(6 + (min(max(day, first), last + 1) - first) * per_day, 1)

    def boxes(rows: Sequence[tuple[Day, Day, str]], least: float) -> tuple[Box, ...]:
        return tuple(
            Box(at(start), max(least, round(at(end + 1) - at(start) - 1, 1)), what, ahead=start > today)
            for start, end, what in rows
            if end >= first and start <= last
        )

    return LifeLine(
        bands=boxes(_cut(bands, today), 2),
        memberships=boxes(memberships, 4),
        freezes=boxes([(start, end, "") for start, end in freezes], 2),
        visits=tuple(at(day) for day in sorted(set(visits)) if first <= day <= last),
        contacts=tuple((at(day), hue) for day, hue in contacts if first <= day <= last),
        months=tuple((at(day), day) for day in _months(first, last)),
        today=at(today),
    )


def _cut(bands: Sequence[tuple[Day, Day, str]], today: Day) -> list[tuple[Day, Day, str]]:
    """A band that goes on after today is two: what is, and what will be if nothing is done."""
    cut: list[tuple[Day, Day, str]] = []
    for start, end, what in bands:
        if start <= today < end:
            cut += [(start, today, what), (today + 1, end, what)]
        else:
            cut.append((start, end, what))
    return cut


def _months(first: Day, last: Day) -> list[Day]:
    """First days of months, so many apart that about seven fit."""
    begin, end = date.fromordinal(first), date.fromordinal(last)
    months = (end.year - begin.year) * 12 + end.month - begin.month
    step = next(step for step in (1, 2, 3, 6, 12, 1200) if months / step <= 7)
    found = []
    for number in range(begin.year * 12 + begin.month, end.year * 12 + end.month):
        day = date(number // 12, number % 12 + 1, 1).toordinal()
        if first <= day <= last - 12 and number % 12 % min(step, 12) == 0:
            found.append(day)
    return found


# --- sparks and bars ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line over days, as SVG paths: the line, the area under it, and where it ends."""

    line: str
    area: str
    x: float
    y: float


def spark(values: Sequence[int], *, width: float = 64, height: float = 28, edge: float = 3) -> Spark:
    """Scaled to its own least and most; a flat row is drawn in the middle."""
    if not values:
        return Spark("", "", 0, 0)
    least, most = min(values), max(values)
    step = width / max(1, len(values) - 1)

    def y(value: int) -> float:
        if most == least:
            return round(height / 2, 1)
        return round(height - edge - (value - least) / (most - least) * (height - 2 * edge), 1)

    points = [(round(place * step, 1), y(value)) for place, value in enumerate(values)]
    line = "M" + " L".join(f"{across} {down}" for across, down in points)
    return Spark(line, f"{line} L{points[-1][0]} {height} L0 {height}Z", *points[-1])


def bars(values: Sequence[int], most_pixels: int) -> list[int]:
    """Heights in pixels; anything above nothing is seen."""
    most = max(values, default=0)
    return [0 if value == 0 else max(3, round(value * most_pixels / most)) for value in values]


def term_strips(
    numbers: Sequence[tuple[int, int, int]],
) -> tuple[list[list[tuple[str, float]]], float]:
    """Policies (renew before, grace, churn) as strips aligned on the last day of a term.

    Gives for each the parts as (folder, width), and where the last day is; the long churn is drawn half as long.
    """
    left = 1.5 * max(renew for renew, _, _ in numbers) + 4
    right = max(grace + (churn - grace) / 2 for _, grace, churn in numbers)
    whole = left + right
    strips = []
    for renew, grace, churn in numbers:
        sizes = {"active": left - renew, "to_renew": renew, "not_renewed": grace, "churn": (churn - grace) / 2}
        parts = [(folder, round(100 * size / whole, 2)) for folder, size in sizes.items()]
        rest = round(100 - sum(width for _, width in parts), 2)
        strips.append([*parts, *([("lost", rest)] if rest > 0.5 else [])])
    return strips, round(100 * left / whole, 2)
