"""Automatic cards: the rules that make them, as data and pure functions (spec: board, sections 7 and 8).

`AUTO_CARDS` is the list. `wanted(life)` says which cards hold true at an instant; `difference` of two instants
what is to be made, added to, withdrawn; `next_moment(life)` when to look again. No clock, no database:
`keeping` applies it.
"""

from lifecycle.automation.auto_cards import (
    AT_ONCE,
    AUTO_CARDS,
    BY_CODE,
    IN_TURN,
    LASTING,
    MANAGER,
    RESPONSIBLE,
    TODAY,
    TRIGGERS,
    WHO,
    AutoCard,
    holds,
    is_on,
    of_person,
    person_of,
    wanted,
)
from lifecycle.automation.difference import (
    Difference,
    ToAdd,
    ToMake,
    ToPlan,
    called_for,
    difference,
    is_of_a_rule,
    next_moment,
)
from lifecycle.automation.life import JUST, Life, Own, Tuning, days_later
from lifecycle.automation.wanted import Stage, Wanted, family_of, key_after, key_of

__all__ = [
    "AT_ONCE",
    "AUTO_CARDS",
    "BY_CODE",
    "IN_TURN",
    "JUST",
    "LASTING",
    "MANAGER",
    "RESPONSIBLE",
    "TODAY",
    "TRIGGERS",
    "WHO",
    "AutoCard",
    "Difference",
    "Life",
    "Own",
    "Stage",
    "ToAdd",
    "ToMake",
    "ToPlan",
    "Tuning",
    "Wanted",
    "called_for",
    "days_later",
    "difference",
    "family_of",
    "holds",
    "is_of_a_rule",
    "is_on",
    "key_after",
    "key_of",
    "next_moment",
    "of_person",
    "person_of",
    "wanted",
]
