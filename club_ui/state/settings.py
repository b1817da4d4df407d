"""Rules: the club's numbers, tried on everybody before they hold, and published from a day on.

The trial lies with the person as a draft, so that it outlives the tab; nothing moves before it is published.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import reflex as rx

from club_ui import access, i18n
from club_ui.rows import Chip, chip
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import days, rights, store
from lifecycle.actions import drafts
from lifecycle.actions import policy as doors
from lifecycle.club import Club
from lifecycle.days import as_date
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.policy import SETTINGS, Policy, Setting

#: Those that move clients between folders, and those that only make cards and calls.
LIFE = ("renew_before_days", "grace_days", "churn_days", "returned_days", "activate_on_visit", "deal_lost_status")
MOST_MOVES = 8
MOST_CHARACTERS = 12
_PLACE = "policy"
#: Days shown before the first and after the last border of the two lines.
_LEAD_IN = 24


@dataclass
class NumberRow:
    """One number, switch or choice of the rules: as it is now, as it is in the trial, what is wrong with it."""

    name: str
    word: str
    kind: str
    value: str
    unit: str
    less: str
    more: str
    was: str = ""
    changed: bool = False
    error: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass
class Shifted:
    """So many who would leave one set of folders for another."""

    before: list[Chip]
    after: list[Chip]
    count: str
    id: str


@dataclass
class Stretch:
    """A part of the two lines that are compared."""

    hue: str
    grow: str
    word: str


@dataclass
class VersionRow:
    """A published version."""

    id: str
    word: str
    state: str
    what: str


class SettingsState(LivePage, rx.State):
    """What the page of the rules shows."""

    life: list[NumberRow] = []
    rest: list[NumberRow] = []
    may_change: bool = False
    trial: bool = False
    wrong: bool = False
    count: int = 0
    publish_word: str = ""
    now_line: list[Stretch] = []
    then_line: list[Stretch] = []
    end_at: str = "0.5"
    moved: str = ""
    moves: list[Shifted] = []
    from_on: str = ""
    versions: list[VersionRow] = []
    example: str = ""
    counted: str = ""
    _tried: dict[str, str] = {}

    async def _load(self, here: Here) -> None:
        rights.check(here.desk, "see_policy")
        self._tried = await asyncio.to_thread(drafts.draft_at, the_club(), here.desk, _PLACE)
        await self._show_trial(here)

    async def _show_trial(self, here: Here) -> None:
        language, tried = here.language, {name: text for name, text in self._tried.items() if name in SETTINGS}
        seen = await asyncio.to_thread(_read, the_club(), here, tried)
        rows = [_number_row(language, one, seen.now, tried, seen.errors) for one in SETTINGS.values()]
        changed = sum(row.changed for row in rows)
        now_line, then_line, end_at = _lines(language, seen.now, seen.then)
        self._show(
            life=[row for row in rows if row.name in LIFE],
            rest=[row for row in rows if row.name not in LIFE],
            may_change=rights.allows(here.desk, "publish_policy"),
            trial=changed > 0,
            wrong=bool(seen.errors),
            count=changed,
            publish_word=i18n.text(language, "policy.publish", count=changed),
            now_line=now_line,
            then_line=then_line,
            end_at=end_at,
            moved=i18n.number(language, seen.preview.moved) if seen.preview else "",
            moves=_shifts(language, seen.preview),
            from_on=self._tried.get("from_on", "") or days.iso(seen.earliest),
            versions=_versions(language, seen),
            example=seen.example,
            counted=i18n.text(language, "rules.counted_all", count=seen.counted) if seen.counted else "",
        )

    @rx.event
    async def step(self, name: str, by: int) -> None:
        """One more or one less of a number."""
        setting = SETTINGS.get(str(name))
        row = next((one for one in (*self.life, *self.rest) if one.name == name), None)
        if setting is None or row is None or setting.kind != "number" or by not in (-1, 1):
            return
        value = int(row.value) if row.value.isascii() and row.value.isdigit() else setting.default
        await self._try(str(name), str(max(setting.least or 1, value + by)))

    @rx.event
    async def put(self, name: str, value: str) -> None:
        """A number, switch or choice as it was typed or chosen."""
        if name in SETTINGS and isinstance(value, str):
            await self._try(str(name), value.strip()[:MOST_CHARACTERS])

    @rx.event
    async def begin_on(self, day: str) -> None:
        """The day from which the trial would hold."""
        await self._try("from_on", str(day)[:MOST_CHARACTERS])

    @rx.event
    async def discard(self) -> None:
        """Forget the trial."""
        desk = await access.desk_of(self)
        if desk is None:
            return
        await asyncio.to_thread(drafts.drop_draft, the_club(), desk, _PLACE)
        self.errors = {}
        await self._again(desk)

    @rx.event
    async def publish(self) -> None:
        """Let the trial hold from its day on; everybody is placed anew behind it."""
        changes = {name: _value(SETTINGS[name], text) for name, text in self._tried.items() if name in SETTINGS}
        from_on = self.from_on
        language = await self._language()
        done = await self._do(
            doors.publish_policy, changes, from_on, done="publish_policy", said={"day": _said_day(language, from_on)}
        )
        desk = await access.desk_of(self)
        if done is not None and desk is not None:
            await asyncio.to_thread(drafts.drop_draft, the_club(), desk, _PLACE)
            await self._again(desk)

    async def _try(self, name: str, text: str) -> None:
        desk = await access.desk_of(self)
        if desk is None:
            return
        tried = {**self._tried, name: text}
        await asyncio.to_thread(_keep, the_club(), desk, tried)
        await self._again(desk)

    async def _again(self, desk: Desk) -> None:
        from club_ui.state.shell import Shell

        self._tried = await asyncio.to_thread(drafts.draft_at, the_club(), desk, _PLACE)
        await self._show_trial(await self._here(desk, await self.get_state(Shell)))

    async def _language(self) -> str:
        from club_ui.state.shell import Shell

        return (await self.get_state(Shell))._words()


@dataclass
class _Seen:
    """What was read for one showing of the page."""

    now: Policy
    then: Policy
    errors: dict[str, str]
    preview: doors.Preview | None
    earliest: int
    versions: list[dict[str, Any]]
    names: dict[int, str]
    example: str
    counted: int


def _keep(club: Club, desk: Desk, tried: Mapping[str, str]) -> None:
    """Keep what differs from the rules in force; what was put back is no part of the trial any more."""
    now = _in_force(club)
    kept = {
        name: text
        for name, text in tried.items()
        if name not in SETTINGS or _value(SETTINGS[name], text) != getattr(now, name)
    }
    if set(kept) <= {"from_on"}:
        drafts.drop_draft(club, desk, _PLACE)
    else:
        drafts.keep_draft(club, desk, _PLACE, kept)


def _in_force(club: Club) -> Policy:
    today = doors.earliest_start(club)
    with club.reading() as conn:
        return store.policies.all_versions(conn).on(today)


def _read(club: Club, here: Here, tried: Mapping[str, str]) -> _Seen:
    now, earliest = _in_force(club), doors.earliest_start(club)
    changes = {name: _value(SETTINGS[name], text) for name, text in tried.items()}
    then, errors, preview = now, {}, None
    try:
        then = now.but(changes)
    except BadInput as error:
        errors = {one.field: i18n.sentence(here.language, one.code, **_said(here.language, one.values)) for one in error.errors}
    with club.reading() as conn:
        versions = store.policies.history(conn)
        names = {one.id: one.name for one in store.staff.every(conn)}
        counted = store.counted.by_rule(conn, here.scope).total() if rights.allows(here.desk, "see_rules") else 0
    if not errors and then != now and rights.allows(here.desk, "publish_policy"):
        preview = doors.preview_policy(club, here.desk, changes)
    example = _example(club, here, preview) if preview else ""
    return _Seen(now, then, errors, preview, earliest, versions, names, example, counted)


def _example(club: Club, here: Here, preview: doors.Preview) -> str:
    """The first of those who would move, by name: what they are now, and what they would be."""
    if not preview.shifts or not preview.shifts[0].examples:
        return ""
    shift = preview.shifts[0]
    with club.reading() as conn:
        client = next(iter(store.clients.several(conn, [shift.examples[0]], here.desk)), None)
    if client is None:
        return ""
    said = [", ".join(i18n.text(here.language, f"folder.{code}") for code in codes) for codes in (shift.before, shift.after)]
    return i18n.text(here.language, "policy.example", name=client.name, before=said[0], after=said[1])


def _value(setting: Setting, text: str) -> Any:
    """What was typed, as the rules take it; what cannot be read is left as it is, for the rules to refuse."""
    if setting.kind == "switch":
        return {"true": True, "false": False}.get(text, text)
    if setting.kind == "number" and text.isascii() and text.isdigit():
        return int(text)
    return text


def _said(language: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The names of numbers as words."""
    said = dict(values)
    if said.get("other") in SETTINGS:
        said["other"] = i18n.text(language, f"number.{said['other']}")
    return said


def _shown_value(language: str, setting: Setting, value: Any) -> str:
    if setting.kind == "switch":
        return i18n.text(language, "shell.yes" if value is True else "shell.no")
    if setting.kind == "choice":
        return i18n.text(language, f"status_one.{value}") if value in setting.choices else str(value)
    return str(value)


def _number_row(
    language: str, setting: Setting, now: Policy, tried: Mapping[str, str], errors: Mapping[str, str]
) -> NumberRow:
    present = getattr(now, setting.name)
    text = tried.get(setting.name)
    value = present if text is None else _value(setting, text)
    word = i18n.text(language, f"number.{setting.name}")
    units = {"days": "policy.days", "minutes": "policy.minutes", "attempts": "policy.times"}
    return NumberRow(
        name=setting.name,
        word=word,
        kind=setting.kind,
        value=str(value).lower() if setting.kind == "switch" else str(value),
        unit=i18n.text(language, units[setting.unit]) if setting.unit in units else "",
        less=i18n.text(language, "policy.less", name=word),
        more=i18n.text(language, "policy.more", name=word),
        was=i18n.text(language, "policy.was", value=_shown_value(language, setting, present)),
        changed=value != present,
        error=errors.get(setting.name, ""),
        choices=list(setting.choices),
    )


def _lines(language: str, now: Policy, then: Policy) -> tuple[list[Stretch], list[Stretch], str]:
    """A client's way past the last covered day, now and by the trial, and where both have that day.

    Both lines have one scale: as wide as the days are many, the last covered day in the same place.
    """
    left = max(now.renew_before_days, then.renew_before_days) + _LEAD_IN
    right = max(now.churn_days, then.churn_days) + _LEAD_IN
    drawn = [_line(language, policy, left, right) for policy in (now, then)]
    return drawn[0], drawn[1], f"{left / (left + right):.4f}"


def _line(language: str, policy: Policy, left: int, right: int) -> list[Stretch]:
    churn = i18n.text(language, "policy.until", folder=i18n.text(language, "folder.churn"), day=policy.churn_days)
    parts = (
        ("active", left - policy.renew_before_days, i18n.text(language, "folder.active")),
        ("to_renew", policy.renew_before_days, str(policy.renew_before_days)),
        ("not_renewed", policy.grace_days, str(policy.grace_days)),
        ("churn", policy.churn_days - policy.grace_days, churn),
        ("lost", right - policy.churn_days, ""),
    )
    return [Stretch(hue, str(grow), word) for hue, grow, word in parts]


def _shifts(language: str, preview: doors.Preview | None) -> list[Shifted]:
    if preview is None:
        return []
    return [
        Shifted(
            before=[chip(language, "folder", code) for code in one.before if code not in one.after] or [chip(language, "folder", code) for code in one.before],
            after=[chip(language, "folder", code) for code in one.after if code not in one.before] or [chip(language, "folder", code) for code in one.after],
            count=i18n.number(language, one.count),
            id=f"{'-'.join(one.before)}:{'-'.join(one.after)}",
        )
        for one in preview.shifts[:MOST_MOVES]
    ]


def _versions(language: str, seen: _Seen) -> list[VersionRow]:
    """Every version, the newest first, the defaults last."""
    in_force = max((one["from_on"] for one in seen.versions if one["from_on"] <= seen.earliest), default=None)
    rows = []
    for place, one in enumerate(seen.versions):
        older = seen.versions[place + 1] if place + 1 < len(seen.versions) else None
        before = Policy().but(older["numbers"]) if older else Policy()
        after = Policy().but(one["numbers"])
        what = "; ".join(
            f"{i18n.text(language, f'number.{name}')}: {_shown_value(language, setting, getattr(before, name))} → {_shown_value(language, setting, getattr(after, name))}"
            for name, setting in SETTINGS.items()
            if getattr(before, name) != getattr(after, name)
        )
        state = "policy.version_later" if one["from_on"] > seen.earliest else "policy.version_now" if one["from_on"] == in_force else ""
        rows.append(
            VersionRow(
                id=str(one["id"]),
                word=i18n.text(language, "policy.version", day=i18n.long_day(language, as_date(one["from_on"])), who=seen.names.get(one["staff_id"], "–")),
                state=i18n.text(language, state) if state else "",
                what=what,
            )
        )
    first = "policy.version_now" if in_force is None else ""
    return [*rows, VersionRow("0", i18n.text(language, "policy.first"), i18n.text(language, first) if first else "", "")]


def _said_day(language: str, text: str) -> str:
    try:
        return i18n.long_day(language, date.fromisoformat(text))
    except ValueError:
        return text


