"""Statements of the ways walked most, given to the driver itself: on these, making a statement costs more than running it.

A statement is made once for each kind of database. Values go and come as on any connection: what the
columns keep otherwise (instants, JSON) is turned on the way.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, JSON, BigInteger, Text, any_, bindparam, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection, Dialect

#: How each driver marks the places of values that are given in order.
_MARKS = {"sqlite": "qmark", "postgresql": "format"}
_read_json = json.JSONDecoder().raw_decode

Convert = Callable[[Any], Any]


class JsonText(str):
    """A value of a JSON column that is written as JSON already."""

    __slots__ = ()


class _Ids(TypeDecorator[Any]):
    """Any number of ids as one value."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        return json.dumps(list(value))


def _in_json(column: ColumnElement[Any]) -> Any:
    given = func.json_each(bindparam("ids", type_=_Ids())).table_valued("value")
    return column.in_(select(given.c.value))


def _in_array(column: ColumnElement[Any]) -> Any:
    return column == any_(bindparam("ids", type_=ARRAY(BigInteger)))


#: Where a column is among the value `ids`: the same statement for one and for five hundred.
Among = Callable[["ColumnElement[Any]"], Any]
_AMONG: Mapping[str, Among] = {"sqlite": _in_json, "postgresql": _in_array}


class Prepared:
    """One statement for all, or one for each kind of database; `columns` are those that an insert gives."""

    def __init__(self, statement: Any, columns: Iterable[str] | None = None) -> None:
        self._statement = statement
        self._columns = None if columns is None else list(columns)
        self._made: dict[str, _Made] = {}

    @classmethod
    def among(cls, made: Callable[[Among], Any]) -> Prepared:
        """A statement about several by their ids, which are given as `ids`; `made` gets the condition."""
        return cls({kind: made(condition) for kind, condition in _AMONG.items()})

    def rows(self, conn: Connection, **values: Any) -> list[Any]:
        """What the statement finds, each row with the names of its columns."""
        made = self._for(conn)
        with _told_by(conn, made.text):
            found = made.start(conn).execute(made.text, made.driven(values)).fetchall()
        return made.read(found)

    def many(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Do it for each of these."""
        if rows:
            made = self._for(conn)
            with _told_by(conn, made.text):
                made.start(conn).executemany(made.text, [made.driven(row) for row in rows])

    def _for(self, conn: Connection) -> _Made:
        kind = conn.dialect.name
        if kind not in self._made:
            one = self._statement[kind] if isinstance(self._statement, Mapping) else self._statement
            self._made[kind] = _Made(one, self._columns, conn.dialect)
        return self._made[kind]


class _Made:
    """A statement as one kind of database understands it."""

    def __init__(self, statement: Any, columns: list[str] | None, dialect: Dialect) -> None:
        spelled = type(dialect)(paramstyle=_MARKS[dialect.name])  # type: ignore[call-arg]
        compiled = statement.compile(dialect=spelled, column_keys=columns)
        self.text = str(compiled)
        self._order: list[str] = list(compiled.positiontup or ())
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        types = [compiled.binds[name].type for name in self._order]
        self._encoders = _converters(_encoder(one, dialect) for one in types)
        wanted = getattr(statement, "exported_columns", ())
        self._decoders = _converters(_decoder(column.type, dialect) for column in wanted)
        self._row = _row_of([column.name for column in wanted])

    def start(self, conn: Connection) -> Any:
        driver: Any = conn.connection.dbapi_connection
        return driver.cursor()

    def driven(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the statement, as the driver takes them."""
        given = [values[name] if name in values else self._fixed[name] for name in self._order]
        for place, encode in self._encoders:
            given[place] = encode(given[place])
        return given

    def read(self, found: Sequence[Any]) -> list[Any]:
        if not self._decoders:
            return [self._row._make(row) for row in found]
        rows = []
        for row in found:
            values = list(row)
            for place, decode in self._decoders:
                values[place] = decode(values[place])
            rows.append(self._row._make(values))
        return rows


def _row_of(names: list[str]) -> Any:
    return namedtuple("Row", names, rename=True)  # noqa: PYI024 - the statement names them  # type: ignore[misc]


def _converters(found: Iterable[Convert | None]) -> list[tuple[int, Convert]]:
    return [(place, convert) for place, convert in enumerate(found) if convert is not None]


def _encoder(type_: Any, dialect: Dialect) -> Convert | None:
    if isinstance(type_, JSON):
        return _as_json
    encoder: Convert | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return encoder


def _as_json(value: Any) -> str:
    return value if type(value) is JsonText else json.dumps(value)


def _decoder(type_: Any, dialect: Dialect) -> Convert | None:
    if isinstance(type_, JSON):
        # PostgreSQL's driver reads it by itself.
        return _from_json if dialect.name == "sqlite" else None
    decoder: Convert | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return decoder


def _from_json(text: str | None) -> Any:
    return None if text is None else _read_json(text)[0]


@contextmanager
def _told_by(conn: Connection, text: str) -> Iterator[None]:
    """What the driver refuses is told as on any other way to it."""
    driver: Any = conn.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        gone = conn.dialect.is_disconnect(error, conn.connection, None)
        if gone:
            conn.invalidate(error)
        raise DBAPIError.instance(
            text, None, error, driver.Error, connection_invalidated=gone, dialect=conn.dialect
        ) from error
