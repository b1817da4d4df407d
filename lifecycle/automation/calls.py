"""Whoever turns to the club: by the site, by telephone, in vain (spec: board, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from lifecycle.automation.life import Life
from lifecycle.automation.wanted import Stage, Wanted, key_of, one_after_another
from lifecycle.facts import Fact

#: Where a lead comes from by itself.
LEADS: Final = ("site", "social", "messenger")
#: A lead asks again within this time: the same matter.
SAME_LEAD: Final = timedelta(days=1)
MISSED_MINUTES: Final = 15
WORDS_MOST: Final = 300


def site_lead(life: Life) -> Iterator[Wanted]:
    """Every lead is one matter; what the same client sends within a day of it is added."""
    begun: list[Fact] = []
    for fact in life.of_type("inquiry"):
        if fact.fields["source"] not in LEADS:
            continue
        if begun and fact.at - begun[0].at >= SAME_LEAD:
            yield from _lead(life, begun)
            begun = []
        begun.append(fact)
    if begun:
        yield from _lead(life, begun)


def _lead(life: Life, facts: list[Fact]) -> Iterator[Wanted]:
    stages = [_told(life, "site_lead", fact, source=fact.fields["source"], words=_words(fact)) for fact in facts]
    found = one_after_another(life, "site_lead", str(facts[0].id), stages)
    if found is not None:
        yield found


def _words(fact: Fact) -> str:
    return str(fact.fields.get("comment") or "")[:WORDS_MOST]


def _told(life: Life, rule: str, fact: Fact, **values: str) -> Stage:
    """A reason that is there at once, due today."""
    told = {name: value for name, value in values.items() if value}
    return Stage(rule, f"fact {fact.id}", life.day, values=told, fact=fact.id, at=fact.at)


def incoming_call(life: Life) -> Iterator[Wanted]:
    """A number that nobody had called: further calls are added while the card is open."""
    first = first_call(life)
    if first is None:
        return
    key = key_of("incoming_call", life.client_id, str(first.id), 1)
    calls = [fact for fact in _calls_in(life) if _is_added(life, key, first, fact)]
    stages = [_told(life, "incoming_call", fact, at=fact.at.isoformat()) for fact in (first, *calls)]
    yield Wanted(key, "incoming_call", str(first.id), 1, tuple(stages))


def first_call(life: Life) -> Fact | None:
    """The inquiry by which a caller became known: made by a call, and by nobody's hand."""
    inquiry = next(iter(life.of_type("inquiry")), None)
    if inquiry is None or inquiry.fields["source"] != "call":
        return None
    if inquiry.fields.get("call") or any(fact.at <= inquiry.at for fact in _calls_in(life)):
        return inquiry
    return None


def _calls_in(life: Life) -> list[Fact]:
    return [fact for fact in life.of_type("contact") if fact.fields["direction"] == "in"]


def _is_same_call(first: Fact, fact: Fact) -> bool:
    """The call that made the client known: told of before the inquiry, or under the same name."""
    name = first.fields.get("call")
    return fact.at <= first.at or (name is not None and fact.fields.get("call") == name)


def _is_added(life: Life, key: str, first: Fact, fact: Fact) -> bool:
    made = life.card(key)
    if made is None or _is_same_call(first, fact):
        return False
    return made.closed_at is None or fact.at < made.closed_at


def missed_call(life: Life) -> Iterator[Wanted]:
    """A call in vain, a while later: until somebody spoke with the client. Calls in vain after it are added.

    What belongs to the card of an unknown caller has its card already.
    """
    missed = [fact for fact in _missed_since_they_spoke(life) if not _has_its_card(life, fact)]
    wait = _missed_after(life)
    stages = [
        Stage("missed_call", f"fact {fact.id}", due_at=fact.at + wait, due_on=None, values={"at": fact.at.isoformat()}, fact=fact.id, at=fact.at + wait)
        for fact in missed
        if life.passed(fact.at + wait)
    ]
    found = one_after_another(life, "missed_call", str(missed[0].id), stages) if missed else None
    if found is not None:
        yield found


def _missed_after(life: Life) -> timedelta:
    tuned = life.tuning("missed_call")
    return timedelta(minutes=(tuned.numbers if tuned else {}).get("after_minutes", MISSED_MINUTES))


def _missed_since_they_spoke(life: Life) -> list[Fact]:
    missed: list[Fact] = []
    for fact in life.of_type("contact"):
        if fact.fields.get("outcome") != "no_answer":
            missed = []
        elif fact.fields["direction"] == "in":
            missed.append(fact)
    return missed


def _has_its_card(life: Life, fact: Fact) -> bool:
    first = first_call(life)
    if first is None:
        return False
    key = key_of("incoming_call", life.client_id, str(first.id), 1)
    return _is_same_call(first, fact) or _is_added(life, key, first, fact)
