"""The doors of cards: each deed once, in one transaction, with what happened in the client's history, and nothing lost between two people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lifecycle import backup, store
from lifecycle.actions import cards, choices, clients, staff
from lifecycle.actions.card_writing import CardChanged
from lifecycle.actions.cards import SeveralClients
from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.days import day_of, parse_day
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import BadInput, ColumnClosed, Conflict, IllegalMove, NotFound, Refused
from lifecycle.store.cards import CardRow

OWNER = Desk(None, "Olga", "owner")
DINA = Desk(None, "Dina", "front_desk", frozenset({1}))
AUDITOR = Desk(None, "Ada", "auditor", frozenset({1}))


def a_client(club: Club, name: str = "Анна Белова", phone: str = "8 916 123-45-67") -> int:
    return clients.add_client(club, OWNER, name=name, key=name, phone=phone).client_id


def a_card(club: Club, client_id: int | None = None, **given: Any) -> CardRow:
    client_id = client_id or a_client(club)
    return cards.make(club, DINA, key="form-1", client_id=client_id, **given).card


def person(club: Club, login: str, role: str = "front_desk") -> Desk:
    staff_id = staff.add(club, CLUB, login=login, name=login.title(), role=role, password="three blue kettles", branches=[1])
    return Desk(staff_id, login.title(), role, frozenset({1}))


def happened(club: Club, card: CardRow) -> list[str]:
    with club.reading() as conn:
        return [event.what for event in store.cards.events(conn, card.id)]


def column(club: Club, card: CardRow) -> str:
    with club.reading() as conn:
        return card.column(club.clock.now(), store.branches.every(conn)[0].zone)


def told(club: Club) -> list[tuple[str, Any]]:
    """The changes that others hear of cards: why, and which result."""
    with club.reading() as conn:
        return [(row.reason, row.after["result"]) for row in store.changes.after(conn, 0, desk=OWNER) if row.what == "card"]


def test_a_card_stands_unsorted_until_it_has_a_status_and_a_due(club: Club):
    card = a_card(club, due="2026-03-02", comment="ask about yoga")

    assert (column(club, card), card.last_words, card.comments, card.rule) == ("unsorted", "ask about yoga", 1, "manual")
    assert happened(club, card) == ["made", "comment"]
    assert column(club, cards.edit(club, DINA, card.id, version=card.version, status="agreed")) == "today"


def test_the_same_form_twice_is_one_card(club: Club):
    client = a_client(club)

    first = cards.make(club, DINA, key="f", client_id=client, comment="once")
    again = cards.make(club, DINA, key="f", client_id=client, comment="once")

    assert (again.card.id, again.new, first.new) == (first.card.id, False, True)
    assert happened(club, first.card) == ["made", "comment"]


def test_a_known_number_is_that_clients(club: Club):
    client = a_client(club)

    assert cards.make(club, DINA, key="f", phone="+7 (916) 123 45 67").card.client_id == client


def test_a_shared_number_asks_which_of_them(club: Club):
    family = (a_client(club, "Мария"), a_client(club, "Пётр"))

    with pytest.raises(SeveralClients) as refused:
        cards.make(club, DINA, key="f", phone="89161234567")

    assert refused.value.clients == family


def test_an_unknown_number_becomes_a_lead_with_its_card(club: Club):
    card = cards.make(club, DINA, key="f", phone="8 916 123-45-67", comment="rang").card

    again = cards.make(club, DINA, key="f", phone="8 916 123-45-67", comment="rang").card

    with club.reading() as conn:
        client = store.clients.get(conn, DINA, card.client_id)
        assert (client.source, [one.e164 for one in client.phones], store.clients.count(conn)) == ("call", ["+79161234567"], 1)
    # The name stands where numbers are hidden: it must not give them away.
    assert "123" not in client.name
    assert again.id == card.id
    assert check(club) == []


@pytest.mark.parametrize(("phone", "field"), [("", "client"), ("  ", "client"), (None, "client"), ("abc", "phone")])
def test_a_card_is_always_about_somebody(club: Club, phone: str | None, field: str):
    with pytest.raises(BadInput) as refused:
        cards.make(club, DINA, key="f", phone=phone)

    assert refused.value.errors[0].field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"step": "fly"}, "step"),
        ({"status": "new"}, "status"),
        ({"due": "tomorrow"}, "due"),
        ({"due": "2026-02-30"}, "due"),
        ({"due": "20260302"}, "due"),
        ({"due": "2026-W10-1"}, "due"),
        ({"due": "9999-12-31"}, "due"),
        ({"due": "0001-01-01T00:00"}, "due"),
        ({"responsible_id": 99}, "responsible"),
        ({"responsible_id": 2**70}, "responsible"),
        ({"comment": "x" * 4001}, "comment"),
        ({"comment": "\0"}, "comment"),
    ],
)
def test_what_cannot_be_planned_is_named_and_leaves_nothing_behind(club: Club, given: dict[str, Any], field: str):
    client = a_client(club)

    with pytest.raises(BadInput) as refused:
        cards.make(club, DINA, key="f", client_id=client, **given)

    assert refused.value.errors[0].field == field
    with club.reading() as conn:
        assert store.cards.of_client(conn, client) == []


@pytest.mark.parametrize(
    ("due", "day", "at"),
    [
        ("2026-03-05", "2026-03-05", None),
        ("2026-03-05T15:00", "2026-03-05", datetime(2026, 3, 5, 12, tzinfo=UTC)),
        ("2026-03-05T23:30:00Z", "2026-03-06", datetime(2026, 3, 5, 23, 30, tzinfo=UTC)),
        ("2026-03-05T15:00:00+02:00", "2026-03-05", datetime(2026, 3, 5, 13, tzinfo=UTC)),
    ],
)
def test_a_due_is_a_day_or_a_time_of_the_branch(club: Club, due: str, day: str, at: datetime | None):
    card = a_card(club, due=due)

    assert (card.due_on, card.due_at) == (parse_day(day), at)


def test_two_people_edit_one_card_and_the_second_sees_both_and_loses_nothing(club: Club):
    card = a_card(club)
    first = cards.edit(club, DINA, card.id, version=card.version, status="agreed")

    with pytest.raises(CardChanged) as refused:
        cards.edit(club, OWNER, card.id, version=card.version, status="refused", step="call")

    assert (refused.value.card.status, refused.value.values["version"]) == ("agreed", first.version)
    mine = cards.edit(club, OWNER, card.id, version=refused.value.card.version, status="refused", step="call")
    assert (mine.status, mine.step) == ("refused", "call")
    assert happened(club, card) == ["made", "changed", "changed"]


def test_a_comment_never_meets_an_edit(club: Club):
    card = a_card(club)
    cards.comment(club, OWNER, card.id, text="prefers mornings")

    edited = cards.edit(club, DINA, card.id, version=card.version, due="2026-03-05")

    assert (edited.last_words, edited.comments, edited.due_on) == ("prefers mornings", 1, parse_day("2026-03-05"))


def test_nothing_changed_is_no_edit(club: Club):
    card = a_card(club, due="2026-03-05", status="agreed")

    assert cards.edit(club, DINA, card.id, version=card.version, due="2026-03-05", status="agreed") == card
    assert cards.move(club, DINA, card.id, to="this_week", version=card.version) == card
    assert happened(club, card) == ["made"]


def test_a_repeated_request_is_done_once(club: Club):
    card = a_card(club)
    for _ in range(2):
        moved = cards.move(club, DINA, card.id, to="tomorrow", version=card.version, key="m")
        cards.comment(club, DINA, card.id, text="rang twice", key="c")
        edited = cards.edit(club, DINA, card.id, version=moved.version, step="call", key="e")

    assert (edited.comments, edited.due_on, edited.step) == (1, parse_day("2026-03-03"), "call")
    assert happened(club, card) == ["made", "moved", "comment", "changed"]


def test_a_drop_is_stored_with_where_it_came_from(club: Club):
    card = a_card(club)

    moved = cards.move(club, DINA, card.id, to="later", version=card.version)

    assert (column(club, moved), moved.status, moved.version) == ("later", "new_contact", card.version + 1)
    with club.reading() as conn:
        detail = store.cards.events(conn, card.id)[-1].detail
    assert (detail["from"], detail["to"]) == ("unsorted", "later")


@pytest.mark.parametrize(("to", "code"), [("overdue", "cannot_be_overdue"), ("this_week", "column_closed")])
def test_a_refused_drop_changes_nothing(club: Club, to: str, code: str):
    card = a_card(club)
    club.clock.at = datetime(2026, 3, 7, 9, tzinfo=UTC)

    with pytest.raises(ColumnClosed, match=code):
        cards.move(club, DINA, card.id, to=to, version=card.version)

    with club.reading() as conn:
        assert store.cards.get(conn, DINA, card.id) == card
    assert happened(club, card) == ["made"]


def test_no_answer_comes_again_tomorrow_at_the_same_time(club: Club):
    card = a_card(club, due="2026-03-02T15:00", status="thinking", step="call")

    again = cards.no_answer_again_tomorrow(club, DINA, card.id, version=card.version)

    assert again.due_at == datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert (again.step, again.status, happened(club, card)[-1]) == ("call", "thinking", "no_answer")


def test_done_and_the_next_step_are_one_deed(club: Club):
    dina = person(club, "dina")
    card = a_card(club, status="thinking", responsible_id=dina.staff_id)
    then = {"step": "meeting", "due": "2026-03-05T18:00", "comment": "comes to look"}

    for _ in range(2):
        done, after = cards.finish(club, dina, card.id, result="done", version=card.version, then=then, key="f")

    assert after is not None
    assert (done.result, done.closed_by, done.closed_staff_id) == ("done", "Dina", dina.staff_id)
    assert (after.client_id, after.status, after.responsible_id, after.step) == (card.client_id, "thinking", dina.staff_id, "meeting")
    assert column(club, after) == "this_week"
    with club.reading() as conn:
        assert [one.id for one in store.cards.open_of_client(conn, card.client_id)] == [after.id]
    assert happened(club, card) == ["made", "closed"]


def test_a_next_step_that_cannot_be_leaves_the_card_open(club: Club):
    card = a_card(club)

    with pytest.raises(BadInput):
        cards.finish(club, DINA, card.id, result="done", version=card.version, then={"due": "some day"})

    with club.reading() as conn:
        assert store.cards.get(conn, DINA, card.id).closed_at is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"result": "refused"}, "reason"),
        ({"result": "refused", "reason": "weather"}, "reason"),
        ({"result": "refused", "reason": "other"}, "text"),
        ({"result": "won"}, "result"),
        ({"result": "done", "reason": "weather"}, "reason"),
    ],
)
def test_a_refusal_says_why(club: Club, given: dict[str, str], field: str):
    card = a_card(club)

    with pytest.raises(BadInput) as refused:
        cards.finish(club, DINA, card.id, version=card.version, **given)

    assert refused.value.errors[0].field == field


def test_what_is_closed_stays_so(club: Club):
    card = a_card(club)
    closed, _ = cards.finish(club, DINA, card.id, result="refused", reason="price", version=card.version)

    for deed in (
        lambda: cards.comment(club, DINA, card.id, text="late words"),
        lambda: cards.move(club, DINA, card.id, to="today", version=closed.version),
        lambda: cards.finish(club, DINA, card.id, result="done", version=closed.version),
    ):
        with pytest.raises(IllegalMove, match="card_closed"):
            deed()
    with pytest.raises(CardChanged):
        cards.move(club, DINA, card.id, to="today", version=card.version)


def test_only_a_rule_says_that_a_card_is_not_needed(club: Club):
    card = a_card(club)

    with pytest.raises(IllegalMove, match="not_needed_is_for_rules"):
        cards.finish(club, DINA, card.id, result="not_needed", version=card.version)


def test_everybody_hears_of_each_deed_and_the_audit_of_those_that_matter(club: Club):
    dina = person(club, "dina")
    card = a_card(club)
    moved = cards.move(club, DINA, card.id, to="today", version=card.version)
    handed = cards.edit(club, DINA, card.id, version=moved.version, responsible_id=dina.staff_id)
    cards.finish(club, DINA, card.id, result="done", version=handed.version)

    assert told(club) == [("made", None), ("moved", None), ("changed", None), ("done", "done")]
    assert happened(club, card) == ["made", "moved", "handed", "closed"]
    with club.reading() as conn:
        deeds = {row.deed for row in store.audit.page(conn, before=None, limit=9, where={"client_id": card.client_id})}
    assert {"hand_card", "close_card"} <= deeds
    assert check(club) == []


def test_a_trainer_works_own_cards_and_gives_none_away(club: Club):
    timur, dina = person(club, "timur", "trainer"), person(club, "dina")
    client = a_client(club)
    own = cards.make(club, DINA, key="own", client_id=client, responsible_id=timur.staff_id).card
    others = cards.make(club, DINA, key="others", client_id=client).card

    moved = cards.move(club, timur, own.id, to="today", version=own.version)
    with pytest.raises(NotFound):
        cards.move(club, timur, others.id, to="today", version=others.version)
    with pytest.raises(Refused):
        cards.edit(club, timur, own.id, version=moved.version, responsible_id=dina.staff_id)
    with pytest.raises(Refused):
        cards.make(club, timur, key="f", client_id=client)
    _, after = cards.finish(club, timur, own.id, result="done", version=moved.version, then={"due": "2026-03-09"})

    assert after is not None
    assert after.responsible_id == timur.staff_id


def test_an_auditor_only_reads(club: Club):
    card = a_card(club)

    with pytest.raises(Refused):
        cards.comment(club, AUDITOR, card.id, text="hm")
    with pytest.raises(Refused):
        cards.make(club, AUDITOR, key="a", client_id=card.client_id)


def test_a_stranger_to_the_branch_finds_no_card(club: Club):
    card = a_card(club)
    zoya = Desk(None, "Zoya", "front_desk", frozenset({99}))

    with pytest.raises(NotFound):
        cards.move(club, zoya, card.id, to="today", version=card.version)


def test_open_cards_go_along_to_the_clients_new_home(club: Club):
    with club.writing() as conn:
        south = store.branches.add(conn, code="far", name="Far", timezone="Asia/Vladivostok", country="RU")
    card = a_card(club, due="2026-03-05", status="agreed")

    clients.change_client(club, OWNER, card.client_id, version=1, branch="far")

    with club.reading() as conn:
        now = store.cards.get(conn, OWNER, card.id)
    assert (now.branch_id, now.due_on, now.ends_at) == (south, card.due_on, datetime(2026, 3, 5, 14, tzinfo=UTC))


def test_a_card_that_goes_where_its_person_does_not_work_is_nobodys(club: Club):
    with club.writing() as conn:
        store.branches.add(conn, code="far", name="Far", timezone="Asia/Vladivostok", country="RU")
    lisa = person(club, "lisa")
    card = a_card(club, responsible_id=lisa.staff_id)

    clients.change_client(club, OWNER, card.client_id, version=1, branch="far")

    with club.reading() as conn:
        now, (*_, last) = store.cards.get(conn, OWNER, card.id), store.cards.events(conn, card.id)
    assert now.responsible_id is None
    assert (last.what, last.detail) == ("handed", {"before": lisa.staff_id, "after": None})


# --- the lists that a club edits --------------------------------------------------------------------


def codes(club: Club, kind: str = "contact_status") -> list[str]:
    with club.reading() as conn:
        return [line.code for line in store.choices.active(conn, kind)]


def test_lists_ship_in_the_order_of_the_spec(club: Club):
    assert codes(club) == ["new_contact", "in_conversation", "thinking", "agreed", "refused"]
    assert codes(club, "leaving") == codes(club, "refusing") == ["price", "moved", "health", "schedule", "service", "competitor", "other"]


def test_a_club_adds_renames_shuts_and_sorts(club: Club):
    line = choices.add(club, OWNER, "contact_status", names={"en": "Will call back", "ru": " Перезвонит сам "})
    renamed = choices.rename(club, OWNER, "contact_status", line.code, version=line.version, names={"ru": "Перезвонит"})
    choices.set_active(club, OWNER, "contact_status", "refused", version=1, active=False)
    choices.reorder(club, OWNER, "contact_status", [line.code, *(one for one in codes(club) if one != line.code), "refused"])

    assert codes(club) == ["will_call_back", "new_contact", "in_conversation", "thinking", "agreed"]
    assert (line.names["ru"], renamed.name("uk")) == ("Перезвонит сам", "Перезвонит")
    assert column(club, cards.move(club, DINA, a_card(club).id, to="today", version=1)) == "today"


def test_a_status_that_was_shut_stays_on_its_cards(club: Club):
    card = a_card(club, status="refused")
    choices.set_active(club, OWNER, "contact_status", "refused", version=1, active=False)

    kept = cards.edit(club, DINA, card.id, version=card.version, status="refused", step="call")

    assert kept.status == "refused"
    with pytest.raises(BadInput, match="bad_choice"):
        cards.make(club, DINA, key="f", client_id=card.client_id, status="refused")


def test_one_contact_status_always_stays(club: Club):
    for code in codes(club)[1:]:
        choices.set_active(club, OWNER, "contact_status", code, version=1, active=False)

    with pytest.raises(IllegalMove, match="last_line"):
        choices.set_active(club, OWNER, "contact_status", "new_contact", version=1, active=False)


@pytest.mark.parametrize("names", [{}, {"en": "  "}, {"fr": "non"}, {"en": "x" * 61}, {"en": "\0"}])
def test_a_line_without_a_word_is_refused(club: Club, names: dict[str, str]):
    with pytest.raises(BadInput):
        choices.add(club, OWNER, "leaving", names=names)


def test_lists_are_the_owners_and_the_managers(club: Club):
    with pytest.raises(Refused):
        choices.add(club, DINA, "leaving", names={"en": "Weather"})
    choices.add(club, Desk(None, "Max", "manager", frozenset({1})), "leaving", names={"en": "Weather"})

    assert codes(club, "leaving")[-1] == "weather"


def test_two_who_edit_one_line_never_overwrite_each_other(club: Club):
    choices.rename(club, OWNER, "leaving", "price", version=1, names={"en": "Too dear"})

    with pytest.raises(Conflict):
        choices.rename(club, OWNER, "leaving", "price", version=1, names={"en": "Money"})


def test_the_day_of_a_change_is_the_branchs(club: Club):
    card = a_card(club)

    with club.reading() as conn:
        row = next(one for one in store.changes.after(conn, 0, desk=OWNER) if one.what == "card")
        assert row.day == day_of(card.created_at, store.branches.every(conn)[0].zone)


# --- the check, backups, beginning anew -------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoiled", "named"),
    [
        ({"ends_at": datetime(2026, 3, 9, tzinfo=UTC)}, "ends_at"),
        ({"placed": 0}, "placed"),
        ({"due_on": parse_day("2026-03-09")}, "due_on"),
        ({"comments": 5}, "comments"),
        ({"result": "done"}, "result"),
        ({"closed_at": datetime(2026, 3, 2, tzinfo=UTC)}, "result"),
        ({"client_id": 77}, "client"),
    ],
)
def test_the_check_finds_a_card_that_was_spoiled(club: Club, spoiled: dict[str, Any], named: str):
    card = a_card(club, due="2026-03-05T15:00", status="thinking", comment="once")
    assert check(club) == []

    with club.writing() as conn:
        conn.execute(store.cards.card_table.update().values(**spoiled))

    assert [one.what for one in check(club)] == [f"{named} of card {card.id}"]


def kept(club: Club) -> list[Any]:
    """Everything about cards that the database holds."""
    names = ("card", "card_event", "choice")
    with club.reading() as conn:
        return [list(store.tables.rows(conn, name)) for name in names]


def test_cards_and_lists_come_back_with_a_backup(club: Club, tmp_path: Path):
    card = a_card(club, due="2026-03-05", comment="once")
    choices.add(club, OWNER, "leaving", names={"en": "Weather"})
    then = kept(club)
    made = backup.make(club, tmp_path / "kept")
    cards.finish(club, DINA, card.id, result="done", version=card.version)

    backup.restore(club, made.path, force=True)

    assert kept(club) == then
    assert check(club) == []
    assert cards.make(club, DINA, key="form-2", client_id=card.client_id).card.id > card.id


def test_whoever_begins_anew_has_no_cards_and_the_lists_that_ship(club: Club):
    a_card(club, comment="once")
    choices.add(club, OWNER, "leaving", names={"en": "Weather"})

    with club.writing() as conn:
        store.tables.begin_anew(conn, club.clock.now())

    assert kept(club) == [[], [], []]
    assert codes(club, "leaving")[-1] == "other"
