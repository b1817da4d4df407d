"""One cell of a table as a day, an instant, money, a number or text; BadCell says why it is none.

What could be read in two ways is not guessed: a date or an amount that is wrong in silence is worse
than one that somebody has to mend. Nothing here reads a clock.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from lifecycle.facts import COUNT_MOST, MONEY_MOST
from lifecycle.importing.problems import BadCell

#: What stands around a text and is no part of it.
BLANKS: Final = " \t\r\n\u00a0\ufeff"
#: Excel counts days from here (its 29 February 1900 never was).
_EXCEL: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = (7_306, 109_575)  # the years 1920 to 2199: a smaller number is no date of anybody living

_MIDNIGHT: Final = datetime.combine(date.min, time.min)

_DOTTED = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:\s*г\.?|\s*р\.?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})\s+([^\W\d_]+)\.?,?\s+(\d{4})(?:\s*(?:г|р)\.?)?")
_NAMED_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2}),?\s+(\d{4})")
_SERIAL = re.compile(r"(\d{4,6})(?:[.,](\d+))?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?", re.ASCII)
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")

_MONTHS: Final = (
    ("янв", "січ", "jan"), ("фев", "лют", "feb"), ("мар", "бер", "mar"), ("апр", "кві", "apr"),
    ("ма", "тра", "may"), ("июн", "чер", "jun"), ("июл", "лип", "jul"), ("авг", "сер", "aug"),
    ("сен", "вер", "sep"), ("окт", "жов", "oct"), ("ноя", "лис", "nov"), ("дек", "гру", "dec"),
)

_MONEY_SIGNS = re.compile(r"[₽₴$€£₸]|(?:руб(?:лей|ля|\.)?|р\.|грн\.?|тнг|uah|rub|usd|eur|tnd|kzt|byn|р)$", re.IGNORECASE)
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’`")
_PLAIN_AMOUNT = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0+)?(?:\s*(?:дн|ден|day|заня|посе|відв|visit|class|раз|шт)[^\W\d_]*\.?)?")


def text(cell: str) -> str:
    """The text as typed, without the blanks around it."""
    return cell.strip(BLANKS)


@lru_cache(maxsize=65536)
def day(cell: str, month_first: bool = False) -> date:  # noqa: FBT001, FBT002 - by position, for the cache
    """A date: `31.12.2025`, `2025-12-31`, `31 декабря 2025`, an Excel serial; a time after it is let go.

    A date with slashes or dots is day first unless the mapping says otherwise; one that can only be read the
    other way is refused, because its neighbours would then be read wrong in silence.
    """
    found, _ = _day_and_rest(cell, month_first=month_first)
    return found


@lru_cache(maxsize=65536)
def moment(cell: str, month_first: bool = False) -> date | datetime:  # noqa: FBT001, FBT002 - by position, for the cache
    """A date, or a date with a time: naive as written, or aware where the cell carries its offset."""
    aware = _with_offset(cell)
    if aware is not None:
        return aware
    found, rest = _day_and_rest(cell, month_first=month_first)
    return found if not rest else datetime.combine(found, clock(rest))


@lru_cache(maxsize=4096)
def clock(cell: str) -> time:
    """A time of day: `18:05`, `6:05 PM`, or the fraction of a day that Excel keeps."""
    if cell.startswith("0.") and cell[2:].isdigit():
        return (_MIDNIGHT + timedelta(seconds=round(float(cell) * 86_400))).time()
    match = _CLOCK.fullmatch(cell)
    if match is None:
        raise BadCell("date_unreadable", value=_short(cell))
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        hour = hour % 12 + (12 if match[4] in "Pp" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise BadCell("date_unreadable", value=_short(cell)) from None


def _with_offset(cell: str) -> datetime | None:
    if len(cell) <= len("2025-12-31T10:00") or not _OFFSET.search(cell):
        return None
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return found if found.tzinfo is not None and _possible(found.year) else None


def _day_and_rest(cell: str, *, month_first: bool) -> tuple[date, str]:
    for pattern, read in _FORMS:
        match = pattern.match(cell)
        if match is None:
            continue
        rest = cell[match.end():].lstrip(" T,")
        if rest and not rest[0].isdigit():
            continue
        found, fraction = read(match, month_first)
        return found, rest or fraction
    raise BadCell("date_unreadable", value=_short(cell))


def _iso(match: re.Match[str], month_first: bool) -> tuple[date, str]:  # noqa: FBT001 - one shape for all forms
    return _date(int(match[1]), int(match[2]), int(match[3]), match[0]), ""


def _dotted(match: re.Match[str], month_first: bool) -> tuple[date, str]:  # noqa: FBT001 - one shape for all forms
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    number, month = (second, first) if month_first else (first, second)
    if month > 12 and number <= 12:
        raise BadCell("date_other_order", value=_short(match[0]))
    return _date(year, month, number, match[0]), ""


def _named(match: re.Match[str], month_first: bool) -> tuple[date, str]:  # noqa: FBT001 - one shape for all forms
    return _date(int(match[3]), _month(match[2], match[0]), int(match[1]), match[0]), ""


def _named_first(match: re.Match[str], month_first: bool) -> tuple[date, str]:  # noqa: FBT001 - one shape for all forms
    return _date(int(match[3]), _month(match[1], match[0]), int(match[2]), match[0]), ""


def _serial(match: re.Match[str], month_first: bool) -> tuple[date, str]:  # noqa: FBT001 - one shape for all forms
    days = int(match[1])
    if not _EXCEL_DAYS[0] <= days <= _EXCEL_DAYS[1]:
        raise BadCell("date_unreadable", value=_short(match[0]))
    return _EXCEL + timedelta(days=days), f"0.{match[2]}" if match[2] and int(match[2]) else ""


_FORMS: Final = ((_ISO, _iso), (_DOTTED, _dotted), (_NAMED, _named), (_NAMED_FIRST, _named_first), (_SERIAL, _serial))


def _date(year: int, month: int, number: int, shown: str) -> date:
    try:
        if not _possible(year):
            raise ValueError(year)
        return date(year, month, number)
    except ValueError:
        raise BadCell("date_unreadable", value=_short(shown)) from None


def _possible(year: int) -> bool:
    return 1900 <= year <= 2199


def _year(written: str) -> int:
    year = int(written)
    return year if len(written) == 4 else year + (2000 if year < 70 else 1900)


def _month(word: str, shown: str) -> int:
    """By the first letters: months are declined. May comes after March, whose letters begin alike."""
    low = word.casefold()
    for number in (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 5):
        if low.startswith(_MONTHS[number - 1]):
            return number
    raise BadCell("date_unreadable", value=_short(shown))


@lru_cache(maxsize=16384)
def money(cell: str, digits: int = 2) -> int:
    """An amount in minor units of a currency with so many decimals: `1 200,50 ₽` is 120050.

    Raises BadCell for a negative one, for one with more decimals than the currency has, for what is no
    number, and for `1,200`, which is twelve hundred to some and one and a fifth to others.
    """
    plain = _MONEY_SIGNS.sub("", text(cell)).translate(_SPACES).replace("\u2212", "-")
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    plain = _one_point(plain, cell)
    if not _PLAIN_AMOUNT.fullmatch(plain):
        raise BadCell("amount_unreadable", value=_short(cell))
    minor = Decimal(plain).scaleb(digits)
    if minor < 0:
        raise BadCell("amount_negative", value=_short(cell))
    if minor != minor.to_integral_value():
        raise BadCell("amount_odd", value=_short(cell))
    if minor > MONEY_MOST:
        raise BadCell("amount_unreadable", value=_short(cell))
    return int(minor)


def _one_point(plain: str, shown: str) -> str:
    """The decimal sign as a point and the thousands together."""
    commas, points = plain.count(","), plain.count(".")
    if commas and points:
        decimal, thousands = (",", ".") if plain.rfind(",") > plain.rfind(".") else (".", ",")
        return plain.replace(thousands, "").replace(decimal, ".")
    if commas + points > 1:
        groups = re.split(r"[.,]", plain.lstrip("-"))
        return re.sub(r"[.,]", "", plain) if all(len(group) == 3 for group in groups[1:]) else "?"
    if commas + points == 1:
        whole, fraction = re.split(r"[.,]", plain.lstrip("-"))
        if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0":
            raise BadCell("amount_two_ways", value=_short(shown))
    return plain.replace(",", ".")


def whole(cell: str, *, least: int = 1) -> int:
    """A count: `30`, `30,0`, `30 дней`."""
    match = _WHOLE.fullmatch(text(cell).casefold())
    if match is None or not least <= int(match[1]) <= COUNT_MOST:
        raise BadCell("number_unreadable", value=_short(cell))
    return int(match[1])


def _short(cell: str) -> str:
    return cell if len(cell) <= 60 else f"{cell[:59]}…"
