"""The shapes of calls: what the panel says of who is calling, in one sentence, and the lines of a day.

A panel is in a phase: it rings, they talk, it is over and still at work here, or it leaves a trace on its way out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from club_ui.history_rows import Names
from club_ui.i18n import clock, money, near_day, text
from club_ui.profile_rows import reason_line
from club_ui.rows import Chip, chip
from club_ui.rulers import RulerRow, small_ruler
from lifecycle import phones, telephony
from lifecycle.callers import Caller, Line, Words
from lifecycle.overview import StandingRow
from lifecycle.store.branches import BranchRow
from lifecycle.store.calls import CallRow

RINGING, TALKING, OVER, TRACE = "ringing", "talking", "over", "trace"
#: What was done with a panel in a tab: made small, something is written in it, put away.
SMALL, HELD, GONE = "s", "h", "g"
#: How long a panel that goes away says why.
TRACE_SECONDS: Final = 6
#: Of several folders the one that a desk speaks of first.
SPOKEN_OF: Final = (
    "archive", "not_activated", "not_renewed", "to_renew", "churn", "lost", "deal_lost", "guest", "active", "potential",
)  # fmt: skip
_WORDS_MOST: Final = 140


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen is to a call: whose, at which telephone, and what was done with the panel in this tab (`marks` by id)."""

    staff_id: int | None
    phone: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Phase:
    """How a panel stands on a screen, and until when if it goes by itself."""

    name: str
    until: datetime | None = None


def phase(call: CallRow, screen: Screen, now: datetime) -> Phase | None:
    """Whether and how this screen shows a call; None where it does not."""
    mark = screen.marks.get(str(call.id), "")
    known = call.client_id is not None
    if GONE in mark or call.direction != "in" or not (known or call.detail.get("caller") == telephony.PERSON):
        return None
    taken = call.detail.get("taken")
    held = HELD in mark
    mine = held or (taken is not None and taken["staff"] == screen.staff_id)
    if taken is not None and not mine:
        return _trace(datetime.fromisoformat(taken["at"]), now)
    if call.state == telephony.RINGING:
        return Phase(RINGING)
    if call.state == telephony.TALKING:
        elsewhere = bool(screen.phone and call.extension) and call.extension != screen.phone
        return _trace(call.answered_at or now, now) if elsewhere and not mine else Phase(TALKING)
    return Phase(OVER) if held else _trace(call.ended_at or _heard(call), now)


def _heard(call: CallRow) -> datetime:
    return max((telephony.from_json(one).at for one in call.detail.get("reports", ())), default=call.began_at)


def _trace(since: datetime, now: datetime) -> Phase | None:
    until = since + timedelta(seconds=TRACE_SECONDS)
    return Phase(TRACE, until) if now < until else None


@dataclass
class OtherCaller:
    """Somebody else at the same number."""

    id: str
    name_: str
    stage: Chip
    folder: Chip


@dataclass
class CallPanel:
    """One call on a screen. `says` are the parts of the one sentence: where they stand, why, what to offer."""

    id: str
    phase: str
    head: str
    number: str
    elapsed: int = 0
    going: bool = False
    small: bool = False
    missed: bool = False
    client: str = ""
    name_: str = ""
    stage: Chip = field(default_factory=Chip)
    since: str = ""
    folders: list[Chip] = field(default_factory=list)
    ruler: RulerRow = field(default_factory=RulerRow)
    stands: str = ""
    why: str = ""
    offer: str = ""
    last: str = ""
    card: str = ""
    others: list[OtherCaller] = field(default_factory=list)
    fresh: bool = False
    elsewhere: bool = False
    may_be_mine: str = ""
    version: int = 0
    draft_name: str = ""
    draft_source: str = ""
    draft_note: str = ""
    announced: str = ""


def panel(language: str, caller: Caller, stands: Phase, screen: Screen, now: datetime, zone: tzinfo, draft: Mapping[str, str], currency: str = "RUB") -> CallPanel:
    """A call as this screen shows it."""
    call = caller.call
    made = CallPanel(
        id=str(call.id),
        phase=stands.name,
        head=_head(language, call, stands.name, screen),
        number=number_of(language, call, caller.branch),
        elapsed=_elapsed(call, now),
        going=stands.name in (RINGING, TALKING),
        missed=call.state == telephony.ENDED and not call.detail.get("answered"),
        elsewhere=caller.elsewhere,
        others=[_other(language, row) for row in caller.others],
        may_be_mine=call.extension if stands.name == TALKING and call.extension != screen.phone else "",
        draft_note=draft.get("note", str((call.detail.get("note") or {}).get("text", ""))),
        draft_name=draft.get("name", ""),
        draft_source=draft.get("source", ""),
    )
    if caller.client is not None:
        _say_who(language, made, caller, caller.client, zone)
    if caller.debt:
        # Whoever owes is asked for that before anything is offered.
        made.offer = text(language, "call_offer.debt", amount=money(language, caller.debt, currency))
    who = made.name_ or made.number
    made.announced = text(language, "calls.announced", who=who, says=f"{made.stands} {made.why} {made.offer}".strip())
    return made


def _say_who(language: str, made: CallPanel, caller: Caller, row: StandingRow, zone: tzinfo) -> None:
    client, placed = row.client, row.placement
    code = next(code for code in SPOKEN_OF if code in placed.folders)
    made.client, made.name_, made.version = str(client.id), client.name, client.version
    made.stage = chip(language, "stage", placed.stage)
    made.folders = [chip(language, "folder", one) for one in placed.folders]
    made.ruler = small_ruler(language, row.summary, row.policy, row.today, placed)
    made.since = text(language, "calls.since", year=str((caller.since or client.created_at).astimezone(zone).year))
    told, names = caller.reasons["folders"], Names(language, row.memberships)
    left = told[code].get("days_left", 0)
    made.stands = text(language, "call_stands.last_day" if code == "to_renew" and left == 0 else f"call_stands.{code}", count=left)
    # That the end is near was just said: then until when they are covered.
    made.why = reason_line(language, told["active" if code == "to_renew" else code], names, row.today) + "."
    made.offer = text(language, f"call_offer.{code}")
    made.card = str(caller.card.id) if caller.card else ""
    made.fresh = bool(caller.call.detail.get("new")) and client.name == number_of(language, caller.call, caller.branch)
    made.last = _last(language, caller.last, zone, row) if caller.last else ""


def _last(language: str, words: Words, zone: tzinfo, row: StandingRow) -> str:
    said = words.text if len(words.text) <= _WORDS_MOST else words.text[: _WORDS_MOST - 1] + "…"
    day = near_day(language, words.at.astimezone(zone).date(), date.fromordinal(row.today))
    return f"{day}: «{said}». {words.by}"


def _head(language: str, call: CallRow, phase_name: str, screen: Screen) -> str:
    taken, at = call.detail.get("taken"), call.extension
    if phase_name == RINGING:
        return text(language, "calls.incoming")
    if phase_name == TALKING:
        return text(language, "calls.talking_at", extension=at) if at else text(language, "calls.talking")
    if phase_name == TRACE and taken is not None and taken["staff"] != screen.staff_id:
        return text(language, "calls.taken", name=taken["name"])
    if call.state == telephony.TALKING:
        return text(language, "calls.answered_at", extension=at) if at else text(language, "calls.answered")
    return text(language, "calls.ended" if call.detail.get("answered") else "calls.missed")


def _elapsed(call: CallRow, now: datetime) -> int:
    """Seconds on the clock of the panel: of ringing, then of talk."""
    if call.state == telephony.ENDED:
        return call.seconds or 0
    return max(0, int((now - (call.answered_at or call.began_at)).total_seconds()))


def _other(language: str, row: StandingRow) -> OtherCaller:
    code = next(code for code in SPOKEN_OF if code in row.placement.folders)
    return OtherCaller(str(row.client.id), row.client.name, chip(language, "stage", row.placement.stage), chip(language, "folder", code))


def number_of(language: str, call: CallRow, branch: BranchRow) -> str:
    """The number as people there write it; what is none is told as it came."""
    if call.e164 or call.typed:
        return phones.shown(call.e164, call.typed, branch.country)
    return text(language, "calls.hidden")


@dataclass
class DayLine:
    """One call of a day."""

    id: str
    time: str
    who: str
    client: str
    stage: Chip
    known: bool
    number: str
    kind: str
    state: str
    icon: str
    hue: str
    lasted: str
    where: str
    tel: str


def day_line(language: str, line: Line, *, branches: bool) -> DayLine:
    """A call of the day; `branches` where there are several to tell apart."""
    call, at = line.call, line.call.began_at.astimezone(line.branch.zone)
    number = number_of(language, call, line.branch)
    kind = str(call.detail.get("caller", telephony.PERSON))
    state, icon, hue = _state(line)
    inner = [call.line, call.extension] if call.direction == "inner" else [call.extension]
    where = [line.branch.name] if branches else []
    return DayLine(
        id=str(call.id),
        time=clock(at),
        who=line.name or number,
        client=str(call.client_id) if line.name else "",
        stage=chip(language, "stage", line.stage) if line.stage else Chip(),
        known=bool(line.name),
        number=number if line.name and line.name != number else "",
        kind="" if kind in (telephony.PERSON, telephony.HIDDEN) or line.name else text(language, f"call_number.{kind}"),
        state=text(language, f"call_state.{state}"),
        icon=icon,
        hue=hue,
        lasted=lasted(call.seconds) if call.state == telephony.ENDED and call.detail.get("answered") else "",
        where=" · ".join(one for one in (*where, *inner) if one),
        tel=f"tel:{call.e164}" if call.e164 else "",
    )


def _state(line: Line) -> tuple[str, str, str]:
    """The word, the icon and the hue of a call in a list."""
    call = line.call
    if call.state == telephony.RINGING and call.direction == "in":
        return "ringing", "phone-incoming", "accent"
    if call.state == telephony.TALKING:
        return "talking", "phone", "active"
    if call.direction == "inner":
        return "inner", "phone", "archive"
    if call.direction == "out":
        return ("outgoing", "phone", "archive") if call.detail.get("answered") else ("no_answer", "phone-off", "archive")
    return ("missed", "phone-missed", "danger") if line.missed else ("incoming", "phone-incoming", "archive")


def lasted(seconds: int | None) -> str:
    """`2:14`."""
    minutes, rest = divmod(seconds or 0, 60)
    return f"{minutes}:{rest:02d}"
