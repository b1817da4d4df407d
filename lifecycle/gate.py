"""The sale gate: may something be sold to this client today? (spec: lifecycle, section 8)

Rules are written as in `status`. An archived client is judged as if not archived.
"""

from __future__ import annotations

from typing import Final

from lifecycle.folders import deal_lost, guest, potential
from lifecycle.status import Number, Terms, absent

SALES: Final = ("allowed", "move_to_guest", "promote")
ALLOWED, MOVE_TO_GUEST, PROMOTE = range(3)


def sale(t: Terms) -> Number:
    """What must come before a sale: an index of SALES."""
    one = t.summary.one
    open_deal = absent(deal_lost(t))
    to_guest = (t.lost & absent(t.warm)) | (potential(t) & open_deal)
    to_active = guest(t) & open_deal & absent(t.former)
    return to_guest * (MOVE_TO_GUEST * one) + to_active * (PROMOTE * one)
