"""`club hook`: other systems that hear of changes. `club card`: the cards that readers know clients by."""

from __future__ import annotations

from typing import Annotated

import typer

from club_ui.terminal import OPERATOR, Data, Json, branch_id, opened_club, printed
from lifecycle.actions import access_cards, out_hooks

hook = typer.Typer(no_args_is_help=True, help="Other systems that hear of changes.")
card = typer.Typer(no_args_is_help=True, help="The cards that readers know clients by.")

Number = Annotated[int, typer.Argument(help="as `club hook list` shows it")]


@hook.command("create")
def create(
    *,
    name: Annotated[str, typer.Option(help="as people here call it")],
    url: Annotated[str, typer.Option(help="https://… where it listens")],
    branch: Annotated[str | None, typer.Option(help="code of the only branch it hears of")] = None,
    event: Annotated[list[str] | None, typer.Option(help="placement or card; both if none is named")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Tell another system of every change from now on; prints the secret that signs the messages, once."""
    with opened_club(data) as opened:
        made = out_hooks.create(opened, OPERATOR, name=name, url=url, branch_id=branch_id(opened, branch), events=event or None)
    printed({"id": made.hook.id, "secret": made.secret}, [f"Secret: {made.secret}"], as_json=as_json)


@hook.command("list")
def list_(*, data: Data = None, as_json: Json = False) -> None:
    """Who hears, and how many messages wait or were given up."""
    with opened_club(data) as opened:
        heard = out_hooks.every(opened, OPERATOR)
    rows = [
        {
            "id": one.id, "name": one.name, "url": one.url, "active": one.active,
            "waiting": heard.counts.get((one.id, "waiting"), 0), "failed": heard.counts.get((one.id, "failed"), 0),
        }
        for one in heard.hooks
    ]  # fmt: skip
    lines = [f"{row['id']}  waiting {row['waiting']}, given up {row['failed']}  {row['name']}  {row['url']}" for row in rows]
    printed({"hooks": rows, "private": heard.private}, lines, as_json=as_json)


@hook.command("messages")
def messages(number: Number, *, failed: Annotated[bool, typer.Option("--failed", help="only those given up")] = False, data: Data = None, as_json: Json = False) -> None:
    """What was sent to it last, and what it answered."""
    with opened_club(data) as opened:
        rows = out_hooks.messages(opened, OPERATOR, hook_id=number, state="failed" if failed else None)
    shown = [{"id": row.id, "change": row.change_id, "state": row.state, "attempts": row.attempts, "answered": row.answered, "excerpt": row.excerpt} for row in rows]
    printed({"messages": shown}, [f"{row['id']}  {row['state']:8} {row['answered'] or '-'}  {row['excerpt']}" for row in shown], as_json=as_json)


@hook.command("again")
def again(message: Annotated[int, typer.Argument(help="as `club hook messages` shows it")], *, data: Data = None) -> None:
    """Send a message again."""
    with opened_club(data) as opened:
        out_hooks.send_again(opened, OPERATOR, message)


@hook.command("stop")
def stop(number: Number, *, data: Data = None) -> None:
    """Tell it nothing more."""
    with opened_club(data) as opened:
        for one in out_hooks.every(opened, OPERATOR).hooks:
            if one.id == number:
                out_hooks.change(opened, OPERATOR, number, version=one.version, name=one.name, url=one.url, active=False, events=one.events)


@hook.command("private")
def private(*, on: Annotated[bool, typer.Option("--on/--off", help="whether messages may go into private networks")] = False, data: Data = None) -> None:
    """Allow messages to addresses of the club's own network, without TLS too, or refuse them again."""
    with opened_club(data) as opened:
        out_hooks.allow_private(opened, OPERATOR, on=on)


@card.command("give")
def give(client: Annotated[int, typer.Argument(help="the client's number")], number: Annotated[str, typer.Argument(help="as the reader reads it")], *, data: Data = None) -> None:
    """Give a client a card."""
    with opened_club(data) as opened:
        access_cards.give(opened, OPERATOR, client, number)


@card.command("take")
def take(client: Annotated[int, typer.Argument(help="the client's number")], number: Annotated[str, typer.Argument(help="as the reader reads it")], *, data: Data = None) -> None:
    """Take a card back; readers no longer know it."""
    with opened_club(data) as opened:
        access_cards.take_back(opened, OPERATOR, client, number)
