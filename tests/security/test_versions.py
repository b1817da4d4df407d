"""No version with a known hole gets into the lock: the floors below are the first ones without."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")

#: Package, first version without the hole, the advisory.
FLOORS = [
    ("reflex", "0.8.15", "CVE-2025-62379 open redirect"),
    ("starlette", "0.47.2", "CVE-2024-47874, CVE-2025-54121"),
    ("starlette", "0.49.1", "CVE-2025-62727 range header"),
    ("starlette", "1.0.1", "CVE-2026-48710 host header"),
    ("starlette", "1.3.0", "CVE-2026-54282 path to host"),
    ("python-engineio", "4.13.3", "CVE-2026-48802, CVE-2026-48809"),
    ("python-socketio", "5.16.2", "CVE-2026-48804, CVE-2025-61765"),
    ("python-multipart", "0.0.31", "CVE-2026-24486, CVE-2026-40347, CVE-2026-42561 and three more"),
]


def locked(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text()
    return dict(re.findall(r"(?m)^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text))


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize(("package", "floor", "advisory"), FLOORS)
def test_what_is_locked_is_above_every_known_hole(lock, package, floor, advisory):
    assert number(locked(lock)[package]) >= number(floor), advisory


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_is_pinned_with_the_digest_of_its_files(lock):
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"(?m)^[A-Za-z0-9_.\-]+(?:\[[^\]]*\])?==\S+(?:\s*;[^\\\n]*)?\s*\\\n\s+--hash=sha256:[0-9a-f]{64}", text)
    assert len(pinned) == len(locked(lock))


def test_what_the_project_names_is_pinned_exactly():
    named = re.findall(r'(?m)^    "([^"]+)",$', (ROOT / "pyproject.toml").read_text().split("[project.scripts]")[0])
    assert [each for each in named if "==" not in each] == []
