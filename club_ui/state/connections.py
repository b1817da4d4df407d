"""Connections: the outside systems that report, their addresses and secrets; and the inbox of what they sent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import reflex as rx

from club_ui import i18n, process, serve
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import rights, store
from lifecycle.actions import sources
from lifecycle.club import Club
from lifecycle.connections import KINDS
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound
from lifecycle.intake import receiving
from lifecycle.store.deliveries import STATES, DeliveryRow, Listed
from lifecycle.store.sources import SourceRow

HUES = {"received": "accent", "done": "active", "failed": "danger"}
ICONS = {"received": "clock", "done": "check", "failed": "triangle-alert"}
#: Of a body so much is shown.
BODY_MOST = 10_000


@dataclass
class ConnectionRow:
    """One connection as a row."""

    id: str
    name: str
    kind: str
    where: str
    address: str
    heard: str
    waiting: str


@dataclass
class Choice:
    """One of a list: what is sent and what is read."""

    value: str
    word: str


class ConnectionsState(LivePage, rx.State):
    """What the page of connections shows."""

    rows: list[ConnectionRow] = []
    kinds: list[Choice] = []
    branches: list[Choice] = []
    open_form: bool = False
    made_name: str = ""
    made_address: str = ""
    made_secret: str = ""

    async def _load(self, here: Here) -> None:
        rows, counts, branches = await asyncio.to_thread(_read, the_club(), here.desk)
        names = {branch.id: branch.name for branch in branches}
        everywhere = i18n.text(here.language, "connections.everywhere")
        self._show(
            rows=[_connection(here, one, names, everywhere, counts.get((one.id, "failed"), 0)) for one in rows],
            kinds=[Choice(code, _kind(here.language, code)) for code in KINDS],
            branches=[Choice("", everywhere), *(Choice(str(one.id), one.name) for one in branches)],
        )

    @rx.event
    async def begin(self) -> None:
        """Open the form of a new connection."""
        self._new_key()
        self._show(open_form=True, errors={}, made_secret="", made_address="")

    @rx.event
    async def stop(self) -> None:
        """Close the form, and forget the secret that was shown."""
        self._show(open_form=False, made_secret="", made_address="", made_name="")

    @rx.event
    async def send(self, typed: dict[str, str]) -> None:
        """Connect what was chosen and show its secret, this once."""
        self._shown(await self._do(_create, typed, done="source_made"))

    @rx.event
    async def rotate(self, source: str) -> None:
        """Give a connection a new secret and show it, this once."""
        self._shown(await self._do(_rotate, source, done="source_rotated"))

    @rx.event
    async def revoke(self, source: str) -> None:
        """End a connection."""
        await self._do(_revoke, source, done="source_revoked")

    def _shown(self, made: sources.Made | None) -> None:
        if made is not None:
            self._show(
                open_form=False, made_name=made.source.name, made_secret=made.secret, made_address=_address(made.source.code)
            )


def _read(club: Club, desk: Desk) -> tuple[list[SourceRow], dict[tuple[int, str], int], list[Any]]:
    rows = [one for one in sources.every(club, desk) if one.revoked_at is None]
    with club.reading() as conn:
        return rows, store.deliveries.counts(conn), store.branches.every(conn)


def _kind(language: str, code: str) -> str:
    """What a kind is called; a brand that has no word of its own calls itself."""
    return i18n.text(language, f"source_kind.{code}") if i18n.known(f"source_kind.{code}") else code


def _address(code: str) -> str:
    return f"{serve.address(process.settings())}hooks/{code}"


def _connection(here: Here, one: SourceRow, names: Mapping[int, str], everywhere: str, failed: int) -> ConnectionRow:
    heard = (
        i18n.text(here.language, "connections.never")
        if one.heard_at is None
        else i18n.text(here.language, "connections.heard", time=i18n.moment(here.language, here.local(one.heard_at), today=here.date))
    )
    return ConnectionRow(
        id=str(one.id),
        name=one.name,
        kind=_kind(here.language, one.kind),
        where=everywhere if one.branch_id is None else names.get(one.branch_id, ""),
        address=_address(one.code),
        heard=heard,
        waiting=i18n.text(here.language, "connections.failed", count=failed) if failed else "",
    )


def _create(club: Club, desk: Desk, typed: Mapping[str, str]) -> sources.Made:
    branch = str(typed.get("branch", ""))
    made = sources.create(
        club, desk, kind=str(typed.get("kind", "")), name=str(typed.get("name", "")),
        branch_id=_number(branch) if branch else None, secret=str(typed.get("secret", "")).strip() or None,
        options=_options(str(typed.get("options", ""))),
    )  # fmt: skip
    club.announce()
    return made


def _rotate(club: Club, desk: Desk, source: str) -> sources.Made:
    return sources.rotate(club, desk, _number(source))


def _revoke(club: Club, desk: Desk, source: str) -> bool:
    sources.revoke(club, desk, _number(source))
    return True


def _options(text: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    if not all(mark for _, mark, _ in pairs):
        raise BadInput.of("options", "option_odd")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotFound("no_such_source")
    return int(text)


@dataclass
class ReceivedRow:
    """One delivery as a row."""

    id: str
    source: str
    at: str
    state: str
    hue: str
    icon: str
    why: str
    again: bool
    client: str


class InboxState(LivePage, rx.State):
    """What the inbox shows: what came in, the latest first."""

    rows: list[ReceivedRow] = []
    state: str = ""
    may_replay: bool = False
    may_look: bool = False
    open_body: bool = False
    body: str = ""

    async def _load(self, here: Here) -> None:
        rights.check(here.desk, "see_inbox")
        rows = await asyncio.to_thread(_page, the_club(), here.scope, self.state)
        self._show(
            rows=[_received(here, one) for one in rows],
            may_replay=rights.allows(here.desk, "replay_delivery"),
            may_look=rights.allows(here.desk, "manage_sources"),
        )

    @rx.event
    async def choose(self, state: str) -> None:
        """Show only deliveries in this state; all of them with none."""
        self.state = state if state in STATES else ""
        self.open_body = False
        await self._do(_again)

    @rx.event
    async def look(self, delivery: str) -> None:
        """Show what was sent, as it came; for the owner alone."""
        row = await self._do(_body, delivery)
        if row is not None:
            self._show(open_body=True, body=row.body[:BODY_MOST].decode("utf-8", "replace"))

    @rx.event
    async def stop(self) -> None:
        """Close what was looked at."""
        self._show(open_body=False, body="")

    @rx.event
    async def replay(self, delivery: str) -> None:
        """Take a delivery again."""
        await self._do(_replay, delivery, done="replayed")


def _again(club: Club, _desk: Desk) -> bool:
    club.announce()
    return True


def _page(club: Club, desk: Desk, state: str) -> list[Listed]:
    with club.reading() as conn:
        return store.deliveries.page(conn, desk.branches, state=state or None)


def _body(club: Club, desk: Desk, delivery: str) -> DeliveryRow:
    return receiving.opened(club, desk, _number(delivery))


def _replay(club: Club, desk: Desk, delivery: str) -> bool:
    try:
        receiving.replay(club, desk, _number(delivery))
    finally:
        club.announce()
    return True


def _received(here: Here, one: Listed) -> ReceivedRow:
    return ReceivedRow(
        id=str(one.id),
        source=one.source_name,
        at=i18n.moment(here.language, here.local(one.received_at), today=here.date),
        state=i18n.text(here.language, f"delivery.{one.state}"),
        hue=HUES[one.state],
        icon=ICONS[one.state],
        why=_why(here.language, one.error),
        again=one.state != "done",
        client=str(one.client_id or ""),
    )


def _why(language: str, error: Mapping[str, Any]) -> str:
    """Why it failed, in words: each field with its sentence."""
    if not error:
        return ""
    fields = error.get("errors") or []
    if not fields:
        return _sentence(language, error)
    return " ".join(f"{each['field']}: {_sentence(language, each)}" for each in fields)


def _sentence(language: str, error: Mapping[str, Any]) -> str:
    code = error.get("code", "")
    known = code if i18n.known(f"error.{code}") else "unknown"
    return i18n.sentence(language, known, **error.get("values", {}))
