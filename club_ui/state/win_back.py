"""The report of winning back: reasons, returns by attempt, people."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import reflex as rx

from club_ui import i18n
from club_ui.state.base import Here, LivePage, the_club
from lifecycle import store
from lifecycle.choices import Line
from lifecycle.club import Club
from lifecycle.reports import win_back
from lifecycle.store import staff as staff_rows

#: The days that are looked at unless the address says otherwise, and what the page offers.
SPAN = 90
SPANS = (30, SPAN, 365)


@dataclass
class ReasonRow:
    """A reason with its bar, and what stands behind it."""

    key: str
    word: str
    count: str
    share: str
    parts: str


@dataclass
class AttemptRow:
    """An attempt as a row of a table."""

    number: str
    closed: str
    returned: str
    refused: str


@dataclass
class PersonRow:
    """A person as a row of a table."""

    name: str
    closed: str
    returned: str


@dataclass
class ByChoice:
    """By what the reasons are told apart, or how many days are looked at."""

    code: str
    word: str
    chosen: bool
    href: str


@dataclass
class _Read:
    report: win_back.WinBack
    names: Mapping[int, str]
    branches: Mapping[int, str]
    lists: Mapping[str, Mapping[str, Line]] = field(default_factory=dict)


class WinBackState(LivePage, rx.State):
    """What the page shows."""

    leaving: list[ReasonRow] = []
    refusing: list[ReasonRow] = []
    attempts: list[AttemptRow] = []
    people: list[PersonRow] = []
    bys: list[ByChoice] = []
    spans: list[ByChoice] = []
    span: str = ""
    returned: str = ""
    nothing: bool = False

    async def _load(self, here: Here) -> None:
        by = self._asked("by") if self._asked("by") in win_back.BY else win_back.BY[0]
        days = self._asked("days", 4)
        span = min(int(days), win_back.SPAN_MOST) if days.isascii() and days.isdigit() and int(days) else SPAN
        read = await asyncio.to_thread(_read, the_club(), here, by, span)
        language, report = here.language, read.report
        first, last = date.fromordinal(report.since), date.fromordinal(report.until)
        self._show(
            leaving=_reasons(here, read, "leaving", by),
            refusing=_reasons(here, read, "refusing", by),
            attempts=[
                AttemptRow(*(i18n.number(language, each) for each in (one.number, one.closed, one.returned, one.refused)))
                for one in report.attempts
            ],
            people=[
                PersonRow(read.names.get(one.staff_id or 0, i18n.text(language, "shell.nobody")), i18n.number(language, one.closed), i18n.number(language, one.returned))
                for one in report.people
            ],
            bys=[ByChoice(code, i18n.text(language, f"win_back.by_{code}"), code == by, f"?by={code}&days={span}") for code in win_back.BY],
            spans=[ByChoice(str(one), i18n.text(language, "win_back.days", count=one), one == span, f"?by={by}&days={one}") for one in SPANS],
            span=f"{i18n.short_day(language, first, today=here.date)} – {i18n.short_day(language, last, today=here.date)}",
            returned=i18n.text(language, "win_back.returned", count=report.returned),
            nothing=not report.reasons and not report.attempts,
        )


def _read(club: Club, here: Here, by: str, span: int) -> _Read:
    with club.reading() as conn:
        report = win_back.win_back(conn, here.desk, here.now, since=here.today - span + 1, until=here.today, by=by, branch=here.branch)
        lists = {kind: {one.code: one for one in store.choices.of_kind(conn, kind)} for kind in win_back.LISTS.values()}
        branches = {one.id: one.name for one in store.branches.every(conn)}
        return _Read(report, staff_rows.names(conn), branches, lists)


def _reasons(here: Here, read: _Read, name: str, by: str) -> list[ReasonRow]:
    found = [one for one in read.report.reasons if one.list == name]
    most = max((one.count for one in found), default=1)
    return [
        ReasonRow(
            key=one.code,
            word=line.name(here.language) if (line := read.lists[name].get(one.code)) else one.code,
            count=i18n.number(here.language, one.count),
            share=f"{round(100 * one.count / most)}%",
            parts=", ".join(f"{_part(here, read, by, code)} {i18n.number(here.language, count)}" for code, count in one.parts),
        )
        for one in found
    ]


def _part(here: Here, read: _Read, by: str, code: str) -> str:
    if by == "source":
        return i18n.text(here.language, f"source.{code}")
    names = read.branches if by == "branch" else read.names
    return names.get(int(code), code) if code else i18n.text(here.language, "shell.nobody")
