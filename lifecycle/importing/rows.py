"""One row as facts: what is taken, what is taken with a remark, what is refused.

A row is taken with a remark where the fact is certain and a detail is not; it is refused where the fact
itself is not certain. Nothing here reads a clock: `now` is among what is known (`Here`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from lifecycle.days import Day, day_of, day_start, iso
from lifecycle.facts import NAME_MOST, REFUSALS, Fact
from lifecycle.importing.mapping import Product
from lifecycle.importing.problems import BadRow
from lifecycle.importing.table import Table
from lifecycle.importing.vocabulary import plain
from lifecycle.store.branches import BranchRow

#: What stands first among facts of one instant: one is known before one buys, and buys before one comes.
_RANK: Final = {
    "inquiry": 0, "membership_sold": 1, "membership_activated": 2, "membership_frozen": 3,
    "purchase": 4, "visit": 4, "contact": 4, "membership_ended": 5,
}


class NewFact(NamedTuple):
    """A fact as it will be stored, and the row it came from."""

    key: str
    at: datetime
    day: Day
    type: str
    fields: dict[str, Any]
    branch_id: int
    file: int
    line: int

    @property
    def fact(self) -> Fact:
        """As the rules take it."""
        return Fact(self.key, self.at, self.day, self.type, self.fields)

    @property
    def order(self) -> tuple[datetime, int, int, int]:
        """Where it stands among the new facts of its client."""
        return self.at, _RANK[self.type], self.file, self.line


class Source(NamedTuple):
    """Where a row stands, what its facts are called by, and whose they will be."""

    line: int
    key: str
    home: BranchRow


def facts_of(table: Table, row: list[str], source: Source) -> list[NewFact]:
    """The facts of a row besides the inquiry. Raises BadRow with the field to mend."""
    return _KINDS[table.reading.kind](table, row, source)


def inquiry(table: Table, source: Source, moment: date | datetime) -> NewFact:
    """That the client became known, on their day."""
    return _fact(table, source, moment, source.home, "inquiry", {"source": "import"})


def _clients(table: Table, row: list[str], source: Source) -> list[NewFact]:
    dates = ("sold", "activated", "starts", "ends")
    return _memberships(table, row, source) if any(table.given(row, name) for name in dates) else []


def _visits(table: Table, row: list[str], source: Source) -> list[NewFact]:
    moment = _past(table, row, "at", source)
    kind = table.choice(row, "visit_kind") or "membership"
    fields: dict[str, Any] = {"kind": kind}
    named = table.given(row, "membership")
    if named and kind == "membership":
        fields["membership"] = _membership_name(table, named)
    amount = table.amount(row)
    if amount is not None and kind == "single":
        fields["amount"] = amount
    _check_leaving(table, row, moment, source.line)
    return [_fact(table, source, moment, table.branch(row) or source.home, "visit", fields)]


def _check_leaving(table: Table, row: list[str], came: date | datetime, line: int) -> None:
    """When somebody left is not kept, but a row that leaves before it comes is worth a look."""
    if not table.has("left"):
        return
    try:
        left = table.moment(row, "left")
    except BadRow as error:
        table.remark(line, error.field, error.code, **error.values)
        return
    if isinstance(left, datetime) and isinstance(came, datetime) and left.replace(tzinfo=None) < came.replace(tzinfo=None):
        table.remark(line, "left", "left_before_coming", came=str(came), left=str(left))


def _purchases(table: Table, row: list[str], source: Source) -> list[NewFact]:
    moment = _past(table, row, "at", source)
    amount = table.amount(row)
    if amount is None:
        raise BadRow("amount", "amount_missing")
    if amount == 0:
        table.remark(source.line, "amount", "amount_zero")
    what = table.text(row, "what") or "—"
    return [_fact(table, source, moment, table.branch(row) or source.home, "purchase", {"amount": amount, "what": what})]


def _contacts(table: Table, row: list[str], source: Source) -> list[NewFact]:
    moment = _past(table, row, "at", source)
    fields: dict[str, Any] = {
        "direction": table.choice(row, "direction") or "out",
        "kind": table.choice(row, "contact_kind") or "other",
    }
    comment, reason = table.text(row, "comment"), table.text(row, "reason")
    try:
        outcome = table.choice(row, "outcome")
    except BadRow as error:
        # The talk took place; how it ended is kept in the words it came in.
        table.remark(source.line, error.field, error.code, **error.values)
        outcome, comment = None, "\n".join(part for part in (table.text(row, "outcome"), comment) if part)
    if outcome in REFUSALS and not reason:
        table.remark(source.line, "reason", "reason_missing")
        reason = table.text(row, "outcome")
    fields |= {name: value for name, value in (("outcome", outcome), ("reason", reason), ("comment", comment)) if value}
    return [_fact(table, source, moment, table.branch(row) or source.home, "contact", fields)]


# --- memberships -----------------------------------------------------------------------------


def _memberships(table: Table, row: list[str], source: Source) -> list[NewFact]:
    """Sold, and activated, frozen, ended as far as the row tells."""
    product = _product(table, row)
    activated = table.moment(row, "activated")
    starts = table.moment(row, "starts") or _counted_back(table, row, product)
    sold = table.moment(row, "sold") or activated or starts
    if sold is None:
        raise BadRow("sold", "date_missing")
    _check_not_future(table, sold, "sold", source)
    branch = table.branch(row) or source.home
    name = _membership_name(table, table.given(row, "row") or source.key.rpartition(":")[2])
    fields = _terms(table, row, source, name, product)
    facts = [_fact(table, source, sold, branch, "membership_sold", fields, "sold")]
    if begins := activated or _begins(table, row, sold, starts):
        facts += _activation(table, row, source, name, sold, begins, branch)
    return facts + _ending(table, row, source, name, branch)


def _counted_back(table: Table, row: list[str], product: Product | None) -> date | None:
    """The first day, where a table tells only the last one and how long it was."""
    ends, days = table.day(row, "ends"), table.count(row, "days") or (product.days if product else None)
    return date.fromordinal(ends - days + 1) if ends is not None and days is not None else None


def _begins(
    table: Table, row: list[str], sold: date | datetime, starts: date | datetime | None
) -> date | datetime | None:
    """When a membership began that has no day of activation: a blank under that heading says it has not."""
    if table.reading.told.activated == "sold":
        return sold
    if table.has("activated"):
        return None
    return starts or (sold if table.given(row, "ends") else None)


def _product(table: Table, row: list[str]) -> Product | None:
    """What the row calls it, or what the mapping says that is."""
    called = table.text(row, "product", NAME_MOST)
    if not called:
        return None
    return table.here.told.products.get(plain(called)) or Product(called)


def _terms(table: Table, row: list[str], source: Source, name: str, product: Product | None) -> dict[str, Any]:
    kind = product or Product("")
    billing = table.choice(row, "billing") or kind.billing
    fields: dict[str, Any] = {"membership": name, "billing": billing, "amount": _price(table, row, source.line, kind)}
    if kind.name:
        fields["product"] = kind.name
    days = table.count(row, "days") or kind.days
    visits = _visits_sold(table, row, kind)
    return fields | {key: value for key, value in (("days", days), ("visits", visits)) if value is not None}


def _visits_sold(table: Table, row: list[str], product: Product) -> int | None:
    """What is left counts: visits made before are not in this table, and must not be had again."""
    left = table.count(row, "visits_left", least=0)
    return max(left, 1) if left is not None else table.count(row, "visits") or product.visits


def _price(table: Table, row: list[str], line: int, product: Product) -> int:
    amount = table.amount(row)
    if amount is None:
        if table.has("amount"):
            table.remark(line, "amount", "amount_unknown")
        return product.price or 0
    if amount == 0:
        table.remark(line, "amount", "amount_zero")
    elif product.price is not None and amount != product.price:
        shown = {"amount": table.get(row, "amount"), "product": product.name, "price": _shown(product.price, table.here.told.digits)}
        table.remark(line, "amount", "amount_unusual", **shown)
    return amount


def _activation(
    table: Table,
    row: list[str],
    source: Source,
    name: str,
    sold: date | datetime,
    begins: date | datetime,
    branch: BranchRow,
) -> list[NewFact]:
    """Activated on its day; where that is still to come, it was agreed when it was sold."""
    starts, ends = table.day(row, "starts") or _day(begins, source), table.day(row, "ends")
    if ends is not None and ends < starts:
        raise BadRow("ends", "ends_before_start", start=iso(starts), end=iso(ends))
    if _day(begins, source) < _day(sold, source):
        table.remark(source.line, "activated", "activated_before_sold", on=iso(_day(begins, source)))
    happened = sold if _is_future(table, begins, source) else begins
    freeze = _freeze(table, row, source.line, ends)
    fields: dict[str, Any] = {"membership": name, "starts_on": starts}
    if ends is not None:
        fields["ends_on"] = ends if freeze is None else _before_freeze(starts, ends, freeze)
    facts = [_fact(table, source, happened, branch, "membership_activated", fields, "activated")]
    if freeze is not None:
        frozen = {"membership": name, "from": freeze[0], "to": freeze[1]}
        noted = min(max(freeze[0], _day(happened, source)), _today(table, source))
        facts.append(_fact(table, source, date.fromordinal(noted), branch, "membership_frozen", frozen, "frozen"))
    return facts


def _before_freeze(starts: Day, ends: Day, freeze: tuple[Day, Day]) -> Day:
    """The end in the table already counts the frozen days; the rules add them again."""
    return max(starts, ends - max(0, min(freeze[1], ends) - max(freeze[0], starts) + 1))


def _freeze(table: Table, row: list[str], line: int, ends: Day | None) -> tuple[Day, Day] | None:
    """The frozen days; where only their number is told, an end in the table counts them already."""
    first, last = table.day(row, "frozen_from"), table.day(row, "frozen_to")
    if first is None or last is None:
        if ends is None and table.given(row, "frozen_days") not in ("", "0"):
            table.remark(line, "frozen_days", "freeze_without_days", value=table.get(row, "frozen_days")[:60])
        return None
    if last < first:
        raise BadRow("frozen_to", "ends_before_start", start=iso(first), end=iso(last))
    return first, last


def _ending(table: Table, row: list[str], source: Source, name: str, branch: BranchRow) -> list[NewFact]:
    """Ended by somebody, or used up: the last visit is not in this table, but its day may be."""
    ended = table.moment(row, "ended")
    why = table.choice(row, "ended_why") or "terminated"
    if ended is None and table.count(row, "visits_left", least=0) == 0:
        ended = table.moment(row, "last_visit") or date.fromordinal(_today(table, source))
        table.remark(source.line, "visits_left", "used_up", on=iso(_day(ended, source)))
    if ended is None:
        return []
    _check_not_future(table, ended, "ended", source)
    fields = {"membership": name, "on": _day(ended, source), "why": why}
    return [_fact(table, source, ended, branch, "membership_ended", fields, "ended")]


def _membership_name(table: Table, own: str) -> str:
    """Unique within the client, also where two systems number alike."""
    return f"{table.here.told.source}:{own}"[:NAME_MOST]


# --- time ------------------------------------------------------------------------------------


def _past(table: Table, row: list[str], name: str, source: Source) -> date | datetime:
    moment = table.moment(row, name)
    if moment is None:
        raise BadRow(name, "date_missing")
    _check_not_future(table, moment, name, source)
    return moment


def _check_not_future(table: Table, moment: date | datetime, name: str, source: Source) -> None:
    if _is_future(table, moment, source):
        raise BadRow(name, "in_future", value=str(moment))


def _is_future(table: Table, moment: date | datetime, source: Source) -> bool:
    return _instant(moment, source.home.timezone, source.home.timezone)[0] > table.here.now


def _today(table: Table, source: Source) -> Day:
    return _today_in(table.here.now, source.home.timezone)


@lru_cache(maxsize=64)
def _today_in(now: datetime, timezone: str) -> Day:
    return day_of(now, ZoneInfo(timezone))


def _day(moment: date | datetime, source: Source) -> Day:
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return day_of(moment, source.home.zone)
    return moment.toordinal()


@lru_cache(maxsize=65536)
def _start(day: Day, timezone: str) -> datetime:
    return day_start(day, ZoneInfo(timezone))


@lru_cache(maxsize=8192)
def _instant(moment: date | datetime, there: str, home: str) -> tuple[datetime, Day]:
    """A bare day begins at home; a time without its offset is that of the place where it happened."""
    if not isinstance(moment, datetime):
        return _start(moment.toordinal(), home), moment.toordinal()
    at = (moment if moment.tzinfo is not None else moment.replace(tzinfo=_zone(there))).astimezone(UTC)
    return at, day_of(at, _zone(home))


_zone = lru_cache(maxsize=64)(ZoneInfo)


def _fact(
    table: Table,
    source: Source,
    moment: date | datetime,
    branch: BranchRow,
    type: str,
    fields: dict[str, Any],
    part: str = "",
) -> NewFact:
    at, day = _instant(moment, branch.timezone, source.home.timezone)
    key = f"{source.key}:{part}" if part else source.key
    return NewFact(key, at, day, type, fields, branch.id, table.reading.place, source.line)


def _shown(minor: int, digits: int) -> str:
    return f"{minor / 10**digits:.{digits}f}"


_KINDS: Final[dict[str, Callable[[Table, list[str], Source], list[NewFact]]]] = {
    "clients": _clients,
    "memberships": _memberships,
    "visits": _visits,
    "purchases": _purchases,
    "contacts": _contacts,
}
