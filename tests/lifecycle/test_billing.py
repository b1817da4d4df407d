"""What contracts come to: states, charges, debt, ends; and that no order of reports makes another ledger."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.days import iso
from lifecycle.facts import Fact, parse_fact
from lifecycle.policy import Policies
from lifecycle.summary import memberships_of
from tests.lifecycle.money import NOON, ZONE, Books, arrived, dues, ledger


def types(books: Books) -> list[str]:
    return [fact.type for fact in books.facts]


def monthly(**more) -> Books:
    """A recurring contract of 3000 a month, paid on the first of January."""
    return Books(**more).started("c", "2026-01-01", billing="recurring", days=30).paid("c", "2026-01-01")


def test_an_attempt_to_buy_is_an_open_invoice_until_it_is_paid():
    books = Books().started("c", "2026-03-01T12:00:00+03:00", days=30)

    attempt = books.contract("2026-03-01")
    books.paid("c", "2026-03-01T12:05:00+03:00")
    paid = books.contract("2026-03-01")

    assert (attempt.state, attempt.open_amount, attempt.unpaid_since) == ("started", 3000, NOON)
    assert (paid.state, paid.open_amount, paid.unpaid_since) == ("paid", 0, None)


def test_the_first_payment_sells_the_membership_on_the_terms_of_the_contract():
    books = Books().started("c", "2026-03-01", days=30, visits=8, product="year").paid("c", "2026-03-02")

    sold = books.facts[-1]

    assert (sold.type, iso(sold.day)) == ("membership_sold", "2026-03-02")
    assert sold.fields == {
        "membership": "c", "product": "year", "billing": "term", "days": 30, "visits": 8, "amount": 3000, "contract": "c",
    }  # fmt: skip


def test_a_recurring_contract_sells_a_membership_without_an_end():
    assert "days" not in monthly().facts[-1].fields


def test_a_second_payment_sells_nothing_more():
    books = monthly().paid("c", "2026-02-01").paid("c", "2026-03-01")

    assert types(books).count("membership_sold") == 1


def test_a_part_of_the_price_sells_and_leaves_the_rest_open():
    contract = Books().started("c", "2026-03-01").paid("c", "2026-03-01", 1000).contract("2026-03-01")

    assert (contract.state, contract.open_amount, contract.debt) == ("part_paid", 2000, 0)


def test_a_failed_attempt_sells_nothing_and_says_why():
    books = Books().started("c", "2026-03-01").failed("c", "2026-03-01", why_code="card_expired", attempt=1)

    contract = books.contract("2026-03-01")

    assert (contract.state, [failure.why_code for failure in contract.failures]) == ("started", ["card_expired"])
    assert "membership_sold" not in types(books)


def test_an_attempt_that_was_cancelled_is_open_no_more():
    contract = Books().started("c", "2026-03-01").told("contract_cancelled", "2026-03-01", contract="c").contract("2026-03-01")

    assert (contract.state, contract.open_amount, contract.unpaid_since) == ("cancelled", 0, None)


def test_money_that_came_outweighs_a_cancelling():
    books = Books().started("c", "2026-03-01").told("contract_cancelled", "2026-03-01", contract="c").paid("c", "2026-03-02")

    assert books.contract("2026-03-02").state == "paid"


@pytest.mark.parametrize(
    ("on", "state", "debt", "terminates_on"),
    [
        ("2026-01-31", "running", 0, None),
        ("2026-02-01", "running", 0, None),
        ("2026-02-02", "in_debt", 3000, "2026-03-03"),
        ("2026-03-02", "in_debt", 6000, "2026-03-03"),
    ],
)
def test_a_charge_is_due_on_its_day_and_owed_from_the_next(on, state, debt, terminates_on):
    contract = monthly().contract(on)

    assert (contract.state, contract.debt) == (state, debt)
    assert contract.terminates_on == (None if terminates_on is None else NOON.fromisoformat(terminates_on).toordinal())


def test_a_charge_that_failed_is_owed_at_once():
    contract = monthly().failed("c", "2026-02-01", attempt=1).contract("2026-02-01")

    assert (contract.state, contract.debt, iso(contract.debt_since)) == ("in_debt", 3000, "2026-02-01")


def test_further_attempts_are_about_the_same_debt():
    contract = monthly().failed("c", "2026-02-01", attempt=1).failed("c", "2026-02-04", attempt=2).contract("2026-02-04")

    assert ([failure.attempt for failure in contract.failures], contract.debt) == ([1, 2], 3000)


def test_a_debt_paid_is_none():
    contract = monthly().failed("c", "2026-02-01").paid("c", "2026-02-10").contract("2026-02-10")

    assert (contract.state, contract.debt, contract.failures) == ("running", 0, ())


@pytest.mark.parametrize(
    ("first", "days", "expected"),
    [
        ("2024-01-31", 30, ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]),
        ("2023-01-31", 31, ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]),
        ("2024-02-29", 365, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2024-01-31", 90, ["2024-01-31", "2024-04-30", "2024-07-31"]),
        ("2024-01-31", 7, ["2024-01-31", "2024-02-07", "2024-02-14"]),
    ],
)
def test_charges_follow_the_calendar(first, days, expected):
    books = Books().started("c", first, billing="recurring", days=days)
    for due in expected:
        books.paid("c", due)

    assert [due for due, _ in dues(books.contract(expected[-1]))] == expected


def test_days_frozen_move_the_charge_to_come():
    books = monthly().told("membership_activated", "2026-01-02", membership="c", starts_on="2026-01-02")
    books.told("membership_frozen", "2026-01-10", membership="c", **{"from": "2026-01-10", "to": "2026-01-23"})

    assert iso(books.contract("2026-01-24").next_due_on) == "2026-02-15"


def test_a_provider_tells_the_due_day_and_the_count_goes_on_from_there():
    books = monthly().paid("c", "2026-02-03", due_on="2026-02-03")

    assert dues(books.contract("2026-02-03")) == [("2026-01-01", "paid"), ("2026-02-03", "paid")]
    assert iso(books.contract("2026-02-03").next_due_on) == "2026-03-03"


def test_without_a_period_only_reports_tell_of_charges():
    books = Books().started("c", "2026-01-01", billing="recurring").paid("c", "2026-01-01").failed("c", "2026-02-05")

    assert dues(books.contract("2026-04-01")) == [("2026-01-01", "paid"), ("2026-02-05", "owed")]


def test_three_months_at_once_are_three_charges():
    contract = monthly().paid("c", "2026-01-20", 9000).contract("2026-01-20")

    assert dues(contract) == [
        ("2026-01-01", "paid"), ("2026-02-01", "paid"), ("2026-03-01", "paid"), ("2026-04-01", "paid"),
    ]  # fmt: skip


def test_half_a_charge_leaves_half_owed():
    contract = monthly().paid("c", "2026-02-01", 1000).contract("2026-02-05")

    assert (contract.debt, contract.state) == (2000, "in_debt")


def test_the_club_ends_a_contract_once_on_the_day_and_not_before():
    books = monthly().told("membership_activated", "2026-01-02", membership="c", starts_on="2026-01-02")

    before = types(books.days_pass("2026-01-02", "2026-03-02"))
    after = types(books.days_pass("2026-03-03", "2026-05-01"))

    assert "membership_ended" not in before
    assert after.count("membership_ended") == 1
    ended = books.facts[-1]
    assert (iso(ended.day), iso(ended.fields["on"]), ended.fields["why"], iso(ended.fields["due_on"])) == (
        "2026-03-03", "2026-03-03", "terminated", "2026-02-01",
    )  # fmt: skip
    assert books.contract("2026-03-03").state == "terminated"


def test_after_an_outage_the_end_has_its_true_day():
    books = monthly().days_pass("2026-04-20", "2026-04-20")

    assert iso(books.facts[-1].day) == "2026-03-03"


def test_paid_on_the_last_day_nothing_happens():
    books = monthly().paid("c", "2026-03-02", 6000).days_pass("2026-02-02", "2026-03-20")

    assert "membership_ended" not in types(books)


def test_an_ended_contract_makes_no_more_charges():
    contract = monthly().days_pass("2026-03-03", "2026-03-03").contract("2026-09-01")

    assert [due for due, _ in dues(contract)] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert (contract.open_amount, contract.terminates_on, contract.next_due_on) == (0, None, None)


def test_the_report_of_a_payment_in_time_takes_a_wrong_end_back():
    books = monthly().days_pass("2026-03-03", "2026-03-03")

    books.paid("c", "2026-02-20", 6000)

    contract = books.contract("2026-03-04")
    assert (contract.state, books.facts[-1].type) == ("running", "voided")


def test_debt_days_are_those_in_force_when_they_run_out():
    books = monthly().under(("2020-01-01", {"debt_days": 30}), ("2026-02-20", {"debt_days": 10}))

    assert iso(books.contract("2026-02-02").terminates_on) == "2026-02-20"


def test_all_the_money_back_before_the_beginning_ends_the_membership():
    books = Books().started("c", "2026-03-01", days=30).paid("c", "2026-03-01").refunded("c", "2026-03-05")

    assert (books.facts[-1].fields["why"], books.contract("2026-03-05").state) == ("refunded", "refunded")


def test_money_back_after_the_beginning_leaves_the_end_to_people():
    books = Books().started("c", "2026-03-01", days=30).paid("c", "2026-03-01")
    books.told("membership_activated", "2026-03-02", membership="c", starts_on="2026-03-02").refunded("c", "2026-03-05")

    assert "membership_ended" not in types(books)


def test_a_part_of_the_money_back_ends_nothing():
    books = Books().started("c", "2026-03-01", days=30).paid("c", "2026-03-01").refunded("c", "2026-03-05", 1000)

    assert ("membership_ended" in types(books), books.contract("2026-03-05").open_amount) == (False, 1000)


def test_a_payment_taken_back_takes_the_sale_with_it_and_the_invoice_is_open_again():
    books = Books().started("c", "2026-03-01", days=30).paid("c", "2026-03-01").taken_back(1, "2026-03-02")

    assert (books.facts[-1].type, books.facts[-1].fields["fact"]) == ("voided", books.facts[2].id)
    assert books.contract("2026-03-02").state == "started"


def test_paid_anew_it_is_sold_anew_under_another_name():
    books = Books().started("c", "2026-03-01", days=30).paid("c", "2026-03-01").taken_back(1, "2026-03-02")

    books.paid("c", "2026-03-03")

    assert books.facts[-1].fields["membership"] == "c~2"


def test_a_sale_that_people_took_back_is_not_made_again_by_the_next_payment():
    books = monthly().taken_back(2, "2026-01-10").paid("c", "2026-02-01")

    assert types(books).count("membership_sold") == 1
    assert books.contract("2026-03-15").debt == 0


def test_a_membership_sold_without_a_contract_owes_what_a_provider_reports():
    books = Books().told("membership_sold", "2026-01-01", membership="m", billing="recurring", amount=3000)
    books.failed("m", "2026-02-01", due_on="2026-02-01")

    contract = books.contract("2026-02-10")

    assert (contract.state, contract.membership, contract.debt, iso(contract.terminates_on)) == ("in_debt", "m", 3000, "2026-03-03")


def test_a_membership_in_debt_still_covers():
    books = monthly().told("membership_activated", "2026-01-02", membership="c", starts_on="2026-01-02")
    day = NOON.toordinal()

    (membership,) = memberships_of(books.facts, books.policies, day)

    assert (books.contract("2026-03-01").state, membership.state) == ("in_debt", "held")


def test_autopay_withdrawn_is_remembered_and_charges_go_on():
    contract = monthly().told("autopay_withdrawn", "2026-01-15", contract="c").contract("2026-02-05")

    assert (contract.autopay_ended_at is not None, contract.state) == (True, "in_debt")


def test_who_never_spoke_of_a_contract_has_none():
    assert Books().told("inquiry", "2026-01-01", source="site").contracts("2026-02-01") == []


def test_a_pack_is_used_up_visit_by_visit():
    books = Books().started("p", "2026-03-01", kind="service", visits=2, product="pt").paid("p", "2026-03-01")
    left = []
    for day in ("2026-03-02", "2026-03-03"):
        books.told("service_used", day, service="p", trainer="Ada")
        (pack,) = books.packs(day)
        left.append((pack.left, pack.state))

    assert books.facts[2].type == "purchase"
    assert left == [(1, "open"), (0, "used_up")]


def test_a_pack_has_its_days():
    books = Books().started("p", "2026-03-01", kind="service", visits=2, days=10).paid("p", "2026-03-01")

    assert [books.packs(day)[0].state for day in ("2026-03-10", "2026-03-11")] == ["open", "over"]


def test_a_pack_that_is_not_paid_or_given_back_is_not_used():
    books = Books().started("p", "2026-03-01", kind="service", visits=2)
    unpaid = books.packs("2026-03-01")[0].usable
    books.paid("p", "2026-03-01").refunded("p", "2026-03-02")

    assert (unpaid, books.packs("2026-03-02")[0].state) == (False, "refunded")


def test_a_service_nobody_sold_here_is_known_by_what_was_said():
    books = Books().told("service_used", "2026-03-01", service="massage", visits_left=3)

    assert [(pack.service, pack.left) for pack in books.packs("2026-03-01")] == [("massage", 3)]


# --- any order ----------------------------------------------------------------------------------


LATER = NOON + timedelta(days=200)


def reports(*told: tuple) -> list[Fact]:
    """Facts from (hours, type, fields), each with its own instant."""
    return [
        parse_fact({"type": kind, "at": NOON + timedelta(hours=hours), "contract": "c", **fields}, zone=ZONE, id=number)
        for number, (hours, kind, fields) in enumerate(told)
    ]


START = (0, "contract_started", {"amount": 3000, "billing": "term", "days": 30})
MONTHLY = (0, "contract_started", {"amount": 3000, "billing": "recurring", "days": 30})
FAIL = (1, "payment", {"state": "failed", "amount": 3000, "attempt": 1})
PAY = (2, "payment", {"state": "paid", "amount": 3000, "receipt": "r1"})
BACK = (3, "payment", {"state": "refunded", "amount": 3000, "refund_of": "r1"})
AGAIN = (24 * 31, "payment", {"state": "paid", "amount": 3000, "receipt": "r2"})
WITHDRAWN = (40, "autopay_withdrawn", {})
CANCELLED = (1, "contract_cancelled", {})


@pytest.mark.parametrize(
    "told",
    [(START, FAIL, PAY, BACK), (START, FAIL, PAY, CANCELLED), (MONTHLY, PAY, AGAIN, WITHDRAWN), (MONTHLY, FAIL, PAY, AGAIN)],
)
def test_every_order_of_four_reports_ends_in_the_same_ledger(told):
    policies, facts = Policies.always(), reports(*told)

    ledgers = [ledger(arrived(order, policies, LATER), policies, LATER) for order in permutations(facts)]

    assert all(one == ledgers[0] for one in ledgers)


def payments(hours: list[int], dues: list[str]) -> st.SearchStrategy[tuple]:
    return st.tuples(
        st.sampled_from(hours),
        st.just("payment"),
        st.fixed_dictionaries(
            {"state": st.sampled_from(["paid", "paid", "failed", "refunded"]), "amount": st.sampled_from([1000, 3000, 6000])},
            optional={"receipt": st.sampled_from(["a", "b", "c"]), "attempt": st.integers(1, 2), "due_on": st.sampled_from(dues)},
        ),
    )


_others = st.sampled_from([START, MONTHLY, WITHDRAWN, CANCELLED])
_of_months = payments([0, 1, 1, 2, 5, 24, 24 * 10, 24 * 31, 24 * 32, 24 * 62, 24 * 100], ["2026-03-31", "2026-04-02"])
_of_one_month = payments([0, 1, 2, 5, 24, 24 * 10, 24 * 28], ["2026-03-01", "2026-03-02", "2026-03-20"])


def shuffled(data, told) -> list[Fact]:
    """The reports in any order, some of them twice."""
    order = data.draw(st.permutations(reports(*told)))
    return order + data.draw(st.lists(st.sampled_from(order), max_size=4)) if order else []


@given(st.lists(st.one_of(_of_months, _of_months, _others), max_size=6), st.data())
def test_no_order_and_no_doubling_makes_another_ledger(told, data):
    policies = Policies.always()

    calm = ledger(arrived(reports(*told), policies, LATER), policies, LATER)

    assert ledger(arrived(shuffled(data, told), policies, LATER), policies, LATER) == calm


@given(st.lists(st.one_of(_of_one_month, _of_one_month, _others), max_size=6), st.data())
def test_nor_does_a_clock_that_ends_contracts_meanwhile(told, data):
    policies = Policies.always()

    calm = ledger(arrived(reports(*told), policies, LATER), policies, LATER)

    clock = data.draw(st.sets(st.integers(0, 9)))
    assert ledger(arrived(shuffled(data, told), policies, LATER, clock=clock), policies, LATER) == calm


def test_ten_thousand_shuffled_and_doubled_reports_end_in_the_ledger_of_the_ordered_ones():
    policies, shuffling = Policies.always(), Random(20260302)
    told = [
        fact._replace(id=(number, fact.id))
        for number in range(1000)
        for fact in reports(*shuffling.choice([(START, FAIL, PAY, BACK), (START, FAIL, PAY, PAY), (MONTHLY, PAY, AGAIN, WITHDRAWN), (MONTHLY, FAIL, PAY, AGAIN), (MONTHLY, FAIL, PAY, BACK)]))
    ]
    sent = [*told, *told, *shuffling.choices(told, k=2000)]
    shuffling.shuffle(sent)

    def books(facts: list[Fact]) -> list[list]:
        of_client: dict[int, list[Fact]] = {}
        for fact in facts:
            of_client.setdefault(fact.id[0], []).append(fact)
        return [ledger(arrived(of_client[number], policies, LATER), policies, LATER) for number in sorted(of_client)]

    assert (len(sent), books(sent)) == (10_000, books(told))
