"""Open pages without a browser: what wakes them, what they read then, and whose sign-in has ended."""

from __future__ import annotations

import asyncio

import pytest

from club_ui import access, frame
from club_ui.state import client as client_page
from club_ui.state.client import ClientState
from club_ui.state.shell import Shell
from lifecycle import passwords
from lifecycle.actions import deeds, signing_in
from lifecycle.store import sign_ins
from tests.security.tab import tabs

#: What a browser sends when its socket opens: the page of its address is loaded and goes on watching.
OPEN = "reflex___state____state.hydrate_and_load"


@pytest.fixture
def signed_in(small_club, owner):
    """Sign the owner in once more; gives the token."""

    def sign_in():
        token, now = passwords.new_token(), small_club.clock.now()
        values = {"staff_id": owner.staff_id, "created_at": now, "seen_at": now, "address": "", "agent": ""}
        with small_club.writing() as conn:
            sign_ins.add(conn, token_hash=passwords.token_hash(token), **values)
        return token

    return sign_in


async def until(holds):
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to be")


def shown(browser, tab, state, name):
    """The last value of a var that the tab was sent; None where it never was."""
    key = state.get_full_name(), f"{name}_rx_state_"
    found = [delta[key[0]][key[1]] for to, delta in browser.deltas if to == tab and key[1] in delta.get(key[0], {})]
    return found[-1] if found else None


async def test_many_open_pages_show_a_fact_and_read_it_once(given, signed_in, monkeypatch):
    read = []
    counted = frame._count
    monkeypatch.setattr(frame, "_count", lambda *args: (read.append(1), counted(*args))[1])
    names = [f"tab {number}" for number in range(8)]
    async with tabs() as browser:
        for name in names:
            await browser.send(OPEN, token=signed_in(), tab=name, path="/folders", wait=False)
        await until(lambda: all(shown(browser, name, Shell, "clients") == "0" for name in names))
        before = len(read)

        await asyncio.to_thread(given)

        await until(lambda: all(shown(browser, name, Shell, "clients") == "1" for name in names))
    assert len(read) == before + 1


async def test_another_clients_fact_loads_a_profile_no_more_than_its_frame(given, small_club, owner, signed_in, monkeypatch):
    anna, boris = given(name="Anna"), given(name="Boris")
    monkeypatch.setattr(ClientState, "_part", lambda _state, _name: str(anna))
    read = []
    whole = client_page._read
    monkeypatch.setattr(client_page, "_read", lambda *args: (read.append(1), whole(*args))[1])
    async with tabs() as browser:
        await browser.send(OPEN, token=signed_in(), path=f"/client/{anna}", wait=False)
        await until(lambda: shown(browser, "tab", ClientState, "title") == "Anna")
        loaded = len(read)

        await asyncio.to_thread(deeds.move_to_guest, small_club, owner, boris, key="boris")
        await asyncio.to_thread(given, name="Clara")
        await until(lambda: shown(browser, "tab", Shell, "clients") == "3")
        unmoved = len(read)

        await asyncio.to_thread(deeds.move_to_guest, small_club, owner, anna, key="anna")
        await until(lambda: shown(browser, "tab", ClientState, "folder_codes") == "guest")

    assert unmoved == loaded
    assert len(read) > loaded


async def test_a_revoked_sign_in_puts_its_open_page_out_and_no_other(small_club, owner, signed_in):
    stays, goes = signed_in(), signed_in()
    desk = signing_in.desk_of(small_club, goes)
    async with tabs() as browser:
        for name, token in (("stays", stays), ("goes", goes)):
            await browser.send(OPEN, token=token, tab=name, path="/folders", wait=False)
        await until(lambda: shown(browser, "goes", Shell, "clients") == shown(browser, "stays", Shell, "clients") == "0")

        await asyncio.to_thread(signing_in.revoke, small_club, owner, desk.session_id)

        await until(lambda: browser.events)
    assert {to for to, _ in browser.events} == {"goes"}
    assert shown(browser, "goes", Shell, "name") == ""


async def test_a_role_is_looked_up_no_more_when_clients_move(given, small_club, signed_in, monkeypatch):
    asked = []
    look_up = signing_in.desks_of
    monkeypatch.setattr(access.signing_in, "desks_of", lambda *args: (asked.append(1), look_up(*args))[1])
    monkeypatch.setattr(access, "BELIEVED", 60)
    token = signed_in()
    assert await access.desk_of_token(token)
    await asyncio.to_thread(given)
    assert await access.desk_of_token(token)
    assert len(asked) == 1

    small_club.announce()

    assert await access.desk_of_token(token)
    assert len(asked) == 2


async def test_persons_asked_for_lately_are_looked_up_together(signed_in, monkeypatch):
    asked = []
    look_up = signing_in.desks_of
    monkeypatch.setattr(access.signing_in, "desks_of", lambda club, tokens: (asked.append(len(tokens)), look_up(club, tokens))[1])
    monkeypatch.setattr(access, "BELIEVED", 0)
    tokens = [signed_in() for _ in range(5)]
    for token in tokens:
        await access.desk_of_token(token)
    asked.clear()

    found = await asyncio.gather(*(access.desk_of_token(token) for token in tokens))

    assert all(found)
    assert asked == [5]
