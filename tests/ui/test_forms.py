"""What is typed into a deed's form: read strictly, refused by field, likely values filled in."""

from __future__ import annotations

import pytest

from club_ui import forms, i18n, theme
from lifecycle import overview
from lifecycle.errors import BadInput


def row_of(club, owner, client_id):
    with club.reading() as conn:
        return overview.standing_rows(conn, owner, club.clock.now(), [client_id])[0]


@pytest.mark.parametrize("name", forms.DEEDS)
def test_every_deed_has_its_words_and_its_look(name):
    assert i18n.known(f"deed.{name}")
    assert i18n.known(f"done.{name}")
    assert name in theme.DEED


@pytest.mark.parametrize("field", [field for deed in forms.DEEDS.values() for field in deed.fields if field.name in deed.typed], ids=lambda field: field.name)
def test_every_field_has_its_word_and_so_has_every_choice(field):
    assert i18n.known(field.label)
    assert all(i18n.known(f"{field.family}.{code}") for code in field.codes)


@pytest.mark.parametrize(("typed", "minor"), [("24 900", 2490000), ("24900,50", 2490050), ("0", 0), ("24\u00a0900 ₽", 2490000)])
def test_an_amount_is_read_as_people_type_it(typed, minor):
    assert forms.minor_units("amount", typed) == minor


@pytest.mark.parametrize("typed", ["", "x", "-1", "1,234", "NaN", "Infinity", "sNaN", "1e5", "1e999999", "1e5000", "٣", "99999999999999"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(BadInput):
        forms.minor_units("amount", typed)


def test_every_field_at_fault_is_named_at_once():
    with pytest.raises(BadInput) as refused:
        forms.taken("sell", {"days": "many", "amount": "cheap", "billing": "barter"})

    assert {error.field for error in refused.value.errors} == {"days", "amount", "billing"}


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("sell", {"amount"}), ("refuse", {"outcome", "reason"}), ("record_purchase", {"what", "amount"}), ("complain", {"comment"}),
        ("freeze_membership", {"membership", "from", "to"}), ("end_membership", {"membership", "why", "on"}),
        ("change_client", {"name", "version"}), ("record_contact", set()), ("archive", set()),
    ],
)  # fmt: skip
def test_an_empty_form_names_what_the_deed_cannot_do_without(name, lacking):
    try:
        forms.taken(name, {})
        named = set()
    except BadInput as refused:
        named = {error.field for error in refused.errors}

    assert named == lacking


def test_what_is_left_empty_is_not_sent():
    assert forms.taken("sell", {"product": " ", "billing": "term", "days": "30", "visits": "", "amount": "100"}) == {
        "billing": "term", "days": 30, "amount": 10000,
    }  # fmt: skip


def test_fields_nobody_asked_for_are_ignored():
    assert forms.taken("promote", {"role": "owner"}) == {}


def test_a_renewal_begins_with_the_last_product_on_the_day_after_the_term(small_club, owner, member):
    likely = forms.likely("sell", row_of(small_club, owner, member(left=8)))

    assert (likely["product"], likely["days"], likely["amount"], likely["starts_on"]) == ("Yoga", "90", "13200", "2026-03-11")


def test_a_freeze_begins_with_the_membership_that_is_valid(small_club, owner, member):
    assert forms.likely("freeze_membership", row_of(small_club, owner, member(left=8)))["membership"] == "m"


def test_a_visit_of_somebody_without_a_membership_is_a_trial_one(small_club, owner, given):
    assert forms.likely("record_visit", row_of(small_club, owner, given())) == {"kind": "trial"}
