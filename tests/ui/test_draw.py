"""The pictures: numbers that follow from days and the policy, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from club_ui import draw
from lifecycle.placement import folders_of, place
from lifecycle.policy import Policy
from lifecycle.summary import Summary

POLICY = {"renew_before": 14, "grace": 16, "churn": 90}
END = 739_000


@pytest.mark.parametrize(
    ("today", "folder"),
    [
        (END - 15, "active"), (END - 14, "to_renew"), (END, "to_renew"), (END + 1, "not_renewed"),
        (END + 16, "not_renewed"), (END + 17, "churn"), (END + 90, "churn"), (END + 91, "lost"),
    ],
)  # fmt: skip
def test_the_ruler_stands_in_the_folder_of_the_day(today, folder):
    assert draw.large_ruler(END, today, **POLICY).current.folder == folder
    assert draw.small_ruler(END, today, **POLICY).current.folder == folder


@given(apart=some.integers(-60, 200))
def test_the_ruler_says_what_the_rules_say(apart):
    summary = Summary(covered_until=END, engaged_on=END, stretch_on=END - 90, stage=2)

    said = draw.large_ruler(END, END + apart, **POLICY).current.folder

    assert said in folders_of(int(place(summary, Policy(), END + apart).mask))


@given(
    apart=some.integers(-400, 400), renew=some.integers(1, 60), grace=some.integers(1, 60), more=some.integers(1, 200),
    renewable=some.booleans(),
)  # fmt: skip
def test_a_ruler_fills_its_width_and_the_mark_stands_inside_the_present_part(apart, renew, grace, more, renewable):
    policy = {"renew_before": renew, "grace": grace, "churn": grace + more}

    for ruler in (
        draw.large_ruler(END, END + apart, renewable=renewable, **policy),
        draw.small_ruler(END, END + apart, renewable=renewable, **policy),
    ):
        begin = ruler.starts()[ruler.parts.index(ruler.current)]
        assert sum(part.width for part in ruler.parts) == pytest.approx(100, abs=0.1)
        assert begin < ruler.mark < begin + ruler.current.width


def test_the_present_part_of_the_small_ruler_is_wide():
    assert draw.small_ruler(END, END - 3, **POLICY).current.width == 64


def test_who_has_only_bought_once_has_nothing_to_renew():
    folders = [part.folder for part in draw.large_ruler(END, END + 5, renewable=False, **POLICY).parts]

    assert folders == ["active", "churn", "lost"]


def test_the_mark_moves_on_with_the_days():
    marks = [draw.small_ruler(END, END + day, **POLICY).mark for day in range(1, 17)]

    assert marks == sorted(set(marks))


def life(**more):
    bands = [(END - 400, END - 200, "potential"), (END - 199, END + 30, "active"), (END + 31, END + 90, "churn")]
    return draw.life_line(today=END, bands=bands, **more)


def test_what_is_ahead_is_told_from_what_was():
    assert [(box.what, box.ahead) for box in life().bands] == [
        ("potential", False), ("active", False), ("active", True), ("churn", True),
    ]  # fmt: skip


def test_nothing_is_drawn_outside_the_picture():
    drawn = life(visits=[END - 2000, END - 5, END + 500], contacts=[(END, "accent")], memberships=[(END - 700, END + 700, "year")])

    assert len(drawn.visits) == 1
    for box in (*drawn.bands, *drawn.memberships):
        assert box.x >= 0
        assert box.x + box.width <= draw.LIFE_WIDTH


def test_a_long_life_keeps_about_seven_months_on_its_axis():
    drawn = draw.life_line(today=END, bands=[(END - 3000, END, "active")])

    assert 3 <= len(drawn.months) <= 8


def test_a_client_without_any_fact_has_a_picture_too():
    assert draw.life_line(today=END, bands=[]).bands == ()


def test_a_spark_ends_where_its_last_value_stands():
    drawn = draw.spark([1, 5, 3], width=64, height=28, edge=3)

    assert (drawn.x, drawn.y) == (64, 14)
    assert drawn.line == "M0.0 25 L32.0 3 L64.0 14" or drawn.line.startswith("M0.0 25")


@given(values=some.lists(some.integers(0, 10**6), max_size=20))
def test_a_spark_stays_inside_its_box(values):
    drawn = draw.spark(values)

    assert 0 <= drawn.y <= 28
    assert 0 <= drawn.x <= 64


def test_a_bar_of_one_is_seen_beside_a_bar_of_thousands():
    assert draw.bars([0, 1, 5000], 36) == [0, 3, 36]


def test_both_strips_of_a_trial_meet_on_the_last_day():
    (now, then), end = draw.term_strips([(14, 16, 90), (21, 10, 90)])

    for parts in (now, then):
        before = dict(parts)
        assert before["active"] + before["to_renew"] == pytest.approx(end, abs=0.1)
        assert sum(width for _, width in parts) == pytest.approx(100, abs=0.1)
