"""The door for what is typed and not yet sent: kept with the person, so that it outlives tab, tablet and server.

Nothing is announced: a draft is nobody else's business and changes no screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput
from lifecycle.facts import text_error
from lifecycle.store import drafts

PLACE_MOST: Final = 100
FIELDS_MOST: Final = 40
TEXT_MOST: Final = 4000
KEPT: Final = timedelta(days=30)


def keep_draft(club: Club, desk: Desk, place: str, text: Mapping[str, Any]) -> None:
    """Keep what was typed at a place; with nothing in it, forget it. Raises BadInput for what no store can hold."""
    if desk.staff_id is None:
        return
    typed = _checked(place, text)
    now = club.clock.now()
    with club.writing(announce=False) as conn:
        drafts.sweep(conn, now - KEPT)
        if any(typed.values()):
            drafts.put(conn, desk.staff_id, place, typed, now)
        else:
            drafts.drop(conn, desk.staff_id, place)


def drop_draft(club: Club, desk: Desk, place: str) -> None:
    """What was typed has been sent, or is not wanted any more."""
    if desk.staff_id is None:
        return
    with club.reading() as conn:
        if drafts.get(conn, desk.staff_id, place) is None:
            return
    with club.writing(announce=False) as conn:
        drafts.drop(conn, desk.staff_id, place)


def draft_at(club: Club, desk: Desk, place: str) -> dict[str, str]:
    """What the person had typed there, empty where nothing is kept."""
    return drafts_at(club, desk, [place]).get(place, {})


def drafts_at(club: Club, desk: Desk, places: Sequence[str]) -> dict[str, dict[str, str]]:
    """What the person had typed at these places, by place; without those where nothing is kept."""
    if desk.staff_id is None or not places:
        return {}
    with club.reading() as conn:
        found = drafts.several(conn, desk.staff_id, places)
    return {place: {str(name): str(value) for name, value in text.items()} for place, text in found.items()}


def _checked(place: str, text: Mapping[str, Any]) -> dict[str, str]:
    if not isinstance(place, str) or len(place) > PLACE_MOST or not isinstance(text, Mapping) or len(text) > FIELDS_MOST:
        raise BadInput.of("draft", "bad_text", value="")
    for name, value in text.items():
        if error := text_error(str(name)[:40], value, TEXT_MOST):
            raise BadInput([error])
    return {str(name)[:40]: str(value) for name, value in text.items()}
