"""A club that lives by itself, day by day, through the same doors as a real one (spec: intake, `club simulate`).

`let_days_pass` steps what is there from midnight to midnight. `live` lets people of chance live in a new club: the
same seed is the same club, and one that was cut off goes on where it was. `told` says what all cards came to, in
words that are the same wherever the same happened.
"""

from lifecycle.simulate.living import Lived, live, outcome
from lifecycle.simulate.passing import Passed, let_days_pass, pass_time
from lifecycle.simulate.telling import digest_of, told

__all__ = ["Lived", "Passed", "digest_of", "let_days_pass", "live", "outcome", "pass_time", "told"]
