"""Where a card stands and what dropping it means: exactly one column at every instant, and every drop lands where it was meant to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lifecycle.cards import COLUMNS, Placing, closed_now, column, dropped, ends_at, sunday_of, weekday
from lifecycle.days import day_of, day_start, parse_day
from lifecycle.errors import BadInput, ColumnClosed

ZONES = tuple(ZoneInfo(name) for name in ("Europe/Moscow", "Europe/Kyiv", "America/New_York"))
MOSCOW, KYIV, NEW_YORK = ZONES
FIRST = "new_contact"


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def stands(due: str | None, now: str, *, status: str | None = "thinking", zone: ZoneInfo = MOSCOW) -> str:
    if due is None:
        return column(status, None, None, at(now, zone), zone)
    if len(due) == 10:
        return column(status, parse_day(due), None, at(now, zone), zone)
    moment = at(due, zone)
    return column(status, day_of(moment, zone), moment, at(now, zone), zone)


def drop(to: str, now: str, due: str | None = None, *, status: str | None = "thinking", zone: ZoneInfo = MOSCOW) -> Placing:
    moment = at(due, zone) if due and len(due) > 10 else None
    day = None if due is None else parse_day(due[:10])
    return dropped(to, status=status, due_on=day, due_at=moment, now=at(now, zone), zone=zone, first_status=FIRST)


# 2026-03-02 is a Monday.
@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        (None, "2026-03-02T12:00", "unsorted"),
        ("2026-03-01", "2026-03-01T23:59:59", "today"),
        ("2026-03-01", "2026-03-02T00:00", "overdue"),
        ("2026-03-02T15:00", "2026-03-02T14:59:59", "today"),
        ("2026-03-02T15:00", "2026-03-02T15:00", "overdue"),
        ("2026-03-03", "2026-03-02T12:00", "tomorrow"),
        ("2026-03-03T00:00", "2026-03-02T23:59", "tomorrow"),
        ("2026-03-04", "2026-03-02T12:00", "this_week"),
        ("2026-03-08", "2026-03-02T12:00", "this_week"),
        ("2026-03-09", "2026-03-02T12:00", "later"),
        ("2026-03-08", "2026-03-07T12:00", "tomorrow"),
        ("2026-03-09", "2026-03-07T12:00", "later"),
        ("2026-03-09", "2026-03-08T12:00", "tomorrow"),
        ("2026-03-10", "2026-03-08T12:00", "later"),
        ("2026-12-31", "2026-12-30T12:00", "tomorrow"),
        ("2027-01-03", "2026-12-30T12:00", "this_week"),
        ("2027-01-04", "2026-12-30T12:00", "later"),
    ],
)
def test_a_card_stands_by_when_its_next_step_is_due(due: str | None, now: str, expected: str):
    assert stands(due, now) == expected
    assert stands(due, now, status=None) == "unsorted"


@pytest.mark.parametrize(
    ("to", "now", "expected"),
    [
        ("today", "2026-03-02T12:00", "2026-03-02"),
        ("tomorrow", "2026-03-08T12:00", "2026-03-09"),
        ("this_week", "2026-03-02T12:00", "2026-03-06"),
        ("this_week", "2026-03-04T12:00", "2026-03-06"),
        ("this_week", "2026-03-05T12:00", "2026-03-08"),
        ("this_week", "2026-03-06T12:00", "2026-03-08"),
        ("later", "2026-03-02T12:00", "2026-03-09"),
        ("later", "2026-03-07T12:00", "2026-03-09"),
        ("later", "2026-03-08T12:00", "2026-03-10"),
        ("later", "2026-12-31T12:00", "2027-01-04"),
    ],
)
def test_a_drop_says_the_day(to: str, now: str, expected: str):
    assert drop(to, now) == Placing("thinking", parse_day(expected), None)


@pytest.mark.parametrize("now", ["2026-03-07T00:00", "2026-03-08T23:59"])
def test_a_week_without_days_left_is_closed(now: str):
    with pytest.raises(ColumnClosed, match="column_closed"):
        drop("this_week", now)

    assert closed_now("this_week", at(now), MOSCOW) == "column_closed"


def test_nothing_becomes_overdue_by_hand():
    with pytest.raises(ColumnClosed, match="cannot_be_overdue"):
        drop("overdue", "2026-03-02T12:00", "2026-03-05")


def test_what_is_overdue_already_may_be_dropped_where_it_is():
    assert drop("overdue", "2026-03-02T12:00", "2026-03-01").due_on == parse_day("2026-03-01")


def test_unsorted_takes_status_and_due_away():
    assert drop("unsorted", "2026-03-02T12:00", "2026-03-05T15:00") == Placing(None, None, None)


def test_a_card_without_a_status_takes_the_first_of_the_list():
    assert drop("today", "2026-03-02T12:00", status=None).status == FIRST


def test_a_column_that_nobody_knows_is_named():
    with pytest.raises(BadInput, match="bad_choice"):
        drop("someday", "2026-03-02T12:00")


@pytest.mark.parametrize(
    ("to", "due", "expected"),
    [
        ("tomorrow", "2026-03-05T15:00", "2026-03-03T15:00"),
        ("today", "2026-03-05T15:00", "2026-03-02T15:00"),
        ("today", "2026-03-05T12:00", None),
        ("today", "2026-03-05T09:00", None),
    ],
)
def test_the_time_of_day_is_kept_unless_it_has_passed_today(to: str, due: str, expected: str | None):
    assert drop(to, "2026-03-02T12:00", due).due_at == (expected and at(expected))


def test_a_time_that_summer_skips_is_as_much_later():
    moved = drop("tomorrow", "2026-03-28T12:00", "2026-04-10T03:30", zone=KYIV)

    assert moved.due_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moved.due_at.astimezone(KYIV).hour == 4


def test_a_time_of_day_is_the_same_before_and_after_the_clocks_change():
    moved = drop("tomorrow", "2026-03-28T12:00", "2026-03-20T15:00", zone=KYIV)

    assert moved.due_at is not None
    assert (moved.due_at.hour, moved.due_at.astimezone(KYIV).hour) == (12, 15)


def test_a_day_ends_at_its_own_midnight_though_it_has_23_hours():
    assert ends_at(parse_day("2026-03-29"), None, KYIV) == datetime(2026, 3, 29, 21, tzinfo=UTC)


# --- at every instant -----------------------------------------------------------------------------

#: Years' ends, Sundays and both changes of the clocks stand out among instants of every kind.
EDGES = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in ("2026-12-31T21:00", "2027-01-01T05:00", "2026-03-29T01:00", "2026-03-08T07:00", "2026-11-01T06:00", "2026-10-25T01:00", "2026-03-07T21:00")
)
_naive = datetime.fromisoformat  # as the strategy wants its bounds
near_edges = st.builds(lambda edge, minutes: edge + timedelta(minutes=minutes), st.sampled_from(EDGES), st.integers(-2000, 2000))
instants = st.one_of(near_edges, st.datetimes(_naive("2025-01-01"), _naive("2029-01-01"), timezones=st.just(UTC)))
statuses = st.sampled_from([None, "thinking"])
zones = st.sampled_from(ZONES)


@st.composite
def cards(draw: st.DrawFn) -> tuple[str | None, int | None, datetime | None, datetime, ZoneInfo]:
    """A card, an instant, a zone; the due mostly near the instant."""
    now, zone = draw(instants), draw(zones)
    due_at = draw(st.none() | st.builds(lambda minutes: now + timedelta(minutes=minutes), st.integers(-20_000, 20_000)))
    due_on = day_of(due_at, zone) if due_at else draw(st.none() | st.integers(-12, 16).map(lambda days: day_of(now, zone) + days))
    return draw(statuses), due_on, due_at, now, zone


def those_that_hold(status: str | None, due_on: int | None, due_at: datetime | None, now: datetime, zone: ZoneInfo) -> list[str]:
    """The sentences of the spec, each by itself, in their order."""
    if status is None or due_on is None:
        return ["unsorted"]
    today = now.astimezone(zone).date()
    due = due_at.astimezone(zone).date() if due_at else today + timedelta(days=due_on - today.toordinal())
    monday = today + timedelta(days=8 - today.isoweekday())
    holds = {
        "overdue": due_at <= now if due_at else now >= day_start(due_on + 1, zone),
        "today": due == today,
        "tomorrow": due == today + timedelta(days=1),
        "this_week": today + timedelta(days=1) < due < monday,
        "later": due >= monday,
    }
    return [name for name, held in holds.items() if held]


@given(cards())
def test_every_card_stands_in_exactly_one_column_at_every_instant(card):
    holding = those_that_hold(*card)

    assert holding
    assert column(*card) == holding[0]
    assert column(*card) in COLUMNS


@given(cards())
@example((None, parse_day("2027-01-01"), datetime(2026, 12, 31, 21, 0, tzinfo=UTC), datetime(2026, 12, 31, 21, 0, tzinfo=UTC), MOSCOW))
def test_a_card_is_overdue_from_the_instant_that_is_stored_for_it(card):
    _, due_on, due_at, _, zone = card
    end = ends_at(due_on, due_at, zone)
    if end is None:
        return

    assert column("thinking", due_on, due_at, end, zone) == "overdue"
    # What is due at a midnight is due on the day that begins then.
    before = end - timedelta(microseconds=1)
    still = "today" if due_at is None or day_of(before, zone) == due_on else "tomorrow"
    assert column("thinking", due_on, due_at, before, zone) == still


@given(cards(), st.sampled_from(COLUMNS))
@example((None, None, None, at("2026-03-08T12:00"), MOSCOW), "later")
@example(("thinking", parse_day("2026-11-01"), datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 5, 45, tzinfo=UTC), NEW_YORK), "today")
def test_every_drop_lands_in_its_column_in_the_same_instant_or_is_refused_with_its_reason(card, to: str):
    status, due_on, due_at, now, zone = card
    given = {"status": status, "due_on": due_on, "due_at": due_at}
    here = column(status, due_on, due_at, now, zone)

    if to != here and (why := closed_now(to, now, zone)):
        with pytest.raises(ColumnClosed, match=why):
            dropped(to, **given, now=now, zone=zone, first_status=FIRST)
        return

    placing = dropped(to, **given, now=now, zone=zone, first_status=FIRST)
    assert column(*placing, now, zone) == to
    assert to == here or closed_now(to, now, zone) is None
    if to == here:
        assert placing == Placing(status, due_on, due_at)
    elif placing.due_at is not None:
        assert day_of(placing.due_at, zone) == placing.due_on
        assert due_at is not None


@given(instants, zones)
def test_weeks_are_iso_weeks(now: datetime, zone: ZoneInfo):
    today = now.astimezone(zone).date()

    assert weekday(today.toordinal()) == today.isoweekday() - 1
    assert sunday_of(today.toordinal()) == today.toordinal() + 7 - today.isoweekday()
