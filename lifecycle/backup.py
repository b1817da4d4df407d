"""Backups: taken while the club runs, read back before they count, restored whole or not at all (spec: access).

A backup is one SQLite file, whichever database the club runs on: one consistent moment of every table. So a
club can also move: what PostgreSQL held is restored into SQLite, and the other way round.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from lifecycle import migrations, store
from lifecycle.clock import Clock
from lifecycle.club import Club, open_engine
from lifecycle.errors import BadInput, ClubError, IllegalMove

FOLDER: Final = "backups"
#: The daily one is made after this hour of the first branch, when the club sleeps.
AFTER_HOUR: Final = 3
DAILY_KEPT: Final = 7
WEEKLY_KEPT: Final = 4
_DAILY = "daily-"
#: Who leads now is no part of the club: a restored number would let a stopped scheduler write again.
_OF_THE_MOMENT = frozenset({"leader"})
#: When the rules of cards look next: after a restore they look at everybody anew.
_LOOKED_ANEW = "agenda"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: where it lies, the rows of each table, and one digest over all of them."""

    path: Path
    rows: Mapping[str, int]
    digest: str


def make(club: Club, to: Path | None = None) -> Backup:
    """Back the club up into a file (in the data folder's `backups` if none is named), while it runs.

    The file is read back and compared row by row with the moment it was taken at; only then does it get its
    name. Raises BadInput for a name that is taken, ClubError where it could not be written or is not equal.
    """
    target = to or _free(_folder(club), f"club-{_stamp(club.clock.now())}")
    if target.exists():
        raise BadInput.of("to", "file_exists", file=str(target))
    with _said_plainly(), _part(target) as part:
        with club.reading() as conn:
            taken = _fingerprints(conn, on_sqlite=club.on_sqlite)
            (_copy_file if club.on_sqlite else _copy_rows)(club, conn, part)
        # Read back with eyes of its own: sound pages, whole references, the same rows.
        _refuse_unsound(part, target)
        _require_equal(taken, _of_file(part, on_sqlite=club.on_sqlite))
        _settle(part, target)
    return Backup(target, {name: number for name, (number, _) in taken.items()}, _one_digest(taken))


def restore(club: Club, source: Path, *, force: bool = False) -> Backup:
    """Make the club what the backup holds, whole or not at all. Nobody else may be at work on it (`occupied.alone`).

    A club with anybody or anything in it is refused unless `force`; it is then backed up first. Backups of
    earlier versions are brought up to date on the way. Raises BadInput for a file that is no sound backup,
    IllegalMove for a club that is served or not empty.
    """
    with _not_served(club), _part(_folder(club) / "restoring") as part:
        _fetch(source, part)
        if _inhabited(club):
            if not force:
                raise IllegalMove("club_not_empty")
            make(club, _free(_folder(club), f"before-restore-{_stamp(club.clock.now())}"))
        _ask_for_quiet_looks(part)
        meant = _of_file(part, on_sqlite=club.on_sqlite)
        (_put_file if club.on_sqlite else _put_rows)(club, part)
        with club.reading() as conn:
            _require_equal(meant, _fingerprints(conn, on_sqlite=club.on_sqlite))
        club.announce()
    return Backup(source, {name: number for name, (number, _) in meant.items()}, _one_digest(meant))


def keep_daily(club: Club) -> Path | None:
    """Make today's backup if it is time and there is none yet, and clear away what the rule does not keep."""
    if club.data is None:
        return None
    with club.reading() as conn:
        zone = store.branches.every(conn)[0].zone
    now = club.clock.now().astimezone(zone)
    target = _folder(club) / f"{_DAILY}{now.date().isoformat()}.sqlite3"
    if now.hour < AFTER_HOUR or target.exists():
        return None
    made = make(club, target).path
    for old in _superfluous(_dailies(_folder(club))):
        old.unlink()
    return made


def _dailies(folder: Path) -> dict[date, Path]:
    """The daily backups by their day, the newest first."""
    found = {}
    for path in folder.glob(f"{_DAILY}*.sqlite3"):
        try:
            found[date.fromisoformat(path.stem.removeprefix(_DAILY))] = path
        except ValueError:
            continue
    return dict(sorted(found.items(), reverse=True))


def _superfluous(dailies: Mapping[date, Path]) -> list[Path]:
    """All but the last seven, and the first of each of the last four weeks."""
    first_of_week = {day.isocalendar()[:2]: day for day in dailies}
    weekly = [first_of_week[week] for week in sorted(first_of_week, reverse=True)[:WEEKLY_KEPT]]
    kept = {*list(dailies)[:DAILY_KEPT], *weekly}
    return [path for day, path in dailies.items() if day not in kept]


Fingerprint = tuple[int, str]


def _fingerprints(conn: Connection, *, on_sqlite: bool) -> dict[str, Fingerprint]:
    """The number of rows and a digest over them, for each table; comparable among clubs on the same database."""
    rows = store.tables.stored_rows if on_sqlite else store.tables.rows
    found = {}
    for name in store.tables.names():
        number, sum_ = 0, hashlib.sha256()
        for row in rows(conn, name):
            number += 1
            sum_.update(repr(row).encode())
        found[name] = (number, sum_.hexdigest())
    return found


def _of_file(path: Path, *, on_sqlite: bool) -> dict[str, Fingerprint]:
    club = _opened(path)
    try:
        with club.reading() as conn:
            return _fingerprints(conn, on_sqlite=on_sqlite)
    finally:
        club.close()


def _one_digest(taken: Mapping[str, Fingerprint]) -> str:
    kept = sorted((name, one) for name, one in taken.items() if name != _LOOKED_ANEW)
    return hashlib.sha256(repr(kept).encode()).hexdigest()


def _require_equal(meant: Mapping[str, Fingerprint], found: Mapping[str, Fingerprint]) -> None:
    differing = [
        name for name in meant if name not in _OF_THE_MOMENT and meant[name] != found.get(name)
    ]
    if differing:
        raise ClubError("backup_differs", tables=", ".join(differing))


def _copy_file(club: Club, conn: Connection, part: Path) -> None:
    """SQLite's own way, in the moment this connection sees; writers go on meanwhile."""
    copy = sqlite3.connect(part)
    try:
        _driver(conn).backup(copy)
        # In one file, without the log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()


def _copy_rows(club: Club, conn: Connection, part: Path) -> None:
    """From PostgreSQL into a SQLite file with the same tables."""
    copy = _opened(part)
    try:
        migrations.upgrade(copy)
        with copy.writing(announce=False) as writer:
            store.tables.replace_all(writer, conn)
        with copy.engine.connect() as last:
            _driver(last).execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()


def _put_file(club: Club, part: Path) -> None:
    """All pages in one transaction of the database, so that a power cut leaves the old club or the new one."""
    source = sqlite3.connect(part)
    try:
        with club.engine.connect() as conn:
            source.backup(_driver(conn))
    finally:
        source.close()


def _put_rows(club: Club, part: Path) -> None:
    source = _opened(part)
    try:
        with source.reading() as rows, club.writing(announce=False) as writer:
            store.tables.replace_all(writer, rows, but=_OF_THE_MOMENT)
    finally:
        source.close()


def _fetch(source: Path, part: Path) -> None:
    """The backup, copied, looked at, and brought up to date; the file itself stays as it is."""
    if not source.is_file():
        raise BadInput.of("from", "no_such_file", file=str(source))
    shutil.copyfile(source, part)
    _refuse_unsound(part, source)
    club = _opened(part)
    try:
        migrations.upgrade(club)
    except CommandError as error:
        raise BadInput.of("from", "backup_of_later_version", file=str(source)) from error
    finally:
        club.close()


def _ask_for_quiet_looks(part: Path) -> None:
    """What happened between the backup and now makes no cards by itself (spec: board, section 7)."""
    club = _opened(part)
    try:
        with club.writing(announce=False) as conn:
            store.agenda.look_at_everybody(conn)
    finally:
        club.close()


def _refuse_unsound(path: Path, called: Path) -> None:
    """Look at a copy; it is spoken of by the name that people know."""
    club = _opened(path)
    try:
        with club.reading() as conn:
            sound = not store.integrity.complaints(conn) and store.tables.is_club(conn)
    except DatabaseError:
        sound = False
    finally:
        club.close()
    if not sound:
        raise BadInput.of("from", "backup_unsound", file=str(called))


def _inhabited(club: Club) -> bool:
    with club.reading() as conn:
        return store.tables.inhabited(conn)


@contextmanager
def _not_served(club: Club) -> Iterator[None]:
    """On PostgreSQL other machines may serve the same club: whoever does has a scheduler at work."""
    if club.on_sqlite:
        yield
        return
    with club.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if not store.leader.try_lead(conn):
            raise IllegalMove("club_is_served", folder=str(club.data))
        try:
            yield
        finally:
            store.leader.let_go(conn)


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise ClubError("backup_failed", why=str(error)) from error


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """The unfinished file beside the target; whatever happens, none is left."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.touch(mode=0o600)
        yield part
    finally:
        for left in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)


def _settle(part: Path, target: Path) -> None:
    """On the disk first, under its name then."""
    for path in (part, target.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
            if path == part:
                # A link refuses a name that somebody else took meanwhile.
                os.link(part, target)
        finally:
            os.close(handle)


def _folder(club: Club) -> Path:
    folder = (club.data or Path()) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _free(folder: Path, name: str) -> Path:
    """A name nobody has: two in one second are told apart by a number."""
    ends = chain([""], (f"-{number}" for number in count(2)))
    tries = (folder / f"{name}{end}.sqlite3" for end in ends)
    return next(path for path in tries if not path.exists())


def _opened(path: Path) -> Club:
    """The club of a backup file; its clock is never asked."""
    return Club(open_engine(f"sqlite:///{path.absolute()}"), Clock())


def _driver(conn: Connection) -> Any:
    return conn.connection.driver_connection


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
