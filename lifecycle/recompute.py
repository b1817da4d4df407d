"""Keeps what is stored equal to what the facts say: for one client, for those due, for all.

One way for all three: the facts are read again, the rules say where the client stands, and what
differs is written: standing, folder rows, counters, flows and the change, in the caller's transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lifecycle import days, ledger, store
from lifecycle.club import Club
from lifecycle.days import OPEN, Day
from lifecycle.facts import Fact
from lifecycle.placement import FOLDERS, STATUSES, Placed, in_words, next_change, place
from lifecycle.policy import Policies
from lifecycle.store.branches import BranchRow
from lifecycle.summary import SUMMARY_COLUMNS, Summary, summarise
from lifecycle.touched import touched

CHUNK = 500
_FOLDER = {code: bit for bit, code in enumerate(FOLDERS)}


@dataclass
class _Batch:
    """What one refresh is about to write."""

    now: datetime
    because: str
    by: str
    fact_id: int | None
    standings: list[dict[str, Any]] = field(default_factory=list)
    entering: list[dict[str, Any]] = field(default_factory=list)
    leaving: list[tuple[int, int]] = field(default_factory=list)
    resorted: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    flows: dict[tuple[int, int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    changes: list[dict[str, Any]] = field(default_factory=list)
    contracts: dict[int, list[dict[str, Any]]] = field(default_factory=dict)


def refresh(
    conn: Connection,
    client_ids: Sequence[int],
    now: datetime,
    *,
    because: str,
    by: str,
    fact_id: int | None = None,
    quiet: bool = False,
) -> int:
    """Bring these clients up to date; gives how many moved.

    `because` names the cause in the change log: a type of fact, `time`, `policy`, `import`. With `quiet`
    no change is logged for clients who did not move (passes over the whole club).
    """
    # Before anything is read: a fact recorded between reading and writing would be overwritten unseen.
    store.clients.lock(conn, client_ids)
    branches = store.branches.by_id(conn)
    homes = store.clients.branches(conn, client_ids)
    histories = store.facts.of_clients(conn, client_ids)
    stored = store.standings.of(conn, client_ids)
    stays = store.standings.stays(conn, client_ids)
    clients = []
    for client_id in client_ids:
        home, facts = branches[homes[client_id]], histories[client_id]
        clients.append(Known(client_id, home, facts, stored.get(client_id), stays.get(client_id, {})))
    policies = store.policies.all_versions(conn)
    return refresh_known(conn, clients, policies, now, because=because, by=by, fact_id=fact_id, quiet=quiet)


@dataclass(frozen=True, slots=True)
class Known:
    """A client as the database knows them: home, facts in order, the stored standing (None before the first) and stays."""

    id: int
    branch: BranchRow
    facts: list[Fact]
    stored: Any
    stays: Mapping[int, Any]


def refresh_known(
    conn: Connection,
    clients: Sequence[Known],
    policies: Policies,
    now: datetime,
    *,
    because: str,
    by: str,
    fact_id: int | None = None,
    quiet: bool = False,
) -> int:
    """As `refresh`, for a caller that has read these clients in the same transaction already."""
    batch = _Batch(now, because, by, fact_id)
    moved = sum(_one(batch, client, policies, quiet=quiet) for client in clients)
    _write(conn, batch)
    # Also of who did not move something is new: a fact of theirs.
    whose = touched(frozenset(one.id for one in clients), frozenset(one.branch.id for one in clients))
    store.changes.touch(conn, whose)
    return moved


def _one(batch: _Batch, client: Known, policies: Policies, *, quiet: bool) -> int:
    """Judge one client and note what differs; 1 if they moved."""
    today = days.day_of(batch.now, client.branch.zone)
    summary = summarise(client.facts, policies, today)
    before = _stored_placed(client.stored)
    if _is_due(batch, client, today):
        placed, later = _walk(batch, client, summary, policies, today)
    else:
        placed = place(summary, policies.on(today), today)
        later = next_change(summary, policies, today)
        if before != placed or not quiet:
            _note_change(batch, client, before, placed, today, batch.now)
    _note_folders(batch, client, summary, placed, today)
    _note_counts(batch, client, placed)
    batch.standings.append(_standing(client, summary, placed, later, today))
    if ledger.speaks_of_contracts(client.facts):
        batch.contracts[client.id] = ledger.rows_of(client.id, client.branch, client.facts, policies, batch.now)
    return int(before != placed)


def _is_due(batch: _Batch, client: Known, today: Day) -> bool:
    stored = client.stored
    return (
        batch.because == "time"
        and stored is not None
        and stored.next_change_on is not None
        and stored.next_change_on <= today
    )


def _walk(
    batch: _Batch, client: Known, summary: Summary, policies: Policies, today: Day
) -> tuple[Placed, tuple[Day, Placed] | None]:
    """Every move that time has made since, each noted at its true time: an outage moves nobody's midnight.

    Gives where the client stands today and the next change. A client is moved by time before any newer
    fact is taken, so with one policy today's summary holds on every day of the walk.
    """
    before, day = _stored_placed(client.stored), client.stored.next_change_on
    while True:
        known = summary if policies.only is not None else summarise(client.facts, policies, day)
        step = place(known, policies.on(day), day)
        if step != before:
            _note_change(batch, client, before, step, day, days.day_start(day, client.branch.zone))
        later = next_change(known, policies, day)
        if later is None or later[0] > today:
            return step, later
        before, day = step, later[0]


def _standing(
    client: Known, summary: Summary, placed: Placed, later: tuple[Day, Placed] | None, today: Day
) -> dict[str, Any]:
    """The row of a client's standing."""
    numbers = zip(SUMMARY_COLUMNS, summary.row(), strict=True)
    return {
        "client_id": client.id,
        "branch_id": client.branch.id,
        "placed_on": today,
        **placed._asdict(),
        **{f"summary_{name}": int(value) for name, value in numbers},
        "next_change_on": later[0] if later else None,
        "next_change_at": days.day_start(later[0], client.branch.zone) if later else None,
    }


def _stored_placed(stored: Any) -> Placed | None:
    return None if stored is None else Placed(*(getattr(stored, name) for name in store.standings.PLACED))


def _note_change(
    batch: _Batch, client: Known, before: Placed | None, after: Placed, day: Day, at: datetime
) -> None:
    batch.changes.append(
        {
            "client_id": client.id,
            "branch_id": client.branch.id,
            "at": at,
            "recorded_at": batch.now,
            "day": day,
            "what": "placement" if before != after else "fact",
            "reason": batch.because,
            "fact_id": batch.fact_id,
            "by": batch.by,
            "before": _words(before, day) if before else {},
            "after": _words(after, day),
        }
    )
    was = before.mask if before else 0
    for bit in _FOLDER.values():
        entered, left = (after.mask & ~was) >> bit & 1, (was & ~after.mask) >> bit & 1
        if entered or left:
            sums = batch.flows[day, client.branch.id, bit]
            sums[0] += entered
            sums[1] += left


def _words(placed: Placed, day: Day) -> dict[str, Any]:
    """A placement as other systems read it in the change log."""
    said = in_words(placed, None, day).as_json()
    return {name: value for name, value in said.items() if name not in ("on", "next_change")}


def _note_folders(batch: _Batch, client: Known, summary: Summary, placed: Placed, today: Day) -> None:
    """Stays begun, ended, or to be sorted elsewhere."""
    for bit in range(len(FOLDERS)):
        inside, stay = placed.mask >> bit & 1, client.stays.get(bit)
        if stay is not None and not inside:
            batch.leaving.append((client.id, bit))
        elif inside:
            entered = stay.entered_on if stay is not None else today
            sort_on = _sort_day(FOLDERS[bit], summary, entered)
            _note_stay(batch, client, bit, stay, entered, sort_on)


def _note_stay(batch: _Batch, client: Known, bit: int, stay: Any, entered: Day, sort_on: Day) -> None:
    if stay is None:
        batch.entering.append(
            {
                "folder": bit,
                "client_id": client.id,
                "branch_id": client.branch.id,
                "entered_on": entered,
                "sort_on": sort_on,
            }
        )
    elif (stay.sort_on, stay.branch_id) != (sort_on, client.branch.id):
        batch.resorted.append({"c": client.id, "f": bit, "s": sort_on, "b": client.branch.id})


def _sort_day(code: str, summary: Summary, entered: Day) -> Day:
    """The day a folder's list is sorted by, small first: who must be worked with soonest stands at the head."""
    if code in ("active", "to_renew"):
        return summary.covered_until if summary.covered_until > 0 else OPEN
    if code == "not_renewed":
        return summary.engaged_on
    if code in ("lost", "churn"):
        return -summary.engaged_on
    return entered if code == "not_activated" else -entered


def _note_counts(batch: _Batch, client: Known, placed: Placed) -> None:
    was = (
        set()
        if client.stored is None
        else counted(client.stored.branch_id, client.stored.mask, client.stored.status)
    )
    now = counted(client.branch.id, placed.mask, placed.status)
    for what in was - now:
        batch.counts[what] -= 1
    for what in now - was:
        batch.counts[what] += 1


def counted(branch_id: int, mask: int, status: int) -> set[tuple[int, str]]:
    """What a client is counted in: all, the status, each folder; an archived one by folder and in all."""
    folders = {(branch_id, f"folder:{code}") for code, bit in _FOLDER.items() if mask >> bit & 1}
    archived = mask >> _FOLDER["archive"] & 1
    statuses = set() if archived else {(branch_id, f"status:{STATUSES[status]}")}
    return folders | statuses | {(branch_id, "clients")}


def _write(conn: Connection, batch: _Batch) -> None:
    """The client's own rows first, the shared ones last: what everybody waits for is held shortest."""
    store.standings.put(conn, batch.standings)
    if batch.contracts:
        ledger.keep(conn, batch.contracts)
    store.standings.leave_folders(conn, batch.leaving)
    store.standings.enter_folders(conn, batch.entering)
    store.standings.resort_folders(conn, batch.resorted)
    store.changes.stand_last_in_line(conn)
    store.standings.count(conn, batch.counts)
    store.standings.flow(conn, {key: (sums[0], sums[1]) for key, sums in batch.flows.items()})
    store.changes.add(conn, batch.changes)


def move_due(club: Club, *, still_leading: Callable[[Connection], bool] = lambda _conn: True) -> int:
    """Move every client whose next change is here, in chunks; gives how many were due.

    Each chunk is one transaction, so that nobody's write waits longer than that, and a pass that is
    cut off goes on where it stopped. `still_leading` is asked within each: a scheduler that lost its
    place writes nothing.
    """
    done = 0
    while True:
        with club.writing() as conn:
            if not still_leading(conn):
                return done
            now = club.clock.now()
            due = store.standings.due(conn, now, CHUNK)
            if due:
                refresh(conn, due, now, because="time", by="club", quiet=True)
        done += len(due)
        if len(due) < CHUNK:
            return done


def catch_up(conn: Connection, client_id: int, now: datetime) -> Any:
    """Before a new fact is judged: the moves that time has already made and the clock has not yet written.

    Gives the stored standing as it is then, None for a client never placed.
    """
    stored = store.standings.of(conn, [client_id]).get(client_id)
    if stored is None or stored.next_change_at is None or stored.next_change_at > now:
        return stored
    refresh(conn, [client_id], now, because="time", by="club", quiet=True)
    return store.standings.of(conn, [client_id])[client_id]


def note_new_home(conn: Connection, client_id: int, before: BranchRow, after: BranchRow, now: datetime, *, by: str) -> None:
    """A client of one branch is another's from now on: the old one sees them go out of their folders, the new one come in.

    Called after the refresh that moved the stored standing. Programs bound to the old branch hear of it, too.
    """
    mask = store.standings.of(conn, [client_id])[client_id].mask
    bits = [bit for bit in _FOLDER.values() if mask >> bit & 1]
    gone = {(days.day_of(now, before.zone), before.id, bit): (0, 1) for bit in bits}
    come = {(days.day_of(now, after.zone), after.id, bit): (1, 0) for bit in bits}
    store.changes.stand_last_in_line(conn)
    store.standings.flow(conn, gone | come)
    away = {
        "client_id": client_id, "branch_id": before.id, "at": now, "recorded_at": now, "day": days.day_of(now, before.zone),
        "what": "branch", "reason": "client_changed", "fact_id": None, "by": by,
        "before": {"branch": before.code}, "after": {"branch": after.code},
    }  # fmt: skip
    store.changes.add(conn, [away])


def refresh_all(
    club: Club, *, because: str, by: str, progress: Callable[[int], None] = lambda _done: None
) -> int:
    """Go through the whole club, writing only what differs; gives how many moved."""
    moved, done, last = 0, 0, 0
    while True:
        with club.writing() as conn:
            ids = store.clients.ids(conn, after=last, limit=CHUNK)
            if ids:
                moved += refresh(conn, ids, club.clock.now(), because=because, by=by, quiet=True)
        if not ids:
            return moved
        last, done = ids[-1], done + len(ids)
        progress(done)


def rebuild(club: Club, *, by: str, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Make everything computed anew from facts: standings, folder rows, counters, the search index; gives how many moved.

    For a club whose check found differences. Flows and the change log are history and stay.
    """
    moved = refresh_all(club, because="recompute", by=by, progress=progress)
    with club.writing() as conn:
        store.changes.stand_last_in_line(conn)
        counts: dict[tuple[int, str], int] = defaultdict(int)
        for branch_id, mask, status, count in store.standings.tallies(conn):
            for what in counted(branch_id, mask, status):
                counts[what] += count
        store.standings.set_counters(conn, counts)
        store.agenda.look_at_everybody(conn)
    last = 0
    while True:
        with club.writing(announce=False) as conn:
            ids = store.clients.ids(conn, after=last, limit=CHUNK)
            store.search.put(conn, store.clients.for_index(conn, ids))
        if not ids:
            return moved
        last = ids[-1]
