"""One of two readers at two doors, each with a server of its own: lets in whom it is told, as soon as it is told.

`python -m tests.faults.at_the_reader DATABASE_URL CODE SECRET FOLDER`; a line in is the number of a client, a line out the decision.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import httpx

from club_ui import process
from club_ui.http.app import server
from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.settings import Settings
from tests.conftest import MORNING


async def main(url: str, code: str, secret: str, folder: str) -> None:
    process.work_on(Club(open_engine(url), FixedClock(MORNING), Path(folder)), Settings(data=Path(folder)))
    transport = httpx.ASGITransport(app=server(), client=("10.0.0.1", 40_000), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://club.test") as http:
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            told = {"id": f"pass-{line.strip()}", "client": line.strip(), "door": code}
            answer = await http.post(f"/hooks/{code}", json=told, headers={"X-Club-Secret": secret})
            print(answer.json().get("decision", answer.status_code), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
