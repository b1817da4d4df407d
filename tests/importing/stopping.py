"""Imports the tables of a folder and stops dead at a moment, for somebody to kill it: `URL FOLDER MOMENT`."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.importing.command import Progress, run
from tests.importing.given import OWNER

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: Which commit is never finished: those before it note that the import begins and write the first chunks.
UNFINISHED_COMMIT = 4


def stop() -> None:
    """Say that the moment is here, and wait for the end."""
    print("now", flush=True)
    time.sleep(600)


def main(url: str, folder: str, moment: str) -> None:
    club = Club(open_engine(url), FixedClock(NOW), Path(folder))
    commits = 0

    def tell(progress: Progress) -> None:
        at = progress.stage, progress.done > 0
        if (moment == "reading" and at == ("reading", True)) or (moment == "between" and at == ("writing", True)):
            stop()

    @event.listens_for(club.engine, "commit")
    def _commit(conn: Any) -> None:
        nonlocal commits
        commits += bool(conn.get_execution_options().get("writes"))
        if moment == "within" and commits == UNFINISHED_COMMIT:
            stop()

    run(club, OWNER, [Path(folder) / "tables"], progress=tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
