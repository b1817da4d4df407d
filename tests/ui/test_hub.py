"""Ticks: who has seen less is woken, many are one, nobody who left is waited for."""

from __future__ import annotations

import asyncio
import threading

from club_ui.hub import Hub


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


async def test_without_a_tick_a_page_looks_again_by_itself():
    assert await Hub().newer(0, 0.01) == 0
