"""Connections: the outside systems that report, their addresses, secrets and options."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import reflex as rx

from club_ui import i18n, process, serve, theme
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import store
from lifecycle.actions import sources
from lifecycle.club import Club
from lifecycle.connections import KINDS, WAYS, Kind
from lifecycle.desk import Desk
from lifecycle.errors import NotFound
from lifecycle.store.sources import SourceRow

#: What was refused changes nothing in the club and so tells no screen: whoever looks at it looks again after so long.
SOON: Final = timedelta(seconds=3)
#: Options that are a list of lines, and those that are one of a few words: the family of the words.
_AREAS: Final = frozenset({"lines", "hosts", "networks", "origins"})
_CHOICES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "source": ("source", WAYS),
    "language": ("own_name", i18n.LANGUAGES),
}


@dataclass
class ConnectionRow:
    """One connection as a row; `given` where the secret is the provider's own."""

    id: str
    name: str
    kind: str
    hue: str
    icon: str
    where: str
    address: str
    heard: str
    refused: str
    waiting: str
    given: bool


@dataclass
class Choice:
    """One of a list: what is sent and what is read."""

    value: str
    word: str


@dataclass
class Room:
    """What systems may do for the club, with the kinds that do it."""

    word: str
    hue: str
    icon: str
    kinds: list[Choice] = field(default_factory=list)


@dataclass
class OptionField:
    """An option as a field: `look` is text, area, secret or choice."""

    name: str
    word: str
    hint: str
    look: str
    value: str
    choices: list[Choice] = field(default_factory=list)


class ConnectionsState(LivePage, rx.State):
    """What the page of connections shows, and its form: first what it is, then how it is set up."""

    rows: list[ConnectionRow] = []
    rooms: list[Room] = []
    branches: list[Choice] = []
    open_form: bool = False
    changing: str = ""
    only_secret: bool = False
    kind: str = ""
    kind_word: str = ""
    asks_secret: bool = False
    given: dict[str, str] = {}
    fields: list[OptionField] = []
    made_name: str = ""
    made_address: str = ""
    made_secret: str = ""

    _sources: dict[str, SourceRow] = {}
    _codes: tuple[str, ...] = ()
    _version: int = 0

    def _turns_at(self, here: Here) -> datetime | None:
        return here.now + SOON

    async def _load(self, here: Here) -> None:
        rows, counts, branches = await asyncio.to_thread(_read, the_club(), here.desk)
        names = {branch.id: branch.name for branch in branches}
        everywhere = i18n.text(here.language, "connections.everywhere")
        self._sources = {str(one.id): one for one in rows}
        self._codes = tuple(branch.code for branch in branches)
        self._show(
            rows=[_connection(here, one, names, everywhere, counts.get((one.id, "failed"), 0)) for one in rows],
            rooms=_rooms(here.language),
            branches=[Choice("", everywhere), *(Choice(str(one.id), one.name) for one in branches)],
        )

    async def _language(self) -> str:
        from club_ui.state.shell import Shell

        return (await self.get_state(Shell))._words()

    @rx.event
    async def begin(self, source: str) -> None:
        """Open the form of a connection, or with none that of a new one: first what it is."""
        await self._begin(str(source))

    async def _begin(self, source: str) -> None:
        known = self._sources.get(source)
        if source and known is None:
            return
        self._new_key()
        # What is saved was said about this state, whatever a colleague has saved since.
        self._version = known.version if known else 0
        self._show(open_form=True, changing=source, only_secret=False, errors={}, made_secret="", made_address="", kind="")
        self._set_up(await self._language(), known.kind if known else "", known)

    @rx.event
    async def begin_secret(self, source: str) -> None:
        """Open the form in which the provider's new secret is typed."""
        await self._begin(str(source))
        self._show(only_secret=True, asks_secret=True, fields=[])

    @rx.event
    async def choose_kind(self, kind: str) -> None:
        """It is one of this kind; with none, ask again."""
        self._show(errors={})
        self._set_up(await self._language(), kind if kind in KINDS else "", None)

    @rx.event
    async def stop(self) -> None:
        """Close the form, and forget the secret that was shown."""
        self._show(open_form=False, made_secret="", made_address="", made_name="")

    @rx.event
    async def send(self, typed: dict[str, str]) -> None:
        """Connect what was chosen and show its secret, this once; or save what was changed."""
        known = self._sources.get(self.changing)
        if known is not None and self.only_secret:
            self._shown(await self._do(_rotate, self.changing, str(typed.get("secret", "")).strip(), done="source_rotated"))
        elif known is not None:
            if await self._do(_change, replace(known, version=self._version), typed, done="source_changed") is not None:
                self._show(open_form=False)
                await self._load_again()
        else:
            self._shown(await self._do(_create, {**typed, "kind": self.kind}, done="source_made"))

    @rx.event
    async def rotate(self, source: str) -> None:
        """Give a connection a new secret and show it, this once."""
        self._shown(await self._do(_rotate, source, done="source_rotated"))

    @rx.event
    async def revoke(self, source: str) -> None:
        """End a connection."""
        await self._do(_revoke, source, done="source_revoked")

    def _set_up(self, language: str, kind: str, known: SourceRow | None) -> None:
        told = KINDS.get(kind)
        options = {} if known is None else dict(known.options)
        self._show(
            kind=kind,
            kind_word=_kind(language, kind) if kind else "",
            asks_secret=told is not None and told.given and known is None,
            given={"name": known.name if known else ""},
            fields=[] if told is None else [_field(language, told, name, str(options.get(name, "")), self._codes) for name in _options_of(told)],
        )

    def _shown(self, made: sources.Made | None) -> None:
        if made is not None:
            address = KINDS[made.source.kind].address(_address(made.source.code), made.secret)
            self._show(open_form=False, made_name=made.source.name, made_secret=made.secret, made_address=address)


def _read(club: Club, desk: Desk) -> tuple[list[SourceRow], dict[tuple[int, str], int], list[Any]]:
    rows = [one for one in sources.every(club, desk) if one.revoked_at is None]
    with club.reading() as conn:
        return rows, store.deliveries.counts(conn), store.branches.every(conn)


def _kind(language: str, code: str) -> str:
    """What a kind is called; a brand that has no word of its own calls itself."""
    return i18n.text(language, f"source_kind.{code}") if i18n.known(f"source_kind.{code}") else code


def _rooms(language: str) -> list[Room]:
    return [
        Room(
            i18n.text(language, f"room.{room}"), look.hue, look.icon,
            [Choice(kind.code, _kind(language, kind.code)) for kind in KINDS.values() if kind.room == room],
        )
        for room, look in theme.ROOM.items()
    ]


def _options_of(kind: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*kind.options, *kind.hidden)))


def _field(language: str, kind: Kind, name: str, value: str, codes: Sequence[str]) -> OptionField:
    """The field of an option; what one kind means by it may differ from what others do. `codes` are those of the branches."""
    key = f"{kind.code}_{name}" if i18n.known(f"option.{kind.code}_{name}") else name
    look = "secret" if name in kind.hidden else "choice" if name in _CHOICES else "area" if name in _AREAS else "text"
    choices: list[Choice] = []
    if look == "choice":
        family, known = _CHOICES[name]
        words = i18n.OWN_NAMES if family == "own_name" else {code: i18n.text(language, f"{family}.{code}") for code in known}
        choices = [Choice("", i18n.text(language, f"option.no_{name}")), *(Choice(code, words[code]) for code in known)]
    hint = i18n.text(language, f"option_hint.{key}", codes=", ".join(codes))
    return OptionField(name, i18n.text(language, f"option.{key}"), hint, look, value, choices)


def _address(code: str) -> str:
    return f"{serve.address(process.settings())}hooks/{code}"


def _connection(here: Here, one: SourceRow, names: Mapping[int, str], everywhere: str, failed: int) -> ConnectionRow:
    heard = (
        i18n.text(here.language, "connections.never")
        if one.heard_at is None
        else i18n.text(here.language, "connections.heard", time=i18n.moment(here.language, here.local(one.heard_at), today=here.date))
    )
    kind = KINDS.get(one.kind)
    look = theme.ROOM[kind.room] if kind else theme.ROOM["leads"]
    return ConnectionRow(
        id=str(one.id),
        name=one.name,
        kind=_kind(here.language, one.kind),
        hue=look.hue,
        icon=look.icon,
        where=everywhere if one.branch_id is None else names.get(one.branch_id, ""),
        address=_address(one.code),
        heard=heard,
        refused=_refused(here, one),
        waiting=i18n.text(here.language, "connections.failed", count=failed) if failed else "",
        given=kind is not None and kind.given,
    )


def _refused(here: Here, one: SourceRow) -> str:
    """That the last who posted there was refused, and why; empty where it was taken."""
    if one.refused_at is None or not one.refused_lately:
        return ""
    time = i18n.moment(here.language, here.local(one.refused_at), today=here.date)
    return i18n.text(here.language, f"connections.refused_{one.refused_why}", time=time)


def _create(club: Club, desk: Desk, typed: Mapping[str, str]) -> sources.Made:
    branch, kind = str(typed.get("branch", "")), str(typed.get("kind", ""))
    return sources.create(
        club, desk, kind=kind, name=str(typed.get("name", "")), branch_id=_number(branch) if branch else None,
        secret=str(typed.get("secret", "")).strip() or None, options=_options(kind, typed),
    )  # fmt: skip


def _change(club: Club, desk: Desk, known: SourceRow, typed: Mapping[str, str]) -> SourceRow:
    return sources.change(
        club, desk, known.id, version=known.version, name=str(typed.get("name", "")), options=_options(known.kind, typed)
    )


def _rotate(club: Club, desk: Desk, source: str, secret: str = "") -> sources.Made:
    return sources.rotate(club, desk, _number(source), secret=secret or None)


def _revoke(club: Club, desk: Desk, source: str) -> bool:
    sources.revoke(club, desk, _number(source))
    return True


def _options(kind: str, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the fields of the options; an empty field is none."""
    names = _options_of(KINDS[kind]) if kind in KINDS else ()
    return {name: value for name in names if (value := str(typed.get(name, "")).strip())}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotFound("no_such_source")
    return int(text)
