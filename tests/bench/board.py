"""Goal 12: a board with ten thousand open cards, in turn with the page that an ordinary developer would write.

That page loads every open card as an object, its comments, its client, their numbers and standing when they are
touched, and sends them all. First what the server does and sends, then what a browser makes of it (`board_page`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlmodel import Session

from club_ui.http.api import card_shapes as shapes
from lifecycle import board, store
from lifecycle.actions import cards as doors
from lifecycle.board import Filters
from lifecycle.cards import COLUMNS, STEPS
from lifecycle.club import Club
from lifecycle.days import day_of
from lifecycle.desk import Desk
from tests.bench import board_page, naive
from tests.bench.club_of import NOW
from tests.bench.rounds import each, every, quantile, repeated, rounds
from tests.bench.run import Run
from tests.bench.serving import serving
from tests.bench.table import Row, seconds

CARDS = 10_000
MOVES = 200
OWNER = Desk(None, "Olga", "owner")
SAID = "Ask about yoga in the evening"
STATUSES = ("new_contact", "in_conversation", "thinking", "agreed")


def rows(run: Run) -> Iterator[Row]:
    """Read, page, filter and move on a copy of the club."""
    count = min(CARDS, run.size)
    club = run.clubs.copy(run.size)
    _hand_out(club, count, run.size)
    yield from _read(run, club, count)
    yield from _narrowed(run, club)
    yield from _moved(club)
    with serving(run, prepare=lambda copy: _hand_out(copy, count, run.size)) as served:
        yield from board_page.rows(served, count)


def _hand_out(club: Club, count: int, clients: int) -> None:
    """So many open cards about people of the club, in every column, some timed."""
    chance = random.Random(12)
    with club.writing(announce=False) as conn:
        branches = store.branches.every(conn)
        homes = store.clients.branches(conn, list(range(1, clients + 1)))
        zones = {one.id: one.zone for one in branches}
        for number in range(count):
            client_id = chance.randint(1, clients)
            branch_id = homes[client_id]
            card_id = store.cards.add(conn, {
                "key": f"bench:{number}", "client_id": client_id, "branch_id": branch_id, "created_at": NOW,
                "step": chance.choice(STEPS), "status": chance.choice((None, *STATUSES)), "last_words": SAID, "comments": 1,
                "due_on": day_of(NOW, zones[branch_id]) + chance.randint(-3, 14) if chance.random() < 0.9 else None,
                "due_at": NOW + timedelta(minutes=chance.randint(-3000, 9000)) if chance.random() < 0.3 else None,
                "priority": chance.randint(1, 8), "created_by": "club",
            })  # fmt: skip
            assert card_id is not None
            store.cards.note(conn, card_id, client_id, "comment", at=NOW, by="club", staff_id=None, text=SAID)


def _read(run: Run, club: Club, count: int) -> Iterator[Row]:
    engine = naive.engine_for(club.engine)
    with club.reading() as conn:
        times = rounds(
            run.rounds,
            ours=repeated(lambda: _board(conn)),
            orm=each(lambda: _orm_page(engine)),
            counted=repeated(lambda: store.board.counts(conn, OWNER, store.branches.every(conn), NOW, store.board.Sought())),
        )
        sent, orm_page = _board(conn), _orm_page(engine)
        counts = {one["code"]: one["count"] for one in json.loads(sent)["columns"]}
    theirs = json.loads(orm_page)
    differences = sum(counts[code] != len(theirs[code]) for code in COLUMNS)
    fits = count >= CARDS
    yield Row(12, "columns of the board equal the rule on every card", f"{len(COLUMNS)} columns", value=differences, most=0, unit="different")
    yield Row(12, f"the board of {count:,} cards, read and told", seconds(times.of("ours")), "objects, what belongs to each",
              seconds(times.of("orm")), value=times.ratio("orm", "ours"), least=1_000, fits=fits)  # fmt: skip
    yield Row(12, f"the board of {count:,} cards, sent", f"{len(sent) / 1000:,.0f} KB", "objects whole",
              f"{len(orm_page) / 1000:,.0f} KB", value=len(orm_page) / len(sent), least=100, fits=fits)  # fmt: skip
    yield Row(12, "counts of its columns", seconds(times.of("counted")))
    engine.dispose()


def _board(conn: Connection) -> bytes:
    """What other programs are told of the whole board; screens read the same rows."""
    columns = board.read(conn, OWNER, NOW)
    return json.dumps({"columns": [shapes.column(one) for one in columns]}, ensure_ascii=False).encode()


def _orm_page(engine: Engine) -> bytes:
    """Every card with all that is shown of it, by the club's own rule of columns."""
    found: dict[str, list[Any]] = {code: [] for code in COLUMNS}
    with Session(engine) as session:
        zones = {one.id: one.zone for one in store.branches.every(session.connection())}
        for card in session.exec(naive.OPEN_CARDS):
            found[naive.column_of(card, NOW, zones[card.branch_id])].append(naive.card_whole(card))
    return json.dumps(found, ensure_ascii=False, default=str).encode()


def _narrowed(run: Run, club: Club) -> Iterator[Row]:
    with club.reading() as conn:
        cursor = _last_cursor(conn)
        times = rounds(
            run.rounds,
            first=repeated(lambda: board.more(conn, OWNER, NOW, "later", "0.0.0.0")),
            deep=repeated(lambda: board.more(conn, OWNER, NOW, "later", cursor)),
            status=repeated(lambda: board.read(conn, OWNER, NOW, Filters(status="thinking"))),
            sought=repeated(lambda: board.read(conn, OWNER, NOW, Filters(q="ива"))),
        )
    yield Row(12, "the last page of a column", seconds(times.of("deep")), "its first page", seconds(times.of("first")),
              value=times.ratio("deep", "first"))  # fmt: skip
    yield Row(12, "the board of one contact status", seconds(times.of("status")))
    yield Row(12, "the board of a fragment of a name", seconds(times.of("sought")))


def _last_cursor(conn: Connection) -> str:
    """Where the last page of the fullest column begins."""
    cursor = "0.0.0.0"
    while (page := board.more(conn, OWNER, NOW, "later", cursor, limit=200)).next is not None:
        cursor = page.next
    return cursor


def _moved(club: Club) -> Iterator[Row]:
    """Cards carried between columns through the door, durable, one after the other."""
    with club.reading() as conn:
        some = conn.execute(select(store.cards.card_table.c.id, store.cards.card_table.c.version).limit(MOVES)).all()
    spent = every([_move(club, card_id, version, number) for number, (card_id, version) in enumerate(some)])
    yield Row(12, f"a card moved through its door, durable, p50 of {len(spent)}", seconds(quantile(spent, 0.5)))
    yield Row(12, f"a card moved through its door, durable, p95 of {len(spent)}", seconds(quantile(spent, 0.95)))


def _move(club: Club, card_id: int, version: int, number: int) -> Callable[[], object]:
    to = ("today", "tomorrow", "this_week", "later")[number % 4]
    return lambda: doors.move(club, OWNER, card_id, to=to, version=version)
