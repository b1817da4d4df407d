"""What all commands share: their common options, the club they open, how they print."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from lifecycle.club import Club, open_club
from lifecycle.desk import Desk
from lifecycle.errors import NotFound
from lifecycle.settings import Settings

#: Whoever may open the data folder may do everything in it; the audit says it was done from here.
OPERATOR = Desk(staff_id=None, name="command line", role="owner", via="command")


def _setting(name: str, shown: str) -> Any:
    """The option of one setting; its help is the setting's own description."""
    said = f"{Settings.model_fields[name].description} (default: {shown})"
    return typer.Option(f"--{name.replace('_', '-')}", envvar=f"CLUB_{name.upper()}", help=said, show_default=False)


Data = Annotated[Path | None, _setting("data", "./data")]
Host = Annotated[str | None, _setting("host", "127.0.0.1")]
Port = Annotated[int | None, _setting("port", "8000")]
DatabaseUrl = Annotated[str | None, _setting("database_url", "SQLite in the data folder")]
RedisUrl = Annotated[str | None, _setting("redis_url", "none")]
Workers = Annotated[int | None, _setting("workers", "1")]
PublicUrl = Annotated[str | None, _setting("public_url", "none")]
ProxyHops = Annotated[int | None, _setting("proxy_hops", "0")]
Json = Annotated[bool, typer.Option("--json", help="print for programs")]


def settings_of(**given: Any) -> Settings:
    """The settings of this process: what was typed, else the environment, else the default."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def opened_club(data: Path | None, *, made: bool = True) -> Iterator[Club]:
    """The club of this folder, closed again at the end; an empty folder is made one, but not without `made`.

    Raises NotFound then: a slip in the name must not look like a club in which all is well.
    """
    settings = settings_of(data=data)
    if not (made or settings.database_url or settings.file.exists()):
        raise NotFound("no_club_here", folder=str(settings.data))
    opened = open_club(settings)
    try:
        yield opened
    finally:
        opened.close()


def branch_id(opened: Club, code: str | None) -> int | None:
    """The id of a branch by its code; None for none."""
    from lifecycle.store import branches

    if code is None:
        return None
    with opened.reading() as conn:
        return branches.by_code(conn, OPERATOR, code).id


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def printed(for_programs: dict[str, Any], for_people: list[str], *, as_json: bool) -> None:
    """Print for programs, or line by line for people. Instants are ISO 8601, as everywhere."""
    lines = [json.dumps(for_programs, ensure_ascii=False, default=_plain)] if as_json else for_people
    for line in lines:
        print(line)
