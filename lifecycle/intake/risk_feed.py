"""A feed of companies at risk: which of the club's corporate clients are no more (spec: intake).

JSON, a list or `{"companies": […]}` of `{"tax_id": "7707083893", "state": "liquidated"}`, or CSV with these two
columns. Companies that the club does not know, and states that are no end, change nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from lifecycle import store
from lifecycle.actions.recording import open_request, record_within
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, FieldError
from lifecycle.intake import bodies, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain
from lifecycle.intake.keeping import key_of
from lifecycle.phones import digits_of
from lifecycle.store.sources import SourceRow

#: How a feed may call its columns, and the end of a company.
TAX_IDS: Final = ("tax_id", "inn", "инн", "edrpou", "єдрпоу", "едрпоу", "код")
STATES: Final = ("state", "status", "статус", "состояние", "стан")
ENDS: Final = (
    "liquidated", "ликвидирован", "ликвидирована", "ликвидировано", "ліквідовано", "ліквідована", "припинено", "прекращена",
    "прекращено", "прекращена деятельность", "terminated", "dissolved",
)  # fmt: skip
ROWS_MOST: Final = 50_000


class RiskFeed(Plain):
    """The club's own way for registers of companies."""

    kind = "risk_feed"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        signing.check_own(incoming, source, now)

    def delivery(self, incoming: Incoming) -> str:
        return bodies.digest_of_the_day(incoming)

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        rows = _rows(incoming)
        ended = {tax_id for tax_id, state in rows if state in ENDS}
        with club.reading() as conn:
            known = store.clients.companies(conn, sorted(ended), desk)
        marked = sum(_mark(club, desk, source, incoming, client_id, at) for client_id in known)
        return Answer(200, {"status": "ok", "rows": len(rows), "ended": len(ended), "known": len(known), "marked": marked})


def _mark(club: Club, desk: Desk, source: SourceRow, incoming: Incoming, client_id: int, at: datetime) -> bool:
    """Mark one company, unless it is marked so already; True where this marked it."""
    with club.writing() as conn:
        request = open_request(club, desk, conn, client_id, key_of(source, incoming), happened=True)
        if request.stands().relation == "liquidated":
            return False
        fact = {"type": "marked", "relation": "liquidated", "reason": source.name, "at": at.isoformat()}
        return bool(record_within(request, [fact]).new_ids)


def _rows(incoming: Incoming) -> list[tuple[str, str]]:
    """Tax number and state of each row. Raises BadInput naming the fields that are missing."""
    raw = _json_rows(incoming) if bodies.is_json(incoming) else _csv_rows(incoming)
    if len(raw) > ROWS_MOST:
        raise BadInput.of("companies", "bad_count", least=0, most=ROWS_MOST)
    rows, errors = [], []
    for number, row in enumerate(raw):
        tax_id, state = digits_of(_told(row, TAX_IDS)), _told(row, STATES).lower()
        rows.append((tax_id, state))
        missing = [name for name, value in (("tax_id", tax_id), ("state", state)) if not value]
        errors += [FieldError(f"companies[{number}].{name}", "missing_field") for name in missing]
    if errors:
        raise BadInput(errors[:20])
    return rows


def _told(row: Mapping[str, Any], names: Sequence[str]) -> str:
    plain = {str(name).strip().lower(): value for name, value in row.items()}
    found = next((plain[name] for name in names if plain.get(name) not in (None, "")), "")
    return str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _json_rows(incoming: Incoming) -> list[Mapping[str, Any]]:
    found = bodies.json_of(incoming)
    rows = found.get("companies") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput.of("companies", "not_a_list")
    return rows


def _csv_rows(incoming: Incoming) -> list[Mapping[str, Any]]:
    """Rows of a table in UTF-8 or Windows-1251, its columns parted by a comma, a semicolon or a tab."""
    try:
        text = incoming.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = incoming.body.decode("cp1251", "replace")
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        columns = {name.strip().lower() for name in table.fieldnames or ()}
        missing = [field for field, names in (("tax_id", TAX_IDS), ("state", STATES)) if columns.isdisjoint(names)]
        if missing:
            raise BadInput([FieldError(field, "missing_field") for field in missing])
        return list(table)
    except csv.Error:
        raise BadInput.of("body", "bad_form") from None


ADAPTER = RiskFeed()
