"""A synthetic club of so many clients, on SQLite and on PostgreSQL, made once and kept in `build/bench` by size.

The people come from `histories`; who they are, what happened and where they stand are written by the club's
own functions. PostgreSQL gets a copy of the same rows. A club made by other rules or other tables is made anew.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, MetaData, Table, text

from lifecycle import recompute, store
from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.facts import Fact
from lifecycle.known import Known
from lifecycle.migrations import upgrade
from lifecycle.phones import Number
from lifecycle.policy import Policies
from lifecycle.store.branches import BranchRow
from tests.bench.histories import Person, person
from tests.servers import Postgres

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "bench"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT_ONCE = 2_000
#: What a kept club depends on: other rules or tables make another club.
MADE_BY = (
    *(f"lifecycle/{room}.py" for room in ("facts", "summary", "status", "folders", "standing", "gate", "placement")),
    "lifecycle/fold.py",
    "lifecycle/coverage.py",
    "lifecycle/tables.py",
    "lifecycle/recompute.py",
    "lifecycle/store/search.py",
    "lifecycle/migrations/versions",
    "tests/bench/histories.py",
    "tests/bench/club_of.py",
)


class DurablePostgres(Postgres):
    """A server that waits for its disk at every commit, as a club's would."""

    def _options(self) -> list[str]:
        kept = {"fsync=off", "full_page_writes=off"}
        pairs = zip(*[iter(super()._options())] * 2, strict=True)
        own = ("shared_buffers=512MB", "max_wal_size=4GB", "synchronous_commit=on")
        return [
            *(part for pair in pairs if pair[1] not in kept for part in pair),
            *(part for setting in own for part in ("-c", setting)),
        ]


@dataclass
class Clubs:
    """Clubs by size; `kept` ones are only read, `copy` gives one to write in. Close it at the end."""

    folder: Path = FOLDER
    said: Any = print
    _postgres: DurablePostgres | None = None
    _opened: list[Club] = field(default_factory=list)
    _copies: list[Path] = field(default_factory=list)
    _databases: list[str] = field(default_factory=list)

    def kept(self, size: int, kind: str = "sqlite") -> Club:
        """The club of this size, made if it is not there yet. Only for reading."""
        if kind == "sqlite":
            return self._open(f"sqlite:///{self._file(size)}")
        return self._open(self.postgres.url(self._database(size)))

    def copy(self, size: int, kind: str = "sqlite") -> Club:
        """A club of this size to write in; it goes with `close`."""
        number = len(self._copies) + len(self._databases)
        if kind == "sqlite":
            path = self.folder / f"copy-{number}" / "club.sqlite3"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._copies.append(path.parent)
            return self._open(f"sqlite:///{shutil.copyfile(self._file(size), path)}")
        name, source = f"copy_{number}", self._database(size)
        for club in self._opened:
            # A database that somebody is connected to cannot be copied; they connect again when they need to.
            club.engine.dispose()
        self.postgres.drop(name)
        self._databases.append(name)
        return self._open(self.postgres.create(name, source))

    def empty(self, kind: str = "sqlite") -> Club:
        """A club that knows nobody yet, to write in."""
        return self.copy(0, kind)

    @property
    def postgres(self) -> DurablePostgres:
        """The PostgreSQL server of this run, started when first asked for."""
        if self._postgres is None:
            self._postgres = DurablePostgres(self.folder / "postgres")
            self._postgres.start()
        return self._postgres

    def close(self) -> None:
        """Close every club, throw the copies away, end the server."""
        for club in self._opened:
            club.close()
        for folder in self._copies:
            shutil.rmtree(folder)
        if self._postgres is not None:
            for name in self._databases:
                self._postgres.drop(name)
            self._postgres.stop()

    def _open(self, url: str) -> Club:
        self._opened.append(Club(open_engine(url), FixedClock(NOW)))
        return self._opened[-1]

    def _file(self, size: int) -> Path:
        path = self.folder / f"club-{size}-{_digest()}.sqlite3"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in self.folder.glob(f"club-{size}-*"):
                old.unlink()
            with _told(self.said, f"making a club of {size:,} clients"):
                _make(path, size)
        return path

    def _database(self, size: int) -> str:
        name = f"club_{size}_{_digest()}"
        if not _has(self.postgres, name):
            source = self._file(size)
            for old in _databases(self.postgres, f"club_{size}_%"):
                self.postgres.drop(old)
            with _told(self.said, f"copying the club of {size:,} clients to PostgreSQL"):
                _copy(source, self.postgres, name)
        return name


def _digest() -> str:
    paths = [ROOT / name for name in MADE_BY]
    files = sorted(file for path in paths for file in (path.glob("*.py") if path.is_dir() else [path]))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]


@contextmanager
def _told(said: Any, what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    said(f"  {what}: {time.perf_counter() - start:.1f} s", file=sys.stderr)


def _make(path: Path, size: int) -> None:
    """Under another name until it is whole: a run that was cut off leaves no half club."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    club = Club(open_engine(f"sqlite:///{half}"), FixedClock(NOW))
    upgrade(club)
    with club.writing(announce=False) as conn:
        store.branches.add(conn, code="north", name="north", timezone="Asia/Yekaterinburg", country="RU")
    fill(club, size)
    # The last to leave writes the log back into the file.
    club.close()
    half.rename(path)


def fill(club: Club, size: int) -> None:
    """Make the first `size` people known to an empty club of two branches, with all that happened to them."""
    with club.reading() as conn:
        branches, policies = store.branches.every(conn), store.policies.all_versions(conn)
    zones, ids = tuple(branch.zone for branch in branches), itertools.count(1)
    for first in range(0, size, AT_ONCE):
        people = [person(number, zones, NOW, ids) for number in range(first, min(first + AT_ONCE, size))]
        with club.writing(announce=False) as conn:
            _add(conn, people, branches, policies)


def _add(conn: Connection, people: Sequence[Person], branches: list[BranchRow], policies: Policies) -> None:
    clients = [(_client(one, branches), [Number(one.phone, one.phone)]) for one in people]
    known = []
    for client_id, one in zip(store.imports.add_clients(conn, clients), people, strict=True):
        home = branches[one.branch]
        known.append(Known(client_id, home, {client_id: one.facts}, None, {}))
    store.imports.add_facts(conn, [_row(one, fact) for one in known for fact in one.facts])
    recompute.refresh_known(conn, known, policies, NOW, because="import", by="club")


def _client(one: Person, branches: Sequence[BranchRow]) -> dict[str, Any]:
    return {
        "branch_id": branches[one.branch].id,
        "name": one.name,
        "kind": "person",
        "source": one.source,
        "comment": "",
        "created_at": one.facts[0].at,
        "version": 1,
    }


def _row(client: Known, fact: Fact) -> tuple[Any, ...]:
    """In the order of FACT_COLUMNS. The ids are those the empty table gives by itself."""
    who = (client.branch.id, None, "club", "import", fact.at, None)
    return f"{client.id}:{fact.id}", client.id, fact.type, fact.at, fact.day, fact.fields, *who


def _has(server: Postgres, database: str) -> bool:
    return database in _databases(server, database)


def _databases(server: Postgres, like: str) -> list[str]:
    with psycopg.connect(server.url()) as conn:
        return [row[0] for row in conn.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (like,))]


def _copy(source: Path, server: Postgres, name: str) -> None:
    """The same rows, table by table, as they are stored; the database gets its name when it is whole."""
    half = f"half_{name}"
    server.drop(half)
    target = Club(open_engine(server.create(half)), FixedClock(NOW))
    upgrade(target)
    origin = open_engine(f"sqlite:///{source}")
    metadata = MetaData()
    metadata.reflect(target.engine)
    with origin.connect() as read, psycopg.connect(server.url(half)) as write:
        write.execute("SET session_replication_role = replica")
        for table in metadata.sorted_tables:
            if table.name != "alembic_version":
                _copy_table(read, write, table)
    target.close()
    origin.dispose()
    with psycopg.connect(server.url(half), autocommit=True) as conn:
        conn.execute("VACUUM (ANALYZE)")
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')


def _copy_table(read: Connection, write: psycopg.Connection[Any], table: Table) -> None:
    search = table.name == "client_search"
    names = ["client_id", "tokens", "vector"] if search else [column.name for column in table.columns]
    wanted = "rowid, tokens" if search else ", ".join(f'"{one}"' for one in names)
    rows = read.execution_options(stream_results=True).execute(text(f'SELECT {wanted} FROM "{table.name}"')).cursor
    quoted = ", ".join(f'"{one}"' for one in names)
    write.execute(f'TRUNCATE "{table.name}" CASCADE')
    with write.cursor().copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row((*row, _vector(row[1])) if search else row)
    if table.primary_key.columns.keys() == ["id"] and table.c.id.autoincrement:
        latest = f'(SELECT coalesce(max(id), 0) + 1 FROM "{table.name}")'
        write.execute(f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), {latest}, false)")


def _vector(tokens: str) -> str:
    return " ".join(f"'{token}'" for token in tokens.split())
