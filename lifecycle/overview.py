"""What the folders page shows: live counts by lane, today's in and out, and a folder's clients with what matters there."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from lifecycle import days, rights, store
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound
from lifecycle.facts import Fact
from lifecycle.placement import FOLDERS, STAGES, Placement, in_words, next_change, place
from lifecycle.policy import Policies, Policy
from lifecycle.recompute import counted
from lifecycle.store.branches import BranchRow
from lifecycle.store.clients import ClientRow
from lifecycle.store.folders import Stay
from lifecycle.summary import Membership, Summary, memberships_of, summarise

SPARK_DAYS = 14
_ACTIVE = STAGES.index("active")
PAGE = 50


@dataclass(frozen=True, slots=True)
class FolderCount:
    """A folder now: how many, today's in and out, and the count at the end of each of the last days (today last)."""

    code: str
    count: int
    entered: int
    departed: int
    spark: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FoldersView:
    """Everything the folders page counts: all clients, each status, each folder in the order of the spec."""

    clients: int
    statuses: Mapping[str, int]
    folders: tuple[FolderCount, ...]


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A client in a list: who, where they stand today, what they hold, and the day numbers lists speak of."""

    client: ClientRow
    branch: BranchRow
    today: Day
    placement: Placement
    summary: Summary
    policy: Policy
    memberships: tuple[Membership, ...]
    entered_on: Day | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list and the cursor of the next one, None at the end."""

    rows: tuple[StandingRow, ...]
    next: str | None


def chosen_branches(conn: Connection, desk: Desk, branch: str | None) -> list[BranchRow]:
    """The branch of this code, or all the person works in. Raises BadInput for a code that is none of theirs."""
    if branch:
        return [store.branches.by_code(conn, desk, branch)]
    return store.branches.within_reach(conn, desk)


def folders(
    conn: Connection, desk: Desk, now: datetime, branch: str | None = None, *, whose: int | None = None
) -> FoldersView:
    """Counts of all folders, by look-up: the cost does not grow with the club.

    With `whose` (a person's id, or `store.folders.NOBODYS`) they are counted one by one, without in and out.
    """
    rights.check(desk, "see_folders")
    branches = chosen_branches(conn, desk, branch)
    if whose is None:
        counts = store.folders.counts(conn, [one.id for one in branches])
    else:
        counts = _counts_of(conn, branches, whose)
    flows = _flows(conn, branches, now) if whose is None else {}
    return FoldersView(
        clients=counts.get("clients", 0),
        statuses={
            name.removeprefix("status:"): count
            for name, count in counts.items()
            if name.startswith("status:")
        },
        folders=tuple(_folder_count(code, bit, counts, flows) for bit, code in enumerate(FOLDERS)),
    )


def _counts_of(conn: Connection, branches: Sequence[BranchRow], whose: int) -> dict[str, int]:
    own, sums = {one.id for one in branches}, Tally[str]()
    for branch_id, mask, status, count in store.standings.tallies(conn, whose):
        if branch_id in own:
            sums.update(dict.fromkeys((what for _, what in counted(branch_id, mask, status)), count))
    return dict(sums)


def _flows(
    conn: Connection, branches: Sequence[BranchRow], now: datetime
) -> dict[tuple[int, int], tuple[int, int]]:
    """(days ago, folder bit) → (in, out), each branch by its own today."""
    sums: dict[tuple[int, int], tuple[int, int]] = {}
    for branch in branches:
        today = days.day_of(now, branch.zone)
        for (day, bit), (entered, departed) in store.folders.flows(
            conn, branch.id, today - SPARK_DAYS, today
        ).items():
            before = sums.get((today - day, bit), (0, 0))
            sums[today - day, bit] = (before[0] + entered, before[1] + departed)
    return sums


def _folder_count(
    code: str, bit: int, counts: Mapping[str, int], flows: Mapping[tuple[int, int], tuple[int, int]]
) -> FolderCount:
    count = counts.get(f"folder:{code}", 0)
    entered, departed = flows.get((0, bit), (0, 0))
    spark = [count]
    for ago in range(SPARK_DAYS - 1):
        came, went = flows.get((ago, bit), (0, 0))
        spark.append(spark[-1] - came + went)
    return FolderCount(code, count, entered, departed, tuple(reversed(spark)))


def folder_page(
    conn: Connection,
    desk: Desk,
    now: datetime,
    code: str,
    *,
    branch: str | None = None,
    q: str = "",
    after: str | None = None,
    limit: int = PAGE,
    whose: int | None = None,
) -> ListPage:
    """One folder's clients in the order of its list, `q` narrowing by fragments of name or phone, `whose` by who is responsible.

    Raises NotFound for a folder nobody knows, BadInput for a cursor that is none.
    """
    rights.check(desk, "see_client")
    if code not in FOLDERS:
        raise NotFound("folder_not_found")
    bit, limit = FOLDERS.index(code), max(1, min(limit, 200))
    branches = [one.id for one in chosen_branches(conn, desk, branch)]
    place = _place(after)
    if q.strip():
        matching = store.search.candidates(conn, q, branch_ids=branches, folder=bit)
        found = store.folders.stays_of(conn, desk, bit, matching, whose)
        stays = [stay for stay in found if place is None or stay.place > place]
    else:
        stays = store.folders.page(conn, desk, bit, branches, after=place, limit=limit + 1, whose=whose)
    shown, more = stays[:limit], len(stays) > limit
    cursor = f"{shown[-1].sort_on}.{shown[-1].client_id}" if more else None
    return ListPage(tuple(standing_rows(conn, desk, now, [one.client_id for one in shown], shown)), cursor)


def _place(cursor: str | None) -> tuple[int, int] | None:
    if not cursor:
        return None
    try:
        day, client_id = cursor.split(".")
        return int(day), int(client_id)
    except ValueError:
        raise BadInput.of("after", "bad_cursor") from None


def search(conn: Connection, desk: Desk, now: datetime, q: str, limit: int = 20) -> list[StandingRow]:
    """Clients by fragments of name or phone: those of stage active first, then by name."""
    rights.check(desk, "see_client")
    found = store.clients.several(conn, store.search.candidates(conn, q, branch_ids=desk.branches), desk)
    stages = {
        client_id: row.stage for client_id, row in store.standings.of(conn, [one.id for one in found]).items()
    }
    found.sort(key=lambda client: (stages.get(client.id) != _ACTIVE, client.name_norm, client.id))
    return standing_rows(conn, desk, now, [client.id for client in found[:limit]])


def standing_rows(
    conn: Connection, desk: Desk, now: datetime, client_ids: Sequence[int], stays: Sequence[Stay] = ()
) -> list[StandingRow]:
    """These clients with where they stand, as far as the person may see them, in the order given. For a page, not a club."""
    policies, branches = store.policies.all_versions(conn), store.branches.by_id(conn)
    histories = store.facts.of_clients(conn, client_ids)
    entered = {stay.client_id: stay.entered_on for stay in stays}
    return [
        _standing_row(
            client, branches[client.branch_id], histories[client.id], policies, now, entered.get(client.id)
        )
        for client in store.clients.several(conn, client_ids, desk)
        if rights.allows(desk, "see_client", client.branch_id)
    ]


def _standing_row(
    client: ClientRow,
    branch: BranchRow,
    facts: list[Fact],
    policies: Policies,
    now: datetime,
    entered_on: Day | None,
) -> StandingRow:
    today = days.day_of(now, branch.zone)
    summary = summarise(facts, policies, today)
    return StandingRow(
        client=client,
        branch=branch,
        today=today,
        policy=policies.on(today),
        summary=summary,
        entered_on=entered_on,
        placement=in_words(
            place(summary, policies.on(today), today), next_change(summary, policies, today), today
        ),
        memberships=tuple(memberships_of(facts, policies, today)),
    )
