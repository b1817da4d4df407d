"""The page of receivers: who hears of what, what was sent and answered, in words."""

from __future__ import annotations

import pytest

from club_ui.state import hooks
from club_ui.state.hooks import HooksState
from lifecycle import store
from lifecycle.actions import clients, out_hooks
from lifecycle.errors import BadInput, Conflict, NotFound
from lifecycle.outbox import sending


@pytest.fixture
def books(small_club, owner):
    return hooks._create(small_club, owner, {"name": "Books", "url": "https://books.example/club", "events": "placement,card", "branch": ""})


async def shown(here, of="", only="", before=None):
    state = HooksState(_reflex_internal_init=True)
    state.of, state.only, state._before = of, only, before
    await state._load(here)
    return state


async def test_a_receiver_stands_with_what_it_hears_and_no_secret(here, books):
    (row,) = (await shown(here)).rows

    assert (row.name, row.state, row.active) == ("Books", "on", True)
    assert row.hears == "куда перешли клиенты, что с карточками"
    assert books.secret not in repr(row)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"url": "ftp://x"}, "url"), ({"url": "http://books.example/"}, "url"), ({"name": " "}, "name"), ({"events": ""}, "events"), ({"events": "weather"}, "events")],
)
def test_what_cannot_be_added_is_refused_by_its_field(small_club, owner, typed, field):
    with pytest.raises(BadInput) as refused:
        hooks._create(small_club, owner, {"name": "x", "url": "https://books.example/", "events": "card", "branch": "", **typed})

    assert refused.value.errors[0].field == field


async def test_it_hears_only_of_what_was_chosen(here, small_club, owner):
    made = hooks._create(small_club, owner, {"name": "Books", "url": "https://books.example/", "events": "card", "branch": ""})
    clients.add_client(small_club, owner, name="Anna", key="anna")

    with small_club.reading() as conn:
        hook = store.out_hooks.get(conn, made.hook.id)
        found, _ = store.out_hooks.untold(conn, hook, 10)

    assert hook.events == ["card"]
    assert found == []


async def test_switched_off_and_on_again_it_keeps_what_it_hears(here, small_club, owner, books):
    known = (await shown(here))._hooks[str(books.hook.id)]
    off = hooks._switch(small_club, owner, known)

    assert not off.active
    assert (await shown(here)).rows[0].state == "off"
    assert hooks._switch(small_club, owner, off).active


async def test_a_message_says_what_it_was_about_and_why_nobody_took_it(here, small_club, owner):
    out_hooks.allow_private(small_club, owner, on=True)
    made = hooks._create(small_club, owner, {"name": "Books", "url": "http://127.0.0.1:9/", "events": "placement", "branch": ""})
    anna = clients.add_client(small_club, owner, name="Anna", key="anna").client_id
    sending.run(small_club)

    state = await shown(here, of=str(made.hook.id))
    (message,) = state.messages

    assert (message.client, message.what, message.state, message.answer) == (str(anna), "Клиент переместился", "waiting", "Там никто не слушает")
    assert state.rows[0].state == "failing"
    assert state._turns_at(here) is not None


async def test_older_messages_stand_on_the_next_page(here, small_club, owner, books):
    for number in range(hooks.PAGE + 2):
        clients.add_client(small_club, owner, name=f"Client {number}", key=str(number))
    with small_club.writing() as conn:
        hook = store.out_hooks.get(conn, books.hook.id)
        found, _ = store.out_hooks.untold(conn, hook, 100)
        store.out_hooks.queue(conn, hook.id, found, small_club.clock.now())

    first = await shown(here, of=str(books.hook.id))
    second = await shown(here, of=str(books.hook.id), before=int(first.older.rpartition("=")[2]))

    assert len(first.messages) == hooks.PAGE
    assert first.newest == ""
    assert second.newest == f"?of={books.hook.id}"
    assert not {one.id for one in first.messages} & {one.id for one in second.messages}


@pytest.mark.parametrize("number", ["", "x", "9" * 30, "77"])
def test_a_receiver_that_is_none_is_said_so(small_club, owner, number):
    with pytest.raises(NotFound):
        hooks._rotate(small_club, owner, number)


async def test_what_a_colleague_saved_while_the_form_was_open_is_not_overwritten(here, small_club, owner, books, monkeypatch):
    state, refused = await shown(here), []
    await state.begin(str(books.hook.id))
    out_hooks.change(small_club, owner, books.hook.id, version=books.hook.version, name="Books", url="https://new.example/club", active=True, events=None)
    await state._load(here)

    async def does(door, *given, done):
        try:
            return door(small_club, owner, *given)
        except Conflict as error:
            refused.append(error)

    monkeypatch.setattr(type(state), "_do", lambda _self, *given, done: does(*given, done=done))
    await state.send({"name": "Books", "url": "https://books.example/club", "events": "card"})

    assert len(refused) == 1
    with small_club.reading() as conn:
        assert store.out_hooks.get(conn, books.hook.id).url == "https://new.example/club"
