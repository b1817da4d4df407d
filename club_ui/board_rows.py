"""The flat shapes of the board: a card's face, a column's head, a filter, in the reader's language.

A face holds only what is shown, because a column is sent whole whenever one of its cards changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from club_ui import i18n, theme
from club_ui.cause_rows import Reader, raised, reason
from club_ui.i18n import clock, long_day, near_day, number, short_day, text, week_day
from club_ui.rows import initials
from lifecycle import cards, phones
from lifecycle.board import Column, Face
from lifecycle.days import Day, as_date

#: What everybody at home knows of a number, and a narrow card has no room for.
_OWN_PREFIX = {"RU": "+7 "}


@dataclass
class CardLine:
    """A card's face. `step` is an icon, `who` initials, `changed` the moment it last changed under one's eyes."""

    id: str
    version: str
    rule: str
    cause: str
    icon: str
    hue: str
    warmth: str
    name: str
    stage: str
    phone: str
    tel: str
    made: str
    says: str
    step: str
    due: str
    late: bool
    who: str
    responsible: str
    gone: bool
    raised: str
    changed: str = ""


@dataclass
class Head:
    """A column's head: its count, what a drop there means, whether it takes none now and why, whether others lie beyond."""

    count: str = "0"
    raw: str = "0"
    name: str = ""
    says: str = ""
    closed: bool = False
    why: str = ""
    more: bool = False
    back: bool = False


@dataclass
class Choice:
    """One line of a choice: for a filter where it leads, and whether it is chosen now."""

    value: str
    word: str
    href: str = ""
    on: bool = False


@dataclass
class Picks:
    """What the filters offer."""

    statuses: list[Choice] = field(default_factory=list)
    causes: list[Choice] = field(default_factory=list)
    people: list[Choice] = field(default_factory=list)
    branches: list[Choice] = field(default_factory=list)


def card_line(language: str, face: Face, now: datetime, *, masked: bool, currency: str) -> CardLine:
    """One card as its column shows it."""
    card, zone = face.card, face.branch.zone
    look = cause_look(face)
    today = now.astimezone(zone).date()
    made = card.created_at.astimezone(zone)
    reader = Reader(language, currency, zone, today.toordinal())
    return CardLine(
        id=str(card.id),
        version=str(card.version),
        rule=card.rule,
        cause=text(language, f"cause.{card.rule}"),
        icon=look.icon,
        hue=look.hue,
        warmth=face.warmth or "",
        name=face.client,
        stage=face.stage,
        phone=phone_of(language, face, masked=masked).removeprefix(_OWN_PREFIX.get(face.branch.country, "\0")),
        tel="" if masked else tel_of(face),
        made=clock(made) if made.date() == today else short_day(language, made.date(), today=today),
        says=card.last_words or reason(reader, card),
        step=theme.STEP[card.step].icon if card.step in theme.STEP else "",
        due=due_words(language, face, now),
        late=face.late,
        who=initials(face.responsible) if face.responsible else "",
        responsible=face.responsible or "",
        gone=card.gone_at is not None,
        raised=raised(card),
    )


def cause_look(face: Face) -> theme.Look:
    """The look of a cause; winning back the cold looks colder."""
    look = theme.CAUSE.get(face.card.rule, theme.CAUSE["manual"])
    return theme.Look("lost", look.icon) if face.card.rule == "win_back" and face.warmth == "cold" else look


def phone_of(language: str, face: Face, *, masked: bool) -> str:
    """The number in national form; nothing for whoever sees names alone."""
    if face.phone is None:
        return ""
    write = phones.masked if masked else phones.shown
    return write(face.phone.e164, face.phone.typed, face.branch.country)


def tel_of(face: Face) -> str:
    """The link that calls, where the number could be read."""
    return f"tel:{face.phone.e164}" if face.phone is not None and face.phone.e164 else ""


def due_words(language: str, face: Face, now: datetime) -> str:
    """When the next step is due, as short as the column allows: Tomorrow needs no day."""
    card, zone = face.card, face.branch.zone
    if card.due_on is None:
        return ""
    time = "" if card.due_at is None else clock(card.due_at.astimezone(zone))
    if face.column == "tomorrow":
        return time or text(language, "board.in_day")
    today = now.astimezone(zone).date()
    due = as_date(card.due_on)
    if due == today:
        return time or text(language, "board.by_evening" if face.column == "today" else "day.today")
    day = near_day(language, due, today)
    return f"{day}, {time}" if time else day


def due_sentence(language: str, due_on: Day | None, due_at: datetime | None, today: Day, zone: tzinfo) -> str:
    """The due in full: `8 марта, 15:00`."""
    if due_on is None:
        return text(language, "card.no_due")
    day = long_day(language, as_date(due_on), today=as_date(today))
    return day if due_at is None else f"{day}, {clock(due_at.astimezone(zone))}"


def late_words(language: str, face: Face, today: Day) -> str:
    """By how much the next step is late; nothing where it is not."""
    card = face.card
    if not face.late or card.due_on is None:
        return ""
    if card.due_on == today and card.due_at is not None:
        return text(language, "card.late_since", time=clock(card.due_at.astimezone(face.branch.zone)))
    return text(language, "card.late_days", count=today - card.due_on)


def head(language: str, column: Column, now: datetime, zone: tzinfo, *, more: bool, back: bool) -> Head:
    """A column's head."""
    word = text(language, f"column.{column.code}")
    says, why = drop_says(language, column.code, now, zone)
    return Head(number(language, column.count), str(column.count), word, says, why != "", why, more, back)


def drop_says(language: str, code: str, now: datetime, zone: tzinfo) -> tuple[str, str]:
    """What dropping on a column means now, and why it takes nothing, where it takes nothing."""
    if code == "unsorted":
        return text(language, "board.drop_unsorted"), ""
    shut = cards.closed_now(code, now, zone)
    if shut is not None:
        return text(language, f"board.{shut}"), i18n.sentence(language, shut)
    placed = cards.dropped(code, status=None, due_on=None, due_at=None, now=now, zone=zone, first_status="new")
    day = as_date(placed.due_on or 0)
    if code in ("today", "tomorrow"):
        return text(language, "board.drop", column=text(language, f"column.{code}"), day=long_day(language, day)), ""
    return week_day(language, day), ""
