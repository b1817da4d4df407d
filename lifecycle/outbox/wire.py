"""One message over the wire: to the public internet, over TLS where the address says so, and nowhere else.

The name is looked up once and the connection goes to that very address, so that nobody can answer the check
with one address and the call with another. Redirects are not followed. Private addresses (this machine, the
club's own network, a cloud's inner services) are refused unless the club allows them.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from lifecycle.errors import BadInput

#: Seconds for the whole of one message.
PATIENCE: Final = 5.0
EXCERPT: Final = 200
URL_MOST: Final = 500


class NotSent(Exception):
    """Nobody answered, or the address may not be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answered:
    """What the other side said: its status and the beginning of its words."""

    status: int
    excerpt: str


def checked(url: str, *, private: bool) -> SplitResult:
    """The parts of an address that may be sent to, by its looks alone. Raises BadInput."""
    try:
        parts = urlsplit(url)
        odd = parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or parts.fragment != ""
        _ = parts.port
    except ValueError:
        odd = True
    if odd or len(url) > URL_MOST or not url.isascii() or not url.isprintable() or " " in url:
        raise BadInput.of("url", "bad_url")
    if parts.scheme == "http" and not private:
        raise BadInput.of("url", "url_without_tls")
    if not private and _is_literally_private(parts.hostname or ""):
        raise BadInput.of("url", "private_address")
    return parts


def send(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> Answered:
    """Post a message. Raises NotSent."""
    try:
        parts = checked(url, private=private)
    except BadInput as error:
        raise NotSent(error.code) from None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = _connection(parts, _address(parts.hostname or "", port, private=private), port)
    patience = threading.Timer(PATIENCE, _hang_up, [connection])
    patience.daemon = True
    patience.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return Answered(answer.status, _said(answer.read(EXCERPT)))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent("timed_out" if isinstance(error, TimeoutError) else "not_reached") from None
    finally:
        patience.cancel()
        connection.close()


def is_public(address: str) -> bool:
    """Whether an address lies in the public internet, also where it is wrapped into another."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if isinstance(found, ipaddress.IPv6Address) and found in _NAT64:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    told = inner or found
    return bool(told.is_global and not told.is_multicast and not told.is_reserved)


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def _is_literally_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_public(host)
    except ValueError:
        return False


def _address(host: str, port: int, *, private: bool) -> str:
    """The address to connect to. One private address among several makes all of them suspicious."""
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise NotSent("name_unknown") from None
    if not private and not all(map(is_public, found)):
        raise NotSent("private_address")
    return found[0]


def _connection(parts: SplitResult, address: str, port: int) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return _Pinned(host, address, port, ssl.create_default_context())
    return _Pinned(host, address, port, None)


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the name is said to mean by then."""

    def __init__(self, host: str, address: str, port: int, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self._address, self._context = address, context
        self.default_port = 80 if context is None else 443

    def connect(self) -> None:
        """Connect, and over TLS make sure that it is who the name says."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = plain if self._context is None else self._context.wrap_socket(plain, server_hostname=self.host)


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """Who answers drop by drop is not waited for."""
    if (sock := connection.sock) is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def _said(words: bytes) -> str:
    return words.decode("utf-8", "replace").replace("\0", "").strip()[:EXCERPT]
