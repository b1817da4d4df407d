"""The README promises only what is there: every command, target, variable and file it names."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from club_ui.__main__ import cli
from lifecycle.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_every_command_of_the_readme_exists():
    promised = set(re.findall(r"(?:bin/club|`club) (\w+)", README))

    assert promised - set(typer.main.get_command(cli).commands) == set()


def test_every_command_that_exists_is_in_the_readme():
    assert [name for name in typer.main.get_command(cli).commands if not re.search(rf"\b{name}\b", README)] == []


def test_every_make_target_of_the_readme_exists():
    promised = {word for line in re.findall(r"^make ([a-z0-9 ]+)|`make (\w+)", README, re.MULTILINE) for word in " ".join(line).split()}

    assert promised - set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE)) == set()


def test_make_help_knows_every_target():
    named = set(re.findall(r"^([a-z0-9]+):.*## ", MAKEFILE, re.MULTILINE))

    assert {"help", "run", "demo", "test", "lint", "types", "e2e", "bench", "faults", "docs", "clean"} - named == set()


def test_every_variable_of_the_readme_is_a_setting():
    known = {f"CLUB_{name.upper()}" for name in Settings.model_fields}

    assert set(re.findall(r"\bCLUB_\w+", README)) - known == set()


def test_every_setting_of_serve_is_in_the_readme():
    hidden = {"clock_start", "demo"}

    assert [name for name in Settings.model_fields if name not in hidden and f"CLUB_{name.upper()}" not in README] == []


def test_every_file_the_readme_shows_is_there():
    shown = re.findall(r"\]\(([^)#:]+)", README)

    assert [path for path in shown if not (ROOT / path).exists()] == []


def test_every_page_of_docs_is_reached_from_the_readme():
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"(docs/{page.name})" not in README] == []
