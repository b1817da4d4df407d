"""What the club refuses, as codes with values that a screen can say in any language.

The words stand in the catalogue under `error.<code>`; the values fill them in.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as member
from typing import Any


class ClubError(Exception):
    """Something was refused and nothing was changed. `code` names the sentence, `values` fill it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code}: {shown}" if shown else self.code


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that cannot be taken: its name, the code of the sentence, what fills it."""

    field: str
    code: str
    values: dict[str, Any] = member(default_factory=dict)


class BadInput(ClubError):
    """One or several fields cannot be taken as they are."""

    def __init__(self, errors: list[FieldError]) -> None:
        first = errors[0]
        super().__init__(first.code, **{"field": first.field, **first.values})
        self.errors = errors

    @classmethod
    def of(cls, field_name: str, code: str, **values: Any) -> BadInput:
        """One field, one sentence."""
        return cls([FieldError(field_name, code, values)])


class Refused(ClubError):
    """The acting person has no right to this."""


class NotFound(ClubError):
    """There is no such thing, or none that the acting person may see (never told apart)."""


class GateRefused(ClubError):
    """The sale gate is shut (spec: lifecycle, section 8); `needs` is the move that opens it."""

    def __init__(self, needs: str) -> None:
        super().__init__(f"sale_gate_{needs}", needs=needs)
        self.needs = needs


class IllegalMove(ClubError):
    """The client does not stand where this move begins."""


class ColumnClosed(IllegalMove):
    """A column of the board takes no card now: nothing becomes overdue by hand, and a week may have no days left."""


class Conflict(ClubError):
    """Somebody else changed it meanwhile; nothing was overwritten."""


class Busy(ClubError):
    """The database is taken or full for now; the same try later may pass."""


def shown(value: Any) -> str:
    """What came in, short and safe to print: letters beyond ASCII and broken ones are spelled out."""
    spelled = ascii(value)
    return (spelled[1:-1] if isinstance(value, str) else spelled)[:60]
