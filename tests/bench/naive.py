"""What an ordinary developer would write: rows as objects, each client's history loaded when it is touched.

The objects stand on the club's own tables and ask the club's own rules, so that only the way of reading and
writing is compared: an object a row, a query a client, a flush of all that changed.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import JSON, Column, Engine, event
from sqlalchemy.orm import registry
from sqlmodel import Field, Relationship, Session, SQLModel, col, func, select

from lifecycle.cards import column
from lifecycle.days import OPEN, Day
from lifecycle.facts import Fact
from lifecycle.placement import FOLDERS, place
from lifecycle.policy import Policies
from lifecycle.summary import summarise
from lifecycle.tables import Instant
from tests.bench.histories import Person


class Naive(SQLModel, registry=registry()):
    """Classes of their own on the same tables."""


class NaiveClient(Naive, table=True):
    __tablename__ = "client"

    id: int | None = Field(default=None, primary_key=True)
    branch_id: int
    name: str
    name_norm: str
    kind: str = "person"
    source: str = "import"
    comment: str = ""
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    version: int = 1
    facts: list["NaiveFact"] = Relationship(sa_relationship_kwargs={"order_by": "NaiveFact.at, NaiveFact.id"})
    standing: "NaiveStanding" = Relationship(sa_relationship_kwargs={"uselist": False})
    phones: list["NaivePhone"] = Relationship(sa_relationship_kwargs={"order_by": "NaivePhone.position"})
    folders: list["NaiveFolder"] = Relationship(sa_relationship_kwargs={"cascade": "all, delete-orphan"})


class NaiveFact(Naive, table=True):
    __tablename__ = "fact"

    id: int | None = Field(default=None, primary_key=True)
    key: str
    client_id: int = Field(foreign_key="client.id")
    type: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    day: int
    fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    branch_id: int
    by: str = "club"
    via: str = "import"
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class NaiveStanding(Naive, table=True):
    __tablename__ = "standing"

    client_id: int = Field(primary_key=True, foreign_key="client.id")
    placed_on: int
    mask: int
    status: int
    stage: int
    relation: int
    warmth: int
    sale: int


class NaiveFolder(Naive, table=True):
    __tablename__ = "client_folder"

    folder: int = Field(primary_key=True)
    client_id: int = Field(primary_key=True, foreign_key="client.id")
    branch_id: int
    entered_on: int
    sort_on: int


class NaivePhone(Naive, table=True):
    __tablename__ = "phone"

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    position: int = 0
    typed: str
    e164: str | None = None


class NaiveEvent(Naive, table=True):
    __tablename__ = "card_event"

    id: int | None = Field(default=None, primary_key=True)
    card_id: int = Field(foreign_key="card.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    by: str
    what: str
    text: str


class NaiveCard(Naive, table=True):
    __tablename__ = "card"

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    branch_id: int
    rule: str
    step: str | None
    due_on: int | None
    due_at: datetime | None = Field(sa_column=Column(Instant, nullable=True))
    status: str | None
    responsible_id: int | None
    priority: int
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    created_by: str
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(sa_column=Column(Instant, nullable=True))
    version: int
    client: NaiveClient = Relationship()
    events: list["NaiveEvent"] = Relationship(sa_relationship_kwargs={"order_by": "NaiveEvent.id"})


OPEN_CARDS = select(NaiveCard).where(col(NaiveCard.closed_at).is_(None)).order_by(col(NaiveCard.due_on), col(NaiveCard.id))


def column_of(card: NaiveCard, now: datetime, zone: tzinfo) -> str:
    """Where a card stands, asked of each."""
    return column(card.status, card.due_on, card.due_at, now, zone)


def card_whole(card: NaiveCard) -> dict[str, Any]:
    """A card as a page of objects sends it: itself, what was said, its client, the numbers and where the client stands."""
    client = card.client
    phones = [phone.model_dump() for phone in client.phones]
    whose = client.model_dump() | {"phones": phones, "standing": client.standing.model_dump()}
    said = [event.model_dump() for event in card.events if event.what == "comment"]
    return card.model_dump() | {"client": whose, "comments": said}


def recompute(engine: Engine, client_ids: Sequence[int], policies: Policies, day: Day) -> None:
    """Client after client: load, judge, note what is new, one commit at the end."""
    with Session(engine) as session:
        for client_id in client_ids:
            client = session.get_one(NaiveClient, client_id)
            _refresh(session, client, policies, day)
        session.commit()


def _refresh(session: Session, client: NaiveClient, policies: Policies, day: Day) -> None:
    facts = [Fact(one.id, one.at, one.day, one.type, one.fields) for one in client.facts]
    placed = place(summarise(facts, policies, day), policies.on(day), day)
    standing = client.standing
    standing.placed_on = day
    for name, value in placed._asdict().items():
        setattr(standing, name, value)
    inside = {bit for bit in range(len(FOLDERS)) if placed.mask >> bit & 1}
    for folder in list(client.folders):
        if folder.folder not in inside:
            client.folders.remove(folder)
    for bit in inside - {folder.folder for folder in client.folders}:
        client.folders.append(
            NaiveFolder(
                folder=bit, client_id=client.id, branch_id=client.branch_id,
                entered_on=day, sort_on=OPEN,
            )
        )  # fmt: skip
    session.add(client)


def record(engine: Engine, client_id: int, fact: Fact, key: str, policies: Policies, day: Day) -> dict[int, int]:
    """One fact added, the client judged anew, committed; then every folder counted, as the page shows them."""
    with Session(engine) as session:
        client = session.get_one(NaiveClient, client_id)
        client.facts.append(_fact(client, fact, key))
        _refresh(session, client, policies, day)
        session.commit()
        return counts(session)


def _fact(client: NaiveClient, fact: Fact, key: str) -> NaiveFact:
    return NaiveFact(
        key=key, client_id=client.id, type=fact.type, at=fact.at, day=fact.day, fields=dict(fact.fields),
        branch_id=client.branch_id, recorded_at=fact.at,
    )  # fmt: skip


def counts(session: Session) -> dict[int, int]:
    """COUNT(*) of each folder."""
    return {
        bit: session.exec(select(func.count()).select_from(NaiveFolder).where(NaiveFolder.folder == bit)).one()
        for bit in range(len(FOLDERS))
    }


def engine_for(engine: Engine) -> Engine:
    """The same database with the settings an engine has by itself, but for the log that readers need."""
    from sqlmodel import create_engine

    plain = create_engine(engine.url)
    if plain.dialect.name == "sqlite":
        event.listen(plain, "connect", lambda connection, _record: connection.execute("PRAGMA journal_mode=WAL"))
    return plain


def import_people(engine: Engine, people: Sequence[Person]) -> None:
    """All added to one session, one commit; nobody placed, counted or found by name."""
    with Session(engine) as session:
        for one in people:
            client = NaiveClient(
                branch_id=one.branch + 1, name=one.name, name_norm=one.name, source=one.source, created_at=one.facts[0].at
            )
            session.add(client)
            session.flush()
            for number, fact in enumerate(one.facts):
                session.add(_fact(client, fact, f"import:{client.id}:{number}"))
        session.commit()
