"""Words of components: `t("folder.to_renew")` is a choice by the reader's language, made in the browser.

All languages are in the bundle, so switching costs no query and sends no words. Until the reader is
known the word is empty: better a blank for a blink than a flash of somebody else's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import reflex as rx
from reflex_base.vars import VarData

from club_ui.i18n import LANGUAGES, catalogue, pieces
from club_ui.state.shell import Shell


def t(key: str, **values: Any) -> rx.Var[str]:
    """The word of that key, in whatever language the reader has now. `values` are vars or texts."""
    words = {code: _filled(key, catalogue(code)[key], values) for code in LANGUAGES}
    return _chosen(Shell.language, words)


def t_of(family: str, code: rx.Var[str], codes: Iterable[str]) -> rx.Var[str]:
    """The word `family.<code>` for a code that only the row knows."""
    return _chosen(code, {one: t(f"{family}.{one}") for one in codes})


def _chosen(by: rx.Var[Any], words: Mapping[str, rx.Var[str]]) -> rx.Var[str]:
    """One of the words by a code, none for a code that is not among them: plain nested conditions, small and fast."""
    choice = '""'
    for code, word in reversed(list(words.items())):
        choice = f'({by!s} === "{code}" ? {word!s} : {choice})'
    data = VarData.merge(data_of(by), *(data_of(word) for word in words.values()))
    return rx.Var(choice, _var_data=data).to(str)


def _filled(key: str, word: Any, values: Mapping[str, Any]) -> rx.Var[str]:
    if not isinstance(word, str):
        raise TypeError(f"{key} counts: its form is chosen in Python, by text()")
    parts = [part if place % 2 == 0 else values[part] for place, part in enumerate(pieces(word))]
    shown = [rx.Var.create(part) for part in parts if not isinstance(part, str) or part]
    joined = " + ".join(str(part) for part in shown) or '""'
    data = VarData.merge(*(data_of(part) for part in shown))
    return rx.Var(f"({joined})", _var_data=data).to(str)


def data_of(var: rx.Var[Any]) -> VarData | None:
    """What a var needs around it to be read in the browser."""
    return var._get_all_var_data()
