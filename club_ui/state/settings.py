"""The club's numbers: shown, tried on everybody before they hold, published from a day on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from club_ui import access, draw, i18n
from club_ui.rows import Chip, Segment, as_date, chip
from club_ui.state.base import Here, LivePage, the_club
from club_ui.state.deeds import Option
from club_ui.state.shell import Shell
from lifecycle import rights, store
from lifecycle.actions import drafts, policy
from lifecycle.club import Club
from lifecycle.days import iso
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, ClubError
from lifecycle.placement import FOLDERS
from lifecycle.policy import SETTINGS, Policies, Policy
from lifecycle.store import staff as staff_rows

PLACE = "policy"
#: The numbers that a client's life is made of; the others make cards.
OF_LIFE = ("renew_before_days", "grace_days", "churn_days", "returned_days", "activate_on_visit", "deal_lost_status")


@dataclass
class NumberLine:
    """One key of the policy: its value in the trial, and what it was."""

    key: str
    word: str
    kind: str
    unit: str
    value: str
    was: str
    changed: bool
    wrong: str
    less: str
    more: str
    choices: list[Option] = field(default_factory=list)


@dataclass
class ShiftLine:
    """So many clients who would leave one set of folders for another."""

    before: list[Chip]
    after: list[Chip]
    count: str


@dataclass
class VersionLine:
    """A published version."""

    key: str
    says: str
    changes: str
    state: str


@dataclass
class _Read:
    now: Policies
    seen: int
    history: list[dict[str, Any]]
    people: dict[int, str]
    first: int


class SettingsState(LivePage, rx.State):
    """The rules and a trial of them. The trial lies with the person as a draft; nobody else sees it."""

    may_see: bool = False
    may_publish: bool = False
    life: list[NumberLine] = []
    rest: list[NumberLine] = []
    strip_now: list[Segment] = []
    strip_then: list[Segment] = []
    end: str = "40%"
    end_late: bool = False
    changed: int = 0
    publish_word: str = ""
    counting: bool = False
    moved: str = ""
    shifts: list[ShiftLine] = []
    from_day: str = ""
    first_day: str = ""
    versions: list[VersionLine] = []

    _trial: dict[str, Any] = {}
    _seen: int = 0
    _language: str = ""

    async def _arrive(self, here: Here) -> None:
        kept = await asyncio.to_thread(drafts.draft_at, the_club(), here.desk, PLACE)
        self._trial = {name: _value_of(name, value) for name, value in kept.items() if name in SETTINGS}

    async def _load(self, here: Here) -> None:
        self.may_see = rights.allows(here.desk, "see_policy")
        if not self.may_see:
            return
        read = await asyncio.to_thread(_read_policy, the_club())
        self._seen, self._language = read.seen, here.language
        self._show(
            may_publish=rights.allows(here.desk, "publish_policy"),
            first_day=iso(read.first),
            from_day=self.from_day if self.from_day >= iso(read.first) else iso(read.first),
            versions=[_version(here, row, read) for row in read.history[:20]],
        )
        self._draw(read.now.on(here.today))

    def _draw(self, now: Policy) -> None:
        """Show the numbers with what is tried, and the strips of both."""
        language, was = self._language, now.values()
        trial = {name: value for name, value in self._trial.items() if value != was[name]}
        errors = _errors(language, now, trial)
        lines = [_line(language, name, trial.get(name, was[name]), was[name], errors.get(name, "")) for name in was]
        then = now if errors else now.but(trial)
        strips, end = draw.term_strips([_strip(now), _strip(then)])
        self._show(
            life=[line for line in lines if line.key in OF_LIFE],
            rest=[line for line in lines if line.key not in OF_LIFE],
            strip_now=_segments(language, strips[0], now),
            strip_then=_segments(language, strips[1], then),
            end=f"{end}%",
            end_late=end > 70,
            changed=len(trial),
            publish_word=i18n.text(language, "policy.publish", count=len(trial)),
            errors=errors,
        )

    @rx.event
    async def put(self, name: str, value: str) -> Any:
        """Try another value."""
        desk = await access.desk_of(self)
        if desk is None or str(name) not in SETTINGS or not rights.allows(desk, "publish_policy"):
            return None
        self._trial = {**self._trial, str(name): _value_of(str(name), str(value))}
        await self._keep(desk)
        return SettingsState.count_moves

    @rx.event
    async def step(self, name: str, by: int) -> Any:
        """One more or one less."""
        line = next((one for one in (*self.life, *self.rest) if one.key == name), None)
        if line is None or by not in (1, -1) or not line.value.isdigit():
            return None
        return await SettingsState.put.fn(self, name, str(max(0, int(line.value) + by)))

    @rx.event
    async def discard(self) -> None:
        """Forget the trial."""
        desk = await access.desk_of(self)
        self._trial, self.shifts, self.moved = {}, [], ""
        if desk is not None:
            await self._keep(desk)

    @rx.event
    async def pick_day(self, day: str) -> Any:
        """The day from which the trial would hold."""
        self.from_day = str(day)[:10]
        return SettingsState.count_moves

    @rx.event
    async def publish(self) -> None:
        """Let the trial hold from its day on."""
        language = self._language
        day = self.from_day
        done = await self._do(policy.publish_policy, dict(self._trial), day or None, seen=self._seen)
        if done is not None:
            shell = await self.get_state(Shell)
            shell._say(i18n.text(language, "done.publish_policy", day=i18n.long_day(language, as_date(done.from_on))))
            await SettingsState.discard.fn(self)

    async def _keep(self, desk: Desk) -> None:
        club = the_club()
        await asyncio.to_thread(drafts.keep_draft, club, desk, PLACE, {name: str(value) for name, value in self._trial.items()})
        now = await asyncio.to_thread(_read_policy, club)
        with_today = now.now.on(now.first)
        self._draw(with_today)

    @rx.event(background=True, supersedes=True)
    async def count_moves(self) -> None:
        """Count who would move, beside everything else; a newer trial takes the place of an older."""
        async with self:
            desk = await access.desk_of(self)
            trial, day, language = dict(self._trial), self.from_day, self._language
            if desk is None or not self.changed or self.errors:
                self.shifts, self.moved, self.counting = [], "", False
                return
            self.counting = True
        try:
            told = await asyncio.to_thread(policy.preview_policy, the_club(), desk, trial, day or None)
        except ClubError as error:
            async with self:
                self.counting, self.trouble = False, i18n.sentence(language, error.code, **error.values)
            return
        async with self:
            self.counting, self.trouble = False, ""
            self.moved = i18n.number(language, told.moved)
            self.shifts = [
                ShiftLine(_only(language, one.before, one.after), _only(language, one.after, one.before), i18n.number(language, one.count))
                for one in told.shifts[:12]
            ]


def _read_policy(club: Club) -> _Read:
    with club.reading() as conn:
        found = store.policies.all_versions(conn)
        seen, history = store.policies.latest(conn), store.policies.history(conn)
        people = {one.id: one.name for one in staff_rows.every(conn)}
    return _Read(found, seen, history, people, policy.earliest_start(club))


def _value_of(name: str, value: str) -> Any:
    """What was typed for a key: a number, yes or no, a choice; what is none of it stays as typed and is refused."""
    kind = SETTINGS[name].kind
    if kind == "switch":
        return value in ("True", "true", "on")
    if kind == "number" and value.isascii() and value.isdigit() and len(value) < 8:
        return int(value)
    return value[:40]


def _errors(language: str, now: Policy, trial: dict[str, Any]) -> dict[str, str]:
    try:
        now.but(trial)
    except BadInput as error:
        return {one.field: _policy_sentence(language, one.code, one.values) for one in error.errors}
    return {}


def _policy_sentence(language: str, code: str, values: dict[str, Any]) -> str:
    shown = dict(values)
    if "other" in shown and i18n.known(f"number.{shown['other']}"):
        shown["other"] = i18n.text(language, f"number.{shown['other']}")
    return i18n.sentence(language, code, **shown)


def _line(language: str, name: str, value: Any, was: Any, wrong: str) -> NumberLine:
    setting, word = SETTINGS[name], i18n.text(language, f"number.{name}")
    unit = "times" if name == "win_back_attempts" else "minutes" if name.endswith("minutes") else "days"
    return NumberLine(
        key=name,
        word=word,
        kind=setting.kind,
        unit=i18n.text(language, f"policy.{unit}") if setting.kind == "number" else "",
        value=str(value),
        was=i18n.text(language, "policy.was", value=_word(language, name, was)) if value != was else "",
        changed=value != was,
        wrong=wrong,
        less=i18n.text(language, "policy.less", name=word),
        more=i18n.text(language, "policy.more", name=word),
        choices=[Option(one, i18n.text(language, f"status.{one}")) for one in setting.choices],
    )


def _word(language: str, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return i18n.text(language, "shell.yes" if value else "shell.no")
    return i18n.text(language, f"status.{value}") if name == "deal_lost_status" else str(value)


def _strip(numbers: Policy) -> tuple[int, int, int]:
    return numbers.renew_before_days, numbers.grace_days, numbers.churn_days


def _segments(language: str, parts: list[tuple[str, float]], numbers: Policy) -> list[Segment]:
    days = {"to_renew": str(numbers.renew_before_days), "not_renewed": str(numbers.grace_days)}
    words = {**days, "active": i18n.text(language, "folder.active"), "lost": ""}
    churn = i18n.text(language, "policy.until", folder=i18n.text(language, "folder.churn"), day=numbers.churn_days)
    return [Segment(folder, f"{width}%", "", words.get(folder, churn)) for folder, width in parts]


def _only(language: str, these: tuple[str, ...], others: tuple[str, ...]) -> list[Chip]:
    """The folders of one side that the other has not; all of them where there is no such."""
    shown = [code for code in FOLDERS if code in these and code not in others] or list(these)
    return [chip(language, "folder", code) for code in shown]


def _version(here: Here, row: dict[str, Any], read: _Read) -> VersionLine:
    language = here.language
    who = read.people.get(row["staff_id"] or 0, "")
    later = row["from_on"] > here.today
    before = Policy().values()
    changes = [f"{i18n.text(language, f'number.{name}')}: {_word(language, name, value)}" for name, value in row["numbers"].items() if before.get(name) != value]
    return VersionLine(
        key=str(row["id"]),
        says=i18n.text(language, "policy.version", day=i18n.long_day(language, as_date(row["from_on"]), today=here.date), who=who),
        changes=", ".join(changes),
        state=i18n.text(language, "policy.version_later") if later else "",
    )
