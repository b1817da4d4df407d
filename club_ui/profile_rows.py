"""The shapes of a profile: folders with their reasons, memberships, history in sentences, the life line.

A fact or reason is kept as a code with values and becomes a sentence here, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from club_ui import draw, i18n, theme
from club_ui.history_rows import Names
from club_ui.i18n import long_day, money, short_day, text
from club_ui.rows import Chip, chip, membership_name, month_label
from club_ui.rulers import RulerRow, large_ruler, small_ruler
from lifecycle.days import OPEN, Day, as_date
from lifecycle.facts import Fact
from lifecycle.placement import BITS, folders_of
from lifecycle.profile import Profile
from lifecycle.summary import Membership, Summary

NO_BREAK = i18n.NO_BREAK


# --- why --------------------------------------------------------------------------------------------


@dataclass
class PlaceLine:
    """A folder with the reason in or out, and what time alone will do about it."""

    chip: Chip
    why: str
    then: str
    inside: bool
    ruler: RulerRow = field(default_factory=RulerRow)


def reason_line(language: str, reason: Mapping[str, Any], names: Names, today: Day) -> str:
    """The sentence of a reason (`lifecycle.reasons`): its code with its values written out."""
    code, values = reason["code"], dict(reason)
    shown: dict[str, Any] = {"membership": names.of(values.get("membership"))}
    for name, value in values.items():
        if name in ("until", "since", "promoted_on", "ended_on", "moved_on", "stretch_on") and value:
            shown[name] = long_day(language, date.fromisoformat(value), today=as_date(today))
        elif name in ("day", "of", "days_left"):
            shown[name] = value
    if code in ("covered", "still_covered") and not values.get("until"):
        code = "covered_open"
    count = values.get("days_left", values.get("day", 0)) or 0
    return text(language, f"reason.{code}", **{"count": count, "since": "", **shown})


def places(language: str, read: Profile, summary: Summary, names: Names, *, inside: bool) -> list[PlaceLine]:
    """The folders the client stands in, or with `inside` false those where it does not."""
    told = read.reasons["folders"]
    chosen = [code for code in BITS if bool(told[code]["in"]) == inside]
    ruler = small_ruler(language, summary, read.policy, read.today, read.placement)
    return [
        PlaceLine(
            chip(language, "folder", code), reason_line(language, told[code], names, read.today),
            _then(language, told[code], read.today), inside=inside, ruler=ruler if inside else RulerRow(),
        )
        for code in chosen
    ]


def _then(language: str, reason: Mapping[str, Any], today: Day) -> str:
    if on := reason.get("leaves_on"):
        to = ", ".join(text(language, f"folder.{code}") for code in reason["to"])
        return text(language, "why.leaves", day=long_day(language, date.fromisoformat(on), today=as_date(today)), folders=to)
    if on := reason.get("enters_on"):
        return text(language, "why.enters", day=long_day(language, date.fromisoformat(on), today=as_date(today)))
    return ""


def next_line(language: str, read: Profile) -> tuple[str, list[Chip]]:
    """`If nothing is done, on 19 March moves to` and the folders; nothing where time changes nothing."""
    stands = read.placement
    if stands.next_change is None or stands.then is None:
        return text(language, "next.none"), []
    after = folders_of(stands.then.mask)
    entered = [code for code in after if code not in stands.folders]
    day = long_day(language, as_date(stands.next_change), today=as_date(read.today))
    left = [code for code in stands.folders if code not in after]
    if entered or left:
        return text(language, "next.full", day=day), [chip(language, "folder", code) for code in entered or after]
    return text(language, "next.full_leave", day=day), []


# --- memberships ------------------------------------------------------------------------------------


@dataclass
class MembershipLine:
    """A membership: name, state, days, how far it has come, what it cost, the deeds it may take."""

    key: str
    title: str
    state: Chip
    period: str
    freeze: str
    share: str
    visits: str
    price: str
    hue: str
    deeds: list[Chip] = field(default_factory=list)
    old: bool = False


_MAY = {
    "bought": ("activate_membership", "end_membership"),
    "future": ("freeze_membership", "extend_membership", "end_membership"),
    "held": ("freeze_membership", "extend_membership", "end_membership"),
    "frozen": ("freeze_membership", "extend_membership", "end_membership"),
    "over": ("extend_membership",),
    "void": (),
}


def membership_lines(language: str, read: Profile, currency: str) -> list[MembershipLine]:
    """What is held, what waits, then what was."""
    order = ("frozen", "held", "bought", "future", "over", "void")
    known = sorted(read.memberships, key=lambda one: (order.index(one.state), -(one.last_on or one.sold_on or 0)))
    return [_membership(language, one, read, currency) for one in known]


def _membership(language: str, one: Membership, read: Profile, currency: str) -> MembershipLine:
    frozen = sum(end - start + 1 for start, end in one.frozen)
    left = None if one.visits_left is None else text(language, "count.visits_left", count=one.visits_left)
    near = one.last_on is not None and one.last_on < OPEN and one.last_on - read.today <= read.policy.renew_before_days
    return MembershipLine(
        key=one.key,
        title=membership_name(language, one),
        state=chip(language, "membership", one.state),
        period=_period(language, one, read.today),
        freeze=text(language, "count.frozen", count=frozen) if frozen else "",
        share=_share(one, read.today),
        visits=left or text(language, "count.visits", count=one.visits_counted),
        price="" if one.price is None else money(language, one.price, currency),
        hue="to_renew" if near else "active",
        deeds=[Chip(name, text(language, f"deed.{name}"), "", theme.DEED[name].icon) for name in _MAY[one.state]],
        old=one.state in ("over", "void"),
    )


def _period(language: str, one: Membership, today: Day) -> str:
    year = as_date(today)
    if one.starts_on is None:
        return "" if one.sold_on is None else text(language, "membership.sold", day=short_day(language, as_date(one.sold_on), today=year))
    start = short_day(language, as_date(one.starts_on), today=year)
    if one.last_on is None or one.last_on >= OPEN:
        return text(language, "membership.open", start=start)
    return text(language, "membership.period", start=start, end=short_day(language, as_date(one.last_on), today=year))


def _share(one: Membership, today: Day) -> str:
    if one.starts_on is None or one.last_on is None or one.last_on >= OPEN or one.state in ("over", "void"):
        return ""
    whole = one.last_on - one.starts_on + 1
    return f"{min(100, max(2, round(100 * (today - one.starts_on + 1) / max(1, whole))))}%"


# --- the life line ----------------------------------------------------------------------------------


@dataclass
class LifeBox:
    """A rectangle of the life line."""

    x: str
    width: str
    hue: str = ""
    look: str = ""
    word: str = ""
    text_x: str = ""


@dataclass
class LifeRow:
    """The life line as numbers for SVG."""

    bands: list[LifeBox] = field(default_factory=list)
    memberships: list[LifeBox] = field(default_factory=list)
    freezes: list[LifeBox] = field(default_factory=list)
    contacts: list[LifeBox] = field(default_factory=list)
    months: list[LifeBox] = field(default_factory=list)
    visits: str = ""
    today: str = "0"


@dataclass
class LifeFact:
    """The same as a row of a table."""

    day: str
    what: str
    hue: str
    ahead: bool = False


_CALLED = ("archive", "deal_lost", "guest", "potential", "to_renew", "not_renewed", "churn", "lost", "active", "not_activated")


def called(folders: Sequence[str]) -> str:
    """The one folder that a band of several is drawn as."""
    return next((code for code in _CALLED if code in folders), "archive")


#: Room for half of a month's name left of its line.
_HALF_A_MONTH = 26


def life_row(language: str, read: Profile, names: Names) -> LifeRow:
    """Bands, memberships, visits and talks of one client, placed on one picture."""
    voided = read.voided
    facts = [fact for fact in read.facts if fact.id not in voided]
    drawn = draw.life_line(
        today=read.today,
        bands=_merged(read),
        memberships=[
            (one.starts_on, min(one.last_on or one.starts_on, read.today + 120), names.of(one.key))
            for one in read.memberships
            if one.starts_on is not None and one.state != "void"
        ],
        freezes=[span for one in read.memberships if one.state != "void" for span in one.frozen],
        visits=[fact.day for fact in facts if fact.type == "visit"],
        contacts=[(fact.day, _talk_hue(fact)) for fact in facts if fact.type in ("contact", "inquiry", "complaint")],
    )
    return LifeRow(
        bands=[LifeBox(str(one.x), str(one.width), hue=one.what, look="life-b next" if one.ahead else "life-b") for one in drawn.bands],
        memberships=[
            LifeBox(str(one.x), str(one.width), word=_fitting(one.what, one.width), text_x=str(round(one.x + 8, 1)))
            for one in drawn.memberships
        ],
        freezes=[LifeBox(str(one.x), str(one.width)) for one in drawn.freezes],
        contacts=[LifeBox(str(x), "", hue=hue) for x, hue in drawn.contacts],
        months=[
            LifeBox(str(x), "", word=month_label(language, day, first=place == 0))
            for place, (x, day) in enumerate(each for each in drawn.months if each[0] > _HALF_A_MONTH)
        ],
        visits=" ".join(f"M{x} 84V96" for x in drawn.visits),
        today=str(drawn.today),
    )


def life_facts(language: str, read: Profile) -> list[LifeFact]:
    """The bands as rows: from which day on the client stood where."""
    return [
        LifeFact(long_day(language, as_date(band.first), today=as_date(read.today)), ", ".join(text(language, f"folder.{code}") for code in band.folders), called(band.folders), band.future)
        for band in reversed(read.life)
    ]


def _merged(read: Profile) -> list[tuple[Day, Day, str]]:
    bands: list[tuple[Day, Day, str]] = []
    for band in read.life:
        hue = called(band.folders)
        if bands and bands[-1][2] == hue and bands[-1][1] == band.first - 1:
            bands[-1] = (bands[-1][0], band.last, hue)
        else:
            bands.append((band.first, band.last, hue))
    return bands


def _fitting(word: str, width: float) -> str:
    """The name where it fits into its box; a hint of it where it does not."""
    room = int((width - 12) / 6.4)
    return word if len(word) <= room else word.split(",", maxsplit=1)[0] if len(word.split(",", maxsplit=1)[0]) <= room else ""


def _talk_hue(fact: Fact) -> str:
    return {"inquiry": "potential", "complaint": "danger"}.get(fact.type, "accent")


def profile_ruler(language: str, read: Profile, summary: Summary) -> RulerRow:
    """The large ruler of a profile."""
    return large_ruler(language, summary, read.policy, read.today, read.placement)
