"""The lost: one card after another until they return, refuse, or enough was tried (spec: board, section 8).

An episode is one stay among the lost, named by the day of the last engagement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lifecycle.automation.life import Life, Own
from lifecycle.automation.wanted import Stage, Wanted, card
from lifecycle.days import Day, day_of, iso
from lifecycle.facts import REFUSALS

FAMILY: Final = "win_back"


def win_back(life: Life) -> Iterator[Wanted]:
    """The card of the stay: the one that is open, or the one that follows the one closed last."""
    if "lost" not in life.folders or life.no_contact or _refused_finally(life):
        return
    made = chain(life, episode_of(life))
    tried = [one for one in made if one.result == "done"]
    last, before = made[-1] if made else None, tried[-1] if tried else None
    if last is not None and last.closed_at is None:
        yield _card(life, last.number, before, len(tried) + 1, follows=bool(last.cause.get("plan")))
    elif last is None:
        yield _card(life, 1, None, 1)
    # Not needed: it ended because the client was no longer to be won back, and now is again.
    elif last.result in ("done", "not_needed") and len(tried) < life.policy.win_back_attempts:
        yield _card(life, last.number + 1, before, len(tried) + 1, follows=True)


def _card(life: Life, number: int, before: Own | None, attempt: int, *, follows: bool = False) -> Wanted:
    """One card of the chain; one that follows another waits as long as the warmth says."""
    plan = _plan(life, before) if follows and before is not None else None
    told = {"since": iso(life.summary.engaged_on), "attempt": attempt, "of": life.policy.win_back_attempts, "warmth": life.warmth}
    stage = Stage(FAMILY, "win_back", life.day if plan is None else max(plan, life.day), values=told)
    after = before.key if follows and before is not None else None
    return card(life, FAMILY, episode_of(life), [stage], number, warmth=life.warmth, plan=plan, after=after)


def _plan(life: Life, before: Own) -> Day | None:
    if before.closed_at is None:
        return None
    warm = life.warmth == "warm"
    wait = life.policy.warm_call_every_days if warm else life.policy.cold_call_every_days
    return day_of(before.closed_at, life.zone) + wait


def episode_of(life: Life) -> str:
    """The name of the present stay."""
    return iso(life.summary.engaged_on)


def chain(life: Life, episode: str) -> Sequence[Own]:
    """The cards of a stay, the first first."""
    return sorted((one for one in life.of_family(FAMILY) if one.episode == episode), key=lambda one: one.number)


def _refused_finally(life: Life) -> bool:
    """The client told us, when we called to win them back, that they will not come again."""
    return any(
        fact.day > life.summary.engaged_on
        and fact.fields["direction"] == "out"
        and fact.fields["kind"] == "win_back"
        and fact.fields.get("outcome") in REFUSALS
        for fact in life.of_type("contact")
    )
