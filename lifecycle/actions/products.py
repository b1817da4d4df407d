"""Doors for the price list. A line is never deleted, because contracts name it; it is taken off sale."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import rights, store
from lifecycle.actions import audit
from lifecycle.actions.choices import LANGUAGES
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, NotFound
from lifecycle.products import Product, checked

PRODUCTS_MOST: Final = 300
_ODD: Final = re.compile(r"[^a-z0-9]+")


def add(
    club: Club,
    desk: Desk,
    *,
    names: Mapping[str, str],
    kind: str = "membership",
    billing: str = "term",
    price: int,
    days: int | None = None,
    visits: int | None = None,
    free_because: str = "",
    sold_to: Sequence[str] = (),
) -> Product:
    """Put a product on the price list; gives it. Raises Refused without the right `edit_products`, BadInput naming each field."""
    rights.check(desk, "edit_products")
    values = checked(_values(names, kind, billing, price, days, visits, free_because, sold_to))
    with club.writing() as conn:
        store.changes.stand_last_in_line(conn)
        known = store.products.every(conn)
        if len(known) >= PRODUCTS_MOST:
            raise BadInput.of("name_en", "too_many_lines", most=PRODUCTS_MOST)
        code = _code(values["names"], {one.code for one in known})
        position = max((one.position for one in known), default=-1) + 1
        store.products.add(conn, {"code": code, "position": position, "active": True, "version": 1, **values})
        return _done(club, conn, desk, code, "added")


def change(
    club: Club,
    desk: Desk,
    code: str,
    *,
    version: int,
    names: Mapping[str, str],
    kind: str = "membership",
    billing: str = "term",
    price: int,
    days: int | None = None,
    visits: int | None = None,
    free_because: str = "",
    sold_to: Sequence[str] = (),
) -> Product:
    """Change a product; what was sold keeps its terms. Raises as `add`, NotFound, Conflict."""
    rights.check(desk, "edit_products")
    values = checked(_values(names, kind, billing, price, days, visits, free_because, sold_to))
    with club.writing() as conn:
        _write(conn, code, version, values)
        return _done(club, conn, desk, code, "changed")


def set_active(club: Club, desk: Desk, code: str, *, version: int, active: bool) -> Product:
    """Take a product off sale, or sell it again. Raises as `change`."""
    rights.check(desk, "edit_products")
    with club.writing() as conn:
        _write(conn, code, version, {"active": active})
        return _done(club, conn, desk, code, "opened" if active else "shut")


def move(club: Club, desk: Desk, code: str, by: int) -> None:
    """Put a product one place up or down among those on sale. Raises Refused, NotFound."""
    rights.check(desk, "edit_products")
    with club.writing() as conn:
        store.changes.stand_last_in_line(conn)
        codes = [one.code for one in store.products.active(conn)]
        if code not in codes:
            raise NotFound("no_such_product")
        place = codes.index(code)
        if 0 <= place + by < len(codes):
            codes[place], codes[place + by] = codes[place + by], codes[place]
            for position, each in enumerate(codes):
                store.products.place(conn, each, position)
            _done(club, conn, desk, code, "reordered")


def _values(
    names: Mapping[str, str], kind: str, billing: str, price: int, days: int | None, visits: int | None, free_because: str,
    sold_to: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    words = {language: " ".join(str(names.get(language, "")).split()) for language in LANGUAGES}
    return {
        "names": words, "kind": kind, "billing": billing, "price": price, "days": days, "visits": visits,
        "free_because": free_because, "sold_to": list(sold_to),
    }  # fmt: skip


def _get(conn: Connection, code: str) -> Product:
    found = store.products.get(conn, code)
    if found is None:
        raise NotFound("no_such_product")
    return found


def _write(conn: Connection, code: str, version: int, values: Mapping[str, Any]) -> None:
    found = _get(conn, code)
    if found.version != version or not store.products.change(conn, code, version, values):
        raise Conflict("changed_meanwhile", version=found.version)


def _done(club: Club, conn: Connection, desk: Desk, code: str, how: str) -> Product:
    audit.append(conn, desk, "edit_products", at=club.clock.now(), detail={"product": code, "how": how})
    return _get(conn, code)


def _code(names: Mapping[str, str], taken: set[str]) -> str:
    """A code for ever: of the English name where there is one, else a number."""
    stem = _ODD.sub("_", names.get("en", "").casefold()).strip("_")[:40] or "product"
    numbered = [stem, *(f"{stem}_{number}" for number in range(2, PRODUCTS_MOST + 2))]
    return next(code for code in numbered if code not in taken)
