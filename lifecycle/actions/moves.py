"""The moves a person may make with a client, by where the client stands (spec: lifecycle, section 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lifecycle.errors import IllegalMove
from lifecycle.placement import Placement


def _check_move_to_guest(stands: Placement) -> None:
    _refuse_archived(stands)
    if "potential" in stands.folders or ("lost" in stands.folders and "churn" not in stands.folders):
        return
    raise IllegalMove("not_to_guest")


def _check_promote(stands: Placement) -> None:
    _refuse_archived(stands)
    if "guest" not in stands.folders:
        raise IllegalMove("not_a_guest")


def _check_archive(stands: Placement) -> None:
    if stands.stage == "archived":
        raise IllegalMove("already_archived")


def _check_restore(stands: Placement) -> None:
    if stands.stage != "archived":
        raise IllegalMove("not_archived")


def _refuse_archived(stands: Placement) -> None:
    if stands.stage == "archived":
        raise IllegalMove("restore_first")


#: What is checked before a fact of this type is taken.
MOVES: Final[Mapping[str, Callable[[Placement], None]]] = {
    "moved_to_guest": _check_move_to_guest,
    "promoted": _check_promote,
    "archived": _check_archive,
    "restored": _check_restore,
}
