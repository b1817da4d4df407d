"""Goal 9: search as people type, letter by letter; in the store against LIKE, and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from lifecycle import overview, store
from lifecycle.desk import Desk
from lifecycle.names import norm
from tests.bench.club_of import NOW
from tests.bench.histories import person
from tests.bench.rounds import Times, every, quantile
from tests.bench.run import Run
from tests.bench.serving import serving
from tests.bench.table import Row, seconds

PEOPLE = 40
SHOWN = 50
OWNER = Desk(None, "Olga", "owner")
_LIKE = text("SELECT id, name FROM client WHERE name_norm LIKE :part LIMIT :most")


def keystrokes(size: int) -> list[str]:
    """What stands in the field after each letter, as forty people of the club are looked for."""
    typed: list[str] = []
    zones = (ZoneInfo("UTC"),) * 2
    for number in range(PEOPLE):
        name = person(number * max(1, size // PEOPLE), zones, NOW.astimezone(UTC), iter(range(1, 10**6))).name
        words = name.split() if number % 2 else name.split()[1::-1]
        full = " ".join(words)[:12]
        typed += [full[:length].rstrip() for length in range(1, len(full) + 1)]
    return typed


def rows(run: Run) -> Iterator[Row]:
    """Every keystroke, in turn with LIKE; then through the API of a served club."""
    typed = keystrokes(run.size)
    club = run.clubs.kept(run.size)
    times = Times(index=[], like=[])
    with club.reading() as conn:
        for _ in range(run.rounds):
            times["index"].append(quantile(every([_index(conn, text) for text in typed]), 0.95))
            times["like"].append(quantile(every([_like(conn, text) for text in typed]), 0.95))
        screen = every([_screen(conn, text) for text in typed])
        differing = _differing(conn)
    fits = run.size >= 1_000_000
    yield Row(9, "case and ё never matter", f"{PEOPLE} names", value=differing, most=0, unit="different")
    yield Row(9, f"a keystroke in the index, p95 of {len(typed)}", seconds(times.of("index")), "LIKE '%…%', p95",
              seconds(times.of("like")), value=times.ratio("like", "index"), least=10, fits=fits)  # fmt: skip
    yield Row(9, f"a keystroke with all a screen shows, p95 of {len(typed)}", seconds(quantile(screen, 0.95)))
    with serving(run) as served:
        over_http = served.searches(typed)
    p95 = quantile(over_http, 0.95)
    yield Row(9, f"a keystroke over HTTP, p50 of {len(typed)}", seconds(quantile(over_http, 0.5)))
    yield Row(9, f"a keystroke over HTTP, p95 of {len(typed)}", seconds(p95), value=p95 * 1000, most=25, unit="ms", fits=fits)


def _index(conn: Connection, typed: str) -> Callable[[], Any]:
    return lambda: store.search.candidates(conn, typed, SHOWN)


def _screen(conn: Connection, typed: str) -> Callable[[], Any]:
    """All a screen shows below the field: who, where they stand, what they hold."""
    return lambda: overview.search(conn, OWNER, NOW, typed)


def _like(conn: Connection, typed: str) -> Callable[[], Any]:
    return lambda: conn.execute(_LIKE, {"part": f"%{norm(typed)}%", "most": SHOWN}).all()


def _differing(conn: Connection) -> int:
    """Names that are found otherwise in capitals or with е for ё."""
    names = [one for one in keystrokes(PEOPLE) if len(one) == 12][:PEOPLE]
    found = [{way: set(store.search.candidates(conn, way)) for way in (one, one.upper(), one.replace("ё", "е"))} for one in names]
    return sum(len({frozenset(ids) for ids in ways.values()}) > 1 for ways in found)
