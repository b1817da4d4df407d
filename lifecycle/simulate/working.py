"""People at work on the cards: they comment, plan, move, close them, call the client, or let them lie.

What somebody does with a card on a day follows from the seed, the client, the card and the day alone, so that the
same club is worked in the same way however often the work was cut off. Each deed has its key: twice it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from lifecycle import days, store
from lifecycle.actions import cards, recording
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.store import staff as staff_rows
from lifecycle.store.branches import BranchRow
from lifecycle.store.cards import CardRow

_LEAVING: Final = ("price", "moved", "health", "schedule", "service", "competitor")
_STATUSES: Final = ("new_contact", "in_conversation", "thinking", "agreed")
SAID: Final = ("Will think it over", "Asked to call on Friday", "Interested in the pool", "Busy, call later")
_SATURDAY: Final = 6


@dataclass(frozen=True, slots=True)
class Work:
    """One deed with one card: the card as it was read, by whom, when, under which key, by which chance."""

    club: Club
    desk: Desk
    card: CardRow
    branch: BranchRow
    key: str
    rng: Random
    said: Sequence[str]

    @property
    def now(self) -> datetime:
        return self.club.clock.now()


@dataclass(frozen=True)
class Team:
    """Who works the cards: everybody by their id, those at the desk of each branch.

    `name_of` names a card for the dice, None for one that nobody is to touch; `said` is what people write down,
    `chances` what they do, by the rule of a card (see `CHANCES`). One of `left` cards is left alone for ever; of
    `one_of` others one is worked in a session; where people are `patient`, none whose day is still to come.
    """

    people: Mapping[int, Desk]
    at_desk: Mapping[int, list[Desk]]
    branches: Mapping[int, BranchRow]
    name_of: Callable[[CardRow], str | None]
    said: Sequence[str] = SAID
    chances: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: CHANCES)
    left: int = 5
    one_of: int = 7
    patient: bool = False

    def worker(self, card: CardRow, rng: Random) -> Desk:
        """Whoever is responsible for a card, else one of the branch; the dice fall alike for both."""
        other = rng.choice(self.at_desk[card.branch_id])
        return self.people.get(card.responsible_id or 0, other)


def work(club: Club, team: Team, session: str) -> int:
    """Work on the board for a while, as it was just before this instant; gives how many cards were worked."""
    with club.reading() as conn:
        there = store.cards.open_at(conn, club.clock.now())
    return sum(_worked(club, team, card, session) for card in there if not _waits(team, card, club.clock.now()))


def _waits(team: Team, card: CardRow, now: datetime) -> bool:
    """Whether the card's day is still to come."""
    return team.patient and card.due_on is not None and card.due_on > days.day_of(now, team.branches[card.branch_id].zone)


def work_again(club: Club, team: Team, session: str) -> int:
    """Send once more what was sent in a session of the past: whoever pressed twice."""
    with club.reading() as conn:
        there = store.cards.worked_in(conn, _key(session))
    return sum(_worked(club, team, card, session) for card in there)


def _worked(club: Club, team: Team, card: CardRow, session: str) -> bool:
    name = team.name_of(card)
    if name is None or Random(name).randrange(team.left) == 0:
        return False
    rng = Random(f"{name} {session}")
    if rng.randrange(team.one_of):
        return False
    how, worker = _how(rng, team.chances, card, club.clock.now()), team.worker(card, rng)
    _WAYS[how](Work(club, worker, card, team.branches[card.branch_id], _key(session), rng, team.said))
    return True


def _key(session: str) -> str:
    return f"work-{session}"


def _how(rng: Random, by_rule: Mapping[str, Mapping[str, int]], card: CardRow, now: datetime) -> str:
    """What a person would do with such a card; what has lost its cause by now is put away."""
    chances = by_rule.get(card.rule, by_rule[""])
    how = rng.choices(tuple(chances), tuple(chances.values()))[0]
    return "not_needed" if card.gone_at is not None and card.gone_at < now else how


#: What is done with a card, and how often; the last line is for every other rule.
CHANCES: Final[Mapping[str, Mapping[str, int]]] = {
    "win_back": {"called": 8, "refused": 2, "plan": 3, "no_answer": 3, "comment": 2, "hand": 1},
    "missed_call": {"called_back": 6, "done": 2, "no_answer": 2},
    "debt": {"comment": 3, "plan": 2, "no_answer": 2, "done": 1},
    "": {"comment": 4, "plan": 3, "move": 4, "no_answer": 3, "done": 3, "then": 2, "refused": 1, "hand": 1},
}


# --- one deed each ------------------------------------------------------------------------------------


def _comment(work: Work) -> None:
    cards.comment(work.club, work.desk, work.card.id, text=work.rng.choice(work.said), key=work.key)


def _plan(work: Work) -> None:
    due = days.iso(_today(work) + work.rng.randrange(1, 6))
    values = {"status": work.rng.choice(_STATUSES), "due": due, "step": work.rng.choice(("call", "message", "meeting"))}
    cards.edit(work.club, work.desk, work.card.id, version=work.card.version, key=work.key, **values)


def _move(work: Work) -> None:
    weekday = work.now.astimezone(work.branch.zone).isoweekday()
    open_ones = ("today", "tomorrow", "later", "unsorted", *(("this_week",) if weekday < _SATURDAY else ()))
    to = work.rng.choice(open_ones)
    cards.move(work.club, work.desk, work.card.id, to=to, version=work.card.version, key=work.key)


def _no_answer(work: Work) -> None:
    _contact(work, "other", "no_answer")
    cards.no_answer_again_tomorrow(work.club, work.desk, work.card.id, version=_version(work), key=work.key)


def _called_back(work: Work) -> None:
    """The card goes by itself."""
    cards.comment(work.club, work.desk, work.card.id, text=work.rng.choice(work.said), key=work.key)
    _contact(work, "other", None)


def _called(work: Work) -> None:
    """Somebody lost told why they stopped."""
    reason, contact = work.rng.choice(_LEAVING), work.rng.choice(("thinking", "will_come"))
    _contact(work, "win_back", contact)
    _finish(work, result="done", reason=reason, text=work.rng.choice(work.said))


def _told(work: Work) -> None:
    """As `_called`, but nobody wrote the call itself down."""
    _finish(work, result="done", reason=work.rng.choice(_LEAVING), text="")


def _refused(work: Work) -> None:
    _finish(work, result="refused", reason=work.rng.choice(_LEAVING), text="")


def _done(work: Work) -> None:
    _finish(work, result="done", text=work.rng.choice(work.said))


def _then(work: Work) -> None:
    """Done, and the next step agreed at a time of day."""
    day = days.day_start(_today(work) + work.rng.randrange(1, 5), work.branch.zone)
    due = day + timedelta(hours=work.rng.randrange(9, 20))
    _finish(work, result="done", text="", then={"step": "call", "due": due.isoformat(), "status": work.rng.choice(_STATUSES)})


def _not_needed(work: Work) -> None:
    _finish(work, result="not_needed", text="")


def _hand(work: Work) -> None:
    """Somebody else is to do it."""
    with work.club.reading() as conn:
        there = [one.id for one in staff_rows.at_work(conn, work.card.branch_id) if one.role in ("front_desk", "manager")]
    person = work.rng.choice(sorted(there))
    cards.edit(work.club, work.desk, work.card.id, version=work.card.version, key=work.key, responsible_id=person)


_WAYS: Final[Mapping[str, Callable[[Work], None]]] = {
    "comment": _comment,
    "plan": _plan,
    "move": _move,
    "no_answer": _no_answer,
    "called_back": _called_back,
    "called": _called,
    "refused": _refused,
    "told": _told,
    "done": _done,
    "then": _then,
    "not_needed": _not_needed,
    "hand": _hand,
}


def _finish(work: Work, **how: Any) -> None:
    cards.finish(work.club, work.desk, work.card.id, version=_version(work), key=work.key, **how)


def _contact(work: Work, kind: str, outcome: str | None) -> None:
    """What was said stands in the client's history, too."""
    said = {"type": "contact", "direction": "out", "kind": kind, "outcome": outcome}
    recording.record(work.club, work.desk, work.card.client_id, [said], key=f"{work.key}-{work.card.id}")


def _version(work: Work) -> int:
    """Of the card as it is after what was recorded about the client."""
    with work.club.reading() as conn:
        return store.cards.get(conn, work.desk, work.card.id).version


def _today(work: Work) -> days.Day:
    return days.day_of(work.now, work.branch.zone)
