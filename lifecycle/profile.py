"""One client whole: where they stand and why, what may be done next, what they hold, what happened, and their life as bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lifecycle import days, rights, store
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.facts import Fact
from lifecycle.placement import FOLDERS, STATUSES, Placement, next_change, place, placement
from lifecycle.policy import Policies, Policy
from lifecycle.reasons import reasons
from lifecycle.store.branches import BranchRow
from lifecycle.store.clients import ClientRow
from lifecycle.store.facts import Recorded
from lifecycle.summary import Membership, memberships_of, summarise

HISTORY_PAGE = 50
AHEAD_DAYS = 120


@dataclass(frozen=True, slots=True)
class Band:
    """Days from `first` to `last` on which the status and folders were, or will be, the same."""

    first: Day
    last: Day
    status: str
    folders: tuple[str, ...]
    future: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """A deed of the profile: whether it may be done now; if not, the code of the sentence that says why."""

    name: str
    allowed: bool
    why: str | None = None
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """All that the profile shows of one client today."""

    client: ClientRow
    branch: BranchRow
    today: Day
    policy: Policy
    placement: Placement
    reasons: Mapping[str, Any]
    steps: tuple[NextStep, ...]
    memberships: tuple[Membership, ...]
    history: tuple[Recorded, ...]
    voided: frozenset[int]
    facts: tuple[Fact, ...]
    life: tuple[Band, ...]


def profile(conn: Connection, desk: Desk, client_id: int, now: datetime) -> Profile:
    """Read one client. Raises NotFound for any that is not of the person's branches."""
    client = store.clients.get(conn, desk, client_id)
    rights.check(desk, "see_client", client.branch_id)
    branch = store.branches.by_id(conn)[client.branch_id]
    today = days.day_of(now, branch.zone)
    policies, facts = store.policies.all_versions(conn), store.facts.of_client(conn, client_id)
    stands = placement(facts, policies, today)
    held = tuple(memberships_of(facts, policies, today))
    return Profile(
        client=client,
        branch=branch,
        today=today,
        policy=policies.on(today),
        placement=stands,
        reasons=reasons(facts, policies, today),
        steps=next_steps(desk, client, stands, held),
        memberships=held,
        history=tuple(store.facts.history(conn, client_id, limit=HISTORY_PAGE)),
        voided=frozenset(int(fact.fields["fact"]) for fact in facts if fact.type == "voided"),
        facts=tuple(facts),
        life=life(facts, policies, today),
    )


def next_steps(
    desk: Desk, client: ClientRow, stands: Placement, held: tuple[Membership, ...]
) -> tuple[NextStep, ...]:
    """The deeds in the order a desk thinks of them; those that are shut stay, with the reason (spec: clients, section 2)."""
    states = {membership.state for membership in held}
    archived = stands.stage == "archived"
    gate = None if stands.sale == "allowed" else f"sale_gate_{stands.sale}"
    to_guest = "potential" in stands.folders or ("lost" in stands.folders and "churn" not in stands.folders)
    shut = {
        "sell": gate,
        "record_visit": None,
        "record_purchase": gate,
        "activate_membership": None if "bought" in states else "not_to_activate",
        "freeze_membership": None if states & {"held", "frozen", "future"} else "not_to_freeze",
        "move_to_guest": "restore_first" if archived else None if to_guest else "not_to_guest",
        "promote": "restore_first" if archived else None if "guest" in stands.folders else "not_a_guest",
        "record_guest_visit": None,
        "record_contact": None,
        "refuse": None,
        "book_trial": None,
        "archive": "already_archived" if archived else None,
        "restore": None if archived else "not_archived",
    }
    return tuple(_step(desk, client, name, why, stands) for name, why in shut.items())


def _step(desk: Desk, client: ClientRow, name: str, why: str | None, stands: Placement) -> NextStep:
    right = "record_contact" if name == "refuse" else name
    if not rights.allows(desk, right, client.branch_id):
        return NextStep(name, allowed=False, why="no_right")
    needs = stands.sale if why is not None and why.startswith("sale_gate") else None
    return NextStep(name, allowed=why is None, why=why, needs=needs)


def life(facts: list[Fact], policies: Policies, today: Day) -> tuple[Band, ...]:
    """The client's life so far and what comes by itself, as bands of equal status and folders."""
    if not facts:
        return ()
    bands: list[Band] = []
    for first in _turns(facts, policies, today):
        summary = summarise(facts, policies, first)
        placed = place(summary, policies.on(first), first)
        folders = tuple(code for bit, code in enumerate(FOLDERS) if placed.mask >> bit & 1)
        band = Band(first, first, STATUSES[placed.status], folders, future=first > today)
        if bands and (bands[-1].status, bands[-1].folders, bands[-1].future) == (
            band.status,
            folders,
            band.future,
        ):
            continue
        if bands:
            bands[-1] = _until(bands[-1], first - 1)
        bands.append(band)
    bands[-1] = _until(bands[-1], max(today + AHEAD_DAYS, bands[-1].first))
    return tuple(bands)


def _until(band: Band, last: Day) -> Band:
    return Band(band.first, last, band.status, band.folders, band.future)


def _turns(facts: list[Fact], policies: Policies, today: Day) -> list[Day]:
    """The days on which anything may turn: those of facts, what time does between them, tomorrow, what comes next."""
    turns = {fact.day for fact in facts} | {today, today + 1}
    for first, until in zip(sorted(turns), [*sorted(turns)[1:], today + AHEAD_DAYS], strict=True):
        day: Day | None = first
        while day is not None and day < until:
            later = next_change(summarise(facts, policies, day), policies, day)
            day = later[0] if later else None
            if day is not None and day < until:
                turns.add(day)
    return sorted(turn for turn in turns if turn <= today + AHEAD_DAYS)
