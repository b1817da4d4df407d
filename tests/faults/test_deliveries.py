"""Killed with -9 between what came in and what is done about it: nothing is lost and nothing is done twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from lifecycle import store
from lifecycle.actions import sources
from lifecycle.desk import CLUB
from lifecycle.intake import receiving
from lifecycle.intake.adapter import Incoming
from tests.conftest import MORNING

ROOT = Path(__file__).resolve().parent.parent.parent
BODY = b'{"id": "form-1", "name": "Anna", "phone": "+79161234567"}'
#: A process that takes one delivery and is killed before the deed, or after it and before the answer.
TAKES = """
import os, sys
from pathlib import Path
from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.intake import receiving, site
from lifecycle.intake.adapter import Incoming
from tests.conftest import MORNING
url, code, secret, folder, when = sys.argv[1:]
real = site.Site.take
def killed(*args):
    if when == "after":
        real(*args)
    os.kill(os.getpid(), 9)
site.Site.take = killed
incoming = Incoming(headers={"x-club-secret": secret}, content_type="application/json", body=BODY)
receiving.receive(Club(open_engine(url), FixedClock(MORNING), Path(folder)), code, incoming)
""".replace("BODY", repr(BODY))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delivery_outlives_the_server_and_counts_once(when, database_url, open_club_at, tmp_path):
    made = sources.create(open_club_at(database_url), CLUB, kind="site", name="site")
    command = [sys.executable, "-c", TAKES, database_url, made.source.code, made.secret, str(tmp_path), when]

    ended = subprocess.run(command, cwd=ROOT, check=False)
    club = open_club_at(database_url, MORNING + timedelta(seconds=30))
    receiving.finish_waiting(club)
    again = receiving.receive(
        club, made.source.code, Incoming(headers={"x-club-secret": made.secret}, content_type="application/json", body=BODY)
    )

    assert ended.returncode == -signal.SIGKILL
    assert again.body == {"status": "ok"}
    with club.reading() as conn:
        [anna] = store.clients.ids(conn)
        assert [fact.type for fact in store.facts.of_client(conn, anna)] == ["inquiry"]
        assert [row.state for row in store.deliveries.page(conn, None)] == ["done"]
