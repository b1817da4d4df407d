"""Whatever is sent, the club answers with a reason or takes it whole; it never breaks, and stays true to its facts."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from lifecycle.facts import FACT_TYPES, Field
from tests.http.conftest import Api

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, 2**31, 2**63, 10**30, "", " ", "x", "0", "-1", "\u0000", "\ud800", "🏋️‍♀️", "ё" * 5000, "a\u202eb",
    [], {}, [[]], {"a": {}}, "null", "2026-02-30", "2026-03-02", "9999-12-31", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
    "2026-03-02T10:00:00", "2026-03-02T10:00:00+03:00", "2026-03-02T25:00:00Z", "1970-01-01T00:00:00Z", "';--", "<script>alert(1)</script>", "=1+1",
    "../../etc/passwd", "%s%n", "{0}", "{field}", "m1", "1", "12",
)  # fmt: skip
ENDS = {200, 201, 400, 403, 404, 409, 422}


def _value(chance: random.Random, field: Field) -> Any:
    """Usually what the field takes, sometimes anything."""
    if chance.random() < 0.15:
        return chance.choice(ODD)
    if field.kind == "choice":
        return chance.choice(field.choices)
    if field.kind == "day":
        return chance.choice(("2026-01-01", "2026-03-02", "2026-04-01", "9999-12-31", "0001-01-01", "2024-02-29"))
    if field.kind in ("number", "money"):
        return chance.choice((1, 2, 30, 365, field.most, field.least))
    return chance.choice(("m1", "m2", "m3", "text", "1", "2", "3"))


def _fact(chance: random.Random) -> dict[str, Any]:
    one = FACT_TYPES[chance.choice(list(FACT_TYPES))]
    fact: dict[str, Any] = {"type": one.name}
    fact |= {field.name: _value(chance, field) for field in one.fields if field.required or chance.random() < 0.5}
    if chance.random() < 0.6:
        fact["at"] = chance.choice(("2025-06-01", "2026-01-15T10:00:00+03:00", "2026-03-01", "0001-01-02", "1900-01-01T00:00:00Z", *ODD[:8]))
    if chance.random() < 0.3:
        fact["key"] = chance.choice(("k1", "k2", *ODD))
    if chance.random() < 0.05:
        fact[chance.choice(("type", "at", "id", "day", "fields"))] = chance.choice(ODD)
    return fact


async def _send(api: Api, method: str, path: str, body: Any) -> int:
    return (await api.call(method, path, content=json.dumps(body).encode())).status_code


@pytest.mark.parametrize("seed", range(3))
async def test_odd_facts_are_refused_or_recorded_whole(api: Api, seed: int):
    chance = random.Random(seed)
    clients = [await api.add(f"Client {n}") for n in range(6)]

    for _ in range(70):
        facts = [_fact(chance) for _ in range(chance.choice((1, 1, 2, 4)))]
        before = api.counted()[1]
        status = await _send(api, "POST", f"/clients/{chance.choice(clients)}/facts", {"facts": facts})
        assert status in ENDS, facts
        assert (api.counted()[1] == before) == (status != 201), facts

    for client in clients:
        assert (await api.get(f"/clients/{client}")).status_code == 200
    assert (await api.get("/clients?limit=200")).status_code == 200
    assert api.is_sound()


async def test_odd_clients_are_refused_or_made_whole(api: Api):
    chance = random.Random(7)
    fields = ("name", "phone", "branch", "source", "kind", "tax_id", "comment")

    for _ in range(100):
        given = {"name": "Anna"} | {field: chance.choice(ODD) for field in chance.sample(fields, chance.choice((1, 2)))}
        assert await _send(api, "POST", "/clients", given) in ENDS, given
    assert api.counted()[0] == api.counted()[1]
    assert api.is_sound()


async def test_odd_changes_are_refused_or_made_whole(api: Api):
    chance = random.Random(9)
    client = await api.add()
    fields = ("name", "phone", "email", "kind", "tax_id", "birthday_on", "comment", "branch", "version")

    for _ in range(100):
        version = (await api.get(f"/clients/{client}")).json()["version"]
        given = {"version": version} | {field: chance.choice(ODD) for field in chance.sample(fields, chance.choice((1, 2)))}
        assert await _send(api, "PATCH", f"/clients/{client}", given) in ENDS, given
    assert (await api.get(f"/clients/{client}")).status_code == 200
    assert api.is_sound()


@pytest.mark.parametrize("header", ["\x01", "a" * 5000, "Bearer", "Bearer  ", "bearer club_\xff", "Bearer club_a club_b", "Digest x"])
async def test_odd_keys_are_unknown_keys(api: Api, header: str):
    answer = await api.call("GET", "/folders", key=None, headers={"Authorization": header.encode("latin-1")})

    assert answer.status_code == 401
