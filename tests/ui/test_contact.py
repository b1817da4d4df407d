"""The boxes of a profile about reaching the client: consents, do-not-contact, cards of readers, open cards, and their history."""

from __future__ import annotations

from dataclasses import replace

import pytest

from club_ui import forms
from club_ui.state import contact
from club_ui.state.client import ClientState
from lifecycle import overview, store
from lifecycle.actions import access_cards, cards, consents
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, NotFound


async def shown(here, client_id, show="all"):
    state = ClientState(_reflex_internal_init=True)
    state.number, state.show = str(client_id), show
    await state._load(here)
    return state


def purpose(state, code):
    return next(one for one in state.privacy.purposes if one.code == code)


async def test_a_consent_stands_with_its_way_its_day_and_who_took_it(here, small_club, owner, given):
    anna = given()
    consents.give(small_club, owner, anna, purpose="contact", channel="call", text_version="2026-01", how="paper")

    line = purpose(await shown(here, anna), "contact")

    assert (line.state, [one.channel for one in line.consents]) == ("given", ["звонки"])
    assert line.consents[0].says.endswith("Irina Sokolova, на бумаге, текст 2026-01")


async def test_a_withdrawn_consent_says_when_and_by_whom(here, small_club, owner, given):
    anna = given()
    number = consents.give(small_club, owner, anna, purpose="marketing", text_version="1")
    contact._withdraw(small_club, owner, str(anna), str(number))

    line = purpose(await shown(here, anna), "marketing")

    assert (line.state, line.consents) == ("withdrawn", [])
    assert line.last.endswith("Irina Sokolova")
    assert purpose(await shown(here, anna), "photo").state == "never"


async def test_giving_and_withdrawing_stand_in_the_history(here, small_club, owner, given):
    anna = given()
    number = consents.give(small_club, owner, anna, purpose="marketing", channel="sms", text_version="1")
    consents.withdraw(small_club, owner, anna, number)

    said = {line.says for line in (await shown(here, anna, "talks")).history}

    assert {"Согласие отозвано: Реклама (СМС)", "Согласие дано: Реклама (СМС)"} <= said


async def test_do_not_contact_says_who_and_why_and_is_taken_back(here, small_club, owner, given):
    anna = given()
    forms.DEEDS["do_not_contact"].door(small_club, owner, anna, key="k", why="Переезжает")

    box = (await shown(here, anna)).privacy
    contact._contact_again(small_club, owner, str(anna))

    assert (box.shut, box.why) == (True, "Переезжает")
    assert box.since.endswith("Irina Sokolova")
    assert not (await shown(here, anna)).privacy.shut
    with small_club.reading() as conn:
        assert store.clients.get(conn, owner, anna).no_contact_why is None


async def test_a_blocked_access_card_stays_known_and_can_be_given_back(here, small_club, owner, given):
    anna = given()
    access_cards.give(small_club, owner, anna, "A1")
    contact._block(small_club, owner, str(anna), "A1")
    (line,) = (await shown(here, anna)).access
    contact._give_again(small_club, owner, str(anna), "A1")
    (again,) = (await shown(here, anna)).access

    assert (line.gone, again.gone) == (True, False)
    assert line.says.startswith("заблокирована")
    assert line.says.endswith("Irina Sokolova")


async def test_a_card_another_holds_now_is_theirs_alone(here, small_club, owner, given):
    anna, boris = given(), given(name="Boris")
    access_cards.give(small_club, owner, anna, "A1")
    access_cards.take_back(small_club, owner, anna, "A1")
    access_cards.give(small_club, owner, boris, "A1")

    assert (await shown(here, anna)).access == []
    assert [line.gone for line in (await shown(here, boris)).access] == [False]


async def test_an_open_card_stands_with_its_column_and_its_due(here, small_club, owner, given):
    anna = given()
    forms.DEEDS["make_card"].door(small_club, owner, anna, key="k", comment="Перезвонить", step="call", due="2026-03-02", time="18:00")

    (line,) = (await shown(here, anna)).open_cards

    assert (line.column.code, line.says, line.late) == ("today", "Перезвонить", False)
    assert line.due.startswith("Звонок")


async def test_a_finished_card_is_open_no_more_and_in_the_history(here, small_club, owner, given):
    anna = given()
    made = cards.make(small_club, owner, key="k", client_id=anna, comment="Перезвонить").card
    cards.finish(small_club, owner, made.id, result="done", version=made.version)

    state = await shown(here, anna, "cards")

    assert state.open_cards == []
    assert [(line.says, line.card) for line in state.history] == [
        ("Закрыта: Сделано", str(made.id)), ("Перезвонить", str(made.id)), ("Карточка создана", str(made.id)),
    ]  # fmt: skip


async def test_the_talks_tell_what_was_said_of_a_card_and_not_where_it_went(here, small_club, owner, given):
    anna = given()
    cards.make(small_club, owner, key="k", client_id=anna, comment="Перезвонить")

    assert [line.says for line in (await shown(here, anna, "talks")).history if line.card] == ["Перезвонить"]
    assert [line for line in (await shown(here, anna, "visits")).history if line.card] == []


async def test_who_only_looks_is_offered_nothing(here, small_club, given):
    anna = given()
    auditor = Desk(None, "Vera", "auditor")

    state = await shown(replace(here, desk=auditor, scope=auditor), anna)

    assert [state.may_keep_consent, state.may_give_access, state.may_make_card] == [False, False, False]


async def test_the_page_turns_when_a_card_becomes_overdue(here, small_club, owner, given):
    anna = given()
    made = cards.make(small_club, owner, key="k", client_id=anna, due="2026-03-02T18:00", status="new_contact").card

    assert (await shown(here, anna))._turns_at(here) == made.ends_at


@pytest.mark.parametrize("consent", ["", "x", "-1", "9" * 30])
def test_a_consent_that_is_none_is_said_so(small_club, owner, given, consent):
    with pytest.raises(NotFound):
        contact._withdraw(small_club, owner, str(given()), consent)


def test_the_form_of_a_consent_begins_with_the_purpose_that_was_pressed(small_club, owner, given):
    with small_club.reading() as conn:
        row = overview.standing_rows(conn, owner, small_club.clock.now(), [given()])[0]

    assert forms.likely("give_consent", row, "marketing")["purpose"] == "marketing"
    assert forms.likely("give_consent", row)["purpose"] == "processing"


@pytest.mark.parametrize(
    ("deed", "typed", "field"),
    [
        ("give_access_card", {"number": "ж"}, "number"), ("do_not_contact", {"why": "a\0"}, "why"),
        ("give_consent", {"purpose": "contact", "channel": "any", "text_version": " "}, "text_version"),
        ("make_card", {"due": "yesterday"}, "due"), ("make_card", {"responsible": "99"}, "responsible"),
    ],
)  # fmt: skip
def test_what_is_odd_is_refused_by_its_field_of_the_form(small_club, owner, given, deed, typed, field):
    with pytest.raises(BadInput) as refused:
        forms.DEEDS[deed].door(small_club, owner, given(), key="k", **forms.taken(deed, typed))

    assert field in {error.field for error in refused.value.errors}
    assert field in {one.name for one in forms.DEEDS[deed].fields}
