"""Where everybody stands, as columns: for questions about the whole club at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from lifecycle.desk import Desk
from lifecycle.summary import SUMMARY_COLUMNS, Columns
from lifecycle.tables import standing

_AT_ONCE = 50_000
_KEYS = ("client_id", "branch_id", "mask", "status")


class Everybody(NamedTuple):
    """One place per client in each column, in the order of their ids."""

    ids: npt.NDArray[np.int64]
    branches: npt.NDArray[np.int64]
    masks: npt.NDArray[np.int64]
    statuses: npt.NDArray[np.int64]
    summaries: Columns

    def __len__(self) -> int:
        return len(self.ids)


def load(conn: Connection, desk: Desk) -> Everybody:
    """The stored standings of all clients of the person's branches: a million take a few seconds."""
    query = select(*(standing.c[name] for name in _KEYS), *(standing.c[f"summary_{name}"] for name in SUMMARY_COLUMNS))
    if desk.branches is not None:
        query = query.where(standing.c.branch_id.in_(desk.branches))
    # Straight from the driver: a row object each would cost more than all the rules.
    found = conn.execute(query.order_by(standing.c.client_id)).cursor
    parts = []
    while found is not None and (rows := found.fetchmany(_AT_ONCE)):
        parts.append(_table(rows))
    table = np.concatenate(parts) if parts else np.empty((0, len(_KEYS) + len(SUMMARY_COLUMNS)), np.int64)
    columns = {name: table[:, len(_KEYS) + place] for place, name in enumerate(SUMMARY_COLUMNS)}
    return Everybody(table[:, 0], table[:, 1], table[:, 2], table[:, 3], Columns(columns))


def _table(rows: Sequence[Any]) -> npt.NDArray[np.int64]:
    return np.array(rows, dtype=np.int64)
