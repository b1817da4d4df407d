"""The demo is cleared away by its owner alone, from the club's own page, and only where it is a demo."""

from __future__ import annotations

import pytest

from lifecycle import store
from lifecycle.actions import clients
from lifecycle.desk import CLUB
from tests.security.test_http import browser


@pytest.fixture
def demo_house(house):
    clients.add_client(house.club, CLUB, name="Made Up", key="made-up")
    with house.club.writing() as conn:
        store.settings.put(conn, "demo", True)
    return house


async def press(house, role, **headers):
    async with browser(house) as client:
        if role:
            client.cookies.set("club", house.enters(role))
        return await client.post("/auth/start-empty", headers=headers)


def known(house):
    with house.club.reading() as conn:
        return store.clients.count(conn)


async def test_the_owner_presses_once_and_makes_the_owner_of_an_empty_club(demo_house):
    answer = await press(demo_house, "owner")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/set-up?token=")
    assert known(demo_house) == 0


@pytest.mark.parametrize("role", [None, "manager", "front_desk", "trainer", "auditor"])
async def test_nobody_else_clears_the_demo_away(demo_house, role):
    answer = await press(demo_house, role)

    assert "token=" not in answer.headers.get("location", "")
    assert known(demo_house) == 1


async def test_another_site_cannot_clear_the_demo_away(demo_house):
    answer = await press(demo_house, "owner", **{"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert known(demo_house) == 1


async def test_a_real_club_is_not_cleared_away(house):
    clients.add_client(house.club, CLUB, name="Real", key="real")

    answer = await press(house, "owner")

    assert answer.headers["location"] == "/settings?said=club_is_no_demo"
    assert known(house) == 1
