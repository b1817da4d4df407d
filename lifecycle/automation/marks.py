"""What is recorded about a client and asks for somebody at once (spec: board, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lifecycle.automation.calls import WORDS_MOST
from lifecycle.automation.life import Life
from lifecycle.automation.wanted import Stage, Wanted, card
from lifecycle.facts import Fact
from lifecycle.fold import Fold
from lifecycle.placement import RELATIONS, place
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
    for fact in life.of_type("marked"):
        if fact.fields.get("relation") == "liquidated" and _relation_before(life, fact) in OURS:
            told = {"words": (fact.fields.get("reason") or "")[:WORDS_MOST]}
            yield card(life, "company_liquidated", str(fact.id), [Stage("company_liquidated", "liquidated", life.day, values=told, fact=fact.id)])


def _relation_before(life: Life, fact: Fact) -> str:
    """How the club stood with the client when the mark was set."""
    before = Fold(life.policies)
    before.take_all([one for one in life.live if one.at <= fact.at and one.id != fact.id])
    policy = life.policies.on(fact.day)
    return RELATIONS[place(summary_of(before, policy), policy, fact.day).relation]
