"""The days of a simulated club: at each deed first what time does, then the deed; the cards are worked once a day.

Cut off anywhere it goes on: what was done that day is done again under the same keys, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from lifecycle import store
from lifecycle.clock import FixedClock
from lifecycle.club import Club
from lifecycle.days import Day, day_of, day_start
from lifecycle.errors import IllegalMove
from lifecycle.simulate.doors import Doors
from lifecycle.simulate.lives import Deed, lives
from lifecycle.simulate.passing import in_haste, pass_time, stepped
from lifecycle.simulate.people import Place, desk_of, settle
from lifecycle.simulate.telling import sums
from lifecycle.simulate.working import Team, work, work_again
from lifecycle.store import staff as staff_rows
from lifecycle.store.cards import CardRow

_KEPT: Final = "simulation"
#: When the cards are worked: an instant that no deed has, so that the board is that of all before it.
_AT_WORK: Final = timedelta(hours=11, seconds=30)


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of it: how many deeds were done in this run and how many cards worked, what was refused, what time it is."""

    deeds: int
    worked: int
    refused: dict[str, int]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Step:
    """An instant with what happens at it; without a deed the cards are worked, or a midnight passes."""

    at: datetime
    day: int
    deed: Deed | None = None
    works: bool = False


def live(
    club: Club, *, clients: int, days: int, seed: int = 1, watch: Callable[[Walk], None] = lambda _walk: None
) -> Lived:
    """Let so many clients of chance live so many days, from tomorrow on; goes on where one was cut off.

    `watch` is called as each day begins. Nobody else may be at work on the club. Raises IllegalMove for a club
    of other people.
    """
    kept = _begun(club, {"clients": clients, "days": days, "seed": seed})
    with in_haste(club), stepped(club) as clock:
        now, walk = clock.now(), Walk(club, clock, kept)
        clock.at = walk.begin
        walk.place = settle(club)
        walk.go(watch)
        # What has lived already stays as late as it is.
        clock.at = max(clock.at, now)
    return Lived(walk.deeds, walk.worked, dict(walk.doors.refused), club.clock.now())


def outcome(club: Club, lived: Lived) -> dict[str, Any]:
    """What came of it, for whoever compares: two clubs with the same digest have the same cards."""
    with club.reading() as conn:
        came = sums(conn)
    return {"deeds": lived.deeds, "worked": lived.worked, "refused": lived.refused, **came, "now": lived.now.isoformat()}


def _begun(club: Club, asked: dict[str, Any]) -> dict[str, Any]:
    """The simulation as it is kept in the club: begun now where there is none."""
    now = club.clock.now()
    with club.writing(announce=False) as conn:
        kept = store.settings.get(conn, _KEPT)
        if kept is None:
            if store.tables.inhabited(conn):
                raise IllegalMove("simulation_needs_empty")
            kept = {**asked, "began": now.isoformat(), "done": None}
            store.settings.put(conn, _KEPT, kept)
    if {name: kept[name] for name in asked} != asked:
        raise IllegalMove("simulation_other", **{name: kept[name] for name in asked})
    return dict(kept)


class Walk:
    """The way through all days. Whoever watches may have a day of the past sent once more."""

    place: Place

    def __init__(self, club: Club, clock: FixedClock, kept: dict[str, Any]) -> None:
        self.club, self.clock, self.kept = club, clock, kept
        self.begin = datetime.fromisoformat(kept["began"])
        self.done = datetime.fromisoformat(kept["done"]) if kept["done"] else self.begin
        self.deeds = self.worked = 0
        self._known: dict[int, str] = {}

    def go(self, watch: Callable[[Walk], None]) -> None:
        """Every day that is not over yet, step by step."""
        self.doors, self.team = Doors(self.club, self.place), self._team()
        self.steps = {day: list(steps) for day, steps in groupby(self._steps(), key=lambda step: step.day)}
        for steps in self.steps.values():
            left = [step for step in steps if step.at > self.done]
            if not left:
                continue
            self.clock.at = max(self.clock.at, self.done, left[0].at)
            watch(self)
            for step in left:
                self.clock.at = step.at
                self._take(step)
            self._note(left[-1].at)

    def once_more(self, day: int) -> None:
        """Do everything of a day of the past again, by the clock of that day: nothing may come of it."""
        now = self.clock.at
        for step in self.steps.get(day, ()):
            self.clock.at = step.at
            pass_time(self.club)
            if step.deed is not None:
                self.doors.do(step.deed)
            elif step.works:
                work_again(self.club, self.team, str(day))
        self.clock.at = now

    @property
    def day(self) -> int:
        """The number of the present day."""
        return self._day_of(self.clock.now())

    def _take(self, step: _Step) -> None:
        pass_time(self.club)
        if step.deed is not None:
            self.doors.do(step.deed)
            self.deeds += 1
        elif step.works:
            # What was done before is not done again: the board it is done from must be that of then.
            self._note(step.at - timedelta(microseconds=1))
            self.worked += work(self.club, self.team, str(step.day))
            self._note(step.at)

    def _note(self, at: datetime) -> None:
        """All up to this instant is done; other processes on the folder go by it."""
        self.kept = {**self.kept, "done": at.isoformat()}
        with self.club.writing(announce=False) as conn:
            store.settings.put(conn, _KEPT, self.kept)

    def _steps(self) -> list[_Step]:
        """All instants of all days: midnights, deeds, the work on the cards."""
        kept, branches = self.kept, self.place.branches
        first = {code: self._first_day(code) for code in branches}
        start = {
            (code, day): day_start(first[code] + day, one.zone) for code, one in branches.items() for day in range(kept["days"] + 1)
        }
        made = [self._step(at) for at in set(start.values())]
        made += [self._step(at + _AT_WORK, works=True) for (code, day), at in start.items() if code == "main" and day < kept["days"]]
        for deed in lives(kept["seed"], kept["clients"], kept["days"]):
            made.append(self._step(start[deed.home, deed.day] + timedelta(minutes=deed.minute), deed))
        end = start["main", kept["days"]]
        return sorted((step for step in made if step.at <= end), key=_order)

    def _step(self, at: datetime, deed: Deed | None = None, *, works: bool = False) -> _Step:
        return _Step(at, self._day_of(at), deed, works)

    def _first_day(self, code: str) -> Day:
        """Tomorrow, of a branch."""
        return day_of(self.begin, self.place.branches[code].zone) + 1

    def _day_of(self, at: datetime) -> int:
        """Days are counted by the first branch."""
        return day_of(at, self.place.branches["main"].zone) - self._first_day("main")

    def _team(self) -> Team:
        with self.club.reading() as conn:
            people = {one.id: desk_of(one) for one in staff_rows.every(conn)}
        branches = {one.id: one for one in self.place.branches.values()}
        at_desk = {one.id: self.place.desks[code] for code, one in self.place.branches.items()}
        return Team(people, at_desk, branches, self._name_of)

    def _name_of(self, card: CardRow) -> str:
        """A card by what is the same wherever this club lives."""
        if card.client_id not in self._known:
            with self.club.reading() as conn:
                [number] = store.clients.phones_of(conn, [card.client_id])[card.client_id]
            self._known[card.client_id] = str(number.e164)
        return f"{self.kept['seed']} {self._known[card.client_id]} {card.rule} {card.number} {card.created_at.isoformat()}"


def _order(step: _Step) -> tuple[Any, ...]:
    deed = step.deed
    return (step.at, -1, -1) if deed is None else (step.at, deed.who, deed.number)
