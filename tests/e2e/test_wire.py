"""A served club on the wire: strangers on the socket, stolen tabs, other sites, and every answer's headers."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import uuid

import httpx
import pytest
import socketio

from tests.e2e.people import PASSWORD, Founded, found, served_at
from tests.security.tab import handlers, payload_for

HYDRATE = "reflex___state____state.hydrate_and_load"
SHELL = "reflex___state____state.club_ui___state___shell____shell"
CANARY = "Zyablikova Canary"


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    founded = found(tmp_path_factory.mktemp("wire") / "data")
    founded.lead(CANARY, "+7 916 123-45-67")
    return founded


@pytest.fixture(scope="module")
def served(serve, club: Founded):
    return served_at(serve, club)


def talk(served, *events, token=None, cookie="", origin=None, pause=0.4, until=""):
    """Open a socket as any program can, send these events, and give all that came back.

    With `until` it listens on until that word came, ten seconds at most.
    """

    async def goes() -> list:
        heard = []
        client = socketio.AsyncClient(reconnection=False)
        client.on("event", heard.append, namespace="/_event")
        headers = {"Cookie": cookie} if cookie else {}
        if origin:
            headers["Origin"] = origin
        await client.connect(
            f"{served.url}?token={token or uuid.uuid4()}", headers=headers, transports=["websocket"],
            socketio_path="/_event", namespaces=["/_event"], wait_timeout=5,
        )  # fmt: skip
        for name, payload in events:
            router = {"pathname": "/folder/potential", "asPath": "/folder/potential", "query": {"code": "potential"}}
            await client.emit("event", {"name": name, "payload": payload, "router_data": router}, namespace="/_event")
            await asyncio.sleep(pause)
        for _ in range(100):
            if until in repr(heard):
                break
            await asyncio.sleep(0.1)
        await client.disconnect()
        return heard

    return json.dumps(asyncio.run(goes()), default=str)


def cookie_of(served, login="olga") -> str:
    answer = httpx.post(f"{served.url}/auth/sign-in", data={"login": login, "password": PASSWORD})
    return f"club={answer.cookies['club']}"


def test_whoever_is_signed_in_hears_of_clients_on_the_socket(served):
    """So that the silence of the next tests means something."""
    assert CANARY in talk(served, (HYDRATE, {}), cookie=cookie_of(served), until=CANARY)


def test_a_stranger_hears_of_no_client_whatever_they_send(served):
    calls = [(name, payload_for(name)) for name in handlers()]
    heard = talk(served, (HYDRATE, {}), *calls, (HYDRATE, {}), pause=0.05)
    assert heard != "[]"
    assert CANARY not in heard
    assert "Olga" not in heard


def test_the_token_of_anothers_tab_opens_nothing(served):
    tab = str(uuid.uuid4())
    assert CANARY in talk(served, (HYDRATE, {}), token=tab, cookie=cookie_of(served), until=CANARY)
    assert CANARY not in talk(served, (HYDRATE, {}), ("reflex___state____state.hydrate", {}), token=tab)
    assert CANARY not in talk(served, (HYDRATE, {}), token=tab, cookie="club=" + "0" * 43)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_another_sites_page_gets_no_socket(served, origin):
    with pytest.raises(socketio.exceptions.ConnectionError):
        talk(served, (HYDRATE, {}), cookie=cookie_of(served), origin=origin)


PATHS = ["/", "/sign-in", "/folders", "/nowhere", "/club.css", "/ping", "/_event", "/_upload", "/_health", "/auth/options", "/auth/nothing",
         "/api/v1/clients", "/api/v1/health", "/api/v1/nothing", "/api/v1/openapi.json", "/api/v1/docs", "/openapi.json", "/docs", "/../etc/passwd",
         "/%2e%2e/%2e%2e/etc/passwd"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE"])
def test_every_answer_of_the_served_club_carries_the_headers_and_no_trace(served, method, path):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    connection.request(method, path, headers={"Origin": "https://evil.example"})
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    connection.close()
    assert answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Access-Control-Allow-Origin"] is None
    assert answer.status < 500
    assert not [word for word in ("Traceback", "root:", CANARY, "site-packages") if word in body]


def test_nothing_of_a_client_or_person_is_in_what_is_served_before_sign_in(served):
    seen, ask = set(), ["/", "/sign-in"]
    while ask:
        path = ask.pop()
        seen.add(path)
        text = httpx.get(served.url + path, follow_redirects=True).text
        assert CANARY not in text
        assert "Olga" not in text
        ask += [each for each in re.findall(r'"(/assets/[^"]+\.js)"', text) if each not in seen and each not in ask]
    assert len(seen) > 5


def test_the_log_of_the_served_club_holds_no_secret(served):
    for canary in ("canary-login", "canary-password"):
        httpx.post(f"{served.url}/auth/sign-in", data={"login": canary, "password": "canary-password"})
    talk(served, ("no.such.handler", {"phone": "canary-payload"}), (f"{SHELL}.choose_language", {"odd": "canary-argument"}),
         token="canary-tab", cookie="club=canary-cookie")  # fmt: skip
    httpx.get(f"{served.url}/api/v1/clients", headers={"authorization": "Bearer canary-key"})
    assert "canary-" not in served.said()
    assert CANARY not in served.said()
