"""What holds for every client, whatever happened and whatever the club's numbers are (spec: lifecycle, section 10)."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.days import day_of, day_start
from lifecycle.facts import FACT_TYPES, OF_A_SALE, Fact
from lifecycle.fold import Fold
from lifecycle.placement import (
    BITS,
    Placed,
    changes,
    folder_counts,
    look,
    next_change,
    place,
    place_mask_status,
    turns,
)
from lifecycle.policy import DEFAULTS, Policies, Policy
from lifecycle.summary import Columns, Summary, memberships_of, restretched, summarise, summary_of
from lifecycle.watched import Watched
from tests.lifecycle.strategies import (
    BEGIN,
    UTC,
    days_of,
    histories,
    policies,
    policy_numbers,
    with_throws,
)


def placed(facts: list[Fact], versions: Policies, day: int) -> Placed:
    return place(summarise(facts, versions, day), versions.on(day), day)


@given(st.data(), histories(), policies())
def test_nothing_changes_before_the_next_change(data, facts, versions):
    day = data.draw(days_of(facts))
    known = [fact for fact in facts if fact.day <= day]

    change = next_change(known, versions, day)

    until = change[0] if change else day + 1500
    now = placed(known, versions, day)
    between = data.draw(st.lists(st.integers(day, until - 1), min_size=1, max_size=8))
    assert {placed(known, versions, one) for one in (*between, until - 1)} == {now}


@given(st.data(), histories(), policies())
def test_the_next_change_is_a_change(data, facts, versions):
    day = data.draw(days_of(facts))
    known = [fact for fact in facts if fact.day <= day]

    change = next_change(known, versions, day)

    now = placed(known, versions, day)
    if change is None:
        assert placed(known, versions, day + 5000) == now
    else:
        assert change[0] > day
        assert placed(known, versions, change[0]) == change[1] != now


@given(st.data(), histories(), policies())
def test_all_later_changes_together_are_the_placement_of_every_later_day(data, facts, versions):
    day = data.draw(days_of(facts))
    known = [fact for fact in facts if fact.day <= day]
    ahead = list(changes(known, versions, day))

    later = data.draw(st.integers(day, day + 1200))

    past = [then for on, then in ahead if on <= later]
    assert placed(known, versions, later) == (past[-1] if past else placed(known, versions, day))


@given(histories(), policies())
def test_facts_taken_one_by_one_come_to_the_same_as_all_at_once(facts, versions):
    policy = versions.on(BEGIN)
    fold = Fold(versions)

    for taken, fact in enumerate(facts, start=1):
        fold.take(fact)

        at_once = Fold(versions)
        at_once.take_all(facts[:taken])
        assert summary_of(fold, policy) == summary_of(at_once, policy)


@given(st.data(), histories(), policies())
def test_a_fact_after_the_day_changes_nothing_on_it(data, facts, versions):
    day = data.draw(days_of(facts))

    known = [fact for fact in facts if fact.day <= day]

    assert summarise(facts, versions, day) == summarise(known, versions, day)


@given(st.data(), histories(), policies())
def test_the_same_summary_holds_until_a_new_fact(data, facts, versions):
    day = facts[-1].day if facts else BEGIN
    ends = min((*versions.starts_after(day), day + 800))
    later = data.draw(st.integers(day, ends - 1))

    assert summarise(facts, versions, day) == summarise(facts, versions, later)


@given(histories(), policy_numbers(), policy_numbers())
def test_another_grace_cuts_the_stretches_as_a_new_fold_would(facts, before, after):
    day = facts[-1].day if facts else BEGIN
    fold = Fold(Policies.always(before))
    fold.take_all(facts)

    anew = restretched(summary_of(fold, before), after)

    assert anew.row() == summary_of(fold, after).row()
    assert anew.origins == summary_of(fold, after).origins
    assert place(anew, after, day) == place(summary_of(fold, after), after, day)


@given(st.data(), histories().filter(bool), policies())
def test_from_the_day_of_a_void_the_client_stands_as_without_the_pair(data, facts, versions):
    target = data.draw(st.sampled_from([fact for fact in facts if fact.type != "voided"]))
    when = facts[-1].at + timedelta(days=data.draw(st.sampled_from((0, 0, 1, 20))))
    void = Fact("void", when, day_of(when, UTC), "voided", {"fact": target.id})
    day = void.day + data.draw(st.sampled_from((0, 1, 16, 17, 91, 400)))

    known = [*facts, void]

    assert placed(known, versions, day) == placed(without_pairs(known), versions, day)
    assert placed(known, versions, void.day - 1) == placed(facts, versions, void.day - 1)


def without_pairs(facts: list[Fact]) -> list[Fact]:
    """The history without what was voided, the voids, and what goes with a voided sale."""
    gone = {fact.fields["fact"] for fact in facts if fact.type == "voided"}
    sales = {f.fields["membership"] for f in facts if f.id in gone and f.type == "membership_sold"}
    return [
        fact
        for fact in facts
        if fact.id not in gone
        and fact.type != "voided"
        and not (fact.type in OF_A_SALE and fact.fields["membership"] in sales)
    ]


@given(st.data(), histories(), policy_numbers(), st.integers(-400, 4000))
def test_shifting_all_days_shifts_everything(data, facts, policy, days):
    versions = Policies.always(policy)
    day = data.draw(days_of(facts))

    before, after = (
        next_change(facts, versions, day),
        next_change([shifted(fact, days) for fact in facts], versions, day + days),
    )

    assert placed(facts, versions, day) == placed(
        [shifted(fact, days) for fact in facts], versions, day + days
    )
    assert (before and (before[0] + days, before[1])) == after


def shifted(fact: Fact, days: int) -> Fact:
    kinds = {field.name: field.kind for field in FACT_TYPES[fact.type].fields}
    fields = {name: value + days if kinds[name] == "day" else value for name, value in fact.fields.items()}
    return fact._replace(at=fact.at + timedelta(days=days), day=fact.day + days, fields=fields)


@given(st.data(), histories(), st.integers(1, 90), st.integers(0, 20), st.integers(1, 60))
def test_a_freeze_inside_the_coverage_moves_the_end_by_its_days(data, facts, days, more, length):
    versions = Policies.always(DEFAULTS)
    day = facts[-1].day if facts else BEGIN
    own = [
        recorded("membership_sold", day, membership="own", billing="term", days=days, amount=1),
        recorded("membership_activated", day, membership="own", starts_on=day),
        recorded("membership_extended", day, membership="own", days=more),
    ]
    first = data.draw(st.integers(day, day + days + more - 1))

    frozen = {"membership": "own", "from": first, "to": first + length - 1}
    freeze = recorded("membership_frozen", day, **frozen)

    without = last_day_of("own", [*facts, *own], versions, day)
    assert without == day + days + more - 1
    assert last_day_of("own", [*facts, *own, freeze], versions, day) == without + length


def recorded(type: str, day: int, **fields: object) -> Fact:
    at = day_start(day, UTC) + timedelta(minutes=1439)
    return Fact(f"{type} {day}", at, day, type, fields)


def last_day_of(key: str, facts: list[Fact], versions: Policies, day: int) -> int | None:
    return next(one.last_on for one in memberships_of(facts, versions, day) if one.key == key)


@given(st.integers(1, 60), st.integers(0, 29), st.integers(1, 40))
def test_a_freeze_moves_every_later_boundary_of_its_client(days_before, into, length):
    versions = Policies.always(DEFAULTS)
    start = BEGIN + days_before
    sale = recorded("membership_sold", start, membership="m1", billing="term", days=30, amount=1)
    activation = recorded("membership_activated", start, membership="m1", starts_on=start)
    days = {"membership": "m1", "from": start + into, "to": start + into + length - 1}
    freeze = recorded("membership_frozen", start, **days)

    plain = list(changes([sale, activation], versions, start))
    frozen = list(changes([sale, activation, freeze], versions, start))

    assert [(on + length, then) for on, then in plain] == frozen
    assert len(plain) == 4


@given(st.lists(histories(8), min_size=1, max_size=6), policy_numbers(), st.integers(-5, 900))
def test_columns_come_to_the_same_as_each_client_alone(clients, policy, after):
    day = BEGIN + after
    versions = Policies.always(policy)
    summaries = [summarise(facts, versions, day) for facts in clients]

    together = place(Columns.of(summaries), policy, day)

    alone = [place(summary, policy, day) for summary in summaries]
    assert [Placed(*map(int, one)) for one in zip(*together, strict=True)] == alone


@given(st.lists(histories(8), min_size=1, max_size=6), policy_numbers(), st.integers(-5, 900))
def test_masks_and_statuses_alone_are_those_of_the_whole_placement(clients, policy, after):
    day = BEGIN + after
    columns = Columns.of(summarise(facts, Policies.always(policy), day) for facts in clients)

    masks, statuses = place_mask_status(columns, policy, day)

    whole = place(columns, policy, day)
    assert np.array_equal(masks, whole.mask)
    assert np.array_equal(statuses, whole.status)


@given(st.lists(histories(8), max_size=6), policy_numbers(), st.integers(-5, 900))
def test_the_counts_of_all_folders_are_those_of_their_clients(clients, policy, after):
    day = BEGIN + after
    columns = Columns.of(summarise(facts, Policies.always(policy), day) for facts in clients)

    counted = folder_counts(columns, policy, day)

    masks, _ = place_mask_status(columns, policy, day)
    assert counted == tuple(sum(bool(mask & bit) for mask in masks) for bit in BITS.values())


@given(st.data(), histories(), policies())
def test_one_look_sees_the_placement_and_its_next_change(data, facts, versions):
    day = data.draw(days_of(facts))

    seen = look(facts, versions, day)

    assert seen == (placed(facts, versions, day), next_change(facts, versions, day))


@given(st.data(), histories(), policy_numbers())
def test_a_watched_day_answers_as_the_day_itself(data, facts, policy):
    day = data.draw(days_of(facts))
    summary = summarise(facts, Policies.always(policy), day)

    assert place(summary, policy, Watched(day)) == place(summary, policy, day)


@given(st.data(), histories(), policy_numbers())
def test_only_a_handful_of_days_are_asked_about(data, facts, policy):
    day = data.draw(days_of(facts))
    summary = summarise(facts, Policies.always(policy), day)

    assert len(turns(summary, policy, day)) <= 8


@given(histories(), policies())
def test_a_stored_row_comes_back_as_it_was(facts, versions):
    summary = summarise(facts, versions, BEGIN + 500)

    back = Summary.of(summary.row())

    assert back.row() == summary.row()
    assert all(type(number) is int and -(2**31) <= number < 2**31 for number in back.row())


@given(histories())
def test_a_client_stands_in_some_folder_always(facts):
    versions = Policies.always(DEFAULTS)

    assert all(placed(facts, versions, BEGIN + day).mask for day in range(0, 1200, 37))


@given(st.data(), histories(6))
def test_what_comes_later_never_rewrites_an_earlier_day(data, facts):
    versions = Policies.always(DEFAULTS)
    last = facts[-1].day if facts else BEGIN
    throws = data.draw(
        st.lists(
            st.tuples(
                st.integers(1, 40),
                st.just(540),
                st.sampled_from(("purchase", "archived", "complaint")),
                *[st.integers(0, 9)] * 3,
            ),
            max_size=4,
        )
    )

    longer = with_throws(facts, throws)

    assert all(
        placed(longer, versions, day) == placed(facts, versions, day) for day in range(last - 40, last + 1)
    )


def test_a_stored_row_cannot_say_what_another_grace_would_do():
    row = Summary.of(summarise([], Policies.always(), BEGIN).row())

    with pytest.raises(LookupError):
        restretched(row, Policy.of({"grace_days": 3}))
