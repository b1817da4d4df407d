"""A browser tab without a browser: events through the framework's own processing and the club's one check."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from reflex.event import Event
from reflex.istate.manager.memory import StateManagerMemory
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.registry import RegistrationContext

from club_ui.club_ui import app
from club_ui.http import whence

#: What every handler's argument is given when only its being refused matters.
ANYTHING = "1"


class Tabs:
    """Any number of tabs on one server. `send` gives what came back to the tab: deltas and events."""

    def __init__(self, processor: Any) -> None:
        self.processor = processor
        self.deltas: list[tuple[str, Any]] = []
        self.events: list[tuple[str, Any]] = []

    async def send(self, name: str, payload: dict[str, Any] | None = None, *, token: str | None = None, tab: str = "tab",
                   path: str = "/", wait: bool = True) -> tuple[list[Any], list[Any]]:  # fmt: skip
        """One event of a browser whose cookie holds `token`; one that will never be answered is not waited for."""
        cookie = f"{whence.PLAIN_COOKIE}={token}" if token else ""
        router = {
            "headers": {"cookie": cookie, "host": "127.0.0.1"},
            "ip": "203.0.113.5", "token": tab, "sid": f"socket of {tab}", "pathname": path, "asPath": path, "query": {},
        }  # fmt: skip
        seen = len(self.deltas), len(self.events)
        future = await self.processor.enqueue(tab, Event(name=name, payload=payload or {}, router_data=router))
        if wait:
            # Not for what it set off: a page that keeps itself fresh goes on for ever.
            await future
        return [each for _, each in self.deltas[seen[0] :]], [each for _, each in self.events[seen[1] :]]


@asynccontextmanager
async def tabs() -> AsyncIterator[Tabs]:
    """The event processing of one server."""
    processor = BaseStateEventProcessor(middleware=app, backend_exception_handler=app.backend_exception_handler)
    processor.configure(state_manager=StateManagerMemory())
    made = Tabs(processor)

    async def emit_delta(token: str, delta: Any) -> None:
        made.deltas.append((token, delta))

    async def emit_event(token: str, *events: Any) -> None:
        made.events.extend((token, event) for event in events)

    processor._root_context = dataclasses.replace(
        processor._root_context, emit_delta_impl=emit_delta, emit_event_impl=emit_event
    )
    async with processor:
        yield made


def handlers() -> list[str]:
    """The full name of everything a browser could call."""
    return sorted(RegistrationContext.get().event_handlers)


def payload_for(name: str) -> dict[str, Any]:
    """Something for every argument."""
    handler = RegistrationContext.get().event_handlers[name].handler
    return dict.fromkeys(list(inspect.signature(handler.fn).parameters)[1:], ANYTHING)
