"""What pages show alike is read once per change, never older than the change, and by nobody's departure undone."""

from __future__ import annotations

import asyncio
import threading

import pytest

from club_ui import readings as module
from club_ui.hub import Hub
from club_ui.readings import Readings
from lifecycle.touched import EVERYONE, Touched

NORTH, SOUTH = Touched(branches=frozenset({1})), Touched(branches=frozenset({2}))


class Shelf:
    """Readings of a club that counts how often it was read; `shut` holds a reading back until it is set free."""

    def __init__(self, club="club"):
        self.hub = Hub()
        self.readings = Readings(self.hub)
        self.club = club
        self.read, self.before = 0, []
        self.free = threading.Event()
        self.free.set()

    async def ask(self, key="key", concerns=NORTH):
        return await self.readings.share(self.club, key, concerns, self._read)

    def _read(self, before):
        self.read += 1
        self.before.append(before)
        number = self.read
        self.free.wait(5)
        return number


async def test_a_hundred_pages_are_one_reading():
    shelf = Shelf()

    shown = await asyncio.gather(*(shelf.ask() for _ in range(100)))

    assert (set(shown), shelf.read) == ({1}, 1)


async def test_another_key_is_another_reading():
    shelf = Shelf()

    assert [await shelf.ask("owner"), await shelf.ask("front desk"), await shelf.ask("owner")] == [1, 2, 1]


@pytest.mark.parametrize(("whose", "then"), [(NORTH, 2), (EVERYONE, 2), (SOUTH, 1)])
async def test_a_reading_holds_until_a_tick_concerns_it(whose, then):
    shelf = Shelf()
    await shelf.ask()

    shelf.hub.tick(whose)

    assert await shelf.ask() == then


async def test_what_is_committed_while_a_reading_is_under_way_makes_the_next():
    shelf = Shelf()
    shelf.free.clear()
    first = asyncio.create_task(shelf.ask())
    await asyncio.sleep(0.01)

    shelf.hub.tick(NORTH)
    second = asyncio.create_task(shelf.ask())
    await asyncio.sleep(0.01)
    shelf.free.set()

    assert (await first, await second) == (1, 2)


async def test_a_page_that_is_left_takes_nobody_elses_reading_with_it():
    shelf = Shelf()
    shelf.free.clear()
    first, second = asyncio.create_task(shelf.ask()), asyncio.create_task(shelf.ask())
    await asyncio.sleep(0.01)

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    shelf.free.set()

    assert (await second, shelf.read) == (1, 1)


async def test_a_reading_that_failed_is_told_to_all_and_tried_again_by_the_next():
    shelf = Shelf()

    def fail(_before):
        raise ValueError("away")

    both = await asyncio.gather(*(shelf.readings.share(shelf.club, "key", NORTH, fail) for _ in range(2)), return_exceptions=True)

    assert [str(each) for each in both] == ["away", "away"]
    assert await shelf.ask() == 1


async def test_a_reading_is_handed_what_was_shown_before_it():
    shelf = Shelf()
    await shelf.ask()
    shelf.hub.tick()
    await shelf.ask()

    assert shelf.before == [None, 1]


async def test_what_nobody_has_seen_yet_is_no_before():
    shelf = Shelf()
    await shelf.ask()
    shelf.free.clear()
    asked = []
    for _ in range(2):
        shelf.hub.tick()
        asked.append(asyncio.create_task(shelf.ask()))
        await asyncio.sleep(0.01)
    shelf.free.set()
    await asyncio.gather(*asked)

    assert shelf.before == [None, 1, 1]


async def test_after_a_while_without_anybody_there_is_no_before(monkeypatch):
    shelf = Shelf()
    seconds = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])
    await shelf.ask()
    seconds[0] += module.WATCHED
    await shelf.ask()

    assert shelf.before == [None, None]


async def test_no_reading_is_older_than_its_time(monkeypatch):
    shelf = Shelf()
    seconds = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])
    await shelf.ask()
    seconds[0] += module.FRESH + 0.1

    assert await shelf.ask() == 2


async def test_another_club_has_its_own_readings():
    shelf = Shelf()
    await shelf.ask()
    shelf.club = "another"

    assert await shelf.ask() == 2
    assert shelf.before == [None, None]


async def test_readings_nobody_asks_for_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(module, "MOST", 10)
    shelf = Shelf()

    for number in range(50):
        await shelf.ask(number)

    assert len(shelf.readings._kept) == 10
