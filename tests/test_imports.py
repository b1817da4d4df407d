"""Arrows point down (architecture, section 3): the import contracts of `pyproject.toml` hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_imports_point_down():
    linter = [Path(sys.executable).parent / "lint-imports", "--cache-dir", "build/imports"]

    ended = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout[-6000:]
