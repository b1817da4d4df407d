"""Killed with -9 in the middle of writes and of passes over everybody: nothing that was answered is lost, nothing is
there twice or half, and what was cut off is finished (failures: F7). `make faults KILLS=50` kills more often.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from lifecycle import store
from lifecycle.actions import policy
from lifecycle.check import check
from lifecycle.recompute import move_due
from tests.conftest import MORNING
from tests.lives import OWNER, member, recorded, walk

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = int(os.environ.get("KILLS", "5"))
#: How many clients a pass goes through, ten in a chunk.
MEMBERS = 120


@pytest.fixture(scope="session")
def due_sqlite(tmp_path_factory, _sqlite_template):
    """A club of members whose terms all end; nobody has moved yet."""
    path = shutil.copy(_sqlite_template, tmp_path_factory.mktemp("due") / "club.sqlite3")
    _people(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def due_postgres(postgres, _postgres_template):
    """The same on PostgreSQL, as a template."""
    name = f"due_{uuid.uuid4().hex[:8]}"
    _people(postgres.create(name, _postgres_template))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def due_url(request, tmp_path):
    """A fresh copy of that club."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("due_sqlite"), tmp_path / "club.sqlite3")
        yield f"sqlite:///{file}"
        return
    server, name = request.getfixturevalue("postgres"), f"club_{uuid.uuid4().hex[:12]}"
    yield server.create(name, request.getfixturevalue("due_postgres"))
    server.drop(name)


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_while_people_work_what_was_answered_is_there_once(kill, database_url, open_club_at, tmp_path):
    rng = Random(f"writing {kill}")
    said = killed(rng, "writing", database_url, tmp_path, kill, after=rng.randrange(3, 120))
    club = settled(open_club_at, database_url)

    with club.reading() as conn:
        known = {client.key: client.id for client in store.clients.page(conn, OWNER, limit=10_000)}
        facts = dict.fromkeys(known.values(), ())
        facts |= {one: [fact.id for fact in found] for one, found in store.facts.of_clients(conn, list(known.values())).items()}
        keys = [row[1] for row in store.tables.rows(conn, "fact")]
    for _, key, kind, client_id, *fact_ids in (words for words in said if words[0] == "done"):
        if kind == "client":
            assert known[key] == int(client_id)
        else:
            assert {int(one) for one in fact_ids} <= set(facts[int(client_id)])
            assert _facts_of(keys, client_id, key) == len(fact_ids)
    for _, key, kind, *deed in (words for words in said if words[0] == "try"):
        # What was not answered is there whole or not at all.
        if kind == "facts":
            assert _facts_of(keys, deed[0], key) in {0, int(deed[1])}
        elif key in known:
            assert len(facts[known[key]]) >= 1
    assert len(keys) == len(set(keys))
    assert check(club) == []


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_in_the_midnight_pass_each_midnight_is_written_once(kill, due_url, open_club_at, tmp_path):
    rng = Random(f"midnight {kill}")
    killed(rng, "midnight", due_url, tmp_path, kill, after=rng.randrange(1, MEMBERS // 10 - 4))
    club = settled(open_club_at, due_url)
    cut_off = check(club)
    walk(club, MORNING + timedelta(days=60))

    move_due(club)

    with club.reading() as conn:
        ids = store.clients.ids(conn, limit=1000)
        moves = {one: [row.day for row in store.changes.of_client(conn, one) if row.reason == "time"] for one in ids}
    assert cut_off == []
    assert check(club) == []
    assert set(map(len, moves.values())) == {3}
    assert all(len(set(days)) == 3 for days in moves.values())


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_while_everybody_is_placed_anew_the_rest_is_done_after_the_restart(kill, due_url, open_club_at, tmp_path):
    rng = Random(f"policy {kill}")
    club = open_club_at(due_url)
    policy.publish_policy(club, OWNER, {"renew_before_days": 45})
    club.close()
    killed(rng, "policy", due_url, tmp_path, kill, after=rng.randrange(1, MEMBERS // 10 - 4))
    club = settled(open_club_at, due_url)
    left = policy.replacing(club)

    policy.finish_replacing(club)

    with club.reading() as conn:
        counters = store.standings.counters(conn)
    assert left is not None
    assert 0 < left.done < left.of == MEMBERS
    assert counters[1, "folder:to_renew"] == MEMBERS
    assert check(club) == []


def _people(url):
    """Clients whose memberships end in the next month, ten of them with something more."""
    from lifecycle.clock import FixedClock
    from lifecycle.club import Club, open_engine

    club = Club(open_engine(url), FixedClock(MORNING))
    for number in range(MEMBERS):
        one = member(club, f"Member {number}", days=16 + number % 25)
        if number % 10 == 0:
            recorded(club, one, "more", {"type": "visit", "kind": "membership"})
    club.close()


def _facts_of(keys, client_id, key):
    """How many facts a deed left: they carry its key and a number."""
    return sum(one.startswith(f"{client_id}/request:{key}:") for one in keys)


def killed(rng, work, url, folder, seed, *, after):
    """Let a process work, kill it after so many answers and a moment more; gives what it had said, word by word."""
    command = [sys.executable, "-m", "tests.faults.at_work", work, url, str(folder), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        said, answered = [], 0
        for line in process.stdout:
            said.append(line.split())
            answered += line.startswith("done")
            if answered >= after:
                # Not always at the same place of the next one.
                time.sleep(rng.random() / 100)
                break
        process.kill()
        rest = process.stdout.read()
    assert ["finished"] not in said, "there was nothing left to kill"
    # Of a line cut off in its middle nobody can say what it was.
    whole = rest[: rest.rfind("\n") + 1]
    return said + [line.split() for line in whole.splitlines()]


def settled(open_club_at, url):
    """The club after the kill, once the server has noticed that the other side is gone."""
    club = open_club_at(url)
    end = time.monotonic() + 60
    while not club.on_sqlite and _others(club):
        assert time.monotonic() < end, "the server still works for the killed one"
    return club


def _others(club):
    with club.engine.connect() as conn:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return conn.exec_driver_sql(query).scalar()


