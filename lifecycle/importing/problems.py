"""What an import could not take, or took with a remark: file, line, field, and the code of a sentence.

The words stand in the catalogue under `import.<code>`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One row with something to say about. `refused` tells whether it was left out."""

    file: int
    line: int
    field: str
    code: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    refused: bool = True


class BadCell(Exception):
    """A cell that cannot be read as what its column says; `code` and `values` make the sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class BadRow(Exception):
    """A row that cannot be taken, with the field to mend."""

    def __init__(self, field_name: str, code: str, **values: Any) -> None:
        super().__init__(field_name, code, values)
        self.field = field_name
        self.code = code
        self.values = values
