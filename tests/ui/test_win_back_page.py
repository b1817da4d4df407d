"""The page of winning back, loaded without a browser."""

from club_ui.state.win_back import WinBackState
from lifecycle import store


async def test_reasons_stand_in_the_readers_words_with_what_is_behind_them(here, given, small_club):
    client, now = given(), small_club.clock.now()
    values = {"key": "win_back:1", "client_id": client, "branch_id": 1, "rule": "win_back", "created_at": now, "changed_at": now}
    with small_club.writing() as conn:
        card = store.cards.get(conn, here.desk, store.cards.add(conn, values))
        store.cards.close(conn, card, result="done", reason="price", by="irina", staff_id=here.desk.staff_id, at=now)
    state = WinBackState(_reflex_internal_init=True)

    await state._load(here)

    (row,) = state.leaving
    assert (row.word, row.count, row.share, row.parts) == ("Цена", "1", "100%", "Зашёл сам 1")
    assert [(one.name, one.closed) for one in state.people] == [("Irina Sokolova", "1")]
    assert not state.nothing


async def test_other_days_are_a_press_away_even_where_these_tell_nothing(here):
    state = WinBackState(_reflex_internal_init=True)

    await state._load(here)

    assert state.nothing
    assert [(one.word, one.chosen) for one in state.spans] == [("30 дней", False), ("90 дней", True), ("365 дней", False)]
    assert state.spans[2].href == "?by=source&days=365"
