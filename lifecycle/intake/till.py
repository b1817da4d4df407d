"""A till: what was sold and to whom, once a receipt (spec: intake).

`{"id": "receipt", "card" or "client" or "phone": …, "at": "instant", "kind": "purchase", "amount": 50000, "what": "water"}`
or several lines in `items`. Money in minor units. `kind` is `purchase` or `single_visit`. It has happened: the
sale gate refuses nothing. A receipt without a buyer is kept and no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from lifecycle.actions.recording import MOST_AT_ONCE, open_request, record_within
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, FieldError
from lifecycle.intake import bodies, persons, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain
from lifecycle.intake.keeping import keep, key_of
from lifecycle.store.sources import SourceRow

KINDS: Final = ("purchase", "single_visit")
_FACT: Final = re.compile(r"facts\[(\d+)\]\.")


class Till(Plain):
    """The club's own JSON for tills."""

    kind = "till"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        signing.check_own(incoming, source, now)

    def delivery(self, incoming: Incoming) -> str:
        return bodies.named(incoming, "id")

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        fields = bodies.object_of(incoming)
        # Two equal bottles of water in one minute are two sales: only the receipt's number tells.
        bodies.text_of(fields, "id", required=True)
        lines = _lines(fields)
        sold_at = persons.instant_of(fields, at).isoformat()
        facts = [_fact(line, name) | {"at": sold_at} for name, line in lines]
        if not persons.is_named(fields):
            return Answer(200, {"status": "ok", "client": None})
        with club.writing() as conn:
            client_id = persons.client_of(conn, desk, fields)
            request = open_request(club, desk, conn, client_id, key_of(source, incoming), happened=True)
            try:
                record_within(request, facts)
            except BadInput as error:
                raise _renamed(error, [name for name, _ in lines]) from error
            answer = Answer(200, {"status": "ok", "client": str(client_id)}, client_id=client_id, kept=True)
            keep(conn, incoming, answer, club.clock.now())
        return answer


def _lines(fields: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The lines of a receipt, each with the beginning of its fields' names. Raises BadInput."""
    items = fields.get("items")
    if items is None:
        return [("", fields)]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadInput.of("items", "not_a_list")
    if not 1 <= len(items) <= MOST_AT_ONCE:
        raise BadInput.of("items", "bad_count", least=1, most=MOST_AT_ONCE)
    return [(f"items[{number}].", item) for number, item in enumerate(items)]


def _fact(line: Mapping[str, Any], name: str) -> dict[str, Any]:
    kind = line.get("kind", "purchase")
    if kind not in KINDS:
        raise BadInput.of(f"{name}kind", "bad_choice", value=str(kind)[:60], choices=KINDS)
    if kind == "single_visit":
        return {"type": "visit", "kind": "single", "amount": line.get("amount")}
    return {"type": "purchase", "amount": line.get("amount"), "what": line.get("what")}


def _renamed(error: BadInput, names: list[str]) -> BadInput:
    """The fields as the till calls them."""
    def own(field: str) -> str:
        return _FACT.sub(lambda found: names[int(found[1])], field)

    return BadInput([FieldError(own(each.field), each.code, each.values) for each in error.errors])


ADAPTER = Till()
