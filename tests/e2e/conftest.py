"""Browsers before a served club: each person has a browser context of their own.

    def test_a_sale_moves_the_client_on_both_screens(served, person):
        anna, boris = person(served), person(served)
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from club_ui import build
from tests import browser as browsers
from tests.served import Served

SHOTS = Path(__file__).resolve().parent.parent.parent / "build" / "shots"


@pytest.fixture(scope="session")
def front() -> Path:
    """The front end, built when its sources have changed."""
    return build.front()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A browser that starts; without one the test says that it did not run."""
    found = browsers.find()
    if not found:
        pytest.fail(browsers.MISSING, pytrace=False)
    return found


# One browser a file and no longer: its event loop would stand in the way of asynchronous tests.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path, args=browsers.ARGUMENTS, env={**os.environ, **browsers.HOME}
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def serve(front: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Serve a club: `serve()` an empty one, `serve(data, CLUB_CLOCK_START=...)` a given folder and settings."""
    started: list[Served] = []

    def serves(data: Path | None = None, *, command: str = "serve", **environment: str) -> Served:
        folder = data or tmp_path_factory.mktemp("club") / "data"
        started.append(Served(folder, command=command, environment=environment))
        return started[-1].start()

    yield serves
    for each in started:
        each.stop()


@pytest.fixture(scope="module")
def served(serve: Callable[..., Served]) -> Served:
    """One empty club for a file of tests."""
    return serve()


@pytest.fixture
def person(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A page of somebody's own browser: `person(served, locale="uk", color_scheme="dark", viewport={...})`.

    Unless a path is named it has found the club and shows nothing of it yet.
    """
    contexts: list[BrowserContext] = []

    def comes(served: Served, path: str = "/ping", **context: Any) -> Page:
        contexts.append(browser.new_context(base_url=served.url, **context))
        page = contexts[-1].new_page()
        page.goto(path)
        return page

    yield comes
    if getattr(request.node, "failed", False):
        _photograph(contexts, request.node.nodeid)
    for each in contexts:
        each.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report


def _photograph(contexts: list[BrowserContext], name: str) -> None:
    """What each person saw when the test failed, in build/shots."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    plain = re.sub(r"\W+", "-", name)
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=SHOTS / f"{plain}-{number}.png")
