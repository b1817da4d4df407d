"""The forms of money: to sell, to take money and give it back, to use a service; and what each begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from club_ui.fields import Deed, Field, major_units, pick
from club_ui.i18n import long_day, money, text
from club_ui.products import product_name, terms
from lifecycle.accounts import Account
from lifecycle.actions import contracts
from lifecycle.billing import Contract
from lifecycle.club import Club
from lifecycle.days import as_date
from lifecycle.desk import Desk
from lifecycle.facts import BILLINGS, CONTRACT_KINDS
from lifecycle.packs import Pack
from lifecycle.products import Product

#: Chosen for what the price list does not hold; no product has such a code.
OTHER: Final = "-"
#: Money that is there, and what is sold without it.
LATER: Final = "later"
AT_ONCE: Final = tuple(way for way in contracts.PAID_BY if way != LATER)


def _sell(
    club: Club, desk: Desk, client_id: int, *, key: str, amount: int, product: str | None = None, said: str = "", **told: Any
) -> Any:
    """What a form sells has its price in it, and which state of the price list that is of."""
    code, _, version = said.rpartition(" ")
    told["version"] = _number(version) if code and code == product else None
    return contracts.sell(club, desk, client_id, key=key, amount=amount, product=None if product == OTHER else product, **told)


def only_begun(deed: str, typed: Mapping[str, str]) -> bool:
    """Whether what a form sells waits for its money: what is free does not."""
    return deed == "sell" and typed.get("paid_by") == LATER and any(one in "123456789" for one in str(typed.get("amount", "")))


def _forget(club: Club, desk: Desk, client_id: int, *, key: str, means: str) -> bool:
    """A card is taken away once: there is no second time that a key could guard against."""
    contracts.forget_means(club, desk, client_id, _number(means))
    return bool(key)


def _number(text: str) -> int:
    """A number that a form has hidden in it; 0 where it has none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


_SAID = Field("said", "said")
_CONTRACT = Field("contract", "about")

MONEY_DEEDS: Final[dict[str, Deed]] = {
    "sell": Deed(
        _sell,
        (
            Field("product"),
            Field("said", "about"),
            Field("title"),
            pick("kind", "contract_kind", CONTRACT_KINDS, word="sold_kind"),
            pick("billing", "billing", BILLINGS),
            Field("days", "number", half=True),
            Field("visits", "number", half=True),
            Field("amount", "money", half=True),
            Field("starts_on", "day", word="activate_from", half=True),
            pick("paid_by", "paid_by", contracts.PAID_BY),
        ),
    ),
    "take_payment": Deed(
        contracts.take_payment,
        (
            _SAID,
            _CONTRACT,
            Field("expected", "about"),
            Field("amount", "money", word="amount_paid"),
            Field("starts_on", "day", word="activate_from", only="begins"),
            pick("paid_by", "paid_by", AT_ONCE),
        ),
    ),
    "refund": Deed(contracts.refund, (_SAID, _CONTRACT, Field("amount", "money", word="amount_back"), Field("reason"))),
    "cancel_contract": Deed(contracts.cancel, (_SAID, _CONTRACT, Field("reason"))),
    "withdraw_autopay": Deed(contracts.withdraw_autopay, (_SAID, _CONTRACT)),
    "use_service": Deed(contracts.use_service, (_SAID, Field("service", "about"), Field("trainer", "trainer"))),
    "forget_means": Deed(_forget, (_SAID, Field("means", "about"))),
}


@dataclass
class Offer:
    """A product as it is offered to one client; choosing it fills the form."""

    code: str
    name: str
    terms: str
    price: str
    recurring: bool


def offers(language: str, products: Sequence[Product], currency: str) -> list[Offer]:
    """What may be sold to a client, in the order of the price list."""
    return [
        Offer(
            one.code, one.name(language), terms(language, kind=one.kind, billing=one.billing, days=one.days, visits=one.visits),
            money(language, one.price, currency) if one.price else text(language, "product.free"), one.billing == "recurring",
        )
        for one in products
    ]  # fmt: skip


def filled(product: Product) -> dict[str, str]:
    """What choosing a product puts into the form; `said` tells of which state of the price list."""
    return {
        "said": f"{product.code} {product.version}",
        "product": product.code,
        "title": "",
        "kind": product.kind,
        "billing": product.billing,
        "days": str(product.days or ""),
        "visits": str(product.visits or ""),
        "amount": major_units(product.price),
    }


def sale_begins(likely: dict[str, str], products: Sequence[Product]) -> dict[str, str]:
    """A sale begins with what the client had before, on the terms of today; else somebody has to choose."""
    before = likely.get("product", "")
    known = next((one for one in products if before and before in (one.code, *one.names.values())), None)
    begins = {"title": before, "kind": "membership", "paid_by": contracts.PAID_BY[0], **likely, "product": "" if products else OTHER}
    return begins if known is None else {**begins, **filled(known)}


def begins(language: str, deed: str, account: Account, about: str, currency: str) -> dict[str, str]:
    """The values of a money form about a contract, a pack or a card; nothing where there is none of that name."""
    if deed == "use_service":
        pack = next((one for one in account.packs if one.service == about), None)
        return {} if pack is None else {"service": about, "said": _of_pack(language, pack), "trainer": pack.trainer or ""}
    if deed == "forget_means":
        means = next((one for one in account.means if str(one.id) == about), None)
        return {} if means is None else {"means": about, "said": text(language, "money.forget", card=f"{means.brand} ·· {means.last4}")}
    contract = next((one for one in account.contracts if one.name == about), None)
    if contract is None or deed not in _BEGINS:
        return {}
    return {"contract": about, **_BEGINS[deed](language, contract, currency)}


def contract_title(language: str, one: Contract) -> str:
    """The product a contract is about, or what kind of thing."""
    if one.product:
        return product_name(language, one.product)
    shown = terms(language, kind=one.kind, billing=one.billing, days=one.days, visits=one.visits)
    return text(language, f"contract_kind.{one.kind}") + (f", {shown}" if shown and (one.days or one.visits) else "")


def pack_title(language: str, one: Pack) -> str:
    """The name of a pack; of one that nobody here sold, what it was called when it was used."""
    return product_name(language, one.product or one.service)


def due_amount(one: Contract) -> int:
    """What somebody who pays now most likely pays: the open invoice, a debt left behind, or the next charge."""
    return one.open_amount or one.debt or (one.amount or 0)


def _of_pack(language: str, one: Pack) -> str:
    left = "" if one.left is None else text(language, "money.left_now", count=one.left)
    return ". ".join(part for part in (pack_title(language, one), left) if part)


def _pays(language: str, one: Contract, currency: str) -> dict[str, str]:
    open_amount = one.open_amount or one.debt
    if open_amount:
        said = text(language, "money.asks", amount=money(language, open_amount, currency))
    elif one.next_due_on is not None:
        said = text(language, "money.ahead", day=long_day(language, as_date(one.next_due_on)))
    else:
        said = ""
    named = contract_title(language, one)
    amount = due_amount(one)
    shown = major_units(amount) if amount else ""
    begins = "yes" if one.sells_membership else ""
    return {"said": f"{named}. {said}" if said else named, "expected": one.asks, "amount": shown, "paid_by": AT_ONCE[0], "begins": begins}


def _refunds(language: str, one: Contract, currency: str) -> dict[str, str]:
    there = one.paid - one.refunded
    said = text(language, "money.was_paid", amount=money(language, there, currency))
    return {"said": f"{contract_title(language, one)}. {said}", "amount": major_units(there)}


def _cancels(language: str, one: Contract, _currency: str) -> dict[str, str]:
    return {"said": text(language, "money.cancel_says", name=contract_title(language, one))}


def _withdraws(language: str, one: Contract, _currency: str) -> dict[str, str]:
    return {"said": text(language, "money.autopay_says", name=contract_title(language, one))}


_BEGINS: Final[dict[str, Callable[[str, Contract, str], dict[str, str]]]] = {
    "take_payment": _pays,
    "refund": _refunds,
    "cancel_contract": _cancels,
    "withdraw_autopay": _withdraws,
}
#: The deeds that a contract allows or not, as it stands.
OF_A_CONTRACT: Final = frozenset(_BEGINS)
