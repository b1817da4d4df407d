"""What the columns of a table mean: guessed from its headings, or told by a small TOML file (docs: import).

A mapping names the source, the branches and their spellings, what is sold and for how long, and for each
table its columns, what holds for every row of it, and what the words in its cells mean.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import Any, Final

from babel.numbers import get_currency_precision

from lifecycle.days import Day, zone_of
from lifecycle.errors import ClubError
from lifecycle.importing import sheets
from lifecycle.importing.cells import money, text
from lifecycle.importing.problems import BadCell
from lifecycle.importing.sheets import Sheet
from lifecycle.importing.vocabulary import FIELDS, KINDS, NEEDED, VALUES, field_of, kind_of, plain

#: A heading above the table and a line with the club's name are common; twenty are not.
_HEADING_WITHIN: Final = 20
#: What a mapping may say of a table.
_TABLE_KEYS: Final = frozenset({"files", "kind", "columns", "constants", "values", "activated", "month_first"})
#: What stands behind a key where it is no plain word, and what behind each name or place in that.
_SHAPES: Final[dict[str, tuple[type, tuple[type, ...]]]] = {
    "branches": (dict, (dict,)),
    "columns": (dict, (str, list)),
    "constants": (dict, (str, int, float, date)),
    "products": (dict, (dict,)),
    "skip": (list, (str,)),
    "spellings": (list, (str,)),
    "tables": (list, (dict,)),
    "values": (dict, (dict,)),
}
_WORDS: Final = frozenset({"country", "currency", "files", "name", "source", "timezone"})
_TOP_KEYS: Final = frozenset({"source", "country", "currency", "timezone", "as_of", "skip", "branches", "products", "tables"})
#: What a table of memberships may say about when they were activated.
ACTIVATED: Final = ("dated", "sold")


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold: its name, its length in days or visits, what it usually costs in minor units."""

    name: str
    billing: str = "term"
    days: int | None = None
    visits: int | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch the mapping names: made where the club does not have it yet."""

    code: str
    name: str
    timezone: str | None
    country: str | None
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a mapping says of one table."""

    files: str = "*"
    kind: str | None = None
    columns: Map[str, tuple[str, ...]] | None = None
    constants: Map[str, str] = field(default_factory=dict)
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    activated: str = "dated"
    month_first: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """All a mapping file says; the defaults are what holds without one."""

    source: str = "table"
    country: str | None = None
    digits: int = 2
    timezone: str | None = None
    as_of: Day | None = None
    skip: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    products: Map[str, Product] = field(default_factory=dict)
    tables: tuple[Told, ...] = ()
    digest: str = ""

    def told(self, name: str) -> Told:
        """What is said of a file of this name."""
        return next((one for one in self.tables if fnmatch(name.casefold(), one.files.casefold())), Told())

    def skips(self, name: str) -> bool:
        """Whether the mapping leaves this file out."""
        return any(fnmatch(name.casefold(), one.casefold()) for one in self.skip)


@dataclass(frozen=True, slots=True)
class Reading:
    """One table with its columns understood: which of them holds which field."""

    place: int
    sheet: Sheet
    kind: str
    heading_line: int
    headings: tuple[str, ...]
    columns: Map[str, tuple[int, ...]]
    told: Told
    digest: str
    mending: bool = False

    @property
    def name(self) -> str:
        """The file's name, as problems name it."""
        return self.sheet.path.name

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings that nothing is taken from."""
        used = {index for indexes in self.columns.values() for index in indexes}
        return tuple(heading for index, heading in enumerate(self.headings) if heading and index not in used)

    @property
    def sells(self) -> bool:
        """Whether its rows tell of memberships."""
        return self.kind == "memberships" or bool({"product", "sold", "activated", "ends"} & {*self.columns, *self.told.constants})

    @property
    def makes_clients(self) -> bool:
        """Whether a row makes the client it names where nobody knows them."""
        named = {"name", "last_name", "company"} & {*self.columns}
        return bool(named) and (self.kind == "clients" or (self.kind == "memberships" and "phone" in self.columns))


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file. Raises ClubError that names what it cannot take."""
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise ClubError("import_file_missing", file=path.name) from None
    except (OSError, ValueError) as error:
        raise ClubError("import_mapping_unreadable", file=path.name, why=str(error)[:200]) from None
    return mapping_of(raw)


def mapping_of(raw: Map[str, Any]) -> Mapping:
    """The mapping from its parsed file; what nothing knows is refused rather than left out in silence."""
    _only(raw, _TOP_KEYS | _TABLE_KEYS, "")
    digits = get_currency_precision(raw["currency"].upper()) if raw.get("currency") else 2
    tables = [_told(one, f"tables.{place}.") for place, one in enumerate(raw.get("tables", ()), 1)]
    if _TABLE_KEYS & {*raw}:
        tables.append(_told({key: raw[key] for key in _TABLE_KEYS & {*raw}}, ""))
    as_of = raw.get("as_of")
    if as_of is not None and not isinstance(as_of, date):
        raise ClubError("import_mapping_value", key="as_of", value=str(as_of))
    if raw.get("timezone"):
        zone_of(raw["timezone"])
    return Mapping(
        source=plain(str(raw.get("source", "table"))).replace(" ", "-"),
        country=raw.get("country"),
        digits=digits,
        timezone=raw.get("timezone"),
        as_of=as_of.toordinal() if as_of else None,
        skip=tuple(raw.get("skip", ())),
        branches=tuple(_branch(code, one) for code, one in raw.get("branches", {}).items()),
        products=_products(raw.get("products", {}), digits),
        tables=tuple(tables),
        digest=hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest(),
    )


def _only(table: Map[str, Any], allowed: frozenset[str], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise ClubError("import_mapping_unknown", key=f"{where}{key}")
        _shaped(f"{where}{key}", key, table[key])


def _shaped(called: str, key: str, value: Any) -> None:
    """Refuse a word where there must be a table, and the other way round."""
    whole, each = _SHAPES.get(key, (str if key in _WORDS else object, ()))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    odd = [one for one in inner if each and not isinstance(one, each)]
    if odd or not isinstance(value, whole):
        raise ClubError("import_mapping_value", key=called, value=str([*odd, value][0])[:60])


def _branch(code: str, raw: Map[str, Any]) -> Branch:
    _only(raw, frozenset({"name", "timezone", "country", "spellings"}), f"branches.{code}.")
    if raw.get("timezone"):
        zone_of(raw["timezone"])
    name = raw.get("name", code)
    return Branch(code, name, raw.get("timezone"), raw.get("country"), (code, name, *raw.get("spellings", ())))


def _products(raw: Map[str, Any], digits: int) -> dict[str, Product]:
    found: dict[str, Product] = {}
    for name, one in raw.items():
        where = f"products.{name}."
        _only(one, frozenset({"days", "visits", "price", "billing", "spellings", "name"}), where)
        product = Product(
            name=one.get("name", name),
            billing=_one_of(one.get("billing", "term"), ("term", "recurring"), f"{where}billing"),
            days=_count(one.get("days"), f"{where}days"),
            visits=_count(one.get("visits"), f"{where}visits"),
            price=_price(one.get("price"), digits, f"{where}price"),
        )
        found |= {plain(word): product for word in (name, product.name, *one.get("spellings", ()))}
    return found


def _count(value: Any, key: str) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ClubError("import_mapping_value", key=key, value=str(value))
    return value


def _price(value: Any, digits: int, key: str) -> int | None:
    try:
        return None if value is None else money(str(value), digits)
    except BadCell:
        raise ClubError("import_mapping_value", key=key, value=str(value)) from None


def _one_of(value: Any, choices: tuple[str, ...], key: str) -> str:
    if value not in choices:
        raise ClubError("import_mapping_value", key=key, value=str(value))
    return str(value)


def _told(raw: Map[str, Any], where: str) -> Told:
    _only(raw, _TABLE_KEYS, where)
    kind = raw.get("kind")
    if kind is not None:
        _one_of(kind, KINDS, f"{where}kind")
    columns = raw.get("columns")
    values = {name: _values(name, table, where) for name, table in raw.get("values", {}).items()}
    return Told(
        files=raw.get("files", "*"),
        kind=kind,
        columns=None if columns is None else {name: _several(one) for name, one in columns.items()},
        constants={name: str(one) for name, one in raw.get("constants", {}).items()},
        values=values,
        activated=_one_of(raw.get("activated", "dated"), ACTIVATED, f"{where}activated"),
        month_first=bool(raw.get("month_first", False)),
    )


def _several(heading: Any) -> tuple[str, ...]:
    return (heading,) if isinstance(heading, str) else tuple(heading)


def _values(name: str, table: Map[str, str], where: str) -> dict[str, str]:
    """What the words of one field mean, checked against what that field may be."""
    known = VALUES.get(name)
    if known is None:
        raise ClubError("import_mapping_unknown", key=f"{where}values.{name}")
    allowed = tuple({*known.values()})
    return {plain(word): _one_of(code, allowed, f"{where}values.{name}.{word}") for word, code in table.items()}


def understand(place: int, path: Path, mapping: Mapping, kind: str | None) -> Reading:
    """Open a table and find its headings and columns. Raises ClubError where nobody could tell what it is."""
    sheet = sheets.open_sheet(path)
    told = mapping.told(path.name)
    first = list(islice(sheet.rows(), _HEADING_WITHIN))
    if not first:
        raise ClubError("import_file_empty", file=path.name)
    kind = kind or told.kind
    line, headings = _headings(first, told, kind, path.name)
    kind = kind or kind_of(headings, path.name)
    if kind is None:
        raise ClubError("import_kind_unclear", file=path.name, kinds=", ".join(KINDS))
    columns = _told_columns(headings, told.columns, kind, path.name) if told.columns is not None else _guessed(headings, kind)
    if not columns:
        raise ClubError("import_headings_unknown", file=path.name)
    for needed in NEEDED[kind]:
        if not needed & {*columns, *told.constants}:
            raise ClubError("import_column_needed", file=path.name, fields=", ".join(sorted(needed)), kind=kind)
    said = json.dumps([mapping.digest, kind, sheet.digest()])
    mending = sheets.MENDING in headings
    return Reading(place, sheet, kind, line, tuple(headings), columns, told, hashlib.sha256(said.encode()).hexdigest(), mending)


def _headings(first: list[sheets.Row], told: Told, kind: str | None, name: str) -> tuple[int, list[str]]:
    """The row that names the columns: the one with the most headings somebody knows."""
    best = max(range(len(first)), key=lambda place: (_known(first[place][1], told, kind, name), -place))
    if told.columns is None and not _known(first[best][1], told, kind, name):
        raise ClubError("import_headings_unknown", file=name)
    line, cells = first[best]
    above = first[best - 1][1] if best else []
    # A heading that spans two rows stands in the upper one.
    filled = [text(cell) or text(above[place] if place < len(above) else "") for place, cell in enumerate(cells)]
    return line, filled


def _known(cells: list[str], told: Told, kind: str | None, name: str) -> int:
    if told.columns is not None:
        wanted = {plain(heading) for headings in told.columns.values() for heading in headings}
        return sum(plain(cell) in wanted for cell in cells if cell)
    kinds = (kind,) if kind else KINDS
    return max(sum(field_of(cell, one) is not None for cell in cells if cell.strip()) for one in kinds)


def _told_columns(
    headings: list[str], told: Map[str, tuple[str, ...]], kind: str, name: str
) -> dict[str, tuple[int, ...]]:
    allowed = FIELDS[kind] | (FIELDS["memberships"] if kind == "clients" else frozenset[str]())
    places = {plain(heading): place for place, heading in reversed(list(enumerate(headings)))}
    columns: dict[str, tuple[int, ...]] = {}
    for field_name, wanted in told.items():
        if field_name not in allowed:
            raise ClubError("import_mapping_unknown", key=f"columns.{field_name}")
        for heading in wanted:
            if plain(heading) not in places:
                raise ClubError("import_column_missing", file=name, column=heading)
        columns[field_name] = tuple(places[plain(heading)] for heading in wanted)
    return columns


def _guessed(headings: list[str], kind: str) -> dict[str, tuple[int, ...]]:
    """Each heading's field; of two columns for one field the first is taken, but phones and e-mails add up."""
    columns: dict[str, tuple[int, ...]] = {}
    for place, heading in enumerate(headings):
        found = field_of(heading, kind) if heading else None
        if found is not None and (found not in columns or found == "phone"):
            columns[found] = (*columns.get(found, ()), place)
    return columns
