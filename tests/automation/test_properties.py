"""What holds for every history: nothing happens between moments, nothing happens twice, and no card outlives its cause."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lifecycle import automation
from lifecycle.automation import JUST, Life, Tuning, wanted
from lifecycle.days import day_of, day_start
from lifecycle.facts import Fact, in_order, parse_fact
from lifecycle.policy import Policies
from tests.automation.paper import Paper
from tests.lifecycle.strategies import BEGIN, UTC, histories, pick

TUNED = {"rhythm": Tuning(on=True)}
SOURCES = ("site", "social", "call", "walk_in")
STATES = ("paid", "failed", "failed", "refunded")


def _turned(dice: tuple[int, ...]) -> dict[str, Any]:
    """Whoever turns to the club, calls, owes, comes every other day."""
    kind = pick(("inquiry", "contact", "contact", "contract_started", "payment", "visit"), dice[0])
    more = {
        "inquiry": {"source": pick(SOURCES, dice[1])},
        "contact": {"direction": pick(("in", "in", "out"), dice[1]), "kind": pick(("other", "win_back"), dice[2]), "outcome": pick(("no_answer", "thinking", None, "wont_come"), dice[3]), "reason": "x"},
        "contract_started": {"contract": pick(("c1", "c2"), dice[1]), "billing": pick(("recurring", "term"), dice[2]), "amount": 100, "days": pick((30, None, 10), dice[3])},
        "payment": {"contract": pick(("c1", "c2"), dice[1]), "state": pick(STATES, dice[2]), "amount": 100},
        "visit": {"kind": "membership"},
    }
    return {"type": kind, **more[kind]}


_dice = st.tuples(*[st.integers(0, 59)] * 4)
_more = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 1439), _dice), max_size=6)


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    """A legal history with calls and contracts strewn in."""
    facts = draw(histories(10))
    added = [
        parse_fact({"at": day_start(BEGIN + day, UTC) + timedelta(minutes=minute), **_turned(dice)}, zone=UTC, id=f"more {place}")
        for place, (day, minute, dice) in enumerate(draw(_more))
    ]
    return in_order([*facts, *added])


def _said(life: Life) -> dict[str, Any]:
    return {key: tuple(stage.name for stage in one.stages) for key, one in wanted(life).items()}


_LOST_BY_A_NEW_POLICY = (
    [parse_fact({"at": day_start(BEGIN, UTC), **told}, zone=UTC, id=str(place)) for place, told in enumerate((
        {"type": "membership_extended", "membership": "m1", "days": 1},
        {"type": "purchase", "what": "water", "amount": 0},
    ))],
    86400, {"renew_before_days": 25, "grace_days": 5}, 7,
)  # fmt: skip


@settings(max_examples=150)
@example(*_LOST_BY_A_NEW_POLICY)
@given(lives(), st.integers(1, 2**31), st.sampled_from(({}, {"renew_before_days": 25, "grace_days": 5}, {"contract_card_before_days": 5})), st.integers(0, 90))
def test_nothing_changes_before_the_next_moment(facts, when, numbers, later):
    policies = Policies.always() if not numbers else Policies([(1, Policies.always().versions[0][1]), (BEGIN + later, Policies.always().versions[0][1].but(numbers))])
    paper = Paper(facts, policies, UTC, tuned=TUNED)
    paper.until(day_start(BEGIN, UTC) + timedelta(seconds=when % (86400 * 250)))
    if paper.next is None or paper.now is None:
        return
    life = paper.life(paper.now)
    for then in (paper.next - JUST, paper.now + (paper.next - paper.now) * (when % 97) / 97):
        assert _said(life.at(then)) == _said(life) or life.policies.on(life.at(then).day) != life.policy
        assert not automation.difference(_judged_as(then, life), life.at(then))


def _judged_as(then: datetime, life: Life) -> Life:
    """The last moment of which the policy of `then` has news: who stands elsewhere by its first day alone is none."""
    day = day_of(then, UTC)
    begun = (day_start(first, UTC) - JUST for first in life.policies.starts_after(life.day) if first <= day)
    return life.at(max((life.now, *begun)), life.policies.on(day))


@settings(max_examples=40)
@given(lives(), st.booleans())
def test_to_look_more_often_makes_the_same_cards(facts, company):
    by_moments, by_hours = (Paper(facts, Policies.always(), UTC, company=company, tuned=TUNED) for _ in range(2))
    at = day_start(BEGIN, UTC)
    for _ in range(273):
        for minutes in (0, 15, 555, 735, 1315):
            by_hours.until(at + timedelta(minutes=minutes))
            by_hours._step(at + timedelta(minutes=minutes))
        at += timedelta(days=1)
    for paper in (by_moments, by_hours):
        paper.until(at)

    assert [_told(card) for card in by_hours.cards] == [_told(card) for card in by_moments.cards]


def _told(card: Any) -> tuple[Any, ...]:
    return card.key, card.made_at, card.due_on, card.due_at, [stage["once"] for stage in card.stages], card.closed_at, card.shown_at, card.handed_at


@settings(max_examples=150)
@given(lives())
def test_every_key_is_made_once_and_no_open_card_is_without_its_cause(facts):
    paper = Paper(facts, Policies.always(), UTC, tuned=TUNED)
    end = day_start(BEGIN + 250, UTC)
    paper.until(end)

    keys = [card.key for card in paper.cards]
    assert len(set(keys)) == len(keys)
    assert {card.key for card in paper.open} <= wanted(paper.life(end)).keys()
