"""The acting person: who does or sees something, with which role, in which branches.

Every read of a client's row and every door takes a desk, so that nothing is done or
seen without somebody whose right it is (spec: access).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in person, a program with a key, or the club itself.

    `branches` is None where the role reaches every branch; otherwise the ids of the own ones.
    `via` tells through which door they came: `screen`, `api`, `import`, `club`.
    """

    staff_id: int | None
    name: str
    role: str
    branches: frozenset[int] | None = None
    language: str = "en"
    via: str = "screen"
    session_id: int | None = None

    @property
    def own_cards_only(self) -> bool:
        """Whether of the board they see the cards alone that they are responsible for (spec: access)."""
        return self.role == "trainer"

    def reaches(self, branch_id: int) -> bool:
        """Whether this branch is among their own."""
        return self.branches is None or branch_id in self.branches


#: The rules themselves, acting when time passes. A robot's deeds read like a person's.
CLUB = Desk(staff_id=None, name="club", role="club", via="club")
