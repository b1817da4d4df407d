"""The door that records facts about a client; the named deeds all lead through it.

Facts come as plain mappings (spec: lifecycle, section 3) from screens, programs and webhooks
alike. All of a request is recorded, or none; each fact is judged after those before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lifecycle import days, keeping, recompute, rights, store
from lifecycle.actions import audit
from lifecycle.actions.following import check_pack, ends_due, following
from lifecycle.actions.moves import MOVES
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import BadInput, Conflict, GateRefused, IllegalMove
from lifecycle.facts import Fact, check_history, parse_fact, text_error
from lifecycle.known import Known
from lifecycle.placement import Placement, placement
from lifecycle.policy import Policies
from lifecycle.store.agenda import Subject
from lifecycle.store.branches import BranchRow
from lifecycle.store.clients import Held

#: The right each type of fact needs (spec: access). What is not listed nobody records by hand.
DEED_OF: Mapping[str, str] = {
    "inquiry": "add_client",
    "guest_visit": "record_guest_visit",
    "moved_to_guest": "move_to_guest",
    "promoted": "promote",
    "membership_sold": "sell",
    "membership_activated": "activate_membership",
    "membership_extended": "extend_membership",
    "membership_frozen": "freeze_membership",
    "membership_ended": "end_membership",
    "visit": "record_visit",
    "purchase": "record_purchase",
    "trial_booked": "book_trial",
    "contact": "record_contact",
    "complaint": "complain",
    "warmth_set": "set_warmth",
    "marked": "mark",
    "archived": "archive",
    "restored": "restore",
    "contract_started": "record_payment",
    "contract_cancelled": "record_payment",
    "autopay_withdrawn": "record_payment",
    "payment": "record_payment",
    "service_used": "record_visit",
}
MOST_AT_ONCE = 500
#: So many facts at most a deed of the desk records by its key.
_DEED_MOST = 4
KEY_MOST = 200
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a request left behind: the ids of its facts in order, which of them are new, where the client stands."""

    client_id: int
    fact_ids: tuple[int, ...]
    new_ids: tuple[int, ...]
    placement: Placement


@dataclass
class Request:
    """One request while it is judged: the client, the moment, and the history as it grows."""

    club: Club
    desk: Desk
    conn: Connection
    client: Held
    branch: BranchRow
    policies: Policies
    now: datetime
    stored: Any
    subject: Subject
    history: list[Fact]
    key: str
    happened: bool
    ids: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)

    @property
    def today(self) -> Day:
        return days.day_of(self.now, self.branch.zone)

    def stands(self) -> Placement:
        """Where the client stands by the facts so far."""
        return placement(self.history, self.policies, self.today)


def record(
    club: Club,
    desk: Desk,
    client_id: int,
    facts: Sequence[Mapping[str, Any]],
    *,
    key: str,
    happened: bool = False,
) -> Recorded:
    """Record facts about one client, all or none. `key` names the request: the same key twice is one deed.

    A fact may carry its own `key`; without `at` it happened now. `happened` marks what a machine
    reports after the fact (till, turnstile, payment): stored even where the gate would have refused.
    Raises Refused, NotFound, BadInput (with the field), GateRefused, IllegalMove, Conflict.
    """
    with club.writing() as conn:
        request = open_request(club, desk, conn, client_id, key, happened=happened)
        return record_within(request, facts)


def record_within(request: Request, facts: Sequence[Mapping[str, Any]]) -> Recorded:
    """As `record`, inside a transaction that is already open; once for a request, whose keys and standing it uses up."""
    if request.ids:
        raise RuntimeError("this request was recorded: open another")
    if not 1 <= len(facts) <= MOST_AT_ONCE:
        raise BadInput.of("facts", "bad_count", least=1, most=MOST_AT_ONCE)
    known = _known(request, facts)
    for number, raw in enumerate(facts):
        _take(request, number, raw, known)
    if request.new:
        _refresh(request)
    return Recorded(request.client.id, tuple(request.ids), tuple(request.new), request.stands())


def _refresh(request: Request) -> None:
    """Keep the placement and the automatic cards, in the same transaction."""
    client = request.client
    kept = _cards(request)
    stays = store.standings.stays(request.conn, [client.id])
    known = Known(client.id, request.branch, {client.id: request.history}, request.stored, stays)
    last = request.new[-1]
    recompute.refresh_known(
        request.conn,
        [known],
        request.policies,
        request.now,
        because=_type_of(request, last),
        by=request.desk.name,
        fact_id=last,
    )
    request.subject = keeping.write(request.conn, [kept]).get(client.id, request.subject)


def _cards(request: Request) -> keeping.Kept:
    """What the rules find in the new facts: looked at first, because what everybody waits for is written last."""
    because, now = _type_of(request, request.new[-1]), request.now
    return keeping.look(
        request.conn, request.subject, request.history, request.policies, request.branch, now, because, request.new
    )


def open_request(
    club: Club, desk: Desk, conn: Connection, client_id: int, key: str, *, happened: bool = False
) -> Request:
    """Begin a request about one client: nobody else changes the client until the transaction ends.

    What time has done to their contracts is done first. Raises NotFound for a client that is not of the person's branches.
    """
    store.clients.hold(conn, desk, client_id)
    while (due := store.contracts.next_of(conn, client_id)) is not None and due <= club.clock.now():
        settle_contracts(club, conn, client_id, due)
    return _open(club, desk, conn, client_id, key, club.clock.now(), happened=happened)


def _open(
    club: Club, desk: Desk, conn: Connection, client_id: int, key: str, at: datetime, *, happened: bool
) -> Request:
    client = store.clients.hold(conn, desk, client_id)
    history = store.facts.of_client(conn, client_id)
    # Where the machine's clock was set back, what is recorded later still stands later.
    now = max(at, history[-1].at) if history else at
    return Request(
        club=club,
        desk=desk,
        conn=conn,
        client=client,
        branch=store.branches.by_id(conn)[client.branch_id],
        policies=store.policies.all_versions(conn),
        now=now,
        stored=recompute.catch_up(conn, client_id, now),
        subject=keeping.catch_up(conn, client_id, now),
        history=history,
        key=key,
        happened=happened,
    )


def settle_contracts(club: Club, conn: Connection, client_id: int, at: datetime) -> int:
    """What a moment does to a client's contracts: charges fall due, and one unpaid too long is ended. Gives how many ended."""
    request = _open(club, CLUB, conn, client_id, "clock", at, happened=True)
    request.new += [_store(request, fact, key) for key, fact in ends_due(request)]
    if request.new:
        _refresh(request)
    else:
        recompute.refresh(conn, [client_id], request.now, because="time", by=CLUB.name, quiet=True)
    return len(request.new)


def _key(request: Request, number: int, raw: Mapping[str, Any]) -> str:
    """Keys hold within a client: another client's same key is another fact."""
    own = raw.get("key")
    if own is not None and (own == "" or text_error("key", own, KEY_MOST)):
        raise BadInput.of(f"facts[{number}].key", "bad_key", most=KEY_MOST)
    return f"{request.client.id}:{own}" if own is not None else f"{request.client.id}/request:{request.key}:{number}"


def done_before(request: Request) -> tuple[int, ...]:
    """The facts that a request of this key recorded already; none where this is the first."""
    keys = [_key(request, number, {}) for number in range(_DEED_MOST)]
    found = store.facts.owners_of_keys(request.conn, keys)
    return tuple(found[key][1] for key in keys if key in found)


def _known(request: Request, facts: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    keys = [_key(request, number, raw) for number, raw in enumerate(facts)]
    return {key: fact_id for key, (_, fact_id) in store.facts.owners_of_keys(request.conn, keys).items()}


def _take(request: Request, number: int, raw: Mapping[str, Any], known: dict[str, int]) -> None:
    """Record one fact of the request, unless its key was seen before."""
    key = _key(request, number, raw)
    if key in known:
        request.ids.append(known[key])
        return
    fact = _parsed(request, number, raw)
    _check_rights(request, fact)
    _check_date(request, number, fact)
    _judge(request, fact)
    for extra, companion in enumerate(_companions(request, fact)):
        request.new.append(_store(request, companion, f"{request.client.id}/with:{key}:{extra}"))
    known[key] = _store(request, fact, key)
    request.ids.append(known[key])
    request.new.append(known[key])
    for follower_key, follower in following(request, fact):
        if _is_sale(follower):
            _note_shut_gate(request, follower)
        request.new.append(_store(request, follower, follower_key))


def _note_shut_gate(request: Request, fact: Fact) -> None:
    """Money that came has come: where the gate is shut the audit says so."""
    needs = request.stands().sale
    if needs != "allowed":
        _audit(request, "sale_past_the_gate", {"type": fact.type, "needs": needs})


def _parsed(request: Request, number: int, raw: Mapping[str, Any]) -> Fact:
    values = {name: value for name, value in raw.items() if name != "key"}
    values.setdefault("at", request.now.isoformat())
    values.pop("id", None)
    if values.get("type") == "voided" and _NUMBER.fullmatch(str(values.get("fact", ""))):
        values["fact"] = int(str(values["fact"]))
    try:
        fact = parse_fact(values, zone=request.branch.zone, id=f"new:{number}")
        check_history([*_ordered(request.history, fact)])
    except BadInput as error:
        prefix = f"facts[{number}]."
        raise BadInput([type(e)(prefix + e.field, e.code, e.values) for e in error.errors]) from error
    return fact


def _ordered(history: Sequence[Fact], fact: Fact) -> list[Fact]:
    """The history with one more fact in its place: by instant, equal instants as given."""
    return sorted([*history, fact], key=lambda one: one.at)


def _check_rights(request: Request, fact: Fact) -> None:
    if fact.type == "voided":
        _check_void(request, fact)
        return
    back = fact.type == "payment" and fact.fields["state"] == "refunded"
    rights.check(request.desk, "refund" if back else DEED_OF.get(fact.type, "no_such_deed"), request.branch.id)
    if (
        fact.type == "marked"
        and fact.fields.get("relation") == "liquidated"
        and request.client.kind != "company"
    ):
        raise IllegalMove("liquidated_is_for_companies")


def _check_void(request: Request, fact: Fact) -> None:
    """One's own facts recorded today, or anybody's of any day with the right to."""
    found = store.facts.one(request.conn, request.client.id, int(fact.fields["fact"]))
    own = (
        found is not None
        and found.staff_id is not None
        and found.staff_id == request.desk.staff_id
        and days.day_of(found.recorded_at, request.branch.zone) == request.today
    )
    rights.check(request.desk, "void_own" if own else "void_any", request.branch.id)


def _check_date(request: Request, number: int, fact: Fact) -> None:
    """Nothing happens in the future; a sale dated back, or a move that opens the gate, needs its right and is audited."""
    if fact.at > request.now:
        raise BadInput.of(f"facts[{number}].at", "in_the_future")
    opens = fact.type in ("moved_to_guest", "promoted")
    if fact.day < request.today and (_is_sale(fact) or opens) and not request.happened:
        rights.check(request.desk, "backdate", request.branch.id)
        _audit(request, "backdate", {"type": fact.type, "day": days.iso(fact.day)})


def _is_sale(fact: Fact) -> bool:
    return fact.type in ("membership_sold", "purchase") or (
        fact.type == "visit" and fact.fields["kind"] == "single"
    )


def _judge(request: Request, fact: Fact) -> None:
    """The gate and the legal moves (spec: lifecycle, section 8); a fact of an earlier day is history."""
    if fact.day < request.today:
        return
    if _is_sale(fact):
        _pass_gate(request, fact)
    elif fact.type == "service_used" and not request.happened:
        check_pack(request, fact)
    elif fact.type in MOVES:
        MOVES[fact.type](request.stands())


def _pass_gate(request: Request, fact: Fact) -> None:
    needs = request.stands().sale
    if needs != "allowed" and not request.happened:
        raise GateRefused(needs)
    _note_shut_gate(request, fact)


def _companions(request: Request, fact: Fact) -> list[Fact]:
    """Who comes to look after being lost for long is moved to Guest by that very visit (section 8)."""
    if fact.type != "guest_visit" or fact.day < request.today:
        return []
    stands = request.stands()
    # The gate and not the folder tells how long: an archived client stands in Archive alone.
    if stands.status == "lost" and stands.sale == "move_to_guest":
        return [Fact(id="new", at=fact.at, day=fact.day, type="moved_to_guest", fields={})]
    return []


def _store(request: Request, fact: Fact, key: str) -> int:
    row = {
        "key": key,
        "client_id": request.client.id,
        "type": fact.type,
        "at": fact.at,
        "day": fact.day,
        "fields": dict(fact.fields),
        "branch_id": request.branch.id,
        "staff_id": request.desk.staff_id,
        "by": request.desk.name,
        "via": request.desk.via,
        # What the clock makes up for happened then and is recorded now.
        "recorded_at": max(request.now, request.club.clock.now()),
    }
    fact_id = store.facts.add(request.conn, row)
    stored = Fact(id=fact_id, at=fact.at, day=fact.day, type=fact.type, fields=fact.fields)
    request.history = _ordered(request.history, stored)
    return fact_id


def _type_of(request: Request, fact_id: int) -> str:
    return next(fact.type for fact in request.history if fact.id == fact_id)


def _audit(request: Request, deed: str, detail: Mapping[str, Any]) -> None:
    audit.append(
        request.conn,
        request.desk,
        deed,
        at=request.now,
        client_id=request.client.id,
        branch_id=request.branch.id,
        detail=detail,
    )


def undo(club: Club, desk: Desk, client_id: int, fact_ids: Sequence[int], *, key: str) -> Recorded:
    """Void what a deed recorded, the last first. Raises as `record`; a fact voided already is a Conflict."""
    facts = [{"type": "voided", "fact": fact_id} for fact_id in sorted(fact_ids, reverse=True)]
    if not facts:
        raise Conflict("nothing_to_undo")
    return record(club, desk, client_id, facts, key=key)
