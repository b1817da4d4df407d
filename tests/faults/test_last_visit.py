"""The last visit of a pack, wanted at two desks or at two doors at the same moment, goes to one of them (failures: F40)."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from lifecycle import store
from lifecycle.actions import clients, contracts, sources
from lifecycle.actions.recording import record
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
    return talking("at_the_desk", url, name)


def talking(module: str, *told: str) -> subprocess.Popen[str]:
    """A process of its own that answers each line with a line."""
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.faults.{module}", *told],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip


def raced(both: list[subprocess.Popen[str]], number: int, line: str) -> tuple[str, ...]:
    """What the two said of one thing; each is told first as often as the other."""
    for each in both if number % 2 else reversed(both):
        each.stdin.write(f"{line}\n")
        each.stdin.flush()
    return tuple(sorted(each.stdout.readline().strip() for each in both))


def test_two_hundred_races_for_the_last_visit_of_a_pack(club: Club, database_url: str) -> None:
    packs = last_visits(club)
    outcomes: Counter[tuple[str, ...]] = Counter()

    with ExitStack() as stack:
        desks = [stack.enter_context(desk(database_url, name)) for name in ("Dina", "Zoya")]
        assert [each.stdout.readline().strip() for each in desks] == ["ready", "ready"]
        for number, (client_id, pack) in enumerate(packs):
            outcomes[raced(desks, number, f"{client_id} {pack}")] += 1
        for each in desks:
            each.stdin.close()

    assert outcomes == {("pack_used_up", "used"): CLIENTS * PACKS}
    with club.reading() as conn:
        used = [fact for client_id in {one for one, _ in packs} for fact in store.facts.of_client(conn, client_id) if fact.type == "service_used"]
    assert len(used) == CLIENTS * PACKS
    assert check(club) == []


def members_with_one_visit(club: Club) -> list[int]:
    """Two hundred members, each with one visit left."""
    sold = {"type": "membership_sold", "membership": "pack", "billing": "term", "visits": 1, "days": 60, "amount": 1, "at": "2026-03-01"}
    begun = {"type": "membership_activated", "membership": "pack", "starts_on": "2026-03-01", "at": "2026-03-01"}
    made = []
    for number in range(CLIENTS * PACKS):
        made.append(clients.add_client(club, OWNER, name=f"Клиент {number}", key=str(number)).client_id)
        record(club, OWNER, made[-1], [sold, begun], key="pack", happened=True)
    return made


def test_two_hundred_races_for_the_last_visit_at_two_doors(club: Club, database_url: str, tmp_path: Path) -> None:
    members = members_with_one_visit(club)
    doors = [sources.create(club, OWNER, kind="turnstile", name=name) for name in ("north", "south")]
    outcomes: Counter[tuple[str, ...]] = Counter()

    with ExitStack() as stack:
        told = [(database_url, door.source.code, door.secret, str(tmp_path)) for door in doors]
        readers = [stack.enter_context(talking("at_the_reader", *each)) for each in told]
        assert [each.stdout.readline().strip() for each in readers] == ["ready", "ready"]
        for number, client_id in enumerate(members):
            outcomes[raced(readers, number, str(client_id))] += 1
        for each in readers:
            each.stdin.close()

    assert outcomes == {("allow", "deny"): len(members)}
    with club.reading() as conn:
        visits = [fact for facts in store.facts.of_clients(conn, members).values() for fact in facts if fact.type == "visit"]
    assert len(visits) == len(members)
    assert check(club) == []
