"""Who a row is about: the person as far as the row tells, and how the same person is known again.

The source's own id comes first; without one, a phone number and the name together. A number alone is
no key: families share one (spec: clients, sections 9 and 10).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import phonenumbers

from lifecycle import phones
from lifecycle.days import Day
from lifecycle.facts import NAME_MOST, TEXT_MOST
from lifecycle.importing.problems import BadRow
from lifecycle.importing.table import Table
from lifecycle.importing.vocabulary import VALUES, plain
from lifecycle.names import norm
from lifecycle.phones import Number
from lifecycle.store.branches import BranchRow

#: What Excel makes of a number in a narrow column: the last digits are gone for good.
_DAMAGED = re.compile(r"\+?\d[.,]\d+[eE]\+?\d{1,2}", re.ASCII)
_ONE_NUMBER = re.compile(r"\+?[\d\s().\u00a0\u2010-\u2015-]+")
_EXTENSION = re.compile(r"доб|вн\.|ext", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DIGITS_MOST: Final = 14
_ID_MOST: Final = 64


@dataclass(frozen=True, slots=True)
class Person:
    """A client as a row tells them."""

    name: str
    numbers: tuple[Number, ...]
    branch: BranchRow
    kind: str = "person"
    tax_id: str | None = None
    email: str | None = None
    birthday_on: Day | None = None
    source: str = "import"
    comment: str = ""
    responsible_id: int | None = None
    joined: date | datetime | None = None
    stated: str | None = None

    @property
    def likenesses(self) -> list[tuple[str, str]]:
        """Number and name together; for a number that could not be read, its digits as typed."""
        return [(number.e164 or f"?{phones.digits_of(number.typed)}", name_key(self.name)) for number in self.numbers]


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """A name whichever of its words comes first."""
    return " ".join(sorted(norm(name).split()))


def ref_of(table: Table, row: list[str], digest: Callable[[], str]) -> str | None:
    """By what a row names its client; None where it names nobody that could be told from others."""
    own_id = table.given(row, "client")
    if own_id:
        return f"id:{own_id}" if len(own_id) <= _ID_MOST else f"id:{_digest(own_id)}"
    name = full_name(table, row)
    number = _first_number(table, row)
    if name and number:
        return f"pn:{_digest(f'{number}|{name_key(name)}')}"
    return f"row:{digest()}" if name and table.reading.kind == "clients" else None


def full_name(table: Table, row: list[str]) -> str:
    """The name in one column or three; a company's where a company is meant."""
    whole = table.get(row, "name")
    if whole:
        return whole
    parts = (table.get(row, part) for part in ("last_name", "first_name", "middle_name"))
    return " ".join(part for part in parts if part) or table.get(row, "company")


def likeness_of(table: Table, row: list[str]) -> list[tuple[str, str]]:
    """Number and name of a row that tells no more of its client."""
    name = full_name(table, row)
    country = table.here.country(_branch_or_home(table, row))
    found = [number for cell in table.each(row, "phone") for number in _numbers(cell, country)]
    return [(number.e164, name_key(name)) for number in found if number.e164 and name]


def person_of(table: Table, row: list[str], line: int) -> Person:
    """The client of a row, remarks left in the table. Raises BadRow where no client can be made of it."""
    name = full_name(table, row)
    if not name:
        raise BadRow("name", "name_missing")
    _check_name(table, row)
    branch = table.branch(row) or table.here.home
    if not table.here.reaches(branch.id):
        raise BadRow("branch", "branch_not_yours", value=branch.code)
    kind, tax_id, comment = _company(table, row, name)
    return Person(
        name=name,
        numbers=_all_numbers(table, row, line, table.here.country(branch)),
        branch=branch,
        kind=kind,
        tax_id=tax_id,
        email=_email(table, row, line),
        birthday_on=_birthday(table, row, line),
        source=_source(table, row, line),
        comment=comment,
        responsible_id=_responsible(table, row, line),
        joined=table.moment(row, "joined"),
        stated=table.given(row, "status") or None,
    )


def _check_name(table: Table, row: list[str]) -> None:
    for part in ("name", "last_name", "first_name", "middle_name", "company"):
        table.text(row, part, NAME_MOST)


def _branch_or_home(table: Table, row: list[str]) -> BranchRow:
    found = table.given(row, "branch")
    return table.here.branches.get(plain(found), table.here.home) if found else table.here.home


def _company(table: Table, row: list[str], name: str) -> tuple[str, str | None, str]:
    """Kind, tax number and comment: who stands beside a company, or the other way round, is kept there."""
    comment, company = table.text(row, "comment"), table.get(row, "company")
    tax_id = table.given(row, "tax_id") or None
    kind = table.choice(row, "client_kind") or ("company" if company and company == name else "person")
    if company and company != name:
        comment = "\n".join(part for part in (company, comment) if part)
    return kind, tax_id, comment[:TEXT_MOST]


def _email(table: Table, row: list[str], line: int) -> str | None:
    found = table.given(row, "email")
    if found and not _EMAIL.fullmatch(found):
        table.remark(line, "email", "email_unreadable", value=found[:60])
    return table.text(row, "email", NAME_MOST) if found else None


def _birthday(table: Table, row: list[str], line: int) -> Day | None:
    """A birthday that cannot be read makes no client less certain."""
    try:
        found = table.day(row, "birthday")
    except BadRow as error:
        table.remark(line, error.field, error.code, **error.values)
        return None
    if found is not None and found > table.here.now.toordinal():
        table.remark(line, "birthday", "in_future", value=table.get(row, "birthday"))
        return None
    return found


def _source(table: Table, row: list[str], line: int) -> str:
    try:
        return table.choice(row, "source") or "import"
    except BadRow as error:
        table.remark(line, error.field, "source_unknown", **error.values)
        return "import"


def _responsible(table: Table, row: list[str], line: int) -> int | None:
    found = table.given(row, "responsible")
    if not found:
        return None
    staff_id = table.here.staff.get(name_key(found))
    if staff_id is None:
        table.remark(line, "responsible", "responsible_unknown", value=found[:60])
    return staff_id


def _all_numbers(table: Table, row: list[str], line: int, country: str) -> tuple[Number, ...]:
    """Every number of every cell, each once; what cannot be read is kept as typed and named."""
    found: dict[str, Number] = {}
    for cell in table.each(row, "phone"):
        if plain(cell) in VALUES["nothing"]:
            continue
        if _DAMAGED.fullmatch(cell):
            table.remark(line, "phone", "phone_damaged", value=cell)
            found.setdefault(cell, Number(cell, None))
            continue
        for number in _numbers(cell, country):
            _remark_number(table, line, number)
            found.setdefault(number.e164 or number.typed, number)
    return tuple(found.values())


def _remark_number(table: Table, line: int, number: Number) -> None:
    if number.e164 is None:
        table.remark(line, "phone", "phone_unreadable", value=number.typed[:60])
    elif number.typed.lstrip().startswith("+") and not _in_a_plan(number.e164):
        table.remark(line, "phone", "phone_doubtful", value=number.typed[:60])


@lru_cache(maxsize=4096)
def _in_a_plan(e164: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(e164, None))


def _first_number(table: Table, row: list[str]) -> str:
    """What stands for the number in a likeness: as understood, else its digits."""
    country = table.here.country(_branch_or_home(table, row))
    for cell in table.each(row, "phone"):
        for number in () if _DAMAGED.fullmatch(cell) else _numbers(cell, country):
            if known := number.e164 or phones.digits_of(number.typed):
                return known
    return ""


@lru_cache(maxsize=8192)
def _numbers(cell: str, country: str) -> tuple[Number, ...]:
    """The numbers of a cell. Looking for several is slow, and most cells plainly hold one."""
    plainly_one = _ONE_NUMBER.fullmatch(cell) and len(phones.digits_of(cell)) <= _DIGITS_MOST
    if plainly_one or _EXTENSION.search(cell):
        return (phones.understand(cell, country),)
    return tuple(phones.several(cell, country))


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()
