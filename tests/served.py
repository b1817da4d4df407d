"""A served club for tests: the real command line in a process of its own, on a free port."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120


class Served:
    """One `club serve` (or `club demo`) on a data folder; start, kill and start again as often as needed."""

    def __init__(self, data: Path, *, command: str = "serve", environment: dict[str, str] | None = None) -> None:
        self.data = data
        self.command = command
        self.environment = environment or {}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.with_name(data.name + ".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process, "the club is not served"
        return self._process.pid

    def start(self) -> Served:
        """Start and wait until it answers."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CLUB_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "club_ui", self.command, "--data", str(self.data), "--port", str(self.port)],
                cwd=ROOT,
                env={**inherited, "PYTHONUNBUFFERED": "1", **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_open()
        return self

    def kill(self) -> None:
        """Kill -9 of the process somebody started; its workers must follow by themselves."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order, as Ctrl-C or a service manager does."""
        self._end(signal.SIGTERM)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to hold; what it has printed when it does not."""
        _until(holds, f"it never came to be:\n{self.said()[-3000:]}")

    def said(self) -> str:
        """All it has printed so far."""
        return self.log.read_text(errors="replace")

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None
            _until(lambda: not _listens(self.port), "its port is still taken")

    def _wait_until_open(self) -> None:
        _until(lambda: self._ended() or _listens(self.port), f"nobody answers:\n{self.said()[-3000:]}")
        if self._ended():
            raise RuntimeError(f"the club ended at its start:\n{self.said()[-3000:]}")

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None


def _listens(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/ping")
        connection.getresponse()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def _until(holds: Callable[[], object], otherwise: str) -> None:
    end = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(otherwise)
        time.sleep(0.05)
