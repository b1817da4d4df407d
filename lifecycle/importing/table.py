"""The rows of one table, field by field. A cell that cannot be read raises BadRow, with the field to mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from lifecycle.days import Day
from lifecycle.facts import TEXT_MOST, text_error
from lifecycle.importing import cells
from lifecycle.importing.mapping import Mapping as Told
from lifecycle.importing.mapping import Reading
from lifecycle.importing.problems import BadCell, BadRow, Problem
from lifecycle.importing.vocabulary import VALUES, plain
from lifecycle.store.branches import BranchRow

_Read = TypeVar("_Read")

_NOTHING: Final = VALUES["nothing"]
_NOTHING_MOST: Final = max(map(len, _NOTHING))


@dataclass(frozen=True, slots=True)
class Here:
    """What the club already has that rows name: its branches, its people, what is sold, and now."""

    now: datetime
    branches: Mapping[str, BranchRow]
    home: BranchRow
    reach: frozenset[int] | None
    staff: Mapping[str, int]
    told: Told

    def country(self, branch: BranchRow) -> str:
        """The country whose habits phone numbers follow."""
        return self.told.country or branch.country

    def reaches(self, branch_id: int) -> bool:
        """Whether the acting person works in this branch."""
        return self.reach is None or branch_id in self.reach


class Table:
    """Reads the rows of one table, each as wide as its headings; `problems` gathers the remarks."""

    def __init__(self, reading: Reading, here: Here, problems: list[Problem]) -> None:
        self.reading = reading
        self.here = here
        self.problems = problems
        self._columns = reading.columns
        self._constants = reading.told.constants
        self._values = reading.told.values
        self._month_first = reading.told.month_first
        self._told = frozenset({*self._columns, *self._constants})

    def has(self, name: str) -> bool:
        """Whether the table tells this field at all."""
        return name in self._told

    def get(self, row: list[str], name: str) -> str:
        """What stands under a field, or holds for every row; blank where nothing does."""
        for place in self._columns.get(name, ()):
            if found := row[place].strip(cells.BLANKS):
                return found
        return self._constants.get(name, "")

    def each(self, row: list[str], name: str) -> list[str]:
        """What stands in each of several columns of one field."""
        found = [cells.text(row[place]) for place in self._columns.get(name, ())]
        return [cell for cell in found if cell]

    def given(self, row: list[str], name: str) -> str:
        """As `get`, with a dash or a `none` taken for nothing."""
        if name not in self._told:
            return ""
        found = self.get(row, name)
        return "" if not found or (len(found) <= _NOTHING_MOST and plain(found) in _NOTHING) else found

    def text(self, row: list[str], name: str, most: int = TEXT_MOST) -> str:
        """Free text, kept as typed."""
        if name not in self._told:
            return ""
        found = self.get(row, name)
        if found and (error := text_error(name, found, most)):
            raise BadRow(name, error.code, **error.values)
        return found

    def day(self, row: list[str], name: str) -> Day | None:
        """A day, or None where the cell is blank."""
        found = self.given(row, name)
        return _read(name, lambda: cells.day(found, self._month_first).toordinal()) if found else None

    def moment(self, row: list[str], name: str) -> date | datetime | None:
        """A day or an instant, with the time of another column where there is one; None where it is blank."""
        found = self.given(row, name)
        if not found:
            return None
        try:
            moment = cells.moment(found, self._month_first)
        except BadCell as error:
            raise BadRow(name, error.code, **error.values) from None
        if not isinstance(moment, datetime) and name == "at" and (hour := self.given(row, "time")):
            return datetime.combine(moment, _read("time", lambda: cells.clock(hour)))
        return moment

    def count(self, row: list[str], name: str, *, least: int = 1) -> int | None:
        """A number, or None where the cell is blank or says there is no limit."""
        found = self.given(row, name)
        if not found or plain(found) in VALUES["unlimited"]:
            return None
        return _read(name, lambda: cells.whole(found, least=least))

    def amount(self, row: list[str]) -> int | None:
        """Money in minor units, or None where the cell is blank. `NaN` is a mistake of a program, no blank."""
        found = self.get(row, "amount") if self.get(row, "amount").casefold() == "nan" else self.given(row, "amount")
        return _read("amount", lambda: cells.money(found, self.here.told.digits)) if found else None

    def choice(self, row: list[str], name: str) -> str | None:
        """One of the words a field may be, in whatever language it stands; None where it is blank."""
        found = self.given(row, name)
        if not found:
            return None
        word = plain(found)
        code = self._values.get(name, {}).get(word) or VALUES[name].get(word)
        if code is None:
            raise BadRow(name, "choice_unknown", value=found[:60])
        return code

    def branch(self, row: list[str]) -> BranchRow | None:
        """The branch a row names, by code or name; None where it names none."""
        found = self.given(row, "branch")
        if not found:
            return None
        branch = self.here.branches.get(plain(found))
        if branch is None:
            raise BadRow("branch", "branch_unknown", value=found[:60])
        if not self.here.reaches(branch.id):
            raise BadRow("branch", "branch_not_yours", value=found[:60])
        return branch

    def remark(self, line: int, name: str, code: str, /, **values: Any) -> None:
        """Say something about a row that is taken all the same."""
        self.problems.append(Problem(self.reading.place, line, name, code, values, refused=False))


def _read(name: str, read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except BadCell as error:
        raise BadRow(name, error.code, **error.values) from None
