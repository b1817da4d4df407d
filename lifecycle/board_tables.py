"""The tables of the day's work: cards and what happened to them, the lists a club edits, rules, playbooks.

As in `tables`: instants are microseconds, `_on` are local days. A card is closed, never deleted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, SmallInteger, text
from sqlmodel import Field, SQLModel

from lifecycle.tables import big_id, instant, json_column

_OPEN = text("closed_at IS NULL")
_ORDERED = text("order_id IS NOT NULL")
#: The order of a column, and after it what the filters ask, so that counts and pages read the index alone.
_BY_PLACE = ("branch_id", "placed", "due_on", "ends_at", "priority", "id", "status", "responsible_id", "rule")


class Card(SQLModel, table=True):
    """One thing a person must do about one client by a moment (spec: board, section 1).

    `key` makes a card exactly once: of a rule it names rule, client, episode and number; of a person the form.
    `ends_at` is the instant from which it is overdue: `due_at`, or the end of the day `due_on` in its branch.
    `placed` is 1 where it has both a contact status and a due, so that it stands in a column of time; both follow
    from the rest, and `store.cards` alone writes them.
    """

    __table_args__ = (
        Index("card_open", *_BY_PLACE, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("card_of_staff", "responsible_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("card_ending", "ends_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("card_of_client", "client_id", "id"),
        Index("card_of_rule", "rule", "created_at"),
    )

    id: int | None = big_id()
    key: str = Field(unique=True)
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    branch_id: int = Field(foreign_key="branch.id")
    rule: str = "manual"
    episode: str = ""
    number: int = 1
    fact_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    cause: dict[str, Any] = json_column()
    stages: list[Any] = json_column(list)
    step: str | None = None
    due_on: int | None = None
    due_at: datetime | None = instant(nullable=True)
    ends_at: datetime | None = instant(nullable=True)
    status: str | None = None
    placed: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    responsible_id: int | None = Field(default=None, foreign_key="staff.id")
    priority: int = Field(default=5, sa_column=Column(SmallInteger, nullable=False))
    last_words: str = ""
    comments: int = 0
    gone_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()
    created_by: str = ""
    changed_at: datetime = instant()
    shown_at: datetime | None = instant(nullable=True)
    handed_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)
    closed_by: str | None = None
    closed_staff_id: int | None = None
    result: str | None = None
    reason: str | None = None
    version: int = 1


class CardEvent(SQLModel, table=True):
    """What happened to a card, in order: made, comment, moved, changed, handed, shown, gone, closed; part of the client's history.

    `key` names the request that did it: the same twice is one.
    """

    __tablename__ = "card_event"
    __table_args__ = (Index("card_event_of_client", "client_id", "id"), Index("card_event_of_card", "card_id", "id"))

    id: int | None = big_id()
    key: str | None = Field(default=None, unique=True)
    card_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: datetime = instant()
    staff_id: int | None = None
    by: str
    what: str
    text: str = ""
    detail: dict[str, Any] = json_column()


class Choice(SQLModel, table=True):
    """A line of a list that the club edits: `contact_status`, `leaving` (why clients stop), `refusing` (why they say no).

    `names` are its words by language. What was used is never deleted, only shut.
    """

    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    names: dict[str, Any] = json_column()
    position: int = 0
    active: bool = True
    version: int = 1


class RuleSetting(SQLModel, table=True):
    """How the club tuned an automatic rule; no row means its defaults. `who` is whose its cards are, where that is tuned."""

    __tablename__ = "rule_setting"

    rule: str = Field(primary_key=True)
    on: bool = True
    status: str | None = None
    who: str | None = None
    numbers: dict[str, Any] = json_column()
    version: int = 1
    changed_by: str = ""
    changed_at: datetime = instant()


class CountedCard(SQLModel, table=True):
    """A card that a client's state calls for and that nothing made: an import, a restore, a new policy only count.

    `key` is the one it would be made under. Once somebody ordered it, it has the day it will be due on.
    """

    __tablename__ = "counted_card"
    __table_args__ = (
        Index("counted_card_of_client", "client_id"),
        Index("counted_card_of_rule", "rule", "order_id"),
        Index("counted_card_ordered", "order_id", "client_id", sqlite_where=_ORDERED, postgresql_where=_ORDERED),
    )

    key: str = Field(primary_key=True)
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    rule: str
    order_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    due_on: int | None = None


class CardOrder(SQLModel, table=True):
    """Somebody's order to make counted cards, spread over some days. `key` names the request: the same twice is one."""

    __tablename__ = "card_order"

    id: int | None = big_id()
    key: str = Field(unique=True)
    at: datetime = instant()
    staff_id: int | None = None
    by: str
    rules: list[Any] = json_column(list)
    days: int = 1
    count: int = 0
    made: int = 0


class Agenda(SQLModel, table=True):
    """When the automatic rules look at a client next by themselves, and up to when they have looked."""

    client_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    seen_at: datetime = instant()
    next_at: datetime | None = instant(nullable=True, index=True)


class Playbook(SQLModel, table=True):
    """The club's own page of guidance for a relation; no row means the one that ships."""

    relation: str = Field(primary_key=True)
    texts: dict[str, Any] = json_column()
    goal: str | None = None
    priority: int = 5
    version: int = 1
    changed_by: str = ""
    changed_at: datetime = instant()


class Consent(SQLModel, table=True):
    """A consent by purpose and channel, its own record: given when and how, withdrawn when."""

    __table_args__ = (Index("consent_of_client", "client_id", "id"),)

    id: int | None = big_id()
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    purpose: str
    channel: str
    text_version: str
    how: str = ""
    given_at: datetime = instant()
    given_by: str
    withdrawn_at: datetime | None = instant(nullable=True)
    withdrawn_by: str | None = None
