"""A served club of so many clients: the real command line on a copy, with a key for programs and people signed in."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from lifecycle.actions import keys
from lifecycle.clock import Clock
from lifecycle.club import Club
from lifecycle.desk import Desk
from tests.bench.run import Run
from tests.served import Served

OWNER = Desk(None, "Olga", "owner")


class ServedClub:
    """A served club and the key to its API."""

    def __init__(self, served: Served, club: Club, key: str) -> None:
        self.served, self.club, self.key = served, club, key
        self.connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)

    def searches(self, typed: Sequence[str]) -> list[float]:
        """The seconds of each search through the API, answer read."""
        spent = []
        for words in typed:
            start = time.perf_counter()
            self.ask("GET", f"/api/v1/clients?q={quote(words)}&limit=50")
            spent.append(time.perf_counter() - start)
        return spent

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request on the one connection; the answer."""
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        self.connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text) if text else None


@contextmanager
def serving(
    run: Run, *, size: int | None = None, prepare: Callable[[Club], object] = lambda _club: None
) -> Iterator[ServedClub]:
    """A copy of the club, made ready by `prepare` and served; it ends with the block."""
    club = run.clubs.copy(run.size if size is None else size)
    prepare(club)
    path = club.engine.url.database
    assert path
    folder = run.clubs.folder / path.split("/")[-2]
    # A club that stands in the morning it was made on, and goes on from there as the server's does.
    club.clock = Clock()
    key = keys.create(club, OWNER, name="bench", role="owner")
    served = Served(folder, environment={"CLUB_CLOCK_START": "2026-03-02T09:00:00+00:00"})
    served.start()
    try:
        yield ServedClub(served, club, key)
    finally:
        served.stop()
        served.log.unlink(missing_ok=True)
