"""What the rows of one client say by themselves, before anybody asks whom the club knows.

The greater half of the work, and none of it needs the database. The facts are read for the home that the
rows name; should it turn out to be another, they are read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from lifecycle.importing import rows
from lifecycle.importing.people import Person, likeness_of, person_of
from lifecycle.importing.problems import BadRow, Problem
from lifecycle.importing.rows import NewFact, Source
from lifecycle.importing.staging import Group, Staged
from lifecycle.importing.table import Table
from lifecycle.store.branches import BranchRow

#: A number and a name together, by which the same person is known again.
Likeness = tuple[str, str]
Tables = Mapping[int, Table]


class Named(NamedTuple):
    """Who a group is about: the person and the row that made them known, the rows that tell facts, the remarks."""

    person: Person | None
    first: Staged | None
    told: list[Staged]
    problems: list[Problem]


class Prepared(NamedTuple):
    """All that a group says by itself; `problems` are those of its facts."""

    named: Named
    likenesses: list[Likeness]
    home: BranchRow
    facts: list[NewFact]
    problems: list[Problem]


def prepare(tables: Tables, group: Group) -> Prepared:
    """Read a group whole."""
    named = name(tables, group)
    home = named.person.branch if named.person else _any(tables).here.home
    facts, problems = read_facts(tables, named.told, home)
    return Prepared(named, _likenesses(tables, group, named), home, facts, problems)


def name(tables: Tables, group: Group) -> Named:
    """The person, from the first row that tells one."""
    with _listening(tables) as problems:
        person, first, told = None, None, []
        for row in group.rows:
            table = tables[row.file]
            if table.reading.makes_clients and person is None:
                try:
                    person, first = person_of(table, row.cells, row.line), row
                except BadRow as error:
                    problems.append(_refusal(row, error))
                    continue
            elif table.reading.makes_clients and not table.reading.sells and first is not None:
                table.remark(row.line, "", "client_twice", line=first.line, file=tables[first.file].reading.name)
            told.append(row)
    return Named(person, first, told, problems)


def read_facts(tables: Tables, told: Sequence[Staged], home: BranchRow) -> tuple[list[NewFact], list[Problem]]:
    """The facts of these rows for a client who is at home there, and what is to be said of the rows."""
    facts: list[NewFact] = []
    with _listening(tables) as problems:
        for row in told:
            try:
                facts += rows.facts_of(tables[row.file], row.cells, Source(row.line, row.key, home))
            except BadRow as error:
                problems.append(_refusal(row, error))
    return facts, problems


def _likenesses(tables: Tables, group: Group, named: Named) -> list[Likeness]:
    if named.person is not None:
        return named.person.likenesses
    if group.ref.startswith("id:") or not named.told:
        return []
    return likeness_of(tables[named.told[0].file], named.told[0].cells)


def _refusal(row: Staged, error: BadRow) -> Problem:
    return Problem(row.file, row.line, error.field, error.code, error.values)


@contextmanager
def _listening(tables: Tables) -> Iterator[list[Problem]]:
    """A fresh list that the tables' remarks go to meanwhile."""
    before = _any(tables).problems
    problems: list[Problem] = []
    for table in tables.values():
        table.problems = problems
    try:
        yield problems
    finally:
        for table in tables.values():
            table.problems = before


def _any(tables: Tables) -> Table:
    return next(iter(tables.values()))
