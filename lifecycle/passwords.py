"""Passwords and tokens: how they are made, kept and compared.

Passwords are kept as argon2id with 46 MiB and one pass, the first of OWASP's equal choices;
tokens are 256 random bits, kept as their SHA-256: guessing one is hopeless, so that a slow hash
would only cost time.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 8
#: What the set-up page advises.
ADVISED: Final = 15
#: Long enough for any sentence, short enough that nobody sends us books to hash.
LONGEST: Final = 1024

_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1, type=Type.ID)
_LEET: Final = str.maketrans("013457@$!", "oleastasi")
_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz",
                "йцукенгшщзхъ", "йцукенгшщзхї", "фывапролджэ", "фівапролджє", "ячсмитьбю",
                "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb")  # fmt: skip
_TAIL: Final = 4


def new_token() -> str:
    """A new secret of 256 random bits, safe in a cookie, a header and a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def hashed(password: str) -> str:
    """What is kept of a password. Takes tens of milliseconds: never on the event loop."""
    return _HASHER.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password kept. With nobody's (None) it works as long and says no."""
    nobodys = _nobodys()
    try:
        return _HASHER.verify(kept or nobodys, _normal(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was kept with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """Why a new password cannot be taken, as the code of a sentence; None where it can.

    `about` are words that anyone would try first for this person: login, name, the club's name.
    """
    if len(_normal(password)) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    plain = _normal(password).casefold()
    return "password_obvious" if _is_obvious(plain, about) else None


def _is_obvious(plain: str, about: Iterable[str]) -> bool:
    """Whether it is a common one or somebody's own word, bare or with a few figures and signs added."""
    stems = {plain, _stem(plain), _stem(plain).translate(_LEET), _stem(plain.translate(_LEET))}
    known = _common() | {_normal(word).casefold() for phrase in about for word in (phrase, *phrase.split()) if word}
    return not stems.isdisjoint(known) or _repeats(plain) or any(_runs_along(stem) for stem in stems)


def _stem(plain: str) -> str:
    """The password without up to four figures or signs at either end."""
    return re.sub(rf"^[\W\d_]{{0,{_TAIL}}}(.+?)[\W\d_]{{0,{_TAIL}}}$", r"\1", plain)


def _repeats(plain: str) -> bool:
    """`aaaaaaaa`, `12121212`, `clubclub`."""
    return re.fullmatch(r"(.{1,12}?)\1+.?", plain) is not None or len(set(plain)) <= 2


def _runs_along(plain: str) -> bool:
    """`87654321`, `qwertyui`, `1qaz2wsx`: along a row of keys or the alphabet, either way."""
    return any(plain in row * 2 or plain in row[::-1] * 2 for row in _ROWS)


@cache
def _common() -> frozenset[str]:
    text = resources.files("lifecycle").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _nobodys() -> str:
    """The hash compared with where there is no such person, so that the answer takes as long."""
    return hashed(new_token())


def _normal(password: str) -> str:
    """One form for what looks the same on every keyboard."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode("utf-8")
