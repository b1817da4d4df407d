"""The flat shapes a browser receives, made from what the club read, in the reader's language.

A row holds only what is shown: words, hues, figures already written, places on pictures already counted.
Nothing here reads a database or a clock; nothing in a component counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from club_ui import draw, theme
from club_ui.i18n import money, month, near_day, number, plural, text
from club_ui.products import product_name
from club_ui.rulers import RulerRow, small_ruler
from lifecycle import phones
from lifecycle.days import OPEN, Day, as_date
from lifecycle.overview import FolderCount, FoldersView, StandingRow
from lifecycle.placement import FOLDERS, Placement, folders_of
from lifecycle.store.clients import ClientRow
from lifecycle.summary import Membership

#: How long a mark of what just changed is seen (`.mark` of the stylesheet: four seconds).
MARKED = timedelta(seconds=5)

# --- small pieces ---------------------------------------------------------------------------------


@dataclass
class Chip:
    """A code as it is shown: word, hue, icon."""

    code: str = ""
    word: str = ""
    hue: str = ""
    icon: str = ""


def chip(language: str, family: str, code: str) -> Chip:
    """The word, hue and icon of a code of a family of `theme`."""
    look = theme.FAMILIES[family][code]
    return Chip(code, text(language, f"{family}.{code}"), look.hue, look.icon)


def initials(name: str) -> str:
    """Two letters that stand for a name; of who is called by a number, its last digits."""
    if name.startswith("+"):
        return name[-2:]
    return "".join(word[0] for word in name.split()[:2]).upper()


# --- folders --------------------------------------------------------------------------------------


@dataclass
class Tile:
    """A folder's tile: figures as text, the spark as paths, and when it last changed under one's eyes."""

    code: str
    count: str
    raw: str
    zero: bool
    into: str
    out: str
    name: str
    line: str
    area: str
    x: str
    y: str
    wide_line: str
    wide_area: str
    wide_x: str
    wide_y: str
    changed: str = ""
    delta: str = ""


def tiles(
    language: str, view: FoldersView, before: Mapping[str, Tile], now: datetime, *, part: bool = False
) -> dict[str, Tile]:
    """Every folder's tile by its code, marked for a moment where it differs from `before`, those shown now.

    Of a `part` of the club (one person's clients) what came in and went out is not known, so it is not shown.
    """
    made = {one.code: _tile(language, one, before.get(one.code), now) for one in view.folders}
    if part:
        for tile in made.values():
            tile.into = tile.out = tile.line = tile.area = tile.wide_line = tile.wide_area = ""
            tile.name = text(language, "folders.name_part", folder=text(language, f"folder.{tile.code}"), count=int(tile.raw))
    return made


def _tile(language: str, one: FolderCount, before: Tile | None, now: datetime) -> Tile:
    small, wide = draw.spark(one.spark), draw.spark(one.spark, width=110, height=32)
    word = text(language, f"folder.{one.code}")
    tile = Tile(
        code=one.code,
        count=number(language, one.count),
        raw=str(one.count),
        zero=one.count == 0,
        into=number(language, one.entered),
        out=number(language, one.departed),
        name=text(language, "folders.name", folder=word, count=one.count, into=one.entered, out=one.departed),
        line=small.line, area=small.area, x=str(small.x), y=str(small.y),
        wide_line=wide.line, wide_area=wide.area, wide_x=str(wide.x), wide_y=str(wide.y),
    )
    if before is not None:
        tile.changed, tile.delta = _still_marked(before, now)
        if before.raw != tile.raw:
            more = one.count - int(before.raw)
            tile.changed, tile.delta = now.isoformat(), f"+{more}" if more > 0 else f"−{-more}"
    return tile


def _still_marked(before: Tile, now: datetime) -> tuple[str, str]:
    return (before.changed, before.delta) if _is_seen(before.changed, now) else ("", "")


def statuses(language: str, view: FoldersView) -> dict[str, str]:
    """How many have each status, by its code."""
    return {code: number(language, view.statuses.get(code, 0)) for code in theme.LANES}


# --- clients in lists -----------------------------------------------------------------------------


@dataclass
class ClientLine:
    """A client in a list."""

    id: str
    name: str
    initials: str
    stage: Chip
    phone: str
    tel: str
    figure: str
    unit: str
    figure_name: str
    ruler: RulerRow
    held: str
    price: str
    next_day: str
    next: list[Chip]
    next_none: bool
    responsible: str
    responsible_initials: str
    dim: bool
    group: str = ""
    group_count: str = ""
    status: Chip = field(default_factory=Chip)
    folders: list[Chip] = field(default_factory=list)
    state: str = ""
    changed: str = ""


def client_line(
    language: str, row: StandingRow, *, folder: str, staff: Mapping[int, str], masked: bool, currency: str = "RUB"
) -> ClientLine:
    """One client as a folder's list (or with `folder` empty the search) shows them."""
    client, stands = row.client, row.placement
    figure = _figure(folder or stands.folders[0], row)
    held = _held(row.memberships)
    responsible = staff.get(client.responsible_id or 0, "")
    return ClientLine(
        id=str(client.id),
        name=client.name,
        initials=initials(client.name),
        stage=chip(language, "stage", stands.stage),
        phone=phone_of(client, row.branch.country, masked=masked) or text(language, "client.no_phone"),
        tel="" if masked else _tel(client),
        figure="" if figure is None else number(language, figure[1]),
        unit="" if figure is None else text_unit(language, figure[1]),
        figure_name="" if figure is None else text(language, f"days_of.{figure[0]}", count=figure[1], limit=row.policy.grace_days),
        ruler=small_ruler(language, row.summary, row.policy, row.today, row.placement),
        held=membership_name(language, held) if held else text(language, "list.held_none"),
        price=money(language, held.price, currency) if held and held.price is not None else "",
        **_next(language, stands, row.today),
        responsible=text(language, "list.responsible", name=responsible) if responsible else text(language, "list.nobody"),
        responsible_initials=initials(responsible) if responsible else "?",
        dim=stands.stage != "active",
        status=chip(language, "status", stands.status),
        folders=[chip(language, "folder", code) for code in stands.folders],
        state="|".join((*stands.folders, stands.stage, str(stands.next_change), client.name, str(held and held.state))),
    )


def marked(lines: Sequence[ClientLine], before: Iterable[ClientLine], now: datetime) -> list[ClientLine]:
    """The lines, marked for a moment where they read otherwise than when they were last shown."""
    known = {line.id: line for line in before}
    for line in lines:
        was = known.get(line.id)
        if was is not None and was.state == line.state:
            line.changed = was.changed if _is_seen(was.changed, now) else ""
        elif known:
            line.changed = now.isoformat()
    return list(lines)


def _is_seen(mark: str, now: datetime) -> bool:
    """Whether a mark made then is still seen; who opens the page after that would see an old one begin."""
    return mark != "" and now - datetime.fromisoformat(mark) <= MARKED


def text_unit(language: str, count: int) -> str:
    """`день`, `дня`, `дней` alone, for a figure that stands by itself."""
    from club_ui.i18n import catalogue

    forms = catalogue(language)["unit.days"]
    return forms if isinstance(forms, str) else forms.get(plural(language, count), forms["other"])


def phone_of(client: ClientRow, country: str, *, masked: bool) -> str:
    """The first number in national form, for the front desk with its middle hidden."""
    if client.phone is None:
        return ""
    write = phones.masked if masked else phones.shown
    return write(client.phone.e164, client.phone.typed, country)


def _tel(client: ClientRow) -> str:
    return f"tel:{client.phone.e164}" if client.phone and client.phone.e164 else ""


def _figure(folder: str, row: StandingRow) -> tuple[str, int] | None:
    """The number of days that matters in this folder, and the word it is read with."""
    s, today = row.summary, row.today
    if folder in ("active", "to_renew") and s.covered_until >= today:
        return None if s.covered_until >= OPEN else (folder, s.covered_until - today)
    if folder in ("active", "not_renewed") and 0 <= today - s.engaged_on <= row.policy.grace_days:
        return "not_renewed", today - s.engaged_on
    if folder in ("lost", "churn") and s.engaged_on > 0:
        return "lost", today - s.engaged_on
    if row.entered_on is not None:
        return "waiting", today - row.entered_on
    return None


def _held(memberships: Sequence[Membership]) -> Membership | None:
    """The membership a desk speaks of first: what is valid, then what waits, then what was last."""
    order = ("frozen", "held", "bought", "future", "over")
    known = [one for one in memberships if one.state in order]
    return min(known, key=lambda one: (order.index(one.state), -(one.last_on or one.sold_on or 0)), default=None)


def membership_name(language: str, one: Membership) -> str:
    """The product's name, or what it is."""
    if one.product:
        return product_name(language, one.product)
    if one.visits:
        return text(language, "count.visits", count=one.visits)
    if one.days:
        return text(language, "count.days", count=one.days)
    return text(language, "membership.unnamed")


def _next(language: str, stands: Placement, today: Day) -> dict[str, Any]:
    if stands.next_change is None or stands.then is None:
        return {"next_day": "", "next": [], "next_none": True}
    after = folders_of(stands.then.mask)
    shown = [code for code in after if code not in stands.folders] or list(after)
    return {
        "next_day": near_day(language, as_date(stands.next_change), as_date(today)),
        "next": [chip(language, "folder", code) for code in shown],
        "next_none": False,
    }


# --- bars over days -------------------------------------------------------------------------------


@dataclass
class DayBar:
    """A bar of a folder: how many stand on this day of theirs."""

    key: str
    count: str
    height: str
    label: str
    near: bool
    chosen: bool
    name: str


def day_bars(language: str, code: str, counts: Mapping[int, int], most: int, *, chosen: int | None) -> list[DayBar]:
    """Bars for the days 0 to `most` of To renew (days left) or Not renewed (day of grace)."""
    span = range(most + 1) if code == "to_renew" else range(1, most + 1)
    heights = draw.bars([counts.get(day, 0) for day in span], 36)
    return [
        DayBar(
            key=str(day), count=number(language, counts.get(day, 0)), height=f"{height}px", label=str(day),
            near=day <= 7 if code == "to_renew" else day > most // 2, chosen=day == chosen,
            name=text(language, f"bar.{code}", day=day, count=counts.get(day, 0)),
        )
        for day, height in zip(span, heights, strict=True)
    ]


def group_of(language: str, code: str, days: int) -> str:
    """The head under which a row stands, by its days; empty where a folder has no groups."""
    if code == "to_renew":
        key = "last_day" if days == 0 else "left_1" if days <= 3 else "left_2" if days <= 7 else "left_3"
        return text(language, f"group.{key}")
    if code == "not_renewed":
        return text(language, f"group.{'grace_1' if days <= 7 else 'grace_2' if days <= 12 else 'grace_3'}")
    return ""


# --- axes -----------------------------------------------------------------------------------------


def month_label(language: str, day: Day, *, first: bool) -> str:
    """`июл`, with the year in January and at the beginning."""
    when = as_date(day)
    return month(language, when, year=first or when.month == 1)


ALL_FOLDERS = tuple(FOLDERS)
