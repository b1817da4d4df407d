"""What belongs to one person, gathered from all tables of an import before anything is written.

The rows lie in a scratch file beside the club's data (not in its database), by the client they name:
so each client is written once, whole, with all their history, and memory does not grow with the tables.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from array import array
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
_EVERY: Final = 1_000
_OWN_MOST: Final = 80
#: Where a record begins and how long it is, in one number.
_LENGTH_BITS: Final = 24
_LENGTH: Final = (1 << _LENGTH_BITS) - 1
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
    """The scratch file, written from end to end and read by client; gone when the import ends, however it ends."""

    def __init__(self, folder: Path | None) -> None:
        handle, name = tempfile.mkstemp(prefix="import-", suffix=".scratch", dir=folder)
        self._path = Path(name)
        if os.name == "posix":
            # Nothing is left behind even by a process that is killed.
            self._path.unlink()
        self._scratch = os.fdopen(handle, "w+b", buffering=1 << 20)
        self._end = 0
        self._groups: dict[str, int] = {}
        self._places: list[array[int]] = []
        self._first: dict[int, int] = {}
        self._files: dict[int, str] = {}
        self.rows: list[int] = []
        self.ends: list[int] = []

    def __len__(self) -> int:
        return len(self._places)

    def close(self) -> None:
        """Let the scratch file go."""
        self._scratch.close()
        with suppress(FileNotFoundError):
            self._path.unlink()

    def gather(self, table: Table, told: Callable[[int], None] = lambda _rows: None) -> None:
        """Read a table to its end. Rows that cannot be told apart or belong to nobody are named as problems."""
        rows = 0
        reading = table.reading
        self._files[reading.place] = reading.name
        for line, cells in reading.sheet.rows():
            if line > reading.heading_line:
                rows += 1
                self._stage(table, line, cells)
                if rows % _EVERY == 0:
                    told(rows)
        self._scratch.flush()
        self.rows.append(rows)
        self.ends.append(len(self))

    def read(self, first: int = 0) -> Iterator[Group]:
        """The groups from a number on, in the order in which their clients were first named."""
        handle = self._scratch.fileno()
        refs = list(self._groups)
        for number in range(first, len(refs)):
            records = (os.pread(handle, place & _LENGTH, place >> _LENGTH_BITS) for place in self._places[number])
            yield Group(number, refs[number], [_row(record) for record in records])

    def _stage(self, table: Table, line: int, cells: list[str]) -> None:
        """Put a row with its client's others, unless there is something against it."""
        place, headings = table.reading.place, len(table.reading.headings)
        if not cells:
            return self._refuse(table, line, "row_unreadable")
        if table.reading.mending:
            cells = [cell[1:] if cell.startswith(DEFUSED) and cell[1:].startswith(FORMULA) else cell for cell in cells]
        if _is_total(cells):
            return table.remark(line, "", "total_row")
        if len(cells) != headings:
            if any(cell.strip() for cell in cells[headings:]):
                return self._refuse(table, line, "row_too_wide", headings=headings)
            cells = [*cells[:headings], *[""] * (headings - len(cells))]
        body = _BETWEEN.join(cells)
        if body.count(_BETWEEN) != headings - 1 or "\0" in body:
            return self._refuse(table, line, "signs_unprintable")
        ref = ref_of(table, cells, lambda: _digest(_content(table, cells)))
        if ref is None:
            return self._refuse(table, line, "client_not_named")
        key = _key_of(table, cells, ref)
        if not self._seen(table, line, key, body):
            self._put(ref, f"{place}{_BETWEEN}{line}{_BETWEEN}{key}{_BETWEEN}{body}".encode())
        return None

    def _put(self, ref: str, record: bytes) -> None:
        number = self._groups.setdefault(ref, len(self._places))
        if number == len(self._places):
            self._places.append(array("Q"))
        self._places[number].append(self._end << _LENGTH_BITS | len(record))
        self._scratch.write(record)
        self._end += len(record)

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
    def _refuse(table: Table, line: int, code: str, /, **values: object) -> None:
        table.problems.append(Problem(table.reading.place, line, "", code, dict(values)))


def _key_of(table: Table, cells: list[str], ref: str) -> str:
    """What the row's facts are called by: its own id, else its client and content."""
    reading, source = table.reading, table.here.told.source
    own = table.given(cells, "row") if reading.kind != "clients" else ""
    if reading.kind == "clients" and not reading.sells:
        own = table.given(cells, "client")
    if not own:
        # The client first: what belongs together also lies together in the index of keys.
        return f"import:{source}:{reading.kind}:{ref}:{_digest(_content(table, cells))}"
    return f"import:{source}:{reading.kind}:{own if len(own) <= _OWN_MOST else _digest(own)}"


def _row(record: bytes) -> Staged:
    file, line, key, *cells = record.decode().split(_BETWEEN)
    return Staged(int(file), int(line), key, cells)


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
    return blake2b(text.encode(), digest_size=8).hexdigest()

