"""The API describes itself truly: to programs with a key and to people who are signed in, to nobody else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from club_ui import access
from club_ui.http.api import ROUTERS, shapes
from club_ui.i18n import LANGUAGES
from lifecycle import passwords
from lifecycle.actions import staff
from lifecycle.desk import CLUB
from lifecycle.facts import FACT_TYPES
from lifecycle.store import sign_ins
from tests.http.conftest import Api


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def signed_in(api: Api) -> dict[str, str]:
    """The cookie of a front desk person."""
    person = staff.add(api.club, CLUB, login="vera", name="Vera", role="front_desk", password="seven quiet moons")
    token, now = passwords.new_token(), api.club.clock.now()
    with api.club.writing() as conn:
        sign_ins.add(conn, token_hash=passwords.token_hash(token), staff_id=person, created_at=now, seen_at=now, address="", agent="")
    access._believed._known.clear()
    return {"Cookie": f"club={token}"}


async def test_strangers_read_no_description(api: Api):
    answers = [await api.get(path, key=None) for path in ("/docs", "/docs/openapi.json", "/openapi.json")]

    assert {each.status_code for each in answers} == {401}


async def test_a_key_opens_no_page_for_people(api: Api):
    assert (await api.get("/docs")).status_code == 401


async def test_a_signed_in_person_reads_the_page(api: Api):
    answer = await api.get("/docs", key=None, headers=signed_in(api))

    assert answer.status_code == 200
    assert "/api/v1/clients/{id}/facts" in answer.text
    assert all(name in answer.text for name in FACT_TYPES)


async def test_the_page_fetches_nothing_from_anywhere_and_runs_nothing(api: Api):
    answer = await api.get("/docs", key=None, headers=signed_in(api))

    tags: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(answer.text)
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in tags}
    assert {attrs["href"] for tag, attrs in tags if tag == "a"} == {"/api/v1/docs/openapi.json"}


async def test_people_get_the_same_description_as_programs(api: Api):
    theirs = await api.get("/docs/openapi.json", key=None, headers=signed_in(api))

    assert theirs.json() == (await api.get("/openapi.json")).json()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_route_is_described_in_every_language(api: Api, language: str):
    described = (await api.get("/openapi.json", headers={"Accept-Language": language})).json()

    operations = {(method.upper(), path): one for path, methods in described["paths"].items() for method, one in methods.items()}
    routes = {
        (method, route.path) for router in ROUTERS for route in router.routes if route.include_in_schema for method in route.methods
    }
    assert set(operations) == routes
    assert len({one["description"] for one in operations.values()}) == len(operations)
    cyrillic = [bool(re.search("[а-яіїє]", one["description"])) for one in operations.values()]
    assert set(cyrillic) == {language != "en"}


async def test_every_reference_of_the_description_leads_somewhere(api: Api):
    described = (await api.get("/openapi.json")).json()

    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*map(references, node.values()))
        return set().union(*map(references, node)) if isinstance(node, list) else set()

    schemas = described["components"]["schemas"]
    assert references(described)
    assert all(each.removeprefix("#/components/schemas/") in schemas for each in references(described))


async def test_every_type_of_fact_is_described_with_its_fields(api: Api):
    described = (await api.get("/openapi.json")).json()
    body = described["paths"]["/api/v1/clients/{id}/facts"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    kinds = {each["title"]: set(each["properties"]) - {"type", "at", "key"} for each in body["properties"]["facts"]["items"]["oneOf"]}
    assert kinds == {name: {field.name for field in one.fields} for name, one in FACT_TYPES.items()}


@pytest.mark.parametrize(
    ("path", "model"),
    [("/clients/{id}", "WholeClientShape"), ("/folders", "FoldersShape"), ("/changes", "ChangesShape"), ("/clients", "ClientsShape")],
)
async def test_what_is_answered_is_what_was_described(api: Api, path: str, model: str):
    client = await api.member("Anna", phone="+79161234567")

    answer = (await api.get(path.replace("{id}", client))).json()

    shape = getattr(shapes, model)
    assert shape.model_validate(answer).model_dump() == answer
