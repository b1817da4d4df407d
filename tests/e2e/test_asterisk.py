"""`club asterisk` beside a served club: a call at Asterisk rings on the screen of the desk."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lifecycle.actions import sources
from lifecycle.desk import CLUB
from tests.e2e.people import Founded, found, served_at, signs_in
from tests.intake.asterisk_text import INCOMING, Manager

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    made = found(tmp_path_factory.mktemp("asterisk") / "data")
    made.lead("Anna Karenina", "+7 916 123-45-67")
    sources.create(made.club, CLUB, kind="asterisk", name="Asterisk", branch_id=1)
    return made


@pytest.fixture
def asterisk() -> Iterator[Manager]:
    """A manager on a loop of its own: browsers have theirs."""
    loop, made = asyncio.new_event_loop(), Manager()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(made.start(), loop).result(10)
    said = made.say
    made.say = lambda *texts: loop.call_soon_threadsafe(said, *texts)  # type: ignore[method-assign]
    yield made
    asyncio.run_coroutine_threadsafe(made.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def test_a_call_at_asterisk_rings_on_the_screen(serve, person, club, asterisk, tmp_path):
    served = served_at(serve, club)
    secret = tmp_path / "secret"
    secret.write_text("amp111\n")
    dina = signs_in(person(served, locale="en"), "dina")
    command = [sys.executable, "-m", "club_ui", "asterisk", "--port", str(asterisk.port), "--user", "club", "--secret-file", str(secret), "--data", str(club.data)]
    connector = subprocess.Popen(command, cwd=ROOT, env={"CLUB_PORT": str(served.port), "PATH": "/usr/bin:/bin"}, stderr=subprocess.PIPE)
    try:
        served.until(lambda: asterisk.heard)
        asterisk.say(*INCOMING[:3])

        expect(dina.get_by_test_id("call-panel")).to_contain_text("Anna Karenina")

        asterisk.say(*INCOMING[3:])

        expect(dina.get_by_test_id("call-panel")).to_contain_text("The call is over")
        assert connector.poll() is None
    finally:
        connector.terminate()
        told = connector.communicate(timeout=10)[1].decode()
    assert "916" not in told
    assert "amp111" not in told
