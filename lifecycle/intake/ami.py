"""The connector of Asterisk: it listens to the manager interface and reports the calls to the club, as any exchange does.

It stands beside Asterisk, speaks with it over one connection and mends that connection by itself; what it has to
report waits in order while the club is away. Nothing of a call is logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import ssl
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lifecycle.errors import BadInput, Refused
from lifecycle.intake.asterisk import Message, Report, Switchboard, messages

log = logging.getLogger(__name__)

#: Asked after so many seconds of silence whether anybody is there; after the second it is taken as gone.
PING_EVERY: Final = 20.0
SILENCE: Final = 50.0
#: Between two tries, the longest; the first is quick.
WAIT_FIRST, WAIT_LONGEST = 1.0, 30.0
#: Reports that wait for the club; the oldest give way.
WAITING_MOST: Final = 10_000
_ANSWER_SECONDS: Final = 10
#: A line of the protocol is short; longer is somebody else's.
_LINE_MOST: Final = 65_536
_LOGIN, _CHANNELS = "login", "channels"


@dataclass(frozen=True)
class Manager:
    """Where Asterisk's manager listens, and as whom to sign in."""

    host: str
    port: int
    user: str
    secret: str
    tls: bool = False

    def __post_init__(self) -> None:
        for name in ("user", "secret"):
            if any(letter in getattr(self, name) for letter in "\r\n"):
                raise BadInput.of(name, "bad_text", value="")


class Away(Exception):
    """The connection ended or fell silent."""


class Connector:
    """Listens until it is cancelled; `report` sends one report and says whether it was taken."""

    def __init__(
        self,
        manager: Manager,
        report: Callable[[Report], Awaitable[bool]],
        now: Callable[[], datetime],
        *,
        wait: float = WAIT_FIRST,
        ping_every: float = PING_EVERY,
        silence: float = SILENCE,
    ) -> None:
        self._manager = manager
        self._report = report
        self._now = now
        self._first_wait = wait
        self._ping_every, self._silence = ping_every, silence
        self._board = Switchboard()
        self._going: set[str] = set()
        self._waiting: deque[Report] = deque(maxlen=WAITING_MOST)
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Listen and report, for ever. Raises Refused where Asterisk does not know this user from the beginning."""
        sending = asyncio.create_task(self._send())
        try:
            await self._listen_on()
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending

    async def _listen_on(self) -> None:
        known, wait = False, self._first_wait
        while True:
            try:
                await self._listen()
            except Refused:
                # Once it has let us in, a refusal is a restart half-way.
                if not known:
                    raise
            except (Away, OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
                pass
            known, wait = known or self._was_in, self._first_wait if self._was_in else min(WAIT_LONGEST, wait * 2)
            log.warning("asterisk_away retry_in=%.1f", wait)
            await asyncio.sleep(wait)

    async def _listen(self) -> None:
        """One connection, from the greeting to its end."""
        self._was_in = False
        context = ssl.create_default_context() if self._manager.tls else None
        # `wait_for` would now and then swallow that somebody stops us, and listen on.
        async with asyncio.timeout(_ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(self._manager.host, self._manager.port, ssl=context, limit=_LINE_MOST)
        pinging = asyncio.create_task(self._ping(writer))
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                greeting = await reader.readline()
            if not greeting.startswith(b"Asterisk Call Manager"):
                raise Away
            _say(writer, "Login", Username=self._manager.user, Secret=self._manager.secret, Events="call,agent", ActionID=_LOGIN)
            while True:
                for message in await self._read(reader):
                    self._hear(message, writer)
        finally:
            pinging.cancel()
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Iterator[dict[str, str]]:
        async with asyncio.timeout(self._silence):
            block = await reader.readuntil(b"\r\n\r\n")
        return messages(block.decode("utf-8", "replace"))

    async def _ping(self, writer: asyncio.StreamWriter) -> None:
        while True:
            await asyncio.sleep(self._ping_every)
            _say(writer, "Ping")

    def _hear(self, message: Message, writer: asyncio.StreamWriter) -> None:
        if message.get("ActionID") == _LOGIN:
            if message.get("Response") != "Success":
                raise Refused("asterisk_refused", user=self._manager.user)
            self._was_in = True
            log.info("asterisk_heard")
            # What went on while nobody listened: the calls that are there now, and no others.
            self._going = set()
            _say(writer, "CoreShowChannels", ActionID=_CHANNELS)
            return
        now = self._now()
        if message.get("Event") == "CoreShowChannel":
            self._going.add(message.get("Linkedid", ""))
        if message.get("Event") == "CoreShowChannelsComplete":
            self._put(self._board.alone(self._going, now))
        # A call that begins between the question and the answer is there, too.
        if message.get("Event") == "Newchannel":
            self._going.add(message.get("Linkedid", ""))
        self._put(self._board.tell(message, now))

    def _put(self, reports: list[Report]) -> None:
        if reports:
            self._waiting.extend(reports)
            self._news.set()

    async def _send(self) -> None:
        """The reports one after another, in their order; one that is not taken is tried again."""
        wait = self._first_wait
        while True:
            await self._news.wait()
            if not self._waiting:
                self._news.clear()
                continue
            report = self._waiting[0]
            if await self._report(report):
                wait = self._first_wait
                # While it was sent, it may have given way to newer ones.
                if self._waiting and self._waiting[0] is report:
                    self._waiting.popleft()
            else:
                await asyncio.sleep(wait)
                wait = min(WAIT_LONGEST, wait * 2)


def _say(writer: asyncio.StreamWriter, action: str, **fields: str) -> None:
    lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in fields.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())


class Post:
    """Reports to the club's address of this source, signed with its secret."""

    def __init__(self, url: str, secret: str, now: Callable[[], datetime]) -> None:
        if not url.startswith(("http://", "https://")):
            raise BadInput.of("to", "bad_address", value=url[:60])
        self._url = url
        self._secret = secret
        self._now = now

    async def __call__(self, report: Report) -> bool:
        return await asyncio.to_thread(self._post, report)

    def _post(self, report: Report) -> bool:
        body, stamp = json.dumps(report, ensure_ascii=False).encode(), str(int(self._now().timestamp()))
        mark = hmac.new(self._secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Club-Timestamp": stamp, "X-Club-Signature": mark}
        asked = urllib.request.Request(self._url, body, headers, method="POST")  # noqa: S310 - http and https only, see above
        try:
            with urllib.request.urlopen(asked, timeout=_ANSWER_SECONDS):  # noqa: S310
                return True
        except urllib.error.HTTPError as error:
            log.warning("report_refused status=%d", error.code)
            # What the club cannot read it will not read later; an unknown secret may be mended.
            return error.code in (413, 422)
        except (OSError, ValueError):
            log.warning("club_away")
            return False
