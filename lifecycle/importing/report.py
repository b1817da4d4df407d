"""What came of an import: counts for each file, and every row with something to say about."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lifecycle.importing.mapping import Reading
from lifecycle.importing.problems import Problem
from lifecycle.importing.sheets import DEFUSED, FORMULA, MENDING, Sheet

#: The last heading of a file of rows to mend; what stands under it is for people.
_WHY: Final = "club: why"

COUNTS: Final = ("clients_new", "clients_known", "facts_new", "facts_known")


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: what it was taken for, how many rows, what they became."""

    file: str
    kind: str
    rows: int
    clients_new: int
    clients_known: int
    facts_new: int
    facts_known: int
    refused: int
    remarks: int
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """An import as a whole. `problems` are in the order of files and lines; `run_ids` are empty for a dry run.

    `called_for` counts by rule the cards that the present state of its clients calls for: none of them was made.
    """

    dry_run: bool
    resumed: bool
    files: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[str, ...]
    run_ids: tuple[int, ...]
    readings: tuple[Reading, ...]
    called_for: Mapping[str, int] = field(default_factory=dict)

    def total(self, name: str) -> int:
        """A count over all files."""
        return sum(getattr(file, name) for file in self.files)

    def by_code(self) -> list[tuple[str, bool, int]]:
        """How many rows each sentence was said of, the commonest first: code, refused, count."""
        counted = Counter((problem.code, problem.refused) for problem in self.problems)
        return [(code, refused, count) for (code, refused), count in counted.most_common()]

    def as_json(self, say: Callable[[Problem], str]) -> dict[str, Any]:
        """For programs; `say` puts a problem into words."""
        names = [file.file for file in self.files]
        return {
            "dry_run": self.dry_run,
            "resumed": self.resumed,
            "skipped": list(self.skipped),
            "called_for": dict(self.called_for),
            "files": [
                {name: getattr(file, name) for name in FileReport.__dataclass_fields__} for file in self.files
            ],
            "problems": [
                {
                    "file": names[one.file], "line": one.line, "field": one.field, "code": one.code,
                    "values": one.values, "refused": one.refused, "message": say(one),
                }
                for one in self.problems
            ],
        }


def report_of(
    readings: Sequence[Reading],
    rows: Sequence[int],
    counts: Mapping[int, Mapping[str, int]],
    problems: Iterable[Problem],
    **values: Any,
) -> Report:
    """The report of these tables; a row with two things to say about it counts once."""
    ordered = sorted(problems, key=lambda one: (one.file, one.line, one.code))
    refused, remarked = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for one in ordered:
        (refused if one.refused else remarked)[one.file].add(one.line)
    files = tuple(
        FileReport(
            reading.name,
            reading.kind,
            rows[place],
            **{name: counts[place].get(name, 0) for name in COUNTS},
            refused=len(refused[place]),
            remarks=len(remarked[place]),
            unused=reading.unused,
        )
        for place, reading in enumerate(readings)
    )
    return Report(files=files, problems=tuple(ordered), readings=tuple(readings), **values)


def write_mending(report: Report, folder: Path, say: Callable[[Problem], str]) -> list[Path]:
    """For each file with refused rows, those rows as CSV with the line and the reason, to be mended and imported.

    What a spreadsheet would run as a formula is written so that it does not; the import takes that off again.
    """
    written: list[Path] = []
    for place, reading in enumerate(report.readings):
        reasons: dict[int, list[str]] = defaultdict(list)
        for one in report.problems:
            if one.refused and one.file == place:
                reasons[one.line].append(say(one))
        if reasons:
            folder.mkdir(parents=True, exist_ok=True)
            written.append(_write_rows(reading, reasons, _free_name(folder, f"{Path(reading.name).stem}-to-mend")))
    return written


def _write_rows(reading: Reading, reasons: Mapping[int, list[str]], path: Path) -> Path:
    own = [place for place, heading in enumerate(reading.headings) if heading not in (MENDING, _WHY)]
    with path.open("x", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=reading.sheet.delimiter)
        writer.writerow([*(reading.headings[place] for place in own), MENDING, _WHY])
        for line, cells in _rows(reading.sheet, reasons):
            shown = [cells[place] if place < len(cells) else "" for place in own] if cells else [""] * len(own)
            writer.writerow([*map(_defused, shown), line, _defused("; ".join(reasons[line]))])
    return path


def _rows(sheet: Sheet, wanted: Mapping[int, object]) -> Iterable[tuple[int, list[str]]]:
    return (row for row in sheet.rows() if row[0] in wanted)


def _defused(cell: str) -> str:
    return f"{DEFUSED}{cell}" if cell.startswith(FORMULA) else cell


def _free_name(folder: Path, name: str) -> Path:
    """Never over what somebody may be mending just now."""
    path, number = folder / f"{name}.csv", 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.csv"
    return path
