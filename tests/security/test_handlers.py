"""Every handler that a browser could call, called by whoever has no right to it."""

import asyncio

import pytest
from reflex_base.event.processor import base_state_processor

from club_ui import access
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


async def test_a_refusal_says_so_in_a_sentence_and_is_audited(house, ran):
    token = house.enters("trainer")
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token)
        deltas, _ = await browser.send(f"{SHELL}.setvar", {"var_name": "role", "value": "owner"}, token=token)
    assert "Your role has no right to this." in repr(deltas)
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


async def test_a_handler_that_breaks_tells_the_browser_nothing(house):
    token = house.enters("owner")
    async with tabs() as browser:
        await browser.send(HYDRATE, token=token)
        await browser.send(f"{SHELL}.choose_branch", {"no_such_argument": "x"}, token=token, wait=False)
        await browser.send(f"{SHELL}.dismiss", {"toast_id": "x"}, token=token)
    assert browser.events == []


def _root(tab):
    import reflex as rx

    return rx.BaseStateToken(ident=tab, cls=rx.State)
