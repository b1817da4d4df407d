"""The last visit of a pack, wanted by two desks at the same moment, goes to one of them (failures: F40)."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from lifecycle import store
from lifecycle.actions import contracts
from lifecycle.check import check
from lifecycle.club import Club
from tests.store.test_contracts import OWNER, a_buyer

ROOT = Path(__file__).resolve().parents[2]
CLIENTS, PACKS = 40, 5


def last_visits(club: Club) -> list[tuple[int, str]]:
    """Two hundred packs, each with one visit."""
    made = []
    for number in range(CLIENTS):
        client_id = a_buyer(club, f"Клиент {number}")
        for pack in range(PACKS):
            contracts.sell(club, OWNER, client_id, key=f"pack {pack}", title="PT", kind="service", visits=1, amount=100000)
            made.append((client_id, f"{client_id}-{pack + 1}"))
    return made


def desk(url: str, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.at_the_desk", url, name],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip


def test_two_hundred_races_for_the_last_visit_of_a_pack(club: Club, database_url: str) -> None:
    packs = last_visits(club)
    outcomes: Counter[tuple[str, ...]] = Counter()

    with ExitStack() as stack:
        desks = [stack.enter_context(desk(database_url, name)) for name in ("Dina", "Zoya")]
        assert [each.stdout.readline().strip() for each in desks] == ["ready", "ready"]
        for number, (client_id, pack) in enumerate(packs):
            # Each is told first as often as the other.
            for each in desks if number % 2 else reversed(desks):
                each.stdin.write(f"{client_id} {pack}\n")
                each.stdin.flush()
            outcomes[tuple(sorted(each.stdout.readline().strip() for each in desks))] += 1
        for each in desks:
            each.stdin.close()

    assert outcomes == {("pack_used_up", "used"): CLIENTS * PACKS}
    with club.reading() as conn:
        used = [fact for client_id in {one for one, _ in packs} for fact in store.facts.of_client(conn, client_id) if fact.type == "service_used"]
    assert len(used) == CLIENTS * PACKS
    assert check(club) == []
