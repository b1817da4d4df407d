"""The shapes of what may be chosen, in the API: as `shapes`."""

from __future__ import annotations

from pydantic import BaseModel

from club_ui.http.api.shapes import Json
from lifecycle.choices import Line
from lifecycle.products import Product
from lifecycle.register import Lists


class LineShape(BaseModel):
    """A line of a list: its code for ever, and what it is called."""

    code: str
    name: str


class ProductShape(LineShape):
    """A line of the price list; `price` in minor units of the club's currency."""

    kind: str
    billing: str
    days: int | None
    visits: int | None
    price: int


class PersonShape(BaseModel):
    """Somebody to whom a card can be given, and the codes of the branches where they work."""

    id: str
    name: str
    role: str
    branches: list[str]


class ListsShape(BaseModel):
    """What may be chosen now, in the order in which the club offers it."""

    contact_statuses: list[LineShape]
    leaving: list[LineShape]
    refusing: list[LineShape]
    products: list[ProductShape]
    people: list[PersonShape]
    currency: str


def lists(known: Lists, language: str) -> Json:
    """What `GET /lists` answers."""
    return {
        "contact_statuses": [_line(one, language) for one in known.statuses],
        "leaving": [_line(one, language) for one in known.leaving],
        "refusing": [_line(one, language) for one in known.refusing],
        "products": [
            _line(one, language)
            | {"kind": one.kind, "billing": one.billing, "days": one.days, "visits": one.visits, "price": one.price}
            for one in known.products
        ],
        "people": [{"id": str(one.id), "name": one.name, "role": one.role, "branches": list(codes)} for one, codes in known.people],
        "currency": known.currency,
    }


def _line(one: Line | Product, language: str) -> Json:
    return {"code": one.code, "name": one.name(language)}
