"""A ringing telephone: from the exchange's message to the last desk that says who is calling, through the served club."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx

from lifecycle.actions import sources
from lifecycle.desk import CLUB
from tests.bench.browsers import MOST_CLIENTS, Browser, _until, signed_in
from tests.bench.rounds import quantile
from tests.bench.run import Run
from tests.bench.serving import ServedClub, serving
from tests.bench.table import Row, seconds

WATCH = "reflex___state____state.club_ui___state___calls____calls_state.watch"
CALLS, FEW = 30, 2
#: Between two calls: the panel of the one before has settled.
APART = 0.4
MOST_DESKS = 20


def rows(run: Run) -> Iterator[Row]:
    """Callers whom the club knows, and numbers that make a lead at the first ring."""
    desks = min(run.browsers, MOST_DESKS)
    with serving(run, size=min(run.size, MOST_CLIENTS)) as served:
        spent = asyncio.run(_rung(served, desks, run.often(CALLS, FEW)))
    for what, each in spent.items():
        p95 = quantile(each, 0.95)
        yield Row(6, f"a call to the last of {desks} desks, {what}, p50", seconds(quantile(each, 0.5)))
        yield Row(6, f"a call to the last of {desks} desks, {what}, p95", seconds(p95), value=p95 * 1000, unit="ms", most=300.0)


class DeskScreen(Browser):
    """One open page of the folders with its panel of calls: what was shown of calls, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[str, float] = {}

    async def open(self, url: str, cookie: str) -> None:
        await super().open(url, cookie)
        page = {"pathname": "/folders", "asPath": "/folders", "query": {}}
        await self.client.emit("event", {"name": WATCH, "payload": {}, "router_data": page}, namespace="/_event")

    def _hear(self, update: Any) -> None:
        super()._hear(update)
        at = time.perf_counter()
        for number in _numbers(update):
            self.calls.setdefault(number, at)


async def _rung(served: ServedClub, desks: int, calls: int) -> dict[str, list[float]]:
    made = sources.create(served.club, CLUB, kind="telephony", name="exchange", branch_id=1)
    screens, cookie = [DeskScreen() for _ in range(desks)], signed_in(served)
    for screen in screens:
        await screen.open(served.served.url, cookie)
    await _until(lambda: all(screen.shown for screen in screens), "a page stays empty")
    spent: dict[str, list[float]] = {}
    hook, secret = f"/hooks/{made.source.code}", {"X-Club-Secret": made.secret}
    async with httpx.AsyncClient(base_url=served.served.url) as http:
        for what, first in (("known", 9161000000), ("a new number", 9162000000)):
            numbers = [f"+7{first + number}" for number in range(calls)]
            if what == "known":
                for number in numbers:
                    served.ask("POST", "/api/v1/clients", {"name": "Кто-то", "phone": number}, **{"Idempotency-Key": number})
            began = [await _ring(http, hook, secret, number) for number in numbers]
            await _until(lambda numbers=numbers: all(number in screen.calls for screen in screens for number in numbers), "a desk was not told")
            spent[what] = [
                max(screen.calls[number] for screen in screens) - start for number, start in zip(numbers, began, strict=True)
            ]
    await asyncio.gather(*(screen.close() for screen in screens))
    return spent


async def _ring(http: httpx.AsyncClient, hook: str, secret: dict[str, str], number: str) -> float:
    """A call begins; a moment later it is over, so that the next is the only one. Gives when it was told."""
    start = time.perf_counter()
    answer = await http.post(hook, json={"call": number, "state": "ringing", "number": number}, headers=secret)
    answer.raise_for_status()
    await asyncio.sleep(APART)
    await http.post(hook, json={"call": number, "state": "ended", "seconds": 5}, headers=secret)
    await asyncio.sleep(APART)
    return start


def _numbers(update: Any) -> Iterator[str]:
    """Every number of a panel in what the server sent, as it would be dialled."""
    if isinstance(update, dict):
        if "phase" in update and "number" in update:
            yield "+" + "".join(letter for letter in str(update["number"]) if letter.isdigit())
        for value in update.values():
            yield from _numbers(value)
    elif isinstance(update, list):
        for value in update:
            yield from _numbers(value)
