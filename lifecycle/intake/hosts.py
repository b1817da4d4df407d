"""Which hosts may post: addresses, networks, or names that are looked up now and then."""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from typing import Final

#: How long an answer of the name service is believed.
_BELIEVED: Final = 600.0
_known: dict[str, tuple[float, frozenset[str]]] = {}


def allowed(address: str, listed: str) -> bool:
    """Whether an address is one of those listed; an empty list allows everybody."""
    names = [name for name in re.split(r"[\s,;]+", listed) if name]
    return not names or any(_is(address, name) for name in names)


def _is(address: str, listed: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(listed, strict=False)
    except ValueError:
        return address in _looked_up(listed)


def _looked_up(name: str) -> frozenset[str]:
    at, found = _known.get(name, (float("-inf"), frozenset[str]()))
    if time.monotonic() - at < _BELIEVED:
        return found
    try:
        found = frozenset(str(each[4][0]) for each in socket.getaddrinfo(name, None))
    except (OSError, UnicodeError):
        # What it was before is the best that is known.
        pass
    _known[name] = time.monotonic(), found
    return found
