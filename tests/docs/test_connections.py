"""Every kind of outside system is told of, once, step by step, with each of its fields; what is shown is what is taken."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from club_ui import i18n
from lifecycle.actions import access_cards
from lifecycle.connections import KINDS
from lifecycle.desk import CLUB
from lifecycle.intake.adapters import ADAPTERS
from tests.http.conftest import _working, api  # noqa: F401 - fixtures of the API's room
from tests.intake.conftest import Doors, connect  # noqa: F401 - fixtures of the room of deliveries
from tests.intake.providers import PROVIDERS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {name: (DOCS / f"{name}.md").read_text("utf-8") for name in ("connections", "telephony", "payments")}
#: Where several kinds have a field in common, it is told of once on their page.
IN_COMMON = {"lines"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def section(kind: str) -> str:
    """What the pages say of a kind: from its heading to the next."""
    found = [part for page in PAGES.values() for part in re.split(r"^## ", page, flags=re.MULTILINE) if f"Kind: `{kind}`." in part]
    assert len(found) == 1, f"{kind} has {len(found)} sections"
    return found[0]


@pytest.mark.parametrize("kind", ADAPTERS)
def test_every_kind_is_connected_step_by_step(kind: str):
    steps = re.findall(r"^(\d)\. ", section(kind), re.MULTILINE)

    assert len(steps) >= 3
    assert steps == [str(number) for number in range(1, len(steps) + 1)]


@pytest.mark.parametrize("kind", ADAPTERS)
def test_every_field_of_a_connection_is_told_of_by_its_name(kind: str):
    words = {
        name: i18n.text("en", f"option.{kind}_{name}" if i18n.known(f"option.{kind}_{name}") else f"option.{name}") for name in KINDS[kind].options
    }
    page = next(page for page in PAGES.values() if f"Kind: `{kind}`." in page)

    assert [word for name, word in words.items() if f"**{word}**" not in (page if name in IN_COMMON | {"source", "language"} else section(kind))] == []


def examples(kind: str) -> list[dict]:
    return [json.loads(one) for one in re.findall(r"```json\n\s*(\{.*\})\n\s*```", section(kind))]


async def test_what_the_pages_show_of_the_clubs_own_json_is_taken(connect: Doors):  # noqa: F811 - the fixture
    member = int(await connect.api.member("Anna", phone="+7 916 123-45-67"))
    access_cards.give(connect.api.club, CLUB, member, "0012345")

    for kind in ("site", "turnstile", "till"):
        answer = await connect(kind, branch="main").send(examples(kind)[0])
        assert answer.status_code == 200, (kind, answer.text)
    table = re.findall(r"```\n(ИНН.*?)```", section("risk_feed"), re.DOTALL)[0]
    feed = connect("risk_feed")
    answer = await feed.send(table.encode(), headers={"X-Club-Secret": feed.secret, "Content-Type": "text/csv"})

    assert answer.json()["rows"] == 1


async def test_what_the_page_shows_of_payments_is_taken(connect: Doors):  # noqa: F811 - the fixture
    PROVIDERS["payments"].prepare(connect.api)
    source = connect("payments")

    for told in examples("payments"):
        assert (await source.send(told | {"contract": "1-1"})).status_code == 200
