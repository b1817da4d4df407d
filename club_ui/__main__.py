"""The command line `club`: each command a few lines that call their room (spec: intake, the command line).

Every setting is an option and an environment variable with `CLUB_` before it. A refusal is one
sentence on the error stream, in the language of the terminal, and the exit code is then 1.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from club_ui import build, hook_commands, source_commands
from club_ui.terminal import (
    OPERATOR,
    Data,
    DatabaseUrl,
    Host,
    Json,
    Port,
    ProxyHops,
    PublicUrl,
    RedisUrl,
    Workers,
)
from club_ui.terminal import branch_id as _branch
from club_ui.terminal import opened_club as _club
from club_ui.terminal import printed as _print
from club_ui.terminal import settings_of as _settings
from lifecycle.errors import ClubError, NotFound

cli = typer.Typer(no_args_is_help=True, add_completion=False)
key = typer.Typer(no_args_is_help=True, help="Keys of other programs.")
staff = typer.Typer(no_args_is_help=True, help="The people who work here.")
cli.add_typer(key, name="key")
cli.add_typer(staff, name="staff")
cli.add_typer(source_commands.source, name="source")
cli.add_typer(hook_commands.hook, name="hook")
cli.add_typer(hook_commands.card, name="card")


@cli.callback()
def club() -> None:
    """The live client-lifecycle CRM for fitness clubs."""


@cli.command()
def serve(
    *,
    data: Data = None,
    host: Host = None,
    port: Port = None,
    database_url: DatabaseUrl = None,
    redis_url: RedisUrl = None,
    workers: Workers = None,
    public_url: PublicUrl = None,
    proxy_hops: ProxyHops = None,
) -> None:
    """Serve the club. An empty one prints a link that makes its owner."""
    from club_ui import serve as server

    server.serve(
        _settings(
            data=data,
            host=host,
            port=port,
            database_url=database_url,
            redis_url=redis_url,
            workers=workers,
            public_url=public_url,
            proxy_hops=proxy_hops,
        )
    )


@cli.command()
def demo(*, data: Data = None, port: Port = None) -> None:
    """Serve a believable demo club on this computer; it is made first where the folder is empty."""
    from club_ui import serve as server
    from lifecycle import demo as room
    from lifecycle import occupied

    settings = _settings(data=data, port=port, demo=True)
    server.refuse_what_cannot_work(settings)
    server.refuse_a_busy_port(settings.host, settings.port)
    print("Looking for the demo club; a new one takes a moment ...", flush=True)
    with occupied.alone(settings.data), _club(data) as opened:
        room.make(opened)
    server.serve(settings)


@cli.command()
def check(*, data: Data = None, as_json: Json = False) -> None:
    """Prove that what is stored equals what the facts say; exit code 1 where it does not."""
    from lifecycle import check as room

    with _club(data, made=False) as opened:
        found = room.check(opened)
    rows = [{"what": each.what, "client": each.client_id, "stored": each.stored, "computed": each.computed} for each in found]
    _print({"differences": rows}, [*map(str, found), f"Differences: {len(found)}"], as_json=as_json)
    raise typer.Exit(1 if found else 0)


@cli.command()
def recompute(*, data: Data = None, as_json: Json = False) -> None:
    """Go through every client anew from their facts; only what differs is written."""
    from club_ui.import_told import called_for
    from lifecycle import keeping
    from lifecycle.everybody import refresh_all

    with _club(data, made=False) as opened:
        moved = refresh_all(opened, because="recompute", by=OPERATOR.name)
        calls = keeping.count(opened, everybody=True)
    _print({"moved": moved, "called_for": calls}, [f"Moved: {moved}", *called_for(calls)], as_json=as_json)


@cli.command()
def replay(
    files: Annotated[list[Path], typer.Argument(help="scenario files (JSON lines), or - for what comes in")],
    *,
    check: Annotated[bool, typer.Option("--check", help="print only what is not as expected")] = False,
    data: Data = None,
) -> None:
    """Answer scenario files without storing anything."""
    from lifecycle.replay import main as answer

    raise typer.Exit(answer([str(file) for file in files], check=check))


@cli.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="where to (default: `backups` in the data folder)")] = None,
    *,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Back the club up while it runs; the file is read back before it counts."""
    from lifecycle import backup as room

    with _club(data, made=False) as opened:
        made = room.make(opened, file)
    told = {"path": str(made.path), "rows": dict(made.rows), "digest": made.digest}
    _print(told, [f"Backed up, {sum(made.rows.values())} rows: {made.path}"], as_json=as_json)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a backup")],
    *,
    force: Annotated[bool, typer.Option("--force", help="even over a club; that one is backed up first")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make the club what the backup holds, whole or not at all; refused on a club that is being served."""
    from club_ui.import_told import called_for
    from lifecycle import backup as room
    from lifecycle import keeping, occupied

    settings = _settings(data=data)
    with occupied.alone(settings.data), _club(data) as opened:
        back = room.restore(opened, file, force=force)
        calls = keeping.count(opened)
    told = {"rows": dict(back.rows), "digest": back.digest, "called_for": calls}
    _print(told, [f"Restored, {sum(back.rows.values())} rows.", *called_for(calls)], as_json=as_json)


@cli.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="CSV or XLSX tables, or a folder of them", exists=True)],
    *,
    mapping: Annotated[Path | None, typer.Option(exists=True, help="a small file that says what columns mean")] = None,
    kind: Annotated[
        str | None, typer.Option("--as", help="what the tables hold: clients, memberships, visits, purchases or contacts")
    ] = None,
    branch: Annotated[str | None, typer.Option(help="code of the home branch of clients whose row names none")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would happen")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Bring history in: clients, memberships, visits, purchases, contacts. The same file twice adds nothing."""
    from club_ui import import_told
    from lifecycle.importing.command import count_cards, run

    settings, say = _settings(data=data), import_told.sentence(_language())
    with _club(data) as opened, import_told.bar(hidden=as_json) as tell:
        report = run(opened, OPERATOR, files, mapping, dry_run, tell, kind=kind, branch=branch)
        report = report if dry_run else count_cards(opened, report, tell)
    told = [] if as_json else import_told.lines(report, say, settings.data / "imports")
    _print(report.as_json(say), told, as_json=as_json)


@cli.command()
def simulate(
    *,
    days: Annotated[int, typer.Option(min=1, max=3660, help="how many days to go through")],
    clients: Annotated[int | None, typer.Option(min=1, max=100_000, help="let so many people of chance live in an empty club")] = None,
    seed: Annotated[int, typer.Option(help="which people: the same number is the same club")] = 1,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let days pass, from midnight to midnight; refused on a club that is being served. One that was cut off goes on."""
    from lifecycle import occupied
    from lifecycle import simulate as room

    settings = _settings(data=data)
    with occupied.alone(settings.data), _club(data) as opened:
        if clients is not None:
            lived = room.live(opened, clients=clients, days=days, seed=seed)
            came = room.outcome(opened, lived)
            _print(came, [f"{name}: {value}" for name, value in came.items()], as_json=as_json)
            return
        passed = room.let_days_pass(opened, days)
    _print({"moved": passed.moved, "now": passed.now.isoformat()}, [f"Moved: {passed.moved}. It is now {passed.now}."], as_json=as_json)


@cli.command()
def asterisk(
    *,
    host: Annotated[str, typer.Option(envvar="CLUB_ASTERISK_HOST", help="where Asterisk's manager listens")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="CLUB_ASTERISK_PORT", help="its port")] = 5038,
    user: Annotated[str, typer.Option(envvar="CLUB_ASTERISK_USER", help="the user of manager.conf")],
    secret_file: Annotated[Path, typer.Option(envvar="CLUB_ASTERISK_SECRET_FILE", exists=True, help="a file with that user's secret")],
    tls: Annotated[bool, typer.Option("--tls", help="speak with the manager over TLS")] = False,
    to: Annotated[str | None, typer.Option(envvar="CLUB_ASTERISK_TO", help="the connection's address (default: of this folder's club)")] = None,
    key_file: Annotated[Path | None, typer.Option(envvar="CLUB_ASTERISK_KEY_FILE", exists=True, help="a file with its secret")] = None,
    data: Data = None,
) -> None:
    """Report the calls of an Asterisk to the club, until it is stopped."""
    from club_ui import connecting

    manager = connecting.manager(host, port, user, secret_file, tls=tls)
    connecting.listen(manager, to, key_file, _settings(data=data))


@key.command("create")
def create_key(
    *,
    name: Annotated[str, typer.Option(help="whose key it is")],
    role: Annotated[str, typer.Option(help="owner, manager or front_desk")],
    branch: Annotated[str | None, typer.Option(help="code of the only branch it reaches")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make a key and print it, once."""
    from lifecycle.actions import keys

    with _club(data) as opened:
        made = keys.create(opened, OPERATOR, name=name, role=role, branch_id=_branch(opened, branch))
    _print({"key": made}, [made], as_json=as_json)


@key.command("list")
def list_keys(*, data: Data = None, as_json: Json = False) -> None:
    """All keys, without what would let anybody in."""
    from lifecycle.actions import keys

    with _club(data) as opened:
        rows = keys.every(opened, OPERATOR)
    lines = [f"{row.id}  {row.role:10}  {'revoked' if row.revoked_at else 'in force':8}  {row.name}" for row in rows]
    _print({"keys": [dataclasses.asdict(row) for row in rows]}, lines, as_json=as_json)


@key.command("revoke")
def revoke_key(number: Annotated[int, typer.Argument(help="as `club key list` shows it")], *, data: Data = None) -> None:
    """End a key; the next call with it is refused."""
    from lifecycle.actions import keys

    with _club(data) as opened:
        keys.revoke(opened, OPERATOR, number)


@staff.command("list")
def list_staff(*, data: Data = None, as_json: Json = False) -> None:
    """Who works or worked here."""
    from lifecycle.actions import staff as people

    with _club(data) as opened:
        rows = people.everybody(opened, OPERATOR)
    shown = [{"id": row.id, "login": row.login, "name": row.name, "role": row.role, "active": row.active} for row in rows]
    lines = [f"{row.id}  {row.role:10}  {'active' if row.active else 'ended':6}  {row.login}  {row.name}" for row in rows]
    _print({"staff": shown}, lines, as_json=as_json)


@staff.command("add")
def add_staff(
    *,
    login: Annotated[str, typer.Option(help="what they type to sign in")],
    name: Annotated[str, typer.Option(help="as others see them")],
    role: Annotated[str, typer.Option(help="owner, manager, front_desk, trainer or auditor")],
    branch: Annotated[list[str] | None, typer.Option(help="code of an own branch; may be repeated")] = None,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="CLUB_PASSWORD")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take somebody on; the password is asked for."""
    from lifecycle.actions import staff as people

    with _club(data) as opened:
        own = [_branch(opened, code) for code in branch or ()]
        branches = [each for each in own if each is not None] or None
        made = people.add(opened, OPERATOR, login=login, name=name, role=role, password=password, branches=branches)
    _print({"id": made}, [f"{name} may now sign in as {login}."], as_json=as_json)


@staff.command("password")
def set_password(
    login: Annotated[str, typer.Argument(help="whose")],
    *,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="CLUB_PASSWORD")],
    data: Data = None,
) -> None:
    """Give somebody a new password, asked for; every sign-in of theirs ends."""
    from lifecycle.actions import staff as people

    with _club(data) as opened:
        rows = {row.login: row for row in people.everybody(opened, OPERATOR)}
        person = rows.get(people.normal_login(login))
        if person is None:
            raise NotFound("no_such_login", login=login)
        people.set_password(opened, OPERATOR, person.id, password)


def _sentences(error: ClubError | ValidationError | build.BuildError) -> str:
    """What was refused, in the language of the terminal."""
    from club_ui import i18n

    if isinstance(error, build.BuildError):
        return str(error)
    if isinstance(error, ValidationError):
        return "\n".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return i18n.sentence(_language(), error.code, **error.values)


def _language() -> str:
    """The language of the terminal, where it is one of ours."""
    from club_ui import i18n

    wished = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return i18n.language_of(wished[:2])


def main() -> None:
    """Run the command line; what went wrong is told in a sentence."""
    try:
        cli()
    except (ClubError, ValidationError, build.BuildError) as error:
        sys.exit(_sentences(error))


if __name__ == "__main__":
    main()
