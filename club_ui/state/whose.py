"""Whose clients a page shows: everybody's, one's own, nobody's, or a colleague's. It stands in the address as `who`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from club_ui import i18n
from club_ui.state.base import Here, LivePage
from lifecycle import store
from lifecycle.desk import Desk
from lifecycle.store.staff import StaffRow

MINE, NOBODYS = "me", "nobody"


@dataclass
class WhoseChoice:
    """One line of the choice."""

    value: str
    word: str
    chosen: bool


def whose_of(desk: Desk, who: str) -> int | None:
    """The person meant by the word of an address; None for everybody's and for words that mean nothing."""
    if who == MINE:
        return desk.staff_id
    if who == NOBODYS:
        return store.folders.NOBODYS
    return int(who) if who.isascii() and who.isdigit() and 0 < len(who) < 10 else None


class ChoosesWhose(LivePage, mixin=True):
    """The choice, the word of what is chosen, and what links of the page carry on."""

    whose: str = ""
    whose_choices: list[WhoseChoice] = []
    keeps: str = ""

    def _show_whose(self, here: Here, who: str, staff: Iterable[StaffRow]) -> None:
        if whose_of(here.desk, who) is None:
            who = ""
        own = here.scope.branches
        near = [one for one in staff if one.active and (own is None or one.branches is None or own & one.branches)]
        lines = [
            ("", i18n.text(here.language, "list.everybodys")),
            (MINE, i18n.text(here.language, "list.mine")),
            (NOBODYS, i18n.text(here.language, "list.nobodys")),
            *((str(one.id), one.name) for one in near if one.id != here.desk.staff_id),
        ]
        self._show(
            whose="" if not who else dict(lines).get(who, ""),
            keeps=f"who={who}&" if who else "",
            whose_choices=[WhoseChoice(value, word, value == who) for value, word in lines],
        )
