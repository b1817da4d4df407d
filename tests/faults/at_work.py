"""A process at work, to be killed: `python -m tests.faults.at_work writing|midnight|policy URL FOLDER SEED`.

It says each thing it is about to do (`try`), and says so again (`done`) only once the door has answered.
"""

from __future__ import annotations

import os
import sys
import threading
from datetime import timedelta
from pathlib import Path
from random import Random

from lifecycle import recompute
from lifecycle.actions import clients, policy, recording
from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from tests.conftest import MORNING
from tests.lives import OWNER

THREADS = 3
#: Small enough that a pass is cut off in its middle.
recompute.CHUNK = 10


def say(*words: object) -> None:
    # One call for the whole line: threads must not cut into each other's, nor the kill leave it in a buffer.
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def write(club: Club, seed: int, name: str) -> None:
    """People come, buy, visit, and are told off, until the process is killed."""
    rng = Random(f"{seed} {name}")
    ids: dict[str, int] = {}
    for number in range(1_000_000):
        key = f"{seed}-{name}-{number}"
        if not ids or rng.random() < 0.3:
            say("try", key, "client")
            ids[key] = clients.add_client(club, OWNER, name=f"Client {key}", phone="+7 921 000-00-00", key=key).client_id
            say("done", key, "client", ids[key])
        else:
            client_id, deed = ids[rng.choice(list(ids))], facts(rng, key)
            say("try", key, "facts", client_id, len(deed))
            made = recording.record(club, OWNER, client_id, deed, key=key, happened=True)
            say("done", key, "facts", client_id, *made.fact_ids)


def facts(rng: Random, key: str) -> list[dict[str, object]]:
    """One deed of several facts, or of one."""
    sale = {"type": "membership_sold", "membership": key, "billing": "term", "days": rng.randrange(1, 90), "amount": 100}
    begun = {"type": "membership_activated", "membership": key, "starts_on": MORNING.date().isoformat()}
    visit = {"type": "visit", "kind": "membership"}
    return rng.choice([[sale, begun, visit], [sale], [visit], [{"type": "purchase", "amount": 5, "what": "water"}], [visit] * 4])


def main(work: str, url: str, folder: str, seed: str) -> None:
    club = Club(open_engine(url), FixedClock(MORNING), Path(folder))
    if work == "writing":
        threads = [threading.Thread(target=write, args=(club, int(seed), str(number))) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        return
    club.listeners.append(lambda _whose: say("done chunk"))
    if work == "midnight":
        club.clock = FixedClock(MORNING + timedelta(days=60))
        recompute.move_due(club)
    else:
        policy.finish_replacing(club)
    say("finished")


if __name__ == "__main__":
    main(*sys.argv[1:])
