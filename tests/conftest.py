"""What every room's tests may ask for: a fresh club on either database, real servers, a served club.

Nothing starts before a test asks for it. All that is written lies in `build/tmp`.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from tests.servers import Postgres, Redis

ROOT = Path(__file__).resolve().parent.parent
TEMPORARY = ROOT / "build" / "tmp"
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

TEMPORARY.mkdir(parents=True, exist_ok=True)
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(TEMPORARY))
# No deadline: a slow machine is not a wrong club.
hypothesis.settings.register_profile("club", deadline=None, print_blob=True)
hypothesis.settings.load_profile("club")


#: Rooms and files whose tests share a browser, a killed server or a club that takes long to make.
TOGETHER = {"e2e", "faults", "bench", "test_demo"}


# After whoever shuffles.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first: else one worker is left with such a one at the end, while the others are done."""
    items.sort(key=lambda item: not _together(item))


def _together(item: pytest.Item) -> bool:
    return not TOGETHER.isdisjoint({*item.path.parts, item.path.stem})


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server of this test run."""
    server = Postgres(tmp_path_factory.mktemp("postgres")).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis server of this test run."""
    server = Redis(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "club.sqlite3"
    _lay_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres: Postgres) -> str:
    _lay_tables(postgres.create("club_template"))
    return "club_template"


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """An empty club's database in one file."""
    return f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'club.sqlite3')}"


@pytest.fixture(scope="session")
def _postgres_idle() -> list[str]:
    """Databases that a test has done with, as empty as at the start."""
    return []


@pytest.fixture
def postgres_url(postgres: Postgres, _postgres_template: str, _postgres_idle: list[str]) -> Iterator[str]:
    """An empty club's database on a real PostgreSQL."""
    if _postgres_idle:
        name = _postgres_idle.pop()
    else:
        name = f"club_{uuid.uuid4().hex[:12]}"
        postgres.create(name, _postgres_template)
        postgres.keep(name)
    yield postgres.url(name)
    postgres.renew(name)
    _postgres_idle.append(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty club's database: each test that asks runs on both kinds."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def open_club_at(tmp_path: Path) -> Iterator[Callable[..., Club]]:
    """Open a club on a database URL with a clock that stands where the test puts it."""
    opened: list[Club] = []

    def opens(url: str, at: datetime = MORNING) -> Club:
        opened.append(Club(open_engine(url), FixedClock(at), tmp_path))
        return opened[-1]

    yield opens
    for club in opened:
        club.close()


@pytest.fixture
def club(database_url: str, open_club_at: Callable[..., Club]) -> Club:
    """An empty club on each kind of database, on the morning of Monday, 2 March 2026 (UTC)."""
    return open_club_at(database_url)


def _lay_tables(url: str) -> None:
    from lifecycle.migrations import upgrade

    club = Club(open_engine(url), FixedClock(MORNING))
    upgrade(club)
    club.close()
