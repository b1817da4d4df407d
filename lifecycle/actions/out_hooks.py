"""Doors for the systems that hear of changes: added, changed, their messages sent again (spec: intake)."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import rights, store
from lifecycle.actions import audit
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, NotFound
from lifecycle.outbox import wire
from lifecycle.outbox.sending import PRIVATE
from lifecycle.store.out_hooks import TOLD, HookRow, Listed

_NAME_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Made:
    """A system that hears, with the secret its messages are signed with, shown this once."""

    hook: HookRow
    secret: str


@dataclass(frozen=True, slots=True)
class Heard:
    """The systems that hear, how many messages to each wait and were given up, whether private addresses are allowed."""

    hooks: list[HookRow]
    counts: Mapping[tuple[int, str], int]
    private: bool


def create(
    club: Club, desk: Desk, *, name: str, url: str, branch_id: int | None = None, events: Sequence[str] | None = None
) -> Made:
    """Tell another system of every change from now on; with a branch only of that one's, with `events` only of these kinds.

    Raises Refused without the right `manage_sources`, BadInput naming each field.
    """
    rights.check(desk, "manage_sources")
    name, url, kinds = _name(name), url.strip(), _events(events)
    secret = secrets.token_urlsafe(32)
    now = club.clock.now()
    with club.writing() as conn:
        wire.checked(url, private=_private(conn))
        if branch_id is not None and branch_id not in store.branches.by_id(conn):
            raise BadInput.of("branch", "unknown_branch", given=branch_id)
        values = {"name": name, "url": url, "secret": secret, "branch_id": branch_id, "events": kinds, "active": True, "created_at": now}
        hook_id = store.out_hooks.add(conn, values | {"cursor": store.changes.latest(conn), "version": 1})
        _audit(club, conn, desk, "add_out_hook", hook_id, branch_id)
        return Made(_shown(conn, hook_id), secret)


def every(club: Club, desk: Desk) -> Heard:
    """All systems that hear, their secrets blotted out. Raises Refused without the right `manage_sources`."""
    rights.check(desk, "manage_sources")
    with club.reading() as conn:
        hooks = [dataclasses.replace(hook, secret="") for hook in store.out_hooks.every(conn)]
        return Heard(hooks, store.out_hooks.counts(conn), _private(conn))


def change(
    club: Club, desk: Desk, hook_id: int, *, version: int, name: str, url: str, active: bool, events: Sequence[str] | None = None
) -> HookRow:
    """Rename it, send elsewhere, choose what it hears of, stop or go on. Raises Refused, NotFound, BadInput, Conflict."""
    rights.check(desk, "manage_sources")
    with club.writing() as conn:
        hook = _held(conn, hook_id)
        wire.checked(url.strip(), private=_private(conn))
        values = {"name": _name(name), "url": url.strip(), "active": active, "events": _events(events)}
        if hook.version != version or not store.out_hooks.change(conn, hook, values):
            raise Conflict("changed_meanwhile", version=hook.version)
        _audit(club, conn, desk, "change_out_hook", hook_id, hook.branch_id, active=active)
        return _shown(conn, hook_id)


def rotate(club: Club, desk: Desk, hook_id: int) -> Made:
    """Sign with a new secret from now on, shown this once. Raises Refused, NotFound, Conflict."""
    rights.check(desk, "manage_sources")
    secret = secrets.token_urlsafe(32)
    with club.writing() as conn:
        hook = _held(conn, hook_id)
        if not store.out_hooks.change(conn, hook, {"secret": secret}):
            raise Conflict("changed_meanwhile", version=hook.version)
        _audit(club, conn, desk, "rotate_out_hook", hook_id, hook.branch_id)
        return Made(_shown(conn, hook_id), secret)


def messages(
    club: Club, desk: Desk, *, hook_id: int | None = None, state: str | None = None, before: int | None = None, limit: int = 50
) -> list[Listed]:
    """The latest messages, those before an id for the next page. Raises Refused."""
    rights.check(desk, "manage_sources")
    with club.reading() as conn:
        return store.out_hooks.page(conn, hook_id=hook_id, state=state, before=before, limit=min(limit, 500))


def send_again(club: Club, desk: Desk, sent_id: int) -> None:
    """Send a message once more, as soon as its turn comes. Raises Refused, NotFound."""
    rights.check(desk, "manage_sources")
    with club.writing() as conn:
        sent = store.out_hooks.sent(conn, sent_id)
        hook = store.out_hooks.get(conn, sent.hook_id) if sent else None
        if sent is None or hook is None:
            raise NotFound("no_such_message")
        store.out_hooks.note(conn, sent_id, state="waiting", attempts=0, next_at=club.clock.now(), done_at=None)
        _audit(club, conn, desk, "send_again", hook.id, hook.branch_id, message=sent_id)


def allow_private(club: Club, desk: Desk, *, on: bool) -> None:
    """Whether messages may go to addresses of the club's own network, without TLS too. Raises Refused."""
    rights.check(desk, "manage_sources")
    with club.writing() as conn:
        store.settings.put(conn, PRIVATE, on)
        audit.append(conn, desk, "allow_private_hooks" if on else "refuse_private_hooks", at=club.clock.now())


def _private(conn: Connection) -> bool:
    return store.settings.get(conn, PRIVATE) is True


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= _NAME_MOST or not name.isprintable():
        raise BadInput.of("name", "name_odd")
    return name


def _events(events: Sequence[str] | None) -> list[str] | None:
    """The kinds of changes in their order; None where it hears of all."""
    if events is None:
        return None
    if not events:
        raise BadInput.of("events", "missing_field", field="events")
    for one in events:
        if one not in TOLD:
            raise BadInput.of("events", "bad_choice", value=one[:60], choices=TOLD)
    return None if set(events) == set(TOLD) else [one for one in TOLD if one in events]


def _held(conn: Connection, hook_id: int) -> HookRow:
    hook = store.out_hooks.get(conn, hook_id)
    if hook is None:
        raise NotFound("no_such_hook")
    return hook


def _shown(conn: Connection, hook_id: int) -> HookRow:
    return dataclasses.replace(_held(conn, hook_id), secret="")


def _audit(club: Club, conn: Connection, desk: Desk, deed: str, hook_id: int, branch_id: int | None, **detail: Any) -> None:
    audit.append(conn, desk, deed, at=club.clock.now(), branch_id=branch_id, detail={"hook": hook_id, **detail})
