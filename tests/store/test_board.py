"""What the database counts and pages as columns is what the rule says of each card, in every branch and zone, on both databases."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from lifecycle import board, store
from lifecycle.actions import clients, staff
from lifecycle.board import Filters
from lifecycle.cards import COLUMNS
from lifecycle.club import Club
from lifecycle.days import day_of
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import BadInput, NotFound, Refused

OWNER = Desk(None, "Olga", "owner")
ZONES = {"south": "Europe/Kyiv", "west": "America/New_York", "far": "Asia/Vladivostok"}


@pytest.fixture
def people(club: Club) -> dict[str, int]:
    """Two who work at the club, by their login."""
    return {
        name: staff.add(club, CLUB, login=name, name=name.title(), role=role, password="three blue kettles", branches=[1])
        for name, role in (("dina", "front_desk"), ("timur", "trainer"))
    }


@pytest.fixture
def branches(club: Club) -> list[store.branches.BranchRow]:
    with club.writing() as conn:
        for code, zone in ZONES.items():
            store.branches.add(conn, code=code, name=code, timezone=zone, country="RU")
        return store.branches.every(conn)


def a_card(club: Club, number: int, **given: Any) -> int:
    """A card of its own client; gives its id."""
    client = clients.add_client(club, OWNER, name=given.pop("name", f"Client {number}"), key=f"c{number}", phone=given.pop("phone", None))
    with club.writing() as conn:
        values = {"key": f"k{number}", "client_id": client.client_id, "branch_id": 1, "created_at": club.clock.now()}
        made = store.cards.add(conn, values | given)
    assert made is not None
    return made


def many_cards(club: Club, branches: list[store.branches.BranchRow], count: int, people: dict[str, int]) -> None:
    """Cards of every kind around now."""
    chance, now = random.Random(7), club.clock.now()
    client = clients.add_client(club, OWNER, name="Anna", key="anna").client_id
    with club.writing() as conn:
        for number in range(count):
            branch = chance.choice(branches)
            due_at = now + timedelta(minutes=chance.randint(-9000, 14000)) if chance.random() < 0.4 else None
            due_on = day_of(now, branch.zone) + chance.randint(-6, 12) if chance.random() < 0.7 else None
            store.cards.add(conn, {
                "key": f"m{number}", "client_id": client, "branch_id": branch.id, "created_at": now,
                "status": chance.choice([None, "thinking", "agreed"]), "due_on": due_on, "due_at": due_at,
                "responsible_id": chance.choice([None, *people.values()]), "priority": chance.choice([1, 5]),
                "rule": chance.choice(["manual", "renewal"]),
            })  # fmt: skip


def everything(club: Club) -> list[tuple[store.cards.CardRow, str]]:
    """Each open card with the column that the rule gives it."""
    with club.reading() as conn:
        zones = {one.id: one.zone for one in store.branches.every(conn)}
        client = store.clients.ids(conn)
        rows = [row for one in client for row in store.cards.open_of_client(conn, one)]
    return [(row, row.column(club.clock.now(), zones[row.branch_id])) for row in rows]


def pages(club: Club, code: str, filters: Filters, limit: int, desk: Desk = OWNER) -> list[int]:
    """All cards of a column, page by page."""
    with club.reading() as conn:
        column = next(one for one in board.read(conn, desk, club.clock.now(), filters, limit=limit) if one.code == code)
        found, cursor = [face.card.id for face in column.cards], column.next
        while cursor is not None:
            column = board.more(conn, desk, club.clock.now(), code, cursor, filters, limit=limit)
            assert 0 < len(column.cards) <= limit
            found, cursor = [*found, *(face.card.id for face in column.cards)], column.next
    assert len(found) == column.count
    return found


@pytest.mark.parametrize("hours", [0, 17, 37, 139])
def test_the_database_and_the_rule_agree_on_every_column_in_every_zone(club: Club, branches, people, hours: int):
    many_cards(club, branches, 240, people)
    club.clock.at += timedelta(hours=hours)

    meant = everything(club)

    with club.reading() as conn:
        columns = board.read(conn, OWNER, club.clock.now())
    assert {one.code: one.count for one in columns} == {code: Counter(each for _, each in meant)[code] for code in COLUMNS}
    for code in COLUMNS:
        assert set(pages(club, code, Filters(), 7)) == {row.id for row, each in meant if each == code}
        assert all(face.column == one.code for one in columns for face in one.cards)


def test_pages_go_on_in_the_order_of_day_time_priority_and_age(club: Club, branches, people):
    many_cards(club, branches, 240, people)
    rows = {row.id: row for row, _ in everything(club)}
    last = datetime.max.replace(tzinfo=club.clock.now().tzinfo)

    for code in COLUMNS:
        found = [rows[one] for one in pages(club, code, Filters(), 5)]
        order = [(row.due_on is None, row.due_on or 0, row.ends_at or last, row.priority, row.id) for row in found]
        assert order == sorted(order)


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        (Filters(branch="south"), lambda row, _people: row.branch_id == 2),
        (Filters(status="thinking"), lambda row, _people: row.status == "thinking"),
        (Filters(status="none"), lambda row, _people: row.status is None),
        (Filters(responsible="nobody"), lambda row, _people: row.responsible_id is None),
        (Filters(responsible="me"), lambda row, people: row.responsible_id == people["dina"]),
        (Filters(responsible="2"), lambda row, _people: row.responsible_id == 2),
        (Filters(cause="renewal", branch="west"), lambda row, _people: row.rule == "renewal" and row.branch_id == 3),
    ],
)
def test_counts_and_cards_follow_the_filter(club: Club, branches, people, filters: Filters, fits):
    many_cards(club, branches, 200, people)
    dina = Desk(people["dina"], "Dina", "owner")

    for code in COLUMNS:
        meant = {row.id for row, each in everything(club) if each == code and fits(row, people)}
        assert set(pages(club, code, filters, 50, dina)) == meant


@pytest.mark.parametrize(("q", "whose"), [("бел", {"anna"}), ("БЕЛОВА", {"anna"}), ("4567", {"anna"}), ("б", {"anna", "boris"}), ("ничего", set()), ("%", set())])
def test_fragments_of_names_and_numbers_narrow_the_board(club: Club, q: str, whose: set[str]):
    cards = {
        "anna": a_card(club, 1, name="Анна Белова", phone="8 916 123-45-67"),
        "boris": a_card(club, 2, name="Борис", phone="8 916 000-00-00"),
    }

    assert set(pages(club, "unsorted", Filters(q=q), 50)) == {cards[one] for one in whose}


def test_a_search_finds_more_people_than_a_statement_takes_values(club: Club):
    for number in range(5):
        a_card(club, number, name="Иван")

    with club.reading() as conn:
        sought = store.board.Sought(clients=range(1, 40_000))
        counts = store.board.counts(conn, OWNER, store.branches.every(conn), club.clock.now(), sought)
    assert counts["unsorted"] == 5


def test_a_trainer_sees_own_cards_alone_and_names_without_numbers(club: Club, people):
    trainer = Desk(people["timur"], "Timur", "trainer", frozenset({1}))
    own = a_card(club, 1, name="Анна Белова", phone="8 916 123-45-67", responsible_id=people["timur"])
    others = a_card(club, 2, name="Анна Серова", phone="8 916 765-43-21")

    with club.reading() as conn:
        faces = board.read(conn, trainer, club.clock.now())[0].cards
        assert [(one.card.id, one.client, one.phone) for one in faces] == [(own, "Анна Белова", None)]
        assert board.read(conn, trainer, club.clock.now(), Filters(q="бел"))[0].count == 1
        # A number that finds its owner would give itself away, digit by digit.
        assert board.read(conn, trainer, club.clock.now(), Filters(q="916123"))[0].count == 0
        with pytest.raises(NotFound):
            board.opened(conn, trainer, club.clock.now(), others)


def test_others_branches_are_not_there(club: Club, branches):
    card = a_card(club, 1, branch_id=2)
    dina = Desk(None, "Dina", "front_desk", frozenset({1}))

    with club.reading() as conn:
        assert sum(one.count for one in board.read(conn, dina, club.clock.now())) == 0
        with pytest.raises(NotFound):
            board.opened(conn, dina, club.clock.now(), card)
        with pytest.raises(BadInput, match="unknown_branch"):
            board.read(conn, dina, club.clock.now(), Filters(branch="south"))


def test_whoever_has_no_right_sees_no_board(club: Club):
    with club.reading() as conn, pytest.raises(Refused):
        board.read(conn, Desk(None, "Nobody", "stranger", frozenset()), club.clock.now())


@pytest.mark.parametrize("cursor", ["x", "1.2.3", "5.-.1.1", "99999999999.1.1.1", "1.1.1.1.1"])
def test_a_cursor_that_is_none_is_refused(club: Club, cursor: str):
    with club.reading() as conn, pytest.raises(BadInput, match="bad_cursor"):
        board.more(conn, OWNER, club.clock.now(), "later", cursor)


def test_the_next_turn_is_the_nearest_end(club: Club):
    now = club.clock.now()
    a_card(club, 1, due_at=now + timedelta(minutes=5), status="thinking")
    a_card(club, 2, due_at=now - timedelta(minutes=5), status="thinking")
    a_card(club, 3, due_on=day_of(now, store_zone(club)))

    with club.reading() as conn:
        first = store.cards.next_turn(conn, now)
        second = store.cards.next_turn(conn, now + timedelta(minutes=5))

    assert first == now + timedelta(minutes=5)
    assert second == datetime(2026, 3, 2, 21, tzinfo=now.tzinfo)


def store_zone(club: Club):
    with club.reading() as conn:
        return store.branches.every(conn)[0].zone
