"""Doors for the rules of automatic cards: switched, tuned, and what they counted made (spec: board, section 7).

A rule that is tuned makes none by itself of what held before: as after a new policy, everybody is looked at
quietly, and what the present state calls for is counted. `make_counted` is how a person has it made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lifecycle import keeping, rights, store
from lifecycle.actions import audit
from lifecycle.actions.card_input import check_text
from lifecycle.automation import AUTO_CARDS, BY_CODE, WHO, AutoCard, of_person, person_of
from lifecycle.club import Club
from lifecycle.days import Day, day_of
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, FieldError, IllegalMove, NotFound, shown
from lifecycle.placement import STAGES
from lifecycle.policy import Policy
from lifecycle.store import staff as staff_rows
from lifecycle.store.counted import CountedRow, OrderRow
from lifecycle.store.rule_settings import Made, RuleRow
from lifecycle.store.staff import StaffRow

#: What a rule made is told of so many days.
LOOKED_BACK: Final = timedelta(days=30)
#: Counted cards are spread over so many days at most.
DAYS_MOST: Final = 60
KEY_MOST: Final = 250
ORDERS_SHOWN: Final = 3
NAMES_SHOWN: Final = 50
#: Those still to be looked at are told to this number: all of them are not gone through for a line of the page.
LOOKING_MOST: Final = 1000
NOTHING_MADE: Final = Made(0, 0, 0, 0)
_TUNED: Final = ("on", "status", "who", "numbers")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it stands: how it is tuned, what became of its cards lately, how many are counted and not made."""

    card: AutoCard
    on: bool
    status: str | None
    who: str
    numbers: Mapping[str, int]
    version: int
    lately: Made
    counted: int


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in their order. `people` may be chosen for their cards. `looking` is how many clients are still to be looked at until the counts are whole, `LOOKING_MOST` at most."""

    rules: tuple[Rule, ...]
    policy: Policy
    looking: int
    orders: tuple[OrderRow, ...]
    people: tuple[StaffRow, ...]


def look(club: Club, desk: Desk) -> Rules:
    """The rules as this person may see them. Raises Refused without the right `see_rules`."""
    rights.check(desk, "see_rules")
    now = club.clock.now()
    with club.reading() as conn:
        tuned = store.rule_settings.every(conn)
        lately = store.rule_settings.made_since(conn, desk, now - LOOKED_BACK)
        counted = store.counted.by_rule(conn, desk)
        today = max(day_of(now, branch.zone) for branch in store.branches.every(conn))
        return Rules(
            tuple(
                _rule(card, tuned.get(card.code), lately.get(card.code, NOTHING_MADE), counted[card.code])
                for card in AUTO_CARDS
            ),
            store.policies.all_versions(conn).on(today),
            _looking(conn, now),
            tuple(store.counted.latest_orders(conn, ORDERS_SHOWN)),
            tuple(one for one in staff_rows.every(conn) if _works_cards(one)),
        )


def _looking(conn: Connection, now: datetime) -> int:
    asked = keeping.asked_up_to(conn)
    unasked = 0 if asked is None else len(store.clients.ids(conn, after=asked, limit=LOOKING_MOST))
    return min(LOOKING_MOST, unasked + store.agenda.waiting(conn, now, LOOKING_MOST, up_to=asked))


def whom(club: Club, desk: Desk, code: str) -> list[tuple[CountedRow, str]]:
    """About whom a rule would make cards that are counted and not made, with their stage; some of them, the first known first."""
    rights.check(desk, "see_rules")
    with club.reading() as conn:
        rows = store.counted.of_rules(conn, desk, [_known(code).code], NAMES_SHOWN)
        standings = store.standings.of(conn, [row.client_id for row in rows])
        return [(row, STAGES[standings[row.client_id].stage]) for row in rows if row.client_id in standings]


def tune(club: Club, desk: Desk, code: str, *, version: int, **values: Any) -> int:
    """Tune a rule: `on`, the contact `status` its cards begin with, `who` has them (`staff:` and an id: somebody chosen), its own `numbers`; gives the new version.

    What is not named stays. `version` is the rule's as it was read (0: never tuned). Raises Refused, NotFound,
    BadInput naming each field, Conflict where somebody changed the rule meanwhile.
    """
    rights.check(desk, "change_rules")
    card, now = _known(code), club.clock.now()
    with club.writing() as conn:
        store.changes.stand_last_in_line(conn)
        present = _values(card, store.rule_settings.every(conn).get(code))
        _refuse_wrong(conn, card, values)
        wanted = {**present, **values, "numbers": {**present["numbers"], **values.get("numbers", {})}}
        changed = {name: wanted[name] for name in _TUNED if wanted[name] != present[name]}
        row = {**wanted, "changed_by": desk.name, "changed_at": now}
        if not store.rule_settings.put(conn, code, row, version):
            raise Conflict("rule_changed")
        _look_anew(conn, code, changed, now)
        before = {name: present[name] for name in changed}
        audit.append(conn, desk, "change_rule", at=now, detail={"rule": code, "before": before, "after": changed})
    return version + 1


def _look_anew(conn: Connection, code: str, changed: Mapping[str, Any], now: datetime) -> None:
    """What decides whether and when cards are made concerns everybody; a rule that is off only whom it had counted."""
    if changed.get("on") or "numbers" in changed:
        keeping.want_everybody(conn)
    elif "on" in changed:
        store.agenda.look_quietly(conn, store.counted.clients_of(conn, code), now)


def make_counted(club: Club, desk: Desk, *, rules: Sequence[str], days: int, key: str) -> OrderRow:
    """Have the counted cards of these rules made, due spread over so many days from today on; gives the order.

    `key` names the request: the same twice is one order. The cards are made right after, chunk by chunk, each
    under its own key, and those that are called for no more are left out. Raises Refused, NotFound, BadInput,
    IllegalMove where nothing is counted.
    """
    rights.check(desk, "make_counted_cards")
    codes = [_known(code).code for code in rules]
    _refuse_days(days)
    if not codes:
        raise BadInput.of("rules", "no_rules_chosen")
    check_text("key", key, KEY_MOST, needed=True)
    try:
        with club.writing() as conn:
            return store.counted.order_by_key(conn, key) or _ordered(club, conn, desk, codes, days, key)
    except IntegrityError:
        # Another server took the same key in the same moment: its order is the answer.
        with club.reading() as conn:
            known = store.counted.order_by_key(conn, key)
            if known is None:
                raise
            return known


def _ordered(club: Club, conn: Connection, desk: Desk, codes: Sequence[str], days: int, key: str) -> OrderRow:
    store.changes.stand_last_in_line(conn)
    now = club.clock.now()
    due = _spread(conn, club, store.counted.of_rules(conn, desk, codes), days)
    if not due:
        raise IllegalMove("nothing_counted")
    about = {"at": now, "staff_id": desk.staff_id, "by": desk.name, "rules": list(codes), "days": days}
    order_id = store.counted.order(conn, {**about, "key": key}, due)
    detail = {"order": order_id, "rules": list(codes), "days": days, "cards": len(due)}
    audit.append(conn, desk, "make_counted_cards", at=now, detail=detail)
    order = store.counted.order_by_key(conn, key)
    assert order is not None
    return order


def _spread(conn: Connection, club: Club, rows: Sequence[CountedRow], days: int) -> dict[str, Day]:
    """Each card's day: every day has as many, and a share of every rule."""
    by_rule: dict[str, list[CountedRow]] = {}
    for row in rows:
        by_rule.setdefault(row.rule, []).append(row)
    placed = [(place / len(some), row) for some in by_rule.values() for place, row in enumerate(some)]
    placed.sort(key=lambda one: (one[0], one[1].key))
    zones = {branch.id: branch.zone for branch in store.branches.every(conn)}
    now = club.clock.now()
    return {
        row.key: day_of(now, zones[row.branch_id]) + number * days // len(placed)
        for number, (_, row) in enumerate(placed)
    }


# --- what may be said -------------------------------------------------------------------------------


def _known(code: str) -> AutoCard:
    card = BY_CODE.get(code)
    if card is None:
        raise NotFound("no_such_rule")
    return card


def _values(card: AutoCard, row: RuleRow | None) -> dict[str, Any]:
    """How a rule is tuned; as it ships where nobody tuned it."""
    if row is None:
        return {"on": card.on, "status": None, "who": None, "numbers": {}}
    return {name: getattr(row, name) for name in _TUNED}


def _rule(card: AutoCard, row: RuleRow | None, lately: Made, counted: int) -> Rule:
    values = _values(card, row)
    numbers = {name: values["numbers"].get(name, number.default) for name, number in card.own.items()}
    version = 0 if row is None else row.version
    return Rule(card, values["on"], values["status"], values["who"] or card.who, numbers, version, lately, counted)


def _refuse_wrong(conn: Connection, card: AutoCard, values: Mapping[str, Any]) -> None:
    errors = [FieldError(shown(name), "unknown_field") for name in values if name not in _TUNED]
    if not isinstance(values.get("on", True), bool):
        errors.append(FieldError("on", "bad_switch", {"value": shown(values["on"])}))
    statuses = tuple(line.code for line in store.choices.active(conn, "contact_status"))
    people = tuple(of_person(one.id) for one in staff_rows.every(conn) if _works_cards(one)) if person_of(str(values.get("who"))) else ()
    for name, choices in (("status", statuses), ("who", (*WHO, *people))):
        if values.get(name) is not None and values[name] not in choices:
            errors.append(FieldError(name, "bad_choice", {"value": shown(values[name]), "choices": choices}))
    errors += [error for name, value in values.get("numbers", {}).items() if (error := _wrong_number(card, name, value))]
    if errors:
        raise BadInput(errors)


def _works_cards(one: StaffRow) -> bool:
    """Whether somebody works cards in any branch now."""
    theirs = Desk(one.id, one.name, one.role, one.branches)
    return one.active and any(rights.allows(theirs, "work_card", branch) for branch in one.branches or (0,))


def _wrong_number(card: AutoCard, name: str, value: Any) -> FieldError | None:
    number = card.own.get(name)
    if number is None:
        return FieldError(shown(name), "unknown_setting", {"name": shown(name)})
    if isinstance(value, int) and not isinstance(value, bool) and number.least <= value <= number.most:
        return None
    if name.endswith("_tenths"):
        return FieldError(name, "bad_times", {"value": shown(value), "least": number.least / 10, "most": number.most / 10})
    return FieldError(name, "bad_number", {"value": shown(value), "least": number.least, "most": number.most})


def _refuse_days(days: Any) -> None:
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= DAYS_MOST:
        raise BadInput.of("days", "bad_number", value=shown(days), least=1, most=DAYS_MOST)
