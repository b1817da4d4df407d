"""`club source`: outside systems connected from the command line, as on the page of connections."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from club_ui.terminal import OPERATOR, Data, Json, branch_id, opened_club, printed, settings_of
from lifecycle.actions import sources
from lifecycle.actions.sources import Made
from lifecycle.connections import KINDS
from lifecycle.errors import BadInput, NotFound
from lifecycle.store.sources import SourceRow

source = typer.Typer(no_args_is_help=True, help="Outside systems that report: sites, telephones, readers, tills, banks.")


@source.command("create")
def create(
    *,
    kind: Annotated[str, typer.Option(help="what it is; docs/connections.md names them all")],
    name: Annotated[str, typer.Option(help="as people here call it")],
    branch: Annotated[str | None, typer.Option(help="code of the only branch it speaks for")] = None,
    secret: Annotated[str | None, typer.Option(envvar="CLUB_SOURCE_SECRET", help="the provider's own secret, where it has one")] = None,
    option: Annotated[list[str] | None, typer.Option(help="name=value; may be repeated")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Connect an outside system and print its address and its secret, once."""
    with opened_club(data) as opened:
        made = sources.create(
            opened, OPERATOR, kind=kind, name=name, branch_id=branch_id(opened, branch), secret=secret, options=_options(option or [])
        )
    _tell(made, data, as_json=as_json)


@source.command("list")
def list_(*, data: Data = None, as_json: Json = False) -> None:
    """What is connected, without the secrets."""
    with opened_club(data) as opened:
        rows = sources.every(opened, OPERATOR)
    lines = [f"{row.id}  {row.kind:18}  {_state(row):28}  {row.name}" for row in rows]
    printed({"sources": [_shown(row) for row in rows]}, lines, as_json=as_json)


@source.command("change")
def change(
    number: Annotated[int, typer.Argument(help="as `club source list` shows it")],
    *,
    name: Annotated[str | None, typer.Option(help="as people here call it")] = None,
    option: Annotated[list[str] | None, typer.Option(help="name=value; may be repeated; name= takes it away")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Rename it or set its options; what is not named stays."""
    with opened_club(data) as opened:
        known = next((row for row in sources.every(opened, OPERATOR) if row.id == number and row.revoked_at is None), None)
        if known is None:
            raise NotFound("no_such_source")
        # A hidden option that is left out stays; shown it is blotted out.
        present = {each: str(value) for each, value in known.options.items() if value}
        options = {each: value for each, value in {**present, **_options(option or [])}.items() if value}
        changed = sources.change(opened, OPERATOR, number, version=known.version, name=name or known.name, options=options)
    printed(_shown(changed), [f"{changed.id}  {changed.kind:18}  {changed.name}"], as_json=as_json)


@source.command("rotate")
def rotate(
    number: Annotated[int, typer.Argument(help="as `club source list` shows it")],
    *,
    secret: Annotated[str | None, typer.Option(envvar="CLUB_SOURCE_SECRET", help="the provider's own new secret, where it has one")] = None,
    at_once: Annotated[bool, typer.Option("--at-once", help="the one before holds no longer: it has leaked")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Give it a new secret and print that, once; the one before holds for a day."""
    with opened_club(data) as opened:
        made = sources.rotate(opened, OPERATOR, number, secret=secret, overlap=timedelta(0) if at_once else sources.OVERLAP)
    _tell(made, data, as_json=as_json)


@source.command("revoke")
def revoke(number: Annotated[int, typer.Argument(help="as `club source list` shows it")], *, data: Data = None) -> None:
    """End it; what it sends from now on is refused."""
    with opened_club(data) as opened:
        sources.revoke(opened, OPERATOR, number)


def _options(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if not all(mark for _, mark, _ in pairs):
        raise BadInput.of("option", "option_odd")
    return {name.strip(): value for name, _, value in pairs}


def _tell(made: Made, data: Path | None, *, as_json: bool) -> None:
    from club_ui.serve import address

    where = address(settings_of(data=data)) + f"hooks/{made.source.code}"
    whole = KINDS[made.source.kind].address(where, made.secret)
    told = {**_shown(made.source), "address": where, "secret": made.secret, "whole_address": whole}
    printed(told, [f"Address: {whole}", f"Secret:  {made.secret}"], as_json=as_json)


def _shown(row: SourceRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "path": f"/hooks/{row.code}",
        "kind": row.kind,
        "name": row.name,
        "branch": row.branch_id,
        "options": dict(row.options),
        "heard_at": _instant(row.heard_at),
        "refused_at": _instant(row.refused_at),
        "refused_why": row.refused_why,
        "revoked_at": _instant(row.revoked_at),
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _state(row: SourceRow) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.refused_lately:
        return f"refused {row.refused_at:%Y-%m-%d %H:%M} UTC: {row.refused_why}"
    return "never heard" if row.heard_at is None else f"heard {row.heard_at:%Y-%m-%d %H:%M} UTC"
