"""The packs of services a client bought, and what is left of each (spec: board, section 10).

A pack is a contract of kind `service` with so many visits; each `service_used` that names it takes one. A service
that nobody here sold is known by what its last use said is left. Pure, as `billing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from lifecycle.billing import Contract
from lifecycle.days import Day
from lifecycle.facts import Fact


class Pack(NamedTuple):
    """One pack on one day. `state`: unpaid, open, used_up, over, refunded. `left` None: nobody counts."""

    service: str
    product: str | None
    visits: int | None
    used: int
    left: int | None
    state: str
    sold_on: Day | None
    last_on: Day | None
    used_on: Day | None
    trainer: str | None

    @property
    def usable(self) -> bool:
        """Whether one more may be used today."""
        return self.state == "open"


def packs_of(facts: Sequence[Fact], contracts: Sequence[Contract], today: Day, now: datetime) -> list[Pack]:
    """The client's packs as they stand at `now`, the one bought first first. Takes `contracts_of` the same facts."""
    voided = {fact.fields["fact"] for fact in facts if fact.type == "voided" and fact.at <= now}
    uses = [
        fact
        for fact in facts
        if fact.type == "service_used" and fact.id not in voided and fact.at <= now and fact.day <= today
    ]
    sold = [one for one in contracts if one.kind == "service" and one.state != "cancelled"]
    known = {one.name for one in sold}
    packs = [_sold(one, [use for use in uses if use.fields["service"] == one.name], today) for one in sold]
    others = dict.fromkeys(use.fields["service"] for use in uses if use.fields["service"] not in known)
    return packs + [_told(name, [use for use in uses if use.fields["service"] == name]) for name in others]


def _sold(contract: Contract, uses: Sequence[Fact], today: Day) -> Pack:
    left = None if contract.visits is None else max(0, contract.visits - len(uses))
    begun = contract.started_on
    last_on = None if begun is None or contract.days is None else begun + contract.days - 1
    return Pack(
        contract.name, contract.product, contract.visits, len(uses), left, _state(contract, left, last_on, today), begun,
        last_on, *_latest(uses),
    )  # fmt: skip


def _state(contract: Contract, left: int | None, last_on: Day | None, today: Day) -> str:
    if contract.ended:
        return "refunded"
    if contract.state == "started":
        return "unpaid"
    if left == 0:
        return "used_up"
    return "over" if last_on is not None and last_on < today else "open"


def _told(name: str, uses: Sequence[Fact]) -> Pack:
    told = next((use.fields["visits_left"] for use in reversed(uses) if use.fields.get("visits_left") is not None), None)
    return Pack(name, None, None, len(uses), told, "used_up" if told == 0 else "open", None, None, *_latest(uses))


def _latest(uses: Sequence[Fact]) -> tuple[Day | None, str | None]:
    """The day of the latest use, and with whom."""
    if not uses:
        return None, None
    return uses[-1].day, next((use.fields["trainer"] for use in reversed(uses) if use.fields.get("trainer")), None)
