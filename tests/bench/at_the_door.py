"""A turnstile as a process of its own: asks at an even pace, whatever the answers take, and says how long each took.

`python -m tests.bench.at_the_door URL SECRET A_SECOND SECONDS CARD…` prints one JSON list of seconds, each from the
moment at which the pass was due: what waits behind a slow answer is slow.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
import uuid
from queue import SimpleQueue
from urllib.parse import urlsplit

#: Doors that ask at once; each keeps its connection open.
DOORS = 8


def ask(url: str, secret: str, due: SimpleQueue[tuple[float, str] | None], spent: list[float], first: float) -> None:
    """One door: takes the next pass, waits for its moment, asks, notes."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=30)
    while (one := due.get()) is not None:
        at, card = one
        time.sleep(max(0.0, first + at - time.perf_counter()))
        body = json.dumps({"id": uuid.uuid4().hex, "card": card, "door": "Main entrance"})
        connection.request("POST", where.path, body, {"X-Club-Secret": secret, "Content-Type": "application/json"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        if answer.status != 200 or told["decision"] != "allow":
            raise RuntimeError(f"{answer.status} {told}")
        spent.append(time.perf_counter() - first - at)


def main(url: str, secret: str, a_second: str, seconds: str, *cards: str) -> None:
    pace, count = float(a_second), round(float(a_second) * float(seconds))
    due: SimpleQueue[tuple[float, str] | None] = SimpleQueue()
    spent: list[float] = []
    for number in range(count):
        due.put((number / pace, cards[number % len(cards)]))
    first = time.perf_counter() + 0.2
    doors = [threading.Thread(target=ask, args=(url, secret, due, spent, first)) for _ in range(DOORS)]
    for door in doors:
        due.put(None)
        door.start()
    for door in doors:
        door.join()
    print(json.dumps(spent))


if __name__ == "__main__":
    main(*sys.argv[1:])
