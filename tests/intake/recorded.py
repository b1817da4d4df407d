"""What outside systems post, byte for byte: `payloads/KIND/NAME.http` holds one request with its signature.

The first line is method and address (`CODE` stands for the code of the source), then headers, a blank line and the
body to the last byte. Each is signed with the secret that `providers` names, at nine in the morning of the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import httpx

from tests.intake.conftest import Connected

FOLDER = Path(__file__).parent / "payloads"


@dataclass(frozen=True)
class Post:
    """One request. Headers are called as in the file; `target` is the path after the code, and the query."""

    name: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    def with_header(self, name: str, value: str | None) -> Post:
        kept = {key: told for key, told in self.headers.items() if key.lower() != name.lower()}
        return replace(self, headers=kept if value is None else kept | {name: value})

    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def with_query(self, name: str, value: str | None) -> Post:
        kept = {key: told for key, told in self.query().items() if key != name} | ({} if value is None else {name: value})
        path = self.target.partition("?")[0]
        return replace(self, target=f"{path}?{urlencode(kept)}" if kept else path)

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def with_field(self, name: str, value: str | None) -> Post:
        kept = {key: told for key, told in self.form().items() if key != name} | ({} if value is None else {name: value})
        return replace(self, body=urlencode(kept).encode())

    async def to(self, source: Connected) -> httpx.Response:
        """Post it, as it stands."""
        address = f"/hooks/{source.code}{self.target}"
        return await source.api.http.request(self.method, address, headers=dict(self.headers), content=self.body)


def recorded(kind: str) -> list[Post]:
    """The requests of a kind, in the order in which they are sent in life."""
    return [_read(path) for path in sorted((FOLDER / kind).glob("*.http")) if not path.stem.startswith("probe")]


def probes(kind: str) -> list[Post]:
    """What a kind asks while it is being connected."""
    return [_read(path) for path in sorted((FOLDER / kind).glob("probe*.http"))]


def _read(path: Path) -> Post:
    head, _, body = path.read_bytes().partition(b"\n\n")
    first, *lines = head.decode().splitlines()
    method, address = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return Post(path.stem, method, address.removeprefix("/hooks/CODE"), headers, body)
