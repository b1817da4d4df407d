"""Ticks: whom they concern is woken, many are one, nobody who left is waited for, and none is lost on the way."""

from __future__ import annotations

import asyncio
import threading

import pytest

from club_ui import hub as module
from club_ui.hub import Hub, _packed, _unpacked
from lifecycle.touched import EVERYONE, MOST, NOBODY, Touched, touched


def clients(*ids):
    return Touched(clients=frozenset(ids))


def branches(*ids):
    return Touched(branches=frozenset(ids))


async def test_a_page_is_woken_by_a_tick_from_any_thread():
    hub = Hub()
    waiting = asyncio.create_task(hub.newer(0, 30))
    await asyncio.sleep(0)

    threading.Thread(target=hub.tick).start()

    assert await waiting == 1


async def test_who_is_behind_does_not_wait():
    hub = Hub()
    hub.tick()

    assert await hub.newer(0, 30) == 1


async def test_many_ticks_while_a_page_is_busy_are_one():
    hub = Hub()
    for _ in range(100):
        hub.tick()

    seen = await hub.newer(0, 30)

    assert await hub.newer(seen, 0.01) == seen


async def test_a_page_that_was_left_is_not_waited_for():
    hub = Hub()
    waiting = asyncio.create_task(hub.newer(0, 30))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert hub.waiting == 0


@pytest.mark.parametrize("steps", range(6))
async def test_a_page_that_is_left_in_the_moment_of_a_tick_is_left(steps):
    hub = Hub()

    async def watches():
        seen = 0
        while True:
            seen = await hub.newer(seen, 30)

    waiting = asyncio.create_task(watches())
    await asyncio.sleep(0)
    hub.tick()
    for _ in range(steps):
        await asyncio.sleep(0)
    waiting.cancel()
    done, _ = await asyncio.wait({waiting}, timeout=2)
    hub.tick()

    assert done


async def test_without_a_tick_a_page_looks_again_by_itself():
    assert await Hub().newer(0, 0.01) == 0


async def test_a_page_sleeps_on_when_others_are_touched():
    hub = Hub()
    waiting = asyncio.create_task(hub.newer(0, 30, clients(7)))
    await asyncio.sleep(0)

    hub.tick(clients(8) | branches(1))
    await asyncio.sleep(0.01)
    asleep = not waiting.done()
    hub.tick(clients(7, 9))

    assert asleep
    assert await waiting == 2


@pytest.mark.parametrize("concerns", [EVERYONE, NOBODY, clients(7), branches(1), Touched(staff=frozenset({3}))])
async def test_what_touches_everyone_wakes_every_page(concerns):
    hub = Hub()
    waiting = asyncio.create_task(hub.newer(0, 30, concerns))
    await asyncio.sleep(0)

    hub.tick(EVERYONE)

    assert await waiting == 1


async def test_a_tick_between_reading_and_waiting_is_not_lost():
    hub = Hub()
    seen = hub.version
    hub.tick(branches(1))
    hub.tick(branches(2))

    assert await asyncio.wait_for(hub.newer(seen, 30, branches(1)), 5) == 2


def test_the_last_tick_of_somebody_is_known_among_those_of_others():
    hub = Hub()
    for whose in (clients(1), branches(2), clients(3), Touched(staff=frozenset({4}))):
        hub.tick(whose)

    assert [hub.last(one) for one in (clients(1), branches(2), clients(3, 1), Touched(staff=frozenset({4})))] == [1, 2, 3, 4]
    assert (hub.last(EVERYONE), hub.last(clients(99)), hub.last(NOBODY)) == (4, 0, 0)


def test_whose_ticks_are_too_many_to_remember_count_as_touched(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 3)
    hub = Hub()
    hub.tick(clients(1, 2))

    hub.tick(clients(3, 4))

    assert hub.last(clients(1)) == hub.last(clients(3)) == 2


@pytest.mark.parametrize("whose", [EVERYONE, NOBODY, clients(1, 2) | branches(3) | Touched(staff=frozenset({4}))])
def test_what_one_process_says_another_understands(whose):
    assert _unpacked(_packed("north", whose).encode()) == ("north", whose)


@pytest.mark.parametrize("said", [b"0123456789abcdef", b"{}", b"[]", b'{"from": "x", "whose": {"clients": ["?"]}}', b"\xff"])
def test_what_cannot_be_understood_stands_for_everyone(said):
    hub = Hub()

    hub._hear(said)

    assert hub.last(NOBODY) == 1


def test_ones_own_words_coming_back_ring_nobody():
    hub = Hub()

    hub._hear(_packed(hub._name, EVERYONE).encode())

    assert hub.version == 0


def test_very_many_are_everyone():
    assert touched(frozenset(range(MOST + 1))) is EVERYONE
    assert clients(*range(MOST)) | clients(-1) is EVERYONE
