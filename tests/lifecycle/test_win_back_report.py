"""The report of winning back: each reason, attempt and return is counted once, for the day and the person it is of."""

from datetime import timedelta

import pytest

from lifecycle import days, store
from lifecycle.actions.clients import add_client
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Refused
from lifecycle.reports.win_back import win_back

OWNER = Desk(None, "Olga", "owner")


@pytest.fixture
def closed(club):
    """Close a card of a new client: `closed(number=1, result="done", reason="price")`."""

    def close(name, *, number=1, result="done", reason=None, rule="win_back", source="site", cause=None):
        client = add_client(club, OWNER, name=name, key=f"{name}{number}", source=source).client_id
        at = club.clock.now()
        values = {
            "key": f"{rule}:{name}:{number}", "client_id": client, "branch_id": 1, "rule": rule, "number": number,
            "cause": cause or {}, "created_at": at, "changed_at": at,
        }  # fmt: skip
        with club.writing() as conn:
            card = store.cards.get(conn, OWNER, store.cards.add(conn, values))
            assert store.cards.close(conn, card, result=result, reason=reason, by="Olga", staff_id=None, at=at)

    return close


def report(club, by="source", since=0, until=0, desk=OWNER):
    today = days.day_of(club.clock.now(), days.zone_of("Europe/Moscow"))
    with club.reading() as conn:
        return win_back(conn, desk, club.clock.now(), since=today + since, until=today + until, by=by)


def test_reasons_are_counted_by_list_and_told_apart(club, closed):
    closed("Anna", reason="price", source="site")
    closed("Boris", reason="price", source="call")
    closed("Vera", reason="moved", source="site", result="refused")
    closed("Gleb", reason=None)

    found = report(club).reasons

    assert [(one.list, one.code, one.count, dict(one.parts)) for one in found] == [
        ("leaving", "price", 2, {"site": 1, "call": 1}), ("refusing", "moved", 1, {"site": 1}),
    ]  # fmt: skip
    assert [dict(one.parts) for one in report(club, by="branch").reasons] == [{"1": 2}, {"1": 1}]


def test_a_return_belongs_to_its_attempt_and_to_whom_it_is_credited(club, closed):
    closed("Anna", number=1)
    closed("Boris", number=2, result="not_needed", cause={"returned": "2026-03-02", "credited": 7})
    closed("Vera", number=2, result="refused", reason="price")

    found = report(club)

    assert [(one.number, one.closed, one.returned, one.refused) for one in found.attempts] == [(1, 1, 0, 0), (2, 1, 1, 1)]
    assert [(one.staff_id, one.closed, one.returned) for one in found.people] == [(7, 0, 1), (None, 2, 0)]
    assert found.returned == 1


def test_a_return_counts_on_its_own_day_whenever_its_card_was_closed(club, closed):
    closed("Anna", number=6)
    club.clock.at += timedelta(days=40)
    with club.writing() as conn:
        card = store.cards.page(conn, after=0, limit=9)[-1]
        store.cards.change(conn, card, {"cause": {"returned": "2026-04-11", "credited": 7}, "changed_at": club.clock.now()})

    assert (report(club).returned, report(club).attempts[0].closed) == (1, 0)
    assert (report(club, since=-40, until=-40).returned, report(club, since=-40, until=-40).attempts[0].closed) == (0, 1)


def test_reasons_of_other_cards_count_and_their_numbers_do_not(club, closed):
    closed("Anna", rule="renewal", reason="price")
    assert (len(report(club).reasons), report(club).attempts) == (1, ())


def test_only_the_days_of_the_span_are_told(club, closed):
    closed("Anna", reason="price")
    assert report(club, since=-10, until=-1).reasons == ()
    assert report(club, since=-10, until=0).reasons != ()


def test_the_front_desk_reads_no_report_and_a_span_has_an_end(club):
    with pytest.raises(Refused):
        report(club, desk=Desk(None, "Dina", "front_desk", frozenset({1})))
    with pytest.raises(BadInput):
        report(club, since=1, until=0)
    with pytest.raises(BadInput):
        report(club, by="weather")
