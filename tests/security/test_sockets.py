"""What a socket may bring before any event is looked at."""

import pytest

from club_ui import sockets
from club_ui.club_ui import app
from lifecycle.actions import audit
from lifecycle.desk import CLUB

CHOOSE = "reflex___state____state.club_ui___state___shell____shell.choose_language"


class Behind:
    """Notes what the guard lets through to the framework."""

    def __init__(self, guarding):
        self.came = []
        guarding.connect, guarding.event, guarding.disconnect = self.connect, self.event, self.disconnect

    async def connect(self, sid, environ, auth):
        self.came.append(("connect", sid))

    async def event(self, sid, message):
        self.came.append(("event", message["name"]))

    def disconnect(self, sid):
        self.came.append(("disconnect", sid))


@pytest.fixture
def guarding(house):
    guarding = sockets.Sockets(app)
    guarding.behind = Behind(guarding)
    return guarding


def environ(tab="tab", cookie="", address="203.0.113.5"):
    return {"QUERY_STRING": f"token={tab}", "asgi.scope": {"client": (address, 1), "headers": [(b"cookie", cookie.encode())]}}


@pytest.mark.parametrize("tab", ["", "x" * 65, "%F0%9F%98%80", "a%20b", "a&token=b", "..%2f", "%00"])
async def test_an_odd_tab_is_refused(guarding, tab):
    with pytest.raises(ConnectionRefusedError):
        await guarding.on_connect("s", environ(tab))
    assert guarding.behind.came == []


async def test_a_flood_of_strangers_from_one_address_leaves_room_for_staff_and_for_others(house, guarding):
    for n in range(sockets.STRANGERS):
        await guarding.on_connect(f"s{n}", environ())
    with pytest.raises(ConnectionRefusedError):
        await guarding.on_connect("one more", environ())
    await guarding.on_connect("staff", environ(cookie=f"club={house.enters('front_desk')}"))
    await guarding.on_connect("elsewhere", environ(address="10.0.0.1"))
    guarding.on_disconnect("s0", "left")
    await guarding.on_connect("again", environ())
    assert len(guarding.behind.came) == sockets.STRANGERS + 4


async def test_nothing_is_kept_of_a_socket_that_left(guarding):
    await guarding.on_connect("s", environ())
    guarding.on_disconnect("s")
    guarding.on_disconnect("s")
    assert (guarding.addresses, guarding.unknown, dict(guarding.strangers)) == ({}, set(), {})


async def test_a_socket_that_the_framework_refuses_is_not_counted(guarding):
    async def refuses(sid, environ, auth):
        raise ConnectionRefusedError

    guarding.connect = refuses
    with pytest.raises(ConnectionRefusedError):
        await guarding.on_connect("s", environ())
    assert dict(guarding.strangers) == {}


@pytest.mark.parametrize(
    "message",
    [None, "text", [], 7, {}, {"name": 7}, {"name": "no.such.handler"}, {"name": CHOOSE, "payload": {"language": float("nan")}},
     {"name": CHOOSE, "payload": {"language": float("inf")}}, {"name": CHOOSE, "payload": {"language": "a\0b"}},
     {"name": CHOOSE, "payload": {"language": "\ud800"}}, {"name": CHOOSE, "payload": {"a\0": 1}}],
    ids=repr,
)  # fmt: skip
async def test_what_no_form_of_ours_could_send_ends_there_and_is_audited(house, guarding, message):
    await guarding.on_connect("s", environ())
    await guarding.on_event("s", message)
    assert guarding.behind.came == [("connect", "s")]
    row = audit.page(house.club, CLUB)[0]
    assert (row.outcome, row.address) == ("refused", "203.0.113.5")
    assert row.deed in (CHOOSE, "unknown_event")


async def test_a_value_nested_for_ever_ends_there_too(guarding):
    deep = "x"
    for _ in range(100):
        deep = [deep]
    await guarding.on_event("s", {"name": CHOOSE, "payload": {"language": deep}})
    assert guarding.behind.came == []


@pytest.mark.parametrize("text", ["Анна-Мария O'Neil 🦊", "line\nline\ttab", "\u202eright to left", "e\u0301"])
async def test_odd_but_human_text_passes(guarding, text):
    await guarding.on_event("s", {"name": CHOOSE, "payload": {"language": text, "n": 1.5, "all": [None, True]}})
    assert guarding.behind.came == [("event", CHOOSE)]


def test_the_app_is_guarded():
    assert isinstance(app.event_namespace.on_event.__self__, sockets.Sockets)
    assert isinstance(app.event_namespace.on_connect.__self__, sockets.Sockets)
    assert app._middlewares[0].__class__.__name__ == "Access"
