"""What the server beside the screens answers, and to whom: forms, cookies, headers, limits, every route."""

import re

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse, RedirectResponse

from club_ui import process
from club_ui.club_ui import app as framework
from club_ui.http import app as http_app
from club_ui.http import whence
from club_ui.http.headers import script_hashes
from club_ui.http.limits import CLOSED, Bucket, Limits
from lifecycle import rights
from lifecycle.actions import keys, signing_in, staff
from lifecycle.desk import CLUB
from lifecycle.settings import Settings
from tests.security.conftest import PASSWORD, ROLES

HERE = "http://club.test"
ROUTES = [route for router in http_app.ROUTERS for route in router.routes if isinstance(route, APIRoute)]
CALLS = sorted({(method, route.path) for route in ROUTES for method in route.methods})


async def underneath(scope, receive, send):
    """What the framework would answer: pages, files, and something that breaks."""
    if scope["path"] == "/breaks":
        raise RuntimeError("canary with a phone +79161234567")
    if scope["path"].endswith(".js"):
        await PlainTextResponse("1", media_type="text/javascript")(scope, receive, send)
    elif scope["path"] == "/folder":
        await RedirectResponse(f"http://{dict(scope['headers'])[b'host'].decode()}/folder/?said=x")(scope, receive, send)
    elif scope["path"] == "/nowhere":
        await PlainTextResponse("", 404)(scope, receive, send)
    elif scope["path"] == "/reads":
        size = 0
        while (message := await receive()).get("more_body") or message.get("body"):
            size += len(message["body"])
            if not message.get("more_body"):
                break
        await PlainTextResponse(str(size))(scope, receive, send)
    else:
        await PlainTextResponse("<p>page", media_type="text/html")(scope, receive, send)


def serving(settings: Settings, pages=None):
    server, *around = http_app.layers(settings, pages)
    server.mount("", underneath)
    whole = server
    for layer in around:
        whole = layer(whole)
    return whole


def browser(house, *, base=HERE, address="10.0.0.1", pages=None, **headers):
    transport = httpx.ASGITransport(serving(process.settings(), pages), client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url=base, headers=headers)


def with_settings(house, **more):
    process.work_on(house.club, Settings(data=house.settings.data, **more))


async def sign_in(client, login="front_desk", password=PASSWORD, **more):
    return await client.post("/auth/sign-in", data={"login": login, "password": password, **more.pop("form", {})}, **more)


# --- every route ------------------------------------------------------------------------------


def test_every_route_has_a_row_in_the_matrix():
    assert [f"{method} {path}" for method, path in CALLS if f"{method} {path}" not in rights.MATRIX.routes] == []


def test_every_row_of_the_matrix_has_a_route():
    assert set(rights.MATRIX.routes) - {f"{method} {path}" for method, path in CALLS} == set()


def test_beneath_the_club_the_framework_opens_only_its_socket_and_a_sign_of_life():
    open_ones = {route.path for route in framework._api.routes if not route.path.startswith(CLOSED)}
    assert open_ones == {"/_event", "/ping"}


def filled(path):
    return re.sub(r"\{[^}]*\}", "1", path)


@pytest.mark.parametrize("role", ["stranger", *ROLES])
async def test_a_route_without_the_right_is_refused_and_changes_nothing(house, role):
    token = None if role == "stranger" else house.enters(role)
    desk = signing_in.desk_of(house.club, token)
    shut = [call for call in CALLS if not rights.fulfils(desk, rights.route_rule(*call))]
    before = house.contents()
    async with browser(house) as client:
        if token:
            client.cookies.set("club", token)
        answers = {call: (await client.request(call[0], filled(call[1]), json={})).status_code for call in shut}
    assert set(answers.values()) <= {401, 403}, answers
    assert house.contents() == before


@pytest.mark.parametrize("role", keys.ROLES)
async def test_a_programs_key_opens_no_more_than_its_role(house, role):
    key = house.key(role, house.north)
    desk = keys.desk_of(house.club, key)
    rules = {call: rights.route_rule(*call) for call in CALLS}
    shut = [
        call for call, rule in rules.items()
        if rule != rights.ANYONE and not (rule.startswith(rights.KEY) and rights.allows(desk, rule.removeprefix(rights.KEY)))
    ]  # fmt: skip
    before = house.contents()
    async with browser(house, authorization=f"Bearer {key}") as client:
        answers = {call: (await client.request(call[0], filled(call[1]), json={})).status_code for call in shut}
    assert set(answers.values()) <= {401, 403}, answers
    assert house.contents() == before


@pytest.mark.parametrize("told", ["", "Bearer", "Bearer ", "Bearer club_x", "Basic club_x", "bearer club_" + "0" * 43])
async def test_an_unknown_key_opens_nothing(house, told):
    async with browser(house, **({"authorization": told} if told else {})) as client:
        answers = {
            call: (await client.request(call[0], filled(call[1]), json={})).status_code
            for call in CALLS if rights.route_rule(*call).startswith(rights.KEY)
        }  # fmt: skip
    assert set(answers.values()) <= {401}


def test_a_revoked_key_is_nobodys(house):
    key = house.key("manager")
    keys.revoke(house.club, CLUB, 1)
    assert keys.desk_of(house.club, key) is None


def test_a_key_is_kept_only_as_its_hash(house):
    key = house.key("manager")
    assert key not in repr(house.contents())
    assert "a manager program" in repr(house.contents())


async def test_whoever_came_over_tls_is_not_sent_on_without_it(house):
    with_settings(house, public_url="https://club.test", proxy_hops=1)
    async with browser(house) as client:
        assert (await client.get("/folder")).headers["location"] == "/folder/?said=x"


# --- the forms --------------------------------------------------------------------------------


async def test_signing_in_goes_on_with_a_cookie_that_scripts_cannot_read_and_other_sites_cannot_send(house):
    async with browser(house) as client:
        answer = await sign_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("club=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


async def test_on_https_the_cookie_is_bound_to_this_host_and_to_tls(house):
    with_settings(house, public_url="https://club.test")
    async with browser(house, base="https://club.test") as client:
        cookie = (await sign_in(client)).headers["set-cookie"]
    assert cookie.startswith("__Host-club=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_on_https_a_cookie_under_the_plain_name_is_nobodys(house):
    with_settings(house, public_url="https://club.test")
    assert whence.token_of(f"club={house.enters('owner')}", process.settings()) is None


def test_two_cookies_that_disagree_are_nobodys(house):
    assert whence.token_of("club=a; club=b", house.settings) is None
    assert whence.token_of("x=1; club=a; theme=dark", house.settings) == "a"


async def test_a_session_that_the_browser_brought_along_is_never_taken_over(house):
    planted = "0" * 43
    async with browser(house) as client:
        client.cookies.set("club", planted)
        given = (await sign_in(client)).cookies["club"]
    assert given != planted
    assert signing_in.desk_of(house.club, planted) is None


async def test_a_refused_sign_in_goes_back_with_the_code_and_without_cookie_or_login(house):
    async with browser(house) as client:
        answer = await sign_in(client, password="wrong", form={"next": "/board"})
    assert answer.headers["location"] == "/sign-in?said=sign_in_failed&next=%2Fboard"
    assert "set-cookie" not in answer.headers


async def test_signing_out_ends_the_session_and_empties_the_browser(house):
    async with browser(house) as client:
        token = (await sign_in(client)).cookies["club"]
        answer = await client.post("/auth/sign-out")
    assert signing_in.desk_of(house.club, token) is None
    assert answer.headers["clear-site-data"] == '"storage"'
    assert 'club=""' in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "sent_from",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}, {"origin": "null"},
     {"origin": "https://evil.example"}, {"origin": "http://club.test.evil.example"}, {"origin": "http://club.test:81"},
     {"origin": "http://[club"}, {"origin": "file://"}, {"origin": "http://club.test", "sec-fetch-site": "cross-site"}],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/sign-out", "/auth/set-up", "/auth/password"])
async def test_a_form_sent_from_another_site_is_refused(house, path, sent_from):
    token = house.enters("front_desk")
    async with browser(house) as client:
        client.cookies.set("club", token)
        answer = await client.post(path, data={"login": "front_desk", "password": PASSWORD}, headers=sent_from)
    assert (answer.status_code, answer.json()["code"]) == (403, "other_site")
    assert signing_in.desk_of(house.club, token)


@pytest.mark.parametrize("sent_from", [{}, {"origin": HERE}, {"origin": HERE, "sec-fetch-site": "same-origin"}])
async def test_a_form_of_our_own_page_is_taken(house, sent_from):
    async with browser(house) as client:
        assert "set-cookie" in (await sign_in(client, headers=sent_from)).headers


async def test_the_wrong_method_opens_nothing(house):
    async with browser(house) as client:
        answers = [(await client.get(path)).status_code for path in ("/auth/sign-in", "/auth/sign-out", "/auth/set-up")]
    # Anything but the form's own method falls through to the pages, which know no such page.
    assert not house.contents()["draft"]
    assert 303 not in answers


@pytest.mark.parametrize("wanted", ["/", "/board", "/clients/17", "/folders?code=active&page=2", "/клиенты"])
def test_a_page_of_our_own_is_gone_on_to(wanted):
    assert whence.safe_next(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    ["", "board", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "/\n/evil.example", "http://evil.example", "https:evil.example", "javascript:alert(1)", "data:text/html,x", "/%2f%2fevil",
     "/%09/evil", "/a//evil.example", "/..//evil.example", "/../auth/sign-out", " /x", "/x y", "/auth/sign-out", "/sign-in",
     "/x\r\nSet-Cookie: a=b", "@evil.example", "/\x00", "/%5cevil", "/" + "a" * 600],
)  # fmt: skip
def test_anywhere_else_is_not(wanted):
    assert whence.safe_next(wanted) == "/"


async def test_the_set_up_form_makes_the_owner_signed_in_at_once(sqlite_url, open_club_at, tmp_path):
    club = open_club_at(sqlite_url)
    process.work_on(club, Settings(data=tmp_path))
    token = staff.setup_link(club)
    form = {"token": token, "login": "anna", "name": "Anna", "password": "a long walk by the river"}
    async with browser(None) as client:
        assert (await client.get("/auth/options")).json()["waits_for_owner"] is True
        weak = await client.post("/auth/set-up", data={**form, "password": "short"})
        made = await client.post("/auth/set-up", data=form)
        again = await client.post("/auth/set-up", data={**form, "login": "boris"})
    process.work_on(None)
    assert "said=password_short" in weak.headers["location"]
    assert f"token={token}" in weak.headers["location"]
    assert signing_in.desk_of(club, made.cookies["club"]).role == "owner"
    assert "said=setup_link_bad" in again.headers["location"]


async def test_demo_accounts_are_named_only_where_a_demo_is_served_on_this_machine(house):
    staff.add(house.club, CLUB, login="vera", name="Vera", role="owner", password="demo-club", demo=True)

    async def named(base, address):
        async with browser(house, base=base, address=address) as client:
            answer = await client.get("/auth/options")
            return [each["login"] for each in answer.json()["people"]] if answer.status_code == 200 else answer.status_code

    assert await named(HERE, "127.0.0.1") == []
    with_settings(house, demo=True)
    assert await named("http://127.0.0.1:8000", "127.0.0.1") == ["vera"]
    assert await named("http://127.0.0.1:8000", "10.0.0.7") == []
    assert await named("http://evil.example:8000", "127.0.0.1") == 421


async def test_a_password_is_changed_by_its_form(house):
    async with browser(house) as client:
        await sign_in(client)
        wrong = await client.post("/auth/password", data={"current": "no", "password": "another quiet evening"})
        right = await client.post("/auth/password", data={"current": PASSWORD, "password": "another quiet evening"})
    assert "said=password_wrong" in wrong.headers["location"]
    assert "said=password_changed" in right.headers["location"]
    assert signing_in.sign_in(house.club, "front_desk", "another quiet evening", address="10.0.0.1").token


# --- headers ----------------------------------------------------------------------------------

EVERYWHERE = ["/", "/nowhere", "/breaks", "/_upload/x", "/auth/options", "/auth/sign-in", "/auth/password", "/club.js"]


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_every_answer_says_who_may_frame_run_and_guess_it(house, path, method):
    async with browser(house) as client:
        headers = (await client.request(method, path)).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in headers


async def test_over_tls_every_answer_says_that_there_is_only_tls(house):
    with_settings(house, public_url="https://club.test")
    async with browser(house, base="https://club.test") as client:
        told = {(await client.get(path)).headers["strict-transport-security"] for path in EVERYWHERE}
    assert told == {"max-age=31536000; includeSubDomains"}


def test_only_the_scripts_inside_the_built_pages_may_run(tmp_path):
    (tmp_path / "a.html").write_text("<script>let a = 1</script><script src='/x.js'></script>")
    (tmp_path / "b.html").write_text("<SCRIPT type='module'>let a = 1</SCRIPT>")
    # The digest of `let a = 1`, by another program.
    assert script_hashes(tmp_path) == ["'sha256-" + _digest("let a = 1") + "'"]


def _digest(script):
    import base64
    import hashlib

    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@pytest.mark.parametrize(
    ("path", "kept"),
    [("/assets/root-B2hRk9_x.js", "public, max-age=31536000, immutable"), ("/club.js", "no-cache"), ("/", "no-cache"),
     ("/auth/options", "no-store"), ("/nowhere", "no-store"), ("/breaks", "no-store")],
)  # fmt: skip
async def test_how_long_an_answer_is_kept(house, path, kept):
    async with browser(house) as client:
        assert (await client.get(path)).headers["cache-control"] == kept


async def test_what_breaks_tells_nothing_of_why(house):
    async with browser(house) as client:
        answer = await client.get("/breaks")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "canary" not in answer.text


# --- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/_upload", "/_upload/photo.jpg", "/_all_routes", "/_health", "/auth-codespace"])
async def test_what_the_framework_would_open_and_the_club_does_not_use_is_not_there(house, path):
    async with browser(house) as client:
        assert [(await client.request(method, path)).status_code for method in ("GET", "POST")] == [404, 404]


async def test_a_body_said_to_be_too_big_is_refused_unread(house):
    async with browser(house) as client:
        answer = await client.post("/reads", content=b"x" * 1_000_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/reads", "/api/v1/clients"])
async def test_a_body_that_grows_too_big_is_cut_off_on_the_way(house, path):
    sent = []

    async def endless():
        for _ in range(100_000):
            sent.append(1)
            yield b"x" * 10_000

    async with browser(house) as client:
        known = {"content-type": "application/json", "authorization": f"Bearer {house.key('owner')}"}
        answer = await client.post(path, content=endless(), headers=known)
    assert answer.status_code == 413
    assert len(sent) <= 102


async def test_a_body_within_the_limit_arrives_whole(house):
    async with browser(house) as client:
        assert (await client.post("/reads", content=b"x" * 999_999)).text == "999999"


async def test_a_flood_of_forms_from_one_address_is_held_back_and_others_are_served(house):
    served = serving(process.settings())

    async def posts(address, times):
        transport = httpx.ASGITransport(served, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return [await client.post("/auth/sign-out") for _ in range(times)]

    flood = await posts("203.0.113.9", 140)
    assert [answer.status_code for answer in flood].count(429) >= 15
    assert int(flood[-1].headers["retry-after"]) >= 1
    assert (await posts("10.0.0.1", 1))[0].status_code == 303


def test_a_bucket_fills_again_with_time():
    seconds = [0.0]
    bucket = Bucket(60, clock=lambda: seconds[0])
    assert [bucket.wait("a") > 0 for _ in range(62)].count(True) == 2
    assert bucket.wait("b") == 0
    seconds[0] = 2.0
    assert [bucket.wait("a") > 0 for _ in range(3)] == [False, False, True]


def test_a_bucket_forgets_rather_than_grow_for_ever():
    bucket = Bucket(1, names=10)
    for n in range(1000):
        bucket.wait(str(n))
    assert len(bucket._left) == 10


@pytest.mark.parametrize(
    ("hops", "told", "believed"),
    [(0, "1.1.1.1", "10.0.0.9"), (1, "1.1.1.1", "1.1.1.1"), (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"), (1, "", "10.0.0.9"),
     (2, "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"), (2, "1.1.1.1", "10.0.0.9"), (1, "1" * 500, "1" * 64)],
)  # fmt: skip
def test_an_address_is_believed_only_from_trusted_proxies(hops, told, believed):
    scope = {"client": ("10.0.0.9", 1), "headers": [(b"x-forwarded-for", told.encode())] if told else []}
    assert whence.address(scope, hops) == believed


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [("http://club.test", True), ("https://club.test", True), ("", True), ("http://evil.example", False), ("null", False),
     ("http://club.test.evil.example", False), ("http://club.test:8001", False)],
)  # fmt: skip
async def test_a_socket_of_another_sites_page_is_refused(house, origin, let_in):
    said = []

    async def opened(scope, receive, send):
        said.append("let in")

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        said.append(message["type"])

    headers = [(b"host", b"club.test"), *([(b"origin", origin.encode())] if origin else [])]
    await Limits(opened, house.settings)({"type": "websocket", "path": "/_event", "headers": headers}, receive, send)
    assert said == (["let in"] if let_in else ["websocket.close"])
