"""Tables as people keep them: CSV with `,` `;` or tab in UTF-8 or cp1251, and XLSX; every cell is text.

What looks like a formula stays the text it is. The line of a row is the one its editor shows.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, TextIO

from lifecycle.errors import ClubError

Row = tuple[int, list[str]]

BOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
TEXTS: Final = frozenset({".csv", ".tsv", ".txt"})
_DELIMITERS: Final = (";", ",", "\t")
_SAMPLE: Final = 64 * 1024
_LOOKED_AT: Final = 20
# A quote that nobody closed would otherwise swallow the rest of the file as one cell.
_CELL_MOST: Final = 32_767
_LINES_MOST: Final = 100
#: Added before what a spreadsheet would run, and taken off again when the mended file comes back.
DEFUSED: Final = "'"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
#: The heading that tells a file of rows to mend from any other.
MENDING: Final = "club: line"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: where it lies and how its text is written. `rows()` reads it from the beginning."""

    path: Path
    encoding: str = "utf-8"
    delimiter: str = ","

    @property
    def is_book(self) -> bool:
        """Whether it is a spreadsheet rather than text."""
        return self.path.suffix.lower() in BOOKS

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank, with the line it begins on."""
        return _book_rows(self.path) if self.is_book else _text_rows(self)

    def digest(self) -> str:
        """What tells this file's content from any other."""
        with self.path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()


def open_sheet(path: Path) -> Sheet:
    """Find out how a file is written. Raises ClubError for one that is not there or no table."""
    if not path.is_file():
        raise ClubError("import_file_missing", file=path.name)
    if path.suffix.lower() in BOOKS:
        return Sheet(path)
    encoding = _encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as source:
        sample = source.read(_SAMPLE)
    return Sheet(path, encoding, _delimiter_of(sample))


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files named, and for a folder the tables in it by name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(sorted(one for one in path.iterdir() if one.suffix.lower() in BOOKS | TEXTS))
        else:
            found.append(path)
    return found


def _encoding_of(path: Path) -> str:
    """UTF-8 where all of it is that, else cp1251: Cyrillic text in cp1251 is never valid UTF-8."""
    with path.open("rb") as source:
        head = source.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        source.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := source.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig"


def _delimiter_of(sample: str) -> str:
    """The sign that cuts the first rows into the most columns of one number."""
    lines = sample.splitlines()[:_LOOKED_AT]
    return max(_DELIMITERS, key=lambda sign: _columns_by(sign, lines))


def _columns_by(sign: str, lines: list[str]) -> tuple[int, int]:
    widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
    if not widths:
        return 0, 0
    common = max(set(widths), key=lambda width: (widths.count(width), width))
    return (widths.count(common), common) if common > 1 else (0, 1)


def _text_rows(sheet: Sheet) -> Iterator[Row]:
    with sheet.path.open(encoding=sheet.encoding, errors="replace", newline="") as source, _room_for_cells():
        yield from _rows_of(source, sheet.delimiter)


def _rows_of(source: TextIO, delimiter: str) -> Iterator[Row]:
    lines = _Lines(source)
    reader, width = csv.reader(lines, delimiter=delimiter, strict=True), 0
    while True:
        line = lines.number + 1
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = _leniently(lines.taken, delimiter)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        if not cells or _swallowed(lines.taken, cells, width):
            blank = lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            if not blank:
                yield line, []
        elif any(cell.strip() for cell in cells):
            width = max(width, len(cells))
            yield line, cells


def _leniently(taken: list[str], delimiter: str) -> list[str]:
    """A line whose quotes are odd but closed (`"Camomile" Ltd;…`) is read as people meant it."""
    if len(taken) != 1 or taken[0].count('"') % 2:
        return []
    return next(csv.reader(taken, delimiter=delimiter), [])


def _swallowed(taken: list[str], cells: list[str], width: int) -> bool:
    """Whether a quote that nobody closed made one row of many."""
    return len(taken) > 1 and (len(taken) > _LINES_MOST or len(cells) != width)


class _Lines:
    """The lines of a text, counted; those of a row that was none can be read again one by one."""

    def __init__(self, source: TextIO) -> None:
        self.source = source
        self.number = 0
        self.taken: list[str] = []
        self._again: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self.source)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self) -> bool:
        """All but the first line of what was taken; whether that first one was blank."""
        first, *others = self.taken
        self._again.extend(reversed(others))
        self.number -= len(others)
        return not first.strip()


@contextmanager
def _room_for_cells() -> Iterator[None]:
    usual = csv.field_size_limit(_CELL_MOST * 8)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def _book_rows(path: Path) -> Iterator[Row]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = (book.get_sheet_by_name(name) for name in book.sheet_names)
        sheet = next((one for one in sheets if one.total_height > 1), None)
        for line, cells in enumerate(sheet.iter_rows() if sheet is not None else (), 1):
            row = [_as_text(cell) for cell in cells]
            if any(cell.strip() for cell in row):
                yield line, row
    except (CalamineError, OSError) as error:
        raise ClubError("import_file_unreadable", file=path.name) from error


def _as_text(cell: Any) -> str:
    """A cell of a spreadsheet as somebody would type it; whole numbers without the point they are kept with."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, timedelta):
        return (datetime.combine(date.min, time.min) + cell).time().isoformat() if timedelta(0) <= cell < timedelta(days=1) else str(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
