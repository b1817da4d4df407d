"""What a benchmark says: one row a figure, printed as a table and written as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"))
_HEADS = ("goal", "figure", "ours", "contender", "ratio", "wanted", "")


@dataclass(frozen=True)
class Row:
    """One figure. `ours` and `theirs` are texts; `value` is what is judged by `wanted` (least or most).

    `wanted` None: shown beside the goals, judged by nobody. `fits` False: the goal speaks of another size.
    """

    goal: int
    figure: str
    ours: str
    contender: str = ""
    theirs: str = ""
    value: float | None = None
    least: float | None = None
    most: float | None = None
    unit: str = "x"
    fits: bool = True

    @property
    def met(self) -> bool | None:
        if self.value is None or (self.least is None and self.most is None):
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def wanted(self) -> str:
        if self.least is not None:
            return f">= {_number(self.least)}{_suffix(self.unit)}"
        return f"<= {_number(self.most)}{_suffix(self.unit)}" if self.most is not None else ""

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.value is None else f"{_number(self.value)}{_suffix(self.unit)}"
        theirs = f"{self.contender} {self.theirs}".strip()
        verdict = {None: "", True: "met", False: "NOT MET"}[self.met]
        return (str(self.goal), self.figure, self.ours, theirs, ratio, self.wanted, verdict + ("" if self.fits else " *"))

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def seconds(value: float) -> str:
    """A span of time in the unit a person would say it in."""
    for size, unit in _UNITS:
        if value >= size or unit == "us":
            return f"{_number(value / size)} {unit}"
    raise AssertionError


def rate(value: float, what: str) -> str:
    """So many in a second."""
    return f"{_number(1 / value)} {what}/s"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _suffix(unit: str) -> str:
    return unit if unit in ("x", "%") else f" {unit}" if unit else ""


def line(row: Row, widths: tuple[int, ...]) -> str:
    """One row, set to these widths."""
    cells = [cell.ljust(width) for cell, width in zip(row.cells(), widths, strict=True)]
    return "  ".join(cells).rstrip()


WIDTHS = (4, 58, 24, 44, 10, 14, 10)


def head() -> str:
    """The names of the columns and a line below."""
    names = "  ".join(name.ljust(width) for name, width in zip(_HEADS, WIDTHS, strict=True)).rstrip()
    return f"{names}\n{'-' * sum((*WIDTHS, 2 * len(WIDTHS)))}"


def write(path: Path, rows: Iterable[Row], **about: Any) -> None:
    """All rows as JSON, with what the run was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {**about, "rows": [row.as_json() for row in rows]}
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")
