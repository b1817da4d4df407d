"""Queries for cards that were counted and not made, and for orders to make them.

What is counted of a client is kept up to date whenever the rules look at them; what somebody ordered keeps its day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.board_tables import CardOrder, CountedCard
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.tables import Client, FactRow

_counted: Any = CountedCard.__table__  # type: ignore[attr-defined]
_order: Any = CardOrder.__table__  # type: ignore[attr-defined]
_client = Client.__table__  # type: ignore[attr-defined]
_fact = FactRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A counted card: under which key and by which rule it would be made, about whom, and of which branch they are."""

    key: str
    client_id: int
    rule: str
    branch_id: int
    name: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order: see `board_tables.CardOrder`. It is over once nothing of it is left to make."""

    id: int
    key: str
    at: datetime
    staff_id: int | None
    by: str
    rules: Sequence[str]
    days: int
    count: int
    made: int
    over: bool


def keep(conn: Connection, by_client: Mapping[int, Mapping[str, str]]) -> None:
    """Of each of these clients exactly these keys are counted, each with its rule."""
    if not by_client:
        return
    keys = [key for wanted in by_client.values() for key in wanted]
    conn.execute(delete(_counted).where(_counted.c.client_id.in_(list(by_client)), _counted.c.key.not_in(keys)))
    rows = [{"key": key, "client_id": one, "rule": rule} for one, wanted in by_client.items() for key, rule in wanted.items()]
    if rows:
        query = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(_counted)
        conn.execute(query.on_conflict_do_update(index_elements=["key"], set_={"rule": query.excluded.rule}), rows)


def by_rule(conn: Connection, desk: Desk | None = None) -> Counter[str]:
    """How many are counted of each rule, and nobody ordered yet; in the person's branches, where one is named."""
    query = _of_branches(select(_counted.c.rule, func.count()).where(_counted.c.order_id.is_(None)), desk)
    return Counter({rule: count for rule, count in conn.execute(query.group_by(_counted.c.rule))})


def of_imports(conn: Connection, run_ids: Sequence[int]) -> Counter[str]:
    """How many are counted of each rule among the clients of these imports."""
    theirs = exists().where(_fact.c.client_id == _counted.c.client_id, _fact.c.import_id.in_(list(run_ids)))
    query = select(_counted.c.rule, func.count()).where(theirs)
    return Counter({rule: count for rule, count in conn.execute(query.group_by(_counted.c.rule))})


def of_rules(conn: Connection, desk: Desk, rules: Collection[str], limit: int | None = None) -> list[CountedRow]:
    """Those of these rules that nobody ordered yet, in the person's branches, by client."""
    columns = select(_counted.c.key, _counted.c.client_id, _counted.c.rule, _client.c.branch_id, _client.c.name)
    joined = columns.join(_client, _client.c.id == _counted.c.client_id)
    query = joined.where(_counted.c.rule.in_(list(rules)), _counted.c.order_id.is_(None))
    if desk.branches is not None:
        query = query.where(_client.c.branch_id.in_(desk.branches))
    query = query.order_by(_counted.c.client_id, _counted.c.key).limit(limit)
    return [CountedRow(**row._mapping) for row in conn.execute(query)]


def of_clients(conn: Connection, client_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """What is counted of each of these clients, ordered or not: the rule by key; those of whom nothing is are absent."""
    found: dict[int, dict[str, str]] = {}
    query = select(_counted.c.client_id, _counted.c.key, _counted.c.rule).where(_counted.c.client_id.in_(list(client_ids)))
    for client_id, key, rule in conn.execute(query):
        found.setdefault(client_id, {})[key] = rule
    return found


def clients_of(conn: Connection, rule: str) -> list[int]:
    """Whom something of this rule is counted of."""
    return list(conn.execute(select(_counted.c.client_id).where(_counted.c.rule == rule).distinct()).scalars())


def _of_branches(query: Select[Any], desk: Desk | None) -> Select[Any]:
    if desk is None or desk.branches is None:
        return query
    return query.join(_client, _client.c.id == _counted.c.client_id).where(_client.c.branch_id.in_(desk.branches))


# --- orders -------------------------------------------------------------------------------------------


_ORDERS = select(_order, (~exists().where(_counted.c.order_id == _order.c.id)).label("over"))


def order_by_key(conn: Connection, key: str) -> OrderRow | None:
    """The order of that request."""
    row = conn.execute(_ORDERS.where(_order.c.key == key)).first()
    return None if row is None else OrderRow(**row._mapping)


def latest_orders(conn: Connection, limit: int) -> list[OrderRow]:
    """The latest orders, the newest first."""
    query = _ORDERS.order_by(_order.c.id.desc()).limit(limit)
    return [OrderRow(**row._mapping) for row in conn.execute(query)]


def order(conn: Connection, values: Mapping[str, Any], due: Mapping[str, Day]) -> int:
    """Order these cards, each for its day; gives the order's id."""
    order_id: int = conn.execute(insert(_order).values(**values, count=len(due), made=0).returning(_order.c.id)).scalar_one()
    query = update(_counted).where(_counted.c.key == bindparam("its_key"))
    conn.execute(
        query.values(order_id=order_id, due_on=bindparam("on")), [{"its_key": key, "on": day} for key, day in due.items()]
    )
    return order_id


def is_ordered(conn: Connection) -> bool:
    """Whether anything that was ordered is still to be made."""
    return conn.execute(select(_counted.c.key).where(_counted.c.order_id.is_not(None)).limit(1)).first() is not None


def ordered(conn: Connection, limit: int) -> dict[int, dict[str, tuple[int, Day]]]:
    """What is to be made for so many clients, of the oldest order first: by client and key the order and the day."""
    query = (
        select(_counted.c.client_id, _counted.c.key, _counted.c.order_id, _counted.c.due_on)
        .where(_counted.c.order_id.is_not(None))
        .order_by(_counted.c.order_id, _counted.c.client_id)
        .limit(limit)
    )
    found: dict[int, dict[str, tuple[int, Day]]] = {}
    for client_id, key, order_id, due_on in conn.execute(query):
        found.setdefault(client_id, {})[key] = (order_id, due_on)
    return found


def settle(conn: Connection, keys: Collection[str], made: Mapping[int, int]) -> None:
    """These were ordered and are made, or called for no more; `made` is how many of each order were."""
    conn.execute(delete(_counted).where(_counted.c.key.in_(list(keys))))
    for order_id, count in made.items():
        conn.execute(update(_order).where(_order.c.id == order_id).values(made=_order.c.made + count))


def give_back(conn: Connection, client_id: int) -> None:
    """What was ordered about this client is only counted again."""
    ordered = _counted.c.order_id.is_not(None)
    conn.execute(update(_counted).where(_counted.c.client_id == client_id, ordered).values(order_id=None, due_on=None))
