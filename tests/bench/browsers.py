"""Goal 6: from a fact to the last of so many open pages, through the served club.

Each browser is a socket that speaks as the page of the folders does. Somebody becomes known through the API;
a browser has seen it when the number of all clients it was sent has grown so far.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import socketio

from lifecycle import passwords, store
from lifecycle.store import sign_ins
from lifecycle.store import staff as staff_rows
from tests.bench.rounds import quantile
from tests.bench.run import Run
from tests.bench.serving import ServedClub, serving
from tests.bench.table import Row, seconds

#: What a browser sends when its socket opens: the page of its address is loaded and goes on watching.
OPEN = "reflex___state____state.hydrate_and_load"
WRITES, FEW = 60, 4
A_SECOND = (2, 20)
PATIENCE = 60
MOST_CLIENTS = 100_000


def rows(run: Run) -> Iterator[Row]:
    """At a walk and at a run."""
    size = min(run.size, MOST_CLIENTS)
    with serving(run, size=size) as served:
        seen = asyncio.run(_watched(served, run.browsers, run.often(WRITES, FEW)))
    fits = run.browsers >= 100 and size >= MOST_CLIENTS
    for rate, spent in seen.items():
        goal = {"most": 25.0, "fits": fits} if rate == A_SECOND[-1] else {}
        figure = f"a fact to the last of {run.browsers} browsers, {rate} a second"
        yield Row(6, f"{figure}, p50", seconds(quantile(spent, 0.5)))
        p95 = quantile(spent, 0.95)
        yield Row(6, f"{figure}, p95", seconds(p95), value=p95 * 1000, unit="ms", **goal)


async def _watched(served: ServedClub, count: int, most: int) -> dict[int, list[float]]:
    """Open the pages, write at each pace, and take the moment each page showed each write."""
    with served.club.reading() as conn:
        known = store.clients.count(conn)
    browsers = [Browser() for _ in range(count)]
    cookie = signed_in(served)
    for browser in browsers:
        await browser.open(served.served.url, cookie)
    await _until(lambda: all(browser.sees(known) for browser in browsers), "a page stays empty")
    spent = {}
    async with httpx.AsyncClient(base_url=served.served.url, headers={"Authorization": f"Bearer {served.key}"}) as api:
        for pace in A_SECOND:
            began = await _write(api, pace, min(most, pace * 10))
            last = known + len(began)
            await _until(lambda last=last: all(browser.sees(last) for browser in browsers), "a page stays behind")
            whole = range(known + 1, last + 1)
            spent[pace] = [
                max(browser.when(number) for browser in browsers) - start for number, start in zip(whole, began, strict=True)
            ]
            known = last
    await asyncio.gather(*(browser.close() for browser in browsers))
    return spent


async def _write(api: httpx.AsyncClient, pace: int, count: int) -> list[float]:
    """So many people become known, so many a second; the moment each was sent."""
    began, first = [], time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, first + number / pace - time.perf_counter()))
        began.append(time.perf_counter())
        name = {"name": f"Новый {uuid.uuid4().hex[:6]}", "source": "site"}
        answer = await api.post("/api/v1/clients", json=name, headers={"Idempotency-Key": uuid.uuid4().hex})
        answer.raise_for_status()
    return began


class Browser:
    """One open page (the folders', unless another is named), and when it was shown how many clients there are.

    `heard` counts what the server sent it.
    """

    def __init__(self, path: str = "/folders") -> None:
        self.page = {"pathname": path, "asPath": path, "query": {}}
        self.heard = 0
        self.shown: list[tuple[int, float]] = []
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("event", self._hear, namespace="/_event")

    async def open(self, url: str, cookie: str) -> None:
        await self.client.connect(
            f"{url}?token={uuid.uuid4()}", headers={"Cookie": cookie}, transports=["websocket"],
            socketio_path="/_event", namespaces=["/_event"], wait_timeout=30,
        )  # fmt: skip
        await self.client.emit("event", {"name": OPEN, "payload": {}, "router_data": self.page}, namespace="/_event")

    def _hear(self, update: Any) -> None:
        at = time.perf_counter()
        self.heard += 1
        for number in _totals(update):
            self.shown.append((number, at))

    def sees(self, number: int) -> bool:
        return bool(self.shown) and self.shown[-1][0] >= number

    def when(self, number: int) -> float:
        """The moment it first showed so many."""
        return next(at for shown, at in self.shown if shown >= number)

    async def close(self) -> None:
        await self.client.disconnect()


def _totals(update: Any) -> Iterator[int]:
    """Every number of all clients in what the server sent."""
    if isinstance(update, dict):
        for name, value in update.items():
            if str(name).startswith("total") and isinstance(value, str) and (digits := re.sub(r"\D", "", value)):
                yield int(digits)
            else:
                yield from _totals(value)


def signed_in(served: ServedClub) -> str:
    """The cookie of an owner who is signed in."""
    token, now = passwords.new_token(), served.club.clock.now()
    person = {
        "login": "olga", "name": "Olga", "password_hash": "", "role": "owner", "language": "en", "created_at": now,
    }  # fmt: skip
    with served.club.writing() as conn:
        staff_id = staff_rows.add(conn, person, [])
        sign_in = {"staff_id": staff_id, "created_at": now, "seen_at": now, "address": "127.0.0.1", "agent": ""}
        sign_ins.add(conn, token_hash=passwords.token_hash(token), **sign_in)
    return f"club={token}"


async def _until(holds: Any, otherwise: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(otherwise)
        await asyncio.sleep(0.05)
