"""One client on whom the rules of cards or of contracts stop waits aside, and the others get theirs (spec: board, section 7)."""

from __future__ import annotations

import pytest

from lifecycle import keeping, store
from lifecycle.actions import contract_clock, contracts
from lifecycle.actions import rules as doors
from lifecycle.aside import AGAIN_AFTER
from tests.keeping.conftest import moscow
from tests.lives import OWNER, member, walk


def break_facts(board, client_id):
    """Empty a client's sales, past the doors: a bug of ours, as the rules meet it."""
    with board.club.writing() as conn:
        conn.exec_driver_sql(f"UPDATE fact SET fields = '{{}}' WHERE type = 'membership_sold' AND client_id = {client_id}")


@pytest.fixture
def two(board):
    """Two members; the first one's facts cannot be read."""
    names = [member(board.club, name) for name in ("Анна", "Борис")]
    break_facts(board, names[0])
    walk(board.club, moscow("2026-03-20"))
    return names


def subscriber(board, name):
    """Somebody who pays by the month from today on, and has paid the first one."""
    client_id = member(board.club, name)
    about = {"amount": 300000, "billing": "recurring", "days": 30, "starts_on": "2026-03-02"}
    contracts.sell(board.club, OWNER, client_id, key="sub", **about)
    return client_id


def states(board, client_id):
    with board.club.reading() as conn:
        return [row["state"] for row in store.contracts.of_clients(conn, [client_id])[client_id].values()]


def looks_at(board, client_id):
    with board.club.reading() as conn:
        return store.agenda.subjects(conn, [client_id])[client_id]


def test_by_time_the_others_get_their_cards(board, two, caplog):
    broken, other = two

    keeping.keep_due(board.club)

    assert board.made(other) == [("renewal", "2026-03-17", "2026-03-20")]
    assert board.cards(broken) == []
    assert looks_at(board, broken).next_at == board.club.clock.now() + AGAIN_AFTER
    assert looks_at(board, broken).quiet
    assert f"client_put_aside client={broken} error=KeyError" in caplog.text
    assert "Анна" not in caplog.text


def test_at_a_quiet_look_the_others_are_counted(board, two):
    with board.club.writing() as conn:
        store.agenda.look_at_everybody(conn)

    keeping.look_now(board.club)

    assert [one.client_id for one, _stage in doors.whom(board.club, OWNER, "renewal")] == [two[1]]


def test_of_an_order_the_others_are_made_and_theirs_is_counted_again(board):
    broken, other = (member(board.club, name) for name in ("Анна", "Борис"))
    walk(board.club, moscow("2026-03-20"))
    with board.club.writing() as conn:
        store.agenda.look_at_everybody(conn)
    keeping.look_now(board.club)
    doors.make_counted(board.club, OWNER, rules=["renewal"], days=1, key="o")
    break_facts(board, broken)

    made = keeping.make_ordered(board.club)

    assert (made, len(board.cards(other)), len(board.cards(broken))) == (1, 1, 0)
    (order,) = doors.look(board.club, OWNER).orders
    assert (order.count, order.made, order.over) == (2, 1, True)
    assert [one.client_id for one, _stage in doors.whom(board.club, OWNER, "renewal")] == [broken]


def test_of_contracts_the_others_end_on_their_day(board, caplog, monkeypatch):
    broken, other = (subscriber(board, name) for name in ("Анна", "Борис"))
    settle = contract_clock.settle_contracts

    def stops(club, conn, client_id, at):
        if client_id == broken:
            raise KeyError("Анна")
        return settle(club, conn, client_id, at)

    monkeypatch.setattr(contract_clock, "settle_contracts", stops)
    walk(board.club, moscow("2026-05-20"))

    assert contract_clock.settle_due(board.club) == 1
    assert states(board, other) == ["terminated"]
    assert states(board, broken) == ["running"]
    assert contract_clock.next_at(board.club) == board.club.clock.now() + AGAIN_AFTER
    assert f"client_put_aside client={broken} error=KeyError" in caplog.text
    assert "Анна" not in caplog.text

    monkeypatch.setattr(contract_clock, "settle_contracts", settle)
    walk(board.club, board.club.clock.now() + AGAIN_AFTER)
    assert contract_clock.settle_due(board.club) == 1
    assert states(board, broken) == ["terminated"]
