"""The automatic cards, in the order of the spec (board, section 7): one line each, and the whole is made of them.

To add one: write its trigger (see `wanted`), add its line. Its words, its look and its heading in
`docs/automatic-cards.md` are then asked for by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from lifecycle.automation import calls, guests, marks, money, renewal, rhythm, win_back
from lifecycle.automation.life import Life
from lifecycle.automation.wanted import Wanted

#: Whose a card is: the client's own person; the same, else one of the branch in turn; a manager of the branch.
RESPONSIBLE, IN_TURN, MANAGER = "responsible", "in_turn", "manager"
WHO: Final = (RESPONSIBLE, IN_TURN, MANAGER)
#: Or somebody chosen, by their id.
_PERSON: Final = "staff:"
#: When it is due: the day it is made, that instant, or so many days later by a number of the policy.
TODAY, AT_ONCE = "today", "at_once"


class OwnNumber(NamedTuple):
    """A number of a rule's own: as it ships, and between which it may be tuned."""

    default: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class AutoCard:
    """One automatic card.

    `trigger` is the family of matters it belongs to; `due` is today, at_once or a number of the policy; `numbers`
    are those of the policy it goes by, `own` its own. `withdrawn` says by what it ends: codes
    of words; where there are none, only a person ends it.
    """

    code: str
    family: str
    due: str = TODAY
    who: str = RESPONSIBLE
    step: str = "call"
    withdrawn: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    own: Mapping[str, OwnNumber] = field(default_factory=dict)
    on: bool = True


AUTO_CARDS: Final = (
    AutoCard("incoming_call", "incoming_call"),
    AutoCard("site_lead", "site_lead"),
    AutoCard(
        "contract_expiring", "renewal", withdrawn=("bought", "extended", "frozen"), numbers=("contract_card_before_days",)
    ),
    AutoCard("debt", "debt", withdrawn=("paid", "ended"), numbers=("termination_card_before_days", "debt_days")),
    AutoCard("payment_failed", "payment_failed", withdrawn=("paid",)),
    AutoCard(
        "unpaid_contract", "unpaid_contract", AT_ONCE, withdrawn=("paid", "cancelled"), numbers=("unpaid_card_after_minutes",)
    ),
    AutoCard("sale_past_gate", "sale_past_gate", who=MANAGER, step="other"),
    AutoCard(
        "renewal", "renewal", "renewal_card_due_days", withdrawn=("bought",),
        numbers=("renew_before_days", "renewal_card_due_days"),
    ),
    AutoCard("not_renewed", "renewal", withdrawn=("bought", "left_folder"), numbers=("grace_days",)),
    AutoCard("activate", "activate", withdrawn=("activated",), numbers=("activation_card_after_days",)),
    AutoCard("guest_follow_up", "guest_follow_up", withdrawn=("sold", "refused"), numbers=("grace_days",)),
    AutoCard(
        "missed_call", "missed_call", AT_ONCE, withdrawn=("called_back", "call_answered"),
        own={"after_minutes": OwnNumber(calls.MISSED_MINUTES, 1, 24 * 60)},
    ),
    AutoCard("complaint", "complaint", who=MANAGER),
    AutoCard("company_liquidated", "company_liquidated", who=MANAGER, step="other"),
    AutoCard("rhythm", "rhythm", withdrawn=("came",), own={"times_tenths": OwnNumber(rhythm.TIMES, 11, 100)}, on=False),
    AutoCard(
        "win_back", "win_back", who=IN_TURN,
        withdrawn=("returned", "refused_finally", "not_target", "no_contact", "archived", "tried_enough"),
        numbers=(
            "warm_call_every_days", "cold_call_every_days", "win_back_attempts", "win_back_show_manager_days",
            "win_back_hand_over_days",
        ),
    ),
)  # fmt: skip

BY_CODE: Final = {one.code: one for one in AUTO_CARDS}

#: The triggers, by the family of the keys they make.
TRIGGERS: Final[Mapping[str, Callable[[Life], Iterable[Wanted]]]] = {
    "incoming_call": calls.incoming_call,
    "site_lead": calls.site_lead,
    "renewal": renewal.renewal_case,
    "debt": money.debt,
    "payment_failed": money.payment_failed,
    "unpaid_contract": money.unpaid_contract,
    "sale_past_gate": marks.sale_past_gate,
    "activate": renewal.activate,
    "guest_follow_up": guests.guest_follow_up,
    "missed_call": calls.missed_call,
    "complaint": marks.complaint,
    "company_liquidated": marks.company_liquidated,
    "rhythm": rhythm.rhythm,
    "win_back": win_back.win_back,
}

#: Families whose cards end by a person only.
LASTING: Final = frozenset(one.family for one in AUTO_CARDS if not one.withdrawn)


def of_person(staff_id: int) -> str:
    """Whose cards are where somebody was chosen."""
    return f"{_PERSON}{staff_id}"


def person_of(who: str | None) -> int | None:
    """Who was chosen; None where nobody was."""
    number = (who or "").removeprefix(_PERSON)
    chosen = (who or "").startswith(_PERSON) and number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if chosen else None


def is_on(life: Life, code: str) -> bool:
    """Whether the club lets this rule make cards."""
    tuned = life.tuning(code)
    return BY_CODE[code].on if tuned is None else tuned.on


def holds(life: Life, family: str) -> bool:
    """Whether a matter of this family holds true."""
    return any(one.family == family for one in wanted(life).values())


def wanted(life: Life) -> Mapping[str, Wanted]:
    """Every card that the rules hold true at this instant, by its key, whether or not it was ever made.

    Nobody automates what is not the club's: there only what lasts anyway still holds.
    """
    if life.answer is None:
        life.answer = {one.key: one for one in _asked(life)}
    return life.answer


def _asked(life: Life) -> Iterator[Wanted]:
    not_target = life.relation == "not_target"
    for family, trigger in TRIGGERS.items():
        if not not_target or family in LASTING:
            yield from trigger(life)
