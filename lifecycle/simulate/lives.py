"""Lives by chance, the same ones for the same seed: what everybody does, day by day, and how the club hears of it.

Told in days from the first and minutes of a day; nothing is recorded here. They are so chosen that within a few
months every rule of automatic cards fires, and every way a card ends is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Self

#: Branches of the simulated club, each with its own midnight.
HOMES: Final = ("main", "park")
#: What people spend is in minor units, always the same: nobody reckons with it here.
PRICE: Final = 450_000
_TERMS: Final = (7, 14, 30, 30, 45, 60, 90)
#: A charge every four weeks: so the plan need not know the calendar.
PERIOD: Final = 28
_WOUND_UP: Final = {"type": "marked", "relation": "liquidated", "reason": "Wound up"}
_NO: Final = ("Expensive", "Too far", "No time", "Another club", "Moving away")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does: on a day of their branch, at a minute of it, by a way that `doors` knows, with what it tells."""

    day: int
    minute: int
    who: int
    number: int
    home: str
    way: str
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What names it for ever: the same deed again is the same."""
        return f"life-{self.who}-{self.number}"


@dataclass
class Life:
    """Somebody's life while it is thought up. `who` is their number, and makes their telephone number."""

    who: int
    rng: Random
    home: str
    deeds: list[Deed] = field(default_factory=list)
    contracts: int = 0

    def does(self, day: int, way: str, minute: int | None = None, **told: Any) -> Self:
        """At that minute, or at one of the opening hours."""
        at = self.rng.randrange(8 * 60, 21 * 60) if minute is None else minute
        self.deeds.append(Deed(day + at // 1440, at % 1440, self.who, len(self.deeds), self.home, way, told))
        return self

    def facts(self, day: int, *facts: dict[str, Any], minute: int | None = None) -> Self:
        return self.does(day, "facts", minute, facts=list(facts))

    def called(self, day: int, kind: str, outcome: str) -> Self:
        """The club calls."""
        said = {"direction": "out", "kind": kind, "outcome": outcome, "reason": self.rng.choice(_NO)}
        return self.facts(day, {"type": "contact", **said})

    def rings(self, day: int, minute: int, *, answered: bool) -> Self:
        """They call the club, and somebody answers or not."""
        return self.does(day, "call", minute, answered=answered, seconds=self.rng.randrange(20, 300) if answered else 0)

    def comes(self, day: int, kind: str) -> Self:
        return self.facts(day, {"type": "guest_visit", "kind": kind})

    def chance(self, likely: float) -> bool:
        return self.rng.random() < likely


def lives(seed: int, clients: int, days: int) -> list[Deed]:
    """All deeds of everybody within these days, in the order of days and minutes."""
    every = (deed for who in range(clients) for deed in _life(seed, who, days) if deed.day < days)
    return sorted(every, key=lambda deed: (deed.day, deed.minute, deed.who, deed.number))


def _life(seed: int, who: int, days: int) -> Iterator[Deed]:
    rng = Random(f"{seed} {who}")
    life = Life(who, rng, "main" if rng.random() < 0.6 else "park")
    # Most come early, so that there is time for what follows.
    day = int(days * 0.9 * rng.random() ** 1.8)
    way = rng.choices((_stays_a_lead, _stays_a_guest, _is_a_member, _is_a_company), (16, 16, 64, 4))[0]
    if who < len(_FIRST):
        day, way = who % 4, _FIRST[who]
    way(life, day, days)
    yield from life.deeds


# --- how the club comes to know them --------------------------------------------------------------


def _turns_up(life: Life, day: int) -> None:
    minute = life.rng.randrange(8 * 60, 20 * 60)
    way = life.rng.choices(("site", "social", "answered", "missed", "walk_in"), (30, 12, 14, 16, 28))[0]
    if way == "walk_in":
        life.does(day, "walk_in", minute)
    elif way in ("site", "social"):
        life.does(day, "form", minute, source=way, comment="How much is a month?")
        if life.chance(0.2):
            life.does(day, "form", minute + 90, source=way, comment="And in the morning?")
        if life.chance(0.1):
            life.does(day + 2, "form", source=way)
    else:
        life.rings(day, minute, answered=way == "answered")
        if way == "missed" and life.chance(0.5):
            life.rings(day, minute + 25, answered=life.chance(0.4))


def _rings_in_vain(life: Life, day: int) -> None:
    """A call nobody answers; called back in time, later, or never."""
    minute = life.rng.randrange(9 * 60, 20 * 60)
    life.rings(day, minute, answered=False)
    then = life.rng.choice(("at once", "later", "rings again", "never"))
    if then == "rings again":
        life.rings(day, minute + 40, answered=life.chance(0.5))
    elif then != "never":
        after = 8 if then == "at once" else 130
        life.facts(day, {"type": "contact", "direction": "out", "kind": "other"}, minute=minute + after)


# --- who does not buy -----------------------------------------------------------------------------


def _stays_a_lead(life: Life, day: int, _days: int) -> None:
    _turns_up(life, day)
    if life.chance(0.5):
        life.called(day + 1, "invite", life.rng.choice(("no_answer", "thinking", "will_come")))
    if life.chance(0.25):
        _rings_in_vain(life, day + 5)
    end = life.rng.random()
    if end < 0.2:
        life.called(day + 4, "invite", "wont_come")
    elif end < 0.3:
        life.facts(day + 9, {"type": "archived"})
    elif end < 0.4:
        life.facts(day + 3, {"type": "marked", "relation": "not_target", "reason": "Looks for a camp"})


def _stays_a_guest(life: Life, day: int, _days: int) -> None:
    _turns_up(life, day)
    day += life.rng.randrange(1, 4)
    life.comes(day, life.rng.choice(("tour", "trial")))
    if life.chance(0.45):
        life.facts(day + 2, {"type": "promoted"})
    if life.chance(0.3):
        life.comes(day + 6, "trial")
    if life.chance(0.35):
        life.called(day + life.rng.randrange(1, 25), "sell_to_potential", "wont_buy")
    if life.chance(0.1):
        life.does(day + 4, "no_contact", on=True)


# --- who buys -------------------------------------------------------------------------------------


def _is_a_company(life: Life, day: int, _days: int) -> None:
    life.does(day, "walk_in", kind="company")
    first = day + 2
    life.comes(first, "tour").facts(first + 1, {"type": "promoted"})
    last = _term(life, first + 1, life.rng.choice((30, 60)))
    if life.chance(0.8):
        life.facts(life.rng.randrange(first + 3, max(first + 4, last)), _WOUND_UP)


def _is_a_member(life: Life, day: int, days: int) -> None:
    _turns_up(life, day)
    day += life.rng.randrange(1, 3)
    life.comes(day, life.rng.choice(("tour", "trial")))
    if life.chance(0.6):
        day += 1
        life.facts(day, {"type": "promoted"})
    for _ in range(5):
        if day >= days:
            return
        last = _subscription(life, day, days) if life.chance(0.25) else _term(life, day, life.rng.choice(_TERMS))
        day = max(day + 1, _goes_on(life, last))


def _sale(life: Life, day: int, **terms: Any) -> int:
    """Somebody walks in, looks round and buys two days later, paid at once; gives the number of the contract."""
    life.does(day, "walk_in", kind=terms.pop("kind", "person")).comes(day + 1, "tour")
    life.contracts += 1
    life.does(day + 2, "sale", 20 * 60 + 30, **{"billing": "term", "paid_by": "cash", "begins": True, **terms})
    return life.contracts


def _winds_up(life: Life, day: int, _days: int) -> None:
    _sale(life, day, days=60, kind="company")
    life.facts(day + 9, _WOUND_UP)


def _owes(life: Life, day: int, _days: int) -> None:
    _sale(life, day, billing="recurring", days=PERIOD)


def _stops_training(life: Life, day: int, _days: int) -> None:
    _sale(life, day, days=60)
    _trains(life, day + 3, day + 19, stops=day + 19)


def _waits(life: Life, day: int, _days: int) -> None:
    number = _sale(life, day, days=30, begins=False)
    life.does(day + 38, "begin", contract=number)


def _goes_on(life: Life, last: int) -> int:
    """The day of the next contract: before the end, soon after it, after being lost, or never."""
    chance = life.rng.random()
    if chance < 0.22:
        return last - life.rng.randrange(0, 6)
    if chance < 0.40:
        return last + life.rng.randrange(1, 15)
    if life.chance(0.12):
        life.facts(last + 3, {"type": "complaint", "comment": "The showers are cold"})
    if chance < 0.70:
        return last + life.rng.randrange(19, 50)
    end = life.rng.random()
    lost = last + life.rng.randrange(18, 30)
    if end < 0.15:
        life.called(lost, "win_back", "wont_come")
    elif end < 0.3:
        life.does(lost, "no_contact", on=True).does(lost + 9, "no_contact", on=False)
    elif end < 0.4:
        life.facts(lost, {"type": "archived"})
        life.facts(lost + 8, {"type": "restored"})
    elif end < 0.5:
        life.facts(lost, {"type": "warmth_set", "warmth": life.rng.choice(("warm", "cold"))})
    elif end < 0.6:
        life.facts(lost, {"type": "marked", "relation": "not_target", "reason": "Moved abroad"})
    return 10**6


def _term(life: Life, day: int, length: int) -> int:
    """One contract for a time, paid at once, later or never; gives the last day it covers."""
    minute = life.rng.randrange(9 * 60, 20 * 60)
    life.contracts += 1
    number, later = life.contracts, life.chance(0.3)
    begins_at_once = not later and life.chance(0.6)
    paid_by = "later" if later else "cash"
    life.does(day, "sale", minute, billing="term", days=length, paid_by=paid_by, begins=begins_at_once)
    if later and not _pays_later(life, day, minute, number):
        return day
    first = day if begins_at_once else _begins(life, day + 1 if later else day, number)
    last = first + length - 1
    last += _on_the_way(life, first, last, number)
    return last


def _pays_later(life: Life, day: int, minute: int, number: int) -> bool:
    """Whether money comes after all: in time, after the card, the next day; or the attempt is cancelled."""
    how = life.rng.choices(("in time", "after", "cancelled", "never"), (40, 35, 15, 10))[0]
    if how == "in time":
        life.does(day, "report", minute + 9, contract=number, state="paid")
    elif how == "after":
        life.does(day, "report", minute + life.rng.choice((20, 75, 240)), contract=number, state="paid")
    elif how == "cancelled":
        life.does(day + 1, "cancel", contract=number)
    return how in ("in time", "after")


def _begins(life: Life, day: int, number: int) -> int:
    """The first day: soon, by the first visit, or after more than a month; gives it."""
    chance = life.rng.random()
    first = day + (life.rng.randrange(0, 5) if chance < 0.75 else life.rng.randrange(31, 40))
    if chance < 0.15:
        life.does(first, "visit", 20 * 60 + 45)
    else:
        life.does(first, "begin", 20 * 60 + 45, contract=number)
    return first


def _on_the_way(life: Life, first: int, last: int, number: int) -> int:
    """What happens while it covers; gives by how many days it ends later."""
    longer = 0
    if life.chance(0.35):
        _trains(life, first + 1, last)
    if life.chance(0.08):
        life.facts(life.rng.randrange(first, last + 1), {"type": "complaint", "comment": "Crowded in the evening"})
    if life.chance(0.12):
        _rings_in_vain(life, life.rng.randrange(first, last + 1))
    if last - first > 12 and life.chance(0.18):
        rest = life.rng.randrange(3, 12)
        begins = life.rng.choice((first + 8, last - 1))
        life.does(begins, "freeze", 21 * 60 + 5, contract=number, days=rest)
        longer += rest
    if life.chance(0.1):
        life.does(last - 1, "extend", 21 * 60 + 10, contract=number, days=7)
        longer += 7
    if life.chance(0.04):
        life.does(first, "mistake", 21 * 60 + 20)
    return longer


def _trains(life: Life, day: int, last: int, stops: int | None = None) -> None:
    """Comes every other day or so; some stop coming in the middle of it."""
    if stops is None:
        stops = last if life.chance(0.5) else day + (last - day) // 2
    while day <= stops:
        life.does(day, "visit", life.rng.randrange(17 * 60, 20 * 60))
        day += life.rng.choice((2, 2, 3, 4))


def _subscription(life: Life, day: int, days: int) -> int:
    """A contract that is charged again and again until the money stops; gives its last day."""
    minute = life.rng.randrange(9 * 60, 20 * 60)
    life.contracts += 1
    number = life.contracts
    life.does(day, "sale", minute, billing="recurring", days=PERIOD, paid_by="cash", begins=True)
    due = day + PERIOD
    while due < days:
        if not _is_charged(life, due, number):
            return due + 30
        due += PERIOD
    return due


def _is_charged(life: Life, due: int, number: int) -> bool:
    """Whether one charge is paid before it ends the contract: at once, at a later try, late, or never."""
    how = life.rng.choices(("at once", "second try", "late", "very late", "never", "silence"), (55, 15, 8, 8, 8, 6))[0]
    if how == "at once":
        life.does(due, "report", 9 * 60, contract=number, state="paid")
        return True
    if how == "silence":
        return False
    life.does(due, "report", 9 * 60, contract=number, state="failed", attempt=1, why_code="insufficient_funds")
    if how == "second try":
        life.does(due + 1, "report", 9 * 60, contract=number, state="paid", attempt=2)
        return True
    for attempt in (2, 3):
        life.does(due + attempt, "report", 9 * 60, contract=number, state="failed", attempt=attempt, why_code="expired_card")
    if how == "never":
        life.does(due + 5, "report", contract=number, state="autopay_withdrawn")
        return False
    life.does(due + (12 if how == "late" else 25), "report", contract=number, state="paid", attempt=4)
    return True


def _buys_past_the_gate(life: Life, day: int, _days: int) -> None:
    """A lead whom nobody has moved yet buys at the till."""
    life.does(day, "walk_in").does(day + 1, "till")


#: The first ones come at once and see to it that even a small club has seen every rule.
_FIRST: Final = (_winds_up, _owes, _stops_training, _waits, _buys_past_the_gate)
