"""The price list in settings: its lines, and the form in which one is written."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import reflex as rx

from club_ui import fields
from club_ui.products import ProductRow, know, product_rows
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import rights, store
from lifecycle.actions import products
from lifecycle.actions.choices import LANGUAGES
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, FieldError, NotFound
from lifecycle.products import Product
from lifecycle.touched import Touched


class ProductsState(LivePage, rx.State):
    """What the page of the price list shows, and the open form."""

    rows: list[ProductRow] = []
    retired: list[ProductRow] = []
    may_change: bool = False
    opened: bool = False
    open_code: str = ""
    given: dict[str, str] = {}
    audiences: list[str] = []
    _products: dict[str, Product] = {}
    _version: int = 0

    def _concerns(self, here: Here) -> Touched:
        return here.own

    async def _load(self, here: Here) -> None:
        rights.check(here.desk, "see_products")
        read = await asyncio.to_thread(_read, the_club())
        know(read)
        self._products = {one.code: one for one in read}
        rows = product_rows(here.language, read, here.currency)
        self._show(
            rows=[one for one in rows if one.active],
            retired=[one for one in rows if not one.active],
            may_change=rights.allows(here.desk, "edit_products"),
        )

    @rx.event
    async def begin(self, code: str) -> None:
        """Open the form of a product, or with no code that of a new one."""
        found = self._products.get(code)
        if code and found is None:
            return
        self._new_key()
        # A save of a colleague meanwhile is told when this one is sent.
        self._version = found.version if found else 0
        self._show(
            opened=True, open_code=code, errors={}, given=_given(found), audiences=list(found.sold_to) if found else []
        )

    @rx.event
    async def stop(self) -> None:
        """Close the form."""
        self.opened = False

    @rx.event
    async def send(self, typed: dict[str, str]) -> None:
        """Save the product; where it is refused the form stays as it is."""
        if not self.opened:
            return
        if await self._do(_save, self.open_code, self._version, typed, done="edit_products") is not None:
            self.opened = False
            await self._load_again()

    @rx.event
    async def switch(self, code: str) -> None:
        """Take a product off sale, or sell it again."""
        await self._do(_switch, self._products.get(code), done="edit_products")

    @rx.event
    async def move(self, code: str, by: int) -> None:
        """Put a product one place up or down."""
        if by in (-1, 1) and code in self._products:
            await self._do(_move, code, by)


def _read(club: Club) -> list[Product]:
    with club.reading() as conn:
        return store.products.every(conn)


def _given(found: Product | None) -> dict[str, str]:
    """What the form begins with."""
    if found is None:
        return {"kind": "membership", "billing": "term", "days": "30", "visits": "", "price": "", "free_because": "", **dict.fromkeys(_NAMES, "")}
    return {
        "kind": found.kind,
        "billing": found.billing,
        "days": str(found.days or ""),
        "visits": str(found.visits or ""),
        "price": fields.major_units(found.price),
        "free_because": found.free_because,
        **{f"name_{language}": found.names.get(language, "") for language in LANGUAGES},
    }


_NAMES = tuple(f"name_{language}" for language in LANGUAGES)
#: The numbers of the form, and how each is read.
_NUMBERS = (("days", "number"), ("visits", "number"), ("price", "money"))


def _save(club: Club, desk: Desk, code: str, version: int, typed: Mapping[str, Any]) -> Product:
    values = _values(typed)
    if not code:
        return products.add(club, desk, **values)
    return products.change(club, desk, code, version=version, **values)


def _values(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the door. Raises BadInput naming every field that cannot be read."""
    said = {name: str(value) for name, value in typed.items()}
    numbers: dict[str, int | None] = {}
    errors: list[FieldError] = []
    for name, kind in _NUMBERS:
        try:
            numbers[name] = fields.read(fields.Field(name, kind), said.get(name, ""))
        except BadInput as error:
            errors += error.errors
    if numbers.get("price", 0) is None:
        errors.append(FieldError("price", "missing_field", {"field": "price"}))
    if errors:
        raise BadInput(errors)
    return {
        "names": {language: said.get(f"name_{language}", "") for language in LANGUAGES},
        "kind": said.get("kind", ""),
        "billing": said.get("billing", ""),
        "free_because": said.get("free_because", ""),
        "sold_to": [one for one in said.get("sold_to", "").split(",") if one],
        **numbers,
    }


def _switch(club: Club, desk: Desk, found: Product | None) -> Product:
    if found is None:
        raise NotFound("no_such_product")
    return products.set_active(club, desk, found.code, version=found.version, active=not found.active)


def _move(club: Club, desk: Desk, code: str, by: int) -> bool:
    products.move(club, desk, code, by)
    return True
