"""What is kept of contracts beside the facts: how each stands, and when time changes it next.

Kept equal to the facts wherever a client is judged anew (`recompute`); the clock does what is due
(`actions.contracts.settle_due`), and `check` compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lifecycle import days, store
from lifecycle.billing import OF_A_CONTRACT, Contract, contracts_of
from lifecycle.days import LAST_DAY, Day
from lifecycle.facts import Fact
from lifecycle.policy import Policies
from lifecycle.store.branches import BranchRow


def speaks_of_contracts(facts: Sequence[Fact]) -> bool:
    """Whether there is anything to keep at all: most clients never had a contract."""
    return any(fact.type in OF_A_CONTRACT for fact in facts)


def rows_of(client_id: int, branch: BranchRow, facts: Sequence[Fact], policies: Policies, now: datetime) -> list[dict[str, Any]]:
    """The contracts of a client as they are stored."""
    today = days.day_of(now, branch.zone)
    return [
        {
            "client_id": client_id,
            "name": one.name,
            "branch_id": branch.id,
            "state": one.state,
            "open_amount": one.open_amount,
            "debt": one.debt,
            "next_at": _next_at(one, today, branch),
        }
        for one in contracts_of(facts, policies, today, now)
    ]


def keep(conn: Connection, rows: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
    """Store the contracts of these clients; what is the same is not written."""
    stored = store.contracts.of_clients(conn, rows)
    for client_id, wanted in rows.items():
        store.contracts.put(conn, client_id, wanted, stored[client_id])


def _next_at(contract: Contract, today: Day, branch: BranchRow) -> datetime | None:
    """The midnight at which a charge falls due, or is late, or ends the contract. An end that was missed is due now."""
    if contract.ended:
        return None
    turns = [day for day in _turns(contract) if day > today]
    if contract.terminates_on is not None:
        turns.append(contract.terminates_on)
    return days.day_start(min(turns), branch.zone) if turns else None


def _turns(contract: Contract) -> Iterable[Day]:
    if contract.next_due_on is not None and contract.next_due_on <= LAST_DAY:
        yield contract.next_due_on
    for one in contract.charges:
        if one.state == "due" and one.due_on < LAST_DAY:
            yield one.due_on + 1
