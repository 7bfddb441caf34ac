"""Periods of working days: by the notices, by property, and against an independent list."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.workdays import Calendar, OutsideCalendar

HOLIDAYS = Path(__file__).parents[2] / "data" / "holidays_cn_2018_2026.csv"
DAY = timedelta(days=1)
starts = st.dates(date(2018, 1, 1), date(2029, 12, 31))
lengths = st.integers(1, 60)
calendar = Calendar()


def independent() -> dict[date, bool]:
    """Whether each day of 2018 to 2026 is a working day, by another project's list."""
    with HOLIDAYS.open(encoding="utf-8") as file:
        named = {
            date.fromisoformat(row["date"]): row["day_type"] == "work"
            for row in csv.DictReader(file)
        }
    first, last = date(2018, 1, 1), date(2026, 12, 31)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return {day: named.get(day, day.weekday() < 5) for day in days}


def test_every_day_of_nine_years_agrees_with_an_independent_list() -> None:
    expected = independent()
    assert {day: calendar.is_working(day) for day in expected} == expected
    assert len(expected) == 3287


@given(
    start=st.dates(date(2018, 1, 1), date(2026, 11, 1)),
    length=st.integers(1, 20),
    first_day_counts=st.booleans(),
)
def test_a_period_agrees_with_counting_days_by_hand(
    *, start: date, length: int, first_day_counts: bool
) -> None:
    working = [day for day, works in independent().items() if works]
    later = [day for day in working if day > start or (first_day_counts and day == start)]
    found = calendar.period(start, length, first_day_counts=first_day_counts)
    assert (found.first_day, found.last_day) == (later[0], later[length - 1])
    assert not found.provisional


@given(start=starts, length=lengths, first_day_counts=st.booleans())
def test_a_period_contains_exactly_its_working_days(
    *, start: date, length: int, first_day_counts: bool
) -> None:
    found = calendar.period(start, length, first_day_counts=first_day_counts)
    span = range((found.last_day - found.first_day).days + 1)
    assert sum(calendar.is_working(found.first_day + n * DAY) for n in span) == length
    assert calendar.is_working(found.first_day)
    assert calendar.is_working(found.last_day)
    assert found.first_day >= start if first_day_counts else found.first_day > start


@given(starts, lengths, st.integers(0, 40), st.integers(0, 10))
def test_a_later_start_or_a_longer_period_never_ends_earlier(
    start: date, length: int, later: int, longer: int
) -> None:
    found = calendar.period(start, length)
    assert calendar.period(start + later * DAY, length + longer).last_day >= found.last_day


@given(starts, lengths)
def test_a_period_is_provisional_where_it_touches_a_year_without_a_notice(
    start: date, length: int
) -> None:
    found = calendar.period(start, length)
    assert found.provisional == (found.last_day.year > 2026 or start + DAY > date(2026, 12, 31))


@pytest.mark.parametrize(
    ("start", "first_day", "last_day"),
    [
        # The day of publication does not count; five ordinary working days follow.
        ("2026-05-11", "2026-05-12", "2026-05-18"),
        # The eve of 国庆 2025: eight days off, then the make-up Saturday 11 October counts.
        ("2025-09-30", "2025-10-09", "2025-10-14"),
        # 春节 2026: 14 and 28 February are make-up Saturdays, 15 to 23 are free.
        ("2026-02-13", "2026-02-14", "2026-02-27"),
        ("2026-02-24", "2026-02-25", "2026-03-02"),
        # Published on a Saturday, and on a holiday.
        ("2026-05-16", "2026-05-18", "2026-05-22"),
        ("2026-10-01", "2026-10-08", "2026-10-13"),
        # Over the turn of a year with both notices known.
        ("2025-12-29", "2025-12-30", "2026-01-06"),
    ],
)
def test_known_periods(start: str, first_day: str, last_day: str) -> None:
    found = calendar.period(date.fromisoformat(start), 5)
    assert (str(found.first_day), str(found.last_day), found.provisional) == (
        first_day,
        last_day,
        False,
    )


def test_into_2027_it_counts_monday_to_friday_and_says_so() -> None:
    found = calendar.period(date(2026, 12, 28), 5)
    assert (found.first_day, found.last_day) == (date(2026, 12, 29), date(2027, 1, 4))
    assert found.provisional
    assert not calendar.period(date(2026, 12, 24), 5).provisional


@pytest.mark.parametrize("length", [0, -1, 367])
def test_no_period_of_no_days_or_more_than_a_year(length: int) -> None:
    with pytest.raises(OutsideCalendar):
        calendar.period(date(2026, 5, 11), length)


def test_the_end_of_time_is_a_problem_and_no_crash() -> None:
    with pytest.raises(OutsideCalendar):
        calendar.period(date.max, 5)
