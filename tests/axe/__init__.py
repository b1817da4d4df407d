"""axe-core, the accessibility checker: fetched once into `build/axe` by its lock, and run in a page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

HERE = Path(__file__).resolve().parent
HOME = HERE.parent.parent / "build" / "axe"
SCRIPT = HOME / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")


@cache
def script() -> str:
    """The checker's code, installed exactly as locked."""
    HOME.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "bun.lock"):
        shutil.copy(HERE / name, HOME / name)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    bun = shutil.which("bun", path=path)
    assert bun, "bun comes with the locked requirements"
    if not SCRIPT.exists():
        subprocess.run([bun, "install", "--frozen-lockfile"], cwd=HOME, check=True, capture_output=True)
    return SCRIPT.read_text("utf-8")


def complaints(page: Page) -> list[str]:
    """What is serious or critical on this page: rule, element, what to do."""
    page.evaluate(script())
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], rules: {'label-content-name-mismatch': {enabled: true}}})"
    )
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
