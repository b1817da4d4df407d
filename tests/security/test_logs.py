"""What is logged: enough to find a fault, and no secret, name or number of anybody."""

import io
import logging
import sys

import pytest
import structlog

from club_ui import logs
from club_ui.state.shell import Shell
from tests.security.tab import tabs

# Without what loads a page: that goes on for ever.
HYDRATE = "reflex___state____state.hydrate"
CHOOSE = "reflex___state____state.club_ui___state___shell____shell.choose_language"
CANARIES = ("canary-token", "canary-payload", "+79161234567", "canary-cookie")


@pytest.fixture
def written(monkeypatch):
    """What the log says; the way it was set up before comes back."""
    factory, root = logging.getLogRecordFactory(), logging.getLogger()
    handlers, level, raises = root.handlers, root.level, logging.raiseExceptions
    reflex = logging.getLogger("reflex")
    kept = reflex.handlers, reflex.propagate
    reflex.handlers, reflex.propagate = [], True
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up()
    yield stream.getvalue
    logging.setLogRecordFactory(factory)
    root.handlers, root.level, logging.raiseExceptions = handlers, level, raises
    reflex.handlers, reflex.propagate = kept
    structlog.reset_defaults()


def secrets_in(text):
    return [canary for canary in CANARIES if canary in text]


async def test_an_unknown_event_leaves_its_place_and_nothing_that_it_brought(written):
    async with tabs() as browser:
        payload = {"password": "canary-payload", "phone": "+79161234567"}
        await browser.send("no.such.handler", payload, token="canary-cookie", tab="canary-token", wait=False)
        await browser.send(HYDRATE, tab="after it")
    said = written()
    assert "event_processor.py:" in said
    assert secrets_in(said) == [], said


async def test_odd_arguments_leave_the_handler_and_nothing_that_it_was_given(house, written):
    async with tabs() as browser:
        await browser.send(CHOOSE, {"nonsense": "canary-payload"}, tab="canary-token", token=house.enters("owner"), wait=False)
        await browser.send(HYDRATE, tab="canary-token")
    said = written()
    assert "odd_arguments" in said
    assert secrets_in(said) == [], said


async def test_a_handler_that_breaks_leaves_its_place_and_nothing_that_it_was_given(house, written, monkeypatch):
    async def breaks(_state, **wishes):
        raise TypeError(f"cannot take canary-payload {wishes}")

    monkeypatch.setattr(Shell, "_prefer", breaks)
    async with tabs() as browser:
        await browser.send(CHOOSE, {"language": "uk"}, tab="canary-token", token=house.enters("owner"), wait=False)
        await browser.send(HYDRATE, tab="canary-token")
    said = written()
    assert "TypeError at" in said
    assert secrets_in(said) == [], said


@pytest.mark.parametrize("name", ["reflex.state", "reflex_base.event", "socketio.server", "engineio.server", "granian.access", "sqlalchemy.engine"])
def test_the_words_of_talkative_frameworks_are_not_kept(written, name):
    try:
        raise ValueError("canary-payload")
    except ValueError:
        logging.getLogger(name).exception("odd event %s", "canary-token", extra={"x": "canary-cookie"})
    said = written()
    assert "ValueError at test_logs.py" in said
    assert secrets_in(said) == [], said


def test_an_exception_of_ours_is_named_without_its_message(written):
    try:
        raise RuntimeError("INSERT INTO client ... [parameters: ('+79161234567',)]")
    except RuntimeError:
        logging.getLogger("club").exception("deed_failed")
        structlog.get_logger("club").exception("answer_broke")
    said = written()
    assert said.count("RuntimeError at test_logs.py") == 2
    assert secrets_in(said) == [], said


@pytest.mark.parametrize("key", sorted(logs.SECRET))
def test_keys_that_could_hold_a_secret_are_dropped(written, key):
    structlog.get_logger("club").warning("something", **{key: "canary-payload", "count": 3})
    said = written()
    assert "count=3" in said, said
    assert secrets_in(said) == [], said


def test_nothing_that_is_logged_can_look_like_a_second_line(written):
    structlog.get_logger("club").warning("refused", deed="x\n2026-03-02 error club all is well\u2028\x1b[2J")
    assert len(written().splitlines()) == 1


def test_set_up_twice_there_is_one_that_writes(written):
    logs.set_up()
    assert len(logging.getLogger().handlers) == 1
