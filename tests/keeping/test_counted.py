"""What is counted and not made: chosen by a person, spread over days, made once (spec: board, section 7)."""

from __future__ import annotations

from collections import Counter

import pytest

from lifecycle import keeping, store
from lifecycle.actions import audit, recording
from lifecycle.actions import rules as doors
from lifecycle.check import check
from lifecycle.days import iso
from lifecycle.errors import BadInput, IllegalMove, NotFound, Refused
from lifecycle.importing.command import count_cards, run
from lifecycle.keeping import counting
from tests.keeping.conftest import desk_of, moscow
from tests.lives import OWNER, member, recorded, walk

PEOPLE = "name;phone;product;sold;activated;days\n" + "".join(
    f"Client {number};+7916000{number:04};Year;2025-03-01;2025-03-01;30\n" for number in range(7)
)


@pytest.fixture
def imported(board, tmp_path):
    """Seven people whose membership of a month ended a year ago come from a table."""
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    return brought(board, file)


def brought(board, file):
    """An import as the command line does it."""
    return count_cards(board.club, run(board.club, OWNER, [file]))


def counted(board, desk=None):
    with board.club.reading() as conn:
        return store.counted.by_rule(conn, desk)


def make(board, rules=("win_back",), days=1, key="k", desk=OWNER):
    return doors.make_counted(board.club, desk, rules=rules, days=days, key=key)


def dues(board):
    return Counter(iso(card.due_on) for card in board.cards(rule="win_back"))


# --- counting ---------------------------------------------------------------------------------------


def test_an_import_makes_none_and_ends_with_their_count(board, imported):
    assert board.cards() == []
    assert imported.called_for == {"win_back": 7}
    assert counted(board) == {"win_back": 7}


def test_the_same_import_again_brings_none_and_leaves_the_count(board, imported, tmp_path):
    assert brought(board, tmp_path / "people.csv").called_for == {}
    assert counted(board) == {"win_back": 7}


def test_a_dry_run_counts_nothing(board, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")

    assert run(board.club, OWNER, [file], dry_run=True).called_for == {}


def test_an_import_counts_its_own_clients_alone(board, tmp_path):
    member(board.club, "Анна")
    walk(board.club, moscow("2026-03-20"))
    with board.club.writing() as conn:
        store.agenda.look_at_everybody(conn)
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")

    assert brought(board, file).called_for == {"win_back": 7}
    assert counted(board) == {"win_back": 7, "renewal": 1}


def test_what_is_no_longer_called_for_is_counted_no_more(board, imported):
    somebody = counted_clients(board)[0]

    recorded(board.club, somebody, "r", {"type": "contact", "direction": "out", "kind": "win_back", "outcome": "wont_come", "reason": "moved"})

    assert counted(board) == {"win_back": 6}


def counted_clients(board):
    return [one.client_id for one, _stage in doors.whom(board.club, OWNER, "win_back")]


def test_an_undoing_counts_what_it_calls_for(board):
    anna = member(board.club, "Анна")
    sold = recorded(board.club, anna, "s", {"type": "membership_sold", "membership": "m2", "billing": "term", "days": 30, "amount": 1})
    board.until("2026-03-20")
    assert board.cards(anna) == []

    recording.undo(board.club, OWNER, anna, sold, key="u")

    assert board.cards(anna) == []
    assert counted(board) == {"renewal": 1}


def test_time_that_makes_the_card_takes_it_off_the_count(board):
    anna = member(board.club, "Анна")
    walk(board.club, moscow("2026-03-20"))
    with board.club.writing() as conn:
        store.agenda.look_at_everybody(conn)
    board.work()
    assert counted(board) == {"renewal": 1}

    board.until("2026-03-30")

    assert board.open(anna) == ["contract_expiring"]
    assert counted(board) == {}


# --- making -----------------------------------------------------------------------------------------


def test_chosen_cards_are_made_spread_over_the_days(board, imported):
    order = make(board, days=3)

    made = keeping.make_ordered(board.club)

    assert (order.count, made) == (7, 7)
    assert dues(board) == {"2026-03-02": 3, "2026-03-03": 2, "2026-03-04": 2}
    assert counted(board) == {}
    assert check(board.club) == []


def test_each_is_made_once_whatever_comes_twice(board, imported):
    assert make(board) == make(board)
    for _ in range(3):
        keeping.make_ordered(board.club)
    with pytest.raises(IllegalMove):
        make(board, key="another")
    with board.club.writing() as conn:
        store.agenda.look_at_everybody(conn)
    board.work()

    assert len(board.cards(rule="win_back")) == 7
    assert make(board).made == 7


def test_an_order_that_was_cut_off_goes_on(board, imported, monkeypatch):
    monkeypatch.setattr(counting, "CHUNK", 2)
    order = make(board, days=2)
    leads = iter([True, True, False])

    first = keeping.make_ordered(board.club, still_leading=lambda _conn: next(leads))
    rest = keeping.make_ordered(board.club)

    assert (first, rest, order.count) == (4, 3, 7)
    assert dues(board) == {"2026-03-02": 4, "2026-03-03": 3}


def test_what_ended_meanwhile_is_left_out(board, imported):
    make(board)
    somebody = counted_clients_ordered(board)
    recorded(board.club, somebody, "a", {"type": "archived", "reason": "x"})

    assert keeping.make_ordered(board.club) == 6
    assert board.cards(somebody) == []


def counted_clients_ordered(board):
    with board.club.reading() as conn:
        return min(store.counted.ordered(conn, 10))


def test_every_day_has_a_share_of_every_rule(board, imported):
    for number in range(2):
        member(board.club, f"Member {number}")
    walk(board.club, moscow("2026-03-20"))
    with board.club.writing() as conn:
        store.agenda.look_at_everybody(conn)
    board.work()

    make(board, rules=("win_back", "renewal"), days=2)
    keeping.make_ordered(board.club)

    assert Counter(iso(card.due_on) for card in board.cards(rule="renewal")) == {"2026-03-20": 1, "2026-03-21": 1}


def test_an_order_carried_out_late_makes_nothing_overdue(board, imported):
    make(board, days=3)
    walk(board.club, moscow("2026-03-10"))

    keeping.make_ordered(board.club)

    assert set(dues(board)) == {"2026-03-10"}


def test_a_chain_made_so_goes_on_like_any_other(board, imported):
    make(board)
    keeping.make_ordered(board.club)

    following = board.finish(board.cards(rule="win_back")[0])

    assert (following.number, iso(following.due_on)) == (2, "2026-04-01")


def test_a_rule_that_is_off_is_neither_counted_nor_made(board, imported):
    doors.tune(board.club, OWNER, "win_back", version=0, on=False)
    board.work()

    assert counted(board) == {}
    doors.tune(board.club, OWNER, "win_back", version=1, on=True)
    board.work()
    assert counted(board) == {"win_back": 7}
    assert board.cards() == []


# --- who may, and what is refused ---------------------------------------------------------------------


def test_a_manager_makes_those_of_their_own_branches(board, imported):
    with board.club.writing() as conn:
        east = store.branches.add(conn, code="east", name="East", timezone="Asia/Vladivostok", country="RU")
    mila = desk_of(board.club, "mila")
    stranger = type(mila)(mila.staff_id, mila.name, mila.role, frozenset({east}))

    assert counted(board, stranger) == {}
    with pytest.raises(IllegalMove):
        make(board, desk=stranger)
    assert make(board, desk=mila).count == 7


def test_the_front_desk_may_not(board, imported):
    with pytest.raises(Refused):
        make(board, desk=desk_of(board.club, "lisa"))
    with pytest.raises(Refused):
        doors.look(board.club, desk_of(board.club, "lisa"))


@pytest.mark.parametrize(("given", "error"), [
    ({"days": 0}, BadInput), ({"days": 61}, BadInput), ({"days": "5"}, BadInput), ({"days": True}, BadInput),
    ({"rules": ()}, BadInput), ({"rules": ("nothing",)}, NotFound), ({"rules": ("debt",)}, IllegalMove), ({"key": ""}, BadInput),
])  # fmt: skip
def test_an_order_that_cannot_be_is_refused(board, imported, given, error):
    with pytest.raises(error):
        make(board, **given)


def test_an_order_stands_in_the_audit(board, imported):
    order = make(board, days=2)

    (row,) = audit.page(board.club, OWNER, deed="make_counted_cards")
    assert row.detail == {"order": order.id, "rules": ["win_back"], "days": 2, "cards": 7}


def test_a_counted_card_that_nothing_calls_for_is_found_by_the_check(board, imported):
    assert check(board.club) == []
    with board.club.writing() as conn:
        key = next(iter(store.counted.of_clients(conn, [1])[1]))
        store.counted.keep(conn, {1: {key: "renewal"}, 2: {"win_back:2:2020-01-01:1": "win_back"}})

    assert sorted(str(one) for one in check(board.club)) == [
        f"counted card {key} of client 1: stored renewal, the facts say win_back",
        "counted card win_back:2:2020-01-01:1 of client 2: stored win_back, the facts say none",
    ]
