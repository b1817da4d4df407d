"""A client's life as a row of processes, as the profile shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from club_ui.i18n import short_day, text
from club_ui.rows import Chip, chip
from lifecycle.days import as_date
from lifecycle.processes import Process, processes
from lifecycle.profile import Profile

#: The latest so many; a life of many years does not push the history off the screen.
MOST = 12


@dataclass
class ProcessRow:
    """One process: what it was, from when, how long, how often one talked, how it ended."""

    key: str
    chip: Chip = field(default_factory=Chip)
    when: str = ""
    took: str = ""
    talks: str = ""
    outcome: str = ""
    now: bool = False


def process_rows(language: str, read: Profile) -> list[ProcessRow]:
    """The processes of this client, the earliest first, at most `MOST` of the latest."""
    facts = [fact for fact in read.facts if fact.id not in read.voided]
    made = processes(read.life, facts, read.today)[-MOST:]
    return [_row(language, one, read.today) for one in made]


def _row(language: str, one: Process, today: int) -> ProcessRow:
    return ProcessRow(
        key=str(one.first),
        chip=chip(language, "process", one.code),
        when=text(language, "process.since", day=short_day(language, as_date(one.first), today=as_date(today))),
        took=text(language, "count.days", count=one.days(today)),
        talks=text(language, "process.talks", count=one.contacts) if one.contacts else "",
        outcome=text(language, f"process_end.{one.outcome}"),
        now=one.last is None,
    )
