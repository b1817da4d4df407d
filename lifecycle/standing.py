"""Stage, relation and warmth of a client on a day (spec: lifecycle, section 9). Rules are written as in `status`."""

from __future__ import annotations

from lifecycle.folders import deal_lost
from lifecycle.status import Number, Terms, absent
from lifecycle.summary import ARCHIVED, RELATIONS, STAGES, WARMTHS

__all__ = ("RELATIONS", "STAGES", "WARMTHS", "relation", "stage", "warmth")

IN_PROGRESS, CURRENT, DEPARTED, FOREIGN = 1, 2, 4, 5  # RETURNED follows CURRENT
WARM = 1  # COLD follows WARM


def stage(t: Terms) -> Number:
    """How far the client has come; an archived one is archived. An index of STAGES."""
    archived = t.summary.archived * t.summary.one
    return t.summary.stage + archived * (ARCHIVED - t.summary.stage)


def relation(t: Terms) -> Number:
    """The mark, or else what the client's deeds say. An index of RELATIONS."""
    s, one = t.summary, t.summary.one
    ours = t.covered | s.bought | t.recent
    returned = s.returning & (s.stretch_on > t.day - t.policy.returned_days)
    foreign = deal_lost(t)
    worked_with = (t.window | s.progress) & absent(ours | t.lost | foreign)
    by_deeds = (
        t.lost * (DEPARTED * one)
        + ours * (CURRENT * one + returned)
        + foreign * (FOREIGN * one)
        + worked_with * (IN_PROGRESS * one)
    )
    return s.mark + (s.mark == 0) * by_deeds


def warmth(t: Terms) -> Number:
    """Warm or cold for the lost: set by hand since, or else by time and complaints. An index of WARMTHS."""
    s, one = t.summary, t.summary.one
    by_hand = (s.warmth_on > s.engaged_on) * one
    by_rule = WARM * one + (absent(t.warm) | s.complained)
    return t.lost * (by_hand * s.warmth_set + (1 - by_hand) * by_rule)
