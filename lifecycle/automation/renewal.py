"""The end of a membership: To renew, the last days, Not renewed are one case with one card (spec: board, section 7).

The episode is the membership and its last covered day, so that a freeze or an extension opens a new case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lifecycle.automation.life import Life
from lifecycle.automation.wanted import Stage, Wanted, card
from lifecycle.coverage import Membership
from lifecycle.days import OPEN, Day, iso

FAMILY: Final = "renewal"


def renewal_case(life: Life) -> Iterator[Wanted]:
    """The case of the membership that ends last, while nothing was bought after it."""
    key, until = life.summary.origins.get("member"), life.summary.covered_until
    if key is None or until >= OPEN or life.summary.bought:
        return
    member = next(one for one in life.memberships if one.key == key)
    stages = list(_stages(life, member, until))
    if stages:
        yield card(life, FAMILY, f"{member.key}@{iso(until)}", stages)


def _stages(life: Life, member: Membership, until: Day) -> Iterator[Stage]:
    told = _told(member, until)
    if "to_renew" in life.folders:
        yield Stage("renewal", "renewal", life.day + life.policy.renewal_card_due_days, values=told)
        if member.billing != "recurring" and life.reached(until - life.policy.contract_card_before_days):
            yield Stage("contract_expiring", "contract_expiring", life.day, values=told)
    elif "not_renewed" in life.folders:
        yield Stage("not_renewed", "not_renewed", life.day, values=told)


def _told(member: Membership, until: Day) -> dict[str, Any]:
    return {"product": member.product, "until": iso(until)}


def activate(life: Life) -> Iterator[Wanted]:
    """A bought membership that has waited long for its activation."""
    if life.archived:
        return
    for one in life.memberships:
        if one.state == "bought" and one.sold_on is not None and life.reached(one.sold_on + life.policy.activation_card_after_days):
            told = {"product": one.product, "sold": iso(one.sold_on)}
            yield card(life, "activate", one.key, [Stage("activate", "activate", life.day, values=told, fact=one.facts.get("sale"))])
