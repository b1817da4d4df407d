"""What a client agreed to: by purpose, withdrawn as easily as given; and that nobody is to contact them."""

from __future__ import annotations

import pytest

from lifecycle import store
from lifecycle.actions import clients, consents
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import BadInput, NotFound, Refused


@pytest.fixture
def anna(club):
    return clients.add_client(club, CLUB, name="Anna", key="anna").client_id


def holds(club, client_id, purpose="marketing", channel="sms"):
    with club.reading() as conn:
        return store.consents.holds(conn, client_id, purpose, channel)


def test_a_consent_holds_for_its_purpose_and_channel_alone(club, anna):
    consents.give(club, CLUB, anna, purpose="marketing", channel="sms", text_version="2026-01", how="on paper")

    assert holds(club, anna)
    assert not holds(club, anna, channel="email")
    assert not holds(club, anna, purpose="contact")


def test_a_consent_to_any_channel_holds_for_each(club, anna):
    consents.give(club, CLUB, anna, purpose="marketing", text_version="2026-01")

    assert holds(club, anna, channel="email")


def test_what_is_withdrawn_holds_no_more_and_stays_known(club, anna):
    given = consents.give(club, CLUB, anna, purpose="marketing", text_version="2026-01")
    consents.withdraw(club, CLUB, anna, given)

    assert not holds(club, anna)
    with club.reading() as conn:
        [row] = store.consents.of_client(conn, anna)
    assert (row.given_by, row.withdrawn_by, row.withdrawn_at) == ("club", "club", club.clock.now())


def test_the_same_consent_twice_is_one_and_can_be_given_anew(club, anna):
    first = consents.give(club, CLUB, anna, purpose="contact", text_version="1")
    again = consents.give(club, CLUB, anna, purpose="contact", text_version="1")
    consents.withdraw(club, CLUB, anna, first)
    with club.reading() as conn:
        assert store.consents.contact_withdrawn(conn, [anna]) == {anna}
    anew = consents.give(club, CLUB, anna, purpose="contact", text_version="1")

    assert first == again != anew
    with club.reading() as conn:
        assert store.consents.contact_withdrawn(conn, [anna]) == set()


def test_a_consent_of_somebody_else_is_not_withdrawn(club, anna):
    given = consents.give(club, CLUB, anna, purpose="marketing", text_version="1")
    boris = clients.add_client(club, CLUB, name="Boris", key="boris").client_id

    with pytest.raises(NotFound):
        consents.withdraw(club, CLUB, boris, given)
    with pytest.raises(NotFound):
        consents.withdraw(club, CLUB, anna, given + 1)

    consents.withdraw(club, CLUB, anna, given)
    with pytest.raises(NotFound):
        consents.withdraw(club, CLUB, anna, given)


@pytest.mark.parametrize("given", [{"purpose": "spam"}, {"channel": "pigeon"}, {"text_version": " "}, {"text_version": "x" * 101}, {"how": "a\0"}])
def test_an_odd_consent_is_refused_by_its_field(club, anna, given):
    with pytest.raises(BadInput) as refused:
        consents.give(club, CLUB, anna, **{"purpose": "marketing", "text_version": "1", **given})

    assert refused.value.errors[0].field in given


def test_who_is_not_to_be_contacted_is_known_and_the_screens_hear(club, anna):
    with club.reading() as conn:
        before = store.changes.latest(conn)
    for on in (True, True):
        consents.do_not_contact(club, CLUB, anna, on=on)

    with club.reading() as conn:
        assert store.consents.not_to_contact(conn, [anna]) == {anna}
        assert store.clients.get(conn, CLUB, anna).no_contact_at == club.clock.now()
        assert store.changes.latest(conn) == before + 1
    consents.do_not_contact(club, CLUB, anna, on=False)
    with club.reading() as conn:
        assert store.consents.not_to_contact(conn, [anna]) == set()


@pytest.mark.parametrize("role", ["trainer", "auditor"])
def test_who_only_looks_changes_nothing(club, anna, role):
    desk = Desk(staff_id=None, name="Vera", role=role)

    with pytest.raises(Refused):
        consents.give(club, desk, anna, purpose="marketing", text_version="1")
    with pytest.raises(Refused):
        consents.do_not_contact(club, desk, anna, on=True)
