"""A club that lives for months and is killed with -9 again and again has the cards of one that lived in peace (failures: F2, F15, F16).

Besides being killed it hears every delivery twice, lives some days twice, and has a second scheduler at its side, which is
killed too. `make faults KILLS=50` lets two thousand clients live a hundred and twenty days (`docs/simulation.md`).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import uuid
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from sqlalchemy import event

from lifecycle import simulate, store
from lifecycle.automation import AUTO_CARDS
from lifecycle.check import check
from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from tests.conftest import MORNING
from tests.faults.days_of_cards import faults_of

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = "KILLS" in os.environ
KILLS = int(os.environ.get("KILLS", "3"))
CLIENTS, DAYS, SEED = (2000, 120, 1) if FULL else (30, 55, 7)


class Calm(NamedTuple):
    """The club that lived in peace, and how many statements that took: kills fall all along them."""

    club: Club
    statements: int


@pytest.fixture(scope="module")
def calm(_sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("calm")
    url = f"sqlite:///{shutil.copy(_sqlite_template, folder / 'club.sqlite3')}"
    club = Club(open_engine(url), FixedClock(MORNING), folder)
    said = count()
    event.listen(club.engine, "before_cursor_execute", lambda *_: next(said))
    simulate.live(club, clients=CLIENTS, days=DAYS, seed=SEED)
    yield Calm(club, next(said))
    club.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def rough(request, tmp_path):
    """An empty club, to be treated badly."""
    if request.param == "sqlite":
        template = request.getfixturevalue("_sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'club.sqlite3')}"
        return
    server, name = request.getfixturevalue("postgres"), f"club_{uuid.uuid4().hex[:12]}"
    yield server.create(name, request.getfixturevalue("_postgres_template"))
    server.drop(name)


def test_a_calm_life_makes_each_card_on_its_day_and_every_rule_fires(calm):
    with calm.club.reading() as conn:
        cards = [card for some in everybodys(conn) for card in some]
        early = [fault for one in store.clients.ids(conn, limit=10**6) for fault in faults_of(conn, one)]

    assert early == []
    assert {one.code for one in AUTO_CARDS} <= {stage["rule"] for card in cards for stage in card.stages}
    assert {None, "done", "refused", "not_needed"} == {card.result for card in cards}
    assert check(calm.club) == []


def test_killed_again_and_again_it_has_the_cards_of_a_calm_life(calm, rough, tmp_path, open_club_at):
    killed = live_roughly(rough, tmp_path, calm.statements)
    club = open_club_at(rough, calm.club.clock.now())

    with calm.club.reading() as peaceful, club.reading() as disturbed:
        expected, found = simulate.told(peaceful), simulate.told(disturbed)

    assert killed == KILLS
    assert differing(expected, found) == []
    assert check(club) == []


def everybodys(conn):
    return store.cards.of_clients(conn, store.clients.ids(conn, limit=10**6)).values()


def differing(expected, found):
    """The first lines that are not alike, those of peace first."""
    missing, added = set(expected) - set(found), set(found) - set(expected)
    return [*sorted(missing)[:3], *sorted(added)[:3]]


def live_roughly(url, folder, statements):
    """Live to the end, killed at so many places along these statements; gives how often."""
    rng, killed, fellow = Random(f"{url[:6]} {SEED}"), 0, None
    try:
        for kill in range(KILLS + 1):
            if fellow is None or rng.random() < 0.5:
                end(fellow)
                fellow = started(url, folder)
            last = kill == KILLS
            dies_at = 0 if last else rng.randrange(1, 2 * statements // (KILLS + 2))
            life = started(url, folder, *map(str, (CLIENTS, DAYS, SEED, dies_at)), "rough")
            said, _ = life.communicate()
            assert life.returncode == (0 if last else -signal.SIGKILL), said
            killed += not last
    finally:
        end(fellow)
    return killed


def started(url, folder, *how):
    command = [sys.executable, "-m", "tests.faults.at_life", url, str(folder), *how]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE if how else None, text=True)


def end(process):
    """Kill it with -9, like the others."""
    if process is not None:
        process.kill()
        process.wait()
