"""The fields of forms as data, and how what was typed becomes the arguments of a door.

A form's field is named as the fact's field, so that a refusal finds it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from lifecycle.amounts import minor_of
from lifecycle.errors import BadInput, FieldError

LONGEST: Final = 4000


@dataclass(frozen=True)
class Field:
    """One field: `kind` is text, area, number, money, day, time, choice, membership, person, trainer, said, about or hidden.

    `about` is the hidden name of what the deed is about, `hidden` a number; `said` is a sentence to be read. With `only`
    it is there where the form begins with a value of that name.
    """

    name: str
    kind: str = "text"
    word: str = ""
    family: str = ""
    codes: tuple[str, ...] = ()
    none: str | None = None
    to: str = ""
    half: bool = False
    only: str = ""

    @property
    def label(self) -> str:
        """The key of its word."""
        return f"form.{self.word or self.name}"

    @property
    def argument(self) -> str:
        """The door's name for it."""
        return self.to or self.name


@dataclass(frozen=True)
class Deed:
    """One deed: its door, its fields (none: a press is enough), the memberships it may be about."""

    door: Callable[..., Any]
    fields: tuple[Field, ...] = ()
    states: tuple[str, ...] = ()

    @property
    def typed(self) -> frozenset[str]:
        """The names of the fields that a person types: what a draft may hold."""
        return frozenset(one.name for one in self.fields if one.kind not in ("about", "hidden", "said"))


def pick(name: str, family: str, codes: tuple[str, ...], **more: Any) -> Field:
    """One of a few known codes."""
    return Field(name, "choice", family=family, codes=codes, **more)


def arguments_of(deed: Deed, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the door from what was typed. Raises BadInput naming every field that cannot be read."""
    arguments: dict[str, Any] = {}
    errors: list[FieldError] = []
    for one in deed.fields:
        try:
            value = read(one, typed.get(one.name))
        except BadInput as error:
            errors += error.errors
            continue
        if value is not None:
            arguments[one.argument] = value
        elif one.argument in _asked_for(deed.door):
            errors.append(FieldError(one.name, "missing_field", {"field": one.name}))
    if errors:
        raise BadInput(errors)
    return arguments


@cache
def _asked_for(door: Callable[..., Any]) -> frozenset[str]:
    """What the door cannot do without: its own signature says so."""
    told = inspect.signature(door).parameters.values()
    return frozenset(one.name for one in told if one.kind is one.KEYWORD_ONLY and one.default is one.empty)


def read(one: Field, value: Any) -> Any:
    """What was typed into a field; None where nothing was. Raises BadInput."""
    text = value.strip() if isinstance(value, str) and one.kind != "said" else ""
    if not text:
        return None
    if len(text) > LONGEST:
        raise BadInput.of(one.name, "too_long", most=LONGEST)
    if one.kind in ("number", "person", "hidden"):
        return _whole(one.name, text)
    if one.kind == "money":
        return minor_units(one.name, text)
    if one.kind == "choice" and text not in one.codes:
        raise BadInput.of(one.name, "bad_choice", value=text[:60])
    return text


def _whole(name: str, text: str) -> int:
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 7):
        raise BadInput.of(name, "bad_number", value=text[:60], least=1, most=100000)
    return int(digits)


def minor_units(name: str, text: str) -> int:
    """`24 900,50` as 2490050. Raises BadInput for anything that is no amount of money."""
    minor = minor_of("".join(text.split()).replace(",", ".").rstrip("₽₴$€"))
    if minor is None or minor >= 10**12:
        raise BadInput.of(name, "bad_money", value=text[:60])
    return minor


def major_units(minor: int | None) -> str:
    """An amount as one would type it."""
    if minor is None:
        return ""
    whole, rest = divmod(minor, 100)
    return f"{whole},{rest:02}" if rest else str(whole)
