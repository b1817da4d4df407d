"""Every outside system through the club's own address: good, badly signed, old, doubled, shuffled, odd. One effect, or a clear refusal.

The rows are the registry's: a kind without recorded requests and a row in `providers` fails.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import parse_qs

import pytest

from club_ui.http import hooks
from club_ui.http.limits import Bucket
from lifecycle import store
from lifecycle.intake import receiving
from lifecycle.intake.adapters import ADAPTERS
from tests.conftest import MORNING
from tests.intake.conftest import Connected, Doors, rows_of_everything
from tests.intake.providers import PROVIDERS
from tests.intake.recorded import Post, probes, recorded
from tests.intake.telephone import calls

KINDS = [pytest.param(kind, id=kind) for kind in ADAPTERS]
#: What is neither done nor read as done: the sender is told what is wrong with it.
REFUSED = {400, 401, 405, 409, 413, 420, 422}


class Door:
    """One source of a kind in a club where the recorded have their meaning."""

    def __init__(self, kind: str, source: Connected) -> None:
        self.kind, self.source, self.provider = kind, source, PROVIDERS[kind]
        self.posts = recorded(kind)
        with source.club.reading() as conn:
            self.before = max((fact.id for facts in store.facts.of_clients(conn, store.clients.ids(conn)).values() for fact in facts), default=0)

    def sealed(self, post: Post) -> Post:
        """The request, signed now."""
        return self.provider.seal(post, self.source.secret, self.source.club.clock.now())

    def effect(self) -> dict[str, Any]:
        """What was left behind: facts that hold and were not there before, calls, contracts; without ids and keys."""
        with self.source.club.reading() as conn:
            ids = store.clients.ids(conn)
            facts = [fact for found in store.facts.of_clients(conn, ids).values() for fact in found if fact.id > self.before]
            rows = {name: row["state"] for found in store.contracts.of_clients(conn, ids).values() for name, row in found.items()}
        void = {fact.fields["fact"] for fact in facts if fact.type == "voided"}
        live = [fact for fact in facts if fact.id not in void and fact.type != "voided"]
        told = {
            "facts": sorted(_said(fact) for fact in live),
            "calls": sorted(f"{one.state} {one.direction} {one.e164} {one.seconds}" for one in calls(self.source.club)),
            "contracts": rows,
        }
        return {name: value for name, value in told.items() if value}


def _said(fact: Any) -> str:
    names = ("source", "state", "kind", "relation", "outcome", "amount", "seconds")
    told = [str(fact.fields[name]) for name in names if fact.fields.get(name) not in (None, "", "other")]
    return " ".join([fact.type, *told])


@pytest.fixture
async def door(request: pytest.FixtureRequest, connect: Doors) -> Door:
    """A source of the kind that the test is asked for, which nobody tells to wait."""
    kind = request.param
    provider = PROVIDERS[kind]
    if provider.prepare is not None:
        made = provider.prepare(connect.api)
        if inspect.isawaitable(made):
            await made
    hooks._calls = {name: Bucket(10**9) for name in hooks._calls}
    hooks._callers = {name: Bucket(10**9) for name in hooks._callers}
    hooks._wrong = Bucket(10**9)
    return Door(kind, connect(kind, branch=provider.branch, secret=provider.secret, **provider.options))


every_kind = pytest.mark.parametrize("door", KINDS, indirect=True)


def test_every_adapter_has_its_row_and_its_recorded_requests():
    assert set(PROVIDERS) == set(ADAPTERS)
    assert [kind for kind in ADAPTERS if len(recorded(kind)) < 2] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_recorded_is_signed_as_the_maker_says(kind):
    provider = PROVIDERS[kind]

    for post in recorded(kind):
        assert provider.seal(post, provider.secret, MORNING) == post


@every_kind
async def test_what_is_recorded_is_taken_byte_for_byte_and_has_its_effect(door: Door):
    answers = [await post.to(door.source) for post in door.posts]

    assert [(post.name, answer.status_code, answer.text) for post, answer in zip(door.posts, answers, strict=True) if answer.status_code != 200] == []
    assert door.effect() == door.provider.effect
    assert [row.body for row in door.source.deliveries()] == [post.body for post in door.posts]
    assert door.source.api.is_sound()


@every_kind
async def test_the_same_again_and_again_and_at_once_is_one_effect_and_the_same_answer(door: Door):
    for post in door.posts:
        answers = await asyncio.gather(*(post.to(door.source) for _ in range(3)))
        answers.append(await post.to(door.source))
        assert len({(answer.status_code, answer.text) for answer in answers}) == 1, post.name

    assert door.effect() == door.provider.effect
    assert len(door.source.deliveries()) == len(door.posts)


@every_kind
async def test_shuffled_and_doubled_it_ends_as_in_order(door: Door):
    posts = door.posts * 2
    Random(door.kind).shuffle(posts)

    for post in posts:
        assert (await post.to(door.source)).status_code in {200, 422}, post.name
    door.source.api.later(seconds=10)
    receiving.finish_waiting(door.source.club)

    assert door.effect() == door.provider.effect
    assert {row.state for row in door.source.deliveries()} == {"done"}
    assert door.source.api.is_sound()


@every_kind
async def test_what_the_source_did_not_sign_is_refused_and_nothing_is_stored(door: Door, connect: Doors):
    other = connect(door.kind, branch=door.provider.branch, secret="the-secret-of-another-source", **door.provider.options)
    before, provider = rows_of_everything(door.source.club), door.provider

    for post in door.posts:
        proof = provider.proof_of(post)
        for told in (None, "", "x", _spoilt(proof), proof[::-1], proof[:-4]):
            answer = await provider.with_proof(post, told).to(door.source)
            assert (answer.status_code, answer.text.count("Traceback")) == (provider.refusal, 0), (post.name, told)
        assert (await post.to(other)).status_code == provider.refusal
        another = provider.seal(post, "the-secret-of-another-source", MORNING)
        assert (await another.to(door.source)).status_code == provider.refusal

    assert rows_of_everything(door.source.club) == before


def _spoilt(proof: str) -> str:
    """One letter in the middle is another."""
    middle = len(proof) // 2
    return proof[:middle] + ("b" if proof[middle] != "b" else "c") + proof[middle + 1 :]


@every_kind
async def test_what_is_ten_minutes_old_is_refused_or_has_no_second_effect(door: Door):
    for post in door.posts:
        await post.to(door.source)
    before = rows_of_everything(door.source.club)
    door.source.api.later(minutes=10)

    answers = [await post.to(door.source) for post in door.posts]

    wanted = {401, 420} if door.provider.dates else {200}
    assert {answer.status_code for answer in answers} & wanted
    assert {answer.status_code for answer in answers} <= {200, 401, 420}
    assert rows_of_everything(door.source.club) == before


@every_kind
async def test_unknown_fields_change_nothing_and_are_kept(door: Door):
    for post in door.posts:
        fields = door.provider.read(post)
        told = door.sealed(door.provider.write(post, fields | {"brand_new_field": "value", "another[0][x]": "y"}) if fields else post)
        assert (await told.to(door.source)).status_code == 200, post.name

    assert door.effect() == door.provider.effect
    assert sum(b"brand_new_field" in _plain(row.body) for row in door.source.deliveries()) >= len(door.posts) - 1


def _plain(body: bytes) -> bytes:
    """The body, and what stands in it in base 64."""
    data = parse_qs(body.decode("utf-8", "replace")).get("data", [""])[0]
    return body + (base64.b64decode(data) if data else b"")


@every_kind
async def test_a_field_that_must_be_there_is_named_where_it_is_missing(door: Door):
    assert door.provider.missing
    posts = {post.name: post for post in door.posts}
    for name, (field, called) in door.provider.missing.items():
        fields = {key: value for key, value in door.provider.read(posts[name]).items() if key != field}
        answer = await door.sealed(door.provider.write(posts[name], fields)).to(door.source)
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [called])

    assert door.effect().get("facts", []) == []
    assert {row.state for row in door.source.deliveries()} == {"failed"}


#: What is no delivery of anybody, whatever it says it is.
UNREADABLE = (
    b"", b"{", b"[1]", b"null", b"\xff\xfe\x00", b'{"a": 1, "a": 2}', b"[" * 50_000, b'{"x": "\\ud800"}', b"a=%ff", b"&" * 2_000 + b"a=1", b"=" * 10, b"\0" * 9,
)  # fmt: skip


@every_kind
async def test_what_nobody_can_read_is_refused_in_words(door: Door):
    for body in UNREADABLE:
        for kind in ("application/json", "application/x-www-form-urlencoded", "text/\x7f; charset=utf-7"):
            post = replace(door.posts[-1], body=body).with_header("Content-Type", kind)
            # Of some of these a maker's own signature cannot be made.
            with contextlib.suppress(ValueError):
                post = door.sealed(post)
            answer = await post.to(door.source)
            assert answer.status_code in REFUSED, (body[:20], kind, answer.text)
            assert answer.status_code == door.provider.refusal or answer.headers["content-type"] == "application/problem+json"

    large = await replace(door.posts[0], body=b" " * 10_000_000).to(door.source)
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    assert door.effect().get("facts", []) == []


@every_kind
async def test_asked_instead_of_told_it_does_nothing(door: Door):
    before = door.effect()
    for post in door.posts:
        for method in ("GET", "PUT", "DELETE", "HEAD"):
            answer = await replace(post, method=method, body=b"").to(door.source)
            assert answer.status_code in REFUSED, (method, answer.text)

    assert door.effect() == before


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_provider_asks_while_it_is_connected_is_answered(kind: str, connect: Doors):
    source = connect(kind, secret=PROVIDERS[kind].secret)

    for post in probes(kind):
        assert (await post.to(source)).status_code == 200

    assert source.deliveries() == []


#: What takes the place of a field's value: other types, other sizes, what no column holds and no clock tells.
ODD: tuple[Any, ...] = (
    None, True, -1, 0.5, 10**30, [], {}, [{"a": []}], "", "x" * 5_000, "a\0b", "\ud800", "-1", "NaN", "1e999999999", "9" * 400,
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "ж", "'; DROP TABLE fact; --", "{}", " ",
)  # fmt: skip


def _altered(fields: Any, turn: int) -> Iterator[tuple[str, Any]]:
    """The fields again and again, each time with another one replaced by something odd."""
    for number, path in enumerate(_leaves(fields, ())):
        odd = ODD[(number + turn) % len(ODD)]
        yield f"{'.'.join(map(str, path))}={str(odd)[:20]!r}", _replaced(fields, path, odd)


def _leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*path, name))


def _replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    made = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = _replaced(value[path[0]], path[1:], odd)
    return made


@every_kind
async def test_odd_values_in_any_field_are_taken_or_refused_and_never_break_it(door: Door):
    other = 0 if door.source.club.on_sqlite else len(ODD) // 2
    for turn, post in enumerate(door.posts):
        for what, fields in _altered(door.provider.read(post), turn * 5 + other):
            answer = await door.sealed(door.provider.write(post, fields)).to(door.source)
            assert answer.status_code in REFUSED | {200}, (post.name, what, answer.text)
    for tail in ("/%00", "/%ff", "/../../x", "/" + "y" * 3_000, "/pay/%00"):
        post = replace(door.posts[-1], target=tail + door.posts[-1].target[len(door.posts[-1].target.partition("?")[0]) :])
        answer = await door.sealed(post).to(door.source)
        assert answer.status_code in REFUSED | {200, 404}, (tail, answer.text)

    assert {row.state for row in door.source.deliveries()} <= {"done", "failed"}
    assert door.source.api.is_sound()


@pytest.mark.parametrize("path", ["/hooks/%00", "/hooks/%ff%fe", "/hooks/" + "x" * 3_000, "/hooks/'%20OR%201=1", "/hooks/%D0%B6/%00"])
async def test_an_address_of_nobody_is_refused_however_odd(api, path: str):
    answer = await api.http.post(path, content=b"{}")

    assert answer.status_code in {401, 404}
