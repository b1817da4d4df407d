"""Now: what is overdue, one's own by name and the others' by how many; it turns by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from club_ui.overdue_rows import overdue_rows
from lifecycle import board, days, store
from lifecycle.actions import cards, staff
from lifecycle.desk import Desk


@pytest.fixture
def dina(small_club, owner):
    number = staff.add(small_club, owner, login="dina", name="Dina", role="front_desk", password="a long enough phrase", branches=[1])
    return Desk(number, "Dina", "front_desk", frozenset({1}))


@pytest.fixture
def late(small_club, owner, given):
    """Make a card due so many days ago, of somebody."""

    def card(days, whose=None, name="Anna Karenina"):
        day = (small_club.clock.now() - timedelta(days=days)).date().isoformat()
        values = {"due": day, "status": "new_contact", "responsible_id": whose, "step": "call"}
        return cards.make(small_club, owner, key=f"{name}{days}{whose}", client_id=given(name=name), **values).card

    return card


def read(club, desk, language="ru"):
    with club.reading() as conn:
        found = board.overdue(conn, desk, club.clock.now())
    return found, overdue_rows(language, desk, found, club.clock.now())


def test_ones_own_come_by_name_the_longest_late_first(small_club, dina, late):
    late(1, dina.staff_id, "Boris")
    late(3, dina.staff_id, "Anna")

    _, box = read(small_club, dina)

    assert [(one.name, one.late) for one in box.cards] == [("Anna", "просрочено на 3 дня"), ("Boris", "просрочено на 1 день")]
    assert (box.mine, box.people) == ("Мои: 2", [])


def test_the_others_come_by_how_many_nobodys_too(small_club, owner, dina, late):
    late(1, dina.staff_id, "Boris")
    late(2, dina.staff_id, "Anna")
    late(2, None, "Vera")

    found, box = read(small_club, owner)

    assert found.total == 3
    assert [(one.name, one.count, one.href) for one in box.people] == [
        ("Dina", "2", f"/board?who={dina.staff_id}"), ("Без ответственного", "1", "/board?who=nobody"),
    ]  # fmt: skip
    assert box.mine == ""


def test_what_is_due_today_is_not_late(small_club, owner, late):
    late(0)

    found, box = read(small_club, owner)

    assert (found.total, box.total) == (0, "")
    assert found.turns_at is not None


def test_whoever_sees_their_own_cards_alone_is_told_of_no_other(small_club, dina, late):
    late(1, None)
    trainer = replace(dina, role="trainer")

    found, box = read(small_club, trainer)

    assert (found.total, box.people) == (0, [])


def test_many_of_ones_own_lead_to_the_board(small_club, dina, late):
    for place in range(7):
        late(place + 1, dina.staff_id, f"Client {place}")

    _, box = read(small_club, dina, "en")

    assert (len(box.cards), box.rest) == (5, "2 more on the board")


def test_what_nobody_worked_is_shown_by_name_to_who_answers_for_it(small_club, owner, dina, member):
    gone = member(left=-17, name="Gleb Gone")
    with small_club.writing() as conn:
        (card,) = store.cards.open_of_client(conn, gone)
        now = small_club.clock.now()
        today = days.day_of(now, ZoneInfo("Europe/Moscow"))
        store.cards.change(conn, card, {"due_on": today - 3, "shown_at": now, "responsible_id": dina.staff_id})
    manager = replace(dina, role="manager", staff_id=None)

    boxes = [read(small_club, who)[1] for who in (owner, manager, dina)]

    assert [(box.raised, [(one.name, one.who, one.late) for one in box.raised_cards]) for box in boxes[:2]] == [
        ("Возврат стоит без движения: 1", [("Gleb Gone", "Dina", "просрочено на 3 дня")])
    ] * 2
    assert boxes[2].raised == ""


def test_what_was_planned_anew_is_shown_no_more(small_club, owner, member):
    gone = member(left=-17)
    with small_club.writing() as conn:
        (card,) = store.cards.open_of_client(conn, gone)
        store.cards.change(conn, card, {"due_on": card.due_on - 3, "shown_at": small_club.clock.now() - timedelta(days=5)})

    assert read(small_club, owner)[0].raised == 0
