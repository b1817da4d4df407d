"""The club's server as other programs meet it: every layer, a real database of each kind, keys of each role."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from club_ui import access, process
from club_ui.http import guard
from club_ui.http.api import taking
from club_ui.http.app import server
from club_ui.http.headers import Headers
from club_ui.http.limits import Bucket, Limits
from lifecycle import store
from lifecycle.actions import keys
from lifecycle.check import check
from lifecycle.clock import FixedClock
from lifecycle.club import Club
from lifecycle.desk import CLUB
from lifecycle.settings import Settings


@dataclass
class Api:
    """Calls the API with a key; `owner` reaches every branch, `manager` and `desk` the branch `main` alone."""

    club: Club
    http: httpx.AsyncClient
    keys: dict[str, str]

    async def call(self, method: str, path: str, *, key: str | None = "owner", **how: Any) -> httpx.Response:
        headers = dict(how.pop("headers", {}))
        if key is not None:
            headers["Authorization"] = f"Bearer {self.keys.get(key, key)}"
        return await self.http.request(method, f"/api/v1{path}", headers=headers, **how)

    async def get(self, path: str, **how: Any) -> httpx.Response:
        return await self.call("GET", path, **how)

    async def post(self, path: str, json: Any = None, **how: Any) -> httpx.Response:
        return await self.call("POST", path, json=json, **how)

    async def add(self, name: str = "Anna", *, key: str = "owner", **given: Any) -> str:
        """A client; gives the id."""
        answer = await self.post("/clients", {"name": name, **given}, key=key)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def record(self, client: str, *facts: dict[str, Any], key: str = "owner", **how: Any) -> httpx.Response:
        return await self.post(f"/clients/{client}/facts", {"facts": list(facts)}, key=key, **how)

    async def member(self, name: str = "Anna", *, days: int = 30, **given: Any) -> str:
        """A client who bought and activated a membership yesterday."""
        client = await self.add(name, **given)
        yesterday = (self.club.clock.now() - timedelta(days=1)).date().isoformat()
        answer = await self.record(
            client,
            {"type": "membership_sold", "membership": "m1", "billing": "term", "days": days, "amount": 1, "at": yesterday},
            {"type": "membership_activated", "membership": "m1", "starts_on": yesterday, "at": yesterday},
        )
        assert answer.status_code == 201, answer.text
        return client

    def later(self, **passed: float) -> None:
        """Time passes."""
        clock = self.club.clock
        assert isinstance(clock, FixedClock)
        clock.at += timedelta(**passed)

    def is_sound(self) -> bool:
        """Whether what is stored equals what the facts say."""
        return check(self.club) == []

    def counted(self) -> tuple[int, int]:
        """How many clients and facts there are."""
        with self.club.reading() as conn:
            ids = store.clients.ids(conn)
            return len(ids), sum(len(facts) for facts in store.facts.of_clients(conn, ids).values())


@pytest.fixture
def _working(club: Club, tmp_path: Path) -> Iterator[Settings]:
    """This process works on the test's club; nothing was refused in this minute yet."""
    settings = Settings(data=tmp_path)
    process.work_on(club, settings)
    access._noted, guard._wrong_keys, taking._calls = (Bucket(rate) for rate in (access.NOTED, guard.WRONG_KEYS, taking.CALLS))
    yield settings
    process.work_on(None)


@pytest.fixture
async def api(club: Club, _working: Settings) -> AsyncIterator[Api]:
    with club.writing() as conn:
        main = next(branch.id for branch in store.branches.every(conn) if branch.code == "main")
        store.branches.add(conn, code="south", name="South", timezone="Europe/Kyiv", country="UA")
    made = {
        "owner": keys.create(club, CLUB, name="everything", role="owner"),
        "manager": keys.create(club, CLUB, name="main office", role="manager", branch_id=main),
        "desk": keys.create(club, CLUB, name="main turnstile", role="front_desk", branch_id=main),
    }
    app = Headers(Limits(server(), _working), _working, None)
    transport = httpx.ASGITransport(app=app, client=("10.0.0.1", 40_000), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://club.test") as http:
        yield Api(club, http, made)
