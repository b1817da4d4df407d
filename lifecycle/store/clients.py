"""Queries for clients: who they are. Where they stand is in `standings`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, text, update

from lifecycle.desk import Desk
from lifecycle.errors import NotFound
from lifecycle.names import norm
from lifecycle.phones import Number, digits_of
from lifecycle.store import search
from lifecycle.tables import Client, Phone

_client = Client.__table__  # type: ignore[attr-defined]
_phone = Phone.__table__  # type: ignore[attr-defined]
_LINE = 7_240_002


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as the club knows them."""

    id: int
    branch_id: int
    name: str
    name_norm: str
    kind: str
    tax_id: str | None
    email: str | None
    birthday_on: int | None
    source: str
    comment: str
    responsible_id: int | None
    created_at: datetime
    version: int
    key: str | None = None
    import_id: int | None = None
    no_contact_at: datetime | None = None
    no_contact_by: str | None = None
    no_contact_why: str | None = None
    phones: tuple[Number, ...] = field(default=())

    @property
    def phone(self) -> Number | None:
        """The number to call first."""
        return self.phones[0] if self.phones else None


@dataclass(frozen=True, slots=True)
class Held:
    """A client held for a deed: what the deed needs to know of them."""

    id: int
    branch_id: int
    kind: str


_COLUMNS = [_client.c[name] for name in ClientRow.__dataclass_fields__ if name != "phones"]
_HELD = select(_client.c.id, _client.c.branch_id, _client.c.kind).where(_client.c.id == bindparam("client"))
_HOLD = {"sqlite": _HELD, "postgresql": _HELD.with_for_update()}


def get(conn: Connection, desk: Desk, client_id: int) -> ClientRow:
    """One client of the person's branches. Raises NotFound for any other, whether or not it exists."""
    return _one(conn, select(*_COLUMNS).where(_client.c.id == client_id), desk)


def hold(conn: Connection, desk: Desk, client_id: int) -> Held:
    """Nobody else changes this client until the transaction ends. Raises NotFound as `get`."""
    row = conn.execute(_HOLD[conn.dialect.name], {"client": client_id}).first()
    if row is None or not desk.reaches(row.branch_id):
        raise NotFound("client_not_found")
    return Held(*row)


def several(conn: Connection, client_ids: Sequence[int], desk: Desk) -> list[ClientRow]:
    """These clients, as far as the person may see them, in the order asked for."""
    rows = conn.execute(select(*_COLUMNS).where(_client.c.id.in_(client_ids))).all()
    found = {row.id: row for row in rows if desk.reaches(row.branch_id)}
    phones = phones_of(conn, list(found))
    return [_row(found[client_id], phones) for client_id in client_ids if client_id in found]


def named(conn: Connection, client_ids: Sequence[int]) -> dict[int, ClientRow]:
    """These clients by their id, for whoever may see what speaks of them: a card, a call."""
    rows = conn.execute(select(*_COLUMNS).where(_client.c.id.in_(client_ids))).all()
    phones = phones_of(conn, [row.id for row in rows])
    return {row.id: _row(row, phones) for row in rows}


def by_key(conn: Connection, key: str) -> int | None:
    """The client that was added under this key."""
    return conn.execute(select(_client.c.id).where(_client.c.key == key)).scalar()


def with_number(conn: Connection, numbers: Iterable[str], desk: Desk) -> list[int]:
    """Clients of the person's branches that have one of these E.164 numbers, the first known first."""
    query = (
        select(_phone.c.client_id)
        .join(_client, _client.c.id == _phone.c.client_id)
        .where(_phone.c.e164.in_(list(numbers)))
        .distinct()
        .order_by(_phone.c.client_id)
    )
    return [row[0] for row in conn.execute(_own(query, desk))]


def companies(conn: Connection, tax_ids: Sequence[str], desk: Desk) -> list[int]:
    """Companies of the person's branches with one of these tax numbers, whatever stands between its digits."""
    query = _own(select(_client.c.id, _client.c.tax_id).where(_client.c.kind == "company"), desk)
    wanted = set(tax_ids)
    rows = conn.execute(query.order_by(_client.c.id))
    return [row.id for row in rows if row.tax_id and digits_of(row.tax_id) in wanted]


def stand_in_line_for(conn: Connection, number: str) -> None:
    """Whoever else is about to look this number up and add a client with it waits until the transaction ends."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:line, hashtext(:number))"), {"line": _LINE, "number": number})


def page(
    conn: Connection, desk: Desk, *, after: int = 0, limit: int = 50, branch_id: int | None = None
) -> list[ClientRow]:
    """Clients in the order they became known, after an id."""
    query = _own(select(*_COLUMNS).where(_client.c.id > after).order_by(_client.c.id).limit(limit), desk)
    if branch_id is not None:
        query = query.where(_client.c.branch_id == branch_id)
    rows = conn.execute(query).all()
    phones = phones_of(conn, [row.id for row in rows])
    return [_row(row, phones) for row in rows]


def ids(conn: Connection, *, after: int = 0, limit: int = 500) -> list[int]:
    """Ids of all clients after one, for passes over the whole club."""
    query = select(_client.c.id).where(_client.c.id > after).order_by(_client.c.id).limit(limit)
    return [row[0] for row in conn.execute(query)]


def count(conn: Connection) -> int:
    """How many clients the club knows."""
    return int(conn.execute(select(func.count()).select_from(_client)).scalar_one())


def lock(conn: Connection, client_ids: Sequence[int]) -> None:
    """Nobody else changes these clients until the transaction ends; taken in order, so that nobody waits crosswise.

    SQLite has one writer at a time anyway.
    """
    if conn.dialect.name == "postgresql":
        query = select(_client.c.id).where(_client.c.id.in_(client_ids)).order_by(_client.c.id)
        conn.execute(query.with_for_update(key_share=True)).all()


def branches(conn: Connection, client_ids: Sequence[int]) -> dict[int, int]:
    """The home branch of each."""
    query = select(_client.c.id, _client.c.branch_id).where(_client.c.id.in_(client_ids))
    return {client_id: branch_id for client_id, branch_id in conn.execute(query)}


def add(conn: Connection, values: Mapping[str, Any], numbers: Sequence[Number]) -> int:
    """A new client with their numbers, searchable at once; gives the id."""
    row = dict(values) | {"name_norm": norm(values["name"])}
    client_id = int(conn.execute(insert(_client).values(row).returning(_client.c.id)).scalar_one())
    _put_phones(conn, client_id, numbers)
    _index(conn, client_id, row, numbers)
    return client_id


def change(
    conn: Connection, client: ClientRow, values: Mapping[str, Any], numbers: Sequence[Number] | None = None
) -> bool:
    """Write changed fields if the client is still as it was read; False where somebody was faster."""
    row = dict(values)
    if "name" in row:
        row["name_norm"] = norm(row["name"])
    done = conn.execute(
        update(_client)
        .where(_client.c.id == client.id, _client.c.version == client.version)
        .values(**row, version=client.version + 1)
    )
    if done.rowcount != 1:
        return False
    if numbers is not None:
        conn.execute(delete(_phone).where(_phone.c.client_id == client.id))
        _put_phones(conn, client.id, numbers)
    shown = numbers if numbers is not None else client.phones
    _index(
        conn, client.id, {"name": client.name, "email": client.email, "tax_id": client.tax_id} | row, shown
    )
    return True


def phones_of(conn: Connection, client_ids: Sequence[int]) -> dict[int, tuple[Number, ...]]:
    """The numbers of each client, the one to call first at the head."""
    query = (
        select(_phone.c.client_id, _phone.c.typed, _phone.c.e164, _phone.c.extension)
        .where(_phone.c.client_id.in_(client_ids))
        .order_by(_phone.c.client_id, _phone.c.position)
    )
    found: dict[int, tuple[Number, ...]] = {}
    for client_id, typed, e164, extension in conn.execute(query):
        found[client_id] = (*found.get(client_id, ()), Number(typed, e164, extension))
    return found


def tokens_of(row: Mapping[str, Any], numbers: Sequence[Number]) -> str:
    """What the search index holds of this client."""
    others = [row[name] for name in ("email", "tax_id") if row.get(name)]
    return search.tokens(row["name"], [number.e164 or number.typed for number in numbers], others)


def _put_phones(conn: Connection, client_id: int, numbers: Sequence[Number]) -> None:
    rows = [
        {
            "client_id": client_id,
            "position": place,
            "typed": n.typed,
            "e164": n.e164,
            "extension": n.extension,
        }
        for place, n in enumerate(numbers)
    ]
    if rows:
        conn.execute(insert(_phone), rows)


def _index(conn: Connection, client_id: int, row: Mapping[str, Any], numbers: Sequence[Number]) -> None:
    search.put(conn, [(client_id, tokens_of(row, numbers))])


def _own(query: Select[Any], desk: Desk) -> Select[Any]:
    return query if desk.branches is None else query.where(_client.c.branch_id.in_(desk.branches))


def _one(conn: Connection, query: Select[Any], desk: Desk) -> ClientRow:
    row = conn.execute(query).first()
    if row is None or not desk.reaches(row.branch_id):
        raise NotFound("client_not_found")
    return _row(row, phones_of(conn, [row.id]))


def _row(row: Any, phones: Mapping[int, tuple[Number, ...]]) -> ClientRow:
    return ClientRow(**row._mapping, phones=phones.get(row.id, ()))


def for_index(conn: Connection, client_ids: Sequence[int]) -> list[tuple[int, str]]:
    """What the search index should hold of these clients."""
    rows = conn.execute(select(*_COLUMNS).where(_client.c.id.in_(client_ids))).all()
    phones = phones_of(conn, client_ids)
    return [(row.id, tokens_of(row._asdict(), phones.get(row.id, ()))) for row in rows]
