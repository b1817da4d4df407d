"""The history of a client in sentences: what happened, who saw to it, when; the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import parse_qsl

from club_ui import i18n, theme
from club_ui.i18n import clock, money, number, short_day, text
from club_ui.products import product_name
from club_ui.rows import membership_name
from lifecycle.days import Day, as_date
from lifecycle.facts import Fact
from lifecycle.intake.site import CAMPAIGN
from lifecycle.placement import FOLDERS
from lifecycle.store.changes import ChangeRow
from lifecycle.store.facts import Recorded
from lifecycle.summary import Membership


class Names:
    """What the keys of memberships are called; made once for a profile."""

    def __init__(self, language: str, memberships: Sequence[Membership], facts: Iterable[Fact] = ()) -> None:
        self.language = language
        self._names = {one.key: membership_name(language, one) for one in memberships}
        self._sold = {
            fact.fields["contract"]: product_name(language, str(fact.fields["product"]))
            for fact in facts
            if fact.type == "contract_started" and fact.fields.get("product")
        }

    def of(self, key: Any) -> str:
        """The name of a membership by its key."""
        return self._names.get(key) or text(self.language, "membership.unnamed")

    def of_contract(self, name: str) -> str:
        """What a contract, or a pack by the name of its contract, is about."""
        return self._sold.get(name) or product_name(self.language, name)


@dataclass
class HistoryLine:
    """One fact or move in a sentence: what, who, when; `void` where it was taken back, `card` where one tells more."""

    key: str
    icon: str
    hue: str
    says: str
    more: str
    who: str
    when: str
    void: bool = False
    can_void: bool = False
    card: str = ""


#: A line with its place among others: its instant, then what comes first of one instant.
Told = tuple[datetime, int, int, HistoryLine]

#: What each choice of the filter shows: types of facts, or `move`, `card`, `said` of a card, `consent`.
SHOWS = {
    "all": None,
    "talks": ("inquiry", "contact", "complaint", "marked", "warmth_set", "consent", "said"),
    "visits": ("visit", "guest_visit", "trial_booked", "service_used"),
    "money": ("membership_sold", "purchase", "payment", "contract_started", "membership_ended"),
    "moves": ("move", "moved_to_guest", "promoted", "archived", "restored"),
    "cards": ("card",),
}


def shows(show: str, what: str) -> bool:
    """Whether this choice of the filter shows facts of a type, or what else is told of."""
    wanted = SHOWS.get(show)
    return wanted is None or what in wanted


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
    besides: Sequence[Told] = (),
) -> list[HistoryLine]:
    """Facts, moves and what else is told together, the latest first. `may_void(fact)` tells whose may be taken back."""
    lines = [
        *besides,
        *(
            (fact.at, 1, fact.id, _fact_line(language, fact, names, voided, zone, today, currency, may_void))
            for fact in facts
            if fact.type != "voided" and shows(show, fact.type)
        ),
    ]
    for move in moves if shows(show, "move") else ():
        line = _move_line(language, move, zone, today)
        if line is not None:
            lines.append((move.at, 0, move.id, line))
    lines.sort(key=lambda one: one[:3], reverse=True)
    return [line for *_, line in lines]


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
        more=_more(language, fact),
        who=by_whom(language, fact.by),
        when=_when(language, fact.at.astimezone(zone), today),
        void=gone,
        can_void=not gone and bool(may_void(fact)),
    )


def why_failed(language: str, code: str | None, words: str | None) -> str:
    """Why money did not come: a code that is known in the reader's language, any other in the provider's words."""
    key = f"payment_why.{code}"
    return text(language, key) if code and i18n.known(key) else words or code or ""


def _more(language: str, fact: Recorded) -> str:
    """What somebody said to it, and by which campaign they came; of a payment, why it failed or was given back."""
    said = fact.fields
    why = why_failed(language, said.get("why_code"), said.get("why")) if fact.type == "payment" else ""
    told = str(said.get("comment") or said.get("reason") or why)
    return " · ".join(filter(None, (told, campaign_words(language, str(said.get("campaign") or "")))))


def campaign_words(language: str, kept: str) -> str:
    """By which campaign somebody came, else from which page; empty where neither was told."""
    told = dict(parse_qsl(kept))
    marks = [told[name] for name in CAMPAIGN if name.startswith("utm_") and name in told]
    shown = marks or [told[name] for name in ("page", "referrer") if name in told][:1]
    return text(language, "history.campaign", what=" / ".join(shown)) if shown else ""


def by_whom(language: str, name: str) -> str:
    """Who it was: a person by name, the club's own rules in words."""
    return text(language, "history.club") if name == "club" else name


def _when(language: str, at: datetime, today: Day) -> str:
    day = short_day(language, at.date(), today=as_date(today))
    # A fact known by its date alone stands at the first instant of the day.
    return day if (at.hour, at.minute, at.second) == (0, 0, 0) else f"{day}, {clock(at)}"


def fact_sentence(language: str, kind: str, fields: Mapping[str, Any], names: Names, today: Day, currency: str) -> str:
    """What happened, in a sentence."""
    shown = {name: _value(language, kind, name, value, today, currency) for name, value in fields.items()}
    shown["product"] = names.of(fields.get("membership")) if "membership" in fields else product_name(language, str(fields.get("product") or ""))
    shown |= {name: names.of_contract(str(fields[name])) for name in ("contract", "service") if fields.get(name)}
    if kind == "contract_started" and not fields.get("product"):
        shown["product"] = shown["contract"]
    if kind == "purchase":
        shown["what"] = product_name(language, str(fields["what"]))
    shown |= {"start": shown.get("from", shown.get("starts_on", "")), "end": shown.get("to", shown.get("on", ""))}
    shown.setdefault("amount", "")
    key = kind
    if kind == "marked" and not fields.get("relation"):
        key = "unmarked"
    if kind == "payment" and fields.get("amount"):
        key = "payment_of"
    if kind == "visit" and fields.get("amount"):
        key = "visit_paid"
    if kind == "contact":
        shown["outcome"] = inner(text(language, f"outcome.{fields.get('outcome') or 'none'}"))
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
        said = text(language, f"{family}.{value}")
        return said if family == "contact_kind" else inner(said)
    if name == "amount":
        return money(language, int(value), currency)
    if name in ("starts_on", "ends_on", "from", "to", "on", "due_on") and isinstance(value, int):
        return short_day(language, as_date(value), today=as_date(today))
    return number(language, value) if isinstance(value, int) else str(value)


def inner(said: str) -> str:
    """A word of the catalogue as it stands within a sentence."""
    return said[:1].lower() + said[1:]


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
