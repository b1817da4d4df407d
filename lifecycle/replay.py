"""Scenario files: histories in, placements out, nothing stored (spec: lifecycle, section 12).

One line, one scenario, one line of answer. A line that cannot be judged is answered with a sentence saying
what was refused, and the run goes on.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

from lifecycle.days import Day, parse_day, zone_of
from lifecycle.errors import BadInput, FieldError, shown
from lifecycle.facts import Fact, check_history, in_order, parse_fact
from lifecycle.fold import Fold, known_on
from lifecycle.placement import Placement, in_words, look
from lifecycle.policy import Policies, Policy
from lifecycle.summary import summary_of


class Scenario:
    """One history and the days it is asked about."""

    __slots__ = ("_known", "_summary", "expect", "facts", "id", "on", "policies")

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Takes the parsed line. Raises BadInput for the first thing that cannot be taken."""
        self.id = _scenario_id(_required(raw, "id"))
        zone = zone_of(_required(raw, "timezone"))
        self.policies = Policies.always(Policy.of(raw.get("policy")))
        self.facts = _facts(_list_of(raw, "facts"), zone)
        self.on = [_day("on", day) for day in _list_of(raw, "on")]
        self.expect = _expected(raw.get("expect"))
        self._known = -1

    def placement(self, day: Day) -> Placement:
        """Where the client stands at the end of that day."""
        known = known_on(self.facts, day)
        # The facts of a day are those with a day up to it: as many known means the same known.
        if len(known) != self._known:
            client = Fold(self.policies)
            client.take_all(known)
            self._summary = summary_of(client, self.policies.on(day))
            self._known = len(known)
        return in_words(*look(self._summary, self.policies, day), day)

    def placements(self) -> list[dict[str, Any]]:
        """The answers for the days asked about, in the order they were asked."""
        return [self.placement(day).as_json() for day in self.on]

    def differences(self) -> Iterator[dict[str, Any]]:
        """Everything that is not as the scenario expects it."""
        for wanted in self.expect:
            found = self.placement(wanted["on"]).as_json()
            for key, value in wanted.items():
                if key in found and key != "on" and found[key] != value:
                    yield {
                        "id": self.id,
                        "on": found["on"],
                        "key": key,
                        "expected": value,
                        "found": found[key],
                    }


def _required(raw: Mapping[str, Any], name: str) -> Any:
    if raw.get(name) is None:
        raise BadInput.of(name, "missing_field")
    return raw[name]


def _scenario_id(value: Any) -> str | int:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and not isinstance(value, str):
        raise BadInput.of("id", "bad_text", value=shown(value))
    return value  # type: ignore[no-any-return]  # one of the two by now


def _list_of(raw: Mapping[str, Any], name: str) -> list[Any]:
    value = _required(raw, name)
    if not isinstance(value, list):
        raise BadInput.of(name, "not_a_list")
    return value


def _day(name: str, value: Any) -> Day:
    try:
        return parse_day(value)
    except (ValueError, TypeError):
        raise BadInput.of(name, "bad_day", value=shown(value)) from None


def _facts(raws: list[Any], zone: tzinfo) -> list[Fact]:
    facts = [_fact(raw, place, zone) for place, raw in enumerate(raws)]
    facts = in_order(facts)
    check_history(facts)
    return facts


def _fact(raw: Any, place: int, zone: tzinfo) -> Fact:
    try:
        if not isinstance(raw, dict):
            raise BadInput.of("fact", "not_an_object")
        name = str(place) if raw.get("id") is None else _fact_id(raw["id"], "id")
        if raw.get("type") == "voided" and raw.get("fact") is not None:
            raw = {**raw, "fact": _fact_id(raw["fact"], "fact")}
        return parse_fact(raw, zone=zone, id=name)
    except BadInput as bad:
        raise BadInput(
            [FieldError(error.field, error.code, {**error.values, "at": place}) for error in bad.errors]
        ) from None


def _fact_id(value: Any, field: str) -> str:
    """Ids are compared as text: a fact without one is called by its number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadInput.of(field, "bad_text", value=shown(value))
    return value


def _expected(raw: Any) -> list[dict[str, Any]]:
    if raw is None:
        return []
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise BadInput.of("expect", "not_a_list")
    return [{**one, "on": _day("expect", one.get("on"))} for one in raw]


# The words of this command line only; screens say the same codes in the reader's language.
_SENTENCES: Final[dict[str, str]] = {
    "bad_choice": "{field} is {value!r}, but must be one of {choices}",
    "bad_day": "{field} is {value!r}, but must be a date like 2026-01-05",
    "bad_instant": "{field} is {value!r}, but must be an instant with its offset from UTC, or a date",
    "bad_number": "{field} is {value!r}, but must be a whole number from {least} to {most}",
    "bad_switch": "{field} is {value!r}, but must be true or false",
    "bad_text": "{field} is {value!r}, but must be a text without control zeros or halves of characters",
    "end_unknown": "fact {id!r} activates membership {membership!r}, which has no sale, without ends_on",
    "ends_before_start": "{field} is {end}, which is before its start {start}",
    "missing_field": "{field} is missing",
    "not_a_list": "{field} must be a list",
    "not_above": "{field} is {value}, but must not be above {other}, which is {limit}",
    "not_an_object": "{field} must be an object with keys",
    "not_below": "{field} is {value}, but must be below {other}, which is {limit}",
    "not_json": "the line is not JSON: {why}",
    "repeated_id": "two facts have the id {id!r}",
    "sold_twice": "fact {id!r} sells membership {membership!r} a second time",
    "too_long": "{field} is longer than {most} characters",
    "unknown_fact": "fact {id!r} voids {fact!r}, which is no fact of this client",
    "unknown_setting": "the policy has no {field}",
    "unknown_timezone": "there is no time zone {timezone!r}",
    "unknown_type": "there is no type of fact {type!r}",
    "void_of_later": "fact {id!r} voids fact {fact!r}, which comes after it",
    "void_of_void": "fact {id!r} voids fact {fact!r}, which is itself a void",
}


def sentence(error: FieldError) -> str:
    """What was refused, in English."""
    text = _SENTENCES[error.code].format_map({**error.values, "field": error.field})
    place = error.values.get("at")
    return text if place is None else f"fact number {place}: {text}"


def _refusal(scenario: Any, bad: BadInput) -> dict[str, Any]:
    text = "; ".join(sentence(error) for error in bad.errors)
    known = isinstance(scenario, str | int) and not isinstance(scenario, bool)
    return {"id": scenario if known else None, "error": f"{text[:1].upper()}{text[1:]}."}


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _parsed(line: str | bytes) -> dict[str, Any]:
    try:
        raw = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as why:
        raise BadInput.of("line", "not_json", why=str(why)) from None
    if not isinstance(raw, dict):
        raise BadInput.of("line", "not_an_object")
    return raw


class Answer(NamedTuple):
    """What one line comes to: placements or an error, and what differs from its `expect`."""

    shown: dict[str, Any]
    differences: list[dict[str, Any]]

    @property
    def refused(self) -> bool:
        return "error" in self.shown


def answer(line: str | bytes) -> Answer:
    """The answer to one line."""
    raw: dict[str, Any] = {}
    try:
        raw = _parsed(line)
        scenario = Scenario(raw)
        return Answer({"id": scenario.id, "placements": scenario.placements()}, list(scenario.differences()))
    except BadInput as bad:
        return Answer(_refusal(raw.get("id"), bad), [])


def run(lines: Iterable[str | bytes], out: TextIO, *, check: bool = False) -> bool:
    """Answer every line; with `check` only what differs from `expect` (and what was refused). True when all is well."""
    well = True
    for line in lines:
        if line.strip():
            answered = answer(line)
            printed = answered.differences if check and not answered.refused else [answered.shown]
            out.writelines(f"{json.dumps(one)}\n" for one in printed)
            well = well and not answered.refused and not (check and answered.differences)
    return well


def main(paths: Sequence[str], *, check: bool = False) -> int:
    """Answer the files of these names ("-" is what comes in) one after the other. The exit status."""
    well = True
    for path in paths:
        try:
            with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as lines:
                well = run(lines, sys.stdout, check=check) and well
        except BrokenPipeError:
            # Whoever reads has seen enough (`| head`); leave quietly, with nothing left to flush.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except OSError as why:
            sys.stderr.write(f"{path}: {why.strerror}\n")
            well = False
    return 0 if well else 1
