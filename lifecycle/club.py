"""One club, opened: its database, its clock, and who is told after a commit.

Readers see one consistent moment; writers stand in one line. A writer's commit is
announced: *that* something changed and *whose*, never *what* (architecture: announce, then re-read).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from lifecycle.clock import Clock
from lifecycle.errors import Busy, ClubError
from lifecycle.settings import Settings, make_private
from lifecycle.touched import EVERYONE, Touched, Touching

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
)

# PostgreSQL would otherwise show each statement a later moment.
_ONE_MOMENT: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@dataclass
class Club:
    """The club a process works on. Make it by `open_club`, or in tests by hand."""

    engine: Engine
    clock: Clock
    data: Path | None = None
    listeners: list[Callable[[Touched], None]] = field(default_factory=list)
    _line: threading.RLock = field(default_factory=threading.RLock)

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent moment of the database; nothing can be written through it."""
        with _said_plainly(), self.engine.connect() as conn:
            reader = conn if self.on_sqlite else conn.execution_options(**_ONE_MOMENT)
            with reader.begin():
                yield reader

    @contextmanager
    def writing(self, *, announce: bool = True, waits: bool = True) -> Iterator[Connection]:
        """One transaction: all of it or none. After the commit the listeners are told whom it touched.

        It is on the disk when this returns; without `waits` it is there with the next one that does, and outlives
        a killed process in any case. That is whom its changes name (`store.changes`); a commit that names nobody touched everyone. Raises Busy where the database stays locked or has no room.
        """
        touching = Touching()
        with _said_plainly(), self._one_at_a_time(), self.engine.connect() as conn:
            writer = conn.execution_options(writes=True, waits=waits, touching=touching)
            with writer.begin():
                if not (waits or self.on_sqlite):
                    writer.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                yield writer
        if announce:
            self.announce(touching.whole())

    def announce(self, touched: Touched = EVERYONE) -> None:
        """Tell every listener that something of these changed."""
        for listener in tuple(self.listeners):
            listener(touched)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """SQLite has one writer: threads of one process queue here in order, not in its busy loop."""
        if not self.on_sqlite:
            yield
            return
        with self._line:
            yield

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """An engine with the settings of the architecture for SQLite or PostgreSQL."""
    if not url.startswith("sqlite"):
        return create_engine(_with_driver(url), pool_size=8, max_overflow=8, pool_pre_ping=True)
    engine = create_engine(
        url, pool_size=8, max_overflow=24, connect_args={"check_same_thread": False, "timeout": 10}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction control begins too late for BEGIN IMMEDIATE.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        options = conn.get_execution_options()
        if options.get("writes"):
            _set_waiting(conn, "FULL" if options.get("waits", True) else "NORMAL")
        # A writer that began as a reader could be refused half-way; a reader must not queue.
        conn.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine


def _set_waiting(conn: Connection, wanted: str) -> None:
    """Whether a commit waits for the disk; said again only where it is otherwise."""
    if conn.info.get("waiting", "FULL") != wanted:
        conn.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        conn.info["waiting"] = wanted


def open_club(settings: Settings) -> Club:
    """Open the club of these settings; its tables are brought up to date first.

    Raises ClubError for a folder, a file or a server that holds no club and can be given none.
    """
    from lifecycle.migrations import upgrade

    named = _named(settings.url())
    with _said_at_the_door(settings.data, named):
        make_private(settings.data)
        if not settings.database_url and not settings.file.exists():
            # Before SQLite makes it for everybody to read; the files beside it follow its mode.
            settings.file.touch(mode=0o600)
        club = Club(open_engine(settings.url()), Clock(settings.clock_start, settings.data), settings.data)
        try:
            upgrade(club)
        except BaseException:
            club.close()
            raise
    return club


def _named(url: str) -> str:
    """The database as it may be shown: without its password. Raises ClubError for one of another kind."""
    try:
        asked = make_url(url)
    except ArgumentError:
        raise ClubError("database_unknown") from None
    if asked.get_backend_name() not in ("postgresql", "sqlite"):
        raise ClubError("database_unknown")
    return str(asked.database) if asked.get_backend_name() == "sqlite" else asked.render_as_string(hide_password=True)


@contextmanager
def _said_at_the_door(folder: Path, database: str) -> Iterator[None]:
    """What keeps a club shut is said in a sentence that names the folder or the database."""
    try:
        yield
    except OSError as error:
        raise ClubError("folder_unusable", folder=str(folder), why=error.strerror or str(error)) from error
    except CommandError as error:
        raise ClubError("club_of_later_version", database=database) from error
    except DBAPIError as error:
        raise ClubError("database_shut", database=database, why=str(error.orig).partition("\n")[0]) from error


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def _said_plainly() -> Iterator[None]:
    """A locked or full database is said as such; nothing was changed, and the same try may pass later."""
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            raise Busy("database_busy") from error
        if "full" in str(error.orig) or "No space" in str(error.orig):
            raise Busy("disk_full") from error
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise Busy("database_away") from error
        raise
