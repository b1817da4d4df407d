"""Outside systems at the club's door: sources of every kind, what they send, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from club_ui.http import hooks
from club_ui.http.limits import Bucket
from lifecycle import store
from lifecycle.actions import sources
from lifecycle.club import Club
from lifecycle.connections import KINDS
from lifecycle.desk import CLUB
from lifecycle.store.deliveries import DeliveryRow
from lifecycle.tables import SQLModel
from tests.http.conftest import Api, _working, api  # noqa: F401 - fixtures of the API's room


@dataclass
class Connected:
    """One source, with its secret, that posts to its address."""

    api: Api
    id: int
    code: str
    secret: str

    @property
    def club(self) -> Club:
        return self.api.club

    async def send(self, body: Any, *, tail: str = "", headers: dict[str, str] | None = None, **how: Any) -> httpx.Response:
        """Post something, with the secret in a header unless headers are given."""
        sent = {"content": json.dumps(body)} if isinstance(body, dict | list) else {"content": body}
        told = {"X-Club-Secret": self.secret, "Content-Type": "application/json"} if headers is None else headers
        return await self.api.http.post(f"/hooks/{self.code}{tail}", headers=told, **sent, **how)

    def deliveries(self) -> list[DeliveryRow]:
        """What is stored of it, the first first."""
        with self.club.reading() as conn:
            rows = store.deliveries.page(conn, None, source_id=self.id, limit=1000)
            found = [store.deliveries.get(conn, row.id) for row in reversed(rows)]
        return [row for row in found if row is not None]

    def facts(self, client_id: int | None = None) -> list[tuple[str, dict[str, Any]]]:
        """Types and fields of the facts of a client; of everybody where none is named."""
        with self.club.reading() as conn:
            ids = store.clients.ids(conn) if client_id is None else [client_id]
            return [(fact.type, dict(fact.fields)) for facts in store.facts.of_clients(conn, ids).values() for fact in facts]


class Doors:
    """Connects sources."""

    def __init__(self, api: Api) -> None:  # noqa: F811 - the fixture's name
        self.api = api

    def __call__(self, kind: str, *, branch: str | None = None, secret: str | None = None, **options: str) -> Connected:
        with self.api.club.reading() as conn:
            ids = {each.code: each.id for each in store.branches.every(conn)}
        made = sources.create(
            self.api.club, CLUB, kind=kind, name=f"the {kind}", branch_id=ids[branch] if branch else None, secret=secret, options=options
        )
        return Connected(self.api, made.source.id, made.source.code, made.secret)


@pytest.fixture
async def connect(api: Api) -> Doors:  # noqa: F811 - the fixture
    """Connect a source of a kind; nobody has called in this minute yet."""
    hooks._wrong = Bucket(hooks.WRONG_SECRETS)
    hooks._calls = {kind.code: Bucket(kind.per_minute) for kind in KINDS.values()}
    hooks._callers = {kind.code: Bucket(kind.per_address) for kind in KINDS.values() if kind.per_address}
    return Doors(api)


def rows_of_everything(club: Club) -> dict[str, int]:
    """How many rows each table has."""
    with club.reading() as conn:
        return {table: len(list(store.tables.rows(conn, table))) for table in SQLModel.metadata.tables}
