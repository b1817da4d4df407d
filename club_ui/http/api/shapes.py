"""The shapes of the API: what it takes, what it gives (spec: intake, the part other programs rely on).

Ids are texts, instants ISO 8601 in UTC, days ISO dates, money in minor units. What a model here takes is
only looked at for its type; what may stand in it is said by the doors.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from lifecycle import phones
from lifecycle.actions.clients import KINDS, Added
from lifecycle.actions.recording import Recorded
from lifecycle.days import iso
from lifecycle.facts import FACT_TYPES, SOURCES
from lifecycle.facts import Field as FactField
from lifecycle.outbox import message
from lifecycle.overview import StandingRow
from lifecycle.placement import FOLDERS, RELATIONS, SALES, STAGES, STATUSES, WARMTHS, Placement
from lifecycle.register import Entry
from lifecycle.store.branches import BranchRow
from lifecycle.store.clients import ClientRow

Json = dict[str, Any]


def whole(least: int, most: int) -> Any:
    """A whole number of a query or a body, refused with the limits it must keep."""

    def check(value: Any) -> int:
        number = _number(value)
        if number is None or not least <= number <= most:
            raise PydanticCustomError("bad_number", "a whole number", {"least": least, "most": most})
        return number

    return Annotated[
        int, BeforeValidator(check), WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})
    ]


def _number(value: Any) -> int | None:
    """Numbers of a body are numbers, those of a query digits."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _named(value: Any) -> str | int | None:
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    raise PydanticCustomError("bad_value", "an id")


#: An id that a body names, as the text that was given or as a number.
Id = Annotated[
    Any, BeforeValidator(_named), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]})
]


class _In(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


def _one_of(*choices: str | None) -> Any:
    return Field(json_schema_extra={"enum": [each for each in choices if each]})


class NewClient(_In):
    """A client to make known; only the name is needed."""

    name: str
    phone: str | None = None
    branch: str | None = None
    source: Annotated[str | None, _one_of(*SOURCES)] = None
    kind: Annotated[str | None, _one_of(*KINDS)] = None
    tax_id: str | None = None
    comment: str | None = None


class ChangedClient(_In):
    """What is to be changed, and the version it was read in; what is absent stays, null empties."""

    version: whole(1, 2**31 - 1)  # type: ignore[valid-type]
    name: str = ""
    phone: str | None = None
    email: str | None = None
    kind: Annotated[str, _one_of(*KINDS)] = "person"
    tax_id: str | None = None
    birthday_on: str | None = None
    comment: str | None = None
    branch: str = ""


class NewFacts(_In):
    """Facts to record, all or none, each with its type and that type's fields."""

    facts: list[dict[str, Any]]


class PlacementShape(BaseModel):
    """Where a client stands on a day."""

    on: str
    status: str = _one_of(*STATUSES)
    folders: list[str]
    stage: str = _one_of(*STAGES)
    relation: str = _one_of(*RELATIONS)
    warmth: Annotated[str | None, _one_of(*WARMTHS)]
    sale: str = _one_of(*SALES)
    next_change: str | None


class AddedShape(BaseModel):
    """A client made known."""

    id: str
    version: int
    placement: PlacementShape
    same_phone: list[str]


class RecordedShape(BaseModel):
    """The ids of the facts in the order they were given, and where the client stands now."""

    facts: list[str]
    placement: PlacementShape


class PhoneShape(BaseModel):
    """A number as typed and, where it could be understood, as E.164."""

    typed: str
    e164: str | None
    extension: str | None


class ClientShape(BaseModel):
    """A client and where they stand today; in lists the front desk sees the number masked."""

    id: str
    version: int
    name: str
    kind: str
    branch: str
    phone: str | None
    source: str
    created_at: str
    placement: PlacementShape


class ReasonedPlacement(PlacementShape):
    """A placement with the reason of every folder, in or out, and of the gate."""

    reasons: dict[str, Any]


class WholeClientShape(ClientShape):
    """A client whole."""

    phones: list[PhoneShape]
    email: str | None
    tax_id: str | None
    birthday_on: str | None
    comment: str
    placement: ReasonedPlacement
    reasons: dict[str, Any]


class ClientsShape(BaseModel):
    """A page of clients, and the cursor of the next one."""

    items: list[ClientShape]
    next: str | None


class BranchShape(BaseModel):
    """One club of the chain."""

    code: str
    name: str
    timezone: str


class FolderShape(BaseModel):
    """How many stand in a folder."""

    code: str
    count: int


class FoldersShape(BaseModel):
    """How many clients there are, and in each folder, in the order of the table of words."""

    clients: int
    folders: list[FolderShape]


class ChangeShape(BaseModel):
    """What changed; `before` and `after` are placements without their day where `what` is `placement`."""

    id: int
    client: str | None
    at: str
    what: str
    reason: str
    branch: str | None
    fact: str | None
    before: dict[str, Any]
    after: dict[str, Any]


class ChangesShape(BaseModel):
    """Changes after a cursor, and the cursor to ask with next."""

    items: list[ChangeShape]
    next: int


class ProblemShape(BaseModel):
    """RFC 9457: what was refused, as a code for programs and a sentence for people."""

    type: str
    status: int
    code: str
    title: str


def added(made: Added) -> Json:
    """What `POST /clients` answers."""
    return {
        "id": str(made.client_id),
        "version": made.version,
        "placement": made.placement.as_json(),
        "same_phone": [str(other) for other in made.same_phone],
    }


def recorded(made: Recorded) -> Json:
    """What `POST /clients/{id}/facts` answers."""
    return {"facts": [str(fact_id) for fact_id in made.fact_ids], "placement": made.placement.as_json()}


def in_list(row: StandingRow, *, masked: bool) -> Json:
    """A client of a page."""
    return _client(row.client, row.branch, row.placement, masked=masked)


def entire(entry: Entry) -> Json:
    """A client whole: the placement with the reasons, which stand beside it too."""
    client = entry.client
    shown = _client(client, entry.branch, entry.placement, masked=False)
    shown["placement"] |= {"reasons": entry.reasons}
    return shown | {
        "phones": [{"typed": each.typed, "e164": each.e164, "extension": each.extension} for each in client.phones],
        "email": client.email,
        "tax_id": client.tax_id,
        "birthday_on": None if client.birthday_on is None else iso(client.birthday_on),
        "comment": client.comment,
        "reasons": entry.reasons,
    }


def _client(client: ClientRow, branch: BranchRow, stands: Placement, *, masked: bool) -> Json:
    return {
        "id": str(client.id),
        "version": client.version,
        "name": client.name,
        "kind": client.kind,
        "branch": branch.code,
        "phone": _phone(client, branch, masked=masked),
        "source": client.source,
        "created_at": message.instant(client.created_at),
        "placement": stands.as_json(),
    }


def _phone(client: ClientRow, branch: BranchRow, *, masked: bool) -> str | None:
    number = client.phone
    if number is None:
        return None
    return phones.masked(number.e164, number.typed, branch.country) if masked else number.e164 or number.typed


def counted(counts: dict[str, int]) -> Json:
    """What `GET /folders` answers."""
    folders = [{"code": code, "count": counts.get(f"folder:{code}", 0)} for code in FOLDERS]
    return {"clients": counts.get("clients", 0), "folders": folders}


_KINDS: Final[dict[str, Json]] = {
    "name": {"type": "string", "minLength": 1, "maxLength": 200},
    "text": {"type": "string", "maxLength": 4000},
    "day": {"type": "string", "format": "date"},
}


def facts_schema() -> Json:
    """The body of `POST /clients/{id}/facts` with the fields of every type, from the facts' own table."""
    kinds = [_fact_schema(name) for name in FACT_TYPES]
    return {
        "type": "object",
        "required": ["facts"],
        "properties": {"facts": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"oneOf": kinds}}},
    }


def _fact_schema(name: str) -> Json:
    fields = FACT_TYPES[name].fields
    return {
        "type": "object",
        "title": name,
        "required": ["type", *(field.name for field in fields if field.required)],
        "properties": {
            "type": {"const": name},
            "at": {"type": "string", "description": "an instant with its offset, or a date; now if absent"},
            "key": {"type": "string", "maxLength": 200},
            **{field.name: _field_schema(field) for field in fields},
        },
    }


def _field_schema(field: FactField) -> Json:
    if field.kind == "choice":
        return {"type": "string", "enum": list(field.choices)}
    if field.kind in _KINDS:
        return _KINDS[field.kind]
    return {"type": "integer", "minimum": field.least, "maximum": field.most}
