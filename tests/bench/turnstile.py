"""The turnstile at a full hour: from a card to the answer, durable, while screens are open and show every visit.

The club is served by its own command line; the screens are sockets that speak as pages do; the door asks from a
process of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from lifecycle import entry, store
from lifecycle.actions import access_cards, sources
from lifecycle.days import day_of
from lifecycle.desk import CLUB
from lifecycle.placement import FOLDERS
from tests.bench.browsers import MOST_CLIENTS, Browser, _until, signed_in
from tests.bench.rounds import quantile
from tests.bench.run import Run
from tests.bench.serving import ServedClub, serving
from tests.bench.table import Row, seconds

ROOT = Path(__file__).resolve().parents[2]
A_SECOND, SECONDS = 40, 25
MOST_SCREENS, MOST_CARDS = 50, 200
#: What people have open: the folders, the board, a list, in turn.
PAGES = ("/folders", "/board", "/")


def rows(run: Run) -> Iterator[Row]:
    """With nobody looking and with every screen open."""
    screens = min(run.browsers, MOST_SCREENS)
    for count in (0, screens):
        with serving(run, size=min(run.size, MOST_CLIENTS)) as served:
            spent, load = asyncio.run(_passed(served, count, run.often(SECONDS, 1)))
        figure = f"a pass at {A_SECOND} a second, {count} screens open"
        for name, part in (("p50", 0.5), ("p99", 0.99)):
            yield Row(15, f"{figure}, {name}", seconds(quantile(spent, part)))
        p95 = quantile(spent, 0.95)
        busy = f"load {load:.1f} on {os.cpu_count()} cores"
        yield Row(15, f"{figure}, p95", seconds(p95), busy, value=p95 * 1000, unit="ms", most=50.0, fits=count >= MOST_SCREENS)


async def _passed(served: ServedClub, screens: int, lasting: int) -> tuple[list[float], float]:
    """Open the screens, let people through; the seconds of each answer, and the load of the machine before the first."""
    cards = _cards(served)
    made = sources.create(served.club, CLUB, kind="turnstile", name="door")
    cookie, opened = signed_in(served), []
    for number in range(screens):
        browser = Browser(PAGES[number % len(PAGES)])
        await browser.open(served.served.url, cookie)
        opened.append(browser)
    await _until(lambda: all(one.heard for one in opened), "a screen stays empty")
    load = os.getloadavg()[0]
    address = f"{served.served.url}/hooks/{made.source.code}"
    door = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.at_the_door", address, made.secret, str(A_SECOND), str(lasting), *cards,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, _ = await door.communicate()
    if door.returncode or any(not one.heard for one in opened):
        raise RuntimeError("the door was not answered")
    await asyncio.gather(*(one.close() for one in opened))
    return json.loads(told), load


def _cards(served: ServedClub) -> list[str]:
    """Cards of members whose memberships count days and not visits, so that they may pass all day long."""
    club, active = served.club, tuple(FOLDERS).index("active")
    with club.reading() as conn:
        branches = {branch.id: branch for branch in store.branches.every(conn)}
        stays = store.folders.page(conn, CLUB, active, list(branches), limit=MOST_CARDS * 3)
        histories = store.facts.of_clients(conn, [stay.client_id for stay in stays])
        policies = store.policies.all_versions(conn)
    found, now = list[str](), club.clock.now()
    for stay in stays:
        judged = entry.decide(histories[stay.client_id], policies, day_of(now, branches[stay.branch_id].zone))
        if judged.code in ("welcome", "welcome_until") and len(found) < MOST_CARDS:
            found.append(access_cards.give(club, CLUB, stay.client_id, f"B{stay.client_id}"))
    return found
