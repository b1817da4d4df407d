"""The words, per language: what a row says in the reader's own (screens' constant words: `screen.py`).

`text("ru", "folders.total", count=5)` finds the word and fills it in; where the catalogue holds a table
of plural forms, Babel chooses by `count`. Numbers and dates in the values are written as the language
writes them. `en.toml`, `ru.toml` and `uk.toml` hold the same keys; files `<room>.<language>.toml` add to
them. Nothing here knows a screen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

LANGUAGES: Final = ("en", "ru", "uk")
#: How each language calls itself; the same in all of them.
OWN_NAMES: Final = {"en": "English", "ru": "Русский", "uk": "Українська"}

NO_BREAK: Final = "\u00a0"
THIN: Final = "\u202f"
_SIGNS: Final = {"RUB": "₽", "UAH": "₴", "KZT": "₸", "USD": "$", "EUR": "€", "GBP": "£", "BYN": "Br"}
_FORMS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
_HOLE: Final = re.compile(r"\{(\w+)\}")

Word = str | dict[str, str]


@cache
def catalogue(language: str) -> Mapping[str, Word]:
    """Every word of a language by its dotted key; a table of plural forms is one word."""
    words: dict[str, Word] = {}
    room = resources.files("club_ui.i18n")
    for file in sorted(room.iterdir(), key=lambda one: one.name):
        if file.name == f"{language}.toml" or file.name.endswith(f".{language}.toml"):
            _flatten(tomllib.loads(file.read_text("utf-8")), "", words)
    return words


def _flatten(table: Mapping[str, Any], above: str, into: dict[str, Word]) -> None:
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, str) or _FORMS.issuperset(value):
            into[key] = value
        else:
            _flatten(value, f"{key}.", into)


def known(key: str) -> bool:
    """Whether the catalogue has this key."""
    return key in catalogue("en")


def text(language: str, key: str, /, **values: Any) -> str:
    """The word of that key with its holes filled. Raises KeyError for a key that is not there.

    Integers are grouped, days (`date`) written short, everything else as it is. Plural forms are
    chosen by the integer `count`.
    """
    word = catalogue(language)[key]
    if not isinstance(word, str):
        word = word.get(plural(language, int(values["count"])), word["other"])
    shown = {name: _shown(language, value) for name, value in values.items()}
    return _HOLE.sub(lambda hole: shown.get(hole[1], hole[0]), word)


def holes(word: Word) -> set[str]:
    """The names that a word waits for."""
    forms = [word] if isinstance(word, str) else list(word.values())
    return {name for form in forms for name in _HOLE.findall(form)}


def pieces(word: str) -> list[str]:
    """The word cut at its holes: text, name, text, name, …, text."""
    return _HOLE.split(word)


def _shown(language: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return number(language, value)
    if isinstance(value, date):
        return short_day(language, value)
    return str(value)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def plural(language: str, count: int) -> str:
    """The name of the plural form: `one`, `few`, `many` or `other`."""
    return str(_locale(language).plural_form(abs(count)))


def language_of(accepted: str, *, default: str = "en") -> str:
    """The first of our languages in an Accept-Language header."""
    wishes = []
    for place, wish in enumerate(accepted.split(",")[:20]):
        tag, _, quality = wish.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), place, tag.strip().lower()[:2]))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(wishes) if tag in LANGUAGES), default)


@lru_cache(maxsize=4096)
def number(language: str, value: int) -> str:
    """1,284,600 or 1 284 600, with spaces that do not break."""
    return str(format_decimal(value, locale=_locale(language))).replace(" ", NO_BREAK)


def decimal(language: str, tenths: int) -> str:
    """A number kept in tenths: 2.5 or 2,5; 3 where nothing is over."""
    return str(format_decimal(tenths / 10, "#,##0.#", locale=_locale(language))).replace(" ", NO_BREAK)


def money(language: str, minor: int, currency: str = "RUB") -> str:
    """An amount in minor units with its sign; kopecks only where there are any."""
    whole, rest = divmod(abs(minor), 100)
    pattern = "#,##0.00" if rest else "#,##0"
    shown = str(format_decimal((whole * 100 + rest) / 100, pattern, locale=_locale(language)))
    return f"{'−' if minor < 0 else ''}{shown}{NO_BREAK}{_SIGNS.get(currency, currency)}".replace(" ", NO_BREAK)


def short_day(language: str, day: date, *, today: date | None = None) -> str:
    """`18 мар`, with the year where it is not this one's."""
    pattern = "d MMM" if today is None or day.year == today.year else "d MMM y"
    return _dotless(format_date(day, pattern, locale=_locale(language)))


def long_day(language: str, day: date, *, today: date | None = None) -> str:
    """`18 марта`, with the year where it is not this one's."""
    pattern = "d MMMM" if today is None or day.year == today.year else "d MMMM y"
    return _dotless(format_date(day, pattern, locale=_locale(language)))


def week_day(language: str, day: date) -> str:
    """`вторник, 10 марта`."""
    return str(format_date(day, "EEEE, d MMMM", locale=_locale(language))).replace(" ", NO_BREAK).replace(
        f",{NO_BREAK}", ", "
    )


def month(language: str, day: date, *, year: bool = False) -> str:
    """`мар` or `янв 2026`."""
    return _dotless(format_date(day, "MMM y" if year else "MMM", locale=_locale(language)))


def moment(language: str, at: datetime, *, today: date | None = None) -> str:
    """`6 мар, 12:40`; `at` is local already."""
    return f"{short_day(language, at.date(), today=today)}, {clock(at)}"


def clock(at: datetime) -> str:
    """`14:25`; `at` is local already."""
    return at.strftime("%H:%M")


def near_day(language: str, day: date, today: date) -> str:
    """Yesterday, today and tomorrow by name, others as short days."""
    names = {-1: "day.yesterday", 0: "day.today", 1: "day.tomorrow"}
    apart = (day - today).days
    if apart in names:
        return text(language, names[apart])
    return short_day(language, day, today=today)


def _dotless(shown: str) -> str:
    """Babel writes `18 мар.`; the figure needs no dot, and its parts stay together."""
    return shown.replace(".", "").replace(" ", NO_BREAK)


def sentence(language: str, code: str, **values: Any) -> str:
    """What was refused and what would be accepted, by the code of a `ClubError`."""
    key = f"error.{code}"
    return text(language, key if known(key) else "error.unknown", **{"count": 0, **values, "code": code})
