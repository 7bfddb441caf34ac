"""Months counted on dates, against a reference that goes day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.registry.people.domain.months import after_months, latest_event, months_since

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
months = st.integers(0, 40)


def corresponding(event: date, count: int) -> date:
    """The day of the same number so many months later, or the last of a month without it."""
    day = event
    for _ in range(count):
        day = day.replace(day=1) + timedelta(days=31)  # somewhere in the next month
        day = day.replace(day=1)
    last = day.replace(day=1)
    while (last + DAY).month == day.month and last.day < event.day:
        last += DAY
    return last


@given(days, months)
@example(date(2024, 1, 31), 1)
@example(date(2023, 11, 30), 3)
@example(date(2024, 2, 29), 12)
def test_a_period_ends_on_the_corresponding_day(event: date, count: int) -> None:
    assert after_months(event, count) == corresponding(event, count)


@given(days, days, months)
@example(date(2024, 2, 29), date(2024, 5, 30), 3)
@example(date(2026, 11, 30), date(2027, 3, 1), 3)
@example(date(2026, 11, 30), date(2027, 2, 28), 3)
def test_the_latest_event_parts_what_is_over_from_what_is_not(
    event: date, as_of: date, count: int
) -> None:
    latest = latest_event(as_of, count)
    assert latest is not None
    assert (event <= latest) == (after_months(event, count) < as_of)


@given(days, months)
def test_the_latest_event_is_exact_to_the_day(as_of: date, count: int) -> None:
    latest = latest_event(as_of, count)
    assert latest is not None
    assert after_months(latest, count) < as_of <= after_months(latest + DAY, count)


@given(days, st.integers(0, 4_000))
def test_whole_months_are_those_that_are_over(event: date, passed: int) -> None:
    as_of = event + timedelta(days=passed)
    count = months_since(event, as_of)
    assert count >= 0
    assert after_months(event, count) <= as_of < after_months(event, count + 1)


def test_the_ends_of_the_calendar_do_no_harm() -> None:
    assert after_months(date(9999, 12, 1), 1) == date.max
    assert latest_event(date.min, 0) is None
    assert latest_event(date(1, 2, 1), 3) is None
    assert latest_event(date(1, 2, 1), 0) == date(1, 1, 31)


@pytest.mark.parametrize(
    ("left", "first_day"),
    [
        (date(2026, 6, 30), date(2026, 10, 1)),  # from 1 July, three months: 30 September
        (date(2026, 7, 31), date(2026, 11, 1)),  # 31 October
        (date(2026, 11, 30), date(2027, 3, 1)),  # February has no 30th: its last day
        (date(2023, 11, 29), date(2024, 3, 1)),  # 29 February
        (date(2026, 2, 28), date(2026, 5, 29)),  # the 28th corresponds, not the month's end
    ],
)
def test_more_than_three_months_begin_on_the_day_after(left: date, first_day: date) -> None:
    on, before = latest_event(first_day, 3), latest_event(first_day - DAY, 3)
    assert on is not None
    assert before is not None
    assert before < left <= on
