"""Who sent this: comparing secrets and signatures in constant time, with the secret before while it still holds.

The club's own way, for programs that have no way of their own: either the secret itself (`Authorization:
Bearer`, the header `X-Club-Secret`, or `key` in the address, where a provider can set nothing else), or a
signature: `X-Club-Timestamp` (seconds since 1970) and `X-Club-Signature`, the hex HMAC-SHA256 of the
timestamp, a full stop and the body.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from lifecycle.intake.adapter import Incoming, Stale, Unsigned
from lifecycle.store.sources import SourceRow

#: How far a signed moment may be from now, either way.
TOLERANCE: Final = timedelta(minutes=5)
_LONGEST: Final = 12


def same(given: str, expected: Iterable[str]) -> bool:
    """Whether what was given is one of the expected, compared in constant time; an empty one never is."""
    told, found = given.encode("utf-8", "surrogateescape"), False
    for each in expected:
        found = (hmac.compare_digest(told, each.encode("utf-8")) and bool(each)) or found
    return found


def require(given: str, source: SourceRow, now: datetime, made: Callable[[str], str] = str) -> None:
    """Raise Unsigned unless `given` is what `made` makes of a secret of the source that holds now."""
    if not given or not same(given, [made(secret) for secret in source.secrets(now)]):
        raise Unsigned


def require_recent(at: datetime, now: datetime) -> None:
    """Raise Stale for a signed moment that is not now."""
    if abs(now - at) > TOLERANCE:
        raise Stale


def hmac_hex(secret: str, message: bytes) -> str:
    """The HMAC-SHA256 of a message, as hexadecimal digits."""
    return hmac.new(secret.encode("utf-8"), message, hashlib.sha256).hexdigest()


def check_own(incoming: Incoming, source: SourceRow, now: datetime) -> None:
    """Check the club's own way of signing. Raises Unsigned or Stale."""
    if signature := incoming.headers.get("x-club-signature", ""):
        _check_signature(signature, incoming, source, now)
    else:
        require(secret_of(incoming), source, now)


def secret_of(incoming: Incoming) -> str:
    """The secret as it came: in a header, or in the address."""
    kind, _, token = incoming.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if kind.lower() == "bearer" else ""
    return bearer or incoming.headers.get("x-club-secret", "") or incoming.query.get("key", "")


def _check_signature(signature: str, incoming: Incoming, source: SourceRow, now: datetime) -> None:
    stamp = incoming.headers.get("x-club-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST):
        raise Unsigned
    message = stamp.encode() + b"." + incoming.body
    told = signature.removeprefix("sha256=").lower()
    require(told, source, now, lambda secret: hmac_hex(secret, message))
    require_recent(_instant(int(stamp)), now)


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Stale from None
