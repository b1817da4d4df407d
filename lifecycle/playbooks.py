"""Playbooks: for each relation what it means, where the client should go, what to do and to ask (spec: board, section 9).

What ships lies in `playbooks.toml`, in three languages; a club edits its own, and what it left empty is read
from what ships. The priority orders the cards inside a day. Nothing here asks a database or a clock.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from lifecycle.errors import BadInput, FieldError
from lifecycle.facts import text_error
from lifecycle.summary import RELATIONS

LANGUAGES: Final = ("en", "ru", "uk")
LINE_MOST, LINES_MOST = 300, 12
FIRST, LAST = 1, 9
#: Where a club has not said otherwise, and for clients nobody has placed yet.
MIDDLE: Final = 5


@dataclass(frozen=True, slots=True)
class Guidance:
    """The words of a playbook in one language: what the relation means, the aim, the steps and the questions."""

    means: str
    aim: str
    steps: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Playbook:
    """One relation's page: its words by language, the relation to reach (None: none), its place in a day, 1 first."""

    relation: str
    words: Mapping[str, Guidance]
    goal: str | None
    priority: int
    version: int = 0


def shipped(relation: str) -> Playbook:
    """The page that comes with the program."""
    return _shipped()[relation]


@cache
def _shipped() -> Mapping[str, Playbook]:
    raw = tomllib.loads(resources.files("lifecycle").joinpath("playbooks.toml").read_text("utf-8"))
    return {name: _read(name, page) for name, page in raw.items()}


def _read(relation: str, page: Mapping[str, Any]) -> Playbook:
    words = {
        language: Guidance(
            page[language]["means"], page[language]["aim"], tuple(page[language]["steps"]), tuple(page[language]["questions"])
        )
        for language in LANGUAGES
    }
    return Playbook(relation, words, page.get("goal"), page["priority"])


def merged(relation: str, texts: Mapping[str, Any], goal: str | None, priority: int, version: int) -> Playbook:
    """The club's own page over the one that ships: what it says counts, what it left empty is what ships."""
    base = shipped(relation)
    words = {language: _over(base.words[language], texts.get(language) or {}) for language in LANGUAGES}
    return Playbook(relation, words, goal, priority, version)


def _over(base: Guidance, own: Mapping[str, Any]) -> Guidance:
    return Guidance(
        own.get("means") or base.means,
        own.get("aim") or base.aim,
        tuple(own.get("steps") or base.steps),
        tuple(own.get("questions") or base.questions),
    )


def taken(relation: str, texts: Mapping[str, str], goal: str | None, priority: int) -> dict[str, Any]:
    """What a person typed for one language, as it is kept: `means`, `aim`, and `steps` and `questions` a line each.

    Raises BadInput naming every field that cannot be taken.
    """
    errors = [error for name, text in texts.items() if (error := text_error(name, text, LINE_MOST * LINES_MOST))]
    if relation not in RELATIONS:
        errors.append(FieldError("relation", "bad_choice", {"value": relation[:60], "choices": RELATIONS}))
    if goal is not None and goal not in RELATIONS:
        errors.append(FieldError("goal", "bad_choice", {"value": goal[:60], "choices": RELATIONS}))
    if not FIRST <= priority <= LAST:
        errors.append(FieldError("priority", "bad_number", {"value": str(priority), "least": FIRST, "most": LAST}))
    if errors:
        raise BadInput(errors)
    lines = {name: _lines(name, texts.get(name, "")) for name in ("steps", "questions")}
    return {"means": texts.get("means", "").strip(), "aim": texts.get("aim", "").strip(), **lines}


def _lines(name: str, text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > LINES_MOST or any(len(line) > LINE_MOST for line in lines):
        raise BadInput.of(name, "too_many_lines", most=LINES_MOST, longest=LINE_MOST)
    return lines
