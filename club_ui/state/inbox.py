"""The inbox: what outside systems sent, the latest first, what failed and why, with a way to take it again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import reflex as rx

from club_ui import i18n, theme
from club_ui.rows import Chip, chip
from club_ui.state.base import Here, LivePage, the_club
from club_ui.state.connections import SOON, _kind, _number
from lifecycle import rights, store
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.intake import receiving
from lifecycle.placement import STAGES
from lifecycle.store.deliveries import STATES, DeliveryRow, Listed

PAGE: Final = 30
#: Of a body so much is shown.
BODY_MOST: Final = 10_000


@dataclass
class ReceivedRow:
    """One delivery as a row."""

    id: str
    source: str
    kind: str
    at: str
    code: str
    state: str
    hue: str
    icon: str
    why: str
    tries: str
    again: bool
    failed: bool
    client: str
    client_name: str
    stage: Chip = field(default_factory=Chip)


class InboxState(LivePage, rx.State):
    """What the inbox shows: which deliveries, of which source, before which; all of it stands in the address."""

    rows: list[ReceivedRow] = []
    state: str = ""
    source_name: str = ""
    to_all: str = ""
    to_failed: str = ""
    without_source: str = ""
    older: str = ""
    newest: str = ""
    may_replay: bool = False
    may_look: bool = False
    open_body: bool = False
    body: str = ""
    body_of: str = ""

    _source: int | None = None
    _before: int | None = None

    async def _arrive(self, here: Here) -> None:
        asked = self._asked("state")
        self.state = asked if asked in STATES else ""
        self._source, self._before = _id(self._asked("source", 18)), _id(self._asked("before", 18))

    def _turns_at(self, here: Here) -> datetime | None:
        return here.now + SOON

    async def _load(self, here: Here) -> None:
        rights.check(here.desk, "see_inbox")
        found, name, names = await asyncio.to_thread(_page, the_club(), here.scope, self.state, self._source, self._before)
        shown, more = found[:PAGE], len(found) > PAGE
        source = str(self._source or "")
        self._show(
            rows=[_received(here, one, names.get(one.client_id or 0)) for one in shown],
            source_name=name,
            to_all=_address(source=source),
            to_failed=_address(state="failed", source=source),
            without_source=_address(state=self.state),
            older=_address(state=self.state, source=source, before=str(shown[-1].id)) if more else "",
            newest=_address(state=self.state, source=source) if self._before is not None else "",
            may_replay=rights.allows(here.desk, "replay_delivery"),
            may_look=rights.allows(here.desk, "manage_sources"),
        )

    @rx.event
    async def look(self, delivery: str) -> None:
        """Show what was sent, as it came; for the owner alone."""
        row = await self._do(_body, delivery)
        if row is not None:
            told = next((f"{one.source}, {one.at}" for one in self.rows if one.id == str(row.id)), "")
            self._show(open_body=True, body=row.body[:BODY_MOST].decode("utf-8", "replace"), body_of=told)

    @rx.event
    async def stop(self) -> None:
        """Close what was looked at."""
        self._show(open_body=False, body="", body_of="")

    @rx.event
    async def replay(self, delivery: str) -> None:
        """Take a delivery again."""
        await self._do(_replay, delivery, done="replayed")


    @rx.event
    async def set_aside(self, delivery: str) -> None:
        """Let a failed delivery be."""
        await self._do(_set_aside, delivery, done="set_aside")


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _address(**asked: str) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(given)}" if given else "?"


def _page(
    club: Club, desk: Desk, state: str, source_id: int | None = None, before: int | None = None
) -> tuple[list[Listed], str, dict[int, tuple[str, str]]]:
    """A page of deliveries and one more, the name of the only source asked for, and names and stages of the clients who came of them."""
    with club.reading() as conn:
        branches = store.branches.reach(conn, desk)
        found = store.deliveries.page(conn, branches, state=state or None, source_id=source_id, before=before, limit=PAGE + 1)
        source = store.sources.by_id(conn, source_id) if source_id else None
        reached = source is not None and receiving.sees(conn, desk, source)
        ids = [one.client_id for one in found if one.client_id is not None]
        known = store.clients.several(conn, ids, desk)
        stands = store.standings.of(conn, [client.id for client in known])
        people = {client.id: (client.name, STAGES[stands[client.id].stage]) for client in known if client.id in stands}
        return found, source.name if source is not None and reached else "", people


def _body(club: Club, desk: Desk, delivery: str) -> DeliveryRow:
    return receiving.opened(club, desk, _number(delivery))


def _replay(club: Club, desk: Desk, delivery: str) -> bool:
    try:
        receiving.replay(club, desk, _number(delivery))
    finally:
        club.announce()
    return True


def _set_aside(club: Club, desk: Desk, delivery: str) -> bool:
    receiving.set_aside(club, desk, _number(delivery))
    club.announce()
    return True


def _received(here: Here, one: Listed, client: tuple[str, str] | None = None) -> ReceivedRow:
    look = theme.DELIVERY[one.state]
    return ReceivedRow(
        id=str(one.id),
        source=one.source_name,
        kind=_kind(here.language, one.kind),
        at=i18n.moment(here.language, here.local(one.received_at), today=here.date),
        code=one.state,
        state=i18n.text(here.language, f"delivery.{one.state}"),
        hue=look.hue,
        icon=look.icon,
        why=_why(here.language, one.error),
        tries=i18n.text(here.language, "hooks.tries", count=one.attempts) if one.attempts > 1 else "",
        again=one.state != "done",
        failed=one.state == "failed",
        client=str(one.client_id or "") if client else "",
        client_name=client[0] if client else "",
        stage=chip(here.language, "stage", client[1]) if client else Chip(),
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
