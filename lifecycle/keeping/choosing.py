"""Who is to do it: the client's own person, one of the branch's staff in turn, its manager, or somebody chosen; always the same answer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from sqlalchemy import Connection

from lifecycle import rights, store
from lifecycle.automation import IN_TURN, MANAGER, person_of
from lifecycle.desk import Desk
from lifecycle.store import staff as staff_rows
from lifecycle.store.agenda import Subject
from lifecycle.store.staff import StaffRow

#: Who talks to clients.
_WORKERS = ("front_desk", "manager")


class Choosing:
    """Chooses people within one transaction; what it gave somebody counts at once.

    Of several it is who has the fewest open cards, and of equals whoever came to the club first.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    @cached_property
    def _staff(self) -> dict[int, StaffRow]:
        return {one.id: one for one in staff_rows.every(self._conn) if one.active}

    @cached_property
    def _loads(self) -> dict[int, int]:
        return store.agenda.loads(self._conn, list(self._staff))

    def whose(self, who: str, subject: Subject, before: int | None = None) -> int | None:
        """Whose a card about a client is, where the rule says `who`; `before` had the one before it.

        Only who works cards in the client's branch now; for somebody chosen who does not, another is found.
        """
        chosen = person_of(who)
        own = next((one for one in (before, chosen, subject.responsible_id) if self._works_cards(one, subject.branch_id)), None)
        if who == MANAGER:
            own = self._least(("manager",), subject.branch_id) or own
        elif own is None and (who == IN_TURN or chosen is not None):
            own = self._least(_WORKERS, subject.branch_id)
        return self._given(own)

    def another(self, subject: Subject, present: int | None) -> int | None:
        """Somebody else of the client's branch; None where there is nobody."""
        return self._given(self._least(_WORKERS, subject.branch_id, but=present))

    def _least(self, roles: Iterable[str], branch_id: int, but: int | None = None) -> int | None:
        here = [one for one in self._staff.values() if one.role in roles and one.id != but and _works_at(one, branch_id)]
        return min((one.id for one in here), key=lambda staff_id: (self._loads[staff_id], staff_id), default=None)

    def _works_cards(self, staff_id: int | None, branch_id: int) -> bool:
        one = self._staff.get(staff_id or 0)
        return one is not None and rights.allows(Desk(one.id, one.name, one.role, one.branches), "work_card", branch_id)

    def _given(self, staff_id: int | None) -> int | None:
        if staff_id is not None:
            self._loads[staff_id] += 1
        return staff_id


def _works_at(one: StaffRow, branch_id: int) -> bool:
    return one.branches is not None and branch_id in one.branches
