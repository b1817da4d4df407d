"""A simulated club at its life, to be killed: `python -m tests.faults.at_life URL FOLDER CLIENTS DAYS SEED DIES_AT [rough]`.

It kills itself with -9 at its so-many-th statement of the database (0: never), wherever that stands in a
transaction. A rough one has every delivery doubled, some at the same moment, and now and then all of yesterday once more.
`python -m tests.faults.at_life URL FOLDER` is a second scheduler beside it, at the same instant, that asks nobody.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy import event

from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.intake import receiving
from lifecycle.scheduler import Scheduler
from lifecycle.simulate import live, passing

#: As for every test; their common room is not entered, because it brings much along and this begins often.
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: Of so many days one is lived twice.
AGAIN = 8
_LOOKS_EVERY = 0.1


class SharedClock(FixedClock):
    """A clock that other processes on the folder can read."""

    file: int

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name == "at":
            os.pwrite(self.file, struct.pack("d", value.timestamp()), 0)


class Follower(FixedClock):
    """The clock of whoever works beside: as late as the other's, and never later."""

    def now(self):
        told = os.pread(SharedClock.file, 8, 0)
        return datetime.fromtimestamp(struct.unpack("d", told)[0], UTC) if told else MORNING


def dies(club, at):
    """Kill this process at a statement; what it had begun ends with it."""
    left = [at]

    def count(*_args):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(club.engine, "before_cursor_execute", count)
    event.listen(club.engine, "commit", count)


def doubled(rng):
    """A sender that hears no answer: sends again, or several times at once."""

    def deliver(club, code, incoming):
        receiving.receive(club, code, incoming)
        if rng.random() < 0.2:
            together = [threading.Thread(target=receiving.receive, args=(club, code, incoming)) for _ in range(3)]
            for thread in together:
                thread.start()
            for thread in together:
                thread.join()
        elif rng.random() < 0.5:
            receiving.receive(club, code, incoming)

    return deliver


def rough(rng):
    """What makes a life hard, besides being killed."""

    def watch(walk):
        walk.doors.deliver = doubled(rng)
        print(walk.day, flush=True)
        if walk.day and rng.randrange(AGAIN) == 0:
            walk.once_more(walk.day - 1)

    return watch


def beside(club):
    """A scheduler that does whatever is due, as the one within the life does, as long as the test is there."""
    scheduler, test = Scheduler(club), os.getppid()
    while os.getppid() == test:
        scheduler.turn()
        time.sleep(_LOOKS_EVERY)


def main(url, folder, *how):
    SharedClock.file = os.open(Path(folder) / "instant", os.O_RDWR | os.O_CREAT)
    if not how:
        beside(Club(open_engine(url), Follower(MORNING), Path(folder)))
    club = Club(open_engine(url), FixedClock(MORNING), Path(folder))
    clients, days, seed, dies_at = map(int, how[:4])
    passing.FixedClock = SharedClock
    if dies_at:
        dies(club, dies_at)
    watch = {"watch": rough(Random(os.getpid()))} if "rough" in how else {}
    lived = live(club, clients=clients, days=days, seed=seed, **watch)
    print("lived", lived.deeds, lived.worked, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
