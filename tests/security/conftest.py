"""A staffed club for the tests of rights: two branches, one person of each role, one client in each branch."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from club_ui import access, process
from club_ui.http.limits import Bucket
from lifecycle import passwords, store
from lifecycle.actions import keys, signing_in, staff
from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.desk import CLUB, Desk
from lifecycle.settings import Settings
from lifecycle.store import sign_ins
from tests.conftest import MORNING

PASSWORD = "seven quiet moons"
ROLES = ("owner", "manager", "front_desk", "trainer", "auditor")


@dataclass
class House:
    """A club with people in it. `north` is the branch they work in, `south` is not (but for the owner)."""

    club: Club
    north: int
    south: int
    people: dict[str, int]
    settings: Settings
    _tokens: dict[str, str] = field(default_factory=dict)

    def enters(self, role: str, *, address: str = "10.0.0.1") -> str:
        """A browser in which this person is signed in; gives its token."""
        token = passwords.new_token()
        now = self.club.clock.now()
        values = {"staff_id": self.people[role], "created_at": now, "seen_at": now, "address": address, "agent": ""}
        with self.club.writing() as conn:
            sign_ins.add(conn, token_hash=passwords.token_hash(token), **values)
        return token

    def desk(self, role: str) -> Desk:
        desk = signing_in.desk_of(self.club, self.enters(role))
        assert desk
        return desk

    def key(self, role: str, branch_id: int | None = None) -> str:
        return keys.create(self.club, CLUB, name=f"a {role} program", role=role, branch_id=branch_id)

    def later(self, **passed: float) -> None:
        """Time passes."""
        clock = self.club.clock
        assert isinstance(clock, FixedClock)
        clock.at += timedelta(**passed)

    def contents(self) -> dict[str, list[Any]]:
        """Everything the club holds but the audit and what notes that a browser was seen."""
        left_out = {"audit", "attempt", "sign_in", "setting", "alembic_version"}
        with self.club.reading() as conn:
            tables = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            return {
                table: sorted(map(repr, conn.execute(text(f'SELECT * FROM "{table}"')).all()))
                for table in tables
                if table not in left_out and not table.startswith("sqlite_")
            }


@pytest.fixture(scope="session")
def _staffed(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    path = Path(shutil.copy(_sqlite_template, tmp_path_factory.mktemp("staffed") / "club.sqlite3"))
    club = Club(open_engine(f"sqlite:///{path}"), FixedClock(MORNING))
    with club.writing() as conn:
        here = {branch.code: branch.id for branch in store.branches.every(conn)}
        north = here.get("main") or store.branches.add(conn, code="main", name="North", timezone="Europe/Moscow", country="RU")
        south = store.branches.add(conn, code="south", name="South", timezone="Europe/Kyiv", country="UA")
    ids = {"north": north, "south": south}
    for role in ROLES:
        ids[role] = staff.add(club, CLUB, login=role, name=f"{role} person", role=role, password=PASSWORD, branches=[north])
    club.close()
    return path, ids


@pytest.fixture
def house(_staffed: tuple[Path, dict[str, int]], tmp_path: Path, open_club_at: Callable[..., Club]) -> Iterator[House]:
    """The staffed club, and this process works on it."""
    path, ids = _staffed
    copy = shutil.copy(path, tmp_path / "house.sqlite3")
    club = open_club_at(f"sqlite:///{copy}")
    settings = Settings(data=tmp_path)
    process.work_on(club, settings)
    # Each test begins a minute in which nothing was refused yet.
    access._noted = Bucket(access.NOTED)
    yield House(club, ids["north"], ids["south"], {role: ids[role] for role in ROLES}, settings)
    process.work_on(None)
