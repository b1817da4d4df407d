"""What the rules read before they look: the client's life at an instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from lifecycle import store
from lifecycle.automation import Life, Tuning
from lifecycle.facts import Fact
from lifecycle.policy import Policies
from lifecycle.store.agenda import Subject
from lifecycle.store.branches import BranchRow


@dataclass(frozen=True)
class Rules:
    """What holds for every client: the club's numbers, its branches, how it tuned the rules."""

    policies: Policies
    branches: Mapping[int, BranchRow]
    tuned: Mapping[str, Tuning]


def rules(conn: Connection, policies: Policies | None = None) -> Rules:
    """The rules as they are now."""
    return Rules(policies or store.policies.all_versions(conn), store.branches.by_id(conn), tunings(conn))


def tunings(conn: Connection) -> dict[str, Tuning]:
    """How the club tuned its rules."""
    rows = store.rule_settings.every(conn)
    return {code: Tuning(on=row.on, status=row.status, who=row.who, numbers=row.numbers) for code, row in rows.items()}


def life_of(subject: Subject, facts: Sequence[Fact], now: datetime, rules: Rules) -> Life:
    """The life of a client at an instant."""
    return Life(
        subject.client_id, facts, rules.policies, rules.branches[subject.branch_id].zone, now,
        company=subject.kind == "company", no_contact=subject.no_contact, cards=subject.cards, tuned=rules.tuned,
    )  # fmt: skip
