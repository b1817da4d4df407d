"""What belongs to one person, gathered from all tables of an import before anything is written.

The rows lie in a scratch file beside the club's data (not in its database), by the client they name:
so each client is written once, whole, with all their history, and memory does not grow with the tables.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from lifecycle.importing.people import ref_of
from lifecycle.importing.problems import Problem
from lifecycle.importing.sheets import DEFUSED, FORMULA
from lifecycle.importing.table import Table
from lifecycle.importing.vocabulary import VALUES, plain

_TOTAL: Final = VALUES["total"]
_TOTAL_MOST: Final = max(map(len, _TOTAL)) + 2
_BATCH: Final = 5_000
_EVERY: Final = 20_000
_OWN_MOST: Final = 80
#: Made to stand between fields; no spreadsheet lets anybody type it.
_BETWEEN: Final = "\x1f"


class Staged(NamedTuple):
    """One row, as text, with the key its facts will have."""

    file: int
    line: int
    key: str
    cells: list[str]


class Group(NamedTuple):
    """All rows that name one client, in the order of the files and lines."""

    number: int
    ref: str
    rows: list[Staged]


class Staging:
    """The scratch file; gone when the import ends, however it ends."""

    def __init__(self, folder: Path | None) -> None:
        handle, name = tempfile.mkstemp(prefix="import-", suffix=".scratch", dir=folder)
        os.close(handle)
        self._path = Path(name)
        self._scratch = sqlite3.connect(name, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-131072", "locking_mode=EXCLUSIVE"):
            self._scratch.execute(f"PRAGMA {pragma}")
        self._scratch.execute(
            "CREATE TABLE staged (grp INTEGER, file INTEGER, line INTEGER, key TEXT, cells TEXT, "
            "PRIMARY KEY (grp, file, line)) WITHOUT ROWID"
        )
        if os.name == "posix":
            # Nothing is left behind even by a process that is killed.
            self._path.unlink()
        self.groups: dict[str, int] = {}
        self._refs: list[str] = []
        self._first: dict[int, int] = {}
        self._files: dict[int, str] = {}
        self.rows: list[int] = []
        self.ends: list[int] = []

    def close(self) -> None:
        """Let the scratch file go."""
        self._scratch.close()
        with suppress(FileNotFoundError):
            self._path.unlink()

    def gather(self, table: Table, told: Callable[[int], None] = lambda _rows: None) -> None:
        """Read a table to its end. Rows that cannot be told apart or belong to nobody are named as problems."""
        rows, batch = 0, []
        reading = table.reading
        self._files[reading.place] = reading.name
        for line, cells in reading.sheet.rows():
            if line <= reading.heading_line:
                continue
            rows += 1
            staged = self._stage(table, line, cells)
            if staged is not None:
                batch.append(staged)
            if len(batch) >= _BATCH:
                self._put(batch)
            if rows % _EVERY == 0:
                told(rows)
        self._put(batch)
        self.rows.append(rows)
        self.ends.append(len(self._refs))

    def read(self, first: int = 0) -> Iterator[Group]:
        """The groups from a number on, in the order in which their clients were first named."""
        query = "SELECT grp, file, line, key, cells FROM staged WHERE grp >= ? ORDER BY grp, file, line"
        number = -1
        rows: list[Staged] = []
        for grp, file, line, key, cells in self._scratch.execute(query, (first,)):
            if grp != number and rows:
                yield Group(number, self._refs[number], rows)
                rows = []
            number = grp
            rows.append(Staged(file, line, key, cells.split(_BETWEEN)))
        if rows:
            yield Group(number, self._refs[number], rows)

    def _stage(self, table: Table, line: int, cells: list[str]) -> tuple[int, int, int, str, str] | None:
        place, headings = table.reading.place, len(table.reading.headings)
        if table.reading.mending:
            cells = [cell[1:] if cell.startswith(DEFUSED) and cell[1:].startswith(FORMULA) else cell for cell in cells]
        if _is_total(cells):
            table.remark(line, "", "total_row")
            return None
        if not cells or any(cell.strip() for cell in cells[headings:]):
            return self._refuse(table, line, "row_unreadable" if not cells else "row_too_wide", headings=headings)
        cells = [*cells[:headings], *[""] * (headings - len(cells))]
        body = _BETWEEN.join(cells)
        if body.count(_BETWEEN) != headings - 1 or "\0" in body:
            return self._refuse(table, line, "signs_unprintable")
        digest = _digest(_content(table, cells))
        ref = ref_of(table, cells, digest)
        if ref is None:
            return self._refuse(table, line, "client_not_named")
        key = self._key(table, cells, digest)
        if self._seen(table, line, key, body):
            return None
        return self._number(ref), place, line, key, body

    def _seen(self, table: Table, line: int, key: str, body: str) -> bool:
        """Whether the row was had already: an identical one is one, another one under the same id is refused."""
        known = int.from_bytes(blake2b(key.encode(), digest_size=8).digest())
        row = _packed(table.reading.place, line, body)
        first = self._first.setdefault(known, row)
        if first == row:
            return False
        file, first_line, content = _unpacked(first)
        where = {"line": first_line, "file": self._files[file]}
        if content == _unpacked(row)[2]:
            table.remark(line, "", "duplicate_row", **where)
        else:
            self._refuse(table, line, "id_twice", **where)
        return True

    @staticmethod
    def _key(table: Table, cells: list[str], digest: str) -> str:
        reading, source = table.reading, table.here.told.source
        own = table.given(cells, "row") if reading.kind != "clients" else ""
        if reading.kind == "clients" and not reading.sells:
            own = table.given(cells, "client")
        own = own if len(own) <= _OWN_MOST else _digest(own)
        return f"import:{source}:{reading.kind}:{own or digest}"

    def _number(self, ref: str) -> int:
        number = self.groups.setdefault(ref, len(self._refs))
        if number == len(self._refs):
            self._refs.append(ref)
        return number

    @staticmethod
    def _refuse(table: Table, line: int, code: str, /, **values: object) -> None:
        table.problems.append(Problem(table.reading.place, line, "", code, dict(values)))

    def _put(self, batch: list[tuple[int, int, int, str, str]]) -> None:
        self._scratch.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?)", batch)
        batch.clear()


def _packed(file: int, line: int, body: str) -> int:
    """File, line and a mark of the content in one number: there may be millions of them."""
    return file << 56 | line << 24 | zlib.crc32(body.encode()) & 0xFFFFFF


def _unpacked(row: int) -> tuple[int, int, int]:
    return row >> 56, row >> 24 & 0xFFFFFFFF, row & 0xFFFFFF


def _is_total(cells: list[str]) -> bool:
    """A line of totals begins with the word and names nobody."""
    first = next((cell for cell in cells if cell.strip()), "")
    return len(first) <= _TOTAL_MOST and plain(first) in _TOTAL


def _content(table: Table, cells: Sequence[str]) -> str:
    """What makes two rows the same: every cell, blanks around it apart; what was added for mending is no part of it."""
    shown = len(table.reading.headings) - (2 if table.reading.mending else 0)
    return _BETWEEN.join(cell.strip() for cell in cells[:shown]).rstrip(_BETWEEN)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()

