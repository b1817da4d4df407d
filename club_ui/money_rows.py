"""A client's account as it is shown: contracts and what the clock will do about them, packs, cards to pay with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from club_ui import theme
from club_ui.history_rows import why_failed
from club_ui.i18n import long_day, money, near_day, number, short_day, text
from club_ui.money_forms import contract_title, pack_title
from club_ui.products import terms
from club_ui.rows import Chip, chip
from lifecycle import rights
from lifecycle.accounts import Account, deeds_of
from lifecycle.billing import Contract
from lifecycle.days import Day, as_date
from lifecycle.desk import Desk
from lifecycle.packs import Pack
from lifecycle.store.payment_means import MeansRow
from lifecycle.summary import Membership

_EXPIRY: Final = re.compile(r"(?P<month>\d{1,2})/(?P<year>\d{4}|\d{2})", re.ASCII)
#: A failed try or two are told; who wants them all reads the history.
TRIES: Final = 2


@dataclass
class ContractLine:
    """A contract: its state, terms, what is left of it, what it asks for, what time will do, the deeds it may take.

    `about` is its name as it stands in an address.
    """

    name: str
    about: str
    title: str
    state: Chip
    terms: str
    left: str
    paid: str
    asks: str
    late: bool
    next: list[str]
    tries: list[str]
    pay: bool
    deeds: list[Chip]
    past: bool
    test: bool


@dataclass
class PackLine:
    """A pack of services: what is left of it, until when, its last use."""

    service: str
    about: str
    title: str
    state: Chip
    left: str
    share: str
    until: str
    used: str
    usable: bool


@dataclass
class MeansLine:
    """A card to pay with, masked; never the provider's token."""

    id: str
    title: str
    expires: str
    over: bool
    recurring: str
    contract: str


@dataclass
class MoneyRow:
    """The whole account. `owes` says what must be paid first, `owed` names that contract; `gate` why nothing may be sold."""

    contracts: list[ContractLine] = field(default_factory=list)
    past: list[ContractLine] = field(default_factory=list)
    packs: list[PackLine] = field(default_factory=list)
    means: list[MeansLine] = field(default_factory=list)
    owes: str = ""
    owed: str = ""
    late: bool = False
    count: str = ""
    gate: str = ""
    may_sell: bool = False
    may_pay: bool = False
    may_use: bool = False


def money_row(
    language: str, read: Account, desk: Desk, currency: str, memberships: Sequence[Membership] = (), *, sale: str = "allowed"
) -> MoneyRow:
    """The account in the reader's language; `sale` is where the client's gate stands."""
    known = list(reversed(read.contracts))
    known.sort(key=lambda one: (not one.debt, not one.open_amount))
    lines = [_contract(language, one, read, desk, currency, memberships, shut=sale != "allowed") for one in known]
    first = next((line for line in lines if line.asks), None)
    return MoneyRow(
        contracts=[line for line in lines if not line.past],
        past=[line for line in lines if line.past],
        packs=[_pack(language, one, read.today) for one in read.packs if one.state != "refunded"],
        means=[_means(language, one, read) for one in read.means],
        owes="" if first is None else f"{first.title}. {first.asks}",
        owed=first.name if first is not None and first.pay else "",
        late=first is not None and first.late,
        count=number(language, len(lines)) if lines else "",
        gate="" if sale == "allowed" else text(language, f"sale.{sale}"),
        may_sell=sale == "allowed" and rights.allows(desk, "sell", read.client.branch_id),
        may_pay=rights.allows(desk, "record_payment", read.client.branch_id),
        may_use=rights.allows(desk, "record_visit", read.client.branch_id),
    )


def _contract(
    language: str, one: Contract, read: Account, desk: Desk, currency: str, memberships: Sequence[Membership], *, shut: bool
) -> ContractLine:
    may = deeds_of(desk, read.client.branch_id, one)
    # The first payment sells: where the gate is shut it is refused.
    gate = shut and one.sale is None
    owed = one.open_amount or one.debt
    pay = "take_payment" in may and owed > 0 and not gate
    shown = terms(language, kind=one.kind, billing=one.billing, days=one.days, visits=one.visits)
    return ContractLine(
        name=one.name,
        about=quote(one.name, safe=""),
        title=contract_title(language, one),
        state=chip(language, "contract", one.state),
        terms=" · ".join(part for part in (text(language, "money.number", name=one.name), shown) if part),
        left=_left(language, one, read.today, memberships),
        paid=_paid(language, one, currency),
        asks=_asks(language, one, currency),
        late=one.debt > 0,
        next=[*([text(language, "money.gate")] if gate and owed else []), *_clock(language, one, read, currency)],
        tries=_tries(language, one, read.today),
        pay=pay,
        deeds=[
            Chip(name, text(language, f"deed.{name}"), "", theme.DEED[name].icon)
            for name in may
            if not (name == "take_payment" and (pay or gate))
        ],
        past=not owed and not _in_force(one, read, memberships),
        test=one.test,
    )


def _in_force(one: Contract, read: Account, memberships: Sequence[Membership]) -> bool:
    """Whether something may still be had of a contract: a membership that is not over, a pack with visits left."""
    if one.ended:
        return False
    if one.kind == "service":
        return any(pack.service == one.name and pack.usable for pack in read.packs)
    return not any(each.key == one.membership and each.state in ("over", "void") for each in memberships)


def _asks(language: str, one: Contract, currency: str) -> str:
    """The open invoice; what of it is late is called a debt."""
    if not one.debt:
        return text(language, "money.asks", amount=money(language, one.open_amount, currency)) if one.open_amount else ""
    if one.open_amount > one.debt:
        return text(language, "money.asks_late", amount=money(language, one.open_amount, currency), debt=money(language, one.debt, currency))
    return text(language, "money.debt", amount=money(language, one.debt, currency))


def _left(language: str, one: Contract, today: Day, memberships: Sequence[Membership]) -> str:
    """What is left of the membership that came of a contract."""
    held = next((each for each in memberships if each.key == one.membership and each.state in ("held", "frozen")), None)
    if held is None:
        return ""
    if held.visits_left is not None:
        return text(language, "count.visits_left", count=held.visits_left)
    if one.billing == "recurring" or held.last_on is None:
        return ""
    return text(language, "money.until", count=max(0, held.last_on - today), day=short_day(language, as_date(held.last_on), today=as_date(today)))


def _paid(language: str, one: Contract, currency: str) -> str:
    """What was paid, of how much where it is paid once; what was given back."""
    kept = one.paid - one.refunded
    if one.billing != "recurring" and one.amount is not None and 0 < kept < one.amount and not one.refunded:
        shown = text(language, "money.paid_of", amount=money(language, kept, currency), of=money(language, one.amount, currency))
    elif one.paid:
        shown = text(language, "money.paid", amount=money(language, one.paid, currency))
    else:
        shown = "" if one.amount is None or one.open_amount else money(language, one.amount, currency)
    back = text(language, "money.back", amount=money(language, one.refunded, currency)) if one.refunded else ""
    return ", ".join(part for part in (shown, back) if part)


def _clock(language: str, one: Contract, read: Account, currency: str) -> list[str]:
    """What time alone will do about a contract, and when."""
    said = []
    if one.unpaid_since is not None:
        said.append(_unpaid(language, one.unpaid_since, read))
    if one.debt_since is not None and one.debt:
        said.append(text(language, "money.since_ended" if one.ended else "money.since", day=_day(language, one.debt_since, read)))
    if one.terminates_on is not None:
        card = one.terminates_on - read.policy.termination_card_before_days
        if card > read.today:
            said.append(text(language, "money.debt_card", day=_day(language, card, read)))
        said.append(text(language, "money.terminates", day=_day(language, one.terminates_on, read)))
    elif one.next_due_on is not None:
        withdrawn = one.autopay_ended_at is not None
        amount = "" if one.amount is None else money(language, one.amount, currency)
        said.append(text(language, "money.by_hand" if withdrawn else "money.next", day=_day(language, one.next_due_on, read), amount=amount))
    return said


def _unpaid(language: str, since: datetime, read: Account) -> str:
    """When the board asks about an attempt that nobody paid."""
    asks = (since + timedelta(minutes=read.policy.unpaid_card_after_minutes)).astimezone(read.branch.zone)
    day = near_day(language, asks.date(), as_date(read.today))
    when = f"{asks:%H:%M}" if asks.date() == as_date(read.today) else f"{day}, {asks:%H:%M}"
    return text(language, "money.unpaid_card" if asks > read.now else "money.unpaid_asked", at=when)


def _tries(language: str, one: Contract, today: Day) -> list[str]:
    latest = sorted(one.failures, key=lambda each: each.at, reverse=True)[:TRIES]
    return [
        text(
            language, "money.failed", day=short_day(language, as_date(each.day), today=as_date(today)),
            why=why_failed(language, each.why_code, each.why) or text(language, "money.no_reason"),
        )
        for each in latest
    ]  # fmt: skip


def _pack(language: str, one: Pack, today: Day) -> PackLine:
    left = text(language, "money.used", count=one.used)
    if one.left is not None and one.visits:
        left = text(language, "money.left_of", left=one.left, count=one.visits)
    elif one.left is not None:
        left = text(language, "money.left_now", count=one.left)
    used = "" if one.used_on is None else text(language, "money.used_on", day=near_day(language, as_date(one.used_on), as_date(today)))
    return PackLine(
        service=one.service,
        about=quote(one.service, safe=""),
        title=pack_title(language, one),
        state=chip(language, "pack", one.state),
        left=left,
        share=f"{round(100 * (one.left or 0) / one.visits)}%" if one.visits else "",
        until="" if one.last_on is None else text(language, "membership.until", day=short_day(language, as_date(one.last_on), today=as_date(today))),
        used=", ".join(part for part in (used, one.trainer or "") if part and used),
        usable=one.usable,
    )


def _means(language: str, one: MeansRow, read: Account) -> MeansLine:
    contract = next((each for each in read.contracts if each.name == one.contract), None)
    return MeansLine(
        id=str(one.id),
        title=" ".join(part for part in (one.brand or one.provider, f"···· {one.last4}" if one.last4 else "") if part),
        expires=text(language, "money.expires", month=one.expires) if one.expires else "",
        over=_is_over(one.expires, read.today),
        recurring=text(language, "money.recurring" if one.recurring else "money.once"),
        contract="" if contract is None else contract_title(language, contract),
    )


def _is_over(expires: str, today: Day) -> bool:
    """Whether a card's last month (`04/27`) has passed; what cannot be read has not."""
    found = _EXPIRY.fullmatch(expires)
    if found is None:
        return False
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    now = as_date(today)
    return (year, int(found["month"])) < (now.year, now.month)


def _day(language: str, day: Day, read: Account) -> str:
    return long_day(language, as_date(day), today=as_date(read.today))
