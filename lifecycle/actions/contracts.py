"""The doors of contracts at the desk: sell, start, take money, give it back, cancel, use a service (spec: board, section 10).

Money leads through `recording`, which records what follows from it in the same transaction. A contract's name is
the client's number and its own (`4812-1`), so that whoever reports about it can name it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from lifecycle import rights, store
from lifecycle.actions import audit
from lifecycle.actions.recording import Recorded, Request, done_before, open_request, record, record_within
from lifecycle.billing import Contract, contracts_of
from lifecycle.club import Club
from lifecycle.consequences import membership_to_come
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, GateRefused, IllegalMove, NotFound
from lifecycle.products import Product, audience_in, fits

#: How money comes at the desk; `later` is no payment yet.
PAID_BY: Final = ("cash", "terminal", "transfer", "later")
#: So many charges at most are paid before they are due: more is a slip of the hand.
AHEAD_MOST: Final = 12


def sell(
    club: Club,
    desk: Desk,
    client_id: int,
    *,
    key: str,
    amount: int | None = None,
    product: str | None = None,
    title: str | None = None,
    kind: str = "membership",
    billing: str = "term",
    days: int | None = None,
    visits: int | None = None,
    starts_on: str | None = None,
    paid_by: str = "cash",
    version: int | None = None,
) -> Recorded:
    """Sell from the price list (`product` is its code) or something of another `title`, paid at once or `later`.

    With `starts_on` a membership that is paid begins that day; what is free is paid at once. Raises GateRefused,
    IllegalMove where the product is not for this client, Conflict where it is not of this `version` any more, BadInput.
    """
    if paid_by not in PAID_BY:
        raise BadInput.of("paid_by", "bad_choice", value=paid_by[:60], choices=PAID_BY)

    def facts(request: Request) -> list[dict[str, Any]]:
        rights.check(desk, "sell", request.branch.id)
        _pass_gate(request)
        sold = _product(request, product, version)
        told = {"kind": kind, "billing": billing, "days": days, "visits": visits, "amount": amount, "product": title}
        terms = told if sold is None else _terms(sold, told)
        _check_price(sold, terms)
        name = _free_name(request)
        started = {"type": "contract_started", "contract": name, **{key: value for key, value in terms.items() if value is not None}}
        if paid_by == "later" and terms["amount"]:
            return [started]
        means = None if paid_by == "later" else paid_by
        paid = {"type": "payment", "contract": name, "state": "paid", "amount": terms["amount"], "means": means}
        if starts_on is None or terms["kind"] == "service":
            return [started, paid]
        return [started, paid, {"type": "membership_activated", "membership": name, "starts_on": starts_on}]

    return _recorded(club, desk, client_id, key, facts)


def take_payment(
    club: Club,
    desk: Desk,
    client_id: int,
    *,
    key: str,
    contract: str,
    amount: int,
    paid_by: str = "cash",
    starts_on: str | None = None,
    expected: str | None = None,
) -> Recorded:
    """Take money for a contract at the desk; `expected` is what it asked for (`Contract.asks`) as the form was opened.

    With `starts_on` the membership that a first payment sells begins that day. Raises Conflict where the contract
    asks for something else, IllegalMove where nothing, or not so much, is to be paid, GateRefused for a first payment.
    """
    if paid_by not in PAID_BY[:3]:
        raise BadInput.of("paid_by", "bad_choice", value=paid_by[:60], choices=PAID_BY[:3])
    if amount < 1:
        raise BadInput.of("amount", "bad_number", value=amount, least=1, most=10**12)

    def facts(request: Request) -> list[dict[str, Any]]:
        rights.check(desk, "record_payment", request.branch.id)
        found = _contract(request, contract)
        if expected is not None and expected != found.asks:
            raise Conflict("contract_changed")
        _check_owed(found, amount, request.today)
        if found.sale is None:
            _pass_gate(request)
        paid = {"type": "payment", "contract": contract, "state": "paid", "amount": amount, "means": paid_by}
        if starts_on is None:
            return [paid]
        if not found.sells_membership:
            raise BadInput.of("starts_on", "unknown_field", field="starts_on")
        begun = membership_to_come(request.history, contract)
        return [paid, {"type": "membership_activated", "membership": begun, "starts_on": starts_on}]

    return _recorded(club, desk, client_id, key, facts)


def refund(
    club: Club, desk: Desk, client_id: int, *, key: str, contract: str, amount: int | None = None, reason: str
) -> Recorded:
    """Give money of a contract back, all of it where no amount is said. Raises IllegalMove for more than was paid."""
    if not reason.strip():
        raise BadInput.of("reason", "missing_field", field="reason")

    def facts(request: Request) -> list[dict[str, Any]]:
        rights.check(desk, "refund", request.branch.id)
        found = _contract(request, contract)
        there = found.paid - found.refunded
        back = there if amount is None else amount
        if not 0 < back <= there:
            raise IllegalMove("more_than_was_paid", paid=there)
        return [{"type": "payment", "contract": contract, "state": "refunded", "amount": back, "why": reason.strip()}]

    return _recorded(club, desk, client_id, key, facts)


def cancel(club: Club, desk: Desk, client_id: int, *, key: str, contract: str, reason: str | None = None) -> Recorded:
    """Cancel an attempt that nothing was paid on. Raises IllegalMove for any other contract."""

    def facts(request: Request) -> list[dict[str, Any]]:
        if _contract(request, contract).state != "started":
            raise IllegalMove("not_to_cancel")
        return [{"type": "contract_cancelled", "contract": contract, "reason": reason}]

    return _recorded(club, desk, client_id, key, facts)


def withdraw_autopay(club: Club, desk: Desk, client_id: int, *, key: str, contract: str) -> Recorded:
    """The client does not want to be charged by themselves any more. The charges stay due."""

    def facts(request: Request) -> list[dict[str, Any]]:
        found = _contract(request, contract)
        if found.billing != "recurring" or found.ended:
            raise IllegalMove("no_autopay")
        return [{"type": "autopay_withdrawn", "contract": contract, "why_code": "at_the_desk"}]

    return _recorded(club, desk, client_id, key, facts)


def use_service(
    club: Club, desk: Desk, client_id: int, *, key: str, service: str, trainer: str | None = None
) -> Recorded:
    """Use one visit of a pack. Of two at the same moment the last one goes to one of them; the other is refused."""
    # How many are left is looked at where the fact is written, with the client held (`recording`).
    return record(club, desk, client_id, [{"type": "service_used", "service": service, "trainer": trainer or None}], key=key)


def forget_means(club: Club, desk: Desk, client_id: int, means_id: int) -> None:
    """Take a client's card away, the provider's token with it. Raises NotFound."""
    with club.writing() as conn:
        client = store.clients.hold(conn, desk, client_id)
        rights.check(desk, "record_payment", client.branch_id)
        now = club.clock.now()
        if not store.payment_means.forget(conn, client_id, means_id, now):
            raise NotFound("no_such_means")
        audit.append(conn, desk, "forget_means", at=now, client_id=client_id, branch_id=client.branch_id)


def _recorded(
    club: Club, desk: Desk, client_id: int, key: str, facts: Callable[[Request], list[dict[str, Any]]]
) -> Recorded:
    """Judge and record in one transaction; a deed done before under this key is what it was."""
    with club.writing() as conn:
        request = open_request(club, desk, conn, client_id, key)
        if done := done_before(request):
            return Recorded(client_id, done, (), request.stands())
        return record_within(request, [_without_none(fact) for fact in facts(request)])


def _without_none(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fact.items() if value is not None}


def _contract(request: Request, name: str) -> Contract:
    found = contracts_of(request.history, request.policies, request.today, request.now)
    for one in found:
        if one.name == name:
            return one
    raise NotFound("no_such_contract")


def _check_owed(found: Contract, amount: int, today: Day) -> None:
    """Only what goes on being charged is paid ahead, so far; of what a provider began without a price nobody knows the rest."""
    if found.amount is None and not found.ended:
        return
    if found.charged:
        ahead = sum(one.paid - one.refunded for one in found.charges if one.due_on > today)
        if found.amount and ahead + amount - found.owed > AHEAD_MOST * found.amount:
            raise IllegalMove("too_far_ahead", most=AHEAD_MOST)
        return
    if not found.owed:
        raise IllegalMove("nothing_to_pay")
    if amount > found.owed:
        raise IllegalMove("more_than_is_owed")


def _pass_gate(request: Request) -> None:
    needs = request.stands().sale
    if needs != "allowed":
        raise GateRefused(needs)


def _product(request: Request, code: str | None, version: int | None) -> Product | None:
    """The line of the price list as somebody read it, if it may be sold to this client."""
    if not code:
        return None
    found = store.products.get(request.conn, code)
    if found is None or not found.active:
        raise BadInput.of("product", "no_such_product")
    if version is not None and version != found.version:
        raise Conflict("product_changed")
    audience = audience_in(request.client.kind, request.history, request.policies, request.today)
    if not fits(found, audience):
        raise IllegalMove(f"not_for_{audience}")
    return found


def _terms(product: Product, told: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the price list; days, visits and amount as they were agreed."""
    agreed = {name: told[name] if told[name] is not None else getattr(product, name) for name in ("days", "visits")}
    amount = told["amount"] if told["amount"] is not None else product.price
    return {"product": product.code, "kind": product.kind, "billing": product.billing, "amount": amount, **agreed}


def _check_price(product: Product | None, terms: Mapping[str, Any]) -> None:
    """Nothing costs nothing, but what the price list gives for a reason."""
    if terms["amount"] is None:
        raise BadInput.of("amount", "missing_field", field="amount")
    if terms["amount"] == 0 and (product is None or product.price):
        raise BadInput.of("amount", "free_needs_reason")
    if terms["billing"] == "recurring" and terms["visits"] is not None:
        raise BadInput.of("visits", "recurring_has_no_visits")


def _free_name(request: Request) -> str:
    """The client's number and that of the contract among theirs."""
    taken = {str(value) for fact in request.history for value in (fact.fields.get("contract"), fact.fields.get("membership")) if value}
    number = sum(fact.type == "contract_started" for fact in request.history) + 1
    while f"{request.client.id}-{number}" in taken:
        number += 1
    return f"{request.client.id}-{number}"
