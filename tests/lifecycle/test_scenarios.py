"""The example histories stand where they are expected to stand, on every day they are asked about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lifecycle.replay import Scenario, answer

SCENARIOS = Path(__file__).parent.parent / "scenarios"
LINES = [
    pytest.param(line, id=f"{path.stem}-{json.loads(line)['id']}")
    for path in sorted(SCENARIOS.glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]


def test_the_examples_are_there():
    assert len(LINES) >= 99


@pytest.mark.parametrize("line", LINES)
def test_an_example_stands_where_it_is_expected(line):
    answered = answer(line)

    assert "error" not in answered.shown
    assert answered.differences == []


@pytest.mark.parametrize("line", LINES)
def test_an_example_expects_every_day_it_asks_about(line):
    raw = json.loads(line)

    assert Scenario(raw).placements() == raw["expect"]
