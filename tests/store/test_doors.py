"""The doors: each deed is stored once, judged by gate and rights, and placed in its own transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from club_ui import forms
from lifecycle import overview, profile, store
from lifecycle.actions import clients, deeds, recording, staff
from lifecycle.actions.recording import record
from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import BadInput, Conflict, GateRefused, IllegalMove, NotFound, Refused

OWNER = Desk(None, "Olga", "owner")
DESK = Desk(None, "Dina", "front_desk", frozenset({1}))


def a_lead(club: Club, name: str = "Анна Ёлкина", **more: str) -> int:
    """A client who has just asked at the desk; gives their id."""
    return clients.add_client(club, OWNER, name=name, key=name, **{"phone": "8 916 123-45-67", **more}).client_id


def a_guest(club: Club) -> int:
    """A lead who was moved to Guest."""
    client_id = a_lead(club)
    deeds.move_to_guest(club, OWNER, client_id, key="guest")
    return client_id


def a_member(club: Club, starts_on: str = "2026-03-02") -> int:
    """A client with thirty days from a date on."""
    client_id = a_guest(club)
    deeds.promote(club, OWNER, client_id, key="promote")
    deeds.sell_membership(club, OWNER, client_id, key="m", amount=450000, days=30, starts_on=starts_on)
    return client_id


def folders_of(club: Club, client_id: int) -> tuple[str, ...]:
    """The stored folders, as every screen shows them."""
    with club.reading() as conn:
        return tuple(overview.standing_rows(conn, OWNER, club.clock.now(), [client_id])[0].placement.folders)


def counts(club: Club) -> dict[str, int]:
    """The folders that have anybody."""
    with club.reading() as conn:
        view = overview.folders(conn, OWNER, club.clock.now())
    return {folder.code: folder.count for folder in view.folders if folder.count}


def test_a_new_client_is_a_potential_and_counted(club: Club) -> None:
    a_lead(club)

    assert counts(club) == {"potential": 1}
    assert check(club) == []


def test_the_same_key_adds_one_client(club: Club) -> None:
    first = clients.add_client(club, OWNER, name="Вера", key="form-1")
    again = clients.add_client(club, OWNER, name="Вера", key="form-1")

    assert (first.client_id, first.new, again.new) == (again.client_id, True, False)
    assert counts(club) == {"potential": 1}


def test_a_family_shares_a_number_and_the_answer_names_the_others(club: Club) -> None:
    mother = a_lead(club, "Мария")

    child = clients.add_client(club, OWNER, name="Пётр", key="p", phone="+7 (916) 123 45 67")

    assert child.same_phone == (mother,)


def test_nothing_is_sold_to_a_potential_before_two_moves(club: Club) -> None:
    client_id = a_lead(club)
    sale = {"key": "s", "amount": 450000, "days": 30}

    with pytest.raises(GateRefused) as first:
        deeds.sell_membership(club, OWNER, client_id, **sale)
    deeds.move_to_guest(club, OWNER, client_id, key="g")
    with pytest.raises(GateRefused) as second:
        deeds.sell_membership(club, OWNER, client_id, **sale)
    deeds.promote(club, OWNER, client_id, key="p")
    sold = deeds.sell_membership(club, OWNER, client_id, **sale)

    assert (first.value.needs, second.value.needs) == ("move_to_guest", "promote")
    assert "not_activated" in sold.placement.folders
    assert check(club) == []


def test_what_a_machine_reports_is_stored_though_the_gate_is_shut_and_the_audit_says_so(club: Club) -> None:
    client_id = a_lead(club)

    record(club, OWNER, client_id, [{"type": "purchase", "amount": 5000, "what": "water"}], key="till", happened=True)

    assert folders_of(club, client_id) == ("active",)
    with club.reading() as conn:
        assert [row.deed for row in store.audit.page(conn, before=None, limit=5, where={})] == ["sale_past_the_gate"]


def test_a_deed_done_twice_by_its_key_is_one_deed(club: Club) -> None:
    client_id = a_member(club)

    first = deeds.record_visit(club, OWNER, client_id, key="door")
    again = deeds.record_visit(club, OWNER, client_id, key="door")

    assert (first.fact_ids, again.new_ids) == (again.fact_ids, ())


def test_one_bad_fact_of_a_request_leaves_nothing_behind(club: Club) -> None:
    client_id = a_member(club)
    facts = [{"type": "purchase", "amount": 100, "what": "tea"}, {"type": "purchase", "amount": -1, "what": "tea"}]

    with pytest.raises(BadInput) as refused:
        record(club, OWNER, client_id, facts, key="till")

    assert refused.value.errors[0].field == "facts[1].amount"
    with club.reading() as conn:
        assert "purchase" not in {fact.type for fact in store.facts.of_client(conn, client_id)}


def test_facts_of_one_request_are_judged_one_after_the_other(club: Club) -> None:
    client_id = a_lead(club)
    facts = [
        {"type": "moved_to_guest"},
        {"type": "promoted"},
        {"type": "purchase", "amount": 100, "what": "tea"},
    ]

    done = record(club, OWNER, client_id, facts, key="three")

    assert done.placement.folders == ("active",)


@pytest.mark.parametrize("at", ["2026-03-02T09:00:01+00:00", "2026-03-03", "2027-01-01"])
def test_nothing_has_happened_in_the_future(club: Club, at: str) -> None:
    client_id = a_lead(club)

    with pytest.raises(BadInput, match="in_the_future"):
        record(club, OWNER, client_id, [{"type": "complaint", "comment": "cold", "at": at}], key="f")


@pytest.mark.parametrize("move", ["moved_to_guest", "promoted"])
def test_a_move_that_opens_the_gate_is_dated_back_by_the_manager_only(club: Club, move: str) -> None:
    client_id = a_member(club)
    facts = [{"type": move, "at": "2026-02-20"}]

    with pytest.raises(Refused):
        record(club, DESK, client_id, facts, key="desk")
    record(club, OWNER, client_id, facts, key="owner")


def test_dating_a_sale_back_needs_its_right_and_is_audited(club: Club) -> None:
    client_id = a_member(club)
    sale = [{"type": "purchase", "amount": 100, "what": "tea", "at": "2026-02-20"}]

    with pytest.raises(Refused):
        record(club, DESK, client_id, sale, key="desk")
    record(club, OWNER, client_id, sale, key="owner")

    with club.reading() as conn:
        assert "backdate" in {row.deed for row in store.audit.page(conn, before=None, limit=5, where={})}


def test_a_client_of_another_branch_is_not_found(club: Club) -> None:
    client_id = a_lead(club)
    stranger = Desk(None, "Zoya", "front_desk", frozenset({99}))

    with pytest.raises(NotFound):
        deeds.record_visit(club, stranger, client_id, key="v")


@pytest.mark.parametrize(
    ("deed", "code"),
    [(deeds.promote, "not_a_guest"), (deeds.restore, "not_archived")],
)
def test_a_move_from_elsewhere_is_refused_with_its_reason(club: Club, deed, code: str) -> None:
    client_id = a_lead(club)

    with pytest.raises(IllegalMove) as refused:
        deed(club, OWNER, client_id, key="m")

    assert refused.value.code == code


def test_an_archived_client_is_restored_before_anything_else(club: Club) -> None:
    client_id = a_lead(club)
    deeds.archive(club, OWNER, client_id, key="a")

    with pytest.raises(IllegalMove, match="restore_first"):
        deeds.move_to_guest(club, OWNER, client_id, key="g")
    deeds.restore(club, OWNER, client_id, key="r")

    assert folders_of(club, client_id) == ("potential",)
    assert check(club) == []


def test_a_visit_of_somebody_long_lost_moves_them_to_guest(club: Club) -> None:
    client_id = a_member(club)
    club.clock.at += timedelta(days=200)
    deeds.record_guest_visit(club, OWNER, client_id, key="back")

    assert folders_of(club, client_id) == ("guest",)
    assert check(club) == []


def test_undo_voids_what_the_deed_recorded(club: Club) -> None:
    client_id = a_guest(club)
    before = folders_of(club, client_id)
    done = deeds.promote(club, OWNER, client_id, key="p")

    deeds.undo(club, OWNER, client_id, done.new_ids, key="undo")

    assert folders_of(club, client_id) == before
    assert check(club) == []


def test_voiding_what_another_recorded_needs_its_right(club: Club) -> None:
    client_id = a_lead(club)
    done = deeds.complain(club, OWNER, client_id, key="c", comment="cold showers")

    with pytest.raises(Refused):
        deeds.void(club, DESK, client_id, key="v", fact_ids=done.new_ids)


def test_a_second_save_of_a_client_is_told_that_somebody_was_faster(club: Club) -> None:
    client_id = a_lead(club)
    clients.change_client(club, OWNER, client_id, version=1, name="Анна Соколова")

    with pytest.raises(Conflict):
        clients.change_client(club, OWNER, client_id, version=1, name="Анна Орлова")
    with club.reading() as conn:
        assert store.clients.get(conn, OWNER, client_id).name == "Анна Соколова"
        assert store.search.candidates(conn, "елкин") == []
        assert store.search.candidates(conn, "соколо") == [client_id]


@pytest.mark.parametrize("query", ["ёлк", "ЕЛКИНА", "анна елк", "кин", "8916123", "+7 916 123", "23-45", "4567"])
def test_fragments_of_name_and_number_find_the_client(club: Club, query: str) -> None:
    client_id = a_lead(club)
    a_lead(club, "Борис Дуб", phone="+380 50 765 43 21")

    with club.reading() as conn:
        assert [row.client.id for row in overview.search(conn, OWNER, club.clock.now(), query)] == [client_id]


@pytest.mark.parametrize("query", ["' OR 1=1 --", '"', "*", "a* OR b", "NEAR(", "🙂", "\\", "%", "  "])
def test_odd_text_in_search_finds_nobody_and_breaks_nothing(club: Club, query: str) -> None:
    a_lead(club)

    with club.reading() as conn:
        assert overview.search(conn, OWNER, club.clock.now(), query) == []


def test_pages_of_a_folder_go_on_where_the_last_ended(club: Club) -> None:
    everybody = {a_lead(club, f"Клиент {number}") for number in range(7)}
    seen: list[int] = []
    cursor = None

    with club.reading() as conn:
        while True:
            page = overview.folder_page(conn, OWNER, club.clock.now(), "potential", after=cursor, limit=3)
            seen += [row.client.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                break

    assert (len(seen), set(seen)) == (7, everybody)


def test_the_profile_says_why_what_next_and_what_may_be_done(club: Club) -> None:
    client_id = a_member(club)

    with club.reading() as conn:
        shown = profile.profile(conn, OWNER, client_id, club.clock.now())

    steps = {step.name: step.allowed for step in shown.steps}
    assert (steps["sell"], steps["freeze_membership"], steps["move_to_guest"]) == (True, True, False)
    assert shown.reasons["folders"]["active"]["in"]
    assert [band.folders for band in shown.life if band.future][:2] == [("active",), ("active", "to_renew")]


def test_a_guest_visit_of_an_archived_client_who_was_lost_lately_makes_no_guest(club: Club) -> None:
    client_id = a_member(club)
    club.clock.at += timedelta(days=60)
    deeds.archive(club, OWNER, client_id, key="a")

    deeds.record_guest_visit(club, OWNER, client_id, key="back")

    assert folders_of(club, client_id) == ("lost", "churn")


def test_a_key_of_a_caller_is_never_that_of_what_came_along(club: Club) -> None:
    client_id = a_member(club)
    club.clock.at += timedelta(days=200)
    record(club, OWNER, client_id, [{"type": "guest_visit", "kind": "tour", "key": "v"}], key="one")

    done = record(club, OWNER, client_id, [{"type": "complaint", "comment": "cold", "key": "v:0"}], key="two")

    assert len(done.new_ids) == 1


def test_one_takes_back_ones_own_facts_on_their_day_and_no_later(club: Club) -> None:
    staff_id = staff.add(club, CLUB, login="dina", name="Dina", role="front_desk", password="three blue kettles")
    dina = Desk(staff_id, "Dina", "front_desk", frozenset({1}))
    client_id = a_lead(club)
    done = deeds.complain(club, dina, client_id, key="c", comment="cold")
    club.clock.at += timedelta(days=1)

    with pytest.raises(Refused):
        deeds.void(club, dina, client_id, key="v", fact_ids=done.new_ids)


def test_namesakes_of_other_branches_never_crowd_out_ones_own(club: Club) -> None:
    with club.writing() as conn:
        other = store.branches.add(conn, code="b2", name="Second", timezone="Europe/Moscow", country="RU")
    for number in range(5):
        a_lead(club, f"Иван Иванов {number}")
    own = clients.add_client(club, OWNER, name="Пётр Иванов", key="petr", branch="b2").client_id
    zoya = Desk(None, "Zoya", "front_desk", frozenset({other}))

    with club.reading() as conn:
        found = store.search.candidates(conn, "иванов", 3, branch_ids=zoya.branches)

    assert found == [own]


def test_a_letter_newer_than_the_database_finds_nobody(club: Club) -> None:
    a_lead(club)

    with club.reading() as conn:
        assert overview.search(conn, OWNER, club.clock.now(), "a\u19b0b") == []


def test_an_extension_outlives_a_save_of_the_form_that_changes_a_client(club: Club) -> None:
    client_id = a_lead(club, phone="8 (495) 123-45-67 доб. 512")
    with club.reading() as conn:
        (row,) = overview.standing_rows(conn, OWNER, club.clock.now(), [client_id])

    clients.change_client(club, OWNER, client_id, version=1, phone=forms.likely("change_client", row)["phone"])

    with club.reading() as conn:
        assert [one.extension for one in store.clients.get(conn, OWNER, client_id).phones] == ["512"]


def test_a_client_of_another_branch_now_is_told_to_both_branches(club: Club) -> None:
    client_id = a_lead(club)
    with club.writing() as conn:
        other = store.branches.add(conn, code="b2", name="Second", timezone="Europe/Moscow", country="RU")
    with club.reading() as conn:
        since = store.changes.latest(conn)
        home = store.branches.by_code(conn, OWNER, "main").id

    clients.change_client(club, OWNER, client_id, version=1, branch="b2")

    def of(branch_id: int) -> tuple[list[str], int, int, int]:
        desk = replace(OWNER, branches=frozenset({branch_id}))
        with club.reading() as conn:
            heard = [row.what for row in store.changes.after(conn, since, desk=desk)]
        with club.reading() as conn:
            (tile,) = (one for one in overview.folders(conn, desk, club.clock.now()).folders if one.code == "potential")
        return heard, tile.count, tile.entered, tile.departed

    assert of(home) == (["branch"], 0, 1, 1)
    assert of(other) == (["fact"], 1, 1, 0)


def test_a_request_is_recorded_once_and_what_was_recorded_goes_with_the_error(club: Club) -> None:
    client_id = a_lead(club)
    with pytest.raises(RuntimeError), club.writing() as conn:
        request = recording.open_request(club, OWNER, conn, client_id, "twice")
        recording.record_within(request, [{"type": "purchase", "amount": 100, "what": "water", "at": "2026-01-10T10:00:00+00:00"}])
        recording.record_within(request, [{"type": "purchase", "amount": 200, "what": "water", "at": "2026-01-11T10:00:00+00:00"}])

    with club.reading() as conn:
        assert [fact.type for fact in store.facts.of_client(conn, client_id)] == ["inquiry"]
