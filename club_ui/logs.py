"""What is logged, and what never is: no payload, token, cookie, password, name or phone.

The frameworks underneath write the whole of an odd event, its headers and its token into their
messages. Of theirs only the place in the source is kept, and of an exception its kind and where it
came from: a message may quote anything. Our own lines are key-values, and keys that could hold a
secret are dropped.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final

import structlog

#: Loggers whose messages quote what came from outside.
TALKATIVE: Final = ("reflex", "socketio", "engineio", "granian.access", "uvicorn.access", "sqlalchemy")
#: Keys of our own lines that are never written.
SECRET: Final = frozenset((
    "agent", "authorization", "body", "comment", "cookie", "cookies", "email", "fields", "form", "headers",
    "key", "login", "name", "next", "password", "payload", "phone", "query", "text", "token", "url",
))  # fmt: skip

_make = logging.LogRecord


def set_up(level: int = logging.INFO) -> None:
    """Log to the error stream, one line each, from here on. Safe to call again."""
    logging.setLogRecordFactory(_record)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    root = logging.getLogger()
    # Whoever else was to write here would write everything.
    root.handlers = [handler]
    root.setLevel(level)
    # A line that cannot be written must not be explained with its words.
    logging.raiseExceptions = False
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            without_secrets,
            _exception_in_short,
            structlog.processors.KeyValueRenderer(key_order=["event"], sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def without_secrets(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop the keys that could hold a secret, and what would break one line into two."""
    return {key: _one_line(value) for key, value in line.items() if key not in SECRET}


def in_short(error: BaseException) -> str:
    """The kind of an exception and the way it came, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    way = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {way}" if way else type(error).__name__


class _Line(logging.Formatter):
    """One line; of an exception only what `in_short` tells."""

    def format(self, record: logging.LogRecord) -> str:
        told = f"{self.formatTime(record)} {record.levelname.lower()} {record.name} {_one_line(record.getMessage())}"
        error = record.exc_info[1] if record.exc_info else None
        return told if error is None else f"{told} ({in_short(error)})"


def _record(
    name: str,
    level: int,
    path: str,
    line: int,
    message: Any,
    args: Any,
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | None,
    function: str | None = None,
    stack: str | None = None,
    **more: Any,
) -> logging.LogRecord:
    """A record; of a talkative logger without its words."""
    # Below warnings the framework tells how its start is going: nothing has come from outside by then.
    starting = name.startswith("reflex") and level < logging.WARNING
    if starting or not name.startswith(TALKATIVE):
        return _make(name, level, path, line, message, args, exc_info, function, stack, **more)
    short = f" ({in_short(exc_info[1])})" if exc_info and exc_info[1] else ""
    return _make(name, level, path, line, f"{path.rsplit('/', 1)[-1]}:{line} {function}{short}", None, None, function, None)


def _exception_in_short(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    error = line.pop("exc_info", None)
    error = sys.exc_info()[1] if error is True else error
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["error"] = in_short(error)
    return line


def _one_line(value: Any) -> Any:
    return value.translate(_BREAKS) if isinstance(value, str) else value


_BREAKS = {code: f"\\x{code:02x}" for code in (*range(32), 0x7F, 0x85)} | {0x2028: "\\u2028", 0x2029: "\\u2029"}
