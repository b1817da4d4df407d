"""Every handler that a browser could call, called by whoever has no right to it."""

import asyncio

import pytest
from reflex_base.event.processor import base_state_processor

from club_ui import access, arguments
from club_ui.state import shell
from lifecycle import rights
from lifecycle.actions import audit, signing_in, staff
from lifecycle.desk import CLUB
from tests.security.conftest import ROLES
from tests.security.tab import handlers, payload_for, tabs

# Without what loads a page: that goes on for ever.
HYDRATE = "reflex___state____state.hydrate"
SHELL = "reflex___state____state.club_ui___state___shell____shell"


@pytest.fixture
def ran(monkeypatch):
    """The names of the handlers that were let run."""
    names = []
    real = base_state_processor.process_event

    async def noting(*, handler, **more):
        names.append(handler.fn.__qualname__)
        return await real(handler=handler, **more)

    monkeypatch.setattr(base_state_processor, "process_event", noting)
    return names


def test_every_handler_has_a_row_in_the_matrix():
    assert [name for name in handlers() if not name.endswith(".setvar") and name not in rights.MATRIX.handlers] == []


def test_every_row_of_the_matrix_has_a_handler():
    assert set(rights.MATRIX.handlers) - set(handlers()) == set()


@pytest.mark.parametrize("role", ["stranger", *ROLES])
async def test_a_handler_without_the_right_is_refused_and_changes_nothing(house, ran, role):
    token = None if role == "stranger" else house.enters(role)
    desk = signing_in.desk_of(house.club, token)
    shut = [name for name in handlers() if not rights.fulfils(desk, rights.handler_rule(name))]
    before = house.contents()
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token)
        ran.clear()
        for name in shut:
            await browser.send(name, payload_for(name), token=token)
    assert ran == []
    assert shut
    assert house.contents() == before


async def test_what_a_browser_reports_by_itself_is_refused_without_a_word(house, ran):
    token = house.enters("trainer")
    report = next(name for name in handlers() if name.endswith(".handle_frontend_exception"))
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token)
        ran.clear()
        deltas, _ = await browser.send(report, {"info": "x", "component_stack": ""}, token=token)

    assert ran == []
    assert "Your role does not allow this." not in repr(deltas)


async def test_a_refusal_says_so_in_a_sentence_and_is_audited(house, ran):
    token = house.enters("trainer")
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token)
        deltas, _ = await browser.send(f"{SHELL}.setvar", {"var_name": "role", "value": "owner"}, token=token)
    assert "Your role does not allow this." in repr(deltas)
    row = audit.page(house.club, CLUB)[0]
    assert (row.deed, row.outcome, row.staff_id, row.address) == (
        f"{SHELL}.setvar", "refused", house.people["trainer"], "203.0.113.5",
    )  # fmt: skip


async def test_a_stranger_is_sent_to_sign_in_and_back_to_the_page_they_wanted(house):
    async with tabs() as browser:
        await browser.send(HYDRATE, path="/")
        _, events = await browser.send(f"{SHELL}.choose_branch", {"code": "main"})
    assert [event.name for event in events] == ["_redirect"]
    assert access.SIGN_IN in repr(events)


async def test_a_revoked_sign_in_is_refused_at_the_next_event_of_the_open_socket(house, ran):
    token = house.enters("front_desk")
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token)
        await browser.send(f"{SHELL}.choose_branch", {"code": "main"}, token=token)
        assert "Shell.choose_branch" in ran
        ran.clear()
        await asyncio.to_thread(staff.deactivate, house.club, CLUB, house.people["front_desk"])
        await browser.send(f"{SHELL}.choose_branch", {"code": "main"}, token=token)
    assert ran == []


async def test_a_person_is_believed_no_longer_than_half_a_second_where_no_change_is_heard(house, monkeypatch):
    token = house.enters("front_desk")
    seconds = [1000.0]
    monkeypatch.setattr(access.time, "monotonic", lambda: seconds[0])
    assert await access.desk_of_token(token)
    with house.club.writing(announce=False) as conn:
        conn.exec_driver_sql("UPDATE staff SET active = false")
    assert await access.desk_of_token(token), "remembered for a moment"
    seconds[0] += 0.5
    assert await access.desk_of_token(token) is None


async def test_whoever_brings_anothers_tab_token_gets_an_empty_tab(house):
    token = house.enters("owner")
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token, tab="shared")
        async with browser.processor._root_context.state_manager.modify_state(_root("shared")) as root:
            (await root.get_state(access.Shell)).clients = "canary of the owner"
        stolen, _ = await browser.send(HYDRATE, tab="shared")
        assert stolen
        assert "canary of the owner" not in repr(stolen)


async def test_a_reload_of_ones_own_tab_keeps_it(house):
    token = house.enters("owner")
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token, tab="mine")
        async with browser.processor._root_context.state_manager.modify_state(_root("mine")) as root:
            (await root.get_state(access.Shell)).clients = "as it was"
        again, _ = await browser.send(HYDRATE, token=token, tab="mine")
        assert "as it was" in repr(again)


async def test_a_stranger_who_hydrates_sees_nothing_of_any_client_or_person(house):
    async with tabs() as browser:
        deltas, _ = await browser.send(HYDRATE)
    shown = repr(deltas)
    assert not [role for role in ROLES if f"{role} person" in shown]


async def test_a_handler_that_breaks_tells_the_browser_nothing(house, monkeypatch):
    token = house.enters("owner")

    def breaks():
        raise RuntimeError("canary of a broken handler")

    async with tabs() as browser:
        await browser.send(HYDRATE, token=token)
        monkeypatch.setattr(shell.hub, "ring", breaks)
        await browser.send(f"{SHELL}.choose_branch", {"code": "main"}, token=token, wait=False)
        await asyncio.sleep(0.1)
        monkeypatch.undo()
        await browser.send(f"{SHELL}.dismiss", {"toast_id": "x"}, token=token)
    assert browser.events == []
    assert "canary of a broken handler" not in repr(browser.deltas)


def test_every_argument_of_every_handler_is_of_a_kind_that_is_checked():
    ours = [name for name in handlers() if arguments.is_ours(name) and not name.endswith(".setvar")]
    odd = [(name, one) for name in ours for one, (kind, _) in arguments.declared(name).items() if kind not in arguments.KINDS]
    assert ours
    assert odd == []


@pytest.mark.parametrize(
    "payload",
    [
        {}, {"code": 1}, {"code": None}, {"code": ["main"]}, {"code": {"main": "x"}}, {"code": float("nan")}, {"code": True},
        {"code": "main", "role": "owner"}, {"code": "a\0b"}, {"code": "\ud800"}, {"code": "x" * 20_001},
    ],
)  # fmt: skip
async def test_what_a_handler_does_not_take_never_reaches_it_and_is_said_in_a_sentence(house, ran, payload):
    token = house.enters("owner")
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token)
        ran.clear()
        deltas, _ = await browser.send(f"{SHELL}.choose_branch", payload, token=token)
    assert ran == []
    assert "Reload the page and try again." in repr(deltas)


@pytest.mark.parametrize(
    ("payload", "fits"),
    [
        ({"name": "grace_days", "by": 1}, True), ({"name": "grace_days", "by": True}, False), ({"name": "grace_days", "by": "1"}, False),
        ({"name": "grace_days", "by": 1.5}, False), ({"name": "grace_days", "by": 2**60}, False), ({"name": "grace_days"}, False),
    ],
)  # fmt: skip
def test_a_number_is_a_whole_one(payload, fits):
    step = next(name for name in handlers() if name.endswith("settings_state.step"))
    assert arguments.fit(step, payload) is fits


@pytest.mark.parametrize(
    ("typed", "fits"),
    [({}, True), ({"name": "Anna"}, True), ({"name": None}, False), ({"name": {"x": "y"}}, False), ([], False), ("name", False), ({"n" * 20_001: ""}, False)],
)  # fmt: skip
def test_a_form_is_names_and_texts(typed, fits):
    send = next(name for name in handlers() if name.endswith("add_state.send"))
    assert arguments.fit(send, {"typed": typed}) is fits


def _root(tab):
    import reflex as rx

    return rx.BaseStateToken(ident=tab, cls=rx.State)
