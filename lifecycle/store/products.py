"""Queries for the price list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lifecycle.intake_tables import Product as ProductTable
from lifecycle.products import Product

_product = ProductTable.__table__  # type: ignore[attr-defined]
_COLUMNS = [_product.c[name] for name in Product.__dataclass_fields__]


def every(conn: Connection) -> list[Product]:
    """The whole price list in its order, what is sold no more at the end."""
    query = select(*_COLUMNS).order_by(_product.c.active.desc(), _product.c.position, _product.c.code)
    return [Product(**row._mapping) for row in conn.execute(query)]


def active(conn: Connection) -> list[Product]:
    """What is sold now, in its order."""
    return [one for one in every(conn) if one.active]


def get(conn: Connection, code: str) -> Product | None:
    """One line by its code."""
    row = conn.execute(select(*_COLUMNS).where(_product.c.code == code)).first()
    return None if row is None else Product(**row._mapping)


def add(conn: Connection, values: Mapping[str, Any]) -> None:
    """One line more."""
    conn.execute(insert(_product).values(dict(values)))


def place(conn: Connection, code: str, position: int) -> None:
    """Where a line stands; the line itself stays as it was read."""
    conn.execute(update(_product).where(_product.c.code == code, _product.c.position != position).values(position=position))


def change(conn: Connection, code: str, version: int, values: Mapping[str, Any]) -> bool:
    """Write a line anew if it is still as it was read; False where somebody was faster."""
    query = update(_product).where(_product.c.code == code, _product.c.version == version)
    return conn.execute(query.values(**values, version=version + 1)).rowcount == 1
