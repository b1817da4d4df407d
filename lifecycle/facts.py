"""What is recorded about a client: the types of facts as data, and the check at the door (spec: lifecycle, section 3).

`FACT_TYPES` is read by the doors, the API, the forms and the documentation alike. To add a type or a
field: add its line there, and its meaning in `summary`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final, NamedTuple

from lifecycle.days import Day, day_of, day_start, iso, parse_day
from lifecycle.errors import BadInput, FieldError, shown

TEXT_MOST: Final = 4000
NAME_MOST: Final = 200
# A hundred years of thousands of days would still be a slip of the finger; a column must hold the sum.
COUNT_MOST: Final = 1_000_000
MONEY_MOST: Final = 10**15


class Fact(NamedTuple):
    """One thing that happened, once. Days in `fields` are `Day` numbers, money is in minor units."""

    id: Hashable
    at: datetime
    day: Day
    type: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a fact. `kind`: name, text, choice, number, money or day; a field not required may be none."""

    name: str
    kind: str
    required: bool = True
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = COUNT_MOST


@dataclass(frozen=True, slots=True)
class FactType:
    """One type of fact: its fields, and what must hold between them."""

    name: str
    fields: tuple[Field, ...] = ()
    check: Callable[[Mapping[str, Any]], FieldError | None] | None = None


SOURCES: Final = ("site", "social", "messenger", "call", "walk_in", "referral", "promo", "import")
GUEST_VISITS: Final = ("tour", "trial")
BILLINGS: Final = ("term", "recurring")
ENDINGS: Final = ("terminated", "refunded", "cancelled")
VISITS: Final = ("membership", "single", "trial")
DIRECTIONS: Final = ("in", "out")
CONTACT_KINDS: Final = ("invite", "sell_to_potential", "renewal", "win_back", "survey", "other")
OUTCOMES: Final = ("will_come", "wont_come", "wont_buy", "bought", "thinking", "no_answer")
REFUSALS: Final = ("wont_come", "wont_buy")
WARMTH_WORDS: Final = ("warm", "cold")
MARKS: Final = ("not_target", "foreign", "liquidated")
PAYMENT_STATES: Final = ("paid", "failed", "refunded")
CONTRACT_KINDS: Final = ("membership", "service")
PAYMENT_MODES: Final = ("live", "test")


def _name(name: str, *, required: bool = True) -> Field:
    return Field(name, "name", required)


def _text(name: str, *, required: bool = True) -> Field:
    return Field(name, "text", required)


def _choice(name: str, choices: tuple[str, ...], *, required: bool = True) -> Field:
    return Field(name, "choice", required, choices)


def _number(name: str, *, required: bool = True, least: int = 1) -> Field:
    return Field(name, "number", required, least=least)


def _money(name: str, *, required: bool = True) -> Field:
    return Field(name, "money", required, most=MONEY_MOST)


def _day(name: str, *, required: bool = True) -> Field:
    return Field(name, "day", required)


def _reason_given(fields: Mapping[str, Any]) -> FieldError | None:
    """Who refuses says why: the club learns nothing from a bare no."""
    if fields.get("outcome") in REFUSALS and not (fields.get("reason") or "").strip():
        return FieldError("reason", "missing_field")
    return None


def _in_order(first: str, last: str) -> Callable[[Mapping[str, Any]], FieldError | None]:
    def check(fields: Mapping[str, Any]) -> FieldError | None:
        end = fields.get(last)
        if end is None or end >= fields[first]:
            return None
        return FieldError(last, "ends_before_start", {"start": iso(fields[first]), "end": iso(end)})

    return check


_TYPES: Final = (
    FactType(
        "inquiry",
        (
            _choice("source", SOURCES),
            _text("comment", required=False),
            _text("campaign", required=False),
            _name("call", required=False),
        ),
    ),
    FactType("guest_visit", (_choice("kind", GUEST_VISITS),)),
    FactType("moved_to_guest"),
    FactType("promoted"),
    FactType(
        "membership_sold",
        (
            _name("membership"),
            _name("product", required=False),
            _choice("billing", BILLINGS),
            _number("days", required=False),
            _number("visits", required=False),
            _money("amount"),
            _name("contract", required=False),
        ),
    ),
    FactType(
        "membership_activated",
        (_name("membership"), _day("starts_on"), _day("ends_on", required=False)),
        _in_order("starts_on", "ends_on"),
    ),
    FactType("membership_extended", (_name("membership"), _number("days"))),
    FactType("membership_frozen", (_name("membership"), _day("from"), _day("to")), _in_order("from", "to")),
    FactType(
        "membership_ended",
        (
            _name("membership"),
            _day("on"),
            _choice("why", ENDINGS),
            _name("contract", required=False),
            _day("due_on", required=False),
        ),
    ),
    FactType(
        "visit",
        (
            _choice("kind", VISITS),
            _name("membership", required=False),
            _money("amount", required=False),
            _name("door", required=False),
        ),
    ),
    FactType("purchase", (_money("amount"), _text("what"), _name("contract", required=False))),
    FactType("trial_booked", (_name("session"),)),
    FactType(
        "contact",
        (
            _choice("direction", DIRECTIONS),
            _choice("kind", CONTACT_KINDS),
            _choice("outcome", OUTCOMES, required=False),
            _text("reason", required=False),
            _text("comment", required=False),
            # Of a telephone call: its number in the club, and how long they talked.
            _name("call", required=False),
            _number("seconds", required=False, least=0),
        ),
        _reason_given,
    ),
    FactType("complaint", (_text("comment"),)),
    FactType("warmth_set", (_choice("warmth", WARMTH_WORDS),)),
    FactType("marked", (_choice("relation", MARKS, required=False), _text("reason", required=False))),
    FactType("archived"),
    FactType("restored"),
    FactType(
        "contract_started",
        (
            _name("contract"),
            _name("product", required=False),
            _money("amount", required=False),
            _choice("billing", BILLINGS, required=False),
            _choice("kind", CONTRACT_KINDS, required=False),
            _number("days", required=False),
            _number("visits", required=False),
        ),
    ),
    FactType("contract_cancelled", (_name("contract"), _text("reason", required=False))),
    FactType("autopay_withdrawn", (_name("contract"), _text("why_code", required=False))),
    FactType(
        "payment",
        (
            _name("contract"),
            _choice("state", PAYMENT_STATES),
            _money("amount", required=False),
            _day("due_on", required=False),
            _text("why_code", required=False),
            _text("why", required=False),
            _number("attempt", required=False),
            _text("means", required=False),
            _name("receipt", required=False),
            _name("refund_of", required=False),
            _choice("mode", PAYMENT_MODES, required=False),
        ),
    ),
    FactType(
        "service_used",
        (_name("service"), _number("visits_left", required=False, least=0), _name("trainer", required=False)),
    ),
    FactType("voided", (_name("fact"),)),
)

FACT_TYPES: Final[dict[str, FactType]] = {one.name: one for one in _TYPES}

# Voiding the sale takes these facts of the same membership with it.
OF_A_SALE: Final = frozenset(
    {"membership_activated", "membership_extended", "membership_frozen", "membership_ended"}
)


def parse_fact(raw: Mapping[str, Any], *, zone: tzinfo, id: Hashable | None = None) -> Fact:
    """One fact from what came in: `type`, `at` (an instant with its offset, or a date) and the type's fields.

    `zone` is that of the client's home branch and fixes the day. Keys nobody asked for are ignored, an
    absent field that is not required is left out. Raises BadInput naming every field it cannot take.
    """
    if not isinstance(raw, Mapping):
        raise BadInput.of("fact", "not_an_object")
    kind = raw.get("type")
    if kind is None:
        raise BadInput.of("type", "missing_field")
    fact_type = FACT_TYPES.get(kind) if isinstance(kind, str) else None
    if fact_type is None:
        raise BadInput.of("type", "unknown_type", type=shown(kind))
    errors: list[FieldError] = []
    at = _moment(raw.get("at"), zone, errors)
    fields = _fields(raw, fact_type, errors)
    if not errors and fact_type.check is not None and (error := fact_type.check(fields)):
        errors.append(error)
    if errors:
        raise BadInput(errors)
    return Fact(raw.get("id") if id is None else id, at, day_of(at, zone), fact_type.name, fields)


def parse_at(value: Any, zone: tzinfo) -> datetime:
    """An instant in UTC from text with an offset, an aware datetime, or a date (its first local instant).

    Raises BadInput naming the field `at`.
    """
    errors: list[FieldError] = []
    at = _moment(value, zone, errors)
    if errors:
        raise BadInput(errors)
    return at


def _moment(value: Any, zone: tzinfo, errors: list[FieldError]) -> datetime:
    if value is None:
        errors.append(FieldError("at", "missing_field"))
        return _NOWHERE
    try:
        at = _instant(value, zone)
        day_of(at, zone)
    except (ValueError, TypeError, OverflowError):
        errors.append(FieldError("at", "bad_instant", {"value": shown(value)}))
        return _NOWHERE
    return at


_NOWHERE: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _instant(value: Any, zone: tzinfo) -> datetime:
    if isinstance(value, str):
        if len(value) == len("2026-01-05"):
            return day_start(parse_day(value), zone)
        # Week dates and dates without dashes are nobody's habit here: rather a slip than a date.
        if value[4:5] != "-" or value[7:8] != "-":
            raise ValueError(value)
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)
    if isinstance(value, date):
        return day_start(value.toordinal(), zone)
    raise TypeError("neither an instant nor a date")


def _fields(raw: Mapping[str, Any], fact_type: FactType, errors: list[FieldError]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field in fact_type.fields:
        value = raw.get(field.name)
        if value is None:
            if field.required:
                errors.append(FieldError(field.name, "missing_field"))
            continue
        taken, error = _KINDS[field.kind](field, value)
        if error is not None:
            errors.append(error)
        else:
            fields[field.name] = taken
    return fields


_Taken = tuple[Any, FieldError | None]


def _take_text(field: Field, value: Any) -> _Taken:
    return value, text_error(field.name, value, TEXT_MOST)


def _take_name(field: Field, value: Any) -> _Taken:
    # The database numbers its facts, a file names them: `voided` may carry either.
    if field.name == "fact" and isinstance(value, int) and not isinstance(value, bool):
        return value, None
    error = text_error(field.name, value, NAME_MOST)
    if error is None and not value.strip():
        error = FieldError(field.name, "missing_field")
    return value, error


def text_error(name: str, value: Any, most: int) -> FieldError | None:
    """What is wrong with a text: not one, too long, or with characters that no store and no screen can hold."""
    if not isinstance(value, str):
        return FieldError(name, "bad_text", {"value": shown(value)})
    if len(value) > most:
        return FieldError(name, "too_long", {"most": most})
    if "\0" in value or not (value.isascii() or _encodable(value)):
        return FieldError(name, "bad_text", {"value": shown(value)})
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _take_choice(field: Field, value: Any) -> _Taken:
    if isinstance(value, str) and value in field.choices:
        return value, None
    return None, FieldError(field.name, "bad_choice", {"value": shown(value), "choices": field.choices})


def _take_number(field: Field, value: Any) -> _Taken:
    if isinstance(value, int) and not isinstance(value, bool) and field.least <= value <= field.most:
        return value, None
    values = {"value": shown(value), "least": field.least, "most": field.most}
    return None, FieldError(field.name, "bad_number", values)


def _take_day(field: Field, value: Any) -> _Taken:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.toordinal(), None
    try:
        return parse_day(value), None
    except (ValueError, TypeError):
        return None, FieldError(field.name, "bad_day", {"value": shown(value)})


_KINDS: Final[dict[str, Callable[[Field, Any], _Taken]]] = {
    "name": _take_name,
    "text": _take_text,
    "choice": _take_choice,
    "number": _take_number,
    "money": _take_number,
    "day": _take_day,
}


def as_json(fact: Fact) -> dict[str, Any]:
    """The fact as it would be sent: `id`, `at`, `type` and its fields, days as ISO dates."""
    days = {field.name for field in FACT_TYPES[fact.type].fields if field.kind == "day"}
    shown = {name: iso(value) if name in days else value for name, value in fact.fields.items()}
    return {"id": fact.id, "at": fact.at.isoformat(), "type": fact.type, **shown}


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """By instant; equal instants stay in the order given."""
    return sorted(facts, key=_at)


def _at(fact: Fact) -> datetime:
    return fact.at


def check_history(facts: Sequence[Fact]) -> None:
    """What must hold between the facts of one client. Takes them in order; BadInput for what cannot stand.

    Codes: `repeated_id`, `sold_twice`, `unknown_fact`, `void_of_void`, `void_of_later`, `end_unknown`;
    each carries the id of the refused fact as `id`. A door calls it with the present facts and the new one.
    """
    places = _places(facts)
    sold = _sold(facts)
    settled: set[str] = set()
    for place, fact in enumerate(facts):
        if fact.type == "voided":
            _check_void(fact, place, facts, places)
        elif fact.type in ("membership_activated", "membership_ended"):
            key = fact.fields["membership"]
            # An activation that is ignored (a second one, or one after the end) needs no end of its own.
            if key not in sold and key not in settled and _lacks_end(fact):
                raise BadInput.of("ends_on", "end_unknown", id=fact.id, membership=key)
            settled.add(key)


def _places(facts: Sequence[Fact]) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    for place, fact in enumerate(facts):
        if places.setdefault(fact.id, place) != place:
            raise BadInput.of("id", "repeated_id", id=fact.id)
    return places


def _sold(facts: Sequence[Fact]) -> set[str]:
    sold: set[str] = set()
    for fact in facts:
        if fact.type == "membership_sold":
            key = fact.fields["membership"]
            if key in sold:
                raise BadInput.of("membership", "sold_twice", id=fact.id, membership=key)
            sold.add(key)
    return sold


def _lacks_end(fact: Fact) -> bool:
    return fact.type == "membership_activated" and fact.fields.get("ends_on") is None


def _check_void(fact: Fact, place: int, facts: Sequence[Fact], places: Mapping[Hashable, int]) -> None:
    target = fact.fields["fact"]
    where = places.get(target)
    if where is None:
        raise BadInput.of("fact", "unknown_fact", id=fact.id, fact=target)
    if facts[where].type == "voided":
        raise BadInput.of("fact", "void_of_void", id=fact.id, fact=target)
    if where >= place:
        raise BadInput.of("fact", "void_of_later", id=fact.id, fact=target)
