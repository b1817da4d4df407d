"""An import as a terminal shows it: a bar while it runs, then what came of it, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from club_ui import i18n
from lifecycle.importing.command import Progress as Step
from lifecycle.importing.problems import Problem
from lifecycle.importing.report import FileReport, Report, write_mending

_STAGES = {"reading": "Reading rows", "writing": "Writing clients", "counting": "Counting cards"}


@contextmanager
def bar(*, hidden: bool) -> Iterator[Callable[[Step], None]]:
    """A bar on the error stream, one line a stage; gives what the import tells its steps to."""
    columns = (TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as shown:
        lines = {stage: shown.add_task(words, total=None, visible=False) for stage, words in _STAGES.items()}

        def tells(step: Step) -> None:
            shown.update(lines[step.stage], completed=step.done, total=step.total, visible=True)

        yield tells


def sentence(language: str) -> Callable[[Problem], str]:
    """What is said about a row, in that language."""

    def says(problem: Problem) -> str:
        key, values = f"import.{problem.code}", dict(problem.values)
        if "line" in values:
            # The number of a line is its name, no quantity.
            values["line"] = str(values["line"])
        if i18n.known(key):
            return i18n.text(language, key, **{"count": 0, **values})
        return i18n.sentence(language, problem.code, **values)

    return says


def lines(report: Report, say: Callable[[Problem], str], mending: Path) -> list[str]:
    """The report for people: each file, each row with something to say about, and where to mend what was refused."""
    names = [file.file for file in report.files]
    rows = [
        f"{names[one.file]}:{one.line}: {'refused' if one.refused else 'note'}: {one.field}: {say(one)}"
        for one in report.problems
    ]
    written = [] if report.dry_run else write_mending(report, mending, say)
    return [
        *(["Nothing was written: this was a dry run."] if report.dry_run else []),
        *(["An import that was cut off was taken up again."] if report.resumed else []),
        *map(_file, report.files),
        *(f"{name}: left out, as the mapping says" for name in report.skipped),
        *rows,
        *(f"Rows to mend and import again: {path}" for path in written),
        *called_for(report.called_for),
    ]


def called_for(counts: Mapping[str, int]) -> list[str]:
    """What the present state calls for and nothing made, rule by rule, and where to choose."""
    if not counts:
        return []
    said = ", ".join(f"{i18n.text('en', f'cause.{rule}')} {count}" for rule, count in sorted(counts.items(), key=lambda one: -one[1]))
    return [f"No cards were made. The present state calls for: {said}. Choose which to make under Settings, Automatic cards."]


def _file(file: FileReport) -> str:
    told = (
        f"{file.file} ({file.kind}): {file.rows} rows; clients: {file.clients_new} new, {file.clients_known} known; "
        f"facts: {file.facts_new} new, {file.facts_known} known; rows refused: {file.refused}, with a note: {file.remarks}"
    )
    return f"{told}; columns not used: {', '.join(file.unused)}" if file.unused else told
