"""What the club records by itself beside money: the sale, the end, and their taking back; and what an unpaid debt ends.

`recording` stores what these give, each before the next is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from lifecycle import days, store
from lifecycle.billing import contracts_of
from lifecycle.consequences import Draft, consequence, contract_spoken_of, termination
from lifecycle.days import NEVER
from lifecycle.errors import IllegalMove
from lifecycle.facts import Fact
from lifecycle.packs import packs_of

if TYPE_CHECKING:
    from lifecycle.actions.recording import Request

#: A sale, its end, and both taken back.
_MOST: Final = 4


def following(request: Request, fact: Fact) -> Iterator[tuple[str, Fact]]:
    """The facts that follow from one about money, each with its key; the request's history grows between them.

    A fact of an earlier day is history and has no consequences, unless a machine reports it.
    """
    name = contract_spoken_of(fact, request.history)
    if name is None or (fact.day < request.today and not request.happened):
        return
    sells_from = NEVER if request.happened else request.today
    for _ in range(_MOST):
        draft = consequence(request.history, request.policies, request.today, request.now, name, sells_from=sells_from)
        if draft is None:
            return
        key, follower = _keyed(request, draft)
        if store.facts.owners_of_keys(request.conn, [key]):
            return
        yield key, follower


def ends_due(request: Request) -> list[tuple[str, Fact]]:
    """The ends of contracts whose debt was not paid in time, each at the first instant of its day."""
    contracts = contracts_of(request.history, request.policies, request.today, request.now)
    return [
        _keyed(request, termination(request.history, one, days.day_start(one.terminates_on, request.branch.zone)))
        for one in contracts
        if one.terminates_on is not None and one.terminates_on <= request.today
    ]


def _keyed(request: Request, draft: Draft) -> tuple[str, Fact]:
    return f"{request.client.id}/billing:{draft.key}", Fact("new", draft.at, draft.day, draft.type, draft.fields)


def check_pack(request: Request, fact: Fact) -> None:
    """The last visit of a pack is used once, and nothing of one that is not open: looked at where it is written."""
    contracts = contracts_of(request.history, request.policies, request.today, request.now)
    packs = packs_of(request.history, contracts, request.today, request.now)
    pack = next((one for one in packs if one.service == fact.fields["service"] and one.visits is not None), None)
    if pack is not None and not pack.usable:
        raise IllegalMove(f"pack_{pack.state}")
