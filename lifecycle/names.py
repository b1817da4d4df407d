"""Names as people search for them: case, ё and the kind of apostrophe never matter."""

from __future__ import annotations

import unicodedata

_SAME = str.maketrans(
    {"ё": "е", "ʼ": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-"}
)


def norm(name: str) -> str:
    """The form of a name that is compared and sorted by; the name itself is kept as typed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().translate(_SAME).split())
