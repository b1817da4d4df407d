"""Whose pages may talk to a served club, which address is printed, and what a worker is told."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from club_ui import build
from club_ui.serve import address, environment, origins
from lifecycle.settings import Settings


def settings(**values):
    return Settings(data=Path("somewhere"), **values)


def test_a_club_for_this_computer_hears_only_its_own_pages():
    assert set(origins(settings(port=8123))) == {
        "http://127.0.0.1:8123",
        "http://localhost:8123",
        "http://[::1]:8123",
    }


def test_a_club_behind_a_proxy_hears_the_pages_people_open():
    assert "https://club.example.org" in origins(settings(public_url="https://club.example.org/"))


def test_a_club_for_the_network_hears_the_names_of_its_computer_and_never_everybody():
    heard = origins(settings(host="0.0.0.0", port=8123))

    assert f"http://{socket.gethostname()}:8123" in heard
    assert not {"*", "http://0.0.0.0:8123"} & set(heard)


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ({}, "http://127.0.0.1:8000/"),
        ({"host": "0.0.0.0", "port": 9000}, "http://127.0.0.1:9000/"),
        ({"host": "::1"}, "http://[::1]:8000/"),
        ({"public_url": "https://club.example.org"}, "https://club.example.org/"),
    ],
)
def test_the_printed_address_can_be_typed(given, typed):
    assert address(settings(**given)) == typed


def test_a_worker_is_told_every_setting_and_the_folder_in_full():
    told = environment(settings(workers=3, redis_url="redis://r/0"), shelf="front")

    assert (told["CLUB_WORKERS"], told["CLUB_REDIS_URL"]) == ("3", "redis://r/0")
    assert Path(told["CLUB_DATA"]).is_absolute()


def test_settings_never_get_into_a_build(monkeypatch):
    monkeypatch.setenv("CLUB_DATABASE_URL", "postgresql://club:secret@db/club")

    assert not [name for name in build._without_settings(build.framework_environment("web")) if name.startswith("CLUB_")]
