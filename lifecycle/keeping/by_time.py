"""The rules at work when time passes: moment by moment, each at its true time, and quiet looks counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from lifecycle import automation, store
from lifecycle.automation import Life
from lifecycle.club import Club
from lifecycle.keeping.of_facts import at_moment
from lifecycle.keeping.reading import life_of, rules
from lifecycle.keeping.writing import Kept, write

CHUNK: Final = 500
#: What the quiet looks under way have counted, and what the last ones came to.
_LOOKING, _CALLED_FOR = "rules_looking", "rules_called_for"


@dataclass
class Passed:
    """What a pass did: at how many clients it looked, how many of them quietly, and for what their state would call."""

    looked: int = 0
    quietly: int = 0
    called_for: Counter[str] = field(default_factory=Counter)


def keep_due(
    club: Club,
    *,
    still_leading: Callable[[Connection], bool] = lambda _conn: True,
    progress: Callable[[int], None] = lambda _looked: None,
) -> Passed:
    """Do all that the rules do by time up to now, the earliest moment of the whole club first.

    One transaction for one moment (or a chunk of its clients), so that a pass that is cut off goes on where it
    stopped; `still_leading` is asked within each. The order is the same however late it comes.
    """
    passed = Passed()
    while (at := _next(club)) is not None:
        with club.writing() as conn:
            if not still_leading(conn):
                return passed
            _one_moment(conn, club, at, passed)
        progress(passed.looked)
    _settle(club)
    return passed


def _next(club: Club) -> datetime | None:
    """The next moment that is here."""
    with club.reading() as conn:
        at = store.agenda.earliest(conn)
    return at if at is not None and at <= club.clock.now() else None


def _one_moment(conn: Connection, club: Club, at: datetime, passed: Passed) -> None:
    ids = store.agenda.due_at(conn, at, CHUNK)
    # Before anything is read: a fact recorded meanwhile may have done it already.
    store.clients.lock(conn, ids)
    subjects = [one for one in store.agenda.subjects(conn, ids).values() if one.next_at == at]
    histories, known = store.facts.of_clients(conn, [one.client_id for one in subjects]), rules(conn)
    kept = [at_moment(one, histories[one.client_id], at, known, club.clock.now()) for one in subjects]
    write(conn, kept)
    quiet = [one for one in kept if one.subject.quiet]
    counted = Counter(rule for one in quiet for rule in called_by(one.life))
    if quiet:
        _count(conn, len(quiet), counted)
    passed.looked += len(kept)
    passed.quietly += len(quiet)
    passed.called_for += counted


def called_by(life: Life) -> Iterator[str]:
    """The rules for whose cards the client's present state calls; what merely happened once calls for none."""
    for one in to_be_made(life):
        yield one.rule


def to_be_made(life: Life) -> Iterator[automation.Wanted]:
    """The cards that hold true, were never made, and whose rule the club lets make cards."""
    if life.relation == "not_target":
        return
    for key, one in automation.wanted(life).items():
        if one.family not in automation.LASTING and life.card(key) is None and automation.is_on(life, one.rule):
            yield one


def _count(conn: Connection, clients: int, counted: Counter[str]) -> None:
    row = store.settings.get(conn, _LOOKING) or {"clients": 0, "rules": {}}
    sums = Counter(row["rules"]) + counted
    store.settings.put(conn, _LOOKING, {"clients": row["clients"] + clients, "rules": dict(sums)})


def _settle(club: Club) -> None:
    """Where quiet looks have come to their end, their count stands as the last one."""
    with club.reading() as conn:
        if store.settings.get(conn, _LOOKING) is None:
            return
    with club.writing(announce=False) as conn:
        row = store.settings.get(conn, _LOOKING)
        if row is not None:
            store.settings.put(conn, _CALLED_FOR, {**row, "at": club.clock.now().isoformat()})
            store.settings.remove(conn, _LOOKING)


@dataclass(frozen=True, slots=True)
class CalledFor:
    """For how many cards, per rule, the state of how many clients called, when it was looked at last."""

    at: datetime
    clients: int
    rules: Counter[str]


def called_for(conn: Connection) -> CalledFor | None:
    """What the last quiet looks counted; None where there were none."""
    row = store.settings.get(conn, _CALLED_FOR)
    return None if row is None else CalledFor(datetime.fromisoformat(row["at"]), row["clients"], Counter(row["rules"]))


def lives(conn: Connection, client_ids: list[int], now: datetime) -> Iterator[tuple[Kept, Life]]:
    """These clients at an instant, for whoever chooses what to make."""
    subjects, known = store.agenda.subjects(conn, client_ids), rules(conn)
    histories = store.facts.of_clients(conn, client_ids)
    for client_id, subject in subjects.items():
        life = life_of(subject, histories[client_id], now, known)
        yield Kept(subject, life, automation.Difference(), "chosen"), life
