"""The house rules, held by their tools: lint, types, imports that point down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_ruff_finds_nothing():
    assert said_by("ruff", "check", "--output-format", "concise", ".") == "All checks passed!"


def test_the_types_fit():
    assert said_by("mypy", "--no-error-summary") == ""


def said_by(tool: str, *arguments: str) -> str:
    """What a tool of this environment prints, run in the repository."""
    command = [Path(sys.executable).parent / tool, *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return (ended.stdout + ended.stderr).strip()
