"""A page that is not there: only its frame is kept up to date."""

from __future__ import annotations

import reflex as rx

from club_ui.state.base import Here, LivePage


class MissingState(LivePage, rx.State):
    """Nothing of its own."""

    async def _load(self, here: Here) -> None:
        """There is nothing to read."""
