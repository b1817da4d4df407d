"""The tables: what is kept, and nothing else. Every query stands in `store/`.

Instants are whole microseconds since 1970 in UTC behind the `Instant` type, which takes aware
datetimes only; columns that end in `_on` hold local days as ordinals. Facts are only added to.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, Integer, SmallInteger, Table
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from lifecycle.summary import SUMMARY_COLUMNS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as microseconds: equal and ordered alike on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Refuse an instant without a zone rather than guess one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Back to an aware instant in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


def big_id() -> Any:
    """A growing integer: SQLite numbers only INTEGER keys by itself, PostgreSQL gets 64 bits."""
    return Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """A column of instants."""
    return Field(default=None, sa_column=Column(Instant, nullable=nullable, index=index))


def json_column(made: Any = dict) -> Any:
    """A column of JSON, never null; `made` makes the empty one."""
    return Field(default_factory=made, sa_column=Column(JSON, nullable=False))


class Setting(SQLModel, table=True):
    """What holds for the whole club: its name, currency, whether it is a demo."""

    name: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_column=Column(JSON, nullable=True))


class Branch(SQLModel, table=True):
    """One club of the chain, with the time zone its days are counted in."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    timezone: str
    country: str = "RU"


class Client(SQLModel, table=True):
    """A person or company the club knows, from first inquiry on."""

    id: int | None = big_id()
    key: str | None = Field(default=None, unique=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    name: str
    name_norm: str = Field(index=True)
    kind: str = "person"
    tax_id: str | None = None
    email: str | None = None
    birthday_on: int | None = None
    source: str = "walk_in"
    comment: str = ""
    no_contact_at: datetime | None = instant(nullable=True)
    no_contact_by: str | None = None
    no_contact_why: str | None = None
    responsible_id: int | None = Field(default=None, foreign_key="staff.id")
    import_id: int | None = Field(default=None, foreign_key="importrun.id", index=True)
    created_at: datetime = instant()
    version: int = 1


class Phone(SQLModel, table=True):
    """A number of a client, as typed and as understood. Families share one: it is no key."""

    id: int | None = big_id()
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    position: int = 0
    typed: str
    e164: str | None = Field(default=None, index=True)
    extension: str | None = None


class FactRow(SQLModel, table=True):
    """Something that happened, recorded once and never edited (spec: lifecycle, section 3).

    `key` is chosen by its source: the same key twice is one fact.
    """

    __tablename__ = "fact"
    __table_args__ = (Index("fact_of_client", "client_id", "at", "id"),)

    id: int | None = big_id()
    key: str = Field(unique=True)
    client_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    type: str
    at: datetime = instant()
    day: int
    fields: dict[str, Any] = json_column()
    branch_id: int = Field(foreign_key="branch.id")
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    by: str
    via: str
    recorded_at: datetime = instant()
    import_id: int | None = Field(default=None, foreign_key="importrun.id", index=True)


#: Where each client stands: the placement (see `store.standings.PLACED`), the summary it follows from, number
#: by number, and when it changes next. A plain table, because the summary names its columns.
#: `next_fact_on` is the day from which a recorded fact counts that is dated later than the day they were placed on;
#: `next_change_at` is the midnight of that or of the next change, whichever comes first.
standing = Table(
    "standing",
    SQLModel.metadata,
    # SQLite finds a row by an INTEGER key without an index of its own.
    Column("client_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("branch_id", Integer, nullable=False),
    Column("placed_on", Integer, nullable=False),
    Column("mask", SmallInteger, nullable=False),
    *(
        Column(name, SmallInteger, nullable=False)
        for name in ("status", "stage", "relation", "warmth", "sale")
    ),
    Column("next_change_on", Integer, nullable=True),
    Column("next_change_at", Instant, nullable=True, index=True),
    *(Column(f"summary_{name}", Integer, nullable=False) for name in SUMMARY_COLUMNS),
    Column("next_fact_on", Integer, nullable=True),
)


class ClientFolder(SQLModel, table=True):
    """One stay of a client in a folder now; kept beside the placement for paging.

    A client's stays lie together; a page of a folder's list is read from the index alone.
    """

    __tablename__ = "client_folder"
    __table_args__ = (
        Index("client_folder_by_day", "folder", "branch_id", "sort_on", "client_id", "entered_on"),
        {"sqlite_with_rowid": False},
    )

    client_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    folder: int = Field(sa_column=Column(SmallInteger, primary_key=True))
    branch_id: int
    entered_on: int
    sort_on: int


class Counter(SQLModel, table=True):
    """How many clients a branch has in all, in each folder and of each status; kept by plus and minus one."""

    branch_id: int = Field(primary_key=True)
    what: str = Field(primary_key=True)
    count: int


class Flow(SQLModel, table=True):
    """How many came into a folder and went out of it on a day."""

    day: int = Field(primary_key=True)
    branch_id: int = Field(primary_key=True)
    folder: int = Field(primary_key=True)
    entered: int = 0
    departed: int = 0


class Change(SQLModel, table=True):
    """What changed, in order: its id is the cursor of every screen and of other systems.

    `what` is `placement` where the client moved, else the kind of thing that changed.
    `at` is the true time: the midnight of a move by time, even where it was found out later.
    """

    __table_args__ = (Index("change_of_client", "client_id", "id"), Index("change_of_day", "day", "what"))

    id: int | None = big_id()
    client_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    branch_id: int | None = None
    at: datetime = instant()
    recorded_at: datetime = instant()
    day: int
    what: str
    reason: str
    fact_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    by: str
    before: dict[str, Any] = json_column()
    after: dict[str, Any] = json_column()


class PolicyVersion(SQLModel, table=True):
    """The club's numbers from a day on. Later rows of the same day win; none is edited."""

    __tablename__ = "policy_version"

    id: int | None = Field(default=None, primary_key=True)
    from_on: int
    numbers: dict[str, Any] = json_column()
    published_at: datetime = instant()
    staff_id: int | None = Field(default=None, foreign_key="staff.id")


class Staff(SQLModel, table=True):
    """A person who works at the club."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str
    password_hash: str
    role: str
    language: str | None = None
    theme: str = "system"
    active: bool = True
    demo: bool = False
    created_at: datetime = instant()
    version: int = 1


class StaffBranch(SQLModel, table=True):
    """A branch that is one of a person's own."""

    __tablename__ = "staff_branch"

    staff_id: int = Field(primary_key=True, foreign_key="staff.id")
    branch_id: int = Field(primary_key=True, foreign_key="branch.id")


class SignIn(SQLModel, table=True):
    """One signed-in browser; the cookie's value is kept only as its hash."""

    __tablename__ = "sign_in"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    created_at: datetime = instant()
    seen_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)
    address: str = ""
    agent: str = ""


class SetupLink(SQLModel, table=True):
    """The one-time link that makes the first owner, kept as its hash."""

    __tablename__ = "setup_link"

    token_hash: str = Field(primary_key=True)
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class Attempt(SQLModel, table=True):
    """One failed try to sign in, by account and by address; old ones are swept."""

    __table_args__ = (
        Index("attempt_of_account", "account", "at"),
        Index("attempt_of_address", "address", "at"),
    )

    id: int | None = big_id()
    account: str
    address: str
    at: datetime = instant()


class ApiKey(SQLModel, table=True):
    """A key of another program, with a role and perhaps one branch; shown once, kept as its hash."""

    __tablename__ = "api_key"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    key_hash: str = Field(unique=True)
    role: str
    branch_id: int | None = Field(default=None, foreign_key="branch.id")
    created_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)


class Audit(SQLModel, table=True):
    """Who did, saw or was refused what; each row carries the hash of the one before."""

    __table_args__ = (Index("audit_of_staff", "staff_id", "deed", "at"),)

    id: int | None = big_id()
    at: datetime = instant()
    staff_id: int | None = None
    by: str
    via: str
    deed: str
    outcome: str
    client_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    branch_id: int | None = None
    address: str = ""
    detail: dict[str, Any] = json_column()
    previous_hash: str
    hash: str


class Draft(SQLModel, table=True):
    """What a person had typed and not yet sent, by place; it outlives tab, tablet and server."""

    staff_id: int = Field(primary_key=True, foreign_key="staff.id")
    place: str = Field(primary_key=True)
    text: dict[str, Any] = json_column()
    at: datetime = instant()


class ImportRun(SQLModel, table=True):
    """One import: which file, by which mapping, how far it got and what came of it."""

    id: int | None = Field(default=None, primary_key=True)
    file: str
    digest: str = Field(index=True)
    kind: str
    mapping: dict[str, Any] = json_column()
    state: str = "running"
    rows_done: int = 0
    counts: dict[str, Any] = json_column()
    started_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)
    by: str


class ImportRefusal(SQLModel, table=True):
    """A row of an import that was not taken, or taken with a remark: file, line, field, sentence."""

    __tablename__ = "import_refusal"

    id: int | None = big_id()
    import_id: int = Field(foreign_key="importrun.id", index=True)
    line: int
    field: str
    code: str
    refused: bool = True
    values: dict[str, Any] = json_column()


class Leader(SQLModel, table=True):
    """The one scheduler at work, its fencing number and its last sign of life."""

    __table_args__ = (CheckConstraint("id = 1", name="one_leader"),)

    id: int = Field(default=1, primary_key=True)
    fencing: int = 0
    holder: str = ""
    beat_at: datetime = instant()
