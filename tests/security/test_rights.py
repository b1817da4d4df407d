"""Who may do what, and where."""

import tomllib

import pytest

from lifecycle import rights
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import Refused

MANAGER_MAY_NOT = {"manage_staff", "publish_policy", "manage_keys", "manage_branches", "backup", "see_audit", "start_empty", "manage_sources"}
AUDITOR_MAY = {"see_client", "see_folders", "see_changes", "see_policy", "see_staff", "see_audit", "see_cards", "see_playbooks", "see_products", "see_reports", "see_rules"}
TRAINER_MAY = {"see_cards", "work_card", "see_playbooks"}
DESK_MAY_NOT = {"see_raised", "see_rules", "change_rules", "make_counted_cards", "edit_products", "refund", "edit_choices", "change_playbooks", "see_reports", "export", "import", "backdate", "void_any", "see_policy", "see_staff", "see_inbox", "replay_delivery"} | MANAGER_MAY_NOT


def desk(role: str, *branches: int) -> Desk:
    return Desk(staff_id=1, name="Anna", role=role, branches=None if role == "owner" else frozenset(branches))


def test_the_owner_may_everything_in_every_branch():
    assert all(rights.allows(desk("owner"), deed, 7) for deed in rights.DEEDS)


def test_the_rules_of_the_club_may_everything():
    assert all(rights.allows(CLUB, deed, 7) for deed in rights.DEEDS)


def test_a_manager_may_everything_in_their_own_branches_but_what_is_the_owners():
    may = {deed for deed in rights.DEEDS if rights.allows(desk("manager", 1), deed, 1)}
    assert may == set(rights.DEEDS) - MANAGER_MAY_NOT


def test_the_front_desk_may_work_with_clients_but_not_export_date_back_or_void_what_others_recorded():
    may = {deed for deed in rights.DEEDS if rights.allows(desk("front_desk", 1), deed, 1)}
    assert may == set(rights.DEEDS) - DESK_MAY_NOT


def test_an_auditor_may_look_and_nothing_else():
    assert {deed for deed in rights.DEEDS if rights.allows(desk("auditor", 1), deed, 1)} == AUDITOR_MAY


def test_a_trainer_works_cards_and_nothing_else_before_there_are_journals():
    assert {deed for deed in rights.DEEDS if rights.allows(desk("trainer", 1), deed, 1)} == TRAINER_MAY


@pytest.mark.parametrize("role", ["manager", "front_desk", "auditor"])
def test_nobody_but_the_owner_sees_a_client_of_another_branch(role):
    assert not rights.allows(desk(role, 1), "see_client", 2)


def test_an_owners_program_with_one_branch_keeps_to_it():
    program = Desk(staff_id=None, name="till", role="owner", branches=frozenset({1}), via="api")
    assert rights.allows(program, "see_client", 1)
    assert not rights.allows(program, "see_client", 2)


@pytest.mark.parametrize("role", ["", "club ", "Owner", "stranger", "admin"])
def test_a_role_that_nobody_gave_may_nothing(role):
    assert not [deed for deed in rights.DEEDS if rights.allows(desk(role, 1), deed, 1)]


def test_a_deed_without_a_row_is_refused_to_the_owner_too():
    with pytest.raises(Refused) as refused:
        rights.check(desk("owner"), "read_minds")
    assert refused.value.code == "no_right"


@pytest.mark.parametrize(
    ("table", "row"),
    [("handler", '"a.b" = "read_minds"'), ("route", '"GET /x" = "key:read_minds"'), ("deed.nap", 'roles = ["cat"]\nscope = "own"'),
     ("deed.nap", 'roles = []\nscope = "some"')],
)  # fmt: skip
def test_a_row_that_names_what_is_not_there_stops_the_start(table, row):
    whole = 'roles = ["owner"]\n[deed.look]\nroles = []\nscope = "own"\n[handler]\n[route]\n'
    with pytest.raises(ValueError, match="which"):
        rights.matrix_of(tomllib.loads(whole.replace(f"[{table}]", f"[{table}]\n{row}") + ("" if f"[{table}]" in whole else f"[{table}]\n{row}")))


def test_what_has_no_row_nobody_may_call():
    assert rights.handler_rule("club_ui.page.new_handler") == rights.NOBODY
    assert rights.route_rule("GET", "/new") == rights.NOBODY
    assert not rights.fulfils(desk("owner"), rights.NOBODY)


def test_the_frameworks_setter_of_any_variable_nobody_may_call():
    assert rights.handler_rule("reflex___state____state.setvar") == rights.NOBODY


def test_a_cookie_never_opens_what_is_for_programs():
    assert not rights.fulfils(desk("owner"), "key:see_client")
