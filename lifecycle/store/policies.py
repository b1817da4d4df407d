"""Queries for the club's dated numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from lifecycle.days import Day
from lifecycle.policy import Policies, Policy
from lifecycle.tables import PolicyVersion

_version = PolicyVersion.__table__  # type: ignore[attr-defined]
_IN_ORDER = select(_version.c.from_on, _version.c.numbers).order_by(_version.c.from_on, _version.c.id)


def all_versions(conn: Connection) -> Policies:
    """The numbers of the club on every day, the defaults before the first version."""
    rows = conn.execute(_IN_ORDER)
    dated: dict[Day, Policy] = {1: Policy()}
    for from_on, numbers in rows:
        dated[from_on] = Policy.of(numbers)
    return Policies(sorted(dated.items()))


def add(
    conn: Connection, *, from_on: Day, numbers: Mapping[str, Any], at: datetime, staff_id: int | None
) -> int:
    """Publish numbers that hold from a day on; gives the version's id."""
    values = {"from_on": from_on, "numbers": dict(numbers), "published_at": at, "staff_id": staff_id}
    return int(conn.execute(insert(_version).values(values).returning(_version.c.id)).scalar_one())


def latest(conn: Connection) -> int:
    """The id of the version published last; 0 where there is none."""
    return int(conn.execute(select(func.coalesce(func.max(_version.c.id), 0))).scalar_one())


def history(conn: Connection) -> list[dict[str, Any]]:
    """Every version published, the newest first."""
    return [dict(row._mapping) for row in conn.execute(select(_version).order_by(_version.c.id.desc()))]
