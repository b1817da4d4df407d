"""What a browser hands to a handler is taken strictly: each argument of its declared type, nothing more, nothing odd.

The framework converts where it can and lets the handler run where it cannot, and takes NaN, NUL and broken
letters for text. So every event is held against the handler's own signature before it runs. A handler's
argument is declared as one of the kinds below; a test names the one that is not.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from reflex_base.registry import RegistrationContext

from lifecycle.facts import text_error

#: Above everything a form of ours can hold, far below what would be a way to fill the memory.
TEXT_MOST: Final = 20_000
ITEMS_MOST: Final = 500
#: Beyond it a browser's numbers are no longer whole.
NUMBER_MOST: Final = 2**53


def _is_text(value: Any) -> bool:
    return text_error("value", value, TEXT_MOST) is None


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= NUMBER_MOST


def _is_form(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= ITEMS_MOST
        and all(_is_text(name) and _is_text(text) for name, text in value.items())
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= ITEMS_MOST and all(map(_is_text, value))


#: What a handler may ask for.
KINDS: Final[Mapping[Any, Callable[[Any], bool]]] = {
    str: _is_text,
    int: _is_number,
    bool: lambda value: isinstance(value, bool),
    dict[str, str]: _is_form,
    list[str]: _are_texts,
}


@cache
def declared(name: str) -> Mapping[str, tuple[Any, bool]]:
    """What the handler of this full name takes: argument → (its type, whether it may be left out)."""
    handler = RegistrationContext.get().event_handlers[name].handler.fn
    hints = typing.get_type_hints(handler)
    given = list(inspect.signature(handler).parameters.values())[1:]
    return {one.name: (hints.get(one.name), one.default is not inspect.Parameter.empty) for one in given}


def is_ours(name: str) -> bool:
    """Whether it is a handler of the club and not of the framework, which reads its own strictly enough."""
    return ".club_ui___" in name


def fit(name: str, payload: Mapping[str, Any]) -> bool:
    """Whether the handler of this full name may be called with this: every argument, of its type, no other."""
    if not is_ours(name):
        return True
    takes = declared(name)
    if not set(payload) <= set(takes):
        return False
    return all(
        KINDS[kind](payload[argument]) if argument in payload else optional
        for argument, (kind, optional) in takes.items()
    )
