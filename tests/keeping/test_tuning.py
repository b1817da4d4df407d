"""The rules as the club tunes them: on or off, how cards begin, whose they are, numbers; always audited (spec: board, section 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lifecycle import keeping, store
from lifecycle.actions import audit, clients
from lifecycle.actions import rules as doors
from lifecycle.check import check
from lifecycle.errors import BadInput, Conflict, NotFound, Refused
from lifecycle.keeping import asking
from lifecycle.store import staff as staff_rows
from tests.keeping.conftest import desk_of, moscow
from tests.lives import OWNER, added, member, recorded, walk

NO_ANSWER = {"type": "contact", "direction": "in", "kind": "other", "outcome": "no_answer"}


def tune(board, code, version=0, desk=OWNER, **values):
    return doors.tune(board.club, desk, code, version=version, **values)


def rule(board, code):
    return next(one for one in doors.look(board.club, OWNER).rules if one.card.code == code)


def complains(board, client_id, key="c"):
    recorded(board.club, client_id, key, {"type": "complaint", "comment": "холодно"})


def test_a_rule_that_is_off_makes_no_card_and_on_again_does(board):
    anna = member(board.club, "Анна")
    tune(board, "complaint", on=False)
    complains(board, anna)
    assert board.cards(anna) == []

    tune(board, "complaint", version=1, on=True)
    complains(board, anna, "again")

    assert board.open(anna) == ["complaint"]


def test_a_card_begins_with_the_status_of_its_rule_and_stands_on_its_day(board):
    anna = member(board.club, "Анна")
    tune(board, "complaint", status="thinking")

    complains(board, anna)

    card = board.only(anna, "complaint")
    assert (card.status, card.column(board.club.clock.now(), moscow("2026-03-01").tzinfo)) == ("thinking", "today")


@pytest.mark.parametrize(("who", "roles"), [("manager", ["manager"]), ("in_turn", ["front_desk", "manager"]), ("responsible", [None])])
def test_a_card_is_whose_the_rule_says(board, who, roles):
    anna = member(board.club, "Анна")
    tune(board, "complaint", who=who)

    complains(board, anna)

    logins = {1: "front_desk", 2: "front_desk", 3: "manager", None: None}
    assert logins[board.only(anna, "complaint").responsible_id] in roles


def test_somebody_chosen_has_the_cards_of_a_rule_while_they_work_here(board):
    anna = member(board.club, "Анна")
    clients.change_client(board.club, OWNER, anna, version=1, responsible_id=1)
    tune(board, "complaint", who="staff:2")
    complains(board, anna)
    with board.club.writing() as conn:
        staff_rows.change(conn, 2, active=False)

    complains(board, anna, "again")

    assert [card.responsible_id for card in board.cards(anna, "complaint")] == [2, 1]


def test_a_card_is_never_given_into_a_branch_where_its_person_does_not_work(board):
    anna = member(board.club, "Анна")
    clients.change_client(board.club, OWNER, anna, version=1, responsible_id=1)
    with board.club.writing() as conn:
        staff_rows.set_branches(conn, 1, [store.branches.add(conn, code="east", name="East", timezone="Asia/Vladivostok", country="RU")])
    tune(board, "complaint", who="responsible")
    complains(board, anna)
    tune(board, "complaint", version=1, who="in_turn")

    complains(board, anna, "again")

    assert [card.responsible_id for card in board.cards(anna, "complaint")] == [None, 2]


def test_the_minutes_of_a_missed_call_are_the_clubs(board):
    boris = added(board.club, "Борис")
    tune(board, "missed_call", numbers={"after_minutes": 40})
    recorded(board.club, boris, "m", NO_ANSWER)

    board.until(board.club.clock.now() + timedelta(minutes=39))
    assert board.open(boris) == []
    board.until(board.club.clock.now() + timedelta(minutes=1))

    assert board.open(boris) == ["missed_call"]


def test_a_number_changed_makes_nothing_of_what_was_but_counts_it(board):
    boris = added(board.club, "Борис")
    recorded(board.club, boris, "m", NO_ANSWER)
    walk(board.club, timedelta(minutes=5))

    tune(board, "missed_call", numbers={"after_minutes": 1})
    board.work()

    assert board.cards(boris) == []
    assert rule(board, "missed_call").counted == 1
    assert check(board.club) == []


def test_rhythm_is_off_until_the_club_wants_it(board):
    assert not rule(board, "rhythm").on
    assert rule(board, "complaint").on

    tune(board, "rhythm", on=True, numbers={"times_tenths": 30})

    assert (rule(board, "rhythm").on, rule(board, "rhythm").numbers) == (True, {"times_tenths": 30})


def test_switching_a_rule_off_looks_at_nobody_whom_it_had_not_counted(board):
    member(board.club, "Анна")

    tune(board, "complaint", on=False)
    assert doors.look(board.club, OWNER).looking == 0
    tune(board, "complaint", version=1, on=True)
    assert doors.look(board.club, OWNER).looking == 1


def test_those_still_to_be_looked_at_are_counted_so_far_and_no_further(board, monkeypatch):
    monkeypatch.setattr(doors, "LOOKING_MOST", 2)
    for name in ("Анна", "Борис", "Вера"):
        member(board.club, name)

    tune(board, "rhythm", on=True)
    assert doors.look(board.club, OWNER).looking == 2
    board.work()

    assert doors.look(board.club, OWNER).looking == 0


def test_a_change_only_notes_whom_it_concerns_and_the_clock_goes_on_where_it_was_cut_off(board, monkeypatch):
    monkeypatch.setattr(asking, "CHUNK", 1)
    boris, vera = (added(board.club, name) for name in ("Борис", "Вера"))
    for client_id in (boris, vera):
        recorded(board.club, client_id, "m", NO_ANSWER)
    walk(board.club, timedelta(minutes=5))

    tune(board, "missed_call", numbers={"after_minutes": 1})
    with board.club.reading() as conn:
        assert store.agenda.waiting(conn, board.club.clock.now()) == 0
    assert doors.look(board.club, OWNER).looking == 2
    leads = iter([True, True, False])
    keeping.keep_due(board.club, still_leading=lambda _conn: next(leads))
    assert (doors.look(board.club, OWNER).looking, rule(board, "missed_call").counted) == (1, 1)

    tune(board, "missed_call", version=1, numbers={"after_minutes": 2})
    assert doors.look(board.club, OWNER).looking == 2
    board.work()

    assert (doors.look(board.club, OWNER).looking, rule(board, "missed_call").counted) == (0, 2)
    assert board.cards() == []
    assert check(board.club) == []


def test_what_is_due_at_this_very_moment_is_made_before_a_rule_changes(board):
    anna = member(board.club, "Анна")
    walk(board.club, moscow("2026-03-20"))

    tune(board, "renewal", on=True)
    tune(board, "rhythm", on=True)
    board.work()

    assert board.made(anna) == [("renewal", "2026-03-17", "2026-03-20")]


@pytest.mark.parametrize(("code", "values", "field"), [
    ("missed_call", {"numbers": {"after_minutes": 0}}, "after_minutes"),
    ("missed_call", {"numbers": {"after_minutes": 1441}}, "after_minutes"),
    ("missed_call", {"numbers": {"after_minutes": "soon"}}, "after_minutes"),
    ("missed_call", {"numbers": {"times_tenths": 20}}, "times_tenths"),
    ("rhythm", {"numbers": {"times_tenths": 10}}, "times_tenths"),
    ("complaint", {"who": "everybody"}, "who"),
    ("complaint", {"who": "staff:99"}, "who"),
    ("complaint", {"who": "staff:-1"}, "who"),
    ("complaint", {"status": "nothing"}, "status"),
    ("complaint", {"on": "yes"}, "on"),
    ("complaint", {"due": "tomorrow"}, "due"),
])  # fmt: skip
def test_what_a_rule_cannot_be_is_refused_by_its_field(board, code, values, field):
    with pytest.raises(BadInput) as refused:
        tune(board, code, **values)

    assert [error.field for error in refused.value.errors] == [field]
    assert rule(board, code).version == 0


def test_of_two_who_change_a_rule_the_second_is_told(board):
    tune(board, "complaint", on=False)

    with pytest.raises(Conflict):
        tune(board, "complaint", who="in_turn")
    assert rule(board, "complaint").who == "manager"


def test_an_unknown_rule_and_a_desk_without_the_right_are_refused(board):
    with pytest.raises(NotFound):
        tune(board, "nothing", on=True)
    with pytest.raises(Refused):
        tune(board, "complaint", on=False, desk=desk_of(board.club, "lisa"))
    assert tune(board, "complaint", on=False, desk=desk_of(board.club, "mila")) == 1


def test_what_was_tuned_stands_in_the_audit_before_and_after(board):
    tune(board, "missed_call", numbers={"after_minutes": 20}, who="manager")

    (row,) = audit.page(board.club, OWNER, deed="change_rule")
    assert row.detail == {
        "rule": "missed_call", "before": {"who": None, "numbers": {}}, "after": {"who": "manager", "numbers": {"after_minutes": 20}},
    }  # fmt: skip


def test_what_a_rule_made_lately_is_counted_by_what_became_of_it(board):
    anna = member(board.club, "Анна")
    for key in ("a", "b"):
        complains(board, anna, key)
    board.finish(board.cards(anna)[0])

    lately = rule(board, "complaint").lately
    assert (lately.made, lately.open, lately.withdrawn, lately.ended) == (2, 1, 0, 1)
    walk(board.club, timedelta(days=31))
    assert rule(board, "complaint").lately.made == 0
