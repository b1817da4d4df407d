"""A Chromium for the tests: found, or fetched where that is possible (`python -m tests.browser`).

In this order: `CHROMIUM` in the environment, a Chromium or Chrome on PATH, Playwright's own
download (kept in this folder), the system's package. Only the last writes outside this folder,
and says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOWNLOADS = ROOT / "build" / "browsers"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
# What a browser keeps of its own would otherwise go to the home of whoever runs the tests.
HOME = {name: str(ROOT / "build" / "browser-home") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
MISSING = "not run: no Chromium here; install one or name it: CHROMIUM=/path/to/chromium make test"


def find() -> str | None:
    """The path of a browser that starts, or None."""
    return next((path for path in _candidates() if _starts(path)), None)


def fetch() -> str | None:
    """Get a browser: Playwright's own download, else the system's package where it may be installed."""
    print("No Chromium was found; trying Playwright's own download into build/browsers ...", flush=True)
    _quietly([sys.executable, "-m", "playwright", "install", "chromium"], {"PLAYWRIGHT_BROWSERS_PATH": str(DOWNLOADS)})
    found = find()
    if found or not shutil.which("apt-get"):
        return found
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    print("Trying the system's package: apt-get install chromium (the only step that writes outside this folder) ...", flush=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]):
        _quietly([*may, "apt-get", *command], {"DEBIAN_FRONTEND": "noninteractive"})
    return find()


def _candidates() -> list[str]:
    named = [path] if (path := os.environ.get("CHROMIUM")) else []
    on_path = [path for name in NAMES if (path := shutil.which(name))]
    return [*named, *on_path, *_downloaded()]


def _downloaded() -> list[str]:
    """What Playwright has downloaded, here or for this person."""
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    places = [DOWNLOADS, Path.home() / ".cache" / "ms-playwright", *([Path(named)] if named else [])]
    shapes = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
    return [str(path) for place in places for shape in shapes for path in sorted(place.glob(shape), reverse=True)]


def _starts(path: str) -> bool:
    """Whether it really starts here: a downloaded browser may lack the system's libraries."""
    try:
        command = [path, "--headless", *ARGUMENTS, "--dump-dom", "about:blank"]
        environment = {**os.environ, **HOME}
        return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _quietly(command: list[str], more: dict[str, str]) -> None:
    """Run it; that it failed shows in there being no browser afterwards."""
    try:
        subprocess.run(command, env={**os.environ, **more}, capture_output=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired):
        pass


if __name__ == "__main__":
    print(f"Browser: {find() or fetch() or 'none; the tests that need one will say so and fail'}", flush=True)
