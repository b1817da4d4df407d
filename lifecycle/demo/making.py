"""Walks the lives of the demo through the doors, day by day, with the clock put to each moment.

So everything is as it would have been: the gate was asked on that day, the midnights moved whom they moved and
made their cards, people worked them in the evening; the change log, the flows of the folders and the audit tell two
years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import days, store
from lifecycle.actions import clients, recording
from lifecycle.clock import FixedClock
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.demo import names, people, price_list
from lifecycle.demo.agreeing import agree, connect
from lifecycle.demo.life import DAYS, Life
from lifecycle.demo.random_lives import SEED, lives
from lifecycle.demo.regulars import REGULARS
from lifecycle.demo.working import Telephone, Working, tune
from lifecycle.desk import Desk
from lifecycle.simulate.passing import pass_time
from lifecycle.store.branches import BranchRow

CLIENTS: Final = 600
#: A little before the first client.
OPENED: Final = timedelta(days=740)
#: The numbers of those whom the club knows by a call alone, and when they called.
CALLERS: Final = (("+79210000110", (-1, 19 * 60 + 40)), ("+79120000220", (0, 18 * 60 + 5)))
#: When the cards are worked, by the western branch's clock.
_EVENING: Final = timedelta(hours=21, minutes=30)
_SECOND = {"code": "park", "name": "Парковый", "timezone": "Asia/Yekaterinburg", "country": "RU"}
#: Of those who are no regulars one in so many has signed the form of consent.
_SIGNED: Final = 3
_SALES = ("membership_sold", "purchase", "payment")
_OPENS = {"move_to_guest": "moved_to_guest", "promote": "promoted"}


@dataclass(frozen=True, slots=True)
class _Event:
    """One step of somebody's life at its instant; the first one makes them known."""

    at: datetime
    who: int
    number: int
    facts: tuple[dict[str, Any], ...]


def everybody() -> list[Life]:
    """All lives of the demo, the regulars first."""
    rng = Random(SEED + 1)
    regulars = [one.life(names.number(rng)) for one in REGULARS]
    callers = [Life("", number, source="call", began=began) for number, began in CALLERS]
    return regulars + lives(CLIENTS - len(regulars) - len(callers), {one.name for one in REGULARS}) + callers


def fill(club: Club) -> None:
    """Make the demo club in an empty one, up to this moment of its clock."""
    now, own = club.clock.now(), club.clock
    club.clock = stepped = FixedClock(now - OPENED)
    try:
        branches = _branches(club)
        desks = people.take_on(club, {code: one.id for code, one in branches.items()})
        codes = price_list.put_up(club, desks["owner"])
        tune(club, desks["owner"])
        connect(club, desks["owner"])
        _Walk(club, stepped, branches, desks, everybody(), now, codes).go()
        stepped.at = now
        pass_time(club)
    finally:
        club.clock = own


def _branches(club: Club) -> dict[str, BranchRow]:
    with club.writing(announce=False) as conn:
        first = store.branches.every(conn)[0]
        store.branches.change(conn, first.id, name="Набережная")
        store.branches.add(conn, **_SECOND)
        return {branch.code: branch for branch in store.branches.every(conn)}


class _Walk:
    """The way through all lives at once."""

    def __init__(
        self, club: Club, clock: FixedClock, branches: Mapping[str, BranchRow], desks: Mapping[str, Desk],
        everybody: list[Life], now: datetime, codes: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.codes = codes
        self.club, self.clock, self.branches, self.desks, self.lives, self.now = club, clock, branches, desks, everybody, now
        self.today = {code: days.day_of(now, branch.zone) for code, branch in branches.items()}
        self.ids: dict[int, int] = {}
        self.working = Working(club, branches, desks, self.today["main"], SEED)
        self.telephone = Telephone(club, SEED)
        others = everybody[len(REGULARS) :]
        self.numbers = {code: [one.phone for one in others if one.name and one.branch == code] for code in branches}

    def go(self) -> None:
        """Every day: the midnights first, then who becomes known, then what else happens, in its order."""
        events = sorted(self._events(), key=lambda event: (event.at, event.who, event.number))
        for midnight, of_day in groupby(events, key=lambda event: self._night_before(event.at)):
            self._put(midnight)
            todays = list(of_day)
            for event in todays:
                if event.number == 0:
                    self._become_known(event)
            with self.club.writing(announce=False) as conn:
                for event in todays:
                    if event.number:
                        self._happen(conn, event)
            self._evening(days.day_of(midnight, self.branches["main"].zone) - self.today["main"], midnight)

    def _evening(self, day: int, midnight: datetime) -> None:
        """The calls of the day, and people at their cards."""
        self.telephone.rings(day, self.numbers, lambda ring: self._instant(ring.branch, day, ring.minute), self._put)
        self._put(min(midnight + _EVENING, self.now))
        self.working.leave({self.ids[who] for who in range(len(REGULARS)) if who in self.ids})
        self.working.work(day)

    def _put(self, at: datetime) -> None:
        """Time goes by up to an instant."""
        self.clock.at = at
        pass_time(self.club)

    def _events(self) -> Iterable[_Event]:
        for who, life in enumerate(self.lives):
            yield _Event(self._instant(life.branch, *life.began), who, 0, ())
            for number, step in enumerate(life.in_order(), 1):
                yield _Event(self._instant(life.branch, step.day, step.minute), who, number, step.facts)

    def _instant(self, branch: str, day: int, minute: int) -> datetime:
        """A minute of a day; of today only the part that has passed is there to happen in."""
        start = days.day_start(self.today[branch] + day, self.branches[branch].zone)
        if day == 0:
            return start + (self.now - start) * (minute / (24 * 60))
        return start + timedelta(minutes=minute)

    def _night_before(self, at: datetime) -> datetime:
        """The latest midnight of the western branch before an instant: the others have had theirs by then."""
        zone = self.branches["main"].zone
        return days.day_start(days.day_of(at, zone), zone)

    def _desk(self, life: Life, facts: tuple[dict[str, Any], ...]) -> Desk:
        """Sales and endings are made by whoever is there; the manager sees to the harder things."""
        manages = any(fact["type"] in ("archived", "marked", "complaint", "membership_ended") for fact in facts)
        login = "manager" if manages else "desk"
        return self.desks[login if life.branch == "main" else f"{login}.{life.branch}"]

    def _become_known(self, event: _Event) -> None:
        life = self.lives[event.who]
        self.clock.at = event.at
        if not life.name:
            self.telephone.tell(life.phone, life.branch, answered=event.who % 2 == 0)
            self.ids[event.who] = self.telephone.client_of(life.phone)
            return
        added = clients.add_client(
            self.club, self._desk(life, ()), name=life.name, phone=life.phone, branch=life.branch,
            source=life.source, kind=life.kind, tax_id=life.tax_id, comment=life.comment, key=f"demo-{event.who}",
        )  # fmt: skip
        self.ids[event.who] = added.client_id
        if life.kind == "person" and (event.who < len(REGULARS) or event.who % _SIGNED == 0):
            member = any(fact["type"] == "membership_sold" for step in life.in_order() for fact in step.facts)
            agree(self.club, self._desk(life, ()), added.client_id, event.who, member=member)

    def _happen(self, conn: Connection, event: _Event) -> None:
        life = self.lives[event.who]
        self.clock.at = event.at
        if any(fact["type"] in _SALES or fact.get("kind") == "single" for fact in event.facts):
            self._open_the_gate(conn, event)
        today = self.today[life.branch]
        self._record(conn, event, [self._dated(life, fact, today) for fact in event.facts], str(event.number))

    def _open_the_gate(self, conn: Connection, event: _Event) -> None:
        """What a receptionist presses before a sale that is not open yet."""
        while move := _OPENS.get(self._request(conn, event, "").stands().sale):
            self._record(conn, event, [{"type": move}], f"{event.number}-{move}")

    def _record(self, conn: Connection, event: _Event, facts: list[dict[str, Any]], key: str) -> None:
        recording.record_within(self._request(conn, event, f"demo-{key}"), facts)

    def _request(self, conn: Connection, event: _Event, key: str) -> recording.Request:
        desk = self._desk(self.lives[event.who], event.facts)
        return recording.open_request(self.club, desk, conn, self.ids[event.who], key)

    def _dated(self, life: Life, fact: Mapping[str, Any], today: Day) -> dict[str, Any]:
        """Distances from today as dates and instants, products by their codes."""
        said = {name: days.iso(today + value) if name in DAYS else value for name, value in fact.items()}
        if "product" in said:
            said["product"] = self.codes.get(said["product"], said["product"])
        if "at" in said:
            said["at"] = self._instant(life.branch, *said["at"]).isoformat()
        return said
