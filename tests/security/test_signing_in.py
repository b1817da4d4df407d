"""Signing in, the limits of trying, and how long a sign-in holds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lifecycle import passwords
from lifecycle.actions import audit, signing_in, staff
from lifecycle.desk import CLUB
from lifecycle.errors import BadInput, Conflict, IllegalMove, NotFound, Refused
from tests.security.conftest import PASSWORD

HOME = "10.0.0.1"
AWAY = "203.0.113.9"


def enters(house, login="front_desk", password=PASSWORD, address=HOME, **more):
    return signing_in.sign_in(house.club, login, password, address=address, **more)


def refusal(house, *args, **more) -> str:
    with pytest.raises(Refused) as refused:
        enters(house, *args, **more)
    return refused.value.code


def guess(house, times, login="front_desk", address=AWAY) -> list[str]:
    return [refusal(house, login, f"wrong guess {n}", address) for n in range(times)]


def desk_of(house, token):
    return signing_in.desk_of(house.club, token)


def test_the_right_password_opens_the_desk_of_that_person(house):
    desk = desk_of(house, enters(house).token)
    assert (desk.staff_id, desk.role, desk.branches) == (house.people["front_desk"], "front_desk", frozenset({house.north}))


def test_capitals_in_the_login_do_not_matter(house):
    assert enters(house, " Front_Desk ").staff_id == house.people["front_desk"]


def test_a_wrong_password_an_unknown_login_and_somebody_who_left_get_one_answer(house):
    staff.deactivate(house.club, CLUB, house.people["trainer"])
    answers = {refusal(house, "front_desk", "wrong"), refusal(house, "nobody", PASSWORD), refusal(house, "trainer", PASSWORD)}
    assert answers == {"sign_in_failed"}


@pytest.mark.parametrize("login", ["front_desk", "nobody", "trainer", ""])
def test_each_refusal_costs_one_comparison_of_a_password(house, login, monkeypatch):
    staff.deactivate(house.club, CLUB, house.people["trainer"])
    passwords.matches(None, "")
    work = []
    real = passwords._HASHER

    class Counting:
        def verify(self, *args):
            work.append("compared")
            return real.verify(*args)

        def hash(self, *args):
            work.append("made")
            return real.hash(*args)

        check_needs_rehash = staticmethod(real.check_needs_rehash)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    refusal(house, login, "wrong")
    assert work == ["compared"]


def test_guessing_from_elsewhere_ends_after_ten_tries_even_with_the_right_password(house):
    assert guess(house, 20) == ["sign_in_failed"] * 10 + ["sign_in_later"] * 10
    assert refusal(house, "front_desk", PASSWORD, AWAY) == "sign_in_later"


def test_it_ends_alike_for_a_login_that_nobody_has(house):
    assert guess(house, 12, "nobody") == ["sign_in_failed"] * 10 + ["sign_in_later"] * 2


def test_guessing_from_many_addresses_has_the_same_ten_tries(house):
    answers = [refusal(house, "front_desk", "wrong", f"203.0.113.{n}") for n in range(12)]
    assert answers[-2:] == ["sign_in_later"] * 2


def test_a_thousand_guesses_do_not_keep_the_person_out_of_their_own_tablet(house):
    enters(house, address=HOME)
    guess(house, 30)
    assert enters(house, address=HOME).token


def test_guesses_do_not_keep_anybody_else_out_of_the_same_address(house):
    guess(house, 30, "front_desk", AWAY)
    assert enters(house, "manager", address=AWAY).token


def test_trying_many_accounts_from_one_address_ends_there_and_only_there(house):
    enters(house, "owner", address=AWAY)
    for n in range(signing_in.ACCOUNTS):
        refusal(house, f"person{n}", "Winter 2026", AWAY)
    assert refusal(house, "manager", PASSWORD, AWAY) == "sign_in_later"
    assert enters(house, "owner", address=AWAY).token
    assert enters(house, "manager", address=HOME).token


def test_after_a_quarter_of_an_hour_one_may_try_again(house):
    guess(house, 12)
    house.later(minutes=15, seconds=1)
    assert enters(house, address=AWAY).token


def test_slow_guessing_gets_a_hundred_tries_a_day(house):
    for _ in range(10):
        guess(house, 10)
        house.later(minutes=16)
    assert guess(house, 1) == ["sign_in_later"]


def test_forty_guesses_at_the_same_moment_are_still_ten(house):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: refusal(house, "front_desk", f"wrong {n}", AWAY), range(40)))
    assert answers.count("sign_in_failed") == signing_in.TRIES


def test_on_either_database_guesses_at_the_same_moment_are_still_ten(club):
    def guess(n):
        with pytest.raises(Refused) as refused:
            signing_in.sign_in(club, "nobody", f"wrong {n}", address=AWAY)
        return refused.value.code

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(guess, range(24)))
    assert answers.count("sign_in_failed") == signing_in.TRIES


def test_two_owners_who_put_each_other_out_at_the_same_moment_leave_one(club):
    known = {login: staff.add(club, CLUB, login=login, name=login, role="owner", password="x", demo=True) for login in ("anna", "boris")}

    def puts_out(login):
        try:
            staff.deactivate(club, CLUB, known[login])
        except IllegalMove:
            return 0
        return 1

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(puts_out, known)) == 1


def test_the_answer_says_in_how_many_minutes(house):
    guess(house, 10)
    house.later(minutes=5)
    with pytest.raises(Refused) as refused:
        enters(house, address=AWAY)
    assert refused.value.values == {"minutes": 10}


def test_what_was_typed_as_login_is_not_kept(house):
    refusal(house, "my secret passphrase", "x")
    assert "my secret passphrase" not in repr(house.contents())


def test_a_demo_account_gets_in_only_where_a_demo_is_served(house):
    staff.add(house.club, CLUB, login="vera", name="Vera", role="owner", password="demo", demo=True)
    assert refusal(house, "vera", "demo") == "sign_in_failed"
    assert enters(house, "vera", "demo", demo=True).token


def test_a_token_is_256_random_bits_and_kept_only_as_its_hash(house):
    token = enters(house).token
    assert len(token) == 43
    with house.club.reading() as conn:
        kept = conn.exec_driver_sql("SELECT token_hash FROM sign_in").scalars().all()
    assert kept == [passwords.token_hash(token)]


def test_a_new_sign_in_ends_the_one_it_replaces(house):
    before = enters(house).token
    after = enters(house, "manager", replaces=before).token
    assert desk_of(house, before) is None
    assert desk_of(house, after).role == "manager"


@pytest.mark.parametrize("made_up", ["", "x", "0" * 43, "known-before"])
def test_a_token_that_the_club_did_not_give_is_nobodys(house, made_up):
    enters(house, replaces=made_up)
    assert desk_of(house, made_up) is None


def test_a_browser_unused_for_twelve_hours_must_sign_in_again(house):
    token = enters(house).token
    house.later(hours=11, minutes=59)
    assert desk_of(house, token)
    house.later(hours=12)
    assert desk_of(house, token) is None


def test_a_browser_used_all_day_must_sign_in_again_after_a_week(house):
    token = enters(house).token
    for _ in range(27):
        house.later(hours=6)
        assert desk_of(house, token)
    house.later(hours=6, seconds=1)
    assert desk_of(house, token) is None


def test_signing_out_ends_it(house):
    token = enters(house).token
    signing_in.sign_out(house.club, token)
    assert desk_of(house, token) is None


def test_a_role_taken_away_is_gone_at_the_next_look(house):
    token = enters(house, "manager").token
    staff.change(house.club, CLUB, house.people["manager"], version=1, role="trainer", branches=[house.south])
    desk = desk_of(house, token)
    assert (desk.role, desk.branches) == ("trainer", frozenset({house.south}))


def test_whoever_is_deactivated_is_out_of_every_browser_and_stays_out_when_let_in_again(house):
    tokens = [enters(house).token, enters(house, address=AWAY).token]
    staff.deactivate(house.club, CLUB, house.people["front_desk"])
    staff.activate(house.club, CLUB, house.people["front_desk"])
    assert [desk_of(house, token) for token in tokens] == [None, None]


def test_one_sees_and_ends_ones_own_sign_ins(house):
    here, there = enters(house).token, enters(house, address=AWAY).token
    desk = desk_of(house, here)
    listed = signing_in.sign_ins(house.club, desk)
    assert {row.address for row in listed} == {HOME, AWAY}
    assert signing_in.revoke_all(house.club, desk) == 1
    assert desk_of(house, here)
    assert desk_of(house, there) is None


def test_only_the_owner_sees_and_ends_anothers(house):
    token = house.enters("front_desk")
    row = signing_in.sign_ins(house.club, house.desk("owner"), house.people["front_desk"])[0]
    with pytest.raises(Refused):
        signing_in.sign_ins(house.club, house.desk("manager"), house.people["front_desk"])
    with pytest.raises(NotFound):
        signing_in.revoke(house.club, house.desk("manager"), row.id)
    assert desk_of(house, token)
    signing_in.revoke(house.club, house.desk("owner"), row.id)
    assert desk_of(house, token) is None


def test_a_password_set_by_the_owner_ends_every_sign_in_of_that_person(house):
    token = enters(house).token
    staff.set_password(house.club, house.desk("owner"), house.people["front_desk"], "another quiet evening")
    assert desk_of(house, token) is None
    assert refusal(house) == "sign_in_failed"
    assert enters(house, password="another quiet evening").token


def test_a_password_of_ones_own_needs_the_present_one_and_ends_the_other_browsers(house):
    here, there = enters(house).token, enters(house).token
    desk = desk_of(house, here)
    with pytest.raises(Refused) as refused:
        staff.change_password(house.club, desk, "not this", "another quiet evening")
    assert refused.value.code == "password_wrong"
    staff.change_password(house.club, desk, PASSWORD, "another quiet evening")
    assert desk_of(house, here)
    assert desk_of(house, there) is None


# --- the first owner --------------------------------------------------------------------------


def test_an_empty_club_has_no_account_and_one_link(club):
    token = staff.setup_link(club)
    staff_id = staff.set_up(club, token, login="Anna", name="Anna Petrova", password="a long walk by the river")
    desk = signing_in.desk_of(club, signing_in.sign_in(club, "anna", "a long walk by the river", address=HOME).token)
    assert (desk.staff_id, desk.role, desk.branches) == (staff_id, "owner", None)
    assert staff.setup_link(club) is None


def owner(club, token):
    return staff.set_up(club, token, login="anna", name="Anna", password="a long walk by the river")


def test_the_link_opens_once(club):
    token = staff.setup_link(club)
    owner(club, token)
    with pytest.raises(Refused) as refused:
        staff.set_up(club, token, login="boris", name="Boris", password="a long walk by the river")
    assert refused.value.code == "setup_link_bad"


def test_two_who_use_the_link_at_the_same_moment_make_one_owner(club):
    token = staff.setup_link(club)

    def tries(login):
        try:
            return staff.set_up(club, token, login=login, name=login, password="a long walk by the river")
        except Refused:
            return None

    with ThreadPoolExecutor(4) as threads:
        made = [staff_id for staff_id in threads.map(tries, ["anna", "boris", "vera", "gleb"]) if staff_id]
    assert len(made) == 1


def test_the_link_is_dead_after_a_day(club):
    token = staff.setup_link(club)
    club.clock.at += timedelta(hours=24)
    with pytest.raises(Refused):
        owner(club, token)


def test_a_newer_link_ends_the_one_before(club):
    before, after = staff.setup_link(club), staff.setup_link(club)
    with pytest.raises(Refused):
        owner(club, before)
    assert owner(club, after)


def test_a_weak_password_leaves_the_link_good(club):
    token = staff.setup_link(club)
    with pytest.raises(BadInput):
        staff.set_up(club, token, login="anna", name="Anna", password="password1")
    assert owner(club, token)


# --- people -----------------------------------------------------------------------------------


def test_the_last_owner_stays_an_owner_who_can_sign_in(house):
    for attempt in (
        lambda: staff.deactivate(house.club, CLUB, house.people["owner"]),
        lambda: staff.change(house.club, CLUB, house.people["owner"], version=1, role="manager"),
    ):
        with pytest.raises(IllegalMove) as refused:
            attempt()
        assert refused.value.code == "last_owner"


def test_two_owners_who_change_one_person_do_not_overwrite_each_other(house):
    staff.change(house.club, CLUB, house.people["trainer"], version=1, name="Vera")
    with pytest.raises(Conflict):
        staff.change(house.club, CLUB, house.people["trainer"], version=1, name="Gleb")


@pytest.mark.parametrize(
    ("odd", "field"),
    [({"login": "a b"}, "login"), ({"login": "x"}, "login"), ({"login": "a\ud800b"}, "login"), ({"name": " "}, "name"),
     ({"name": "A\x00nna"}, "name"), ({"role": "admin"}, "role"), ({"role": "club"}, "role"),
     ({"branches": [999]}, "branches"), ({"login": "OWNER"}, "login"), ({"password": "qwertyui"}, "password")],
)  # fmt: skip
def test_odd_people_are_refused_by_the_field_at_fault(house, odd, field):
    person = {"login": "boris", "name": "Boris", "role": "trainer", "password": "a long walk by the river", **odd}
    with pytest.raises(BadInput) as refused:
        staff.add(house.club, CLUB, **person)
    assert [each.field for each in refused.value.errors] == [field]


@pytest.mark.parametrize("role", ["manager", "front_desk", "trainer", "auditor"])
def test_nobody_but_the_owner_manages_people(house, role):
    desk, before = house.desk(role), house.contents()
    for attempt in (
        lambda: staff.add(house.club, desk, login="x1", name="X", role="owner", password="a long walk by the river"),
        lambda: staff.change(house.club, desk, house.people[role], version=1, role="owner"),
        lambda: staff.deactivate(house.club, desk, house.people["owner"]),
        lambda: staff.set_password(house.club, desk, house.people["owner"], "a long walk by the river"),
    ):
        with pytest.raises(Refused):
            attempt()
    assert house.contents() == before


def test_who_came_in_who_was_refused_and_who_changed_what_is_in_the_audit(house):
    enters(house)
    refusal(house, "front_desk", "wrong", AWAY)
    staff.deactivate(house.club, house.desk("owner"), house.people["trainer"])
    rows = audit.page(house.club, house.desk("owner"))
    told = [(row.deed, row.outcome, row.staff_id, row.address) for row in rows[:3]]
    assert told == [
        ("deactivate_staff", "done", house.people["owner"], ""),
        ("sign_in", "refused", None, AWAY),
        ("sign_in", "done", house.people["front_desk"], HOME),
    ]


def test_a_weak_new_password_leaves_the_whole_person_as_they_were(house):
    before = next(one for one in staff.everybody(house.club, CLUB) if one.id == house.people["front_desk"])

    with pytest.raises(BadInput):
        staff.change(house.club, CLUB, before.id, version=before.version, name="Another", password="short")

    assert before in staff.everybody(house.club, CLUB)
