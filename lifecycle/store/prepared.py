"""Statements made once and then run as text, where making one anew would cost more than running it.

Values go in and come out as the database holds them: instants as microseconds, nothing read as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Dialect, Executable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Prepared:
    """One statement in the words of one kind of database; its named values are given at each run."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self._text = str(compiled)
        self._fixed = dict(compiled.params)
        self._order: list[str] | None = compiled.positiontup

    def run(self, conn: Connection, given: Mapping[str, Any]) -> Sequence[Any]:
        """The rows for these values."""
        values: dict[str, Any] = {**self._fixed, **given}
        if self._order is None:
            return conn.exec_driver_sql(self._text, values).all()
        return conn.exec_driver_sql(self._text, tuple(values[name] for name in self._order)).all()


def micros(at: datetime) -> int:
    """An instant as it is stored."""
    return (at - _EPOCH) // _MICROSECOND


def instant(stored: int) -> datetime:
    """A stored instant, aware, in UTC."""
    return _EPOCH + stored * _MICROSECOND
