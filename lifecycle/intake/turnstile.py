"""A turnstile or reader at a door: asked whether somebody may pass, and told the truth at once (spec: intake).

`{"id": "unique", "card": "0012345", "client": "12", "door": "main", "at": "instant", "direction": "in", "passed": true}`

With `passed` (or with an instant of more than a minute ago: a reader that was cut off sends what it let in by
itself) it has happened and is stored, whatever the club would have said. Looking and acting are one transaction
in which the client is held: of two readers only one gets the last visit of a pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import days, entry, store
from lifecycle.actions.recording import Request, open_request, record_within
from lifecycle.billing import contracts_of, in_debt
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.entry import Entry
from lifecycle.errors import BadInput, NotFound
from lifecycle.intake import bodies, persons, signing
from lifecycle.intake.adapter import Answer, Incoming, Plain, Sentence
from lifecycle.intake.keeping import keep, key_of
from lifecycle.store.branches import BranchRow
from lifecycle.store.sources import SourceRow

#: Who was at the door longer ago than this is through it, or gone.
HAPPENED: Final = timedelta(minutes=1)
#: How far a reader's clock may run ahead before its time is not believed.
AHEAD: Final = timedelta(minutes=5)
#: Without one of these nobody can tell a pass that is sent again from the next pass of the same card.
_TOLD_APART_BY: Final = ("id", "at", "time")
LANGUAGE_OF: Final[Mapping[str, str]] = {"RU": "ru", "BY": "ru", "KZ": "ru", "UA": "uk"}


class Turnstile(Plain):
    """The club's own JSON for doors."""

    kind = "turnstile"

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        signing.check_own(incoming, source, now)

    def delivery(self, incoming: Incoming) -> str:
        return bodies.named(incoming, "id")

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        fields = bodies.object_of(incoming)
        if not persons.is_named(fields):
            raise BadInput.of("card", "missing_field")
        if all(fields.get(name) in (None, "") for name in _TOLD_APART_BY):
            raise BadInput.of("id", "missing_field")
        happened_at = persons.instant_of(fields, at, AHEAD)
        passed = persons.flag_of(fields, "passed")
        happened = passed is True or (passed is None and at - happened_at > HAPPENED)
        with club.writing() as conn:
            request = _request(club, conn, desk, source, incoming, fields)
            if request is None:
                answer = _answer(Entry(False, "unknown_card"), _language(conn, source))
            else:
                judged = _pass(conn, request, fields, happened_at, happened=happened, passed=passed)
                answer = _answer(judged, _language(conn, source, request.branch), request.client.id)
            keep(conn, incoming, answer, club.clock.now())
        return answer


def _request(
    club: Club, conn: Connection, desk: Desk, source: SourceRow, incoming: Incoming, fields: Mapping[str, Any]
) -> Request | None:
    """The client at the door, held; None where nobody is known by that card or number here."""
    try:
        client_id = persons.client_of(conn, desk, fields)
        return open_request(club, desk, conn, client_id, key_of(source, incoming), happened=True)
    except NotFound:
        return None
    except BadInput as error:
        if persons.is_unknown(error):
            return None
        raise


def _pass(
    conn: Connection, request: Request, fields: Mapping[str, Any], at: datetime, *, happened: bool, passed: bool | None
) -> Entry:
    """Judge and record, with the client held."""
    if bodies.text_of(fields, "direction") == "out":
        return Entry(True, "goodbye")
    if passed is False:
        return Entry(False, "noted")
    if happened:
        _record(request, fields, at, None)
        return Entry(True, "noted")
    contracts = contracts_of(request.history, request.policies, request.today, request.now)
    judged = entry.decide(
        request.history,
        request.policies,
        request.today,
        in_debt=in_debt(contracts),
        singles_used=_singles_used(conn, request),
    )
    if judged.allowed and not judged.single:
        _record(request, fields, at, judged.membership)
    return judged


def _record(request: Request, fields: Mapping[str, Any], at: datetime, membership: str | None) -> None:
    door = bodies.text_of(fields, "door") or None
    visit = {"type": "visit", "kind": "membership", "membership": membership, "door": door, "at": at.isoformat()}
    record_within(request, [visit])


def _singles_used(conn: Connection, request: Request) -> int:
    """How often a single visit has let this client in today: the answers given tell. Without one nobody is asked."""
    if not any(fact.type == "visit" and fact.fields["kind"] == "single" and fact.day == request.today for fact in request.history):
        return 0
    begin = days.day_start(request.today, request.branch.zone)
    bodies_given = store.deliveries.answers_of_client(conn, request.client.id, since=begin)
    return sum(body.get("because") == "single" for body in bodies_given if isinstance(body, dict))


def _language(conn: Connection, source: SourceRow, home: BranchRow | None = None) -> str:
    """The language of the display: as it was set up, else that of the country of the branch."""
    if told := source.options.get("language"):
        return str(told)
    branches = store.branches.by_id(conn)
    branch = branches.get(source.branch_id or 0) or home or next(iter(branches.values()))
    return LANGUAGE_OF.get(branch.country, "en")


def _answer(judged: Entry, language: str, client_id: int | None = None) -> Answer:
    body = {
        "decision": "allow" if judged.allowed else "deny",
        "code": judged.code,
        "client": None if client_id is None else str(client_id),
        "because": "single" if judged.single else "membership" if judged.membership else None,
    }
    says = Sentence(f"door.{judged.code}", language, dict(judged.values))
    return Answer(200, body, client_id=client_id, kept=True, says=says)


ADAPTER = Turnstile()
