"""Whoever came to look and has not bought: the day after, and when the sale window ends (spec: board, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lifecycle.automation.life import Life
from lifecycle.automation.marks import is_sale
from lifecycle.automation.wanted import Stage, Wanted, one_after_another
from lifecycle.days import Day, day_start, iso
from lifecycle.facts import REFUSALS, Fact

FAMILY: Final = "guest_follow_up"
_NOTABLE: Final = ("guest_visit", "visit", "promoted", "membership_sold", "purchase", "contact")


def guest_follow_up(life: Life) -> Iterator[Wanted]:
    """One matter from the first visit to the sale or the refusal; each further visit, and the end of the window, is added."""
    if life.archived or life.ours:
        return
    came = _since_they_bought_or_refused(life)
    stages = [stage for fact in came if (stage := _stage(life, fact)) is not None]
    found = one_after_another(life, FAMILY, str(came[0].id), stages) if came else None
    if found is not None:
        yield found


def _since_they_bought_or_refused(life: Life) -> list[Fact]:
    """What they came to look at since; a member who looks round is no guest, nor ever will have been."""
    came: list[Fact] = []
    bought = False
    for fact in life.of_type(*_NOTABLE):
        if is_sale(fact) or is_refusal(fact):
            came, bought = [], bought or is_sale(fact)
        elif _looks_round(fact) and not (bought and life.was_ours_before(fact)):
            came.append(fact)
    return came


def _looks_round(fact: Fact) -> bool:
    return fact.type in ("guest_visit", "promoted") or (fact.type == "visit" and fact.fields["kind"] == "trial")


def _stage(life: Life, fact: Fact) -> Stage | None:
    """The reason that begins the day after a visit, or the day after the window."""
    begins, what = fact.day + 1, "visit"
    if fact.type == "promoted":
        begins, what = _window_over(life, fact.day), "window"
    elif fact.fields["kind"] == "trial":
        what = "trial"
    if not life.reached(begins):
        return None
    told = {"what": what, "on": iso(fact.day)}
    return Stage(FAMILY, f"fact {fact.id}", life.day, values=told, fact=fact.id, at=day_start(begins, life.zone))


def _window_over(life: Life, promoted_on: Day) -> Day:
    return promoted_on + life.policy.grace_days + 1


def is_refusal(fact: Fact) -> bool:
    """Whether the client said no to coming or buying (spec: lifecycle, section 7)."""
    said = fact.fields
    return (
        fact.type == "contact"
        and said["direction"] == "out"
        and said["kind"] in ("invite", "sell_to_potential")
        and said.get("outcome") in REFUSALS
    )
