"""What a body says: JSON or a form, read strictly; fields nobody asked for are left in it."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from lifecycle.errors import BadInput
from lifecycle.facts import text_error
from lifecycle.intake.adapter import Incoming

#: Fields of a form; more are nobody's form.
FIELDS_MOST: Final = 500
_DELIVERY_LONGEST: Final = 200
_BOUNDARY: Final = re.compile(r'multipart/form-data\s*;.*\bboundary="?([!-~ ]{1,70}?)"?\s*(?:;.*)?', re.ASCII | re.IGNORECASE)
_PART_NAME: Final = re.compile(rb'^content-disposition:[^\r\n]*;\s*name="([^"\r\n]*)"(?![^\r\n]*;\s*filename)', re.IGNORECASE | re.MULTILINE)


def is_json(incoming: Incoming) -> bool:
    """Whether the body says it is JSON, or looks like it: many a program posts JSON and says that it is a form."""
    told = incoming.content_type.partition(";")[0].strip().lower()
    begins = incoming.body.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    return told.endswith("json") or begins in (b"{", b"[") or (not begins and not told.endswith(("form-urlencoded", "form-data")))


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
    """The body as a posted form, in either of the ways browsers send one; of a name that stands there twice the last counts.

    Files are left out. Raises BadInput.
    """
    try:
        if found := _BOUNDARY.fullmatch(incoming.content_type.strip()):
            return dict(_parts(incoming.body, found[1].encode()))
        pairs = parse_qsl(
            incoming.body.decode("utf-8-sig"), keep_blank_values=True, max_num_fields=FIELDS_MOST, errors="strict"
        )
    except ValueError:
        raise BadInput.of("body", "bad_form") from None
    return dict(pairs)


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    """Names and texts of a form that is sent part by part. Raises ValueError."""
    parts = body.split(b"--" + boundary)[1:]
    if not 0 < len(parts) <= FIELDS_MOST or parts[-1][:2] != b"--":
        raise ValueError("no form")
    for part in parts[:-1]:
        head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if name := _PART_NAME.search(head):
            yield name[1].decode("utf-8"), value.removesuffix(b"\r\n").decode("utf-8")


def legible(text: str) -> str:
    """A text without what no table holds: half letters and zeros."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


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
