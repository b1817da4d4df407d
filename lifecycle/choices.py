"""The lists that a club edits: contact statuses, why clients leave, why they refuse (spec: board, sections 1 and 8).

What a list holds before anybody edited it stands in `choices.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

KINDS: Final = ("contact_status", "leaving", "refusing")
#: The line of a list of reasons that says nothing without a text beside it.
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: its code for ever, its words by language, whether it may still be chosen."""

    kind: str
    code: str
    names: Mapping[str, str]
    position: int
    active: bool = True
    version: int = 1

    def name(self, language: str) -> str:
        """Its word in a language; in another one where the club gave none, and at last the code."""
        return self.names.get(language) or next((word for word in self.names.values() if word), self.code)


def _lines(raw: Mapping[str, Any]) -> dict[str, tuple[Line, ...]]:
    return {
        kind: tuple(Line(kind, code, names, place) for place, (code, names) in enumerate(raw[kind].items()))
        for kind in KINDS
    }


DEFAULTS: Final = _lines(tomllib.loads(resources.files("lifecycle").joinpath("choices.toml").read_text("utf-8")))
