"""How a client may be reached, as flat shapes: what they agreed to by purpose, do-not-contact, the cards of readers, open cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from club_ui import i18n, theme
from club_ui.board_rows import cause_look, due_words
from club_ui.cause_rows import Reader, reason
from club_ui.history_rows import HistoryLine, Told
from club_ui.i18n import moment, short_day, text
from club_ui.rows import Chip, chip, initials
from lifecycle import phones
from lifecycle.board import Face
from lifecycle.days import Day, as_date, day_of
from lifecycle.store.access_cards import AccessCardRow
from lifecycle.store.branches import BranchRow
from lifecycle.store.clients import ClientRow
from lifecycle.store.consents import PURPOSES, ConsentRow


@dataclass
class ConsentLine:
    """One consent that holds: by which way, given when, by whom and how."""

    id: str
    channel: str
    says: str


@dataclass
class PurposeLine:
    """A purpose: the consents to it that hold, or what became of the last one."""

    code: str
    word: str
    hue: str
    icon: str
    state: str
    state_word: str
    last: str
    consents: list[ConsentLine] = field(default_factory=list)


@dataclass
class Privacy:
    """Whether the client may be contacted, since when and why not, by which ways, and what they agreed to."""

    known: bool = False
    shut: bool = False
    since: str = ""
    why: str = ""
    phones: str = ""
    email: str = ""
    purposes: list[PurposeLine] = field(default_factory=list)


def privacy(language: str, client: ClientRow, branch: BranchRow, consents: Sequence[ConsentRow], today: Day) -> Privacy:
    """Privacy and notifications of one client; the latest consents come first."""
    shut_at = client.no_contact_at
    return Privacy(
        known=True,
        shut=shut_at is not None,
        since="" if shut_at is None else _since(language, shut_at, client.no_contact_by, branch.zone, today),
        why=client.no_contact_why or "",
        phones=", ".join(phones.shown(one.e164, one.typed, branch.country) for one in client.phones),
        email=client.email or "",
        purposes=[_purpose(language, code, [one for one in consents if one.purpose == code], branch.zone, today) for code in PURPOSES],
    )


def _purpose(language: str, code: str, consents: Sequence[ConsentRow], zone: tzinfo, today: Day) -> PurposeLine:
    held = [one for one in consents if one.withdrawn_at is None]
    state = "given" if held else "withdrawn" if consents else "never"
    look = theme.CONSENT[state]
    last = max(consents, key=lambda one: one.withdrawn_at or one.given_at, default=None) if not held else None
    return PurposeLine(
        code=code,
        word=text(language, f"consent_purpose.{code}"),
        hue=look.hue,
        icon=look.icon,
        state=state,
        state_word=text(language, f"consent.{state}"),
        last="" if last is None or last.withdrawn_at is None else _since(language, last.withdrawn_at, last.withdrawn_by, zone, today),
        consents=[ConsentLine(str(one.id), text(language, f"consent_channel.{one.channel}"), _given(language, one, zone, today)) for one in held],
    )


def _since(language: str, at: datetime, by: str | None, zone: tzinfo, today: Day) -> str:
    day = short_day(language, at.astimezone(zone).date(), today=as_date(today))
    return ", ".join(part for part in (day, by or "") if part)


def _given(language: str, one: ConsentRow, zone: tzinfo, today: Day) -> str:
    words = text(language, "consent.words", version=one.text_version)
    return ", ".join(part for part in (_since(language, one.given_at, one.given_by, zone, today), _how(language, one.how), words) if part)


def _how(language: str, how: str) -> str:
    """How it was taken: a code of ours, where a lead came from, or what a program said."""
    family = next((one for one in ("consent_how", "source") if i18n.known(f"{one}.{how}")), None)
    return how if family is None else text(language, f"{family}.{how}")


def consent_lines(language: str, consents: Sequence[ConsentRow], zone: tzinfo, today: Day) -> list[Told]:
    """Each giving and each withdrawal as a line of the history."""
    lines: list[Told] = []
    for one in consents:
        lines.append((one.given_at, 2, one.id, _consent_line(language, one, "given", one.given_at, one.given_by, zone, today)))
        if one.withdrawn_at is not None:
            who = one.withdrawn_by or ""
            lines.append((one.withdrawn_at, 2, one.id, _consent_line(language, one, "withdrawn", one.withdrawn_at, who, zone, today)))
    return lines


def _consent_line(language: str, one: ConsentRow, what: str, at: datetime, by: str, zone: tzinfo, today: Day) -> HistoryLine:
    look = theme.CONSENT[what]
    says = text(
        language, f"consent.told_{what}", purpose=text(language, f"consent_purpose.{one.purpose}"),
        channel=text(language, f"consent_channel.{one.channel}"),
    )
    return HistoryLine(
        key=f"{what}{one.id}", icon=look.icon, hue=look.hue, says=says, who=by,
        more=", ".join(part for part in (_how(language, one.how), text(language, "consent.words", version=one.text_version)) if part) if what == "given" else "",
        when=moment(language, at.astimezone(zone), today=as_date(today)),
    )


# --- the cards of readers, and those of the board ---------------------------------------------------


@dataclass
class AccessLine:
    """A card or bracelet a reader knows the client by; `gone` where it was blocked."""

    number: str
    says: str
    gone: bool


def access_line(language: str, one: AccessCardRow, zone: tzinfo, today: Day) -> AccessLine:
    """One of them: since when and by whom it was given, or blocked."""
    at, by = (one.given_at, one.given_by) if one.gone_at is None else (one.gone_at, one.gone_by)
    word = "access.given" if one.gone_at is None else "access.gone"
    return AccessLine(one.number, text(language, word, since=_since(language, at, by, zone, today)), one.gone_at is not None)


@dataclass
class OpenCardLine:
    """An open card of the board: where it stands, why it is there, when it is due, whose it is."""

    id: str
    column: Chip
    cause: str
    icon: str
    hue: str
    says: str
    due: str
    late: bool
    who: str
    responsible: str


def open_card_line(language: str, face: Face, now: datetime, currency: str) -> OpenCardLine:
    """One of the client's open cards, as a line of the profile."""
    card, look = face.card, cause_look(face)
    step = text(language, f"step.{card.step}") if card.step else ""
    return OpenCardLine(
        id=str(card.id),
        column=chip(language, "column", face.column),
        cause=text(language, f"cause.{card.rule}"),
        icon=look.icon,
        hue=look.hue,
        says=card.last_words or reason(Reader(language, currency, face.branch.zone, day_of(now, face.branch.zone)), card),
        due=", ".join(part for part in (step, due_words(language, face, now)) if part),
        late=face.late,
        who=initials(face.responsible) if face.responsible else "",
        responsible=face.responsible or "",
    )
