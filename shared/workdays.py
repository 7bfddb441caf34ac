"""Working days by the State Council's yearly notices, make-up weekends included.

The notices up to 2026 come with the chinesecalendar library; uploads override single days
and complete further years. A year without a notice is counted Monday to Friday and every
period that touches it is provisional: no holiday is ever guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

from shared.errors import Invalid, Text

MAX_WORKING_DAYS = 366
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_FIRST_YEAR: int = min(chinese_calendar.holidays).year
_LAST_YEAR: int = max(chinese_calendar.holidays).year


class OutsideCalendar(Invalid):
    """The asked period lies where no calendar can reach."""

    slug = "outside-calendar"
    title = Text("日期超出工作日历范围", "Outside the calendar")


@dataclass(frozen=True)
class Period:
    """A run of days; `provisional` when it touches a year without a notice."""

    first_day: date
    last_day: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """The library's days with uploaded overrides; `complete_years` need no library entry."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    complete_years: frozenset[int] = frozenset()

    def known(self, day: date) -> bool:
        """Whether a notice covers the day's year."""
        return day.year in self.complete_years or day in self.overrides or _in_library(day.year)

    def is_working(self, day: date) -> bool:
        """Whether the day is a working day; Monday to Friday where no notice is known."""
        if day in self.overrides:
            return self.overrides[day]
        if day.year not in self.complete_years and _in_library(day.year):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < _SATURDAY

    def period(self, start: date, working_days: int, *, first_day_counts: bool = False) -> Period:
        """Return the period of that many working days from the day of publication.

        By default the day of publication does not count: the first day is the first working
        day after it. The period ends at 24:00 of its last working day.
        """
        if not 1 <= working_days <= MAX_WORKING_DAYS:
            raise _bad_length()
        try:
            day = start if first_day_counts else start + _ONE_DAY
            provisional = False
            while not self.is_working(day):
                provisional = provisional or not self.known(day)
                day += _ONE_DAY
            first, left = day, working_days
            while True:
                provisional = provisional or not self.known(day)
                left -= self.is_working(day)
                if left == 0:
                    return Period(first, day, provisional)
                day += _ONE_DAY
        except OverflowError:
            raise _too_late() from None

    def add(self, start: date, working_days: int) -> date:
        """Return the working day that lies that many working days after `start`."""
        return self.period(start, working_days).last_day


def _in_library(year: int) -> bool:
    return _FIRST_YEAR <= year <= _LAST_YEAR


def _bad_length() -> OutsideCalendar:
    return OutsideCalendar(
        f"工作日数应在 1 到 {MAX_WORKING_DAYS} 之间，请修改后再查询。",
        f"working_days must be between 1 and {MAX_WORKING_DAYS}.",
    )


def _too_late() -> OutsideCalendar:
    return OutsideCalendar("日期过大，请检查年份。", "The date is too far away: check the year.")
