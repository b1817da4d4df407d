"""`python -m tests.bench --clients 100000`: the goals against their contenders, as a table and as JSON in `build/bench`."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import table
from tests.bench.club_of import FOLDER, Clubs
from tests.bench.run import Run
from tests.bench.table import Row

#: Agreement first: without it the other numbers mean nothing.
ORDER = ("agreement", "recomputing", "midnight", "deeds", "looking", "searching", "board", "importing", "browsers", "calls", "turnstile")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, write; 1 where a part could not be run, or two ways of knowing where a client stands disagree."""
    asked = _asked(arguments)
    clubs = Clubs(asked.folder)
    run = Run(clubs, asked.clients, asked.rounds, asked.browsers)
    started, rows, failed = time.perf_counter(), list[Row](), list[str]()
    print(f"{asked.clients:,} clients, {asked.rounds} rounds, {os.cpu_count()} cores\n\n{table.head()}", flush=True)
    try:
        for row in _rows(run, asked.only or ORDER, failed):
            rows.append(row)
            print(table.line(row, table.WIDTHS), flush=True)
    finally:
        clubs.close()
        spent = time.perf_counter() - started
        path = asked.folder / f"result-{asked.clients}.json"
        table.write(path, rows, clients=asked.clients, rounds=asked.rounds, failed=failed, seconds=round(spent), machine=_machine())
    _sum_up(rows, spent, path)
    for part in failed:
        print(f"{part} could not be run; what stopped it is told above.")
    return int(bool(failed) or any(row.unit == "different" and not row.met for row in rows))


def _rows(run: Run, names: Sequence[str], failed: list[str]) -> Iterator[Row]:
    """Part by part; one that cannot be run does not stop the others, and is not forgotten."""
    for name in names:
        try:
            yield from importlib.import_module(f"tests.bench.{name}").rows(run)
        except Exception:
            traceback.print_exc()
            failed.append(name)


def _sum_up(rows: Sequence[Row], spent: float, path: Path) -> None:
    judged = [row for row in rows if row.met is not None]
    met = sum(bool(row.met) for row in judged)
    print(f"\n{met} of {len(judged)} figures meet their goal. {spent:.0f} s; {path}")
    if any(not row.fits for row in rows):
        print("* the goal speaks of another size than this run's; a run with that size judges it.")


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="make bench", description="The goals of the club's speed, each against its contender.")
    asked.add_argument("--clients", type=int, default=20_000, help="how many clients the club has (default 20,000)")
    asked.add_argument("--rounds", type=int, default=5, help="how often the contenders take turns (default 5)")
    asked.add_argument("--browsers", type=int, default=100, help="how many open pages a fact must reach (default 100)")
    asked.add_argument("--only", nargs="*", choices=ORDER, help="only these parts")
    asked.add_argument("--folder", type=Path, default=FOLDER, help="where clubs and results are kept")
    return asked.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
