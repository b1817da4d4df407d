"""What is recorded about a client and asks for somebody at once (spec: board, section 7; lifecycle, section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lifecycle.automation.calls import WORDS_MOST
from lifecycle.automation.life import Life
from lifecycle.automation.wanted import Stage, Wanted, card
from lifecycle.days import Day
from lifecycle.facts import Fact
from lifecycle.fold import Fold
from lifecycle.placement import RELATIONS, SALES, Placed, place
from lifecycle.summary import summary_of

#: The relations of those who train here now.
OURS: Final = ("current", "returned")


def complaint(life: Life) -> Iterator[Wanted]:
    """Every complaint."""
    for fact in life.of_type("complaint"):
        told = {"words": fact.fields["comment"][:WORDS_MOST]}
        yield card(life, "complaint", str(fact.id), [Stage("complaint", "complaint", life.day, values=told, fact=fact.id)])


def company_liquidated(life: Life) -> Iterator[Wanted]:
    """A company that trains here is wound up."""
    if not life.company:
        return
    for number, fact in enumerate(life.live):
        if fact.type == "marked" and fact.fields.get("relation") == "liquidated" and _relation_before(life, number) in OURS:
            told = {"words": (fact.fields.get("reason") or "")[:WORDS_MOST]}
            yield card(life, "company_liquidated", str(fact.id), [Stage("company_liquidated", "liquidated", life.day, values=told, fact=fact.id)])


def _relation_before(life: Life, number: int) -> str:
    """How the club stood with the client when the mark was set."""
    return RELATIONS[_stood(life, life.live[:number], life.live[number].day).relation]


def _stood(life: Life, facts: Sequence[Fact], day: Day) -> Placed:
    """Where the client stood on a day by these facts."""
    before = Fold(life.policies)
    before.take_all(list(facts))
    policy = life.policies.on(day)
    return place(summary_of(before, policy), policy, day)


def sale_past_gate(life: Life) -> Iterator[Wanted]:
    """A machine told of a sale that the club would have refused: the client was to be moved first.

    It is asked on the day of the sale alone; what is dated back is history.
    """
    made = {one.episode for one in life.of_family("sale_past_gate")}
    for number in reversed(range(len(life.live))):
        fact = life.live[number]
        if fact.day < life.day and not made:
            return
        if not is_sale(fact):
            continue
        if str(fact.id) in made:
            yield card(life, "sale_past_gate", str(fact.id), [Stage("sale_past_gate", "sale", life.day, fact=fact.id)])
        elif not life.reached(fact.day + 1) and (needs := _needed(life, number)) != "allowed":
            told = {"what": fact.type, "product": fact.fields.get("product"), "needs": needs}
            yield card(life, "sale_past_gate", str(fact.id), [Stage("sale_past_gate", "sale", life.day, values=told, fact=fact.id)])


def is_sale(fact: Fact) -> bool:
    """What passes the gate."""
    return fact.type in ("membership_sold", "purchase") or (fact.type == "visit" and fact.fields["kind"] == "single")


def _needed(life: Life, number: int) -> str:
    """What had to come before a fact, by those before it."""
    return SALES[_stood(life, life.live[:number], life.live[number].day).sale]
