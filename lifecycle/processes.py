"""A client's life as a row of processes: winning, serving, renewing, winning back (spec: board, section 8).

They follow from the bands of the life alone, so the row never says anything else than the folders do. A process
begins where the one before it ends; how it ended is what came next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from lifecycle.days import Day
from lifecycle.facts import Fact
from lifecycle.profile import Band

ACQUIRE, SERVE, RENEW, WIN_BACK, REACQUIRE = PROCESSES = ("acquire", "serve", "renew", "win_back", "reacquire")
#: How a process ended, by what came after it; `open` is the present one, `refused` where they last said no.
OUTCOMES: Final = ("open", "refused", "bought", "to_renew", "renewed", "lost", "returned", "came_again")


@dataclass(frozen=True, slots=True)
class Process:
    """Days from `first` to `last` of one process (None: it goes on), how it ended, and how often one talked."""

    code: str
    first: Day
    last: Day | None
    outcome: str
    contacts: int

    def days(self, today: Day) -> int:
        """How many days it took, both ends included; of the present one up to today."""
        return (today if self.last is None else self.last) - self.first + 1


def processes(bands: Sequence[Band], facts: Sequence[Fact], today: Day) -> tuple[Process, ...]:
    """The processes of a life up to today, the earliest first. Takes the bands in order, the facts of the client."""
    past = [band for band in bands if not band.future and band.first <= today]
    stretches = [(code, list(some)) for code, some in groupby(_coded(past), key=lambda one: one[0])]
    talks = [fact.day for fact in facts if fact.type == "contact"]
    made: list[Process] = []
    for place, (code, some) in enumerate(stretches):
        after = stretches[place + 1] if place + 1 < len(stretches) else None
        first, last = some[0][1].first, None if after is None else after[1][0][1].first - 1
        talked = sum(first <= day <= (today if last is None else last) for day in talks)
        refused = "deal_lost" in some[-1][1].folders
        made.append(Process(code, first, last, _outcome(code, after and after[0], refused=refused), talked))
    return tuple(made)


def _coded(bands: Sequence[Band]) -> list[tuple[str, Band]]:
    """Each band with its process: who was lost once is won again, not for the first time."""
    coded, lost = [], False
    for band in bands:
        coded.append((_code(band, lost=lost), band))
        lost = lost or coded[-1][0] == WIN_BACK
    return coded


def _code(band: Band, *, lost: bool) -> str:
    # With the policy that counts refusals as lost the status alone does not tell.
    if band.status == "lost" and "deal_lost" not in band.folders:
        return WIN_BACK
    if band.status == "active":
        return RENEW if {"to_renew", "not_renewed"} & set(band.folders) else SERVE
    return REACQUIRE if lost else ACQUIRE


def _outcome(code: str, after: str | None, *, refused: bool) -> str:
    if after is None:
        return "refused" if refused else "open"
    if after == WIN_BACK:
        return "lost"
    if after == RENEW:
        return "to_renew" if code == SERVE else "returned" if code == WIN_BACK else "bought"
    if after in (ACQUIRE, REACQUIRE):
        return "came_again"
    return {ACQUIRE: "bought", REACQUIRE: "returned", RENEW: "renewed", WIN_BACK: "returned"}[code]
