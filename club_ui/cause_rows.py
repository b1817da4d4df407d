"""Why a card is there, in the reader's language: a sentence for each stage of its cause, and how far it was raised.

To let a rule say something: `cause_says.<rule>` with the values of its stages. Where a value may be missing there
is `<rule>_short` besides; where the sentence depends on `what`, there is one for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final

from club_ui import i18n
from club_ui.i18n import decimal, moment, money, short_day, text
from club_ui.products import product_name
from lifecycle.days import Day, as_date, day_of
from lifecycle.store.cards import CardRow

_DAYS: Final = frozenset({"until", "sold", "since", "on", "ends", "last"})


@dataclass(frozen=True)
class Reader:
    """Who reads: the language, the currency of the club, the zone of the card's branch and the day there."""

    language: str
    currency: str
    zone: tzinfo
    today: Day


def reasons(reader: Reader, card: CardRow) -> list[str]:
    """A sentence for each stage of a card's cause, in the order they came; none for one made by hand."""
    said = [_sentence(reader, stage) for stage in card.stages]
    return [one for place, one in enumerate(said) if one and one not in said[:place]]


def reason(reader: Reader, card: CardRow) -> str:
    """The sentence of the latest stage."""
    return next(iter(reversed(reasons(reader, card))), "")


def _sentence(reader: Reader, stage: Mapping[str, Any]) -> str:
    values = _shown(reader, stage)
    for key in (f"{stage['rule']}_{stage.get('what')}", stage["rule"], f"{stage['rule']}_short"):
        word = f"cause_says.{key}"
        if i18n.known(word) and i18n.holes(i18n.catalogue(reader.language)[word]) <= values.keys():
            return text(reader.language, word, **values).strip()
    return ""


def _shown(reader: Reader, stage: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a stage as the language writes them; a membership without a name is called one."""
    values = {name: _value(reader, name, value) for name, value in stage.items() if value not in (None, "")}
    unnamed = text(reader.language, "membership.unnamed")
    return {"product": unnamed, **values} if "what" not in stage else values


def _value(reader: Reader, name: str, value: Any) -> Any:
    if name in _DAYS:
        return short_day(reader.language, date.fromisoformat(value), today=as_date(reader.today))
    return _WRITTEN[name](reader, value) if name in _WRITTEN else value


def _at(reader: Reader, value: str) -> str:
    return moment(reader.language, datetime.fromisoformat(value).astimezone(reader.zone), today=as_date(reader.today))


def _word(family: str) -> Callable[[Reader, Any], str]:
    def says(reader: Reader, value: Any) -> str:
        key = f"{family}.{value}"
        return text(reader.language, key) if i18n.known(key) else str(value)

    return says


_WRITTEN: Final[dict[str, Callable[[Reader, Any], Any]]] = {
    "at": _at,
    "amount": lambda reader, value: money(reader.language, value, reader.currency),
    "product": lambda reader, value: product_name(reader.language, value),
    "every": lambda reader, value: decimal(reader.language, value),
    "source": _word("source"),
    "needs": _word("gate_needs"),
    "what": _word("sold_what"),
    "why": _word("payment_why"),
}


def raised(card: CardRow) -> str:
    """How far a card that nobody worked was raised about its present due: `handed`, `shown`, or nothing."""
    if card.closed_at is not None or card.ends_at is None:
        return ""
    for name, at in (("handed", card.handed_at), ("shown", card.shown_at)):
        if at is not None and at >= card.ends_at:
            return name
    return ""


def raised_says(reader: Reader, card: CardRow) -> str:
    """The same in a sentence, with the day."""
    how = raised(card)
    at = {"handed": card.handed_at, "shown": card.shown_at, "": None}[how]
    if at is None:
        return ""
    when = short_day(reader.language, as_date(day_of(at, reader.zone)), today=as_date(reader.today))
    return text(reader.language, f"card.{how}", when=when)
