"""The shapes of a profile: folders with their reasons, memberships, history in sentences, the life line.

A fact or reason is kept as a code with values and becomes a sentence here, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from club_ui import draw, i18n, theme
from club_ui.i18n import clock, long_day, money, number, short_day, text
from club_ui.rows import Chip, RulerRow, as_date, chip, large_ruler, membership_name, month_label, small_ruler
from lifecycle.days import OPEN, Day
from lifecycle.facts import Fact
from lifecycle.placement import BITS, FOLDERS, folders_of
from lifecycle.profile import Profile
from lifecycle.store.changes import ChangeRow
from lifecycle.store.facts import Recorded
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


class Names:
    """What the keys of memberships are called; made once for a profile."""

    def __init__(self, language: str, memberships: Sequence[Membership]) -> None:
        self.language = language
        self._names = {one.key: membership_name(language, one) for one in memberships}

    def of(self, key: Any) -> str:
        """The name of a membership by its key."""
        return self._names.get(key) or text(self.language, "membership.unnamed")


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


# --- history ----------------------------------------------------------------------------------------


@dataclass
class HistoryLine:
    """One fact or move in a sentence: what, who, when; `void` where it was taken back."""

    key: str
    icon: str
    hue: str
    says: str
    more: str
    who: str
    when: str
    void: bool = False
    can_void: bool = False


#: What each choice of the filter shows: types of facts, or `move`.
SHOWS = {
    "all": None,
    "talks": ("inquiry", "contact", "complaint", "marked", "warmth_set"),
    "visits": ("visit", "guest_visit", "trial_booked", "service_used"),
    "money": ("membership_sold", "purchase", "payment", "contract_started", "membership_ended"),
    "moves": ("move", "moved_to_guest", "promoted", "archived", "restored"),
}


def history_lines(
    language: str,
    facts: Sequence[Recorded],
    moves: Sequence[ChangeRow],
    *,
    names: Names,
    voided: frozenset[int],
    zone: tzinfo,
    today: Day,
    currency: str,
    show: str,
    may_void: Any,
) -> list[HistoryLine]:
    """Facts and moves together, the latest first. `may_void(fact)` tells whose may be taken back."""
    wanted = SHOWS.get(show)
    lines: list[tuple[datetime, int, HistoryLine]] = []
    for fact in facts:
        if fact.type == "voided" or (wanted is not None and fact.type not in wanted):
            continue
        lines.append((fact.at, fact.id, _fact_line(language, fact, names, voided, zone, today, currency, may_void)))
    for move in moves:
        if wanted is None or "move" in wanted:
            line = _move_line(language, move, zone, today)
            if line is not None:
                lines.append((move.at, 0, line))
    lines.sort(key=lambda one: (one[0], one[1]), reverse=True)
    return [line for _, _, line in lines]


def _fact_line(
    language: str, fact: Recorded, names: Names, voided: frozenset[int], zone: tzinfo, today: Day, currency: str, may_void: Any
) -> HistoryLine:
    look = theme.FACT[fact.type]
    gone = fact.id in voided
    return HistoryLine(
        key=f"f{fact.id}",
        icon=look.icon,
        hue=look.hue,
        says=fact_sentence(language, fact.type, fact.fields, names, today, currency),
        more=str(fact.fields.get("comment") or fact.fields.get("reason") or ""),
        who=fact.by,
        when=_when(language, fact.at.astimezone(zone), today),
        void=gone,
        can_void=not gone and bool(may_void(fact)),
    )


def _when(language: str, at: datetime, today: Day) -> str:
    day = short_day(language, at.date(), today=as_date(today))
    # A fact known by its date alone stands at the first instant of the day.
    return day if (at.hour, at.minute, at.second) == (0, 0, 0) else f"{day}, {clock(at)}"


def fact_sentence(language: str, kind: str, fields: Mapping[str, Any], names: Names, today: Day, currency: str) -> str:
    """What happened, in a sentence."""
    shown = {name: _value(language, kind, name, value, today, currency) for name, value in fields.items()}
    shown["product"] = names.of(fields.get("membership")) if "membership" in fields else str(fields.get("product") or "")
    shown |= {"start": shown.get("from", shown.get("starts_on", "")), "end": shown.get("to", shown.get("on", ""))}
    shown.setdefault("amount", "")
    key = kind
    if kind == "marked" and not fields.get("relation"):
        key = "unmarked"
    if kind == "visit" and fields.get("amount"):
        key = "visit_paid"
    if kind == "contact":
        shown["outcome"] = text(language, f"outcome.{fields.get('outcome') or 'none'}")
    return text(language, f"fact.{key}", **{"count": fields.get("days") or 0, **shown})


_FAMILIES = {
    "source": "source", "direction": "direction", "outcome": "outcome", "why": "ending", "warmth": "warmth",
    "relation": "relation", "billing": "billing", "state": "payment",
}
_KINDS = {"guest_visit": "guest_kind", "visit": "visit_kind", "contact": "contact_kind"}


def _value(language: str, kind: str, name: str, value: Any, today: Day, currency: str) -> str:
    if value is None:
        return ""
    family = _KINDS.get(kind) if name == "kind" else _FAMILIES.get(name)
    if family is not None and i18n.known(f"{family}.{value}"):
        return text(language, f"{family}.{value}")
    if name == "amount":
        return money(language, int(value), currency)
    if name in ("starts_on", "ends_on", "from", "to", "on", "due_on") and isinstance(value, int):
        return short_day(language, as_date(value), today=as_date(today))
    return number(language, value) if isinstance(value, int) else str(value)


def _move_line(language: str, move: ChangeRow, zone: tzinfo, today: Day) -> HistoryLine | None:
    before, after = set(move.before.get("folders") or ()), set(move.after.get("folders") or ())
    entered = [code for code in FOLDERS if code in after - before]
    left = [code for code in FOLDERS if code in before - after]
    shown = entered or left
    if not shown:
        return None
    words = ", ".join(text(language, f"folder.{code}") for code in shown)
    look = theme.FOLDER[shown[0]]
    why = f"moved_by.{move.reason}"
    return HistoryLine(
        key=f"m{move.id}",
        icon=look.icon,
        hue=look.hue,
        says=text(language, "history.moved" if entered else "history.left", folders=words),
        more="",
        who=text(language, why if i18n.known(why) else "moved_by.fact"),
        when=_when(language, move.at.astimezone(zone), today),
    )


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
