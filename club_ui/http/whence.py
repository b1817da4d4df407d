"""Where a request comes from: which address, which browser session, whether from our own pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from lifecycle.settings import Settings

#: Cookie names: the prefix makes browsers refuse one set by a neighbouring host or without TLS.
SAFE_COOKIE: Final = "__Host-club"
PLAIN_COOKIE: Final = "club"

_HOST = re.compile(r"[\w.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_LOOPBACK = ("127.", "::1", "localhost")


def is_https(settings: Settings) -> bool:
    """Whether people reach this club over TLS."""
    return bool(settings.public_url and settings.public_url.startswith("https://"))


def cookie_name(settings: Settings) -> str:
    """The one name under which a session is believed."""
    return SAFE_COOKIE if is_https(settings) else PLAIN_COOKIE


def token_of(cookies: str, settings: Settings) -> str | None:
    """The session's token in a Cookie header; None where there is none, or two that disagree."""
    name = cookie_name(settings)
    found = {value for each in cookies.split(";") for key, _, value in [each.strip().partition("=")] if key == name}
    return found.pop() if len(found) == 1 else None


def header(scope: Mapping[str, Any], name: bytes) -> str:
    """A header of an ASGI request, or an empty word; repeated ones are joined by commas."""
    return ",".join(value.decode("latin-1") for key, value in scope.get("headers", ()) if key == name)


def address(scope: Mapping[str, Any], hops: int) -> str:
    """The address of whoever asks: the connection's, or behind `hops` trusted proxies what the outermost of them saw.

    What lies further left in X-Forwarded-For the sender may have made up, and it is not read.
    """
    client = scope.get("client")
    nearest = str(client[0]) if client else ""
    if not hops:
        return nearest
    told = [each.strip() for each in header(scope, b"x-forwarded-for").split(",") if each.strip()]
    return told[-hops][:64] if len(told) >= hops else nearest


def is_loopback(address_: str) -> bool:
    """Whether somebody sits at this very machine."""
    return address_.startswith(_LOOPBACK)


def host(scope: Mapping[str, Any]) -> str:
    """The Host header where it looks like one, else an empty word."""
    told = header(scope, b"host").lower()
    return told if _HOST.fullmatch(told) else ""


def is_from_our_pages(scope: Mapping[str, Any], settings: Settings) -> bool:
    """Whether a request was sent by a page of this club, or by no browser at all.

    Browsers say themselves where a form was sent from; other programs carry nobody's cookies.
    """
    site = header(scope, b"sec-fetch-site")
    origin = header(scope, b"origin")
    if site and site != "same-origin":
        return False
    return not origin or is_own_origin(origin, scope, settings)


def is_own_origin(origin: str, scope: Mapping[str, Any], settings: Settings) -> bool:
    """Whether an Origin header names the address this request came to, or the public one."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return False
    own: Iterable[str] = {host(scope), urlsplit(settings.public_url or "").netloc.lower()}
    return parts.netloc.lower() in {each for each in own if each}


def safe_next(wanted: str | None, default: str = "/") -> str:
    """A path of our own to go on to, or the default: never another host, a script or an odd spelling of either."""
    if not wanted or len(wanted) > 500 or not _PATH.fullmatch(wanted):
        return default
    path = urlsplit(wanted).path
    odd = "//" in path or ".." in path or "%" in path or path.startswith(("/auth", "/sign-in", "/set-up"))
    return default if odd else wanted
