"""Months, quarters and years, and the days from one to another."""

from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
# Lengths in months.
MONTH, QUARTER, YEAR = 1, 3, 12


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both inclusive; without a last day it goes on."""

    first: date
    last: date | None = None

    def meets(self, other: "Span") -> bool:
        """Whether there is a day in both."""
        return self.first <= (other.last or date.max) and other.first <= (self.last or date.max)

    def holds(self, other: "Span") -> bool:
        """Whether every day of the other is in this one."""
        return self.first <= other.first and (other.last or date.max) <= (self.last or date.max)


def periods(months: int, within: Span) -> list[Span]:
    """Return the whole months, quarters or years that lie within the days, in order."""
    found = []
    last = within.last or date.max
    place = number(within.first, months)
    while (period := _period(place, months)).first <= last:
        if within.holds(period):
            found.append(period)
        place += 1
    return found


def number(day: date, months: int) -> int:
    """Return the place of a day's month, quarter or year in the count of all of them."""
    return (day.year * YEAR + day.month - 1) // months


def _period(place: int, months: int) -> Span:
    first, after = place * months, (place + 1) * months
    return Span(_first_day(first), _first_day(after) - _DAY)


def _first_day(month: int) -> date:
    return date(month // YEAR, month % YEAR + 1, 1)


def label(period: Span, months: int) -> str:
    """Name a period as people do: 2026-03, 2026-Q1 or 2026."""
    if months == YEAR:
        return f"{period.first.year}"
    if months == QUARTER:
        return f"{period.first.year}-Q{(period.first.month + 2) // 3}"
    return f"{period.first:%Y-%m}"
