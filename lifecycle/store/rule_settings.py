"""Queries for how the club tuned its automatic rules; a rule without a row is as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update

from lifecycle.board_tables import RuleSetting
from lifecycle.desk import Desk
from lifecycle.store.cards import card_table

_setting: Any = RuleSetting.__table__  # type: ignore[attr-defined]
_card = card_table
_EVERY = select(_setting)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the club tuned it: see `board_tables.RuleSetting`."""

    rule: str
    on: bool
    status: str | None
    who: str | None
    numbers: Mapping[str, int]
    version: int
    changed_by: str
    changed_at: datetime


def every(conn: Connection) -> dict[str, RuleRow]:
    """The rules that the club tuned, by their code."""
    return {row.rule: RuleRow(**row._mapping) for row in conn.execute(_EVERY)}


def put(conn: Connection, rule: str, values: Mapping[str, Any], version: int) -> bool:
    """Tune a rule that was read at this version (0: never tuned); False where somebody was faster."""
    if version == 0:
        if conn.execute(select(_setting.c.rule).where(_setting.c.rule == rule)).first() is not None:
            return False
        conn.execute(insert(_setting).values(rule=rule, version=1, **values))
        return True
    query = update(_setting).where(_setting.c.rule == rule, _setting.c.version == version)
    return conn.execute(query.values(**values, version=version + 1)).rowcount == 1


@dataclass(frozen=True, slots=True)
class Made:
    """How many cards a rule made since a day: in all, open, withdrawn by itself, ended by people."""

    made: int
    open: int
    withdrawn: int
    ended: int


def made_since(conn: Connection, desk: Desk, since: datetime) -> dict[str, Made]:
    """Of each rule what became of its cards made since then, in the person's branches."""
    open_ = case((_card.c.closed_at.is_(None), 1), else_=0)
    withdrawn = case((_card.c.result == "not_needed", 1), else_=0)
    query = (
        select(_card.c.rule, func.count(), func.sum(open_), func.sum(withdrawn))
        .where(_card.c.rule != "manual", _card.c.created_at >= since)
        .group_by(_card.c.rule)
    )
    if desk.branches is not None:
        query = query.where(_card.c.branch_id.in_(desk.branches))
    return {
        rule: Made(made, int(opened), int(gone), made - int(opened) - int(gone))
        for rule, made, opened, gone in conn.execute(query)
    }
