"""Phone numbers: kept as typed, understood as E.164, shown in national style (spec: clients, section 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, PhoneNumberType

_OLD_UKRAINIAN = re.compile(r"^80(\d{9})$")
_EIGHT_FIRST = frozenset({"BY", "KZ", "RU"})
#: Numbers behind which there is no one person: free and paid lines, boxes of voices.
_SERVICES = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
_SEPARATORS = re.compile(r"[;,/\n]| и | та | or | and ")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as typed, and as understood where it could be; `e164` is None where it could not."""

    typed: str
    e164: str | None
    extension: str | None = None


def understand(typed: str, country: str) -> Number:
    """Read one number by the habits of a country (two letters). Never raises: what cannot be read is kept."""
    text = typed.strip()
    old = _OLD_UKRAINIAN.match(digits_of(text))
    if old and country == "UA":
        text = f"+380{old.group(1)}"
    read = _read(typed, text, country)
    if old and read.e164 is None and country in _EIGHT_FIRST:
        # Where 8 leads out of the town no number of one's own goes on with a nought: it may be the neighbour's.
        return Number(typed, valid(f"+380{old.group(1)}"))
    return read


def _read(typed: str, text: str, country: str) -> Number:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return Number(typed, None)
    if not phonenumbers.is_valid_number(number) and not _abroad(text, number):
        return Number(typed, None)
    return Number(typed, phonenumbers.format_number(number, PhoneNumberFormat.E164), number.extension)


def several(typed: str, country: str) -> list[Number]:
    """Read a cell that may hold two numbers; one that cannot be split is read whole."""
    parts = [part.strip() for part in _SEPARATORS.split(typed) if part.strip()]
    if len(parts) > 1:
        return [understand(part, country) for part in parts]
    found = [match.raw_string for match in PhoneNumberMatcher(typed, country)]
    return [understand(part, country) for part in found] if len(found) > 1 else [understand(typed, country)]


def valid(written: str) -> str | None:
    """A number written with its country's code, in E.164, where there are such numbers; else None."""
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def is_service(number: str) -> bool:
    """Whether an E.164 number is a service's and no person's."""
    return phonenumbers.number_type(phonenumbers.parse(number, None)) in _SERVICES


@lru_cache(maxsize=20_000)
def shown(number: str | None, typed: str, country: str) -> str:
    """A number as people of the country write it; abroad with its country's code; else as typed."""
    if number is None:
        return typed
    parsed = phonenumbers.parse(number, None)
    if phonenumbers.region_code_for_number(parsed) == country and country != "RU":
        return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def masked(number: str | None, typed: str, country: str) -> str:
    """As shown, with all digits but the first four and the last two hidden (spec: access)."""
    text = shown(number, typed, country)
    total = sum(letter.isdigit() for letter in text)
    return _hide(text, total)


def digits_of(text: str) -> str:
    """The digits alone: what a search for a fragment of a number compares."""
    return re.sub(r"\D", "", text)


def _hide(text: str, total: int) -> str:
    seen, out = 0, []
    for letter in text:
        if letter.isdigit():
            seen += 1
            letter = letter if seen <= min(4, total - 4) or seen > total - 2 else "·"
        out.append(letter)
    return "".join(out)


def _abroad(text: str, number: phonenumbers.PhoneNumber) -> bool:
    """Written with its own country's code and of a possible length: good enough to call."""
    return text.startswith("+") and phonenumbers.is_possible_number(number)
