"""What Asterisk's manager tells, put together into calls: the legs of one call share a `Linkedid`.

Nothing here speaks with anybody. `messages` cuts the text of the protocol, a `Switchboard` is told event after
event and gives the reports that the club takes (`telephony_generic`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

#: Contexts in which calls from outside arrive, by how their names begin (those of FreePBX among them).
FROM_OUTSIDE: Final = ("from-trunk", "from-pstn", "from-did", "from-sip-external", "from-dahdi", "from-external", "incoming", "inbound")
#: Fewer digits are an extension of the house.
_OUTSIDE_LEAST: Final = 7
_UNKNOWN: Final = frozenset({"", "<unknown>", "s", "unknown"})
_OF_A_CHANNEL: Final = re.compile(r"^\w+/([^@/-]+)")
Message = Mapping[str, str]
Report = dict[str, Any]


def messages(text: str) -> Iterator[dict[str, str]]:
    """The messages of a piece of the protocol: lines `Key: value`, ended by an empty line."""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        pairs = (line.partition(":") for line in block.split("\n") if ":" in line)
        if found := {name.strip(): value.strip() for name, _, value in pairs}:
            yield found


@dataclass
class _Call:
    """One call while it lasts. `leg` is the channel with which it began."""

    name: str
    leg: str = ""
    context: str = ""
    caller: str = ""
    exten: str = ""
    extension: str = ""
    channels: set[str] = field(default_factory=set)
    talking_at: datetime | None = None
    why: str = ""
    told: str = ""

    @property
    def direction(self) -> str:
        """Where it comes from; empty while nothing tells."""
        if self.context.lower().startswith(FROM_OUTSIDE) or _is_outside(self.caller):
            return "in"
        if _is_outside(self.exten):
            return "out"
        return "inner" if self.caller and self.exten else ""

    @property
    def number(self) -> str:
        """The number of whoever is not in the house."""
        return self.exten if self.direction == "out" else self.caller


class Switchboard:
    """The calls that go on. `tell` gives what is news of one; `alone` ends those that are not there any more."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}

    def tell(self, event: Message, now: datetime) -> list[Report]:
        """The reports that follow from one event. `now` is when it was read, unless it says itself."""
        handle = _EVENTS.get(event.get("Event", ""))
        linked = event.get("Linkedid", "")
        if handle is None or not linked:
            return []
        return handle(self, event, linked, _moment(event) or now)

    def alone(self, going: Collection[str], now: datetime) -> list[Report]:
        """End every call of which no channel is left, as after a lost connection."""
        gone = [call for name, call in self._calls.items() if name not in going]
        return [report for call in gone for report in self._end(call, now)]

    def _began(self, event: Message, linked: str, at: datetime) -> list[Report]:
        call = self._calls.setdefault(linked, _Call(linked))
        channel = event.get("Uniqueid", "")
        call.channels.add(channel)
        if not call.leg or channel == linked:
            call.leg = channel
            call.context = event.get("Context", "") or call.context
            call.caller = _said(event, "CallerIDNum") or call.caller
            call.exten = _said(event, "Exten") or call.exten
        return self._rings(call, at)

    def _named(self, event: Message, linked: str, at: datetime) -> list[Report]:
        call = self._calls.get(linked)
        if call is None or event.get("Uniqueid") != call.leg or call.talking_at is not None:
            return []
        call.caller = _said(event, "CallerIDNum") or call.caller
        return self._rings(call, at)

    def _dialled(self, event: Message, linked: str, at: datetime) -> list[Report]:
        call = self._calls.setdefault(linked, _Call(linked, leg=event.get("Uniqueid", "")))
        call.channels |= {one for one in (event.get("Uniqueid", ""), event.get("DestUniqueid", "")) if one}
        call.context = call.context or event.get("Context", "")
        call.caller = call.caller or _said(event, "CallerIDNum")
        call.exten = call.exten or _said(event, "Exten")
        call.extension = _extension(call, event)
        return self._rings(call, at)

    def _answered(self, event: Message, linked: str, at: datetime) -> list[Report]:
        call = self._calls.get(linked)
        if call is None:
            return []
        status = event.get("DialStatus", "ANSWER")
        if status != "ANSWER":
            call.why = status
            return []
        call.extension = _extension(call, event)
        call.talking_at = call.talking_at or at
        return self._say(call, "talking", at)

    def _hung_up(self, event: Message, linked: str, at: datetime) -> list[Report]:
        call = self._calls.get(linked)
        if call is None:
            return []
        channel = event.get("Uniqueid", "")
        call.channels.discard(channel)
        over = not call.channels or (channel == call.leg and call.direction == "in")
        return self._end(call, at) if over else []

    def _rings(self, call: _Call, at: datetime) -> list[Report]:
        return self._say(call, "ringing", at) if call.direction and call.talking_at is None else []

    def _end(self, call: _Call, at: datetime) -> list[Report]:
        self._calls.pop(call.name, None)
        if not call.direction:
            return []
        seconds = 0 if call.talking_at is None else max(0, round((at - call.talking_at).total_seconds()))
        return self._say(call, "ended", at, answered=call.talking_at is not None, seconds=seconds, why=call.why)

    def _say(self, call: _Call, state: str, at: datetime, **more: Any) -> list[Report]:
        """One report; nothing where it would say what was said last."""
        inside = call.caller if call.direction == "out" else call.extension
        line = call.exten if call.direction == "in" else ""
        report = {
            "call": call.name, "state": state, "direction": call.direction, "number": call.number, "line": line,
            "extension": inside, **{name: value for name, value in more.items() if value != ""},
        }  # fmt: skip
        known, call.told = call.told, repr(report)
        return [] if call.told == known else [{**report, "at": at.isoformat()}]


_EVENTS: Final = {
    "Newchannel": Switchboard._began,  # noqa: SLF001 - the table of its own methods
    "CoreShowChannel": Switchboard._began,  # noqa: SLF001
    "NewCallerid": Switchboard._named,  # noqa: SLF001
    "DialBegin": Switchboard._dialled,  # noqa: SLF001
    "DialEnd": Switchboard._answered,  # noqa: SLF001
    "AgentConnect": Switchboard._answered,  # noqa: SLF001
    "Hangup": Switchboard._hung_up,  # noqa: SLF001
}


def _said(event: Message, name: str) -> str:
    value = event.get(name, "")
    return "" if value.lower() in _UNKNOWN else value


def _is_outside(number: str) -> bool:
    return sum(letter.isdigit() for letter in number) >= _OUTSIDE_LEAST


def _extension(call: _Call, event: Message) -> str:
    """The telephone that was dialled: by its own name, else by its channel, `PJSIP/101-00000001`."""
    if call.direction == "out":
        return call.extension
    channel = event.get("DestChannel") or event.get("Interface") or ""
    found = _OF_A_CHANNEL.match(channel)
    told = _said(event, "DestCallerIDNum")
    return told if told and not _is_outside(told) else found[1] if found else call.extension


def _moment(event: Message) -> datetime | None:
    """Where the manager is set up to tell it (`timestampevents = yes`)."""
    try:
        return datetime.fromtimestamp(float(event["Timestamp"]), UTC)
    except (KeyError, ValueError, OverflowError):
        return None
