"""What is typed about a card, checked at the door: a due, a choice of a list, a person, a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import rights, store
from lifecycle.cards import STEPS
from lifecycle.choices import OTHER
from lifecycle.days import Day, day_of, parse_day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, FieldError, shown
from lifecycle.facts import text_error
from lifecycle.store.cards import CardRow
from lifecycle.store.staff import by_id as person_of

_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)
_MOST_ID: Final = 2**31
_YEARS: Final = range(1971, 9000)
PLANNED: Final = ("step", "due", "status", "responsible_id")
#: The list that a reason of each result is of.
_LISTS: Final = {"refused": "refusing", "done": "leaving"}


def refuse_unknown(values: Mapping[str, Any]) -> None:
    """Raise BadInput for what no card is planned by."""
    for name in values:
        if name not in PLANNED:
            raise BadInput.of(name, "unknown_field", field=name)


def checked(conn: Connection, branch_id: int, values: Mapping[str, Any], card: CardRow | None) -> dict[str, Any]:
    """What is planned, as it is stored. What the card has already is never refused."""
    found: dict[str, Any] = {}
    if "step" in values:
        found["step"] = _chosen("step", values["step"], STEPS)
    if "status" in values:
        codes = [line.code for line in store.choices.active(conn, "contact_status")]
        kept = [card.status] if card is not None and card.status else []
        found["status"] = _chosen("status", values["status"], [*codes, *kept])
    if "due" in values:
        found["due_on"], found["due_at"] = due_of(values["due"], store.branches.by_id(conn)[branch_id].zone)
    if "responsible_id" in values:
        found["responsible_id"] = values["responsible_id"]
        if found["responsible_id"] not in (None, card and card.responsible_id):
            _check_person(conn, branch_id, found["responsible_id"])
    return found


def _chosen(field: str, value: Any, choices: Iterable[str]) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or value not in choices:
        raise bad_choice(field, value, choices)
    return value


def _check_person(conn: Connection, branch_id: int, staff_id: Any) -> None:
    """Somebody who works in that branch now, and may work a card."""
    person = person_of(conn, staff_id) if isinstance(staff_id, int) and abs(staff_id) < _MOST_ID else None
    if person is not None and person.active:
        theirs = Desk(staff_id=person.id, name=person.name, role=person.role, branches=person.branches)
        if rights.allows(theirs, "work_card", branch_id):
            return
    raise BadInput.of("responsible", "unknown_responsible")


def due_of(value: Any, zone: tzinfo) -> tuple[Day | None, datetime | None]:
    """A due as it is stored, from a date or a time. A time without an offset is one of this zone; nothing is no due.

    Raises BadInput for anything else.
    """
    if value is None or value == "":
        return None, None
    try:
        day, at = _due_of(value, zone)
    except (ValueError, TypeError, OverflowError):
        raise BadInput.of("due", "bad_due", value=shown(value)) from None
    return day, at


def _due_of(value: str, zone: tzinfo) -> tuple[Day, datetime | None]:
    if not _TIME.fullmatch(value):
        day = parse_day(value)
        _refuse_year(datetime.fromordinal(day))
        return day, None
    at = datetime.fromisoformat(value)
    _refuse_year(at)
    at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    return day_of(at, zone), at


def _refuse_year(at: datetime) -> None:
    if at.year not in _YEARS:
        raise ValueError(at)


def reason_of(conn: Connection, result: str, reason: str | None, text: str) -> None:
    """Refuse a result without the reason it needs, and a reason that is none. Raises BadInput."""
    if reason is None:
        if result == "refused":
            raise BadInput.of("reason", "missing_field", field="reason")
        return
    codes = [line.code for line in store.choices.active(conn, _LISTS[result])] if result in _LISTS else []
    if reason not in codes:
        raise bad_choice("reason", reason, codes)
    if reason == OTHER and not text.strip():
        raise BadInput.of("text", "missing_field", field="text")


def bad_choice(field: str, value: Any, choices: Iterable[str]) -> BadInput:
    """The refusal of what is not on a list."""
    return BadInput([FieldError(field, "bad_choice", {"value": shown(value), "choices": tuple(choices)})])


def check_text(field: str, value: Any, most: int, *, needed: bool = False) -> None:
    """Raise BadInput for what is no text, too long, or empty where something is needed."""
    if error := text_error(field, value, most):
        raise BadInput([error])
    if needed and not value.strip():
        raise BadInput.of(field, "missing_field", field=field)
