"""Doors for telephone calls: what an exchange reports, and what the desk does with a call while it rings.

One row a call whatever the order of its reports. An unknown caller becomes a lead at the first ring. A call that
is over is a contact in its client's history, dated before the inquiry that it made; where a later report, a note
or another client changes what it says, the former contact is voided and a new one recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import days, phones, rights, store, telephony
from lifecycle.actions import leads
from lifecycle.actions.recording import open_request, record_within
from lifecycle.club import Club
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import BadInput, NotFound
from lifecycle.facts import TEXT_MOST, text_error
from lifecycle.store.branches import BranchRow
from lifecycle.store.calls import CallRow
from lifecycle.store.sources import SourceRow
from lifecycle.telephony import CallReport, Told

#: After so long without its end a call is taken as over: its legs ended, it rang, somebody talked.
LOST_AFTER: Final[Mapping[str, timedelta]] = {
    telephony.OVER: timedelta(minutes=1),
    telephony.RINGING: timedelta(minutes=10),
    telephony.TALKING: timedelta(hours=4),
}
#: A contact already recorded is not moved for less.
_SAME_TIME: Final = timedelta(minutes=5)
_JUST: Final = timedelta(microseconds=1)
_TEXT_MOST: Final = 200
_LEAST_LINE: Final = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """The call of a report, and whether the report said anything new."""

    call: CallRow
    new: bool


def report_within(
    club: Club, desk: Desk, conn: Connection, source: SourceRow, report: CallReport, *, exchange: str = ""
) -> Heard:
    """Take one report about a call, inside an open transaction: the same report twice changes nothing.

    `exchange` is the country whose habits of numbers the provider has, where the branch has others.
    """
    now = club.clock.now()
    report = _bounded(report, now)
    told = telephony.call_of([report])
    first = _columns(told) | {"branch_id": _branch(conn, desk, source, told.line).id, "detail": {}, "began_at": now}
    call = store.calls.hold(conn, source.id, report.outside, first)
    reports = [telephony.from_json(one) for one in call.detail.get("reports", ())]
    if report in reports or len(reports) >= telephony.REPORTS_MOST:
        return Heard(call, new=False)
    reports.append(report)
    told = telephony.call_of(reports)
    branch = _branch(conn, desk, source, told.line)
    detail = {**call.detail, "reports": [telephony.as_json(one) for one in reports], "answered": told.answered, "why": told.why}
    caller = telephony.caller_of(told.number, branch.country, exchange)
    values = _columns(told) | {"branch_id": branch.id, "e164": caller.e164, "detail": {**detail, "caller": caller.kind}}
    before, call = call, _written(conn, call, values)
    if call.client_id is None and caller.e164 is not None:
        call = _find_client(club, desk, conn, call, branch, caller)
    call = _keep_contact(club, desk, conn, call)
    if (before.state, before.client_id) != (call.state, call.client_id) or not before.detail:
        _tell(conn, desk, call, branch, now)
    return Heard(call, new=True)


def take_on(club: Club, desk: Desk, call_id: int) -> CallRow:
    """Somebody at the desk takes a call as theirs: the other screens let it go. Raises Refused, NotFound."""
    with club.writing() as conn:
        call = _seen(conn, desk, call_id)
        if call.detail.get("taken"):
            return call
        taken = {"staff": desk.staff_id, "name": desk.name, "at": club.clock.now().isoformat()}
        return _changed(club, desk, conn, call, {"detail": {**call.detail, "taken": taken}})


def choose(club: Club, desk: Desk, call_id: int, client_id: int) -> CallRow:
    """Say which of the clients with this number is calling. Raises Refused, NotFound for one who has another number."""
    with club.writing() as conn:
        call = _seen(conn, desk, call_id)
        if client_id not in store.clients.with_number(conn, [call.e164] if call.e164 else [], desk):
            raise NotFound("client_not_found")
        call = _changed(club, desk, conn, call, {"client_id": client_id})
        return _keep_contact(club, desk, conn, call)


def note(club: Club, desk: Desk, call_id: int, *, text: str) -> CallRow:
    """Write down what was said: it becomes the comment of the call's contact. Raises Refused, NotFound, BadInput."""
    if not text.strip():
        raise BadInput.of("text", "missing_field", field="text")
    if error := text_error("text", text, TEXT_MOST):
        raise BadInput([error])
    with club.writing() as conn:
        call = _seen(conn, desk, call_id)
        said = {"text": text.strip(), "staff": desk.staff_id, "name": desk.name}
        call = _changed(club, desk, conn, call, {"detail": {**call.detail, "note": said}})
        return _keep_contact(club, desk, conn, call)


def settle(club: Club, *, still_leading: Callable[[Connection], bool] = lambda _conn: True) -> int:
    """End the calls whose end nobody reported, with what is known of them; gives how many. Called by the clock."""
    now = club.clock.now()
    with club.reading() as conn:
        open_ones = store.calls.unended(conn, now - min(LOST_AFTER.values()))
        lost = [call for call in open_ones if now - _last_heard(call) > LOST_AFTER[call.state]]
        sources = {one.id: one for one in store.sources.every(conn)} if lost else {}
    for call in lost:
        with club.writing() as conn:
            if not still_leading(conn):
                return 0
            source = sources[call.source_id]
            own = None if source.branch_id is None else frozenset({source.branch_id})
            desk = Desk(staff_id=None, name=source.name, role="club", branches=own, via="intake")
            ended = CallReport(call.outside, telephony.ENDED, _last_heard(call), why=telephony.LOST)
            report_within(club, desk, conn, source, ended)
    return len(lost)


def _last_heard(call: CallRow) -> datetime:
    return max((telephony.from_json(one).at for one in call.detail.get("reports", ())), default=call.began_at)


def _bounded(report: CallReport, now: datetime) -> CallReport:
    """Nothing of a call lies ahead, whatever the exchange's clock says, and no text is longer than a number can be."""
    texts = {name: getattr(report, name)[:_TEXT_MOST] for name in ("number", "line", "extension", "leg", "why")}
    began = None if report.began_at is None else min(report.began_at, now)
    return report._replace(at=min(report.at, now), began_at=began, **texts)


def _columns(told: Told) -> dict[str, Any]:
    return {
        "direction": told.direction,
        "typed": told.number,
        "line": told.line,
        "extension": told.extension,
        "state": told.state,
        "began_at": told.began_at,
        "answered_at": told.answered_at,
        "ended_at": told.ended_at if told.state == telephony.ENDED else None,
        "seconds": told.seconds,
        "last_seq": told.last_seq,
    }


def _branch(conn: Connection, desk: Desk, source: SourceRow, line: str) -> BranchRow:
    """The branch whose number was called: by the source's list of lines, else the source's own, else the first."""
    own = store.branches.within_reach(conn, desk)
    code = _line_code(str(source.options.get("lines", "")), phones.digits_of(line))
    return next((one for one in own if one.code == code), own[0])


def _line_code(lines: str, line: str) -> str | None:
    """`74951234567 = main; 380441112233 = south`: the code beside the line that was called."""
    for each in re.split(r"[;,\n]", lines):
        number, _, code = each.partition("=")
        digits = phones.digits_of(number)
        short, long = sorted((digits, line), key=len)
        if digits and line and (digits == line or (len(short) >= _LEAST_LINE and long.endswith(short))):
            return code.strip()
    return None


def _written(conn: Connection, call: CallRow, values: Mapping[str, Any]) -> CallRow:
    store.calls.change(conn, call.id, values)
    return replace(call, **values)


def _find_client(
    club: Club, desk: Desk, conn: Connection, call: CallRow, branch: BranchRow, caller: telephony.Caller
) -> CallRow:
    """Whose number it is; an incoming call of a person whom nobody knows makes a lead."""
    assert call.e164 is not None
    store.clients.stand_in_line_for(conn, call.e164)
    known = leads.closest(conn, store.clients.with_number(conn, [call.e164], desk))
    if known is not None:
        return _written(conn, call, {"client_id": known})
    if caller.kind != telephony.PERSON or call.direction != "in":
        return call
    lead = leads.Lead(phone=call.e164, source="call", branch=branch.code, call=str(call.id))
    at = call.began_at
    taken = leads.take_lead_within(club, desk, conn, lead, key=f"call:{call.source_id}:{call.outside}", at=at)
    detail = {**call.detail, "inquiry_at": at.isoformat(), "new": True}
    return _written(conn, call, {"client_id": taken.client_id, "detail": detail})


def _keep_contact(club: Club, desk: Desk, conn: Connection, call: CallRow) -> CallRow:
    """A call that is over stands in its client's history as it is known now, once."""
    if call.state != telephony.ENDED or call.client_id is None or call.direction not in ("in", "out"):
        return call
    if call.client_id not in store.clients.branches(conn, [call.client_id]):
        return call
    said = call.detail.get("note") or {}
    wanted = {
        "client": call.client_id,
        "direction": call.direction,
        "outcome": None if call.detail["answered"] else "no_answer",
        "seconds": call.seconds,
        "comment": said.get("text"),
    }
    at, kept = _contact_at(call), dict(call.detail.get("contact") or {})
    number, before_at = kept.pop("number", 0), kept.pop("at", None)
    if kept == wanted and abs(datetime.fromisoformat(before_at) - at) <= _SAME_TIME:
        return call
    if call.fact_id is not None:
        _take_back(club, conn, int(call.detail["contact"]["client"]), call.fact_id)
    writer = desk if desk.role != "club" else replace(desk, branches=None)
    if said:
        writer = replace(writer, staff_id=said["staff"], name=said["name"], role="club")
    fact_id = _record(club, writer, conn, call, wanted, at, number + 1)
    contact = {**wanted, "number": number + 1, "at": at.isoformat()}
    return _written(conn, call, {"fact_id": fact_id, "detail": {**call.detail, "contact": contact}})


def _contact_at(call: CallRow) -> datetime:
    """When the call began; just before the inquiry that it made, so that the inquiry is what came last."""
    made = call.detail.get("inquiry_at")
    return call.began_at if made is None else min(call.began_at, datetime.fromisoformat(made) - _JUST)


def _record(
    club: Club, desk: Desk, conn: Connection, call: CallRow, wanted: Mapping[str, Any], at: datetime, number: int
) -> int:
    fact = {
        "type": "contact",
        "kind": "other",
        "direction": wanted["direction"],
        "outcome": wanted["outcome"],
        "seconds": wanted["seconds"],
        "comment": wanted["comment"],
        "call": str(call.id),
        "at": at.isoformat(),
    }
    key = f"call:{call.id}:{number}"
    request = open_request(club, desk, conn, wanted["client"], key, happened=True)
    return record_within(request, [fact]).fact_ids[0]


def _take_back(club: Club, conn: Connection, client_id: int, fact_id: int) -> None:
    """The contact was another's, or said something else."""
    facts = store.facts.of_client(conn, client_id)
    if any(fact.type == "voided" and fact.fields["fact"] == fact_id for fact in facts):
        return
    request = open_request(club, CLUB, conn, client_id, f"call-fact:{fact_id}", happened=True)
    record_within(request, [{"type": "voided", "fact": fact_id}])


def _seen(conn: Connection, desk: Desk, call_id: int) -> CallRow:
    call = store.calls.hold_seen(conn, desk, call_id)
    rights.check(desk, "take_call", call.branch_id)
    return call


def _changed(club: Club, desk: Desk, conn: Connection, call: CallRow, values: Mapping[str, Any]) -> CallRow:
    changed = _written(conn, call, values)
    _tell(conn, desk, changed, store.branches.by_id(conn)[call.branch_id], club.clock.now())
    return changed


def _tell(conn: Connection, desk: Desk, call: CallRow, branch: BranchRow, now: datetime) -> None:
    """Tell other processes and programs: ids and codes, and no number."""
    store.changes.stand_last_in_line(conn)
    row = {
        "client_id": call.client_id,
        "branch_id": call.branch_id,
        "at": now,
        "recorded_at": now,
        "day": days.day_of(now, branch.zone),
        "what": "call",
        "reason": call.state,
        "fact_id": call.fact_id,
        "by": desk.name,
        "before": {},
        "after": {"call": call.id, "state": call.state, "direction": call.direction},
    }
    store.changes.add(conn, [row])
