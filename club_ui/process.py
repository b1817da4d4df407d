"""The club this process works on, opened once when it is first asked for.

Nothing is opened by importing: the front end is built without any club.
"""

from __future__ import annotations

import threading

from lifecycle.club import Club, open_club
from lifecycle.settings import Settings

_alone = threading.Lock()
_settings: Settings | None = None
_club: Club | None = None


def settings() -> Settings:
    """How this process was told to run."""
    global _settings  # noqa: PLW0603 - one process, one club
    if _settings is None:
        _settings = Settings()
    return _settings


def club() -> Club:
    """The club, opened on the first call; its tables are brought up to date then."""
    global _club  # noqa: PLW0603 - one process, one club
    with _alone:
        if _club is None:
            _club = open_club(settings())
        return _club


def work_on(club_: Club | None, settings_: Settings | None = None) -> None:
    """Work on this club from now on (tests); None opens anew when asked."""
    global _club, _settings
    _club, _settings = club_, settings_
