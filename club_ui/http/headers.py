"""What every answer carries: who may frame it, run scripts in it, keep it; on errors too.

The scripts inside the built pages are known by their hashes; nothing else inline runs, and no text is
run as code. So the framework's own toasts, which it sends as code, stay mute: the club has its own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from club_ui.http import whence
from lifecycle.settings import Settings

ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer browsers would hide from us, too, that a form was sent from our own page.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS: Final = "max-age=31536000; includeSubDomains"
FOR_EVER: Final = "public, max-age=31536000, immutable"

_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_HASHED = re.compile(r"/assets/.+-[\w-]{6,}\.\w+")
_STILL = re.compile(r"/[\w./-]*\.(?:css|js|png|svg|ico|webmanifest|json|woff2|txt)")

_log = structlog.get_logger("club.http")


def script_hashes(pages: Path) -> list[str]:
    """The CSP source of every inline script in the built pages, sorted."""
    found = {script for page in pages.rglob("*.html") for script in _SCRIPT.findall(page.read_bytes())}
    return sorted(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in found)


def policy(hashes: Iterable[str], host: str, *, https: bool) -> str:
    """The Content-Security-Policy of this club at this host."""
    # Not every browser counts a web socket of the same host as `self`.
    socket = f" {'wss' if https else 'ws'}://{host}" if host else ""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{socket}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


class Headers:
    """ASGI middleware around everything: sets the headers, and answers 500 itself when something breaks."""

    def __init__(self, app: ASGIApp, settings: Settings, pages: Path | None) -> None:
        self.app = app
        self.https = whence.is_https(settings)
        self.hashes = script_hashes(pages) if pages is not None and pages.is_dir() else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = ended = False

        async def dressed(message: Message) -> None:
            nonlocal begun, ended
            if message["type"] == "http.response.start":
                begun = True
                self._dress(scope, message)
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        except Exception:
            _log.exception("answer_broke")
            if ended:
                return
            if begun:
                raise
            await answer(dressed, 500, "internal")

    def _dress(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in ALWAYS.items():
            headers[name] = value
        headers["Content-Security-Policy"] = policy(self.hashes, whence.host(scope), https=self.https)
        if self.https:
            headers["Strict-Transport-Security"] = HSTS
        del headers["Server"]
        if "Location" in headers:
            headers["Location"] = _within(headers["Location"], whence.host(scope))
        _set_cache(scope["path"], message["status"], headers)


def _within(location: str, host: str) -> str:
    """An address of our own without scheme and host: only the proxy in front knows whether people came over TLS."""
    begins = f"http://{host}/"
    return "/" + location.removeprefix(begins).lstrip("/\\") if host and location.startswith(begins) else location


def _set_cache(path: str, status: int, headers: MutableHeaders) -> None:
    """Files named by their hash for ever, other files and pages asked for anew, answers never kept."""
    if status in (200, 206, 304) and _HASHED.fullmatch(path):
        headers["Cache-Control"] = FOR_EVER
    elif "Cache-Control" not in headers:
        is_page = headers.get("Content-Type", "").startswith("text/html")
        is_file = status in (200, 206, 304) and _STILL.fullmatch(path) is not None
        private = path.startswith(("/api", "/auth"))
        headers["Cache-Control"] = "no-cache" if (is_page or is_file) and not private else "no-store"


async def answer(send: Any, status: int, code: str, **headers: str) -> None:
    """Answer with a problem's code and nothing else (RFC 9457)."""
    body = f'{{"type":"about:blank","status":{status},"code":"{code}"}}'.encode()
    told = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    told += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
