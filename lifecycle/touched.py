"""Whom a commit concerns: clients, branches and people of the staff by id, never what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_NONE: Final[frozenset[int]] = frozenset()
#: Whoever touches more clients than this has touched everybody: the list would cost more than looking.
MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids that a commit touched, or that somebody wants to hear of. `everyone` stands for all there are."""

    clients: frozenset[int] = _NONE
    branches: frozenset[int] = _NONE
    staff: frozenset[int] = _NONE
    everyone: bool = False

    def __or__(self, other: Touched) -> Touched:
        if self.everyone or other.everyone:
            return EVERYONE
        return touched(self.clients | other.clients, self.branches | other.branches, self.staff | other.staff)

    def meets(self, other: Touched) -> bool:
        """Whether the two have anybody in common; everyone is met by whatever is touched, even by nothing named."""
        if self.everyone or other.everyone:
            return True
        return not (
            self.clients.isdisjoint(other.clients)
            and self.branches.isdisjoint(other.branches)
            and self.staff.isdisjoint(other.staff)
        )


EVERYONE: Final = Touched(everyone=True)
NOBODY: Final = Touched()


def touched(
    clients: frozenset[int] = _NONE, branches: frozenset[int] = _NONE, staff: frozenset[int] = _NONE
) -> Touched:
    """These; of very many, everyone."""
    return EVERYONE if len(clients) > MOST else Touched(clients, branches, staff)


class Touching:
    """What a transaction has touched so far; where nothing was named, everyone."""

    def __init__(self) -> None:
        self._named: Touched | None = None

    def add(self, more: Touched) -> None:
        self._named = more if self._named is None else self._named | more

    def whole(self) -> Touched:
        return EVERYONE if self._named is None else self._named
