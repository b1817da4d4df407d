"""A client's account: contracts, packs, means of payment, and what may be done about each (spec: board, section 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from lifecycle import days, rights, store
from lifecycle.billing import Contract, contracts_of
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.facts import Fact
from lifecycle.packs import Pack, packs_of
from lifecycle.policy import Policies, Policy
from lifecycle.products import Product, audience_in, fits
from lifecycle.store.branches import BranchRow
from lifecycle.store.clients import ClientRow
from lifecycle.store.payment_means import MeansRow


@dataclass(frozen=True, slots=True)
class Account:
    """What a client bought, owes, has left and pays with, at an instant."""

    client: ClientRow
    branch: BranchRow
    now: datetime
    today: Day
    policy: Policy
    contracts: tuple[Contract, ...]
    packs: tuple[Pack, ...]
    means: tuple[MeansRow, ...]


def account(conn: Connection, desk: Desk, client_id: int, now: datetime, facts: Sequence[Fact] | None = None) -> Account:
    """Read one client's account; `facts` are all of theirs where somebody has read them already. Raises NotFound, Refused."""
    client, branch = _client(conn, desk, client_id)
    history = store.facts.of_client(conn, client_id) if facts is None else facts
    policies, today = store.policies.all_versions(conn), days.day_of(now, branch.zone)
    contracts = contracts_of(history, policies, today, now)
    return Account(
        client=client,
        branch=branch,
        now=now,
        today=today,
        policy=policies.on(today),
        contracts=tuple(contracts),
        packs=tuple(packs_of(history, contracts, today, now)),
        means=tuple(store.payment_means.of_client(conn, client_id)),
    )


def offers(conn: Connection, desk: Desk, client_id: int, now: datetime) -> list[Product]:
    """What of the price list may be sold to this client. Raises NotFound, Refused."""
    client, branch = _client(conn, desk, client_id)
    policies: Policies = store.policies.all_versions(conn)
    history = store.facts.of_client(conn, client_id)
    audience = audience_in(client.kind, history, policies, days.day_of(now, branch.zone))
    return [one for one in store.products.active(conn) if fits(one, audience)]


def deeds_of(desk: Desk, branch_id: int, one: Contract) -> tuple[str, ...]:
    """What this person may do with a contract as it stands; what it asks for comes first."""
    fitting = {
        "take_payment": bool(one.owed) or (one.charged and one.state == "running"),
        "cancel_contract": one.state == "started",
        "withdraw_autopay": one.charged and one.autopay_ended_at is None and one.state != "started",
        "refund": one.paid > one.refunded,
    }
    rights_of = {"refund": "refund"}
    return tuple(
        name for name, fits_now in fitting.items() if fits_now and rights.allows(desk, rights_of.get(name, "record_payment"), branch_id)
    )


def _client(conn: Connection, desk: Desk, client_id: int) -> tuple[ClientRow, BranchRow]:
    client = store.clients.get(conn, desk, client_id)
    rights.check(desk, "see_client", client.branch_id)
    return client, store.branches.by_id(conn)[client.branch_id]
