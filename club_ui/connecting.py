"""The connector of Asterisk as a process of its own: where it listens, where it reports, until it is stopped."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from club_ui import logs
from lifecycle.actions import sources
from lifecycle.clock import Clock
from lifecycle.club import open_club
from lifecycle.desk import Desk
from lifecycle.intake import ami
from lifecycle.settings import Settings

KIND = "asterisk"
#: Whoever may open the data folder may read its secrets.
OPERATOR = Desk(staff_id=None, name="command line", role="owner", via="command")


def manager(host: str, port: int, user: str, secret_file: Path, *, tls: bool) -> ami.Manager:
    """Where Asterisk's manager listens, and who signs in there. Raises BadInput for a name or secret of several lines."""
    return ami.Manager(host, port, user, secret_file.read_text("utf-8").strip(), tls)


def listen(asked: ami.Manager, to: str | None, key_file: Path | None, settings: Settings) -> None:
    """Report every call until the process is stopped. Raises Refused where Asterisk knows no such user."""
    address, secret = _own(settings) if to is None or key_file is None else (to, key_file.read_text("utf-8").strip())
    clock = Clock()
    connector = ami.Connector(asked, ami.Post(address, secret, clock.now), clock.now)
    logs.set_up()
    with suppress(KeyboardInterrupt):
        asyncio.run(connector.run())


def _own(settings: Settings) -> tuple[str, str]:
    """The address and the secret of the one connection of this kind in the club of this folder."""
    club = open_club(settings)
    try:
        code, secret = sources.only_of(club, OPERATOR, KIND)
    finally:
        club.close()
    return f"http://127.0.0.1:{settings.port}/hooks/{code}", secret
