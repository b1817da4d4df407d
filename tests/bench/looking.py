"""Goals 8 and 10: counts by look-up and pages by key, in turn with COUNT(*) and OFFSET."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from lifecycle import store
from lifecycle.desk import Desk
from lifecycle.placement import FOLDERS, STATUSES
from lifecycle.tables import Client, ClientFolder, standing
from tests.bench.rounds import repeated, rounds
from tests.bench.run import Run
from tests.bench.table import Row, seconds

PAGE = 50
OWNER = Desk(None, "Olga", "owner")
_client = Client.__table__  # type: ignore[attr-defined]
_folder = ClientFolder.__table__  # type: ignore[attr-defined]

_SUMS = select(
    func.count(),
    *(func.sum((standing.c.mask.op(">>")(bit)).op("&")(1)) for bit in range(len(FOLDERS))),
    *(func.sum((standing.c.status == number).cast(standing.c.status.type)) for number in range(len(STATUSES))),
)
_COUNT = select(func.count()).select_from(_folder).where(_folder.c.folder == bindparam("f"))
_ORDERED = select(_client).order_by(_client.c.id).limit(PAGE).offset(bindparam("depth"))


def rows(run: Run) -> Iterator[Row]:
    """Everything read on one open connection each."""
    club, small = run.clubs.kept(run.size), run.clubs.kept(run.tenth(100))
    server = run.clubs.kept(run.size, "postgresql")
    with club.reading() as here, small.reading() as little, server.reading() as there:
        yield from _counts(run, here, little)
        yield from _pages(run, here, there)


def _counts(run: Run, here: Connection, little: Connection) -> Iterator[Row]:
    branches = [branch.id for branch in store.branches.every(here)]
    times = rounds(
        run.rounds,
        large=repeated(lambda: store.folders.counts(here, branches)),
        small=repeated(lambda: store.folders.counts(little, branches)),
        sums=repeated(lambda: here.execute(_SUMS).one()),
        counts=repeated(lambda: _counted(here)),
    )
    counted = dict(zip(FOLDERS, _counted(here), strict=True))
    looked_up = store.folders.counts(here, branches)
    differences = sum(counted[code] != looked_up.get(f"folder:{code}", 0) for code in FOLDERS)
    fits = run.size >= 1_000_000
    ours = seconds(times.of("large"))
    yield Row(8, "counts by look-up equal COUNT(*)", f"{len(FOLDERS)} folders", value=differences, most=0, unit="different")
    yield Row(8, f"counts of all folders, {run.size:,} clients", ours, f"{run.tenth(100):,} clients", seconds(times.of("small")),
              value=times.ratio("large", "small"), most=2)  # fmt: skip
    yield Row(8, "counts of all folders", ours, "counted in one scan", seconds(times.of("sums")),
              value=times.ratio("sums", "large"), least=10_000, fits=fits)  # fmt: skip
    yield Row(8, "counts of all folders", ours, "COUNT(*) a folder, by an index", seconds(times.of("counts")),
              value=times.ratio("counts", "large"))  # fmt: skip


def _counted(conn: Connection) -> list[int]:
    return [conn.execute(_COUNT, {"f": bit}).scalar_one() for bit in range(len(FOLDERS))]


def _pages(run: Run, here: Connection, there: Connection) -> Iterator[Row]:
    depth = run.size - 2 * PAGE
    ids = here.execute(select(_client.c.id).order_by(_client.c.id).offset(depth - 1).limit(1)).scalar_one()
    folder, place, deep = _largest_folder(here)
    times = rounds(
        run.rounds,
        first=repeated(lambda: store.clients.page(here, OWNER, limit=PAGE)),
        deep=repeated(lambda: store.clients.page(here, OWNER, after=ids, limit=PAGE)),
        offset=repeated(lambda: here.execute(_ORDERED, {"depth": depth}).all()),
        offset_there=repeated(lambda: there.execute(_ORDERED, {"depth": depth}).all()),
        folder_first=repeated(_page_of(here, folder, None)),
        folder_deep=repeated(_page_of(here, folder, place)),
        folder_offset=repeated(_offset_of(here, folder, deep)),
        folder_offset_there=repeated(_offset_of(there, folder, deep)),
    )
    fits, code = run.size >= 1_000_000, FOLDERS[folder]
    for figure, ours, first, offsets in (
        (f"page of everybody after {depth:,}", "deep", "first", (("SQLite", "offset", None), ("PostgreSQL", "offset_there", 500))),
        (f"page of {code} after {deep:,}", "folder_deep", "folder_first", (("SQLite", "folder_offset", None), ("PostgreSQL", "folder_offset_there", 500))),
    ):  # fmt: skip
        told = seconds(times.of(ours))
        yield Row(10, figure, told, "its first page", seconds(times.of(first)), value=times.ratio(ours, first), most=1.2)
        for name, contender, least in offsets:
            yield Row(10, figure, told, f"OFFSET on {name}", seconds(times.of(contender)),
                      value=times.ratio(contender, ours), least=least, fits=fits or least is None)  # fmt: skip


def _largest_folder(conn: Connection) -> tuple[int, tuple[int, int], int]:
    """The folder with most clients in the first branch, a place near its end, and how deep that is."""
    sizes = conn.execute(select(_folder.c.folder, func.count()).where(_folder.c.branch_id == 1).group_by(_folder.c.folder))
    folder, size = max(sizes, key=lambda row: row[1])
    depth = max(size - 2 * PAGE, 0)
    row = conn.execute(_in_order(folder).offset(max(depth - 1, 0)).limit(1)).one()
    return folder, (row.sort_on, row.client_id), depth


def _in_order(folder: int) -> Any:
    columns = (_folder.c.client_id, _folder.c.branch_id, _folder.c.entered_on, _folder.c.sort_on)
    chosen = select(*columns).where(_folder.c.folder == folder, _folder.c.branch_id == 1)
    return chosen.order_by(_folder.c.sort_on, _folder.c.client_id)


def _page_of(conn: Connection, folder: int, place: tuple[int, int] | None) -> Callable[[], object]:
    return lambda: store.folders.page(conn, OWNER, folder, [1], after=place, limit=PAGE)


def _offset_of(conn: Connection, folder: int, depth: int) -> Callable[[], object]:
    query = _in_order(folder).limit(PAGE).offset(bindparam("depth"))
    return lambda: conn.execute(query, {"depth": depth}).all()
