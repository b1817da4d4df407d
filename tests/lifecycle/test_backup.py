"""A backup is the club of one moment, and a restored club is that club again (failures: F31)."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lifecycle import backup, store
from lifecycle.actions import policy
from lifecycle.check import check
from lifecycle.errors import BadInput, IllegalMove
from tests.lives import OWNER, added, member, recorded, walk


@pytest.fixture
def inhabited(club):
    """A club with a member, a lead with a family phone, and a policy of its own."""
    member(club, "Анна Соколова", phone="+7 921 111-22-33")
    added(club, "Борис", phone="+7 921 111-22-33")
    policy.publish_policy(club, OWNER, {"renew_before_days": 10})
    policy.finish_replacing(club)
    return club


def held(club):
    with club.reading() as conn:
        return {name: list(store.tables.rows(conn, name)) for name in store.tables.names() if name not in ("leader", "agenda")}


def test_a_restored_club_is_the_club_of_the_backup(inhabited, tmp_path):
    then = held(inhabited)
    made = backup.make(inhabited, tmp_path / "kept")
    added(inhabited, "Came later")

    backup.restore(inhabited, made.path, force=True)

    assert held(inhabited) == then
    assert check(inhabited) == []


def test_life_goes_on_after_a_restore(inhabited, tmp_path):
    made = backup.make(inhabited, tmp_path / "kept")
    backup.restore(inhabited, made.path, force=True)

    newcomer = added(inhabited, "Новая", phone="+7 921 000-00-01")
    recorded(inhabited, newcomer, "k", {"type": "trial_booked", "session": "yoga"})

    assert check(inhabited) == []


@pytest.mark.parametrize("way", ["sqlite_url postgres_url", "postgres_url sqlite_url"])
def test_a_club_moves_from_one_database_to_the_other(way, request, open_club_at, tmp_path):
    here, there = (open_club_at(request.getfixturevalue(name)) for name in way.split())
    member(here, "Анна Соколова", phone="+7 921 111-22-33")

    made = backup.make(here, tmp_path / "kept")
    backup.restore(there, made.path)

    assert held(there) == held(here)
    assert check(there) == []


def test_a_backup_taken_while_people_work_is_one_moment_of_the_club(inhabited, tmp_path, open_club_at):
    stop, written = threading.Event(), threading.Event()

    def work():
        number = 0
        while not stop.is_set():
            added(inhabited, f"Client {number}")
            number += 1
            written.set()

    worker = threading.Thread(target=work)
    worker.start()
    written.wait(30)
    made = backup.make(inhabited, tmp_path / "kept")
    stop.set()
    worker.join()

    copy = open_club_at(f"sqlite:///{made.path}")
    assert check(copy) == []
    assert made.rows["client"] > 2


def test_what_was_backed_up_cannot_be_changed_unseen(inhabited, tmp_path):
    made = backup.make(inhabited, tmp_path / "kept")
    with sqlite3.connect(made.path) as file:
        file.execute("UPDATE client SET name = 'somebody else'")
    file.close()

    found = backup._of_file(made.path, on_sqlite=inhabited.on_sqlite)
    assert backup._one_digest(found) != made.digest
    assert backup.make(inhabited, tmp_path / "again").digest == made.digest


def test_a_club_with_people_is_not_overwritten_by_mistake(inhabited, tmp_path):
    made = backup.make(inhabited, tmp_path / "kept")
    added(inhabited, "Came later")
    then = held(inhabited)

    with pytest.raises(IllegalMove, match="club_not_empty"):
        backup.restore(inhabited, made.path)

    assert held(inhabited) == then


def test_what_a_forced_restore_overwrites_is_backed_up_first(inhabited, tmp_path):
    made = backup.make(inhabited, tmp_path / "kept")
    added(inhabited, "Came later")
    then = held(inhabited)
    backup.restore(inhabited, made.path, force=True)
    (before,) = (tmp_path / "backups").glob("before-restore-*")

    backup.restore(inhabited, before, force=True)

    assert held(inhabited) == then


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\7" * 5000])
def test_a_file_that_is_no_backup_is_refused_and_changes_nothing(content, inhabited, tmp_path):
    odd = tmp_path / "odd"
    odd.write_bytes(content)
    then = held(inhabited)

    with pytest.raises(BadInput, match="backup_unsound"):
        backup.restore(inhabited, odd, force=True)

    assert held(inhabited) == then


def test_a_damaged_backup_is_refused(inhabited, tmp_path):
    made = backup.make(inhabited, tmp_path / "kept")
    content = bytearray(made.path.read_bytes())
    content[len(content) // 3 : len(content) // 3 + 5000] = b"\xff" * 5000
    made.path.write_bytes(content)

    with pytest.raises(BadInput, match="backup_unsound"):
        backup.restore(inhabited, made.path, force=True)


def test_a_name_that_is_taken_is_refused(inhabited, tmp_path):
    (tmp_path / "kept").write_text("somebody's letter")

    with pytest.raises(BadInput, match="file_exists"):
        backup.make(inhabited, tmp_path / "kept")

    assert (tmp_path / "kept").read_text() == "somebody's letter"


def test_a_club_served_elsewhere_is_not_restored(postgres_url, open_club_at, tmp_path):
    club = open_club_at(postgres_url)
    made = backup.make(club, tmp_path / "kept")
    with club.engine.connect() as elsewhere:
        assert store.leader.try_lead(elsewhere)

        with pytest.raises(IllegalMove, match="club_is_served"):
            backup.restore(club, made.path)


def test_nothing_unfinished_is_left_behind(inhabited, tmp_path):
    backup.make(inhabited, tmp_path / "kept")
    with pytest.raises(BadInput):
        backup.make(inhabited, tmp_path / "kept")

    assert not [path for path in tmp_path.rglob("*") if ".part" in path.name]


def test_one_backup_a_day_is_made_and_the_old_ones_go_by_rule(sqlite_url, open_club_at, tmp_path):
    club = open_club_at(sqlite_url, datetime(2026, 3, 1, 8, 0, tzinfo=UTC))
    for _ in range(40):
        assert backup.keep_daily(club)
        assert backup.keep_daily(club) is None
        walk(club, timedelta(days=1))

    kept = sorted(date.fromisoformat(path.stem[6:]) for path in (tmp_path / "backups").glob("daily-*"))
    assert kept == [date(2026, 3, 16), date(2026, 3, 23), date(2026, 3, 30), *(date(2026, 4, day) for day in range(3, 10))]


def test_the_daily_backup_waits_for_the_night(sqlite_url, open_club_at):
    club = open_club_at(sqlite_url, datetime(2026, 3, 1, 22, 30, tzinfo=UTC))

    assert backup.keep_daily(club) is None


def test_only_the_owner_of_the_machine_reads_a_backup(inhabited, tmp_path):
    made = backup.make(inhabited)

    assert made.path.stat().st_mode & 0o077 == 0
    assert made.path.parent.stat().st_mode & 0o077 == 0
    assert made.path.parent == Path(tmp_path / "backups")
