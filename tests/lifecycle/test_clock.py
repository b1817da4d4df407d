"""The clock of a folder begins once and goes on from there, for every process and every restart (spec: intake)."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lifecycle.clock import Clock, FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.scheduler import Scheduler
from tests.lives import member

ROOT = Path(__file__).resolve().parent.parent.parent
LATER, EARLIER = datetime(2031, 5, 1, tzinfo=UTC), datetime(2019, 5, 1, tzinfo=UTC)
TELL = """
import sys
from datetime import datetime
from pathlib import Path
from lifecycle.clock import Clock
print(Clock(datetime.fromisoformat(sys.argv[1]), Path(sys.argv[2])).now().isoformat())
"""


def told_by_another_process(start, folder):
    command = [sys.executable, "-c", TELL, start.isoformat(), str(folder)]
    return datetime.fromisoformat(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip())


@pytest.mark.parametrize("start", [LATER, EARLIER])
def test_every_process_on_a_folder_goes_on_from_the_first_start(start, tmp_path):
    first = Clock(start, tmp_path)
    before = first.now()
    between = told_by_another_process(start, tmp_path)
    after = first.now()

    assert start <= before <= between <= after < start + timedelta(hours=1)


def test_a_restart_does_not_begin_anew(tmp_path):
    begun = Clock(LATER, tmp_path).now()
    (tmp_path / "clock-started-at").write_text((datetime.now(UTC) - timedelta(days=2)).isoformat())

    assert Clock(LATER, tmp_path).now() - begun > timedelta(days=1, hours=23)


def test_processes_that_start_together_agree(tmp_path):
    command = [sys.executable, "-c", TELL, LATER.isoformat(), str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        process.communicate()
    left = sorted(path.name for path in tmp_path.iterdir())

    assert left == ["clock-started-at"]
    assert [process.returncode for process in processes] == [0] * 4


def test_a_timer_of_the_machine_is_set_by_the_machines_own_clock(tmp_path):
    before = datetime.now(UTC)
    in_a_day = Clock(LATER, tmp_path).machine(LATER + timedelta(days=1))

    assert before <= in_a_day - timedelta(days=1) <= datetime.now(UTC)


def test_a_club_whose_clock_begins_in_the_future_makes_up_for_the_time_between(sqlite_url, open_club_at, tmp_path):
    now = open_club_at(sqlite_url)
    member(now, "Анна")
    later = Club(open_engine(sqlite_url), Clock(LATER, tmp_path / "later"), tmp_path)
    scheduler = Scheduler(later)

    assert scheduler.turn() == 1
    scheduler.lead.let_go()
    later.close()


def test_a_club_whose_clock_begins_in_the_past_moves_nobody_before_their_time(sqlite_url, open_club_at, tmp_path):
    now = open_club_at(sqlite_url)
    member(now, "Анна")
    earlier = Club(open_engine(sqlite_url), Clock(EARLIER, tmp_path / "earlier"), tmp_path)
    scheduler = Scheduler(earlier)

    assert scheduler.turn() == 0
    scheduler.lead.let_go()
    earlier.close()


def test_a_standing_clock_stands():
    clock = FixedClock(LATER)

    assert clock.now() == clock.now() == LATER
