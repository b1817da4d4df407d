"""Bodies that never come to an end, and addresses that are looked at instead of posted to: refused in words, no fault of ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from club_ui import process
from club_ui.http.limits import Limits
from tests.http.conftest import Api
from tests.intake.conftest import Doors, connect  # noqa: F401 - a fixture of the room of outside systems

Message = dict[str, Any]
HALF: Message = {"type": "http.request", "body": b'{"name": "Anna, +7916', "more_body": True}
GONE: Message = {"type": "http.disconnect"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What never arrives reaches no database."""
    return sqlite_url


async def said(app: Any, path: str, messages: Sequence[Message], **headers: str) -> tuple[int, bytes]:
    """What a server answers to a request that comes in these pieces and then falls silent."""
    left, out = list(messages), list[Message]()

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    async def send(message: Message) -> None:
        out.append(message)

    told = [(name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": told,
        "client": ("10.0.0.1", 1), "server": ("club.test", 80), "scheme": "http", "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)
    return out[0]["status"], b"".join(message.get("body", b"") for message in out[1:])


def app_of(api: Api) -> Any:
    return api.http._transport.app  # type: ignore[attr-defined]


@pytest.fixture
async def paths(api: Api, connect: Doors) -> dict[str, dict[str, str]]:  # noqa: F811 - the fixture
    """Where a body may be sent, each with what lets it in."""
    site = connect("site")
    return {
        f"/hooks/{site.code}": {"x_club_secret": site.secret},
        "/api/v1/clients": {"authorization": f"Bearer {api.keys['owner']}"},
        "/auth/sign-in": {"content_type": "application/x-www-form-urlencoded"},
    }


async def test_a_body_that_is_broken_off_is_the_senders_fault_and_not_ours(api: Api, paths, caplog):
    caplog.set_level(logging.INFO)

    answers = [await said(app_of(api), path, [HALF, GONE], **headers) for path, headers in paths.items()]

    assert [status for status, _ in answers] == [400, 400, 400]
    assert b"bad_request" in answers[0][1]
    assert "answer_broke" not in caplog.text
    assert "7916" not in caplog.text


async def test_a_body_that_does_not_come_to_an_end_is_not_waited_for(api: Api, paths):
    impatient = Limits(app_of(api), process.settings(), patience=0.02)

    answers = [await said(impatient, path, [HALF], **headers) for path, headers in paths.items()]

    assert {status for status, _ in answers} == {408}
    assert all(b"too_slow" in body for _, body in answers)


@pytest.mark.usefixtures("_working")
async def test_what_takes_long_after_its_body_came_is_waited_for():
    async def slow(_scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["body"] == b"all"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.05)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    status, _ = await said(Limits(slow, process.settings(), patience=0.01), "/", [{"type": "http.request", "body": b"all", "more_body": False}])

    assert status == 200


@pytest.mark.parametrize("kind", ["tilda", "binotel", "yookassa", "telephony"])
async def test_whoever_opens_an_address_in_a_browser_is_told_that_it_is_reached(connect: Doors, kind: str):  # noqa: F811 - the fixture
    source = connect(kind)

    answer = await source.api.http.get(f"/hooks/{source.code}?key={source.secret}")

    assert (answer.status_code, answer.json()["code"], answer.headers["Allow"]) == (405, "only_posted", "POST")
    assert (await source.api.http.get(f"/hooks/{source.code}")).json()["code"] == "not_signed"
    assert source.deliveries() == []


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "GET", "OPTIONS"])
async def test_an_address_beneath_that_of_a_connection_takes_only_posts(api: Api, method: str):
    answer = await api.http.request(method, "/hooks/0123456789abcdef/events/call")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_whoever_watches_servers_may_ask_for_the_head_alone(api: Api):
    answers: list[httpx.Response] = [await api.call("HEAD", path, key=None) for path in ("/health", "/ready")]

    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("field", ["client", "responsible"])
@pytest.mark.parametrize("value", [True, 1.5, [], {}])
async def test_an_odd_id_is_named_as_the_program_named_it(api: Api, field: str, value: Any):
    client = await api.add()

    answer = await api.post("/cards", {"client": client, field: value})

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
