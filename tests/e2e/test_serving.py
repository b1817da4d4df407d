"""The club is served from its built front end, without Node, on one port and by one process tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.people import until

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_page_opens_and_its_connection_lives_on_whatever_port_it_is_served(served, person):
    sockets = []

    page = person(served, "about:blank")
    page.on("websocket", lambda socket: sockets.append(socket.url))
    with page.expect_websocket():
        page.goto(served.url)

    expect(page.locator("main")).to_be_visible()
    until(page, "sessionStorage.getItem('token') !== null")
    assert [url.split("/_event")[0] for url in sockets] == [served.url.replace("http", "ws")]


def test_a_busy_port_is_an_error_said_before_anything_starts(served, tmp_path):
    command = [sys.executable, "-m", "club_ui", "serve", "--data", str(tmp_path / "data"), "--port", str(served.port)]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert ended.returncode == 1
    assert str(served.port) in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_built_club_starts_with_nothing_on_path(serve):
    club = serve(PATH="")

    assert "Building" not in club.said()


def test_a_killed_server_leaves_its_port_and_the_next_one_opens_there(serve):
    club = serve()
    before = club.pid

    club.kill()
    club.start()

    assert club.pid != before
