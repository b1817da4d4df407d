"""Goal 11: a club's history from CSV files through `club import`: read, judged, placed, counted, searchable.

The contender adds the same people and facts as objects, with one commit, and does none of the rest.
"""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lifecycle import store
from lifecycle.club import Club
from lifecycle.days import iso
from lifecycle.desk import Desk
from lifecycle.facts import Fact
from lifecycle.importing.command import run as import_files
from tests.bench import naive
from tests.bench.club_of import NOW
from tests.bench.histories import Person, person
from tests.bench.rounds import each, rounds
from tests.bench.run import Run
from tests.bench.table import Row, rate, seconds

MOST = 100_000
ORM_CLIENTS = 500
OWNER = Desk(None, "Olga", "owner")
ZONES = (ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Yekaterinburg"))

HEADINGS = {
    "clients": ("client id", "name", "phone", "source", "branch", "joined"),
    "memberships": ("client id", "membership id", "product", "sold", "activated", "starts", "days", "visits", "amount"),
    "visits": ("client id", "visit id", "check in"),
    "purchases": ("client id", "receipt id", "date", "item", "amount"),
    "contacts": ("client id", "contact id", "date", "direction", "kind", "outcome", "reason"),
}


def rows(run: Run) -> Iterator[Row]:
    """A club of a quarter of the size (all of a hundred thousand where there are so many)."""
    size = MOST if run.size >= 4 * MOST else max(run.size // 4, 50)
    folder = run.clubs.folder / "tables"
    lines = write(folder, size)
    times = rounds(2 if size < MOST else 1, ours=_import(run, folder, size), orm=_objects(run))
    spent, fits = times.of("ours") * MOST, size >= MOST
    told, theirs = rate(times.of("ours"), "clients"), rate(times.of("orm"), "clients")
    yield Row(11, f"import of {size:,} clients, {lines:,} rows of CSV", told, "objects, one commit, nothing else", theirs,
              value=times.ratio("orm", "ours"), least=10)  # fmt: skip
    yield Row(11, "import of 100,000 clients", seconds(spent), value=spent, most=15, unit="s", fits=fits)
    yield Row(11, "import of 100,000 clients from CSV, at the latest", seconds(spent), value=spent, most=120, unit="s", fits=fits)
    shutil.rmtree(folder)


def _import(run: Run, folder: Path, size: int) -> Any:
    clubs = iter([run.clubs.empty(), run.clubs.empty()])
    files = sorted(folder.glob("*.csv"))

    def ours() -> None:
        club = next(clubs)
        club.data = folder
        import_files(club, OWNER, files)
        _check(club, size)

    return each(ours, size)


def _check(club: Club, size: int) -> None:
    """Everybody is there, placed and found."""
    with club.reading() as conn:
        counts = store.folders.counts(conn, [branch.id for branch in store.branches.every(conn)])
        assert store.clients.count(conn) == counts["clients"] == size, counts
        assert store.search.candidates(conn, "иванов") or size < 1_000


def _objects(run: Run) -> Any:
    engine, numbers = naive.engine_for(run.clubs.empty().engine), itertools.count(10_000_000)

    def theirs() -> None:
        people = [person(next(numbers), ZONES, NOW, itertools.count(1)) for _ in range(ORM_CLIENTS)]
        naive.import_people(engine, people)

    return each(theirs, ORM_CLIENTS)


def write(folder: Path, size: int) -> int:
    """The tables a club would bring; gives how many rows they have."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = {name: (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in HEADINGS}
    tables = {name: csv.writer(file) for name, file in files.items()}
    for name, heading in HEADINGS.items():
        tables[name].writerow(heading)
    ids, lines = itertools.count(1), 0
    for number in range(size):
        for name, line in _lines(number + 1, person(number, ZONES, NOW, ids)):
            tables[name].writerow(line)
            lines += 1
    for file in files.values():
        file.close()
    return lines


def _lines(number: int, one: Person) -> Iterator[tuple[str, tuple[Any, ...]]]:
    zone, source = ZONES[one.branch], one.source if one.source != "import" else "site"
    # A number within the plan of its country, spelled as people spell it.
    digits = f"916{one.phone[-7:]}"
    phone = f"8 ({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}"
    branch = ("main", "north")[one.branch]
    yield "clients", (number, f"{one.name}", phone, source, branch, iso(one.facts[0].day))
    activations = {fact.fields["membership"]: fact for fact in one.facts if fact.type == "membership_activated"}
    for fact in one.facts:
        at, key = fact.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), f"{number}-{fact.id}"
        if fact.type == "membership_sold":
            yield "memberships", _membership(number, fact, activations)
        elif fact.type == "visit":
            yield "visits", (number, key, at)
        elif fact.type == "purchase":
            yield "purchases", (number, key, at, fact.fields["what"], fact.fields["amount"] // 100)
        elif fact.type == "contact":
            said = fact.fields
            yield "contacts", (number, key, at, said["direction"], said["kind"], said["outcome"], said.get("reason", ""))


def _membership(number: int, sale: Fact, activations: dict[str, Fact]) -> tuple[Any, ...]:
    said, activated = sale.fields, activations.get(sale.fields["membership"])
    day = iso(activated.day) if activated else ""
    starts = iso(activated.fields["starts_on"]) if activated else ""
    key = f"{number}-{said['membership']}"
    return number, key, said["product"], iso(sale.day), day, starts, said["days"], said.get("visits", ""), said["amount"] // 100
