"""Where a client stands on a day, before folders: the terms of the rules and the status (spec: lifecycle, sections 5, 6).

A rule is arithmetic on the summary, the policy and a day: `&`, `|`, `^`, comparisons and `+ - *` only,
so that it works on one client's numbers, on everybody's columns, and on a day that notes what it is
compared with, all alike. No `if`, no `and`, no `not`: `absent(flag)` says not.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from lifecycle.days import NEVER
from lifecycle.policy import Policy

STATUSES: Final = ("active", "potential", "lost")
POTENTIAL, LOST = 1, 2

Flag = Any  # a truth value or a column of them
Number = Any  # a whole number or a column of them


class Terms(NamedTuple):
    """What the rules speak of: the client, the policy, the day, and the words of section 5."""

    summary: Any
    policy: Policy
    day: Any
    covered: Flag
    recent: Flag  # idle at most grace_days
    window: Flag  # promoted at most grace_days ago
    active: Flag
    former: Flag  # engaged_on exists
    potential: Flag
    lost: Flag
    warm: Flag  # idle at most churn_days


def absent(flag: Flag) -> Flag:
    """Not so."""
    return flag ^ True


def terms(summary: Any, policy: Policy, day: Any) -> Terms:
    """The words of section 5 and the statuses of section 6, for one client or for all."""
    s = summary
    covered = s.covered_until >= day
    recent = s.engaged_on >= day - policy.grace_days
    window = s.promoted_on >= day - policy.grace_days
    active = covered | s.bought | recent | window
    former = s.engaged_on > NEVER
    reentered = former & (s.moved_on > s.engaged_on + policy.grace_days)
    lost = absent(active | reentered) & former
    warm = s.engaged_on >= day - policy.churn_days
    return Terms(s, policy, day, covered, recent, window, active, former, absent(active | lost), lost, warm)
