"""A pass over many clients, of whom none stops the others: whoever cannot be done waits aside and is named in the log."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

log = logging.getLogger(__name__)

#: A client who could not be done is tried again after so long.
AGAIN_AFTER: Final = timedelta(hours=1)
#: The database itself is away, taken or full: no client's doing.
_OF_THE_DATABASE: Final = (OperationalError, InterfaceError, InternalError)

Result = TypeVar("Result")


def each(
    conn: Connection, client_ids: Sequence[int], do: Callable[[Sequence[int]], Result], put_aside: Callable[[int], None]
) -> list[Result]:
    """Do all of them at once and, where that fails, each alone; whoever fails alone is `put_aside` and stays as they were.

    Gives what was done: of all, or of each who could be.
    """
    try:
        with conn.begin_nested():
            return [do(client_ids)]
    except _OF_THE_DATABASE:
        raise
    except Exception:
        return [result for one in client_ids for result in _alone(conn, one, do, put_aside)]


def _alone(
    conn: Connection, client_id: int, do: Callable[[Sequence[int]], Result], put_aside: Callable[[int], None]
) -> list[Result]:
    try:
        with conn.begin_nested():
            return [do([client_id])]
    except _OF_THE_DATABASE:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("client_put_aside client=%d error=%s at=%s:%s", client_id, type(error).__name__, place.name, place.lineno)  # noqa: TRY400 - what a client is called may stand in the error
        put_aside(client_id)
        return []
