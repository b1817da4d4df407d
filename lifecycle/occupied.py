"""Who is at work on a data folder: any number of servers together, or one piece of work that needs it alone.

The mark is a lock of the operating system, so that it ends with the process, however it ends.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from lifecycle.errors import ClubError, IllegalMove
from lifecycle.settings import make_private

_MARK = "at-work"


@contextmanager
def served(data: Path) -> Iterator[None]:
    """While the club of this folder is served. Raises IllegalMove while somebody works on it alone, ClubError for what is no folder."""
    with _marked(data, fcntl.LOCK_SH, "club_in_repair"):
        yield


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """While nobody else may work on this folder. Raises IllegalMove while the club is served."""
    with _marked(data, fcntl.LOCK_EX, "club_is_served"):
        yield


@contextmanager
def _marked(data: Path, how: int, otherwise: str) -> Iterator[None]:
    with _opened(data) as mark:
        try:
            fcntl.flock(mark, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IllegalMove(otherwise, folder=str(data)) from None
        yield


def _opened(data: Path) -> TextIO:
    try:
        make_private(data)
        return (data / _MARK).open("w")
    except OSError as error:
        raise ClubError("folder_unusable", folder=str(data), why=error.strerror or str(error)) from error
