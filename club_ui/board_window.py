"""Which part of a long column a screen shows: at most a few pages, however far one scrolls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

#: Pages shown at once; further down the first of them goes as the next one comes.
MOST_PAGES: Final = 3


@dataclass
class Window:
    """`after[n]` is the cursor behind which page n begins; `first` is the first page shown, `pages` how many are."""

    after: list[str | None] = field(default_factory=lambda: [None])
    first: int = 0
    pages: int = 1

    def further(self) -> None:
        """One page more at the foot."""
        if self.pages < MOST_PAGES:
            self.pages += 1
        else:
            self.first += 1

    def nearer(self) -> None:
        """One page back towards the head."""
        self.first = max(0, self.first - 1)

    def begins(self, page: int, cursor: str | None) -> None:
        """This page begins behind this cursor; with None there is no such page, nor any after it."""
        if cursor is None:
            del self.after[page:]
        elif page < len(self.after):
            self.after[page] = cursor
        else:
            self.after.append(cursor)
