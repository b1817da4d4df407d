"""The import as a whole: understand the files, gather by client, plan, and write chunk by chunk.

Each chunk is one transaction with whole clients: their facts, where they stand, the counters, the search
index, what was refused and how far the import got. So one that is killed leaves nothing half done, and
the same command goes on behind the last chunk. Every client and fact has a key made from its row: the
same file twice adds nothing. Sales of the past pass no gate (spec: lifecycle, section 8).
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lifecycle import days, keeping, recompute, rights, store
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import ClubError
from lifecycle.importing.mapping import Mapping as Told
from lifecycle.importing.mapping import Reading, read_mapping, understand
from lifecycle.importing.people import Person
from lifecycle.importing.plan import Chunk, Planned, Planner
from lifecycle.importing.prepare import prepare
from lifecycle.importing.problems import Problem
from lifecycle.importing.report import Report, report_of
from lifecycle.importing.sheets import files_in
from lifecycle.importing.staging import Group, Staging
from lifecycle.importing.surroundings import here_of
from lifecycle.importing.table import Here, Table
from lifecycle.importing.vocabulary import KINDS
from lifecycle.known import Known

#: Whole clients in a transaction: few enough that nobody else's write waits long.
_CLIENTS: Final = 400
_ROWS: Final = 5_000
_TRIES: Final = 3


class Progress(NamedTuple):
    """How far an import is: `stage` is `reading` (rows; the total is not known), `writing` or `counting` (clients)."""

    stage: str
    done: int
    total: int | None = None


@dataclass
class _Import:
    """One run of the command."""

    club: Club
    desk: Desk
    readings: list[Reading]
    staging: Staging
    planner: Planner
    problems: list[Problem]
    counts: dict[int, Counter[str]]
    run_ids: list[int]


def run(
    club: Club,
    desk: Desk,
    files: Sequence[Path],
    mapping: Path | None = None,
    dry_run: bool = False,  # noqa: FBT001, FBT002 - as the command line names it
    progress: Callable[[Progress], None] = lambda _progress: None,
    *,
    kind: str | None = None,
    branch: str | None = None,
) -> Report:
    """Import these tables (or the tables of a folder), or only say what would happen.

    `kind` says what they hold where headings do not tell; `branch` is the home of clients whose row names
    none. Raises Refused, BadInput or ClubError before anything is read where a file or mapping cannot be
    understood; a row that cannot is named in the report and stops no other.
    """
    rights.check(desk, "import")
    if kind is not None and kind not in KINDS:
        raise ClubError("import_kind_unknown", kind=kind, kinds=", ".join(KINDS))
    told = read_mapping(mapping) if mapping else Told()
    readings, skipped = _understood(files, told, kind)
    here = here_of(club, desk, told, branch, make=not dry_run)
    staging = Staging(club.data)
    try:
        with _rarely_collecting():
            work = _gather(club, desk, readings, here, staging, progress, dry=dry_run)
            resumed = False if dry_run else _begin(work, branch)
            for chunk in _chunks(work, progress, write=not dry_run):
                _count(work, chunk)
            return _finish(work, dry_run=dry_run, resumed=resumed, skipped=skipped)
    finally:
        staging.close()


def count_cards(club: Club, report: Report, progress: Callable[[Progress], None] = lambda _progress: None) -> Report:
    """Look at those who came, as the clock would in its time, and put into the report what cards their state calls for.

    None of them is made.
    """
    with club.reading() as conn:
        total = store.agenda.waiting(conn, club.clock.now())
    keeping.look_now(club, lambda looked: progress(Progress("counting", looked, max(total, looked))))
    with club.reading() as conn:
        return replace(report, called_for=dict(store.counted.of_imports(conn, report.run_ids)))


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """A million rows make garbage without cycles: looking for those all the time costs a fifth of the whole."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _understood(files: Sequence[Path], told: Told, kind: str | None) -> tuple[list[Reading], tuple[str, ...]]:
    """The tables, those that make clients known first; and the names of files the mapping leaves out."""
    paths = files_in(files)
    wanted = [path for path in paths if not told.skips(path.name)]
    if not wanted:
        raise ClubError("import_nothing")
    found = [understand(place, path, told, kind) for place, path in enumerate(wanted)]
    found.sort(key=lambda reading: (not reading.makes_clients, KINDS.index(reading.kind)))
    readings = [replace(reading, place=place) for place, reading in enumerate(found)]
    return readings, tuple(path.name for path in paths if path not in wanted)


# --- reading -------------------------------------------------------------------------------------


def _gather(
    club: Club,
    desk: Desk,
    readings: list[Reading],
    here: Here,
    staging: Staging,
    progress: Callable[[Progress], None],
    *,
    dry: bool,
) -> _Import:
    problems: list[Problem] = []
    tables = {reading.place: Table(reading, here, problems) for reading in readings}
    done = 0
    for table in tables.values():
        before = done
        staging.gather(table, lambda rows, before=before: progress(Progress("reading", before + rows)))  # type: ignore[misc]
        done += staging.rows[-1]
    progress(Progress("reading", done, done))
    with club.reading() as conn:
        policies = store.policies.all_versions(conn)
    as_of = here.told.as_of or days.day_of(here.now, here.home.zone)
    planner = Planner(tables, here, policies, as_of, any(reading.sells for reading in readings), dry)
    counts = {reading.place: Counter[str]() for reading in readings}
    return _Import(club, desk, readings, staging, planner, problems, counts, [])


# --- going on where it stopped -------------------------------------------------------------------


def _begin(work: _Import, branch: str | None) -> bool:
    """Take up the import of the very same files that was cut off, or note that a new one begins."""
    together = hashlib.sha256("".join([branch or "", *(one.digest for one in work.readings)]).encode()).hexdigest()
    digests = [hashlib.sha256(f"{together}{one.digest}".encode()).hexdigest() for one in work.readings]
    with work.club.writing(announce=False) as conn:
        cut_off = [store.imports.unfinished(conn, digest) for digest in digests]
        for reading, earlier, digest in zip(work.readings, cut_off, digests, strict=True):
            if earlier is not None:
                work.run_ids.append(earlier.id)
                work.counts[reading.place].update(earlier.counts)
            else:
                work.run_ids.append(_note_run(conn, work, reading, digest))
        if not any(cut_off):
            store.imports.refuse(conn, _refusals(work, work.problems))
            _note(conn, work, "import_began", {"files": [one.name for one in work.readings]})
    work.problems.clear()
    return any(cut_off)


def _note_run(conn: Connection, work: _Import, reading: Reading, digest: str) -> int:
    columns = {name: [reading.headings[place] for place in places] for name, places in reading.columns.items()}
    return store.imports.begin(
        conn,
        file=reading.name,
        digest=digest,
        kind=reading.kind,
        mapping={"source": work.planner.here.told.source, "columns": columns},
        started_at=work.club.clock.now(),
        by=work.desk.name,
    )


def _refusals(work: _Import, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [
        {
            "import_id": work.run_ids[one.file], "line": one.line, "field": one.field, "code": one.code,
            "refused": one.refused, "values": one.values,
        }
        for one in problems
    ]


def _note(conn: Connection, work: _Import, what: str, detail: Mapping[str, Any]) -> None:
    audit.append(conn, work.desk, "import", at=work.club.clock.now(), detail={"what": what, **detail})


# --- planning and writing ------------------------------------------------------------------------


def _chunks(work: _Import, progress: Callable[[Progress], None], *, write: bool) -> Iterator[Chunk]:
    """Plan chunk after chunk, and write each unless this is a dry run."""
    total, done = len(work.staging), work.counts[0]["groups"]
    if done:
        for groups in _cut(work.staging.read()):
            earlier = [group for group in groups if group.number < done]
            work.planner.remember(earlier)
            if len(earlier) < len(groups):
                break
    progress(Progress("writing", done, total))
    for groups in _cut(work.staging.read(done), work.staging.ends):
        chunk = _written(work, groups) if write else _planned(work, groups)
        progress(Progress("writing", groups[-1].number + 1, total))
        yield chunk


def _cut(groups: Iterable[Group], ends: Sequence[int] = ()) -> Iterator[list[Group]]:
    """Whole clients by the hundred; never those of two tables, so that the later ones find the earlier."""
    chunk: list[Group] = []
    rows = 0
    for group in groups:
        chunk.append(group)
        rows += len(group.rows)
        if len(chunk) >= _CLIENTS or rows >= _ROWS or group.number + 1 in ends:
            yield chunk
            chunk, rows = [], 0
    if chunk:
        yield chunk


def _planned(work: _Import, groups: Sequence[Group]) -> Chunk:
    prepared = [prepare(work.planner.tables, group) for group in groups]
    with work.club.reading() as conn:
        chunk = work.planner.plan(conn, groups, prepared)
    work.problems += chunk.problems
    return chunk


def _written(work: _Import, groups: Sequence[Group]) -> Chunk:
    """One chunk, whole. Where somebody else made one of its clients known meanwhile, it is planned anew."""
    prepared = [prepare(work.planner.tables, group) for group in groups]
    for left in reversed(range(_TRIES)):
        with work.club.reading() as conn:
            chunk = work.planner.plan(conn, groups, prepared, careful=left < _TRIES - 1)
        try:
            with work.club.writing() as conn:
                _write(conn, work, chunk, groups[-1].number + 1)
            return chunk
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("a chunk is written or refused")


def _write(conn: Connection, work: _Import, chunk: Chunk, groups: int) -> None:
    now = work.club.clock.now()
    new = [one for one in chunk.clients if one.client_id is None]
    people = [(one, one.person) for one in new if one.person is not None]
    made = store.imports.add_clients(conn, [(_client_row(work, one, who, now), who.numbers) for one, who in people])
    ids = {one.ref: client_id for one, client_id in zip(new, made, strict=True)}
    grown = [(one, one.client_id) for one in chunk.clients if one.client_id is not None and one.facts]
    for _one, client_id in grown:
        recompute.catch_up(conn, client_id, now)
        keeping.catch_up(conn, client_id, now)
    owned = [*((one, ids[one.ref]) for one in new), *grown]
    store.imports.add_facts(conn, [row for one, client_id in owned for row in _fact_rows(work, one, client_id, now)])
    recompute.refresh(conn, [client_id for _one, client_id in grown], now, because="import", by=work.desk.name)
    fresh = [_fresh(one, ids[one.ref]) for one in new]
    recompute.refresh_known(conn, fresh, work.planner.policies, now, because="import", by=work.desk.name)
    keeping.look_quietly(conn, [client_id for _one, client_id in owned], now)
    store.imports.refuse(conn, _refusals(work, chunk.problems))
    _advance(conn, work, chunk, groups)


def _client_row(work: _Import, one: Planned, person: Person, now: datetime) -> dict[str, Any]:
    return {
        "key": one.key, "branch_id": person.branch.id, "name": person.name, "kind": person.kind,
        "tax_id": person.tax_id, "email": person.email, "birthday_on": person.birthday_on,
        "source": person.source, "comment": person.comment, "responsible_id": person.responsible_id,
        "import_id": work.run_ids[one.first.file if one.first else 0], "created_at": now, "version": 1,
    }


def _fresh(one: Planned, client_id: int) -> Known:
    """A client of whom nothing is stored yet: no need to read back what was just written."""
    home = one.home
    if home is None:
        raise AssertionError("a new client has a home")
    return Known(client_id, home, {client_id: [fact.fact for fact in one.facts]}, None, {})


def _fact_rows(work: _Import, one: Planned, client_id: int, now: datetime) -> list[tuple[Any, ...]]:
    desk = work.desk
    recorded = (desk.staff_id, desk.name, "import", now)
    return [
        (
            fact.key, client_id, fact.type, fact.at, fact.day, fact.fields, fact.branch_id,
            *recorded, work.run_ids[fact.file],
        )
        for fact in one.facts
    ]


def _advance(conn: Connection, work: _Import, chunk: Chunk, groups: int) -> None:
    """The counts as they will be once this chunk is there."""
    runs = []
    for place, run_id in enumerate(work.run_ids):
        counts = Counter(work.counts[place])
        counts.update(chunk.counts[place])
        runs.append({"run": run_id, "rows": counts["rows"], "counts": {**counts, "groups": groups}})
    store.imports.advance(conn, runs)


def _count(work: _Import, chunk: Chunk) -> None:
    for place, counts in work.counts.items():
        counts.update(chunk.counts[place])


def _finish(work: _Import, *, dry_run: bool, resumed: bool, skipped: tuple[str, ...]) -> Report:
    problems = work.problems
    if not dry_run:
        with work.club.writing() as conn:
            store.imports.finish(conn, work.run_ids, work.club.clock.now())
            totals = {name: sum(counts[name] for counts in work.counts.values()) for name in ("clients_new", "facts_new")}
            _note(conn, work, "import_done", totals)
            problems = _stored(conn, work)
    return report_of(
        work.readings, work.staging.rows, work.counts, problems,
        dry_run=dry_run, resumed=resumed, skipped=skipped, run_ids=tuple(work.run_ids),
    )


def _stored(conn: Connection, work: _Import) -> list[Problem]:
    places = {run_id: place for place, run_id in enumerate(work.run_ids)}
    return [
        Problem(places[row["import_id"]], row["line"], row["field"], row["code"], row["values"], row["refused"])
        for row in store.imports.refusals(conn, work.run_ids)
    ]
