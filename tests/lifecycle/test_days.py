"""Days are those of the branch, whatever the clocks do (spec: lifecycle, section 2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.days import LAST_DAY, day_of, day_start, iso, parse_day, zone_of
from lifecycle.errors import BadInput

ZONES = (
    "Europe/Moscow",
    "Europe/Kyiv",
    "Asia/Vladivostok",
    "America/New_York",
    "America/St_Johns",  # turned its clocks one minute after midnight
    "America/Havana",  # turns its clocks at midnight
    "Asia/Beirut",  # skips midnight
    "Pacific/Apia",  # skipped a whole day
    "Africa/Monrovia",  # jumped over midnight by 44 minutes
    "Asia/Kathmandu",
)


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("Europe/Moscow", "2026-01-05", "2026-01-04T21:00:00+00:00"),
        ("Asia/Vladivostok", "2026-01-05", "2026-01-04T14:00:00+00:00"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00+00:00"),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00+00:00"),
        ("Africa/Monrovia", "1972-01-07", "1972-01-07T00:44:30+00:00"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00+00:00"),
    ],
)
def test_a_day_begins_at_its_first_instant(zone, day, first):
    assert day_start(parse_day(day), zone_of(zone)) == datetime.fromisoformat(first)


@given(st.sampled_from(ZONES), st.dates(date(1971, 1, 1), date(2035, 1, 1)))
def test_the_first_instant_lies_in_its_day_and_the_one_before_does_not(name, on):
    zone, day = zone_of(name), on.toordinal()

    start = day_start(day, zone)

    skipped = name == "Pacific/Apia" and iso(day) == "2011-12-30"
    assert day_of(start, zone) == day + skipped
    assert day_of(start - timedelta(microseconds=1), zone) < day


def test_an_instant_is_a_day_earlier_or_later_by_the_zone():
    at = datetime(2026, 1, 4, 20, 30, tzinfo=UTC)

    assert [iso(day_of(at, ZoneInfo(name))) for name in ("Europe/Moscow", "Asia/Vladivostok")] == [
        "2026-01-04",
        "2026-01-05",
    ]


def test_an_instant_without_a_zone_has_no_day():
    with pytest.raises(ValueError, match="zone"):
        day_of(datetime(2026, 1, 4, 20, 30), UTC)  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize(
    "text", ["2026-1-5", "20260105", "2026-W01-1", "2026-02-30", "", "2026-01-05T10:00", "٢٠٢٦-٠١-٠٥"]
)
def test_a_date_is_written_one_way(text):
    with pytest.raises(ValueError, match=r"."):
        parse_day(text)


@given(st.integers(1, LAST_DAY))
def test_a_day_is_read_as_it_was_written(day):
    assert parse_day(iso(day)) == day


@pytest.mark.parametrize(
    "name", ["Moon/Base", "", None, 3, "Europe", "../etc/passwd", "/etc/passwd", "a\0b", "\ud800", "x" * 5000]
)
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(BadInput) as refused:
        zone_of(name)

    assert refused.value.code == "unknown_timezone"
