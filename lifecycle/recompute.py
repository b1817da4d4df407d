"""Keeps what is stored equal to what the facts say: for one client, for those due.

One way for both: the rules say where the client stands, and what differs is written: standing, folder rows,
counters, flows and the change, in the caller's transaction. The facts are read again; where only time has
gone by, the summary of them that is stored still holds and is taken instead. `everybody` goes through all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import aside, days, ledger, store
from lifecycle.aside import AGAIN_AFTER
from lifecycle.club import Club
from lifecycle.days import OPEN, Day
from lifecycle.known import Asked, Known, earlier, next_fact_on
from lifecycle.placement import FOLDERS, STATUSES, Change, Placed, bits_of, look, words
from lifecycle.policy import Policies
from lifecycle.store.branches import BranchRow
from lifecycle.summary import SUMMARY_COLUMNS, Summary, summarise
from lifecycle.touched import touched

CHUNK = 500


@dataclass
class _Batch:
    """What one refresh is about to write."""

    now: datetime
    because: str
    by: str
    fact_id: int | None
    standings: list[dict[str, Any]] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
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
    homes, stored = store.clients.branches(conn, client_ids), store.standings.of(conn, client_ids)
    histories = Asked(lambda: store.facts.of_clients(conn, client_ids))
    stays = Asked(lambda: store.standings.stays(conn, client_ids))
    clients = [Known(one, branches[homes[one]], histories, stored.get(one), stays) for one in client_ids]
    policies = store.policies.all_versions(conn)
    return refresh_known(conn, clients, policies, now, because=because, by=by, fact_id=fact_id, quiet=quiet)


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
    before = _stored_placed(client.stored)
    kept = _kept(batch, client, policies, today)
    summary = kept or summarise(client.facts, policies, today)
    if _is_due(batch, client, today):
        placed, later = _walk(batch, client, kept, policies, today)
    else:
        placed, later = look(summary, policies, today)
        if before != placed or not quiet:
            _note_change(batch, client, before, placed, today, batch.now)
    _note_folders(batch, client, summary, placed, today, kept=kept is not None)
    _note_counts(batch, client, placed)
    standing = _standing(client, placed, later, today, client.stored.next_fact_on if kept else next_fact_on(client.facts, today))
    if kept is not None:
        # Contracts have a clock of their own.
        batch.moved.append(standing | {"c": client.id})
        return int(before != placed)
    batch.standings.append(standing | _whole(client, summary))
    if ledger.speaks_of_contracts(client.facts):
        batch.contracts[client.id] = ledger.rows_of(client.id, client.branch, client.facts, policies, batch.now)
    return int(before != placed)


def _is_due(batch: _Batch, client: Known, today: Day) -> bool:
    return batch.because == "time" and client.woken_on is not None and client.woken_on <= today


def _kept(batch: _Batch, client: Known, policies: Policies, today: Day) -> Summary | None:
    """The stored summary where time alone is at work and it still holds; then not one fact is read."""
    if not _is_due(batch, client, today):
        return None
    stored = client.stored
    if stored.next_fact_on is not None and stored.next_fact_on <= today:
        return None
    # A policy that begins on the very day of the placing may have been published after it.
    return store.standings.summary_of(stored) if policies.one_grace_since(stored.placed_on - 1) else None


def _walk(
    batch: _Batch, client: Known, kept: Summary | None, policies: Policies, today: Day
) -> tuple[Placed, Change | None]:
    """Every move that time has made since, each noted at its true time: an outage moves nobody's midnight.

    Gives where the client stands today and the next change. A client is moved by time before any newer
    fact is taken, so what is known of them holds on every day of the walk.
    """
    before, day = _stored_placed(client.stored), client.woken_on
    while True:
        assert day is not None
        step, later = look(kept or summarise(client.facts, policies, day), policies, day)
        if step != before:
            _note_change(batch, client, before, step, day, days.day_start(day, client.branch.zone))
        wake = earlier(later and later[0], None if kept else next_fact_on(client.facts, day))
        if wake is None or wake > today:
            return step, later
        before, day = step, wake


def _standing(
    client: Known, placed: Placed, later: Change | None, today: Day, fact_on: Day | None
) -> dict[str, Any]:
    """Where the client stands, as it is stored."""
    change_on = later[0] if later else None
    wake = earlier(change_on, fact_on)
    return {
        "placed_on": today,
        **placed._asdict(),
        "next_change_on": change_on,
        "next_fact_on": fact_on,
        "next_change_at": None if wake is None else days.day_start(wake, client.branch.zone),
    }


def _whole(client: Known, summary: Summary) -> dict[str, Any]:
    """What a standing is made of besides: whose it is, and what it follows from."""
    numbers = zip(_SUMMARY_NAMES, map(int, summary.row()), strict=True)
    return {"client_id": client.id, "branch_id": client.branch.id, **dict(numbers)}


_SUMMARY_NAMES: Final = tuple(f"summary_{name}" for name in SUMMARY_COLUMNS)


def _stored_placed(stored: Any) -> Placed | None:
    return None if stored is None else Placed._make(_placed_of(stored))


_placed_of = attrgetter(*store.standings.PLACED)


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
            "before": _words(before) if before else {},
            "after": _words(after),
        }
    )
    was = before.mask if before else 0
    for bit in bits_of(was ^ after.mask):
        batch.flows[day, client.branch.id, bit][was >> bit & 1] += 1


@lru_cache(maxsize=4096)
def _words(placed: Placed) -> store.prepared.JsonText:
    """A placement as other systems read it in the change log."""
    return store.prepared.JsonText(json.dumps(words(placed)))


def _note_folders(
    batch: _Batch, client: Known, summary: Summary, placed: Placed, today: Day, *, kept: bool
) -> None:
    """Stays begun, ended, or to be sorted elsewhere; with the summary that was kept those that go on stand where they stood."""
    stays = dict.fromkeys(bits_of(client.stored.mask)) if kept else client.stays
    for bit in bits_of(placed.mask):
        if bit not in stays:
            batch.entering.append(_stay(client, bit, today, _sort_day(FOLDERS[bit], summary, today)))
        elif not kept:
            _note_place(batch, client, bit, stays[bit], summary)
    batch.leaving += [(client.id, bit) for bit in stays if not placed.mask >> bit & 1]


def _note_place(batch: _Batch, client: Known, bit: int, stay: Any, summary: Summary) -> None:
    sort_on = _sort_day(FOLDERS[bit], summary, stay.entered_on)
    if (stay.sort_on, stay.branch_id) != (sort_on, client.branch.id):
        batch.resorted.append({"c": client.id, "f": bit, "s": sort_on, "b": client.branch.id})


def _stay(client: Known, bit: int, entered: Day, sort_on: Day) -> dict[str, Any]:
    return {
        "folder": bit,
        "client_id": client.id,
        "branch_id": client.branch.id,
        "entered_on": entered,
        "sort_on": sort_on,
    }


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
    stored = client.stored
    was = frozenset() if stored is None else counted(stored.branch_id, stored.mask, stored.status)
    now = counted(client.branch.id, placed.mask, placed.status)
    for what in was - now:
        batch.counts[what] -= 1
    for what in now - was:
        batch.counts[what] += 1


@lru_cache(maxsize=4096)
def counted(branch_id: int, mask: int, status: int) -> frozenset[tuple[int, str]]:
    """What a client is counted in: all, the status, each folder; an archived one by folder and in all."""
    folders = {(branch_id, f"folder:{FOLDERS[bit]}") for bit in bits_of(mask)}
    archived = mask >> FOLDERS.index("archive") & 1
    statuses = set() if archived else {(branch_id, f"status:{STATUSES[status]}")}
    return frozenset(folders | statuses | {(branch_id, "clients")})


def _write(conn: Connection, batch: _Batch) -> None:
    """The client's own rows first, the shared ones last: what everybody waits for is held shortest."""
    store.standings.put(conn, batch.standings)
    store.standings.move(conn, batch.moved)
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
    place writes nothing. Whoever cannot be moved stays due and waits aside, and stops nobody.
    """
    done = 0
    while True:
        with club.writing() as conn:
            if not still_leading(conn):
                return done
            now = club.clock.now()
            due = store.standings.due(conn, now, CHUNK)
            if due:
                refresh_each(conn, due, now, because="time")
        done += len(due)
        if len(due) < CHUNK:
            return done


def refresh_each(conn: Connection, client_ids: Sequence[int], now: datetime, *, because: str, by: str = "club") -> int:
    """As `refresh` for a pass of many, of whom none stops the others; gives how many moved.

    A client on whom the rules stop keeps what is stored, is named in the log and becomes due again after a while.
    """
    def do(some: Sequence[int]) -> int:
        return refresh(conn, some, now, because=because, by=by, quiet=True)

    return sum(aside.each(conn, client_ids, do, lambda one: store.standings.put_off(conn, one, now + AGAIN_AFTER)))


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
    bits = bits_of(mask)
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
