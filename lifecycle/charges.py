"""The charges of a recurring contract: when each falls due, what was paid, what is owed (spec: board, section 10).

A charge falls due a period after the one before it, later by the days the membership stood frozen. What a
provider reports about a charge names its own due day, and the count goes on from there. Pure: payments in,
charges out, the same whatever order they came in.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from lifecycle.coverage import frozen_end
from lifecycle.days import LAST_DAY, Day
from lifecycle.facts import Fact

#: What people call a month, a quarter, half a year and a year is one by the calendar; any other number is days.
MONTHS: Final = {30: 1, 31: 1, 90: 3, 91: 3, 92: 3, 182: 6, 183: 6, 184: 6, 365: 12, 366: 12}

#: So many charges at most are paid by one payment, or lie open: more is a slip, or somebody's joke.
AT_ONCE: Final = 120


class Failure(NamedTuple):
    """One try to take the money that did not pass: when, which try, why in the provider's code and in words."""

    fact: Hashable
    at: datetime
    day: Day
    attempt: int | None
    why_code: str | None
    why: str | None
    amount: int | None
    means: str | None


class Charge(NamedTuple):
    """One charge. `state`: paid, due (its day is here and nothing has failed), owed, refunded.

    `left` is what is still to be paid; `settled_at` the instant at which all was. Unpaid until then, it ends the
    contract on `stops_on`.
    """

    number: int
    due_on: Day
    stops_on: Day
    amount: int | None
    paid: int
    refunded: int
    left: int
    state: str
    settled_at: datetime | None
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """From one charge to the next."""

    months: int = 0
    days: int = 0

    @classmethod
    def of(cls, days: int | None) -> Period | None:
        """The period that a product's days mean; None where there are none: then only reports tell of charges."""
        if days is None:
            return None
        return cls(months=MONTHS[days]) if days in MONTHS else cls(days=days)

    def after(self, day: Day, anchor: int) -> Day:
        """The due day after this one. `anchor` is the day of the month it falls on where the month has it."""
        if self.days:
            return day + self.days
        last = date.fromordinal(min(day, LAST_DAY))
        months = last.year * 12 + last.month - 1 + self.months
        year, month = divmod(months, 12)
        if year > date.max.year:
            return LAST_DAY + 1
        in_month = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(anchor, in_month)).toordinal()

    @property
    def slack(self) -> int:
        """So many days beside the count a reported day may lie and still mean the same charge."""
        return 10 * self.months or self.days // 3


@dataclass(slots=True)
class _Open:
    """A charge while payments go by."""

    due_on: Day
    amount: int | None
    told: bool = False
    paid: int = 0
    refunded: int = 0
    settled_at: datetime | None = None
    paid_by: list[str | None] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def left(self) -> int:
        if self.settled_at is not None:
            return 0
        told = next((one.amount for one in reversed(self.failures) if one.amount is not None), None)
        amount = self.amount if self.amount is not None else told
        return max(0, (amount or 0) - self.paid + self.refunded)


class Charges:
    """The charges of one contract while its payments go by, in their order.

    `stops_on` tells on which day a charge due on a day would end the contract, if nobody paid.
    """

    def __init__(
        self,
        first_on: Day | None,
        amount: int | None,
        period: Period | None,
        freezes: Sequence[tuple[Day, Day]],
        stops_on: Callable[[Day], Day],
    ) -> None:
        self._amount = amount
        self._period = period
        self._freezes = freezes
        self._stops_on = stops_on
        self._anchor = 1
        self.open: list[_Open] = []
        if first_on is not None:
            self._add(first_on, told=True)

    def next_on(self) -> Day | None:
        """The due day of the charge to come; None where nothing tells it."""
        if self._period is None or not self.open:
            return None
        last = self.open[-1].due_on
        due = frozen_end(last, self._period.after(last, self._anchor) - 1, self._freezes) + 1
        return due if due <= LAST_DAY else None

    def until(self, day: Day) -> None:
        """Every charge that has fallen due by that day; none after the day on which an unpaid one ends the contract."""
        while (due := self.next_on()) is not None and due <= day:
            unpaid = [one for one in self.open if one.settled_at is None]
            if unpaid and (due >= self._stops_on(unpaid[0].due_on) or len(unpaid) >= AT_ONCE):
                return
            self._add(due)

    def pay(self, payment: Fact) -> None:
        """Money came: it settles the charge it names, or the oldest open one, or the next; what is left over, those after it."""
        amount = payment.fields.get("amount")
        charge = self._meant(payment)
        over = self._settle(charge, payment, amount)
        # Several charges paid at once are several; small change stays where it is.
        for _ in range(AT_ONCE):
            following = (self._oldest(LAST_DAY) or self._coming()) if self._amount and over >= self._amount else None
            if following is None:
                return
            charge.paid -= over
            charge, over = following, self._settle(following, payment, over)

    def fail(self, payment: Fact) -> None:
        """A try to take the money did not pass; a further one on the same charge is added to it."""
        said = payment.fields
        failure = Failure(
            payment.id, payment.at, payment.day, said.get("attempt"), said.get("why_code"), said.get("why"),
            said.get("amount"), said.get("means"),
        )  # fmt: skip
        self._meant(payment).failures.append(failure)

    def refund(self, payment: Fact) -> None:
        """Money went back: of the payment it names, or of the latest. A charge given back is not owed."""
        of, amount = payment.fields.get("refund_of"), payment.fields.get("amount")
        paid = [one for one in reversed(self.open) if one.paid > one.refunded]
        paid.sort(key=lambda one: of is None or of not in one.paid_by)
        for charge in paid if amount is not None else paid[:1]:
            back = charge.paid - charge.refunded if amount is None else min(amount, charge.paid - charge.refunded)
            charge.refunded += back
            amount = None if amount is None else amount - back

    def told(self, today: Day) -> tuple[Charge, ...]:
        """The charges as they stand on that day."""
        return tuple(
            Charge(
                number, one.due_on, self._stops_on(one.due_on), one.amount, one.paid, one.refunded, one.left, _state(one, today), one.settled_at,
                tuple(one.failures),
            )
            for number, one in enumerate(self.open, 1)
        )  # fmt: skip

    def _meant(self, payment: Fact) -> _Open:
        due = payment.fields.get("due_on")
        self.until(payment.day if due is None else max(due, payment.day))
        if due is not None:
            return self._named(due)
        oldest = self._oldest(payment.day)
        if oldest is not None:
            return oldest
        ahead = self.next_on()
        if ahead is not None and (payment.fields["state"] == "paid" or ahead - payment.day <= self._slack()):
            return self._add(ahead)
        return self._named(payment.day)

    def _named(self, due: Day) -> _Open:
        """The charge of that due day: the same, the counted one beside it, or a new one."""
        same = next((one for one in self.open if one.due_on == due), None)
        if same is not None:
            return same
        beside = [
            one for one in self.open if not one.told and one.settled_at is None and abs(one.due_on - due) <= self._slack()
        ]
        if not beside:
            return self._add(due, told=True)
        nearest = min(beside, key=lambda one: abs(one.due_on - due))
        self._move(nearest, due)
        return nearest

    def _move(self, charge: _Open, due: Day) -> None:
        charge.due_on, charge.told = due, True
        self._anchor = date.fromordinal(due).day
        self.open.sort(key=lambda one: one.due_on)

    def _add(self, due: Day, *, told: bool = False) -> _Open:
        added = _Open(due, self._amount, told)
        self.open.append(added)
        if told:
            self._move(added, due)
        elif self._period is not None and self._freezes:
            self._anchor = date.fromordinal(due).day if self._is_late(due) else self._anchor
        return added

    def _is_late(self, due: Day) -> bool:
        """Moved by frozen days: the next ones follow from the new day."""
        before = self.open[-2].due_on if len(self.open) > 1 else None
        return before is not None and self._period is not None and due != self._period.after(before, self._anchor)

    def _slack(self) -> int:
        return self._period.slack if self._period is not None else 0

    def _oldest(self, day: Day) -> _Open | None:
        return next((one for one in self.open if one.settled_at is None and one.due_on <= day), None)

    def _coming(self) -> _Open | None:
        due = self.next_on()
        return None if due is None else self._add(due)

    def _settle(self, charge: _Open, payment: Fact, amount: int | None) -> int:
        """Put the money on a charge; gives what is more than it asks for."""
        needed = charge.left if charge.amount is not None or charge.failures else amount or 0
        given = needed if amount is None else amount
        charge.paid += given
        charge.paid_by.append(payment.fields.get("receipt"))
        if charge.settled_at is None and given >= needed:
            charge.settled_at = payment.at
        return given - needed


def _state(one: _Open, today: Day) -> str:
    if one.settled_at is not None:
        return "refunded" if one.refunded and one.refunded >= one.paid else "paid"
    return "owed" if one.failures or one.due_on < today else "due"
