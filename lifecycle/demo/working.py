"""The demo club's people at their cards, and its telephone: what makes the board and the calls of the day look alive.

Of old cards most were closed; those of the last weeks are being worked: planned, put off, talked about. The named
regulars are left where they stand. All of it is the same every time, counted in days from today.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any, Final, NamedTuple

from lifecycle import store
from lifecycle.actions import sources
from lifecycle.club import Club
from lifecycle.days import Day, day_of
from lifecycle.desk import CLUB, Desk
from lifecycle.intake import receiving
from lifecycle.intake.adapter import Incoming
from lifecycle.simulate.working import Team, work
from lifecycle.store.branches import BranchRow
from lifecycle.store.cards import CardRow

#: So many days back people work every day; before that once a week, and mostly to the end.
LATELY: Final = 40
_WEEK: Final = 7
#: Of so many cards one was forgotten.
_LEFT: Final = 14
_SAID: Final = (
    "Думает, просит перезвонить в пятницу", "Хочет утренний абонемент", "Спрашивала про бассейн", "Занят, позвонить вечером",
    "Просить про дитячу групу", "Зайде у вихідні", "Ждёт зарплату, вернёмся к разговору", "Отправила прайс в мессенджер",
)  # fmt: skip
#: What became of the cards of long ago, and what is done with those of the last weeks.
_ENDED: Final = {"win_back": {"told": 4, "refused": 1}, "": {"done": 8, "refused": 2}}
_GOES_ON: Final = {
    "win_back": {"called": 5, "plan": 3, "no_answer": 3, "comment": 1, "refused": 1},
    "missed_call": {"called_back": 2, "no_answer": 1},
    "": {"plan": 6, "no_answer": 3, "then": 3, "done": 4, "comment": 2, "move": 2, "refused": 1, "hand": 1},
}
#: Cards that begin with a contact status, so that they stand by their day: as the owner of this club wanted it.
_BEGIN_WITH: Final = {"win_back": "new_contact", "renewal": "new_contact", "not_renewed": "new_contact"}
_DESKS: Final = {"main": ("desk", "manager"), "park": ("desk.park", "manager.park")}


class Ring(NamedTuple):
    """A call of the last days: on which, at which minute, to which branch, whether somebody answered, which way."""

    day: int
    minute: int
    branch: str
    answered: bool = True
    direction: str = "in"
    hidden: bool = False


#: Of yesterday and of today: most are talked over, some nobody took, one hides its number.
RINGS: Final = (
    Ring(-1, 610, "main"), Ring(-1, 660, "main", answered=False), Ring(-1, 725, "park"), Ring(-1, 790, "main", direction="out"),
    Ring(-1, 905, "park", answered=False), Ring(-1, 1010, "main"), Ring(-1, 1120, "main", hidden=True), Ring(-1, 1190, "park"),
    Ring(0, 560, "main"), Ring(0, 615, "park"), Ring(0, 700, "main", answered=False), Ring(0, 760, "main", direction="out"),
    Ring(0, 840, "main", hidden=True), Ring(0, 930, "park", answered=False), Ring(0, 1015, "main"), Ring(0, 1100, "park"),
    Ring(0, 1190, "main", answered=False), Ring(0, 1260, "main"),
)  # fmt: skip
_LINES: Final = {"main": "+78120000001", "park": "+73430000001"}


def tune(club: Club, owner: Desk) -> None:
    """The owner's wishes about the rules."""
    with club.writing(announce=False) as conn:
        for rule, status in _BEGIN_WITH.items():
            wish: dict[str, Any] = {"on": True, "status": status, "numbers": {}}
            store.rule_settings.put(conn, rule, wish | {"changed_by": owner.name, "changed_at": club.clock.now()}, 0)


class Working:
    """Who works the cards and takes the calls of the demo."""

    def __init__(self, club: Club, branches: Mapping[str, BranchRow], desks: Mapping[str, Desk], today: Day, seed: int) -> None:
        self._club, self._zone, self._today, self._seed = club, branches["main"].zone, today, seed
        self._regulars: Collection[int] = ()
        people = {desk.staff_id: desk for desk in desks.values() if desk.staff_id is not None and desk.role != "auditor"}
        at_desk = {one.id: [desks[login] for login in _DESKS[code]] for code, one in branches.items()}
        homes = {one.id: one for one in branches.values()}
        self._lately = Team(people, at_desk, homes, self._name, _SAID, _GOES_ON, _LEFT, 3, patient=True)
        self._once = Team(people, at_desk, homes, self._name, _SAID, _ENDED, _LEFT, 2, patient=True)

    def leave(self, client_ids: Collection[int]) -> None:
        """Nobody touches what is about these clients."""
        self._regulars = client_ids

    def work(self, day: int) -> None:
        """Work on the board, on a day counted from today; the clock stands at its evening."""
        if day >= -LATELY:
            work(self._club, self._lately, str(day))
        elif day % _WEEK == 0:
            work(self._club, self._once, str(day))

    def _name(self, card: CardRow) -> str | None:
        """A card by what is the same on whatever day the demo is made."""
        if card.client_id in self._regulars:
            return None
        return f"{self._seed} {card.client_id} {card.rule} {card.number} {self._today - day_of(card.created_at, self._zone)}"


class Telephone:
    """The exchange of the demo."""

    def __init__(self, club: Club, seed: int) -> None:
        self._club, self._rng, self._count = club, Random(seed), 0
        lines = "; ".join(f"{line} = {code}" for code, line in _LINES.items())
        made = sources.create(club, CLUB, kind="telephony", name="Телефония", options={"lines": lines})
        self._code, self._secret = made.source.code, made.secret

    def rings(self, day: int, numbers: Mapping[str, Sequence[str]], at: Callable[[Ring], datetime], put: Callable[[datetime], None]) -> None:
        """The calls of a day, from numbers of each branch's clients; `at` tells the instant, `put` puts the clock to it."""
        for ring in RINGS:
            if ring.day == day:
                put(at(ring))
                number = "" if ring.hidden else self._rng.choice(numbers[ring.branch])
                self.tell(number, ring.branch, answered=ring.answered, direction=ring.direction)

    def tell(self, number: str, branch: str, *, answered: bool, direction: str = "in") -> None:
        """Report a call that begins and ends at the club's present instant."""
        self._count += 1
        seconds = self._rng.randrange(25, 400) if answered else 0
        told = {
            "call": f"demo-{self._count}", "id": f"demo-{self._count}", "state": "ended", "direction": direction, "number": number,
            "line": _LINES[branch], "at": self._club.clock.now().isoformat(), "answered": answered, "seconds": seconds,
        }  # fmt: skip
        headers, body = {"x-club-secret": self._secret}, json.dumps(told).encode()
        receiving.receive(self._club, self._code, Incoming(headers=headers, content_type="application/json", body=body))

    def client_of(self, number: str) -> int:
        """Whoever became known by a call from this number, written as the world over."""
        with self._club.reading() as conn:
            [found] = store.clients.with_number(conn, [number], CLUB)
        return found
