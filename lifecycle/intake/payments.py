"""What every payment provider reports, in one form, and how it is taken: whose contract, which facts, once (spec: intake).

An adapter reads its provider's payload into `PaymentReport`s; `take` records them through the doors. A contract is
known by the number it was given here, by what the provider calls it since an earlier report, or by the telephone
of exactly one client. A payment in another currency is refused; one of a provider's test mode is taken and marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import days, store
from lifecycle.actions.recording import Request, open_request, record_within
from lifecycle.amounts import minor_of
from lifecycle.billing import contracts_of
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound, shown
from lifecycle.intake import pauses, persons
from lifecycle.intake.adapter import Answer, Incoming
from lifecycle.intake.keeping import keep, key_of
from lifecycle.store.sources import SourceRow

#: How a contract begun here is numbered: the client, and which of theirs.
_OURS: Final = re.compile(r"([1-9]\d{0,17})-\d{1,9}", re.ASCII)
_CLIENT: Final = re.compile(r"[1-9]\d{0,17}", re.ASCII)
_UNKNOWN: Final = "unknown_contract"


@dataclass(frozen=True, slots=True)
class Means:
    """What was paid with, masked."""

    brand: str = ""
    last4: str = ""
    expires: str = ""
    token: str = ""
    recurring: bool = False

    def words(self) -> str:
        """`Visa 4242`."""
        return " ".join(part for part in (self.brand, self.last4) if part)


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """One thing a provider says. `state`: started, paid, failed, refunded, cancelled, withdrawn.

    `contract` is our number where the provider carries it, `names` are the provider's own for it, `receipt` names
    this movement of money for ever. `paused` tells that the provider paused the contract, or that it goes on.
    """

    state: str
    receipt: str
    contract: str = ""
    client: str = ""
    phone: str = ""
    names: tuple[str, ...] = ()
    amount: int | None = None
    currency: str = ""
    at: datetime | None = None
    attempt: int | None = None
    refund_of: str = ""
    why_code: str = ""
    why: str = ""
    recurring: bool = False
    autopay_withdrawn: bool = False
    paused: bool | None = None
    paused_until: datetime | None = None
    test: bool = False
    means: Means = field(default_factory=Means)


def take(
    club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime, reports: Sequence[PaymentReport], answer: Answer
) -> Answer:
    """Record what was reported, all of it or nothing, and keep the answer with it. Raises BadInput with the field's name."""
    if not reports:
        return answer
    with club.writing() as conn:
        told: int | None = None
        for number, report in enumerate(reports):
            told = _take_one(club, conn, desk, source, f"{key_of(source, incoming)}:{number}", at, report)
        kept = Answer(answer.status, answer.body, answer.content_type, client_id=told, kept=True)
        keep(conn, incoming, kept, club.clock.now())
    return kept


def objection(club: Club, desk: Desk, source: SourceRow, report: PaymentReport) -> str:
    """Why the club would not take this money, asked before it moves: nobody's contract, another sum, nothing to pay; empty where it would."""
    now = club.clock.now()
    with club.reading() as conn:
        try:
            _check_currency(conn, report)
            client_id, name = _whose(conn, desk, source, report)
        except BadInput as error:
            return error.code
        branch = store.branches.by_id(conn)[store.clients.branches(conn, [client_id])[client_id]]
        facts, policies = store.facts.of_client(conn, client_id), store.policies.all_versions(conn)
    contract = next((one for one in contracts_of(facts, policies, days.day_of(now, branch.zone), now) if one.name == name), None)
    if contract is None or contract.amount is None:
        return ""
    wanted = {contract.open_amount} | ({contract.amount} if contract.billing == "recurring" else set())
    if contract.ended or not any(wanted):
        return "nothing_to_pay"
    return "" if report.amount in wanted else "other_amount"


def _take_one(club: Club, conn: Connection, desk: Desk, source: SourceRow, key: str, at: datetime, report: PaymentReport) -> int:
    _check_currency(conn, report)
    client_id, contract = _whose(conn, desk, source, report)
    try:
        request = open_request(club, desk, conn, client_id, key, happened=True)
    except NotFound:
        raise BadInput.of("contract", _UNKNOWN) from None
    if any([store.sources.learn_name(conn, source.id, name, client_id, contract) for name in report.names]):  # noqa: C419 - all are learned
        # What came before what it is about was refused; now it can be told whose it is.
        store.deliveries.wake(conn, source.id, _UNKNOWN)
    facts = _facts(source, request, contract, min(report.at or at, at, request.now), report)
    if facts:
        record_within(request, facts)
    if report.paused is not None:
        pauses.note(conn, source, client_id, contract, report.at or at, paused=report.paused, until=report.paused_until)
    pauses.keep(club, desk, conn, source, client_id, contract, f"{key}:pause")
    if report.means.last4 or report.means.token:
        _note_means(conn, source, client_id, contract, report, at)
    return client_id


def _facts(source: SourceRow, request: Request, contract: str, at: datetime, report: PaymentReport) -> list[dict[str, Any]]:
    """The facts of one report, each under a key of the movement it tells of."""
    when, facts = at.isoformat(), list[dict[str, Any]]()
    begun = [fact.at for fact in request.history if fact.type == "contract_started" and fact.fields["contract"] == contract]
    # Begun here it has its terms; else it began as early as anything was said of it, whichever report came first.
    if not (begun and _OURS.fullmatch(contract)) and not any(one <= at for one in begun):
        billing = "recurring" if report.recurring else "term"
        started = {"type": "contract_started", "contract": contract, "billing": billing, "amount": report.amount}
        facts.append({**started, "at": when, "key": f"pay:{source.id}:{report.receipt}:started"[:200]})
    name = f"pay:{source.id}:{report.receipt}:{report.state}:{report.attempt or 0}"[:200]
    if report.state in ("paid", "failed", "refunded"):
        facts.append({"type": "payment", "at": when, "key": name, **_payment(source, contract, report)})
    elif report.state == "cancelled":
        facts.append({"type": "contract_cancelled", "contract": contract, "at": when, "key": name})
    if report.autopay_withdrawn or report.state == "withdrawn":
        withdrawn = {"type": "autopay_withdrawn", "contract": contract, "why_code": report.why_code or None}
        facts.append({**withdrawn, "at": when, "key": f"pay:{source.id}:{report.receipt}:withdrawn"[:200]})
    return [{key: value for key, value in fact.items() if value is not None} for fact in facts]


def _payment(source: SourceRow, contract: str, report: PaymentReport) -> dict[str, Any]:
    return {
        "contract": contract, "state": report.state, "amount": report.amount, "attempt": report.attempt,
        "why_code": report.why_code or None, "why": report.why or None, "means": report.means.words() or source.kind,
        "receipt": f"{source.id}:{report.receipt}"[:200],
        "refund_of": f"{source.id}:{report.refund_of}"[:200] if report.refund_of else None,
        "mode": "test" if report.test else None,
    }  # fmt: skip


def _check_currency(conn: Connection, report: PaymentReport) -> None:
    expected = str(store.settings.get(conn, "currency") or "RUB")
    if report.currency and report.currency.upper() != expected:
        raise BadInput.of("currency", "other_currency", currency=shown(report.currency), expected=expected)


def _whose(conn: Connection, desk: Desk, source: SourceRow, report: PaymentReport) -> tuple[int, str]:
    """The client and the contract a report is about. Raises BadInput where nobody knows."""
    for name in (report.contract, *report.names):
        known = store.sources.outside_name(conn, source.id, name) if name else None
        if known is not None:
            return known
    if report.contract:
        owners = store.contracts.clients_of_name(conn, report.contract)
        ours = _OURS.fullmatch(report.contract)
        if _CLIENT.fullmatch(report.client) and store.clients.branches(conn, [int(report.client)]):
            return int(report.client), report.contract
        if ours is not None and int(ours[1]) in owners:
            return int(ours[1]), report.contract
        if len(owners) == 1:
            return owners[0], report.contract
    named = report.contract or next(iter(report.names), "")
    who = {"client": report.client if _CLIENT.fullmatch(report.client) else "", "phone": report.phone}
    if named and persons.is_named(who):
        return persons.client_of(conn, desk, who), named
    raise BadInput.of("contract", _UNKNOWN)


def _note_means(conn: Connection, source: SourceRow, client_id: int, contract: str, report: PaymentReport, at: datetime) -> None:
    means = report.means
    store.payment_means.note(
        conn, client_id, contract=contract, provider=source.kind, brand=means.brand[:40], last4=means.last4[-4:],
        expires=means.expires[:10], recurring=means.recurring, token=means.token[:500], at=min(report.at or at, at),
    )  # fmt: skip


def minor_units(field_name: str, value: Any) -> int:
    """An amount in whole units and hundredths, as text or number, in minor units. Raises BadInput for anything else."""
    told = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    amount = minor_of(told)
    if amount is None:
        raise BadInput.of(field_name, "bad_money", value=shown(value))
    return amount


def instant(field_name: str, value: Any) -> datetime | None:
    """An instant as providers write it: seconds or milliseconds since 1970, or ISO with or without a zone (then UTC)."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and not value.isdigit():
            at = datetime.fromisoformat(value)
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        raise BadInput.of(field_name, "bad_instant", value=shown(value)) from None
