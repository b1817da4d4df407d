"""Win-back on a real board: in turn, one after another, escalating, credited (spec: board, section 8)."""

from __future__ import annotations

from lifecycle.actions import cards as doors
from lifecycle.actions import clients, consents
from lifecycle.check import check
from lifecycle.days import iso
from tests.keeping.conftest import desk_of, moscow
from tests.lives import OWNER, member, recorded, walk


def lost(board, *names):
    """Members whose last covered day is 31 March; on 17 April they are lost."""
    ids = [member(board.club, name) for name in names]
    board.until("2026-04-17")
    return ids


def test_the_lost_are_given_to_the_people_of_the_branch_in_turn(board):
    ids = lost(board, "Анна", "Борис", "Вера", "Глеб")

    whose = [board.only(one, "win_back").responsible_id for one in ids]

    assert sorted(whose[:3]) == [1, 2, 3]
    assert whose[3] == whose[0]


def test_whose_client_it_is_has_the_card(board):
    anna = member(board.club, "Анна")
    clients.change_client(board.club, OWNER, anna, version=1, responsible_id=2)
    board.until("2026-04-17")

    assert board.only(anna, "win_back").responsible_id == 2


def test_a_closed_card_is_followed_by_the_next_with_the_same_status_and_person(board):
    (anna,) = lost(board, "Анна")
    card = board.only(anna, "win_back")
    card = doors.edit(board.club, desk_of(board.club, "mila"), card.id, version=card.version, status="thinking")

    following = board.finish(card, reason="price")

    assert (following.number, iso(following.due_on), following.status) == (2, "2026-05-01", "thinking")
    assert following.responsible_id == card.responsible_id
    assert following.column(board.club.clock.now(), moscow("2026-04-17").tzinfo) == "later"
    assert check(board.club) == []


def test_what_the_person_agreed_plans_the_next_card_and_makes_none_besides(board):
    (anna,) = lost(board, "Анна")

    following = board.finish(board.only(anna, "win_back"), then={"due": "2026-04-20", "comment": "Просила позвонить"}, key="f")

    assert (following.rule, iso(following.due_on), following.last_words) == ("win_back", "2026-04-20", "Просила позвонить")
    assert len(board.open(anna)) == 1
    assert board.finish(board.cards(anna)[-2], key="f").id == following.id


def test_where_no_day_was_agreed_the_next_card_keeps_the_day_of_the_rules(board):
    (anna,) = lost(board, "Анна")

    following = board.finish(board.only(anna, "win_back"), then={"step": None, "due": None, "comment": "Думает"})

    assert (following.step, iso(following.due_on), following.last_words) == ("call", "2026-05-01", "Думает")


def test_a_card_let_lie_is_shown_to_the_manager_and_then_handed_over(board):
    (anna,) = lost(board, "Анна")
    first = board.only(anna, "win_back").responsible_id

    board.until("2026-04-20")
    shown = board.only(anna, "win_back")
    board.until("2026-04-23")
    handed = board.only(anna, "win_back")

    assert (shown.shown_at, shown.responsible_id) == (moscow("2026-04-20", 0), first)
    assert handed.handed_at == moscow("2026-04-23", 0)
    assert handed.responsible_id not in (first, None)
    assert board.events(handed) == ["made", "shown", "handed"]


def test_a_card_that_a_person_planned_anew_does_not_escalate_by_the_old_due(board):
    (anna,) = lost(board, "Анна")
    card = board.only(anna, "win_back")

    doors.edit(board.club, desk_of(board.club, "mila"), card.id, version=card.version, due="2026-04-25")
    board.until("2026-04-27")
    assert board.only(anna, "win_back").shown_at is None
    board.until("2026-04-28")

    assert board.only(anna, "win_back").shown_at == moscow("2026-04-28", 0)


def test_the_return_is_credited_to_the_last_cards_person(board):
    (anna,) = lost(board, "Анна")
    following = board.finish(board.only(anna, "win_back"))
    walk(board.club, moscow("2026-04-20"))

    recorded(board.club, anna, "back", {"type": "purchase", "amount": 100, "what": "вода"})

    last = board.cards(anna, "win_back")[-1]
    assert (last.id, last.result, last.cause["returned"], last.cause["credited"]) == (following.id, "not_needed", "2026-04-20", last.responsible_id)
    assert board.events(last) == ["made", "returned", "closed"]


def test_a_refusal_with_its_reason_ends_it(board):
    (anna,) = lost(board, "Анна")

    following = board.finish(board.only(anna, "win_back"), "refused", reason="moved")
    board.until("2026-09-01")

    assert following is None
    assert board.open(anna) == []


def test_who_withdraws_their_consent_is_called_no_more_until_they_give_it_again(board):
    (anna,) = lost(board, "Анна")
    given = consents.give(board.club, OWNER, anna, purpose="contact", text_version="1")
    assert board.open(anna) == ["win_back"]

    consents.withdraw(board.club, OWNER, anna, given)
    assert board.open(anna) == []
    consents.give(board.club, OWNER, anna, purpose="contact", channel="email", text_version="1")

    assert [(card.number, card.closed_at is None) for card in board.cards(anna, "win_back")] == [(1, False), (2, True)]
    assert check(board.club) == []


def test_who_is_not_to_be_contacted_is_not_won_back(board):
    (anna,) = lost(board, "Анна")

    consents.do_not_contact(board.club, OWNER, anna, on=True)
    board.until("2026-09-01")

    assert board.open(anna) == []
    assert check(board.club) == []
