"""The club's price list: what may be sold, on which terms, and to whom (spec: board, section 10).

Pure: a product is checked by `checked`, and `fits` tells whether it may be sold to a client.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lifecycle.days import Day
from lifecycle.errors import BadInput, FieldError
from lifecycle.facts import BILLINGS, CONTRACT_KINDS, COUNT_MOST, Fact, text_error
from lifecycle.fold import fold
from lifecycle.placement import Placement, placement
from lifecycle.policy import Policies

#: To whom a product may be sold; none named means everybody.
AUDIENCES: Final = ("newcomer", "member", "former", "company")
PRICE_MOST: Final = 10**12
NAME_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Product:
    """A line of the price list. Of a recurring one `days` is the time from one charge to the next."""

    code: str
    kind: str
    names: Mapping[str, str]
    days: int | None
    visits: int | None
    billing: str
    price: int
    free_because: str = ""
    sold_to: Sequence[str] = field(default_factory=tuple)
    position: int = 0
    active: bool = True
    version: int = 1

    def name(self, language: str) -> str:
        """Its name in a language; in another where it has none in that."""
        return self.names.get(language) or next((word for word in self.names.values() if word), self.code)


def audience_of(kind: str, placement: Placement, *, bought: bool) -> str:
    """What a client is to the price list: a company, a member, somebody who was one, or new."""
    if kind == "company":
        return "company"
    if placement.status == "active" and bought:
        return "member"
    return "former" if bought else "newcomer"


def audience_in(kind: str, facts: Sequence[Fact], policies: Policies, today: Day) -> str:
    """As `audience_of`, from all the facts of a client."""
    known = fold(facts, policies, today)
    return audience_of(kind, placement(facts, policies, today), bought=bool(known.memberships or known.spent))


def fits(product: Product, audience: str) -> bool:
    """Whether the product may be sold to such a client."""
    return not product.sold_to or audience in product.sold_to


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a product as they are stored. Raises BadInput naming every field that cannot be taken."""
    errors = [*_name_errors(values["names"]), *_term_errors(values), *_price_errors(values)]
    strangers = [one for one in values["sold_to"] if one not in AUDIENCES]
    if strangers:
        errors.append(FieldError("sold_to", "bad_choice", {"value": str(strangers[0])[:60], "choices": AUDIENCES}))
    if errors:
        raise BadInput(errors)
    return {**values, "sold_to": [one for one in AUDIENCES if one in values["sold_to"]], "free_because": values["free_because"].strip()}


def _name_errors(names: Mapping[str, str]) -> list[FieldError]:
    errors = [error for language, word in names.items() if (error := text_error(f"name_{language}", word, NAME_MOST))]
    if not errors and not any(word.strip() for word in names.values()):
        errors.append(FieldError(f"name_{next(iter(names), 'en')}", "missing_field", {"field": "name"}))
    return errors


def _term_errors(values: Mapping[str, Any]) -> list[FieldError]:
    errors = [
        FieldError(name, "bad_choice", {"value": str(values[name])[:60], "choices": choices})
        for name, choices in (("kind", CONTRACT_KINDS), ("billing", BILLINGS))
        if values[name] not in choices
    ]
    errors += [
        FieldError(name, "bad_number", {"value": values[name], "least": 1, "most": COUNT_MOST})
        for name in ("days", "visits")
        if values[name] is not None and not 1 <= values[name] <= COUNT_MOST
    ]
    return errors or [error for error in _kind_errors(values) if error is not None]


def _kind_errors(values: Mapping[str, Any]) -> list[FieldError | None]:
    """What each kind cannot do without, and what it cannot have."""
    recurring = values["billing"] == "recurring"
    if values["kind"] == "service":
        return [FieldError("billing", "service_is_paid_once") if recurring else None, _missing(values, "visits")]
    odd = FieldError("visits", "recurring_has_no_visits") if recurring and values["visits"] is not None else None
    return [_missing(values, "days"), odd]


def _missing(values: Mapping[str, Any], name: str) -> FieldError | None:
    return FieldError(name, "missing_field", {"field": name}) if values[name] is None else None


def _price_errors(values: Mapping[str, Any]) -> list[FieldError]:
    price = values["price"]
    if not 0 <= price <= PRICE_MOST:
        return [FieldError("price", "bad_number", {"value": price, "least": 0, "most": PRICE_MOST})]
    if error := text_error("free_because", values["free_because"], 500):
        return [error]
    if price == 0 and not values["free_because"].strip():
        return [FieldError("free_because", "free_needs_reason")]
    if price == 0 and values["billing"] == "recurring":
        return [FieldError("price", "recurring_is_not_free")]
    return []
