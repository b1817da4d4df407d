"""What a body says: JSON or a form, read strictly; fields nobody asked for are left in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from lifecycle.errors import BadInput
from lifecycle.facts import text_error
from lifecycle.intake.adapter import Incoming

#: Fields of a form; more are nobody's form.
FIELDS_MOST: Final = 500
_DELIVERY_LONGEST: Final = 200


def is_json(incoming: Incoming) -> bool:
    """Whether the body says it is JSON, or says nothing and looks like it."""
    told = incoming.content_type.partition(";")[0].strip().lower()
    return told.endswith("json") or (not told.endswith("form-urlencoded") and incoming.body.lstrip()[:1] in b"{[")


def json_of(incoming: Incoming) -> Any:
    """The body as JSON. Raises BadInput for what is none, or can be read in two ways."""
    try:
        return json.loads(incoming.body.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        raise BadInput.of("body", "bad_json") from None


def object_of(incoming: Incoming) -> dict[str, Any]:
    """The body as one JSON object. Raises BadInput."""
    found = json_of(incoming)
    if not isinstance(found, dict):
        raise BadInput.of("body", "not_an_object")
    return found


def form_of(incoming: Incoming) -> dict[str, str]:
    """The body as a posted form; of a name that stands there twice the last counts. Raises BadInput."""
    try:
        pairs = parse_qsl(
            incoming.body.decode("utf-8-sig"), keep_blank_values=True, max_num_fields=FIELDS_MOST, errors="strict"
        )
    except ValueError:
        raise BadInput.of("body", "bad_form") from None
    return dict(pairs)


def mapping_of(incoming: Incoming) -> dict[str, Any]:
    """The body's fields, whether it is JSON or a form. Raises BadInput."""
    return object_of(incoming) if is_json(incoming) else dict(form_of(incoming))


def text_of(fields: Mapping[str, Any], name: str, *, most: int = 200, required: bool = False) -> str:
    """A field as text; a whole number is taken as its digits, an absent one is empty. Raises BadInput with its name."""
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        if required:
            raise BadInput.of(name, "missing_field")
        return ""
    if error := text_error(name, value, most):
        raise BadInput([error])
    return str(value).strip()


def digest(incoming: Incoming) -> str:
    """The name of a delivery that has none: what was sent, in short."""
    parts = (incoming.tail, json.dumps(sorted(incoming.query.items())) if incoming.query else "")
    begin = "\n".join(parts).encode("utf-8", "surrogatepass")
    return "sha256:" + hashlib.sha256(begin + b"\n" + incoming.body).hexdigest()


def digest_of_the_day(incoming: Incoming) -> str:
    """The name of a delivery that may well say the same another day and mean it: the same within a day is one."""
    day = "" if incoming.at is None else f":{incoming.at.date().isoformat()}"
    return digest(incoming) + day


def named(incoming: Incoming, name: str, otherwise: Callable[[Incoming], str] = digest) -> str:
    """A delivery by the name its sender gave it, or by what was sent where there is none (or an odd one)."""
    try:
        given = text_of(mapping_of(incoming), name)
    except BadInput:
        given = ""
    return f"{name}:{given}" if 0 < len(given) <= _DELIVERY_LONGEST - len(name) - 1 else otherwise(incoming)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands there twice")
    return made
