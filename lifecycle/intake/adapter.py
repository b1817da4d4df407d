"""What an adapter of an outside system is, what it is given and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import Busy, ClubError, Refused
from lifecycle.store.sources import SourceRow


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request of an outside system. Names of headers are in lower case; `tail` is the path after the address.

    When a stored delivery is taken again, `headers` and `query` hold only what the adapter keeps.
    `delivery_id` is that of the stored row, 0 before there is one; `at` is when it came.
    """

    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""
    body: bytes = b""
    address: str = ""
    tail: str = ""
    delivery_id: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words for a display: the code of the sentence, what fills it (days as ISO dates), and the language."""

    code: str
    language: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the outside system reads; `says` is put into words as the body's `text`. `client_id` links the delivery to whom it was about.

    `kept` says that the adapter has stored it with `keeping.keep` in the transaction of its deed.
    """

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] = field(default_factory=dict)
    content_type: str = "application/json"
    client_id: int | None = None
    kept: bool = False
    says: Sentence | None = None


class Unsigned(Refused):
    """Nobody the club knows: no such address, no secret, or one that is not theirs. Nothing was stored."""

    def __init__(self) -> None:
        super().__init__("not_signed")


class Stale(Refused):
    """Signed, but at another time than now: somebody plays back what they overheard. Nothing was stored."""

    def __init__(self) -> None:
        super().__init__("signed_long_ago")


class OnlyPosted(ClubError):
    """Somebody looked at an address that is only posted to, and had its secret. Nothing was stored."""

    def __init__(self) -> None:
        super().__init__("only_posted")


class Away(Busy):
    """The other side could not be asked back. It is stored and tried again; in the end it waits for a person."""


class Adapter(Protocol):
    """One outside system. Its module holds one as `ADAPTER`; `adapters` lists it; `connections.KINDS` describes it."""

    kind: str
    #: The query's names that `take` needs again when a stored delivery is replayed. Never one that holds a secret.
    keeps: tuple[str, ...]

    def probe(self, incoming: Incoming, source: SourceRow) -> Answer | None:
        """The answer to a check that the provider makes while it is set up; None for a real delivery."""
        ...

    def check(self, incoming: Incoming, source: SourceRow, now: datetime) -> None:
        """Raise Unsigned or Stale unless the source itself sent this, now."""
        ...

    def delivery(self, incoming: Incoming) -> str:
        """The name of this delivery, unique within the source: the same sent twice has the same."""
        ...

    def take(self, club: Club, desk: Desk, source: SourceRow, incoming: Incoming, at: datetime) -> Answer:
        """Do what it says, through the doors, so that doing it again changes nothing. `at` is when it was received.

        Raises BadInput naming the field, or another ClubError: the delivery then stands in the inbox as failed.
        """
        ...

    def refused(self, error: ClubError) -> Answer | None:
        """The provider's own form of a refusal; None for the club's (RFC 9457)."""
        ...


class Plain:
    """What most adapters have in common: no probe, nothing kept, refusals in the club's form."""

    kind = ""
    keeps: tuple[str, ...] = ()

    def probe(self, incoming: Incoming, source: SourceRow) -> Answer | None:
        return None

    def refused(self, error: ClubError) -> Answer | None:
        return None
