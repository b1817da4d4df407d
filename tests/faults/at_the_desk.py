"""One of two desks: uses a visit of each pack it is told, as soon as it is told, and says what came of it.

`python at_the_desk.py DATABASE_URL NAME`; a line in is `CLIENT PACK`, a line out `used` or the code of the refusal.
"""

from __future__ import annotations

import sys
from datetime import datetime

from lifecycle.actions import contracts
from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.desk import Desk
from lifecycle.errors import ClubError

AT = datetime.fromisoformat("2026-03-02T10:00:00+00:00")


def main(url: str, name: str) -> None:
    club, desk = Club(open_engine(url), FixedClock(AT)), Desk(None, name, "owner")
    print("ready", flush=True)
    for line in sys.stdin:
        client, pack = line.split()
        try:
            contracts.use_service(club, desk, int(client), key=f"{name}:{pack}", service=pack)
            print("used", flush=True)
        except ClubError as error:
            print(error.code, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
