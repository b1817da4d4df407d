"""What may stand in the options of a connection: what is not understood is said while somebody types it, not when a call comes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from lifecycle.connections import LANGUAGES, WAYS
from lifecycle.errors import FieldError
from lifecycle.phones import digits_of

#: Names of hosts, as they are looked up.
_HOST: Final = re.compile(r"(?=.{1,253}\Z)[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_ORIGIN: Final = re.compile(r"https?://(?P<host>[^\s/:?#@]+)(:\d{1,5})?/?", re.IGNORECASE)
_SHOWN: Final = 60


def errors_of(options: Mapping[str, Any], branches: Sequence[str]) -> list[FieldError]:
    """What of these options would never work; `branches` are the codes there are."""
    return [error for name, value in options.items() if name in _CHECKS for error in _CHECKS[name](name, str(value), branches)]


def _pieces(value: str, marks: str) -> list[str]:
    return [piece.strip() for piece in re.split(marks, value) if piece.strip()]


def _lines(name: str, value: str, branches: Sequence[str]) -> Iterator[FieldError]:
    for piece in _pieces(value, r"[;,\n]"):
        number, mark, code = piece.partition("=")
        if not mark or not digits_of(number) or code.strip() not in branches:
            yield FieldError(name, "bad_line", {"value": piece[:_SHOWN], "codes": ", ".join(branches)})
            return


def _hosts(name: str, value: str, _branches: Sequence[str]) -> Iterator[FieldError]:
    for piece in _pieces(value, r"[\s,;]+"):
        if not _is_network(piece) and (not _HOST.fullmatch(piece) or re.fullmatch(r"[\d.]+", piece)):
            yield FieldError(name, "bad_host", {"value": piece[:_SHOWN]})
            return


def _is_network(piece: str) -> bool:
    try:
        ipaddress.ip_network(piece, strict=False)
    except ValueError:
        return False
    return True


def _origins(name: str, value: str, _branches: Sequence[str]) -> Iterator[FieldError]:
    for piece in _pieces(value, r"[\s,]+"):
        found = _ORIGIN.fullmatch(piece)
        if found is None or not _HOST.fullmatch(found["host"]):
            yield FieldError(name, "bad_origin", {"value": piece[:_SHOWN]})
            return


def _one_of(choices: Sequence[str]) -> Callable[[str, str, Sequence[str]], Iterator[FieldError]]:
    def check(name: str, value: str, _branches: Sequence[str]) -> Iterator[FieldError]:
        if value and value not in choices:
            yield FieldError(name, "bad_choice", {"value": value[:_SHOWN], "choices": tuple(choices)})

    return check


_CHECKS: Final[Mapping[str, Callable[[str, str, Sequence[str]], Iterator[FieldError]]]] = {
    "lines": _lines, "hosts": _hosts, "networks": _hosts, "origins": _origins, "source": _one_of(WAYS), "language": _one_of(LANGUAGES),
}  # fmt: skip
