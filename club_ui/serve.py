"""The club, served: the built front end and the app in one server, without Node, on a port that is free.

Nothing starts before the port is known to be free: the server underneath shares a busy port
silently, and half of the people would land in the other club.
"""

from __future__ import annotations

import http.client
import logging
import multiprocessing
import os
import socket
import sys
import threading
import time
from multiprocessing.connection import wait
from typing import Any
from urllib.parse import urlsplit

from club_ui import build
from lifecycle import occupied
from lifecycle.actions.staff import setup_link
from lifecycle.club import open_club
from lifecycle.errors import ClubError
from lifecycle.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Seconds until a thread that answers a turnstile gets its turn from pages that load, thirty times a pass; Python's own are 0.005.
SWITCH = 0.0002
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


def serve(settings: Settings) -> None:
    """Serve the club until it is stopped. Raises ClubError, before anything starts, where it cannot.

    The front end is built when its sources have changed; otherwise the first page is there in about a second.
    """
    refuse_what_cannot_work(settings)
    refuse_a_busy_port(settings.host, settings.port)
    shelf = build.front()
    with occupied.served(settings.data):
        link = _prepare(settings)
        os.environ.update(environment(settings, shelf=str(shelf)))
        _listen(settings, link)


def _prepare(settings: Settings) -> str | None:
    """Bring the tables up to date once, before any worker; the path of the set-up link of an empty club."""
    club = open_club(settings)
    try:
        token = setup_link(club)
    finally:
        club.close()
    return f"set-up?token={token}" if token else None


def _listen(settings: Settings, link: str | None) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    # The framework looks for its configuration in the working folder.
    os.chdir(build.ROOT)
    sys.path.insert(0, str(build.ROOT))
    threading.Thread(target=_say_when_open, args=(settings, link), daemon=True).start()
    Granian(
        "club_ui.serve:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=settings.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


def application() -> Any:
    """The app of one worker process."""
    from club_ui import logs
    from club_ui.club_ui import app

    _end_with_the_parent()
    sys.setswitchinterval(SWITCH)
    logs.set_up()
    for talker in ("alembic", "apscheduler"):
        logging.getLogger(talker).setLevel(logging.WARNING)
    return app()


def environment(settings: Settings, *, shelf: str) -> dict[str, str]:
    """What the worker processes are to know: the club's settings and the framework's switches."""
    given = {f"CLUB_{name.upper()}": value for name, value in settings.model_dump(mode="json").items()}
    return {
        **{name: str(value) for name, value in given.items() if value is not None},
        "CLUB_DATA": str(settings.data.absolute()),
        **build.framework_environment(shelf),
        "REFLEX_ENV_MODE": "prod",
        # A tablet that lost its Wi-Fi is noticed in half a minute, not in two and a half.
        "REFLEX_SOCKET_INTERVAL": "10",
        "REFLEX_SOCKET_TIMEOUT": "20",
        # Internal names of the framework: it is pinned exactly, and a browser test walks this path.
        "__REFLEX_SKIP_COMPILE": "1",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "1",
    }


def refuse_what_cannot_work(settings: Settings) -> None:
    """Raise ClubError for settings that would lose sessions or show a demo to the world."""
    if settings.workers > 1 and not (settings.redis_url and settings.database_url):
        raise ClubError("workers_need_servers", workers=str(settings.workers))
    if settings.demo and settings.host not in LOOPBACK:
        raise ClubError("demo_on_loopback_only", host=settings.host)
    if settings.public_url is not None and not _is_address(settings.public_url):
        raise ClubError("public_url_odd", url=settings.public_url)


def refuse_a_busy_port(host: str, port: int) -> None:
    """Raise ClubError when nobody could listen here: the port is taken or the address is not ours."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # A port whose last connections are still closing is free; one that is listened on is not.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except PermissionError as error:
        raise ClubError("port_forbidden", port=str(port)) from error
    except OSError as error:
        code = "address_not_here" if isinstance(error, socket.gaierror) or error.errno == 99 else "port_taken"
        raise ClubError(code, host=host, port=str(port)) from error


def origins(settings: Settings) -> list[str]:
    """The exact addresses whose pages may talk to this server."""
    hosts = {settings.host, *(LOOPBACK if settings.host in (*LOOPBACK, *EVERYWHERE) else ())}
    if settings.host in EVERYWHERE:
        hosts |= {socket.gethostname(), *_own_addresses()}
    near = sorted(f"http://{_in_url(host)}:{settings.port}" for host in hosts.difference(EVERYWHERE))
    return [*([settings.public_url.rstrip("/")] if settings.public_url else []), *near]


def address(settings: Settings) -> str:
    """The address to type into a browser."""
    if settings.public_url:
        return settings.public_url.rstrip("/") + "/"
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    return f"http://{_in_url(host)}:{settings.port}/"


def _is_address(url: str) -> bool:
    """Whether people could type it as the club's: a scheme and a host, and nothing behind them."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return bool(whole) and url.rstrip("/") == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc


def _own_addresses() -> set[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return set()
    return {str(each[4][0]) for each in found}


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say_when_open(settings: Settings, link: str | None) -> None:
    """Print the address once the first worker answers there."""
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    while not _answers(host, settings.port):
        time.sleep(0.1)
    print(f"\nThe club is open at {address(settings)}  (stop with Ctrl-C)")
    if link:
        print(f"Nobody works here yet. This link makes the owner, once, within a day: {address(settings)}{link}")
    print(flush=True)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _end_with_the_parent() -> None:
    """A worker whose parent was killed would keep the port and the club; it goes at once instead."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
