"""The clock at work: moves every client at the instant their next change is due, whoever looks or not, and
has the rules of cards look at whom they must.

It sleeps until the earliest next change; any write arms it anew, and it looks by itself every few seconds
for what other processes wrote. At its start it makes up for an outage. Of any number of schedulers on one
club exactly one works, the others stand by. It also finishes what a published policy began and what came in
from outside before a crash, ends calls whose end nobody reported, tells when time alone has moved cards on the
board, and keeps the daily backups.
"""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final, Protocol

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from lifecycle import backup, days, keeping, store
from lifecycle.actions import calls, contract_clock, policy
from lifecycle.club import Club
from lifecycle.errors import ClubError
from lifecycle.intake import receiving
from lifecycle.outbox import sending
from lifecycle.recompute import move_due
from lifecycle.touched import EVERYONE, Touched

log = logging.getLogger(__name__)

#: How often it looks by itself: other processes write too, and the machine's clock may be set.
LOOK_EVERY: Final = timedelta(seconds=5)
#: How often it looks whether today's backup is there.
BACKUP_EVERY: Final = timedelta(minutes=15)
#: How often other systems are told of what changed.
TELL_EVERY: Final = timedelta(seconds=1)
#: Many writes in one breath arm it once.
_BREATH = timedelta(milliseconds=100)
_TURN, _BACKUP, _OUTBOX = "turn", "backup", "outbox"


class Lead(Protocol):
    """The right to be the one scheduler at work."""

    def take(self) -> bool:
        """Whether it is ours, taking it where it is free."""
        ...

    def still(self, conn: Connection) -> bool:
        """Whether it is still ours, asked within the transaction that is about to write."""
        ...

    def let_go(self) -> None:
        """Leave it to others."""
        ...


class Scheduler:
    """One scheduler on one club. `start` and `stop` it; `turn` is what it does each time it wakes."""

    def __init__(self, club: Club) -> None:
        self.club = club
        self.lead: Lead = FileLead(club.data) if club.on_sqlite else ServerLead(club)
        self._one_turn = threading.Lock()
        self._arming = threading.Lock()
        self._asked = False
        self._ended = threading.Event()
        self._told_at = club.clock.now()
        # A late wake is made up for, however late, and several missed ones are one.
        self._jobs = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 3}
        )

    def start(self) -> Scheduler:
        """Begin: make up for what was missed, then sleep and wake."""
        now = self.club.clock.machine(self.club.clock.now())
        self._jobs.add_job(self.turn, "interval", hours=1, id=_TURN, next_run_time=now)
        self._jobs.add_job(
            self.keep_backup, "interval", seconds=BACKUP_EVERY.total_seconds(), id=_BACKUP, max_instances=1
        )
        self._jobs.add_job(self.tell_others, "interval", seconds=TELL_EVERY.total_seconds(), id=_OUTBOX, max_instances=1)
        self.club.listeners.append(self._written)
        self._jobs.start()
        threading.Thread(target=self._look, name="scheduler-look", daemon=True).start()
        return self

    def stop(self) -> None:
        """End after the chunk it is at; another scheduler may take over at once."""
        if self._ended.is_set():
            return
        self._ended.set()
        self.club.listeners.remove(self._written)
        self._jobs.shutdown(wait=True)
        self.lead.let_go()

    def turn(self) -> int:
        """Do everything that is due now, if it is ours to do, and arm the next wake; gives how many were due."""
        moved = 0
        with self._one_turn:
            if self._ended.is_set():
                return moved
            with self._arming:
                # From here on a write asks anew: what it changed may be seen below or not.
                self._asked = False
            try:
                if self.lead.take():
                    moved = self._work()
            except (ClubError, SQLAlchemyError, OSError) as error:
                # Nothing is lost: what was due stays due, and the next look tries again.
                log.warning("scheduler_put_off error=%s", type(error).__name__)
            return moved

    def keep_backup(self) -> Path | None:
        """Make today's backup where it is ours to make and not there yet; forget what came in and went out long ago."""
        if self.club.data is None or not self.lead.take():
            return None
        receiving.forget_old(self.club)
        return backup.keep_daily(self.club)

    def tell_others(self) -> int:
        """Send other systems what they are to hear of, where it is ours to send; gives how many messages were taken."""
        try:
            return sending.run(self.club, still_leading=self._may_go_on) if self.lead.take() else 0
        except (ClubError, SQLAlchemyError, OSError) as error:
            log.warning("outbox_put_off error=%s", type(error).__name__)
            return 0

    def _work(self) -> int:
        moved = self._move_due()
        self._settle_contracts()
        self._keep_due()
        if policy.finish_replacing(self.club, still_leading=self._may_go_on):
            moved += self._move_due()
            self._settle_contracts()
            self._keep_due()
        receiving.finish_waiting(self.club, still_leading=self._may_go_on)
        calls.settle(self.club, still_leading=self._may_go_on)
        self._tell_of_time()
        self._sleep_until(self._next_wake())
        return moved

    def _settle_contracts(self) -> None:
        """What time does to contracts."""
        ended = contract_clock.settle_due(self.club, still_leading=self._may_go_on)
        if ended:
            log.info("contracts_ended contracts=%d", ended)

    def _move_due(self) -> int:
        due = self._next_due()
        # Looked at before anything is written: a wake for nothing must not stand in the writers' line.
        if due is None or due > self.club.clock.now():
            return 0
        moved = move_due(self.club, still_leading=self._may_go_on)
        log.info("moved_due clients=%d", moved)
        return moved

    def _keep_due(self) -> None:
        """What the rules of cards do by time."""
        passed = keeping.keep_due(self.club, still_leading=self._may_go_on)
        if passed.looked:
            log.info("kept_due clients=%d quietly=%d", passed.looked, passed.quietly)
        if made := keeping.make_ordered(self.club, still_leading=self._may_go_on):
            log.info("made_ordered cards=%d", made)

    def _next_due(self) -> datetime | None:
        with self.club.reading() as conn:
            return store.standings.next_due_at(conn)

    def _next_wake(self) -> datetime | None:
        """When time next moves somebody, changes a contract, turns a card, or a rule looks at somebody."""
        with self.club.reading() as conn:
            looks = store.agenda.earliest(conn)
        all_four = self._next_due(), contract_clock.next_at(self.club), looks, self._next_turn()
        return min((at for at in all_four if at is not None), default=None)

    def _tell_of_time(self) -> None:
        """Cards change their columns without a write, at their time and at midnight: whoever shows them reads again."""
        now = self.club.clock.now()
        # A machine's clock that was set back tells the same hour again.
        self._told_at = min(self._told_at, now)
        turned = self._next_turn()
        if turned is not None and turned <= now:
            self._told_at = now
            self.club.announce()

    def _next_turn(self) -> datetime | None:
        """The first instant since the last telling at which a card turns."""
        with self.club.reading() as conn:
            zones = {branch.zone for branch in store.branches.every(conn)}
            ends = store.cards.next_turn(conn, self._told_at)
        midnights = [days.day_start(days.day_of(self._told_at, zone) + 1, zone) for zone in zones]
        return min((at for at in (ends, *midnights) if at is not None), default=None)

    def _may_go_on(self, conn: Connection) -> bool:
        return not self._ended.is_set() and self.lead.still(conn)

    def _written(self, _whose: Touched = EVERYONE) -> None:
        """Something was committed in this process: somebody's next change may be nearer now."""
        with self._arming:
            if self._asked or self._ended.is_set():
                return
            self._asked = True
            self._wake_at(self.club.clock.now() + _BREATH)

    def _look(self) -> None:
        """Ask by itself from time to time, counted without the machine's clock: that one may be set back."""
        while not self._ended.wait(LOOK_EVERY.total_seconds()):
            self._written()

    def _sleep_until(self, due: datetime | None) -> None:
        with self._arming:
            # A look by itself comes in any case; only an earlier wake is set, and none later than one asked for.
            if due is not None and not self._asked and due - self.club.clock.now() < LOOK_EVERY:
                self._wake_at(due)

    def _wake_at(self, at: datetime) -> None:
        if self._jobs.running:
            self._jobs.modify_job(_TURN, next_run_time=self.club.clock.machine(at))


class FileLead:
    """For SQLite: a lock of the operating system on a file beside it. It ends with the process."""

    def __init__(self, data: Path | None) -> None:
        self._path = None if data is None else data / "scheduler"
        self._file: IO[str] | None = None

    def take(self) -> bool:
        if self._path is None or self._file is not None:
            return True
        file = self._path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def still(self, conn: Connection) -> bool:
        return self._path is None or self._file is not None

    def let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class ServerLead:
    """For PostgreSQL: a lock held by a connection of its own, and a number that each chunk compares."""

    def __init__(self, club: Club) -> None:
        self._club = club
        self._conn: Connection | None = None
        self._fencing = 0

    def take(self) -> bool:
        if self._conn is not None:
            if self._alive(self._conn):
                return True
            self.let_go()
        return self._try()

    def still(self, conn: Connection) -> bool:
        if self._conn is None:
            return False
        if store.leader.holds(conn, self._fencing):
            return True
        self.let_go()
        return False

    def let_go(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            with suppress(SQLAlchemyError):
                store.leader.let_go(conn)
            # Never back into the pool: whatever else happens, the lock ends with the session.
            conn.invalidate()
            conn.close()

    def _try(self) -> bool:
        conn = self._club.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if not store.leader.try_lead(conn):
                conn.close()
                return False
            with self._club.writing(announce=False) as writer:
                self._fencing = store.leader.begin(writer, _name(), self._club.clock.now())
        except BaseException:
            conn.invalidate()
            conn.close()
            raise
        self._conn = conn
        return True

    def _alive(self, conn: Connection) -> bool:
        try:
            conn.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:
            return False
        return True


def start(club: Club) -> Scheduler:
    """A scheduler at work on this club (or standing by); `stop()` it at the end."""
    return Scheduler(club).start()


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


Running = Scheduler
