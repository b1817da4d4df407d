"""Keeps the automatic cards as the rules want them: in the transaction of each fact, and by time.

`catch_up` before a fact is judged, `look` and `write` after it was stored; `after_card` when a person did
something to a rule's card; `keep_due` when time has passed: moment by moment, at their true times, so that an
outage leaves the same cards as a calm run. What an import, an undoing, a restore, a recompute or a new policy
changed is looked at quietly: nothing is made, what is no longer true is withdrawn, and what the present state
would call for is counted (`store.counted`), until somebody orders it (`make_ordered`).
"""

from lifecycle.keeping.asking import asked_up_to, want_everybody
from lifecycle.keeping.by_time import Passed, keep_due, look_now
from lifecycle.keeping.checking import faults
from lifecycle.keeping.counting import count, make_ordered
from lifecycle.keeping.of_facts import after_card, catch_up, client_changed, look, look_quietly
from lifecycle.keeping.placing import place_of
from lifecycle.keeping.writing import Kept, write

__all__ = [
    "Kept",
    "Passed",
    "after_card",
    "asked_up_to",
    "catch_up",
    "client_changed",
    "count",
    "faults",
    "keep_due",
    "look",
    "look_now",
    "look_quietly",
    "make_ordered",
    "place_of",
    "want_everybody",
    "write",
]
