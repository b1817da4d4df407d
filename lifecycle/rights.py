"""Who may do what, and where: the one matrix, read from `rights.toml` (spec: access).

Every door asks `check` before it does anything. The middleware asks `handler_rule` for every
event of a browser, the server `route_rule` for every request. What has no row is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from lifecycle.desk import Desk
from lifecycle.errors import Refused

#: What a handler or route may say besides the name of a deed.
ANYONE: Final = "anyone"
SIGNED_IN: Final = "signed_in"
NOBODY: Final = "nobody"
#: Before the deed of a route that programs call with a key.
KEY: Final = "key:"

#: The framework gives every state a handler that sets anything; nobody may call it.
_SETTER = ".setvar"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done: who may besides the owner, and whether only in own branches."""

    name: str
    roles: frozenset[str]
    own_branches: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows of the file, checked: no rule names a deed or a role that is not there."""

    roles: tuple[str, ...]
    deeds: Mapping[str, Deed]
    handlers: Mapping[str, str]
    routes: Mapping[str, str]


def matrix_of(raw: Mapping[str, Any]) -> Matrix:
    """The matrix from its parsed file. Raises ValueError where a row says what nothing knows."""
    roles = tuple(raw["roles"])
    deeds = {name: _deed(name, row, roles) for name, row in raw["deed"].items()}
    for table in ("handler", "route"):
        for name, rule in raw[table].items():
            if rule.removeprefix(KEY) not in {*deeds, ANYONE, SIGNED_IN, NOBODY}:
                raise ValueError(f"the {table} {name} needs the deed {rule}, which has no row")
    return Matrix(roles, deeds, raw["handler"], raw["route"])


def _deed(name: str, row: Mapping[str, Any], roles: tuple[str, ...]) -> Deed:
    strangers = set(row["roles"]) - set(roles)
    if strangers or row["scope"] not in ("own", "all"):
        raise ValueError(f"the row of {name} names {strangers or row['scope']}, which nothing knows")
    return Deed(name, frozenset(row["roles"]), row["scope"] == "own")


MATRIX: Final = matrix_of(tomllib.loads(resources.files("lifecycle").joinpath("rights.toml").read_text("utf-8")))
ROLES: Final = MATRIX.roles
DEEDS: Final = MATRIX.deeds


def allows(desk: Desk, deed: str, branch_id: int | None = None) -> bool:
    """Whether the acting person may do this, in this branch where one is named.

    Without a branch the answer is whether they may at all; what they see or change is then
    bounded by `desk.branches` in the query. A deed without a row nobody may, the owner included.
    """
    row = DEEDS.get(deed)
    if row is None:
        return False
    if desk.role == "club":
        return True
    if desk.role != "owner" and desk.role not in row.roles:
        return False
    return not row.own_branches or branch_id is None or desk.reaches(branch_id)


def check(desk: Desk, deed: str, branch_id: int | None = None) -> None:
    """Raise `Refused("no_right", deed=…)` unless `allows`."""
    if not allows(desk, deed, branch_id):
        raise Refused("no_right", deed=deed)


def handler_rule(name: str) -> str:
    """What an event handler needs, by its full name: a deed, `signed_in`, `anyone` or `nobody`."""
    if name.endswith(_SETTER):
        return NOBODY
    return MATRIX.handlers.get(name, NOBODY)


def route_rule(method: str, path: str) -> str:
    """What a route needs, by method and path template: as of a handler, or `key:<deed>`."""
    return MATRIX.routes.get(f"{method} {path}", NOBODY)


def fulfils(desk: Desk | None, rule: str) -> bool:
    """Whether a browser's person (None: a stranger) meets the rule of a handler or route.

    A rule for programs is met by nobody's cookie: the API asks `key:` rules with the key's desk.
    """
    if rule == ANYONE:
        return True
    if desk is None or rule == NOBODY or rule.startswith(KEY):
        return False
    return rule == SIGNED_IN or allows(desk, rule)
