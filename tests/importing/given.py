"""Tables as clubs keep them, and what an import made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import text

from lifecycle import store
from lifecycle.club import Club
from lifecycle.days import iso
from lifecycle.desk import Desk
from lifecycle.importing.command import run
from lifecycle.importing.report import Report
from lifecycle.placement import Placement, placement

OWNER = Desk(None, "Olga", "owner")


def a_csv(folder: Path, name: str, rows: str, *, encoding: str = "utf-8") -> Path:
    """A text table; the indentation of the test is not part of it."""
    path = folder / name
    path.write_bytes("\r\n".join(line.strip() for line in rows.strip().splitlines()).encode(encoding))
    return path


def a_book(folder: Path, name: str, rows: Sequence[Sequence[Any]]) -> Path:
    """A spreadsheet with real dates and numbers."""
    path = folder / name
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet, days = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date | datetime):
                sheet.write_datetime(line, place, cell, days)
            elif cell is not None:
                sheet.write(line, place, cell)
    book.close()
    return path


def imported(club: Club, *files: Path, desk: Desk = OWNER, **options: Any) -> Report:
    """What came of importing these."""
    return run(club, desk, list(files), **options)


def said(report: Report) -> list[tuple[int, str, str]]:
    """Every row with something to say about: line, field, code."""
    return [(one.line, one.field, one.code) for one in report.problems]


def refused(report: Report) -> list[tuple[int, str, str]]:
    """As `said`, of the rows that were left out."""
    return [(one.line, one.field, one.code) for one in report.problems if one.refused]


def names(club: Club) -> list[str]:
    """Every client by name, in the order they became known."""
    with club.reading() as conn:
        return [row[0] for row in conn.execute(text("SELECT name FROM client ORDER BY id"))]


def id_of(club: Club, name: str) -> int:
    """The client of this name."""
    with club.reading() as conn:
        return int(conn.execute(text("SELECT id FROM client WHERE name = :name"), {"name": name}).scalar_one())


def numbers(club: Club, name: str) -> list[tuple[str, str | None]]:
    """The client's numbers, as typed and as understood."""
    client_id = id_of(club, name)
    with club.reading() as conn:
        return [(one.typed, one.e164) for one in store.clients.phones_of(conn, [client_id])[client_id]]


def history(club: Club, name: str) -> list[tuple[str, str]]:
    """The client's facts in order: day and type."""
    with club.reading() as conn:
        return [(iso(fact.day), fact.type) for fact in store.facts.of_client(conn, id_of(club, name))]


def fields(club: Club, name: str, type_: str) -> list[dict[str, Any]]:
    """What the client's facts of a type say."""
    with club.reading() as conn:
        return [dict(fact.fields) for fact in store.facts.of_client(conn, id_of(club, name)) if fact.type == type_]


def placed(club: Club, name: str, on: str) -> Placement:
    """Where the client stood on a day."""
    with club.reading() as conn:
        facts, policies = store.facts.of_client(conn, id_of(club, name)), store.policies.all_versions(conn)
    return placement(facts, policies, date.fromisoformat(on).toordinal())


def everything(club: Club) -> list[tuple[Any, ...]]:
    """Clients, facts, numbers and standings whole, without the instants of writing."""
    queries = (
        "SELECT key, branch_id, name, email, birthday_on, source, comment FROM client ORDER BY key",
        "SELECT f.key, c.key, f.type, f.at, f.day, CAST(f.fields AS TEXT) FROM fact f JOIN client c ON c.id = f.client_id ORDER BY f.key",
        "SELECT c.key, p.position, p.typed, p.e164 FROM phone p JOIN client c ON c.id = p.client_id ORDER BY c.key, p.position",
        "SELECT branch_id, what, count FROM counter ORDER BY branch_id, what",
        "SELECT c.key, f.folder, f.sort_on FROM client_folder f JOIN client c ON c.id = f.client_id ORDER BY c.key, f.folder",
    )
    with club.reading() as conn:
        return [tuple(row) for query in queries for row in conn.execute(text(query))]
