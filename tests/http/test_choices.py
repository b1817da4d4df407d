"""What a card or a sale may name, as other programs read it: called in their language, nothing that was shut, nobody of elsewhere."""

from __future__ import annotations

import pytest

from club_ui.http.api import list_shapes
from lifecycle import store
from lifecycle.actions import choices, products, staff
from lifecycle.desk import CLUB
from tests.http.conftest import Api


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def at_work(api: Api, name: str, *codes: str, role: str = "front_desk") -> str:
    with api.club.reading() as conn:
        ids = {branch.code: branch.id for branch in store.branches.every(conn)}
    made = staff.add(api.club, CLUB, login=name.lower(), name=name, role=role, password="seven quiet moons", branches=[ids[code] for code in codes])
    return str(made)


async def test_a_card_is_made_with_what_the_lists_name(api: Api):
    vera = at_work(api, "Vera", "main")
    lists = (await api.get("/lists", key="desk", headers={"Accept-Language": "ru"})).json()

    answer = await api.post(
        "/cards", {"client": await api.add(), "status": lists["contact_statuses"][0]["code"], "responsible": lists["people"][0]["id"], "due": "2026-03-02"}
    )

    assert lists["contact_statuses"][0] == {"code": "new_contact", "name": "Новый контакт"}
    assert (answer.status_code, answer.json()["responsible"], answer.json()["column"]) == (201, vera, "today")
    assert list_shapes.ListsShape.model_validate(lists).model_dump() == lists


async def test_what_was_shut_and_who_works_elsewhere_is_left_out(api: Api):
    at_work(api, "Vera", "main")
    at_work(api, "Olena", "south")
    at_work(api, "Boss", role="owner")
    with api.club.reading() as conn:
        [first, *_] = store.choices.of_kind(conn, "contact_status")
    choices.set_active(api.club, CLUB, "contact_status", first.code, version=first.version, active=False)
    products.add(api.club, CLUB, kind="membership", names={"en": "Year"}, days=365, visits=None, billing="term", price=2490000, sold_to=())

    desk, owner = (await api.get("/lists", key="desk")).json(), (await api.get("/lists")).json()

    assert first.code not in [line["code"] for line in desk["contact_statuses"]]
    assert [(one["name"], one["branches"]) for one in desk["people"]] == [("Vera", ["main"]), ("Boss", ["main"])]
    assert [one["name"] for one in owner["people"]] == ["Vera", "Olena", "Boss"]
    assert [(one["name"], one["price"]) for one in desk["products"]] == [("Year", 2490000)]
    assert desk["currency"] == "RUB"
