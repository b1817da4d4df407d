"""The examples of docs/api.md, run in their order on a new club: what the page shows is what the club answers."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from club_ui import i18n
from tests.http.conftest import Api, _working, api  # noqa: F401 - fixtures of the API's room

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sh\n(curl [^\n]+)\n```\n\n```json\n([^\n]+)\n```", PAGE)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def held_by(shown: Any, answer: Any) -> bool:
    """Whether the answer holds all that the page shows; `…` stands for anything, names left out may be there."""
    if shown == "…":
        return True
    if isinstance(shown, dict):
        return isinstance(answer, dict) and all(name in answer and held_by(value, answer[name]) for name, value in shown.items())
    if isinstance(shown, list) and isinstance(answer, list) and shown and len(shown) == len(answer):
        return all(map(held_by, shown, answer))
    return bool(shown == answer)


async def run(api: Api, command: str) -> Any:  # noqa: F811 - the fixture
    words = shlex.split(command.replace("$CLUB/api/v1", "").replace("$KEY", api.keys["desk"]))[1:]
    method, path, body, headers = "GET", "", None, {}
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-X":
                method = words.pop(0)
            case "--json":
                body, method = words.pop(0), "POST" if method == "GET" else method
            case other:
                path = other
    answer = await api.call(method, path, key=None, headers=headers, content=body)
    return answer.json()


async def test_every_example_is_answered_as_the_page_shows(api: Api):  # noqa: F811 - the fixture
    assert len(EXAMPLES) >= 13
    for command, shown in EXAMPLES:
        answer = await run(api, command)
        assert held_by(json.loads(shown), answer), f"{command}\n{json.dumps(answer, ensure_ascii=False)}"


def test_every_code_of_the_page_has_its_sentence():
    table = PAGE[PAGE.index("| status | code |") :]
    codes = [code for row in re.findall(r"^\| \d+ \| (`.*?) \|", table, re.MULTILINE) for code in re.findall(r"`(\w+)`", row)]

    assert len(codes) > 12
    assert [code for code in codes if code != "sale_gate" and not i18n.known(f"error.{code}")] == []


def test_every_block_of_the_page_is_run():
    assert PAGE.count("```sh") == PAGE.count("```json") == len(EXAMPLES)
