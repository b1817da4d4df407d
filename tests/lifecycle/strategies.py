"""Any legal history: random facts with the gaps at which rules turn, made legal as they are put together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from lifecycle.days import Day, day_start, iso, parse_day
from lifecycle.facts import Fact, check_history, in_order, parse_fact
from lifecycle.policy import Policies, Policy

UTC = ZoneInfo("UTC")
BEGIN = parse_day("2025-01-01")
GAPS = (0, 0, 0, 0, 1, 1, 2, 3, 7, 13, 14, 15, 16, 17, 18, 29, 30, 31, 60, 89, 90, 91, 92, 180, 400)
MINUTES = (0, 1, 540, 540, 720, 1300, 1439)
LENGTHS = (1, 2, 7, 15, 28, 30, 30, 90, 365, None)
LIMITS = (None, None, None, 1, 2, 3, 8)
KEYS = ("m1", "m2", "m3", "m4")
MEMBERSHIP_TYPES = (
    "membership_sold",
    "membership_sold",
    "membership_activated",
    "membership_activated",
    "membership_extended",
    "membership_frozen",
    "membership_ended",
    "visit",
    "visit",
    "visit",
)
OTHER_TYPES = (
    "inquiry",
    "guest_visit",
    "moved_to_guest",
    "moved_to_guest",
    "promoted",
    "visit",
    "purchase",
    "trial_booked",
    "contact",
    "contact",
    "complaint",
    "warmth_set",
    "marked",
    "archived",
    "restored",
    "voided",
    "payment",
)
TYPES = (*MEMBERSHIP_TYPES, *OTHER_TYPES)

# Small whole numbers, decoded into facts below: quick to draw, and shrunk to the simplest history.
_die = st.integers(0, 2519)
_throws = st.tuples(st.sampled_from(GAPS), st.sampled_from(MINUTES), st.sampled_from(TYPES), _die, _die, _die)


def histories(most: int = 14) -> st.SearchStrategy[list[Fact]]:
    """The facts of one client, in order, legal."""
    return st.lists(_throws, max_size=most).map(history)


def history(throws: Sequence[tuple[int, int, str, int, int, int]]) -> list[Fact]:
    """The facts these throws come to, legal whatever was thrown."""
    teller = _Teller()
    for gap, minute, kind, *dice in throws:
        teller.tell(gap, minute, kind, dice)
    check_history(teller.facts)
    return teller.facts


def pick(options: Sequence[Any], die: int) -> Any:
    return options[die % len(options)]


class _Teller:
    """Puts a history together, keeping it legal."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.sold: set[str] = set()
        self.settled: set[str] = set()
        self.day = BEGIN
        self.minute = 0

    def tell(self, gap: int, minute: int, kind: str, dice: list[int]) -> None:
        # Within a day the clock goes on, so that the order told is the order of instants.
        self.minute = minute if gap else max(minute, self.minute)
        self.day += gap
        fields = getattr(self, f"_{kind}", _nothing)(dice)
        if fields is None:
            return
        at = day_start(self.day, UTC) + timedelta(minutes=self.minute)
        self.facts.append(parse_fact({"type": kind, "at": at, **fields}, zone=UTC, id=str(len(self.facts))))

    def _membership_sold(self, dice: list[int]) -> dict[str, Any] | None:
        key = pick(KEYS, dice[0])
        if key in self.sold:
            return None
        self.sold.add(key)
        days, visits = pick(LENGTHS, dice[1]), pick(LIMITS, dice[2])
        billing = "term" if days or visits else "recurring"
        return {"membership": key, "billing": billing, "days": days, "visits": visits, "amount": 100}

    def _membership_activated(self, dice: list[int]) -> dict[str, Any]:
        key, starts_on = pick(KEYS, dice[0]), self.day + pick((0, 0, 0, 1, 10, -5), dice[1])
        bare = (key in self.sold or key in self.settled) and dice[2] % 3
        self.settled.add(key)
        ends_on = None if bare else iso(starts_on + pick((0, 5, 29, 100), dice[2]))
        return {"membership": key, "starts_on": iso(starts_on), "ends_on": ends_on}

    def _membership_extended(self, dice: list[int]) -> dict[str, Any]:
        return {"membership": pick(KEYS, dice[0]), "days": pick((1, 3, 14, 40), dice[1])}

    def _membership_frozen(self, dice: list[int]) -> dict[str, Any]:
        first = self.day + pick((0, 0, 1, 5, -3, 25), dice[1])
        last = first + pick((0, 1, 6, 13, 29), dice[2])
        return {"membership": pick(KEYS, dice[0]), "from": iso(first), "to": iso(last)}

    def _membership_ended(self, dice: list[int]) -> dict[str, Any]:
        key = pick(KEYS, dice[0])
        self.settled.add(key)
        return {
            "membership": key,
            "on": iso(self.day + pick((0, 0, -1, -40, 7), dice[1])),
            "why": "cancelled",
        }

    def _visit(self, dice: list[int]) -> dict[str, Any]:
        kind = pick(("membership", "membership", "membership", "single", "trial"), dice[0])
        return {"kind": kind, "membership": pick((None, None, *KEYS), dice[1])}

    def _inquiry(self, dice: list[int]) -> dict[str, Any]:
        return {"source": pick(("site", "call", "import"), dice[0])}

    def _guest_visit(self, dice: list[int]) -> dict[str, Any]:
        return {"kind": pick(("tour", "trial"), dice[0])}

    def _purchase(self, dice: list[int]) -> dict[str, Any]:
        return {"amount": dice[0], "what": "water"}

    def _trial_booked(self, dice: list[int]) -> dict[str, Any]:
        return {"session": "s1"}

    def _contact(self, dice: list[int]) -> dict[str, Any]:
        return {
            "direction": pick(("out", "out", "in"), dice[0]),
            "kind": pick(("invite", "sell_to_potential", "other"), dice[1]),
            "outcome": pick(("wont_come", "wont_buy", None, "no_answer"), dice[2]),
            "reason": "price",
        }

    def _complaint(self, dice: list[int]) -> dict[str, Any]:
        return {"comment": ""}

    def _warmth_set(self, dice: list[int]) -> dict[str, Any]:
        return {"warmth": pick(("warm", "cold"), dice[0])}

    def _marked(self, dice: list[int]) -> dict[str, Any]:
        return {"relation": pick(("foreign", "not_target", "liquidated", None), dice[0])}

    def _payment(self, dice: list[int]) -> dict[str, Any]:
        return {"contract": "c1", "state": "paid"}

    def _voided(self, dice: list[int]) -> dict[str, Any] | None:
        targets = [fact.id for fact in self.facts if fact.type != "voided"]
        return {"fact": pick(targets, dice[0])} if targets else None


def _nothing(dice: list[int]) -> dict[str, Any]:
    return {}


def with_throws(facts: list[Fact], throws: Sequence[tuple[int, int, str, int, int, int]]) -> list[Fact]:
    """The history and these facts after it (of types that need nothing before them)."""
    teller = _Teller()
    teller.day = max((fact.day for fact in facts), default=BEGIN)
    teller.minute = 1439
    for gap, minute, kind, *dice in throws:
        teller.tell(gap, minute, kind, dice)
    later = [fact._replace(id=f"later {fact.id}") for fact in teller.facts]
    return in_order([*facts, *later])


@st.composite
def policy_numbers(draw: st.DrawFn) -> Policy:
    """A policy with other numbers where the engine reads them."""
    grace = draw(st.sampled_from((16, 16, 1, 5, 30)))
    return Policy.of(
        {
            "grace_days": grace,
            "churn_days": grace + draw(st.sampled_from((1, 29, 74, 200))),
            "renew_before_days": draw(st.sampled_from((14, 14, 1, 45))),
            "returned_days": draw(st.sampled_from((90, 90, 1, 400))),
            "activate_on_visit": draw(st.sampled_from((True, True, False))),
            "deal_lost_status": draw(st.sampled_from(("potential", "lost"))),
        }
    )


def policies(most: int = 3) -> st.SearchStrategy[Policies]:
    """One to `most` versions, beginning somewhere within the histories."""
    days = st.integers(BEGIN - 10, BEGIN + 900)
    return st.lists(st.tuples(days, policy_numbers()), min_size=1, max_size=most).map(Policies)


def days_of(facts: Sequence[Fact]) -> st.SearchStrategy[Day]:
    """A day worth asking about: near a fact, or some time after the last."""
    first = facts[0].day if facts else BEGIN
    last = facts[-1].day if facts else BEGIN
    near = [fact.day + off for fact in facts for off in (-1, 0, 0, 1, 15, 17, 31)] or [BEGIN]
    return st.one_of(st.sampled_from(near), st.integers(first - 2, last + 130))
