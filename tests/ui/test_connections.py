"""The pages of connections and of the inbox: what is connected, shown once, and what failed, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from club_ui import i18n
from club_ui.state import connections, inbox, now
from lifecycle import store
from lifecycle.actions import audit, sources
from lifecycle.connections import KINDS
from lifecycle.desk import CLUB
from lifecycle.errors import BadInput, NotFound, Refused
from lifecycle.intake import receiving
from lifecycle.intake.adapter import Incoming


@pytest.fixture
def site(small_club, owner):
    return connections._create(small_club, owner, {"kind": "site", "name": "Our site", "branch": "", "source": "promo"})


def posted(club, site, body=b'{"name": "Anna"}'):
    incoming = Incoming(headers={"x-club-secret": site.secret}, content_type="application/json", body=body)
    with pytest.raises(BadInput):
        receiving.receive(club, site.source.code, incoming)
    [row], *_ = inbox._page(club, CLUB, "failed")
    return row


def test_a_connection_stands_there_with_its_address_and_no_secret(small_club, here, site):
    rows, counts, branches = connections._read(small_club, here.desk)
    row = connections._connection(here, rows[0], {one.id: one.name for one in branches}, "all", counts.get((rows[0].id, "failed"), 0))

    assert (row.name, row.heard, row.waiting) == ("Our site", "Пока молчит", "")
    assert row.address.endswith(f"/hooks/{site.source.code}")
    assert site.secret not in repr(rows)
    assert dict(rows[0].options) == {"source": "promo"}


@pytest.mark.parametrize("why", ["not_signed", "signed_long_ago"])
def test_that_nobody_gets_in_with_the_wrong_secret_is_said_where_it_is_set_up(small_club, here, site, why):
    with small_club.writing() as conn:
        store.sources.refuse(conn, site.source.id, here.now, why)

    [row], _, _ = connections._read(small_club, here.desk)
    told = connections._connection(here, row, {}, "all", 0).refused

    assert told.startswith("Отказано:")
    assert "{" not in told
    assert connections._connection(here, replace(row, heard_at=here.now), {}, "all", 0).refused == ""


def test_a_revoked_one_is_gone(small_club, here, site):
    connections._revoke(small_club, here.desk, str(site.source.id))

    assert connections._read(small_club, here.desk)[0] == []


@pytest.mark.parametrize("typed", [{"kind": "fax"}, {"kind": "site", "name": ""}, {"kind": "site", "name": "x", "source": "a\0"}, {"kind": "site", "name": "x", "branch": "99"}])
def test_what_cannot_be_connected_is_refused_by_its_field(small_club, owner, typed):
    with pytest.raises(BadInput):
        connections._create(small_club, owner, typed)


@pytest.mark.parametrize(
    ("kind", "field", "typed"),
    [
        ("binotel", "lines", "74951234567 = mian"), ("binotel", "lines", "main"), ("mango", "lines", "74951234567 = main; x = main"),
        ("binotel", "hosts", "sip1.binotel.com, not a host!"), ("binotel", "hosts", "300.1.1.1"), ("yookassa", "networks", "185.71.76.0/99"),
        ("site", "origins", "club.example"), ("site", "origins", "https://club.example/form"), ("site", "origins", "https://a b"),
        ("site", "source", "fax"), ("turnstile", "language", "fr"),
    ],
)  # fmt: skip
def test_an_option_that_would_never_work_is_refused_while_it_is_typed(small_club, owner, kind, field, typed):
    given = {"kind": kind, "name": "x", "secret": "the-secret-of-it"} if KINDS[kind].given else {"kind": kind, "name": "x"}

    with pytest.raises(BadInput) as refused:
        connections._create(small_club, owner, {**given, field: typed})

    [error] = refused.value.errors
    assert error.field == field
    assert "{" not in i18n.text("uk", f"error.{error.code}", **error.values)


@pytest.mark.parametrize(
    ("kind", "field", "typed"),
    [
        ("telephony", "lines", "+7 (495) 123-45-67 = main;\n74957654321=main\n"), ("binotel", "hosts", "my.binotel.ua 10.0.0.1;2a02::/32"),
        ("yookassa", "networks", "185.71.76.0/27"), ("site", "origins", "https://club.example/, http://localhost:3000 https://клуб.рф"),
        ("site", "source", "promo"), ("turnstile", "language", "uk"),
    ],
)  # fmt: skip
def test_options_that_work_are_taken_as_they_are_typed(small_club, owner, kind, field, typed):
    made = connections._create(small_club, owner, {"kind": kind, "name": "x", field: typed})

    assert made.source.options[field] == typed.strip()


def test_the_field_of_numbers_and_branches_names_the_codes_there_are():
    field = connections._field("ru", KINDS["mango"], "lines", "", ("main", "south"))

    assert "main, south" in field.hint


@pytest.mark.parametrize("kind", [kind.code for kind in KINDS.values() if not kind.given])
def test_the_address_that_is_shown_once_is_whole(small_club, owner, kind):
    state = connections.ConnectionsState(_reflex_internal_init=True)
    made = connections._create(small_club, owner, {"kind": kind, "name": "x"})

    state._shown(made)

    plain, _, key = state.made_address.partition("?key=")
    assert plain.endswith(f"/hooks/{made.source.code}")
    assert key == (made.secret if KINDS[kind].keyed else "")


def test_a_hidden_option_that_is_not_typed_again_stays(small_club, owner):
    given = {"kind": "yookassa", "name": "shop", "shop_id": "1", "api_key": "live_secret"}
    made = connections._create(small_club, owner, given).source

    connections._change(small_club, owner, made, {"name": "shop", "shop_id": "2", "api_key": ""})

    with small_club.reading() as conn:
        kept = store.sources.by_id(conn, made.id)
    assert kept is not None
    assert dict(kept.options) == {"shop_id": "2", "api_key": "live_secret"}


def test_why_something_failed_is_told_in_words(small_club, here, site):
    row = inbox._received(here, posted(small_club, site))

    assert row.why == "phone: " + inbox._sentence("ru", {"code": "missing_field", "values": {"field": "phone"}})
    assert (row.hue, row.again) == ("danger", True)


def test_what_was_sent_is_for_the_owner_alone_and_audited(small_club, here, site):
    row = posted(small_club, site)

    assert inbox._body(small_club, here.desk, str(row.id)).body == b'{"name": "Anna"}'
    assert audit.page(small_club, here.desk, deed="open_delivery")
    with pytest.raises(Refused):
        inbox._body(small_club, replace(here.desk, role="manager"), str(row.id))


def test_a_manager_takes_again_only_what_came_to_an_own_branch(small_club, here, site):
    row = posted(small_club, site)
    with small_club.writing() as conn:
        store.branches.add(conn, code="south", name="South", timezone="Europe/Kyiv", country="UA")
        [branch, *_] = store.branches.every(conn)
    manager = replace(here.desk, role="manager", branches=frozenset({branch.id}))

    assert inbox._page(small_club, manager, "failed")[0] == []
    assert now._failed(small_club, replace(here, desk=manager, scope=manager)) == ""
    for deed in (inbox._replay, inbox._set_aside):
        with pytest.raises(NotFound):
            deed(small_club, manager, str(row.id))
    own = sources.create(small_club, CLUB, kind="site", name="own", branch_id=branch.id)
    incoming = Incoming(headers={"x-club-secret": own.secret}, content_type="application/json", body=b'{"name": "Boris"}')
    with pytest.raises(BadInput):
        receiving.receive(small_club, own.source.code, incoming)
    [failed], *_ = inbox._page(small_club, manager, "failed")
    with pytest.raises(BadInput):
        inbox._replay(small_club, manager, str(failed.id))


async def test_what_came_for_all_branches_is_the_managers_who_answers_for_all_of_them(small_club, here, site):
    row = posted(small_club, site)
    manager = replace(here.desk, role="manager", branches=frozenset({1}))
    desk = replace(manager, role="front_desk")

    assert [one.id for one in inbox._page(small_club, manager, "failed")[0]] == [row.id]
    with pytest.raises(BadInput):
        inbox._replay(small_club, manager, str(row.id))
    assert now._failed(small_club, replace(here, desk=manager, scope=manager)) == "1"
    assert now._failed(small_club, replace(here, desk=desk, scope=desk)) == ""
    state = now.NowState(_reflex_internal_init=True)
    await state._load(here)
    assert state.failed == "1"
    inbox._set_aside(small_club, manager, str(row.id))
    assert now._failed(small_club, here) == ""
    [aside], *_ = inbox._page(small_club, manager, "aside")
    told = inbox._received(here, aside)
    assert (told.state, told.again, told.failed) == ("Убрано из непринятых", True, False)


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "999"])
def test_a_number_that_is_none_is_said_so(small_club, owner, number):
    with pytest.raises(NotFound):
        connections._revoke(small_club, owner, number)


def test_every_kind_is_called_something():
    assert [code for code in KINDS if not i18n.known(f"source_kind.{code}")] == []
