"""What Asterisk's manager says, as its documentation prints the events, and a small server that says it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

GREETING = "Asterisk Call Manager/7.0.3\r\n"
TRUNK, DESK = "1772442000.17", "1772442001.18"


def event(name: str, *, channel: str = "PJSIP/trunk-00000011", unique: str = TRUNK, linked: str = TRUNK, **fields: str) -> str:
    """One event with the fields that every event of a channel has."""
    base = {
        "Event": name, "Privilege": "call,all", "Channel": channel, "ChannelState": "4", "ChannelStateDesc": "Ring",
        "CallerIDNum": "79161234567", "CallerIDName": "<unknown>", "ConnectedLineNum": "<unknown>", "ConnectedLineName": "<unknown>",
        "Language": "ru", "AccountCode": "", "Context": "from-trunk", "Exten": "74951234567", "Priority": "1",
        "Uniqueid": unique, "Linkedid": linked, **fields,
    }  # fmt: skip
    return "\r\n".join(f"{key}: {value}" for key, value in base.items()) + "\r\n\r\n"


def dialled(name: str, extension: str = "101", *, unique: str = DESK, linked: str = TRUNK, **fields: str) -> str:
    """DialBegin or DialEnd: the caller's channel, and the one that is called."""
    return event(
        name, unique=linked, linked=linked, DestChannel=f"PJSIP/{extension}-00000012", DestChannelState="5", DestCallerIDNum=extension,
        DestUniqueid=unique, DestLinkedid=linked, DialString=extension, **fields,
    )  # fmt: skip


INCOMING = [
    event("Newchannel"),
    event("Newchannel", channel="PJSIP/101-00000012", unique=DESK, CallerIDNum="<unknown>", Context="from-internal", Exten="s"),
    dialled("DialBegin"),
    dialled("DialEnd", DialStatus="ANSWER"),
    event("Hangup", channel="PJSIP/101-00000012", unique=DESK, Cause="16", **{"Cause-txt": "Normal Clearing"}),
    event("Hangup", Cause="16", **{"Cause-txt": "Normal Clearing"}),
]
MISSED = [INCOMING[0], INCOMING[1], INCOMING[2], dialled("DialEnd", DialStatus="NOANSWER"), INCOMING[4], INCOMING[5]]
OUTGOING = [
    event("Newchannel", channel="PJSIP/101-00000021", unique="9.1", linked="9.1", CallerIDNum="101", Context="from-internal", Exten="89161234567"),
    event("Newchannel", channel="PJSIP/trunk-00000022", unique="9.2", linked="9.1", CallerIDNum="", Context="from-trunk", Exten="s"),
    dialled("DialBegin", "trunk", unique="9.2", linked="9.1", CallerIDNum="101", Context="from-internal", Exten="89161234567"),
    dialled("DialEnd", "trunk", unique="9.2", linked="9.1", CallerIDNum="101", Context="from-internal", DialStatus="ANSWER"),
    event("Hangup", channel="PJSIP/trunk-00000022", unique="9.2", linked="9.1"),
    event("Hangup", channel="PJSIP/101-00000021", unique="9.1", linked="9.1"),
]


class Manager:
    """A manager interface on a free port of loopback: who signs in hears what is `said`, and may be cut off."""

    def __init__(self, secret: str = "amp111") -> None:
        self.secret = secret
        self.channels: list[str] = []
        self.actions: list[dict[str, str]] = []
        self.greets = True
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """The network breaks."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    @property
    def heard(self) -> int:
        """How many have signed in and listen."""
        return len(self._open)

    def say(self, *texts: str) -> None:
        """Tell everybody who listens."""
        for writer in self._open:
            writer.write("".join(texts).encode())

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.greets:
            writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
            writer.close()
            return
        writer.write(GREETING.encode())
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                asked = (await reader.readuntil(b"\r\n\r\n")).decode()
                action = {key: value for key, _, value in (line.partition(": ") for line in asked.split("\r\n") if line)}
                self.actions.append(action)
                writer.write(self._answer(action, writer).encode())

    def _answer(self, action: dict[str, str], writer: asyncio.StreamWriter) -> str:
        answered = f"ActionID: {action['ActionID']}\r\n" if "ActionID" in action else ""
        match action["Action"]:
            case "Login" if action["Secret"] == self.secret:
                self._open.add(writer)
                return f"Response: Success\r\n{answered}Message: Authentication accepted\r\n\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
            case "Login":
                return f"Response: Error\r\n{answered}Message: Authentication failed\r\n\r\n"
            case "CoreShowChannels":
                shown = "".join(one.replace("Event: Newchannel", "Event: CoreShowChannel") for one in self.channels)
                complete = f"Event: CoreShowChannelsComplete\r\n{answered}EventList: Complete\r\nListItems: {len(self.channels)}\r\n\r\n"
                return f"Response: Success\r\n{answered}EventList: start\r\nMessage: Channels will follow\r\n\r\n{shown}{complete}"
            case _:
                return f"Response: Success\r\n{answered}Ping: Pong\r\nTimestamp: 1772442000.000001\r\n\r\n"


@contextlib.asynccontextmanager
async def manager(secret: str = "amp111") -> AsyncIterator[Manager]:
    """A manager that listens."""
    made = Manager(secret)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
