"""Contracts at the desk and by the clock: what is sold, paid, owed, ended, given back, used; stored as the facts say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lifecycle import store
from lifecycle.actions import contract_clock, contracts, deeds, products
from lifecycle.actions.recording import record, undo
from lifecycle.billing import Contract, contracts_of
from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.days import day_of
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, GateRefused, IllegalMove, NotFound, Refused
from lifecycle.packs import packs_of
from lifecycle.scheduler import Scheduler
from tests.store.test_doors import OWNER, a_guest, a_lead, folders_of

DESK = Desk(None, "Dina", "front_desk", frozenset({1}))
NAMES = {"en": "Month", "ru": "Месяц", "uk": "Місяць"}


def a_buyer(club: Club, name: str = "Анна") -> int:
    """A client to whom things may be sold."""
    client_id = a_lead(club, name)
    deeds.move_to_guest(club, OWNER, client_id, key="g")
    deeds.promote(club, OWNER, client_id, key="p")
    return client_id


def contracts_now(club: Club, client_id: int) -> list[Contract]:
    with club.reading() as conn:
        zone = store.branches.every(conn)[0].zone
        facts, policies = store.facts.of_client(conn, client_id), store.policies.all_versions(conn)
    now = club.clock.now()
    return contracts_of(facts, policies, day_of(now, zone), now)


def facts_of(club: Club, client_id: int, kind: str) -> list[dict]:
    with club.reading() as conn:
        return [dict(fact.fields) for fact in store.facts.of_client(conn, client_id) if fact.type == kind]


def stored(club: Club, client_id: int) -> dict[str, str]:
    with club.reading() as conn:
        return {name: row["state"] for name, row in store.contracts.of_clients(conn, [client_id])[client_id].items()}


def a_subscriber(club: Club, name: str = "Анна") -> int:
    """A client who pays 3000 a month and began today."""
    client_id = a_buyer(club, name)
    contracts.sell(club, OWNER, client_id, key="sub", amount=300000, billing="recurring", days=30, starts_on="2026-03-02")
    return client_id


def test_sold_at_the_desk_is_paid_sold_and_begun_in_one_deed(club: Club) -> None:
    client_id = a_buyer(club)

    done = contracts.sell(club, DESK, client_id, key="s", title="Йога", amount=450000, days=30, starts_on="2026-03-02")

    (contract,) = contracts_now(club, client_id)
    assert (contract.name, contract.state, contract.membership) == (f"{client_id}-1", "paid", f"{client_id}-1")
    assert done.placement.folders == ("active",)
    assert check(club) == []


def test_a_sale_undone_leaves_neither_money_nor_membership(club: Club) -> None:
    client_id = a_buyer(club)
    done = contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30, starts_on="2026-03-02")

    deeds.undo(club, OWNER, client_id, done.new_ids, key="u")

    assert (contracts_now(club, client_id), stored(club, client_id)) == ([], {})
    assert check(club) == []


def test_the_same_key_sells_once(club: Club) -> None:
    client_id = a_buyer(club)
    first = contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30)

    again = contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30)

    assert (again.new_ids, len(contracts_now(club, client_id))) == ((), 1)
    assert again.fact_ids == first.fact_ids[: len(again.fact_ids)]


def test_nothing_is_sold_where_the_gate_is_shut(club: Club) -> None:
    client_id = a_guest(club)

    with pytest.raises(GateRefused):
        contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30)

    assert contracts_now(club, client_id) == []


def test_paid_later_it_waits_and_is_sold_by_the_payment(club: Club) -> None:
    client_id = a_buyer(club)
    contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30, paid_by="later")
    waiting = stored(club, client_id)

    done = contracts.take_payment(club, DESK, client_id, key="pay", contract=f"{client_id}-1", amount=450000, paid_by="terminal")

    assert (waiting, stored(club, client_id)) == ({f"{client_id}-1": "started"}, {f"{client_id}-1": "paid"})
    assert "not_activated" in done.placement.folders


def test_a_first_payment_says_from_when_on_and_is_taken_back_with_it(club: Club) -> None:
    client_id = a_buyer(club)
    contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30, paid_by="later")

    done = contracts.take_payment(club, DESK, client_id, key="pay", contract=f"{client_id}-1", amount=450000, starts_on="2026-03-05")
    again = contracts.take_payment(club, DESK, client_id, key="pay", contract=f"{client_id}-1", amount=450000, starts_on="2026-03-05")
    assert (done.placement.folders, again.fact_ids) == (("active",), done.fact_ids)
    undo(club, OWNER, client_id, done.fact_ids, key="u")

    assert stored(club, client_id) == {f"{client_id}-1": "started"}
    club.clock.at += timedelta(minutes=1)
    second = contracts.take_payment(club, DESK, client_id, key="pay2", contract=f"{client_id}-1", amount=450000, starts_on="2026-03-06")
    assert second.placement.folders == ("active",)
    assert check(club) == []


def test_what_has_begun_begins_no_second_time(club: Club) -> None:
    client_id = a_buyer(club)
    contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30, paid_by="later")
    contracts.take_payment(club, DESK, client_id, key="a", contract=f"{client_id}-1", amount=100000)

    with pytest.raises(BadInput) as refused:
        contracts.take_payment(club, DESK, client_id, key="b", contract=f"{client_id}-1", amount=350000, starts_on="2026-03-05")

    assert refused.value.errors[0].field == "starts_on"


def test_no_more_than_a_year_of_charges_is_paid_ahead(club: Club) -> None:
    client_id = a_subscriber(club)
    contracts.take_payment(club, DESK, client_id, key="a", contract=f"{client_id}-1", amount=300000)

    for amount in (12 * 300000, 300000_00):
        with pytest.raises(IllegalMove, match="too_far_ahead"):
            contracts.take_payment(club, DESK, client_id, key=str(amount), contract=f"{client_id}-1", amount=amount)
    contracts.take_payment(club, DESK, client_id, key="b", contract=f"{client_id}-1", amount=11 * 300000)

    assert [one.paid for one in contracts_now(club, client_id)] == [13 * 300000]


@pytest.mark.parametrize(("amount", "code"), [(0, "free_needs_reason"), (None, "missing_field"), (-1, "bad_number")])
def test_nothing_costs_nothing(club: Club, amount, code: str) -> None:
    client_id = a_buyer(club)

    with pytest.raises(BadInput) as refused:
        contracts.sell(club, OWNER, client_id, key="s", amount=amount, days=30)

    assert refused.value.errors[0].code == code


def test_a_free_product_has_its_reason_and_is_sold_for_nothing(club: Club) -> None:
    client_id = a_buyer(club)
    free = products.add(club, OWNER, names=NAMES, price=0, days=7, free_because="For friends of the house")

    contracts.sell(club, OWNER, client_id, key="s", product=free.code)

    (contract,) = contracts_now(club, client_id)
    assert (contract.state, contract.amount, contract.product) == ("paid", 0, "month")


def test_a_product_is_sold_only_to_whom_it_is_meant_for(club: Club) -> None:
    client_id = a_buyer(club)
    first = products.add(club, OWNER, names=NAMES, price=100000, days=7, sold_to=["newcomer"])
    contracts.sell(club, OWNER, client_id, key="s", product=first.code, starts_on="2026-03-02")

    with pytest.raises(IllegalMove, match="not_for_member"):
        contracts.sell(club, OWNER, client_id, key="t", product=first.code)


def test_a_debt_ends_the_contract_on_its_day_once_and_not_before(club: Club) -> None:
    client_id = a_subscriber(club)
    clock = Scheduler(club)
    states = []
    for _ in range(70):
        clock.turn()
        states.append((club.clock.now().date().isoformat(), stored(club, client_id)[f"{client_id}-1"]))
        club.clock.at += timedelta(days=1)

    turns = {state: day for day, state in reversed(states)}
    assert (turns["running"], turns["in_debt"], turns["terminated"]) == ("2026-03-02", "2026-04-03", "2026-05-02")
    assert [one["why"] for one in facts_of(club, client_id, "membership_ended")] == ["terminated"]
    assert check(club) == []
    clock.lead.let_go()


def test_after_an_outage_the_end_has_its_true_moment(club: Club) -> None:
    client_id = a_subscriber(club)
    club.clock.at += timedelta(days=80)

    assert contract_clock.settle_due(club) == 1
    assert contract_clock.settle_due(club) == 0

    with club.reading() as conn:
        ended = next(fact for fact in store.facts.of_client(conn, client_id) if fact.type == "membership_ended")
        recorded_at = store.facts.one(conn, client_id, int(str(ended.id))).recorded_at
    assert (ended.at.isoformat(), recorded_at) == ("2026-05-01T21:00:00+00:00", club.clock.now())
    assert check(club) == []


def test_an_end_that_was_missed_is_made_before_anything_new_is_judged(club: Club) -> None:
    client_id = a_subscriber(club)
    club.clock.at += timedelta(days=80)

    with pytest.raises(IllegalMove, match="more_than_is_owed"):
        contracts.take_payment(club, OWNER, client_id, key="late", contract=f"{client_id}-1", amount=600000)
    contracts.take_payment(club, OWNER, client_id, key="debt", contract=f"{client_id}-1", amount=300000)
    with pytest.raises(IllegalMove, match="nothing_to_pay"):
        contracts.take_payment(club, OWNER, client_id, key="again", contract=f"{client_id}-1", amount=300000)

    assert stored(club, client_id) == {f"{client_id}-1": "terminated"}


def test_paid_in_time_nothing_ends(club: Club) -> None:
    client_id = a_subscriber(club)
    club.clock.at += timedelta(days=60)
    contracts.take_payment(club, OWNER, client_id, key="pay", contract=f"{client_id}-1", amount=600000)
    club.clock.at += timedelta(days=20)

    assert contract_clock.settle_due(club) == 0
    assert check(club) == []


def test_money_goes_back_by_the_manager_and_ends_what_nobody_began(club: Club) -> None:
    client_id = a_buyer(club)
    contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30)

    with pytest.raises(Refused):
        contracts.refund(club, DESK, client_id, key="r", contract=f"{client_id}-1", reason="ill")
    contracts.refund(club, OWNER, client_id, key="r", contract=f"{client_id}-1", reason="ill")

    assert stored(club, client_id) == {f"{client_id}-1": "refunded"}
    assert "not_activated" not in folders_of(club, client_id)


def test_no_more_goes_back_than_was_paid(club: Club) -> None:
    client_id = a_buyer(club)
    contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30)

    with pytest.raises(IllegalMove, match="more_than_was_paid"):
        contracts.refund(club, OWNER, client_id, key="r", contract=f"{client_id}-1", amount=450001, reason="ill")


def test_an_attempt_is_cancelled_and_a_paid_contract_is_not(club: Club) -> None:
    client_id = a_buyer(club)
    contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30, paid_by="later")
    contracts.cancel(club, DESK, client_id, key="c", contract=f"{client_id}-1")
    contracts.sell(club, OWNER, client_id, key="t", amount=450000, days=30)

    with pytest.raises(IllegalMove):
        contracts.cancel(club, DESK, client_id, key="d", contract=f"{client_id}-2")

    assert stored(club, client_id) == {f"{client_id}-1": "cancelled", f"{client_id}-2": "paid"}


def test_nothing_is_paid_on_what_is_paid(club: Club) -> None:
    client_id = a_buyer(club)
    contracts.sell(club, OWNER, client_id, key="s", amount=450000, days=30)

    with pytest.raises(IllegalMove, match="nothing_to_pay"):
        contracts.take_payment(club, OWNER, client_id, key="more", contract=f"{client_id}-1", amount=1)
    with pytest.raises(NotFound):
        contracts.take_payment(club, OWNER, client_id, key="none", contract="nothing", amount=1)


def test_of_two_desks_that_take_the_same_money_one_takes_it(club: Club) -> None:
    client_id = a_buyer(club)
    contracts.sell(club, OWNER, client_id, key="s", amount=390000, days=30, paid_by="later")
    (seen,) = contracts_now(club, client_id)
    contracts.take_payment(club, DESK, client_id, key="a", contract=seen.name, amount=100000, expected=seen.asks)

    with pytest.raises(Conflict, match="contract_changed"):
        contracts.take_payment(club, DESK, client_id, key="b", contract=seen.name, amount=390000, expected=seen.asks)
    with pytest.raises(IllegalMove, match="more_than_is_owed"):
        contracts.take_payment(club, DESK, client_id, key="c", contract=seen.name, amount=390000)

    assert [one.paid for one in contracts_now(club, client_id)] == [100000]


def test_of_two_desks_that_take_the_charge_ahead_one_takes_it(club: Club) -> None:
    client_id = a_subscriber(club)
    (seen,) = contracts_now(club, client_id)
    contracts.take_payment(club, DESK, client_id, key="a", contract=seen.name, amount=300000, expected=seen.asks)

    with pytest.raises(Conflict, match="contract_changed"):
        contracts.take_payment(club, DESK, client_id, key="b", contract=seen.name, amount=300000, expected=seen.asks)

    assert [one.paid for one in contracts_now(club, client_id)] == [600000]


def test_what_is_free_is_paid_at_once(club: Club) -> None:
    client_id = a_buyer(club)
    free = products.add(club, OWNER, names=NAMES, price=0, days=7, free_because="For friends of the house")

    contracts.sell(club, DESK, client_id, key="s", product=free.code, starts_on="2026-03-02", paid_by="later")

    assert stored(club, client_id) == {f"{client_id}-1": "paid"}
    assert "active" in folders_of(club, client_id)


def test_a_product_is_sold_as_it_was_read(club: Club) -> None:
    client_id = a_buyer(club)
    read = products.add(club, OWNER, names=NAMES, price=390000, days=30)
    now = products.change(club, OWNER, read.code, version=read.version, names=NAMES, price=420000, days=30)

    with pytest.raises(Conflict, match="product_changed"):
        contracts.sell(club, DESK, client_id, key="s", product=read.code, version=read.version)
    contracts.sell(club, DESK, client_id, key="s", product=read.code, version=now.version)

    assert [one.amount for one in contracts_now(club, client_id)] == [420000]


def test_a_pack_is_sold_and_used_to_its_last_visit(club: Club) -> None:
    client_id = a_buyer(club)
    pack = products.add(club, OWNER, names={"en": "Ten"}, kind="service", price=500000, visits=2)
    contracts.sell(club, DESK, client_id, key="s", product=pack.code)
    for number in range(2):
        contracts.use_service(club, DESK, client_id, key=f"u{number}", service=f"{client_id}-1", trainer="Ада")

    with pytest.raises(IllegalMove, match="pack_used_up"):
        contracts.use_service(club, DESK, client_id, key="u2", service=f"{client_id}-1")

    with club.reading() as conn:
        facts = store.facts.of_client(conn, client_id)
    (shown,) = packs_of(facts, contracts_now(club, client_id), day_of(club.clock.now(), club_zone(club)), club.clock.now())
    assert (shown.left, shown.trainer, folders_of(club, client_id)) == (0, "Ада", ("active",))


def club_zone(club: Club):
    with club.reading() as conn:
        return store.branches.every(conn)[0].zone


def test_what_a_provider_reports_is_sold_past_the_gate_and_the_audit_says_so(club: Club) -> None:
    client_id = a_lead(club)
    facts = [
        {"type": "contract_started", "contract": "c", "amount": 300000, "billing": "term", "days": 30},
        {"type": "payment", "contract": "c", "state": "paid", "amount": 300000},
    ]

    record(club, OWNER, client_id, facts, key="provider", happened=True)

    assert folders_of(club, client_id) == ("not_activated",)
    with club.reading() as conn:
        assert "sale_past_the_gate" in {row.deed for row in store.audit.page(conn, before=None, limit=5, where={})}


def test_history_of_a_contract_sells_nothing(club: Club) -> None:
    client_id = a_buyer(club)
    facts = [
        {"type": "contract_started", "contract": "c", "amount": 300000, "at": "2026-01-10"},
        {"type": "payment", "contract": "c", "state": "paid", "amount": 300000, "at": "2026-01-10"},
    ]

    record(club, OWNER, client_id, facts, key="history")

    assert facts_of(club, client_id, "membership_sold") == []


def test_a_new_policy_moves_the_day_of_the_end(club: Club) -> None:
    from lifecycle.actions import policy

    client_id = a_subscriber(club)
    club.clock.at += timedelta(days=40)
    policy.publish_policy(club, OWNER, {"debt_days": 11})
    policy.finish_replacing(club)

    club.clock.at = datetime.fromisoformat("2026-04-13T00:00:00+03:00")
    assert contract_clock.settle_due(club) == 1
    assert stored(club, client_id) == {f"{client_id}-1": "terminated"}


# --- the price list -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"price": 0, "days": 30}, "free_because", "free_needs_reason"),
        ({"price": -1, "days": 30}, "price", "bad_number"),
        ({"price": 1}, "days", "missing_field"),
        ({"price": 1, "kind": "service"}, "visits", "missing_field"),
        ({"price": 1, "kind": "service", "visits": 5, "billing": "recurring"}, "billing", "service_is_paid_once"),
        ({"price": 1, "billing": "recurring", "days": 30, "visits": 8}, "visits", "recurring_has_no_visits"),
        ({"price": 0, "billing": "recurring", "days": 30, "free_because": "x"}, "price", "recurring_is_not_free"),
        ({"price": 1, "days": 30, "sold_to": ["martians"]}, "sold_to", "bad_choice"),
        ({"price": 1, "days": 30, "names": {}}, "name_en", "missing_field"),
    ],
)
def test_a_product_that_makes_no_sense_is_refused_by_its_field(club: Club, values, field: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        products.add(club, OWNER, **{"names": NAMES, **values})

    assert (refused.value.errors[0].field, refused.value.errors[0].code) == (field, code)


def test_the_price_list_is_made_by_the_manager(club: Club) -> None:
    with pytest.raises(Refused):
        products.add(club, DESK, names=NAMES, price=1, days=30)


def test_a_second_save_of_a_product_is_told_that_somebody_was_faster(club: Club) -> None:
    one = products.add(club, OWNER, names=NAMES, price=1, days=30)
    products.change(club, OWNER, one.code, version=1, names=NAMES, price=2, days=30)

    with pytest.raises(Conflict):
        products.change(club, OWNER, one.code, version=1, names=NAMES, price=3, days=30)


def test_a_product_off_sale_is_sold_no_more(club: Club) -> None:
    client_id = a_buyer(club)
    one = products.add(club, OWNER, names=NAMES, price=1, days=30)
    products.set_active(club, OWNER, one.code, version=1, active=False)

    with pytest.raises(BadInput):
        contracts.sell(club, OWNER, client_id, key="s", product=one.code)


def test_the_price_list_has_an_order(club: Club) -> None:
    for number in range(3):
        products.add(club, OWNER, names={"en": f"P{number}"}, price=1, days=30)

    products.move(club, OWNER, "p2", -1)

    with club.reading() as conn:
        assert [one.code for one in store.products.active(conn)] == ["p0", "p2", "p1"]
