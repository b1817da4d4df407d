"""Words of components: `t("folder.to_renew")` is a match on the reader's language in the browser.

All languages are in the bundle, so switching costs no query and sends no words. Until the reader is
known the word is empty: better a blank for a blink than a flash of somebody else's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import reflex as rx

from club_ui.i18n import LANGUAGES, catalogue, pieces
from club_ui.state.shell import Shell


def t(key: str, **values: Any) -> rx.Var[str]:
    """The word of that key, in whatever language the reader has now. `values` are vars or texts."""
    words = ((code, _filled(catalogue(code)[key], values)) for code in LANGUAGES)
    return rx.match(Shell.language, *words, "").to(str)


def t_of(family: str, code: rx.Var[str], codes: Iterable[str]) -> rx.Var[str]:
    """The word `family.<code>` for a code that only the row knows."""
    return rx.match(code, *((one, t(f"{family}.{one}")) for one in codes), "").to(str)


def _filled(word: Any, values: dict[str, Any]) -> Any:
    if not isinstance(word, str):
        raise TypeError("plural words are chosen in Python: use text()")
    parts = [part if place % 2 == 0 else values[part] for place, part in enumerate(pieces(word))]
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    whole: Any = ""
    for part in parts:
        whole = rx.Var.create(whole) + (rx.Var.create(part) if isinstance(part, str) else part.to(str))
    return whole
