"""The tables of what comes in from outside and goes out: sources, deliveries, calls, products, means of payment, webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from lifecycle.tables import big_id, instant, json_column

_GOES_ON = text("ended_at IS NULL")
_UNPAID = text("open_amount > 0")


class Source(SQLModel, table=True):
    """An outside system that may report, with a secret of its own. `code` stands in its address.

    Signatures need the secret itself, so it is kept as it is; it is shown once, rotated (the one before holds
    until `previous_until`) and revoked. `refused_at` and `refused_why` are of the last who posted to its address
    and was not it.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    kind: str
    name: str
    branch_id: int | None = Field(default=None, foreign_key="branch.id")
    secret: str
    previous_secret: str | None = None
    previous_until: datetime | None = instant(nullable=True)
    options: dict[str, Any] = json_column()
    created_at: datetime = instant()
    created_by: str = ""
    heard_at: datetime | None = instant(nullable=True)
    refused_at: datetime | None = instant(nullable=True)
    refused_why: str | None = None
    revoked_at: datetime | None = instant(nullable=True)
    version: int = 1


class Delivery(SQLModel, table=True):
    """One thing an outside system sent, stored before anything is done with it: the same twice is one.

    `envelope` is what its adapter needs of the request besides the body, never a secret.
    """

    __table_args__ = (
        UniqueConstraint("source_id", "delivery", name="delivery_once"),
        Index("delivery_of_state", "state", "id"),
    )

    id: int | None = big_id()
    source_id: int = Field(foreign_key="source.id")
    delivery: str
    received_at: datetime = instant()
    content_type: str = ""
    envelope: dict[str, Any] = json_column()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "received"
    attempts: int = 0
    done_at: datetime | None = instant(nullable=True)
    answer: dict[str, Any] = json_column()
    error: dict[str, Any] = json_column()
    client_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))


class OutsideName(SQLModel, table=True):
    """What an outside system calls a contract of ours (a subscription, an order), learned from its reports."""

    __tablename__ = "outside_name"

    source_id: int = Field(primary_key=True, foreign_key="source.id")
    name: str = Field(primary_key=True)
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    contract: str


class Call(SQLModel, table=True):
    """One telephone call, put together from the reports about it whatever their order (`detail` holds them).

    `ended_at` is set when it is over for good; `fact_id` is the contact in the client's history.
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        UniqueConstraint("source_id", "outside", name="call_once"),
        Index("call_of_branch", "branch_id", "began_at"),
        Index("call_of_client", "client_id", "id"),
        Index("call_open", "branch_id", "began_at", sqlite_where=_GOES_ON, postgresql_where=_GOES_ON),
    )

    id: int | None = big_id()
    source_id: int = Field(foreign_key="source.id")
    outside: str
    branch_id: int = Field(foreign_key="branch.id")
    direction: str
    typed: str = ""
    e164: str | None = None
    line: str = ""
    extension: str = ""
    client_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    state: str
    began_at: datetime = instant()
    answered_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True)
    seconds: int | None = None
    last_seq: int = 0
    fact_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    detail: dict[str, Any] = json_column()


class Product(SQLModel, table=True):
    """A line of the club's price list: a membership or a pack of services. Price in minor units."""

    code: str = Field(primary_key=True)
    kind: str = "membership"
    names: dict[str, Any] = json_column()
    days: int | None = None
    visits: int | None = None
    billing: str = "term"
    price: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    free_because: str = ""
    sold_to: list[Any] = json_column(list)
    position: int = 0
    active: bool = True
    version: int = 1


class ContractRow(SQLModel, table=True):
    """A contract as it stands, computed from the facts and kept beside them: to be found by its name and by what is open.

    `next_at` is the instant at which it changes by time alone: a charge falls due, or is late, or ends it.
    """

    __tablename__ = "contract"
    __table_args__ = (
        Index("contract_of_name", "name"),
        Index("contract_open", "branch_id", "client_id", sqlite_where=_UNPAID, postgresql_where=_UNPAID),
    )

    client_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    name: str = Field(primary_key=True)
    branch_id: int = Field(foreign_key="branch.id")
    state: str
    open_amount: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    debt: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    next_at: datetime | None = instant(nullable=True, index=True)


class PaymentMeans(SQLModel, table=True):
    """How a client pays: brand, last four digits, expiry and the provider's token, nothing more."""

    __tablename__ = "payment_means"
    __table_args__ = (Index("payment_means_of_client", "client_id"),)

    id: int | None = big_id()
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    contract: str | None = None
    provider: str
    brand: str = ""
    last4: str = ""
    expires: str = ""
    recurring: bool = False
    token: str = ""
    created_at: datetime = instant()
    gone_at: datetime | None = instant(nullable=True)


class AccessCard(SQLModel, table=True):
    """The card or bracelet a reader knows a client by."""

    __tablename__ = "access_card"

    number: str = Field(primary_key=True)
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    given_at: datetime = instant()
    gone_at: datetime | None = instant(nullable=True)
    given_by: str | None = None
    gone_by: str | None = None


class OutHook(SQLModel, table=True):
    """Another system that wants to hear of changes: where, signed with which secret, up to where it has heard.

    `events` are the kinds of changes it hears of; None: of every kind.
    """

    __tablename__ = "out_hook"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    url: str
    secret: str
    branch_id: int | None = Field(default=None, foreign_key="branch.id")
    cursor: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    events: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    active: bool = True
    created_at: datetime = instant()
    failing_since: datetime | None = instant(nullable=True)
    version: int = 1


class OutDelivery(SQLModel, table=True):
    """One message to such a system, and what it answered."""

    __tablename__ = "out_delivery"
    __table_args__ = (
        UniqueConstraint("hook_id", "change_id", name="out_delivery_once"),
        Index("out_delivery_waiting", "state", "next_at"),
    )

    id: int | None = big_id()
    hook_id: int = Field(foreign_key="out_hook.id")
    change_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: str = "waiting"
    attempts: int = 0
    next_at: datetime | None = instant(nullable=True)
    answered: int | None = None
    excerpt: str = ""
    done_at: datetime | None = instant(nullable=True)
