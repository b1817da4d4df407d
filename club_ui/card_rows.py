"""The flat shapes of an opened card: who, where they stand and why, what is planned, what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from club_ui import i18n, theme
from club_ui.board_rows import cause_look, due_sentence, late_words, phone_of, tel_of
from club_ui.cause_rows import Reader, raised_says, reasons
from club_ui.history_rows import HistoryLine, Names, by_whom
from club_ui.i18n import moment, text
from club_ui.profile_rows import called, places
from club_ui.rows import Chip, chip, initials
from club_ui.rulers import RulerRow, small_ruler
from lifecycle import days
from lifecycle.board import Face
from lifecycle.cards import STEPS
from lifecycle.choices import Line
from lifecycle.days import Day, as_date
from lifecycle.overview import StandingRow
from lifecycle.profile import Profile
from lifecycle.store.cards import CardRow, EventRow


@dataclass
class Sheet:
    """An opened card. `whole` is false for whoever sees the card and not the client's page; `asks_why` where the club
    wants to know why the client stopped coming.
    """

    id: str = ""
    version: str = ""
    client: str = ""
    name: str = ""
    letters: str = ""
    stage: Chip = field(default_factory=Chip)
    phone: str = ""
    tel: str = ""
    sub: str = ""
    cause: Chip = field(default_factory=Chip)
    says: list[str] = field(default_factory=list)
    raised: str = ""
    gone: bool = False
    quiet: str = ""
    closed: str = ""
    closed_by: str = ""
    status: str = ""
    status_word: str = ""
    step: str = ""
    step_icon: str = ""
    step_word: str = ""
    due: str = ""
    late: str = ""
    who: str = ""
    who_name: str = ""
    who_letters: str = ""
    whole: bool = False
    asks_why: bool = False


@dataclass
class Standing:
    """Where the client of a card stands, in short: folders, relation, the ruler, why, and what comes by itself."""

    folders: list[Chip] = field(default_factory=list)
    relation: Chip = field(default_factory=Chip)
    warmth: Chip = field(default_factory=Chip)
    ruler: RulerRow = field(default_factory=RulerRow)
    why: str = ""
    then: str = ""


@dataclass
class Clash:
    """Two values for one field of a card: what somebody else saved, and what was wanted here."""

    field: str = ""
    word: str = ""
    theirs: str = ""
    mine: str = ""


def sheet(language: str, face: Face, today: Day, statuses: Mapping[str, str], *, whole: bool, currency: str, quiet: bool = False) -> Sheet:
    """The card as its sheet shows it; `quiet` where the client is not to be contacted."""
    card, zone = face.card, face.branch.zone
    look = cause_look(face)
    reader = Reader(language, currency, zone, today)
    planned = card.step is not None or card.due_on is not None
    return Sheet(
        id=str(card.id),
        version=str(card.version),
        client=str(card.client_id),
        name=face.client,
        letters=initials(face.client),
        stage=chip(language, "stage", face.stage),
        phone=phone_of(language, face, masked=False),
        tel=tel_of(face),
        sub=face.branch.name,
        cause=Chip(card.rule, text(language, f"cause.{card.rule}"), look.hue, look.icon),
        says=reasons(reader, card) or [text(language, "card.made", when=_moment(language, card.created_at, zone, today))],
        raised=raised_says(reader, card),
        gone=card.gone_at is not None and card.closed_at is None,
        quiet=text(language, "card.no_contact") if quiet and card.closed_at is None else "",
        closed=_closed(language, card),
        closed_by=_closed_by(language, card, zone, today),
        status=card.status or "",
        status_word=statuses.get(card.status or "", "") or text(language, "card.no_status"),
        step=card.step or "",
        step_icon=theme.STEP[card.step or "other"].icon,
        step_word=step_words(language, card, zone, today) if planned else text(language, "card.no_step"),
        due="" if card.due_on is None else days.iso(card.due_on),
        late=late_words(language, face, today),
        who="" if card.responsible_id is None else str(card.responsible_id),
        who_name=face.responsible or text(language, "card.nobody"),
        who_letters=initials(face.responsible) if face.responsible else "",
        whole=whole,
        asks_why=card.rule == "win_back",
    )


def step_words(language: str, card: CardRow, zone: tzinfo, today: Day) -> str:
    """The next step in a line: `Звонок, 8 марта, 15:00`."""
    due = due_sentence(language, card.due_on, card.due_at, today, zone)
    return f"{text(language, f'step.{card.step}')}, {due}" if card.step else due


def typed_step(language: str, typed: Mapping[str, str]) -> str:
    """The next step as it is being typed, in the same words."""
    kind, day = typed.get("kind", ""), typed.get("day", "")
    try:
        shown = i18n.long_day(language, date.fromisoformat(day))
    except ValueError:
        shown = text(language, "card.no_due")
    return ", ".join(part for part in (text(language, f"step.{kind}") if kind in STEPS else "", shown, typed.get("time", "")) if part)


def _closed(language: str, card: CardRow) -> str:
    if card.closed_at is None:
        return ""
    return text(language, "card.closed", result=text(language, f"result.{card.result}"))


def _closed_by(language: str, card: CardRow, zone: tzinfo, today: Day) -> str:
    if card.closed_at is None:
        return ""
    return text(language, "card.closed_by", who=by_whom(language, card.closed_by or ""), when=_moment(language, card.closed_at, zone, today))


def _moment(language: str, at: datetime, zone: tzinfo, today: Day) -> str:
    return moment(language, at.astimezone(zone), today=as_date(today))


def standing(language: str, read: Profile, row: StandingRow, names: Names) -> Standing:
    """Where the client stands, from the folder a desk speaks of first."""
    stands = read.placement
    first = called(stands.folders)
    line = next((one for one in places(language, read, row.summary, names, inside=True) if one.chip.code == first), None)
    return Standing(
        folders=[chip(language, "folder", code) for code in stands.folders],
        relation=chip(language, "relation", stands.relation),
        warmth=chip(language, "warmth", stands.warmth) if stands.warmth else Chip(),
        ruler=small_ruler(language, row.summary, read.policy, read.today, stands),
        why=line.why if line else "",
        then=line.then if line else "",
    )


# --- what happened to a card ------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What events are told with: the words of statuses and reasons, who is who, zone and day."""

    statuses: Mapping[str, str]
    reasons: Mapping[str, str]
    people: Mapping[int, str]
    rules: Mapping[int, str]
    zone: tzinfo
    today: Day


def reason_words(language: str, *lists: Sequence[Line]) -> dict[str, str]:
    """The words of the lists that reasons are of."""
    return {line.code: line.name(language) for lines in lists for line in lines}


def event_line(language: str, event: EventRow, said: Said) -> HistoryLine:
    """What happened to a card, as a line of a history."""
    look = theme.CARD_EVENT[_told_as(event)]
    sentence, more = _told(language, event, said)
    return HistoryLine(
        key=f"c{event.id}", icon=look.icon, hue=look.hue, says=sentence, more=more, who=by_whom(language, event.by),
        when=_moment(language, event.at, said.zone, said.today), card=str(event.card_id),
    )


def _told_as(event: EventRow) -> str:
    """A card that the rules closed has withdrawn itself."""
    return "withdrawn" if event.what == "closed" and "because" in event.detail else event.what


def _told(language: str, event: EventRow, said: Said) -> tuple[str, str]:
    detail = event.detail
    word = text(language, f"card_event.{_told_as(event)}")
    if event.what == "comment":
        return event.text, ""
    if event.what == "made":
        # By which rule it was made: another stage may have taken it over since.
        rule = detail.get("rule") or said.rules.get(event.card_id, "manual")
        return f"{word}: {text(language, f'cause.{rule}')}" if rule != "manual" else word, event.text
    if event.what == "moved" and "from" in detail:
        both = [text(language, f"column.{detail[name]}") for name in ("from", "to")]
        return f"{word}: {both[0]} → {both[1]}", event.text
    if event.what == "stage":
        rule = detail.get("rule", "manual")
        return f"{word}: {text(language, f'cause.{rule}')}", event.text
    if event.what == "returned":
        credited = said.people.get(detail.get("staff") or 0, "")
        return f"{word}: {credited}" if credited else word, event.text
    if event.what == "handed":
        name = said.people.get(detail.get("after") or 0, text(language, "card.nobody"))
        return f"{text(language, 'card.responsible')}: {name}", event.text
    if event.what == "closed" and _told_as(event) == "closed":
        parts = [text(language, f"result.{detail.get('result')}"), said.reasons.get(detail.get("reason") or "", "")]
        return f"{word}: {', '.join(part for part in parts if part)}", event.text
    if event.what == "changed":
        changes = [one for name, pair in detail.items() if (one := _change(language, name, pair, said))]
        return "; ".join(changes) or word, event.text
    return word, event.text


def _change(language: str, name: str, pair: Any, said: Said) -> str:
    after = pair[1] if isinstance(pair, list) and len(pair) == 2 else pair
    if name == "status":
        return f"{text(language, 'card.status')}: {said.statuses.get(after, text(language, 'card.no_status'))}"
    if name == "step":
        return f"{text(language, 'card.step')}: {text(language, f'step.{after}') if after else text(language, 'card.no_step')}"
    if name == "due_on":
        return due_sentence(language, after, None, said.today, said.zone)
    if name == "due_at" and after:
        return i18n.clock(datetime.fromisoformat(after).astimezone(said.zone))
    return ""
