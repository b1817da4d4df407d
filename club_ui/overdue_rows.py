"""What is overdue, as flat shapes: one's own cards, and who is late with how many."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from club_ui.board_rows import cause_look, late_words
from club_ui.cause_rows import raised
from club_ui.i18n import number, text
from club_ui.rows import Chip, chip, initials
from lifecycle import board, days, rights
from lifecycle.board import Face
from lifecycle.desk import Desk


@dataclass
class LateCard:
    """An overdue card: about whom, why, how late; where it is not one's own, whose."""

    id: str
    name: str
    stage: Chip
    cause: str
    icon: str
    hue: str
    late: str
    who: str = ""


@dataclass
class LatePerson:
    """Somebody who is late: with how many cards, and how many that is beside the others."""

    key: str
    name: str
    letters: str
    count: str
    share: str
    href: str


@dataclass
class Overdue:
    """The box of what is overdue. `sees` is false for whoever may not see cards."""

    sees: bool = False
    total: str = ""
    mine: str = ""
    rest: str = ""
    cards: list[LateCard] = field(default_factory=list)
    people: list[LatePerson] = field(default_factory=list)
    raised: str = ""
    raised_rest: str = ""
    raised_cards: list[LateCard] = field(default_factory=list)


def overdue_rows(language: str, desk: Desk, read: board.Overdue, now: datetime) -> Overdue:
    """The box in the reader's language; of the others only the counts, and what was shown to the manager."""
    most = max((count for _, _, count in read.people), default=1)
    others = [] if desk.own_cards_only else [one for one in read.people if one[0] is None or one[0] != desk.staff_id]
    beyond, besides = read.mine - len(read.cards), read.raised - len(read.raised_cards)
    return Overdue(
        sees=rights.allows(desk, "see_cards"),
        total=number(language, read.total) if read.total else "",
        mine=text(language, "late.mine", count=read.mine) if read.mine else "",
        rest=text(language, "late.more", count=beyond) if beyond > 0 else "",
        cards=[_card(language, one, now) for one in read.cards],
        people=[_person(language, *one, most) for one in others],
        raised=text(language, "late.raised", count=read.raised) if read.raised else "",
        raised_rest=text(language, "late.more", count=besides) if besides > 0 else "",
        raised_cards=[_raised(language, one, now) for one in read.raised_cards],
    )


def _card(language: str, face: Face, now: datetime) -> LateCard:
    look = cause_look(face)
    return LateCard(
        id=str(face.card.id),
        name=face.client,
        stage=chip(language, "stage", face.stage),
        cause=text(language, f"cause.{face.card.rule}"),
        icon=look.icon,
        hue=look.hue,
        late=late_words(language, face, days.day_of(now, face.branch.zone)),
    )


def _raised(language: str, face: Face, now: datetime) -> LateCard:
    """A card of somebody else's: whose it is, and whether that is by now another person."""
    who, how = face.responsible or text(language, "late.nobody"), raised(face.card)
    return replace(_card(language, face, now), who=f"{who}, {text(language, f'card.raised_{how}')}" if how == "handed" else who)


def _person(language: str, staff_id: int | None, name: str | None, count: int, most: int) -> LatePerson:
    shown = text(language, "late.nobody") if name is None else name
    return LatePerson(
        key=str(staff_id or "nobody"),
        name=shown,
        letters="?" if name is None else initials(name),
        count=number(language, count),
        share=f"{max(4, round(100 * count / most))}%",
        href=f"/board?who={staff_id or 'nobody'}",
    )
