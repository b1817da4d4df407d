"""The front end: built once from its sources, kept by their digest, the same files for every port and proxy.

`python -m club_ui.build` builds when something changed and says where it lies. Bun comes from its
wheel, so no Node is needed; a finished build is served without either.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PACKAGES = ROOT / "reflex.lock" / "package.json"
KEPT = 6
DAY = 24 * 3600

# What a browser can be told: everything the pages are compiled from. The rest of the sources is
# left out, so that a change in it costs no build.
SOURCES = ("rxconfig.py", "requirements.lock", "reflex.lock", "assets", "club_ui", "lifecycle")
NOT_SEEN_BY_BROWSERS = (
    "assets/external",
    "club_ui/__main__.py",
    "club_ui/hook_commands.py",
    "club_ui/http",
    "club_ui/serve.py",
    "club_ui/source_commands.py",
    "club_ui/terminal.py",
    "lifecycle/demo",
    "lifecycle/importing",
    "lifecycle/intake",
    "lifecycle/migrations",
    "lifecycle/outbox",
    "lifecycle/store",
)
#: What Chromium reads in the first line of a script; to other browsers it is a comment.
COMPILED_AHEAD = "//# allFunctionsCalledOnLoad"
BAKED_ADDRESS = re.compile(r"`(http|ws)://localhost:8000")


class BuildError(Exception):
    """The front end could not be built; the message says where the log lies."""


def front() -> Path:
    """The folder of the built front end, building it first when its sources have changed."""
    shelf = BUILD / "front" / _digest()
    if not _is_whole(shelf):
        with _alone():
            if not _is_whole(shelf):
                _build(shelf)
    os.utime(shelf)
    return shelf


def framework_environment(web: Path | str) -> dict[str, str]:
    """The environment in which the UI framework writes only inside this folder and reports to nobody."""
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "REFLEX_WEB_WORKDIR": str(web),
        "REFLEX_DIR": str(BUILD / "reflex"),
        "REFLEX_USE_SYSTEM_BUN": "1",
        "REFLEX_USE_GRANIAN": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
    }


def _digest() -> str:
    """Names and contents of all sources, in one short word."""
    sum_ = hashlib.sha256()
    for path in _sources():
        sum_.update(f"{path.relative_to(ROOT)}\0".encode())
        sum_.update(hashlib.sha256(path.read_bytes()).digest())
    return sum_.hexdigest()[:16]


def _sources() -> list[Path]:
    hidden = tuple(ROOT / name for name in NOT_SEEN_BY_BROWSERS)
    found = [
        path
        for name in SOURCES
        for path in ((ROOT / name).rglob("*") if (ROOT / name).is_dir() else [ROOT / name])
        if path.is_file() and path.suffix != ".pyc" and not any(path.is_relative_to(each) for each in hidden)
    ]
    return sorted(found)


def _is_whole(shelf: Path) -> bool:
    return (shelf / "build" / "client" / "index.html").exists()


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time: the framework compiles in one folder."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "front.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(shelf: Path) -> None:
    print("Building the front end (a few seconds, once per change) ...", flush=True)
    web, log = BUILD / "web", BUILD / "front.log"
    packages = PACKAGES.read_text()
    shutil.rmtree(web / "build", ignore_errors=True)
    with log.open("wb") as out:
        command = [sys.executable, "-m", "reflex", "export", "--no-zip", "--frontend-only", "--env", "prod"]
        environment = _without_settings({**_registry(), **framework_environment(web)})
        ended = subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=out, check=False)
    if ended.returncode or json.loads(packages) == json.loads(PACKAGES.read_text()):
        # The framework writes the same list in another form at every first build.
        PACKAGES.write_text(packages)
    if ended.returncode or not _is_whole(web):
        tail = log.read_text(errors="replace")[-4000:]
        msg = f"{tail}\nThe front end could not be built; the whole log is in {log}."
        raise BuildError(msg)
    _free_of_port(web / "build" / "client")
    _ready_to_run(web / "build" / "client")
    _shelve(web, shelf)


def _without_settings(environment: dict[str, str]) -> dict[str, str]:
    """One build serves every club: no setting of this process may get into it."""
    return {name: value for name, value in environment.items() if not name.startswith("CLUB_")}


def _registry() -> dict[str, str]:
    """The package registry this machine is set to use, so that none has to be probed for."""
    npmrc = Path.home() / ".npmrc"
    found = re.search(r"(?m)^\s*registry\s*=\s*(\S+)", npmrc.read_text() if npmrc.exists() else "")
    return {"NPM_CONFIG_REGISTRY": found[1]} if found else {}


def _free_of_port(client: Path) -> None:
    """The bundle calls back where its page came from, instead of the one address baked into it."""
    origin = {"http": "location.origin+`", "ws": "location.origin.replace(`http`,`ws`)+`"}
    baked = [path for path in client.glob("assets/*.js") if BAKED_ADDRESS.search(path.read_text())]
    if not baked:
        msg = "The built front end has no address to replace: the framework has changed."
        raise BuildError(msg)
    for path in baked:
        text = BAKED_ADDRESS.sub(lambda found: origin[found[1]], path.read_text())
        path.write_text(text)
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def _ready_to_run(client: Path) -> None:
    """Each page's code is compiled while it arrives, beside the page that is open, and not at the press that leads there."""
    for path in client.glob("assets/*.js"):
        text = f"{COMPILED_AHEAD}\n{path.read_text()}"
        path.write_text(text)
        packed = path.with_name(path.name + ".gz")
        if packed.exists():
            packed.write_bytes(gzip.compress(text.encode(), mtime=0))


def _shelve(web: Path, shelf: Path) -> None:
    """Put the finished files on their shelf in one step, and clear shelves nobody has used for a day."""
    fresh = shelf.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(web / "build" / "client", fresh / "build" / "client")
    shutil.rmtree(shelf, ignore_errors=True)
    fresh.rename(shelf)
    others = sorted((each for each in shelf.parent.iterdir() if each != shelf), key=lambda each: each.stat().st_mtime)
    for old in others[: -KEPT or None]:
        if old.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    try:
        print(front())
    except BuildError as error:
        sys.exit(str(error))
