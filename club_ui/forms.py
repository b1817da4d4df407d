"""The forms of deeds as data: which fields each asks for, and what it begins with (how they are read: `fields`).

To add a deed: one line in DEEDS (of money: in `money_forms`, of reaching the client: in `contact_forms`), its word `deed.<name>` and `done.<name>`, its look in `theme.DEED`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from club_ui.contact_forms import CONTACT_DEEDS, CONTACT_LIKELY
from club_ui.fields import Deed, Field, arguments_of, major_units, minor_units, pick
from club_ui.money_forms import MONEY_DEEDS
from lifecycle.actions import clients, deeds
from lifecycle.club import Club
from lifecycle.days import LAST_DAY, OPEN, iso, parse_day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.facts import (
    CONTACT_KINDS,
    DIRECTIONS,
    ENDINGS,
    GUEST_VISITS,
    MARKS,
    OUTCOMES,
    SOURCES,
    VISITS,
)
from lifecycle.overview import StandingRow
from lifecycle.store.consents import PURPOSES
from lifecycle.summary import Membership

__all__ = ["DEEDS", "ONE_PRESS", "about", "likely", "major_units", "minor_units", "taken", "typed_fields"]

_MEMBERSHIP = Field("membership", "membership")
_COMMENT = Field("comment", "area")

def _change(club: Club, desk: Desk, client_id: int, *, key: str, name: str, version: int, **values: Any) -> int:
    """What the club knows of a client, as the form has it: what was emptied is forgotten."""
    born = values.pop("birthday_on", None)
    return clients.change_client(
        club, desk, client_id, version=version, name=name, birthday_on=None if born is None else _day_of(born),
        responsible_id=values.get("responsible_id"), phone=values.get("phone", ""), email=values.get("email"), tax_id=values.get("tax_id"), comment=values.get("comment", ""),
    )  # fmt: skip


def _day_of(text: str) -> int:
    try:
        return parse_day(text)
    except ValueError:
        raise BadInput.of("birthday_on", "bad_day", value=text[:60]) from None


DEEDS: Final[dict[str, Deed]] = {
    "record_visit": Deed(
        deeds.record_visit,
        (pick("kind", "visit_kind", VISITS), Field("membership", "membership", word="membership"), Field("amount", "money", word="amount_single")),
        ("held", "frozen", "bought"),
    ),
    "record_purchase": Deed(deeds.record_purchase, (Field("what"), Field("amount", "money"))),
    "record_contact": Deed(
        deeds.record_contact,
        (
            pick("kind", "contact_kind", CONTACT_KINDS),
            pick("outcome", "outcome", OUTCOMES, none="outcome.none"),
            Field("reason", word="reason_refusal"),
            _COMMENT,
            pick("direction", "direction", DIRECTIONS),
        ),
    ),
    "refuse": Deed(
        deeds.refuse, (pick("outcome", "outcome", ("wont_come", "wont_buy")), Field("reason"), _COMMENT)
    ),
    "record_guest_visit": Deed(deeds.record_guest_visit, (pick("kind", "guest_kind", GUEST_VISITS),)),
    "book_trial": Deed(deeds.book_trial, (Field("session"),)),
    "activate_membership": Deed(
        deeds.activate_membership,
        (_MEMBERSHIP, Field("starts_on", "day", half=True), Field("ends_on", "day", word="ends_on_auto", half=True)),
        ("bought",),
    ),
    "freeze_membership": Deed(
        deeds.freeze_membership,
        (_MEMBERSHIP, Field("from", "day", to="first", half=True), Field("to", "day", to="last", half=True)),
        ("held", "frozen", "future"),
    ),
    "extend_membership": Deed(
        deeds.extend_membership, (_MEMBERSHIP, Field("days", "number", word="number", to="by_days")), ("held", "frozen", "future", "over")
    ),
    "end_membership": Deed(
        deeds.end_membership,
        (_MEMBERSHIP, pick("why", "ending", ENDINGS), Field("on", "day", word="stop_on")),
        ("bought", "held", "frozen", "future"),
    ),
    "mark": Deed(deeds.mark, (pick("relation", "relation", MARKS, none="form.no_mark"), Field("reason"))),
    "set_warmth": Deed(deeds.warm, (pick("warmth", "warmth", ("warm", "cold")),)),
    "complain": Deed(deeds.complain, (_COMMENT,)),
    "inquiry": Deed(deeds.inquire, (pick("source", "source", SOURCES[:-1]),)),
    "change_client": Deed(
        _change,
        (
            Field("name"),
            Field("phone", word="phones"),
            Field("email", half=True),
            Field("birthday_on", "day", word="birthday", half=True),
            Field("tax_id"),
            Field("responsible_id", "person", word="responsible"),
            _COMMENT,
            Field("version", "hidden"),
        ),
    ),
    "move_to_guest": Deed(deeds.move_to_guest),
    "promote": Deed(deeds.promote),
    "archive": Deed(deeds.archive),
    "restore": Deed(deeds.restore),
    **CONTACT_DEEDS,
    **MONEY_DEEDS,
}

#: Done by one press; the toast takes them back.
ONE_PRESS: Final = frozenset(name for name, deed in DEEDS.items() if not deed.fields)


def typed_fields(name: str) -> frozenset[str]:
    """The names of the fields that a person types: what a draft may hold."""
    return DEEDS[name].typed


def taken(name: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the door from what was typed. Raises BadInput naming every field that cannot be read."""
    return arguments_of(DEEDS[name], typed)


# --- what a form begins with ------------------------------------------------------------------------


def likely(name: str, row: StandingRow, membership: str = "") -> dict[str, str]:
    """The values that are most likely meant, from where the client stands; `membership`, or of a consent its purpose, was pressed."""
    make = _LIKELY.get(name)
    found = make(row) if make else {}
    if _MEMBERSHIP in DEEDS[name].fields:
        fitting = about(name, row)
        found["membership"] = membership or (fitting[0].key if fitting else "")
    if name == "give_consent" and membership in PURPOSES:
        found["purpose"] = membership
    return found


def about(name: str, row: StandingRow) -> list[Membership]:
    """The memberships that this deed may be about, what is valid first."""
    order = DEEDS[name].states
    return sorted((one for one in row.memberships if one.state in order), key=lambda one: order.index(one.state))


def _last(row: StandingRow) -> Membership | None:
    return max((one for one in row.memberships if not one.void), key=lambda one: one.sold_on or one.starts_on or 0, default=None)


def _sale(row: StandingRow) -> dict[str, str]:
    last, until = _last(row), row.summary.covered_until
    begins = until + 1 if row.today <= until < OPEN else row.today
    known = {} if last is None else {
        "product": last.product or "",
        "billing": last.billing or "term",
        "days": str(last.days or ""),
        "visits": str(last.visits or ""),
        "amount": major_units(last.price),
    }
    return {"billing": "term", "days": "30", **known, "starts_on": iso(min(begins, LAST_DAY))}


def _visit(row: StandingRow) -> dict[str, str]:
    if any(one.state in ("held", "frozen", "bought") for one in row.memberships):
        return {"kind": "membership"}
    return {"kind": "trial" if row.placement.status == "potential" else "single"}


def _contact(row: StandingRow) -> dict[str, str]:
    kinds = {"active": "renewal", "lost": "win_back", "potential": "sell_to_potential"}
    return {"kind": kinds[row.placement.status], "direction": "out", "outcome": ""}


def _freeze(row: StandingRow) -> dict[str, str]:
    return {"from": iso(row.today), "to": iso(row.today + 13)}


def _day(name: str) -> Callable[[StandingRow], dict[str, str]]:
    return lambda row: {name: iso(row.today)}


_LIKELY: Final[dict[str, Callable[[StandingRow], dict[str, str]]]] = {
    "sell": _sale,
    "record_visit": _visit,
    "record_contact": _contact,
    "freeze_membership": _freeze,
    "activate_membership": _day("starts_on"),
    "end_membership": lambda row: {"on": iso(row.today), "why": "terminated"},
    "refuse": lambda row: {"outcome": "wont_come" if "potential" in row.placement.folders else "wont_buy"},
    "record_guest_visit": lambda _row: {"kind": "tour"},
    "extend_membership": lambda _row: {"days": "7"},
    "set_warmth": lambda row: {"warmth": row.placement.warmth or "warm"},
    "mark": lambda _row: {"relation": ""},
    "inquiry": lambda _row: {"source": "call"},
    **CONTACT_LIKELY,
    "change_client": lambda row: {
        "name": row.client.name,
        # As typed: written in national style an extension would be lost with the next save.
        "phone": ", ".join(one.typed for one in row.client.phones),
        "email": row.client.email or "",
        "birthday_on": "" if row.client.birthday_on is None else iso(row.client.birthday_on),
        "tax_id": row.client.tax_id or "",
        "responsible_id": str(row.client.responsible_id or ""),
        "comment": row.client.comment,
        "version": str(row.client.version),
    },
}


