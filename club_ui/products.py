"""The price list in the reader's language: what a product is called, its terms in a line, its row.

Facts and cards name a product by its code; `product_name` says its name wherever one is shown. The names are
read with the frame of every page (`frame`), so that no row needs a query for a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from club_ui.i18n import money, text
from lifecycle.charges import MONTHS
from lifecycle.products import Product

_known: Mapping[str, Product] = {}


def know(products: Iterable[Product]) -> None:
    """Remember the price list of the club that this process shows."""
    global _known  # noqa: PLW0603 - one club a process, like its words
    _known = {one.code: one for one in products}


def product_name(language: str, code: str) -> str:
    """The name of a product by its code; what was sold without the price list is called as it was written."""
    found = _known.get(code)
    return code if found is None else found.name(language)


def terms(language: str, *, kind: str, billing: str, days: int | None, visits: int | None) -> str:
    """`30 days · 12 visits`, of a recurring one how often it is paid."""
    parts = []
    if billing == "recurring":
        parts.append(_period(language, days))
    elif days:
        parts.append(text(language, "count.days", count=days))
    elif kind == "membership":
        parts.append(text(language, "product.open"))
    if visits:
        parts.append(text(language, "product.sessions" if kind == "service" else "count.visits", count=visits))
    return " · ".join(parts)


def _period(language: str, days: int | None) -> str:
    """How often a recurring product is paid: what people call a month is one by the calendar."""
    if days is None:
        return text(language, "billing.recurring")
    months = MONTHS.get(days)
    if months is None:
        return text(language, "product.every", count=days)
    return text(language, "product.monthly") if months == 1 else text(language, "product.every_months", count=months)


@dataclass
class ProductRow:
    """A line of the price list."""

    code: str
    name: str
    terms: str
    price: str
    why_free: str
    sold_to: str
    kind: str
    active: bool
    first: bool
    last: bool


def product_rows(language: str, products: Iterable[Product], currency: str) -> list[ProductRow]:
    """The whole price list in its order."""
    listed = list(products)
    on_sale = [one.code for one in listed if one.active]
    return [
        ProductRow(
            code=one.code,
            name=one.name(language),
            terms=terms(language, kind=one.kind, billing=one.billing, days=one.days, visits=one.visits),
            price=money(language, one.price, currency) if one.price else text(language, "product.free"),
            why_free=one.free_because if one.price == 0 else "",
            sold_to=", ".join(text(language, f"audience.{audience}") for audience in one.sold_to),
            kind=one.kind,
            active=one.active,
            first=on_sale[:1] == [one.code],
            last=on_sale[-1:] == [one.code],
        )
        for one in listed
    ]
