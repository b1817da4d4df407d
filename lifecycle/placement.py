"""Where a client stands on a day, and when that changes next (spec: lifecycle, sections 6 to 10).

`place` is the one definition of the rules: called with one client's numbers, with everybody's columns, or
with a day that notes its comparisons, from which `next_change` learns the few days worth asking about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lifecycle.days import LAST_DAY, Day, iso
from lifecycle.facts import Fact
from lifecycle.folders import BITS, FOLDERS, folder_mask, folders_of, standing_in
from lifecycle.gate import SALES, sale
from lifecycle.policy import Policies, Policy
from lifecycle.standing import relation, stage, warmth
from lifecycle.status import LOST, POTENTIAL, STATUSES, Number, Terms, terms
from lifecycle.summary import RELATIONS, STAGES, WARMTHS, Columns, Summary, restretched, summarise
from lifecycle.watched import Watched

__all__ = (
    "BITS",
    "FOLDERS",
    "RELATIONS",
    "SALES",
    "STAGES",
    "STATUSES",
    "WARMTHS",
    "Change",
    "Placed",
    "Placement",
    "bits_of",
    "changes",
    "folder_counts",
    "folders_of",
    "in_words",
    "look",
    "next_change",
    "place",
    "place_mask_status",
    "placement",
    "turns",
    "words",
)


class Placed(NamedTuple):
    """Indexes of STATUSES, STAGES, RELATIONS, WARMTHS, SALES, and the folder mask (bit i is FOLDERS[i])."""

    mask: Number
    status: Number
    stage: Number
    relation: Number
    warmth: Number
    sale: Number


@dataclass(frozen=True, slots=True)
class Placement:
    """A client on one day, in words. `next_change` is the day, `then` what will be."""

    on: Day
    status: str
    folders: tuple[str, ...]
    stage: str
    relation: str
    warmth: str | None
    sale: str
    next_change: Day | None
    then: Placed | None

    def as_json(self) -> dict[str, Any]:
        """The keys of a replay placement (section 12)."""
        return {
            "on": iso(self.on),
            "status": self.status,
            "folders": list(self.folders),
            "stage": self.stage,
            "relation": self.relation,
            "warmth": self.warmth,
            "sale": self.sale,
            "next_change": None if self.next_change is None else iso(self.next_change),
        }


def _status(t: Terms) -> Number:
    """An index of STATUSES; where the club counts a lost deal as lost, it reads so and nothing else changes."""
    one = t.summary.one
    reads_lost = t.summary.refused * (one * (t.policy.deal_lost_status == "lost"))
    return t.potential * (POTENTIAL * one + reads_lost) + t.lost * (LOST * one)


def place(summary: Any, policy: Policy, day: Any) -> Placed:
    """Where the client stands on that day: a Summary gives numbers, Columns give columns of them."""
    t = terms(summary, policy, day)
    return Placed(folder_mask(t), _status(t), stage(t), relation(t), warmth(t), sale(t))


# As many clients as keep all columns of one step in the processor's own memory.
CHUNK: Final = 1 << 15


def place_mask_status(
    columns: Columns, policy: Policy, day: Day
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int8]]:
    """Folder masks and statuses of all clients: the same rules, only these two columns."""
    masks = np.empty(len(columns), np.int16)
    statuses = np.empty(len(columns), np.int8)
    for start in range(0, len(columns), CHUNK):
        t = terms(columns.part(start, start + CHUNK), policy, day)
        masks[start : start + CHUNK] = folder_mask(t)
        statuses[start : start + CHUNK] = _status(t)
    return masks, statuses


Change = tuple[Day, Placed]


def folder_counts(columns: Columns, policy: Policy, day: Day) -> tuple[int, ...]:
    """How many clients stand in each folder, in the order of FOLDERS: the same rules, only counted."""
    counted = [0] * len(FOLDERS)
    for start in range(0, len(columns), CHUNK):
        t = terms(columns.part(start, start + CHUNK), policy, day)
        for place_of, flag in enumerate(standing_in(t)):
            counted[place_of] += int(np.count_nonzero(flag))
    return tuple(counted)


def next_change(client: Summary | Iterable[Fact], policies: Policies, day: Day) -> Change | None:
    """The first later day on which the placement differs, and what it will be; None if no day does.

    Takes the summary as of that day, or the facts in order. Later policy versions count: where one cuts
    the stretches anew the summary must know its engagements (LookupError for a stored row).
    """
    return look(client, policies, day)[1]


def look(client: Summary | Iterable[Fact], policies: Policies, day: Day) -> tuple[Placed, Change | None]:
    """The placement and the next change together, for less than the two apart; see `next_change`."""
    summary = _summary(client, policies, day)
    now, later = _watch(summary, policies.on(day), day)
    return now, next(_differing(summary, policies, day, now, later), None)


def changes(client: Summary | Iterable[Fact], policies: Policies, day: Day) -> Iterator[Change]:
    """Every later day on which the placement differs from the day before, without new facts; see `next_change`."""
    summary = _summary(client, policies, day)
    now, later = _watch(summary, policies.on(day), day)
    return _differing(summary, policies, day, now, later)


def _summary(client: Summary | Iterable[Fact], policies: Policies, day: Day) -> Summary:
    return client if isinstance(client, Summary) else summarise(client, policies, day)


def _differing(
    summary: Summary, policies: Policies, day: Day, now: Placed, later: list[Day]
) -> Iterator[Change]:
    """Ask about each of these days under the policy in force, and about the first day of each new one."""
    policy = policies.on(day)
    for begins in (*policies.starts_after(day), None):
        for turn in later:
            if begins is None or turn < begins:
                then = place(summary, policy, turn)
                if then != now:
                    yield turn, then
                    now = then
        if begins is None:
            return
        before, policy = policy, policies.on(begins)
        if policy.grace_days != before.grace_days:
            summary = restretched(summary, policy)
        then, later = _watch(summary, policy, begins)
        if then != now:
            yield begins, then
            now = then


def _watch(summary: Summary, policy: Policy, day: Day) -> tuple[Placed, list[Day]]:
    """The placement, and the later days on which some comparison of the rules turns, earliest first."""
    watched = Watched(day)
    placed = place(summary, policy, watched)
    return placed, sorted({turn for turn in watched.turns if day < turn <= LAST_DAY})


def turns(summary: Summary, policy: Policy, day: Day) -> list[Day]:
    """The later days on which the placement may differ by this policy, earliest first."""
    return _watch(summary, policy, day)[1]


def placement(facts: Iterable[Fact], policies: Policies, day: Day) -> Placement:
    """Where the client of these facts (in order) stands on that day, in words."""
    return in_words(*look(facts, policies, day), day)


def in_words(placed: Placed, change: Change | None, day: Day) -> Placement:
    """The numbers of one client as words."""
    then = None if change is None else change[0]
    return Placement(day, *_words(placed), then, None if change is None else change[1])


def bits_of(mask: int) -> tuple[int, ...]:
    """The places in FOLDERS of a mask."""
    return _PLACES[mask]


_PLACES: Final = tuple(
    tuple(place for place in range(len(FOLDERS)) if mask >> place & 1) for mask in range(1 << len(FOLDERS))
)


def words(placed: Placed) -> dict[str, Any]:
    """The numbers of one client as words, ready for JSON: status, folders, stage, relation, warmth, sale."""
    shown = dict(zip(_SHOWN, _words(placed), strict=True))
    return {**shown, "folders": list(folders_of(placed.mask))}


_SHOWN: Final = ("status", "folders", "stage", "relation", "warmth", "sale")


def _words(placed: Placed) -> tuple[str, tuple[str, ...], str, str, str | None, str]:
    return (
        STATUSES[placed.status],
        folders_of(placed.mask),
        STAGES[placed.stage],
        RELATIONS[placed.relation],
        WARMTHS[placed.warmth],
        SALES[placed.sale],
    )
