"""The rules of automatic cards: switched and tuned, and what they counted after an import or a new policy chosen and made."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from club_ui import i18n
from club_ui.board_rows import Choice
from club_ui.rule_rows import OrderLine, RuleRow, WhoRow, form_of, order_line, rule_row, typed_number, who_row
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import rights, store
from lifecycle.actions import rules as doors
from lifecycle.automation import BY_CODE, WHO, of_person
from lifecycle.choices import Line
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.store.counted import CountedRow, OrderRow

#: Over so many days the form proposes to spread.
DAYS_LIKELY = "5"


@dataclass
class _Read:
    rules: doors.Rules
    statuses: tuple[Line, ...]


class RulesState(LivePage, rx.State):
    """What the page of the rules shows, and which of its windows is open."""

    rows: list[RuleRow] = []
    may_change: bool = False
    may_make: bool = False
    counted: str = ""
    looking: str = ""
    orders: list[OrderLine] = []
    statuses: list[Choice] = []
    people: list[Choice] = []
    open_form: str = ""
    form_title: str = ""
    given: dict[str, str] = {}
    choosing: bool = False
    days_likely: str = DAYS_LIKELY
    who_of: str = ""
    who_title: str = ""
    who: list[WhoRow] = []
    who_more: str = ""
    _versions: dict[str, int] = {}
    _forms: dict[str, dict[str, str]] = {}
    #: The branches that are counted here; None for all.
    _branches: frozenset[int] | None = None

    async def _load(self, here: Here) -> None:
        read = await asyncio.to_thread(_read, the_club(), here.scope)
        rules, language = read.rules, here.language
        words = {line.code: line.name(language) for line in read.statuses}
        people = {of_person(one.id): one.name for one in rules.people}
        total = sum(rule.counted for rule in rules.rules)
        self._branches = here.scope.branches
        if not self.open_form:
            # The form that is open goes on from what it was opened with: a save of a colleague is told then.
            self._versions = {rule.card.code: rule.version for rule in rules.rules}
            self._forms = {rule.card.code: _form(language, rule, [one.id for one in rules.people]) for rule in rules.rules}
        self._show(
            rows=[rule_row(language, rule, rules.policy, words, people) for rule in rules.rules],
            may_change=rights.allows(here.desk, "change_rules"),
            may_make=rights.allows(here.desk, "make_counted_cards"),
            counted=i18n.text(language, "rules.counted_all", count=total) if total else "",
            looking=_looking(language, rules.looking),
            orders=[order_line(language, one, here.zone, here.today) for one in rules.orders],
            people=[Choice(code, name) for code, name in people.items()],
            statuses=[
                Choice("", i18n.text(language, "card.no_status")),
                *(Choice(line.code, line.name(language)) for line in read.statuses if line.active),
            ],
        )

    @rx.event
    async def switch(self, code: str, on: bool) -> None:  # noqa: FBT001 - as the browser sends it
        """Let a rule make cards, or no more."""
        if code in BY_CODE:
            done = "rule_on" if on else "rule_off"
            await self._do(doors.tune, code, version=self._versions.get(code, 0), on=bool(on), done=done)
            await self._load_again()

    @rx.event
    async def begin(self, code: str) -> None:
        """Open the form of a rule."""
        row = next((one for one in self.rows if one.code == code), None)
        if row is not None:
            self._show(open_form=code, form_title=row.cause.word, errors={}, given=self._forms.get(code, {}))

    @rx.event
    async def send(self, typed: dict[str, str]) -> None:
        """Tune the rule; where it is refused the form stays as it is."""
        code = self.open_form
        if code in BY_CODE and await self._do(_tune, code, self._versions.get(code, 0), typed, done="rule_tuned") is not None:
            self.open_form = ""
            await self._load_again()

    @rx.event
    async def choose(self) -> None:
        """Open the choice of what to make of that which was counted."""
        self._new_key()
        self._show(choosing=True, errors={})

    @rx.event
    async def make(self, typed: dict[str, str]) -> None:
        """Have the chosen rules' counted cards made, spread over days."""
        if not self.choosing:
            return
        order: OrderRow | None = await self._do(_make, self._branches, typed, self._key(typed))
        if order is not None:
            self.choosing = False
            await self._tell("done.cards_ordered", order.count)

    @rx.event
    async def show_who(self, code: str) -> None:
        """Show about whom a rule would make cards."""
        row = next((one for one in self.rows if one.code == code), None)
        if row is None:
            return
        found = await self._do(_whom, self._branches, code)
        if found is not None:
            more = row.count - len(found)
            language = await self._language()
            self._show(
                who_of=code, who_title=row.cause.word, who=[who_row(language, one, stage) for one, stage in found],
                who_more=i18n.text(language, "rules.more", count=more) if more > 0 else "",
            )

    @rx.event
    async def stop(self) -> None:
        """Close whatever is open; a rule that was open is read anew, as a colleague may have tuned it meanwhile."""
        stood_still = bool(self.open_form)
        self._show(open_form="", choosing=False, who_of="", who=[], who_more="")
        if stood_still:
            await self._load_again()

    async def _language(self) -> str:
        from club_ui.state.shell import Shell

        return (await self.get_state(Shell))._words()

    async def _tell(self, key: str, count: int) -> None:
        from club_ui.state.shell import Shell

        shell = await self.get_state(Shell)
        shell._say(i18n.text(shell._words(), key, count=count))


def _read(club: Club, desk: Desk) -> _Read:
    rules = doors.look(club, desk)
    with club.reading() as conn:
        return _Read(rules, store.choices.of_kind(conn, "contact_status"))


def _looking(language: str, count: int) -> str:
    if count >= doors.LOOKING_MOST:
        return i18n.text(language, "rules.looking_many", count=count)
    return i18n.text(language, "rules.looking", count=count) if count else ""


def _form(language: str, rule: doors.Rule, at_work: Collection[int]) -> dict[str, str]:
    form = form_of(language, rule)
    if rule.who not in WHO and rule.who not in {of_person(one) for one in at_work}:
        # Whoever was chosen works here no more: the form begins as the rule came.
        form.who = rule.card.who
    numbers = {name: "" for card in BY_CODE.values() for name in card.own} | form.numbers
    return {"status": form.status, "who": form.who, **numbers}


def _tune(club: Club, desk: Desk, code: str, version: int, typed: Mapping[str, Any]) -> int:
    numbers = {name: typed_number(name, str(typed[name])) for name in BY_CODE[code].own if name in typed}
    status, who = str(typed.get("status", "")) or None, str(typed.get("who", "")) or None
    return doors.tune(club, desk, code, version=version, status=status, who=who, numbers=numbers)


def _within(desk: Desk, branches: frozenset[int] | None) -> Desk:
    """The person as far as these branches, and never further than their own."""
    if branches is None:
        return desk
    return replace(desk, branches=branches if desk.branches is None else branches & desk.branches)


def _whom(club: Club, desk: Desk, branches: frozenset[int] | None, code: str) -> list[tuple[CountedRow, str]]:
    return doors.whom(club, _within(desk, branches), code)


def _make(club: Club, desk: Desk, branches: frozenset[int] | None, typed: Mapping[str, Any], key: str) -> OrderRow:
    days = typed_number("days", str(typed.get("days", "")))
    codes = [code for code in str(typed.get("rules", "")).split(",") if code in BY_CODE]
    return doors.make_counted(club, _within(desk, branches), rules=codes, days=days, key=key)  # type: ignore[arg-type]
