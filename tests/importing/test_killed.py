"""An import that is killed leaves whole clients, and the same command ends what it began."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.migrations import upgrade
from tests.bench.make_import import make
from tests.importing.given import everything, imported

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A club of several chunks, with rows to refuse and to remark on at both ends."""
    folder = tmp_path / "tables"
    make(folder, clients=1_300, facts=4_000)
    for name, rows in {
        "clients": "90001;Вера;12;вчера;\n90002;Кузнецов Анна;8 (910) 100-00-00;;\n90003;Кузнецов Анна;8 (910) 100-00-00;;\n",
        "visits": "77777;01.02.2026 10:00\n1;01.02.2026 10:00\n1;01.02.2026 10:00\n2;завтра\n",
    }.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as table:
            table.write(rows)
    return folder


def killed_at(moment: str, url: str, folder: Path) -> None:
    """Import in a process of its own and kill it there."""
    command = [sys.executable, "-m", "tests.importing.stopping", url, str(folder), moment]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "now\n"
        process.kill()
        assert process.wait(30) == -9


def clients_in(club: Club) -> int:
    with club.reading() as conn:
        return int(conn.execute(text("SELECT count(*) FROM client")).scalar_one())


@pytest.mark.parametrize("moment, clients", [("reading", 0), ("between", 400), ("within", 800)])
def test_an_import_killed_half_way_is_ended_by_the_same_command(
    moment: str, clients: int, database_url: str, open_club_at: Callable[..., Club], tables: Path, tmp_path: Path
):
    killed_at(moment, database_url, tmp_path)
    club = open_club_at(database_url)
    assert clients_in(club) == clients
    assert check(club) == []

    report = imported(club, tables)

    (tmp_path / "other").mkdir()
    whole = open_club_at(f"sqlite:///{(tmp_path / 'other' / 'club.sqlite3')}")
    upgrade(whole)
    at_once = imported(whole, tables)
    assert everything(club) == everything(whole)
    assert (report.resumed, report.problems, report.files) == (clients > 0, at_once.problems, at_once.files)
    assert check(club) == []
    again = imported(club, tables)
    assert (again.resumed, again.total("clients_new"), again.total("facts_new")) == (False, 0, 0)


def test_nothing_is_left_beside_the_club_by_an_import_that_was_killed(sqlite_url: str, tables: Path, tmp_path: Path):
    killed_at("between", sqlite_url, tmp_path)

    assert {path.name.removeprefix("club.sqlite3") for path in tmp_path.iterdir()} <= {"", "-wal", "-shm", "tables"}
