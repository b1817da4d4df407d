"""Doors for the club's numbers: tried on everybody before they hold, published from a day on (spec: lifecycle, section 4).

Publishing writes the version and, in the same transaction, that everybody is to be placed anew. That is done
in the background, a chunk a transaction, and goes on after a crash where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from lifecycle import days, keeping, recompute, rights, store
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, IllegalMove, shown
from lifecycle.placement import FOLDERS, STATUSES, folders_of, place_mask_status
from lifecycle.policy import Policies, Policy
from lifecycle.store.columns import Everybody
from lifecycle.summary import Columns, summarise

#: Up to so many clients a trial folds everybody's facts anew where the number asks for it; beyond, it says so.
REFOLD_MOST: Final = 20_000
#: What the summary itself is folded with; all other numbers only judge it.
FOLDED_WITH: Final = ("grace_days", "activate_on_visit")
_REPLACING: Final = "replacing"


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: from which local day on, what it changed, and when it was published."""

    id: int
    from_on: Day
    policy: Policy
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shift:
    """So many clients who would leave one set of folders for another; some of them by id."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do on the day it begins, had nothing else happened by then.

    `moved` counts those whose folders or status differ. `folders` gives each folder's count before and after.
    `exact` is false where the club is too large to fold everybody's facts anew for a trial: the returns after a
    pause are then counted by the numbers now in force.
    """

    on: Day
    clients: int
    moved: int
    shifts: tuple[Shift, ...]
    folders: Mapping[str, tuple[int, int]]
    statuses: Mapping[str, tuple[int, int]]
    refolded: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class Replacing:
    """How far placing everybody anew has come."""

    done: int
    of: int


def earliest_start(club: Club) -> Day:
    """The first day a new version may begin on: today, where it is latest."""
    now = club.clock.now()
    with club.reading() as conn:
        return _today(conn, now)


def publish_policy(
    club: Club, desk: Desk, changes: Mapping[str, Any], from_on: str | None = None, *, seen: int | None = None
) -> Version:
    """Let numbers hold from a day on (`2026-03-01`; today if absent). Everybody is placed anew in the background.

    `seen` is the id of the latest version the person saw (0 for none). Raises Refused, BadInput naming each
    number or the day, Conflict where somebody published meanwhile, IllegalMove where nothing would change.
    """
    rights.check(desk, "publish_policy")
    now = club.clock.now()
    with club.writing() as conn:
        store.changes.stand_last_in_line(conn)
        if seen is not None and store.policies.latest(conn) != seen:
            raise Conflict("policy_changed")
        day = _first_day(conn, from_on, now)
        before, after = _both(store.policies.all_versions(conn), changes, day)
        if before == after:
            raise IllegalMove("policy_unchanged")
        version = store.policies.add(conn, from_on=day, numbers=after.values(), at=now, staff_id=desk.staff_id)
        store.settings.put(conn, _REPLACING, {"after": 0, "done": 0, "of": store.clients.count(conn)})
        _announce(conn, desk, day, before, after, now)
    return Version(version, day, after, _difference(before, after))


def preview_policy(
    club: Club, desk: Desk, changes: Mapping[str, Any], from_on: str | None = None, *, examples: int = 5
) -> Preview:
    """Who would move, counted over everybody by the same rules. Nothing is changed. Raises as `publish_policy`."""
    rights.check(desk, "publish_policy")
    now = club.clock.now()
    with club.reading() as conn:
        day = _first_day(conn, from_on, now)
        policies = store.policies.all_versions(conn)
        before, after = _both(policies, changes, day)
        everybody = store.columns.load(conn, desk)
        wanted = any(getattr(before, name) != getattr(after, name) for name in FOLDED_WITH)
        refolded = wanted and len(everybody) <= REFOLD_MOST
        then = _refolded(conn, everybody, _with(policies, day, after), day) if refolded else everybody.summaries
    stood = place_mask_status(everybody.summaries, before, day)
    stands = place_mask_status(then, after, day)
    return _told(everybody, day, stood, stands, examples, refolded=refolded, exact=refolded or not wanted)


def replacing(club: Club) -> Replacing | None:
    """How far placing everybody anew has come; None where nothing is left to do."""
    with club.reading() as conn:
        row = store.settings.get(conn, _REPLACING)
    return Replacing(row["done"], row["of"]) if row else None


def replaced_up_to(conn: Connection) -> int | None:
    """The id of the last client who was placed anew by the last policy; None where all were."""
    row = store.settings.get(conn, _REPLACING)
    return int(row["after"]) if row else None


def finish_replacing(club: Club, *, still_leading: Callable[[Connection], bool] = lambda _conn: True) -> bool:
    """Place everybody anew where a published version asks for it, from where an earlier try stopped.

    One transaction a chunk, the progress written with it. True where there was something to do.
    """
    worked = False
    while True:
        with club.reading() as conn:
            if store.settings.get(conn, _REPLACING) is None:
                return worked
        with club.writing() as conn:
            row = store.settings.get(conn, _REPLACING)
            if row is None or not still_leading(conn):
                return worked
            _one_chunk(conn, club, row)
        worked = True


def _one_chunk(conn: Connection, club: Club, row: Mapping[str, int]) -> None:
    ids = store.clients.ids(conn, after=row["after"], limit=recompute.CHUNK)
    if not ids:
        store.settings.remove(conn, _REPLACING)
        return
    recompute.refresh_each(conn, ids, club.clock.now(), because="policy")
    keeping.look_quietly(conn, ids, club.clock.now())
    store.settings.put(conn, _REPLACING, {**row, "after": ids[-1], "done": row["done"] + len(ids)})


def _today(conn: Connection, now: Any) -> Day:
    return max(days.day_of(now, branch.zone) for branch in store.branches.every(conn))


def _first_day(conn: Connection, from_on: str | None, now: Any) -> Day:
    """The day a version begins on. The past stays as it was: a day that began anywhere is the past tomorrow."""
    today = _today(conn, now)
    if from_on is None:
        return today
    try:
        day = days.parse_day(from_on)
    except (ValueError, TypeError):
        raise BadInput.of("from_on", "bad_day", value=shown(from_on)) from None
    if day < today:
        raise BadInput.of("from_on", "policy_in_the_past", day=days.iso(today))
    return day


def _both(policies: Policies, changes: Mapping[str, Any], day: Day) -> tuple[Policy, Policy]:
    before = policies.on(day)
    return before, before.but(changes)


def _with(policies: Policies, day: Day, policy: Policy) -> Policies:
    return Policies([*policies.versions, (day, policy)])


def _difference(before: Policy, after: Policy) -> dict[str, Any]:
    was = before.values()
    return {name: value for name, value in after.values().items() if was[name] != value}


def _announce(conn: Connection, desk: Desk, day: Day, before: Policy, after: Policy, now: Any) -> None:
    changed = _difference(before, after)
    was = {name: before.values()[name] for name in changed}
    store.changes.add(
        conn,
        [
            {
                "client_id": None,
                "branch_id": None,
                "at": now,
                "recorded_at": now,
                "day": day,
                "what": "policy",
                "reason": "publish_policy",
                "fact_id": None,
                "by": desk.name,
                "before": was,
                "after": changed,
            }
        ],
    )
    audit.append(conn, desk, "publish_policy", at=now, detail={"from": days.iso(day), "before": was, "after": changed})


def _refolded(conn: Connection, everybody: Everybody, policies: Policies, day: Day) -> Columns:
    """Everybody's summary by other numbers, from their facts."""
    ids = [int(one) for one in everybody.ids]
    found = []
    for start in range(0, len(ids), recompute.CHUNK):
        part = ids[start : start + recompute.CHUNK]
        histories = store.facts.of_clients(conn, part)
        found += [summarise(histories[one], policies, day) for one in part]
    return Columns.of(found)


_Stand = tuple[npt.NDArray[np.int16], npt.NDArray[np.int8]]


def _told(
    everybody: Everybody, day: Day, stood: _Stand, stands: _Stand, examples: int, *, refolded: bool, exact: bool
) -> Preview:
    (masks, statuses), (masks_then, statuses_then) = stood, stands
    moved = (masks != masks_then) | (statuses != statuses_then)
    # As in the counters: who is archived counts in no status. No number of the policy moves the archive.
    away = (masks >> FOLDERS.index("archive") & 1).astype(np.bool_)
    return Preview(
        on=day,
        clients=len(everybody),
        moved=int(moved.sum()),
        shifts=_shifts(everybody.ids, masks, masks_then, moved, examples),
        folders={
            code: (int((masks >> bit & 1).sum()), int((masks_then >> bit & 1).sum()))
            for bit, code in enumerate(FOLDERS)
        },
        statuses={
            code: (int(((statuses == number) & ~away).sum()), int(((statuses_then == number) & ~away).sum()))
            for number, code in enumerate(STATUSES)
        },
        refolded=refolded,
        exact=exact,
    )


def _shifts(
    ids: npt.NDArray[np.int64],
    masks: npt.NDArray[np.int16],
    masks_then: npt.NDArray[np.int16],
    moved: npt.NDArray[np.bool_],
    examples: int,
) -> tuple[Shift, ...]:
    """The moves by where from and where to, the most first."""
    pairs = (masks[moved].astype(np.int64) << 16) | masks_then[moved]
    movers = ids[moved]
    found = []
    for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True):
        some = movers[pairs == pair][:examples]
        before, after = folders_of(int(pair) >> 16), folders_of(int(pair) & 0xFFFF)
        found.append(Shift(before, after, int(count), tuple(int(one) for one in some)))
    return tuple(sorted(found, key=lambda shift: -shift.count))
