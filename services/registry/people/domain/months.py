"""Months counted on dates.

Clause: Civil Code, articles 201 and 202: the day of the event itself does not count, and a
period of months ends with the day of the same number in its last month, or with the last day of
a month that has none. More than three months have passed from the day after that one on.
"""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta

YEAR = 12


def after_months(event: date, months: int) -> date:
    """Return the last day of the period of so many months after a day; the calendar's at most."""
    year, month = divmod(event.year * YEAR + event.month - 1 + months, YEAR)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(event.day, _length(year, month + 1)))


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def latest_event(as_of: date, months: int) -> date | None:
    """Return the latest day since which more than so many months have passed; None if none has.

    It is the greatest `event` with `after_months(event, months) < as_of`.
    """
    if as_of == date.min:
        return None
    last = as_of - timedelta(days=1)
    year, month = divmod(last.year * YEAR + last.month - 1 - months, YEAR)
    if year < MINYEAR:
        return None
    length = _length(year, month + 1)
    # The last day of a month ends the periods of all later days of a longer one as well.
    whole = last.day == _length(last.year, last.month)
    return date(year, month + 1, length if whole else min(last.day, length))


def months_since(event: date, as_of: date) -> int:
    """Return how many whole months after a day are over at the end of a later one."""
    passed = (as_of.year - event.year) * YEAR + as_of.month - event.month
    return passed if after_months(event, passed) <= as_of else passed - 1
