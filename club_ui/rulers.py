"""The day ruler of a client as a browser receives it: its parts in words and widths, counted by `draw`."""

from __future__ import annotations

from dataclasses import dataclass, field

from club_ui import draw
from club_ui.i18n import long_day, short_day, text
from lifecycle.days import OPEN, Day, as_date
from lifecycle.placement import Placement
from lifecycle.policy import Policy
from lifecycle.summary import Summary


@dataclass
class Segment:
    """A part of a ruler: hue, width in per cent, its class, its word."""

    hue: str
    width: str
    look: str
    word: str = ""


@dataclass
class Border:
    """A date under the large ruler: where, how it is aligned, the day and what begins or ends."""

    left: str
    look: str
    day: str
    what: str


@dataclass
class RulerRow:
    """A day ruler, small or large; `name` is the whole sentence for those who cannot see it."""

    segments: list[Segment] = field(default_factory=list)
    mark: str = "0%"
    name: str = ""
    tag: str = ""
    borders: list[Border] = field(default_factory=list)
    shown: bool = False


def _line_of(s: Summary, today: Day, stands: Placement) -> tuple[Day, bool] | None:
    """The end that a ruler is drawn around, and whether there is a membership to renew; None where there is no end."""
    if s.covered_until >= OPEN or stands.status == "potential" or (s.engaged_on <= 0 and s.covered_until <= 0):
        return None
    end = s.covered_until if s.covered_until >= today else s.engaged_on
    if end <= 0:
        return None
    renewable = "not_renewed" in stands.folders or s.covered_until >= today or s.covered_until == s.engaged_on
    return end, renewable


def _numbers(policy: Policy) -> dict[str, int]:
    return {"renew_before": policy.renew_before_days, "grace": policy.grace_days, "churn": policy.churn_days}


def small_ruler(language: str, s: Summary, policy: Policy, today: Day, stands: Placement) -> RulerRow:
    """The glyph of a row."""
    line = _line_of(s, today, stands)
    if line is None:
        return RulerRow()
    end, renewable = line
    drawn = draw.small_ruler(end, today, renewable=renewable, since=_since(s), **_numbers(policy))
    return RulerRow(
        segments=[Segment(part.folder, f"{part.width}%", "on" if part.now else "") for part in drawn.parts],
        mark=f"{drawn.mark}%",
        name=_ruler_name(language, drawn, today),
        shown=True,
    )


def large_ruler(language: str, s: Summary, policy: Policy, today: Day, stands: Placement) -> RulerRow:
    """The hero of the profile: all parts with their dates."""
    line = _line_of(s, today, stands)
    if line is None:
        return RulerRow()
    end, renewable = line
    drawn = draw.large_ruler(end, today, renewable=renewable, since=_since(s), **_numbers(policy))
    right = drawn.mark > drawn.starts()[drawn.parts.index(drawn.current)] + drawn.current.width / 2
    return RulerRow(
        segments=[
            Segment(part.folder, f"{part.width}%", _part_look(part, right=right), "" if part.past and part.width < 20 else text(language, f"folder.{part.folder}"))
            for part in drawn.parts
        ],
        mark=f"{drawn.mark}%",
        name=_ruler_name(language, drawn, today),
        tag=_tag(language, drawn.current, today),
        borders=_borders(language, drawn, end, policy, today),
        shown=True,
    )


def _since(s: Summary) -> Day | None:
    return s.stretch_on if s.stretch_on > 0 else None


def _part_look(part: draw.Part, *, right: bool) -> str:
    if part.now:
        return "on left" if right else "on right"
    return "past" if part.past else ""


def _tag(language: str, part: draw.Part, today: Day) -> str:
    if part.last is None:
        return text(language, "ruler.today")
    if part.last == today:
        return text(language, "ruler.today_last")
    return text(language, "ruler.today_left", count=part.last - today)


def _ruler_name(language: str, drawn: draw.Ruler, today: Day) -> str:
    parts = [
        text(language, "ruler.part", day=long_day(language, as_date(part.first)), folder=text(language, f"folder.{part.folder}"))
        for part in drawn.parts
        if part.first is not None and not part.past
    ]
    return text(language, "ruler.sentence", today=long_day(language, as_date(today)), parts=" ".join(parts))


def _borders(language: str, drawn: draw.Ruler, end: Day, policy: Policy, today: Day) -> list[Border]:
    """The dates under the borders: when a part was entered, the last day, what comes after."""
    whats = {
        "to_renew": text(language, "ruler.entered"),
        "not_renewed": text(language, "ruler.grace", count=policy.grace_days),
        "churn": text(language, "ruler.warm"),
        "lost": text(language, "ruler.cold"),
    }
    found = []
    for part, left in zip(drawn.parts, drawn.starts(), strict=True):
        if part.first is None or part.folder not in whats:
            continue
        # Two dates with their years do not find room under one part.
        if part.folder == "to_renew" and not part.now and as_date(end).year != as_date(today).year:
            continue
        if part.folder == "not_renewed":
            found.append(Border(f"{left - 0.6}%", "bd r", short_day(language, as_date(end), today=as_date(today)), text(language, "ruler.last")))
        # On a phone only the last day and the far end find room.
        look, at = ("bd r", 100.0) if left > 80 else ("bd l hide-p", left)
        found.append(Border(f"{at}%", look, short_day(language, as_date(part.first), today=as_date(today)), whats[part.folder]))
    return found
