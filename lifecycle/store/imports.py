"""Queries for imports: what was read, how far it got, what was refused, and many clients at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, bindparam, insert, select, update

from lifecycle.names import norm
from lifecycle.phones import Number
from lifecycle.store import facts, search
from lifecycle.store.clients import tokens_of
from lifecycle.tables import Client, FactRow, ImportRefusal, ImportRun, Instant, Phone

_run = ImportRun.__table__  # type: ignore[attr-defined]
_refusal = ImportRefusal.__table__  # type: ignore[attr-defined]
_client = Client.__table__  # type: ignore[attr-defined]
_phone = Phone.__table__  # type: ignore[attr-defined]
_fact = FactRow.__table__  # type: ignore[attr-defined]

#: As many values as one statement may carry on either database, with room to spare.
_MANY: Final = 2_000

FACT_COLUMNS: Final = (
    "key", "client_id", "type", "at", "day", "fields", "branch_id", "staff_id", '"by"', "via", "recorded_at", "import_id",
)

_INSTANT: Final = Instant()

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Run:
    """One import of one file: how far it got and what came of it."""

    id: int
    file: str
    digest: str
    kind: str
    state: str
    rows_done: int
    counts: Mapping[str, Any]
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Alike:
    """A client that has a number, and whether some import made them known under an id of its own."""

    client_id: int
    e164: str
    name: str
    branch_id: int


def unfinished(conn: Connection, digest: str) -> Run | None:
    """The import of this file that was cut off, if any."""
    query = select(*_RUN).where(_run.c.digest == digest, _run.c.state == "running").order_by(_run.c.id.desc())
    row = conn.execute(query).first()
    return Run(**row._mapping) if row else None


def begin(conn: Connection, **values: Any) -> int:
    """Note that an import of a file begins; gives its id."""
    query = insert(_run).values(state="running", rows_done=0, counts={}, **values).returning(_run.c.id)
    return int(conn.execute(query).scalar_one())


def advance(conn: Connection, runs: Sequence[Mapping[str, Any]]) -> None:
    """How far each import got: `run`, `rows`, `counts`, in the transaction of what it wrote."""
    conn.execute(_ADVANCE, [dict(run) for run in runs])


def finish(conn: Connection, run_ids: Iterable[int], at: datetime) -> None:
    """Note that these are done."""
    conn.execute(update(_run).where(_run.c.id.in_(list(run_ids))).values(state="done", finished_at=at))


def refuse(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what could not be taken, or was taken with a remark."""
    if rows:
        conn.execute(insert(_refusal), [dict(row) for row in rows])


def refusals(conn: Connection, run_ids: Iterable[int]) -> list[dict[str, Any]]:
    """What these imports could not take, by file and line."""
    query = select(_refusal).where(_refusal.c.import_id.in_(list(run_ids)))
    return [dict(row._mapping) for row in conn.execute(query.order_by(_refusal.c.import_id, _refusal.c.line, _refusal.c.id))]


def owners_of_keys(conn: Connection, keys: Iterable[str]) -> dict[str, int]:
    """For each key of a fact seen before: its client."""
    found: dict[str, int] = {}
    for part in _parts(keys):
        found |= {key: owner[0] for key, owner in facts.owners_of_keys(conn, part).items()}
    return found


def alike(conn: Connection, numbers: Iterable[str]) -> list[Alike]:
    """Every client that has one of these numbers, the first known first."""
    columns = (_client.c.id, _phone.c.e164, _client.c.name_norm, _client.c.branch_id)
    found: list[Alike] = []
    for part in _parts(numbers):
        query = select(*columns).join(_phone, _phone.c.client_id == _client.c.id).where(_phone.c.e164.in_(part))
        found += [Alike(*row) for row in conn.execute(query.order_by(_client.c.id))]
    return found


def own_ids(conn: Connection, client_ids: Iterable[int], prefix: str) -> set[int]:
    """Those of the clients that are known under an id of this source already."""
    found: set[int] = set()
    for part in _parts(client_ids):
        query = select(_fact.c.client_id).where(
            _fact.c.client_id.in_(part), _fact.c.type == "inquiry", _fact.c.key.startswith(prefix, autoescape=True)
        )
        found |= {row[0] for row in conn.execute(query)}
    return found


def homes(conn: Connection, client_ids: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    """The branch of each client and since when they are known."""
    found: dict[int, tuple[int, datetime]] = {}
    for part in _parts(client_ids):
        query = select(_client.c.id, _client.c.branch_id, _client.c.created_at).where(_client.c.id.in_(part))
        found |= {row.id: (row.branch_id, row.created_at) for row in conn.execute(query)}
    return found


def add_clients(conn: Connection, rows: Sequence[tuple[Mapping[str, Any], Sequence[Number]]]) -> list[int]:
    """Many new clients with their numbers, searchable at once; gives their ids in the order given."""
    if not rows:
        return []
    values = [dict(row) | {"name_norm": norm(row["name"])} for row, _numbers in rows]
    made = conn.execute(insert(_client).returning(_client.c.id, sort_by_parameter_order=True), values)
    ids = [int(row[0]) for row in made]
    numbers = [
        {"client_id": client_id, "position": place, "typed": one.typed, "e164": one.e164, "extension": one.extension}
        for client_id, (_row, held) in zip(ids, rows, strict=True)
        for place, one in enumerate(held)
    ]
    if numbers:
        conn.execute(insert(_phone), numbers)
    search.put(conn, [(client_id, tokens_of(row, held)) for client_id, (row, held) in zip(ids, rows, strict=True)])
    return ids


def add_facts(conn: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Many new facts, each a row of `FACT_COLUMNS`. Raises IntegrityError where a key is known.

    Written by the driver itself: a million facts spend more time on the way to a statement than in it.
    """
    if not rows:
        return
    sign = "?" if conn.dialect.name == "sqlite" else "%s"
    query = f"INSERT INTO fact ({', '.join(FACT_COLUMNS)}) VALUES ({', '.join([sign] * len(FACT_COLUMNS))})"  # noqa: S608 - our own words only
    conn.exec_driver_sql(query, [_driven(row) for row in rows])


def _driven(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """As the columns would bind it: instants as microseconds, fields as JSON."""
    key, client_id, type_, at, day, fields, *rest, recorded_at, import_id = row
    return (key, client_id, type_, micros(at), day, _json(*fields.items()), *rest, micros(recorded_at), import_id)


@lru_cache(maxsize=4096)
def micros(at: datetime) -> int | None:
    """An instant as its column keeps it."""
    return _INSTANT.process_bind_param(at, None)


@lru_cache(maxsize=4096)
def _json(*fields: tuple[str, Any]) -> str:
    """Most facts of a club say one of a few things."""
    return json.dumps(dict(fields))


def _parts(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    rest = iter(values)
    while part := list(islice(rest, _MANY)):
        yield part


_RUN = tuple(_run.c[name] for name in Run.__dataclass_fields__)
_ADVANCE = (
    update(_run)
    .where(_run.c.id == bindparam("run"))
    .values(rows_done=bindparam("rows"), counts=bindparam("counts"))
)
