"""What docs/telephony.md shows is what the club takes; every kind of exchange is on it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lifecycle.connections import KINDS
from tests.http.conftest import _working, api  # noqa: F401 - fixtures of the API's room
from tests.intake.conftest import Doors, connect  # noqa: F401 - fixtures of the room of deliveries
from tests.intake.telephone import the_call

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "telephony.md").read_text("utf-8")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_every_report_on_the_page_is_taken(connect: Doors):  # noqa: F811 - the fixture
    source = connect("telephony", lines=re.findall(r"```\n(7495.*= .*)\n```", PAGE)[0])
    examples = [json.loads(one) for one in re.findall(r"```json\n(\{.*\})\n```", PAGE)]

    for body in examples:
        assert (await source.send(body)).status_code == 200

    call = the_call(source.club)
    assert (call.state, call.e164, call.seconds) == ("ended", "+79161234567", 31)


@pytest.mark.parametrize("kind", [kind.code for kind in KINDS.values() if kind.room == "telephony"])
def test_every_kind_of_exchange_is_on_the_page(kind):
    assert f"Kind: `{kind}`." in PAGE
