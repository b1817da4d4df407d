"""The same program scaled out: several workers on PostgreSQL and Redis."""

from __future__ import annotations

import os
import signal

import psutil
import pytest
from playwright.sync_api import expect


@pytest.fixture
def scaled(serve, postgres, redis_server, request):
    url = postgres.create(f"scaled_{request.node.name[:30]}")
    club = serve(CLUB_DATABASE_URL=url, CLUB_REDIS_URL=redis_server.url, CLUB_WORKERS="2")
    club.until(lambda: club.said().count("Started worker-") == 2)
    return club


def workers(served):
    return [each.pid for each in psutil.Process(served.pid).children()]


def lives(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_killed_worker_comes_back_while_the_other_answers(scaled, person):
    before = workers(scaled)

    os.kill(before[0], signal.SIGKILL)

    expect(person(scaled, "/").locator("main")).to_be_visible()
    scaled.until(lambda: len(set(workers(scaled)) - {before[0]}) == len(before))


def test_killing_the_club_takes_all_its_workers_along(scaled):
    before = workers(scaled)

    scaled.kill()

    scaled.until(lambda: not any(map(lives, before)))
