"""The folders and the status of everybody as one SQL statement on the stored summary: a contender, and nothing more.

The only second copy of the rules there is. It lives here because it must not live anywhere else; goal 2
asserts that it gives for every client what `place` gives.
"""

from __future__ import annotations

from lifecycle.days import NEVER, OPEN
from lifecycle.policy import Policy

_INNER = """
SELECT client_id, bought, been_guest, refused, archived, covered_until, stretch_on,
       covered, recent, warm, potential, lost,
       (covered OR recent OR in_window) AS active
FROM (
  SELECT *,
         NOT (covered OR bought OR recent OR in_window) AND former AND NOT reentered AS lost,
         NOT (covered OR bought OR recent OR in_window) AND NOT (former AND NOT reentered) AS potential
  FROM (
    SELECT client_id,
           summary_bought <> 0 AS bought, summary_been_guest <> 0 AS been_guest,
           summary_refused <> 0 AS refused, summary_archived <> 0 AS archived,
           summary_covered_until AS covered_until, summary_stretch_on AS stretch_on,
           summary_covered_until >= {day} AS covered,
           summary_engaged_on >= {day} - {grace} AS recent,
           summary_promoted_on >= {day} - {grace} AS in_window,
           summary_engaged_on >= {day} - {churn} AS warm,
           summary_engaged_on > {never} AS former,
           summary_engaged_on > {never} AND summary_moved_on > summary_engaged_on + {grace} AS reentered
    FROM standing
  ) AS words
) AS states
"""

_MASK = """
CASE WHEN archived THEN 512 ELSE
    CASE WHEN active THEN 1 ELSE 0 END
  + CASE WHEN bought THEN 2 ELSE 0 END
  + CASE WHEN covered AND covered_until < {open} AND covered_until <= {day} + {renew} THEN 4 ELSE 0 END
  + CASE WHEN NOT covered AND recent AND covered_until >= stretch_on THEN 8 ELSE 0 END
  + CASE WHEN potential AND NOT been_guest THEN 16 ELSE 0 END
  + CASE WHEN potential AND been_guest THEN 32 ELSE 0 END
  + CASE WHEN potential AND refused THEN 64 ELSE 0 END
  + CASE WHEN lost THEN 128 ELSE 0 END
  + CASE WHEN lost AND warm THEN 256 ELSE 0 END
END
"""

_STATUS = "CASE WHEN potential THEN {potential_reads} WHEN lost THEN 2 ELSE 0 END"


def _said(text: str, policy: Policy, day: int) -> str:
    reads = "CASE WHEN refused THEN 2 ELSE 1 END" if policy.deal_lost_status == "lost" else "1"
    return text.format(
        day=day, grace=policy.grace_days, churn=policy.churn_days, renew=policy.renew_before_days,
        never=NEVER, open=OPEN, potential_reads=reads,
    )  # fmt: skip


def everybody(policy: Policy, day: int) -> str:
    """(client, mask, status) of all, in the order of their ids."""
    return _said(f"SELECT client_id, {_MASK}, {_STATUS} FROM ({_INNER}) AS clients ORDER BY client_id", policy, day)


def added_up(policy: Policy, day: int) -> str:
    """The same rules for everybody, but only two sums leave the database."""
    return _said(f"SELECT sum({_MASK}), sum({_STATUS}) FROM ({_INNER}) AS clients", policy, day)
