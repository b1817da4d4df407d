"""A card's place inside its day is that of its client's playbook, wherever the client comes to stand (spec: board, section 9)."""

from __future__ import annotations

from lifecycle import store
from lifecycle.actions import cards as doors
from lifecycle.actions import clients, contracts
from lifecycle.actions.playbooks import change_playbook
from lifecycle.check import check
from tests.keeping.conftest import desk_of
from tests.lives import OWNER, added, member, recorded


def by_hand(board, client_id, key="k"):
    return doors.make(board.club, OWNER, key=key, client_id=client_id, due="2026-03-02", status="thinking").card


def places(board, client_id):
    return [card.priority for card in board.cards(client_id) if card.closed_at is None]


def shipped(board, relation):
    with board.club.reading() as conn:
        return store.playbooks.priorities(conn)[relation]


def test_a_card_by_hand_has_the_place_of_where_its_client_stands(board):
    anna, vera = member(board.club, "Анна"), added(board.club, "Вера")

    cards = by_hand(board, anna, "a"), by_hand(board, vera, "b")

    assert [card.priority for card in cards] == [shipped(board, "current"), shipped(board, "new")] == [4, 3]


def test_a_fact_and_time_alone_take_the_open_cards_along(board):
    vera, anna = added(board.club, "Вера"), member(board.club, "Анна")
    by_hand(board, vera, "v"), by_hand(board, anna, "a")

    recorded(board.club, vera, "t", {"type": "guest_visit", "kind": "tour"})
    assert places(board, vera) == [shipped(board, "in_progress")]
    board.until("2026-04-17")

    assert set(places(board, anna)) == {shipped(board, "departed")}
    assert check(board.club) == []


def test_who_is_taken_back_where_they_stood_has_their_place_back(board):
    vera = added(board.club, "Вера")
    by_hand(board, vera)
    visit = recorded(board.club, vera, "t", {"type": "guest_visit", "kind": "tour"})

    recorded(board.club, vera, "undo", {"type": "voided", "fact": visit[0]})

    assert places(board, vera) == [shipped(board, "new")]


def test_a_card_that_is_there_again_has_the_place_of_now(board):
    anna, texts = member(board.club, "Анна"), dict.fromkeys(("means", "aim", "steps", "questions"), "")
    board.until("2026-03-18")
    contracts.sell(board.club, OWNER, anna, key="s", amount=450000, days=30)
    assert places(board, anna) == []
    change_playbook(board.club, desk_of(board.club, "mila"), "current", language="ru", texts=texts, goal=None, priority=2, version=0)

    contracts.refund(board.club, OWNER, anna, key="r", contract=f"{anna}-1", reason="передумала")

    assert places(board, anna) == [2]
    assert check(board.club) == []


def test_a_company_wound_up_is_urgent_where_it_trained_here_and_else_comes_last(board):
    firm = member(board.club, "ООО Заря", kind="company")
    stranger = clients.add_client(board.club, OWNER, name="ООО Закат", key="z", kind="company").client_id
    for one in (firm, stranger):
        by_hand(board, one, str(one))
        recorded(board.club, one, "m", {"type": "marked", "relation": "liquidated", "reason": "реестр"})

    assert (places(board, firm), places(board, stranger)) == ([1, 1], [9])

    texts = dict.fromkeys(("means", "aim", "steps", "questions"), "")
    change_playbook(board.club, desk_of(board.club, "mila"), "liquidated", language="ru", texts=texts, goal=None, priority=2, version=0)
    board.work()

    assert (places(board, firm), places(board, stranger)) == ([2, 2], [9])
    assert check(board.club) == []
